/* cmd.c - the options that all commands share, and what a command needs. */
#include "cmd/cmd.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/id.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/accounts.h"
#include "store/companies.h"
#include "track/act.h"

#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "config.h"

static bool usage_error;

static const struct {
	const char *word, *operands, *text;
} usages[] = {
#define USAGE(word, operands, text) { #word, operands, text },
#include "cmd/usage.def"
#undef USAGE
	{ NULL, NULL, NULL }
};

/* What stands on the command line beside the command's own words. */
struct shared {
	struct cmd *c;
	bool help, version;
	const char *now;
};

int
cmd_usage(struct err *err, const char *fmt, ...)
{
	char text[ERR_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	usage_error = true;
	return err_set(err, ERR_CONFIG, "%s", text);
}

int
cmd_company(struct cmd *c, const struct config_company **ret_company,
    struct err *err)
{
	const struct config_company *found;

	if (c->company_code == NULL) {
		if (c->config->n_companies != 1)
			return cmd_usage(err, "there are %zu companies: name "
			    "one with --company CODE", c->config->n_companies);
		*ret_company = &c->config->companies[0];
		return 0;
	}
	found = config_company(c->config, c->company_code);
	if (found == NULL)
		return cmd_usage(err, "--company %s: no such company in %s",
		    c->company_code, c->config->file);
	*ret_company = found;
	return 0;
}

bool
cmd_json_ok(const struct cmd *c)
{
	if (c->json)
		puts("{\"ok\": true}");
	return c->json;
}

int
cmd_user(const struct cmd *c, const char *login, struct err *err)
{
	size_t i;

	for (i = 0; i < c->config->n_users; i++)
		if (strcmp(c->config->users[i].login, login) == 0)
			return 0;
	return err_set(err, ERR_PERM, "no user '%.60s': add it under users: "
	    "in %s", login, c->config->file);
}

int
cmd_account(struct cmd *c, const char *code, struct cmd_account *ret,
    struct err *err)
{
	struct cmd_account a = { .code = code };
	struct company_row row;

	if (cmd_company(c, &a.company, err) < 0 ||
	    companies_get(c->db, a.company->code, &row, err) < 0 ||
	    accounts_find(c->db, row.id, code, &a.account_id, err) < 0)
		return -1;
	a.company_id = row.id;
	*ret = a;
	return 0;
}

void
cmd_act(const struct cmd *c, const struct cmd_account *a,
    struct act_reply *ret_r)
{
	*ret_r = (struct act_reply){ .company = a->company,
	    .company_id = a->company_id, .account_id = a->account_id,
	    .proven = true, .actor = c->actor, .now = c->now };
}

const char *
cmd_say(const struct cmd *c, const char *en, const char *zh)
{
	return strcmp(c->language, "zh-CN") == 0 ? zh : en;
}

int
cmd_check_text(const char *what, const char *text, struct err *err)
{
	const char *p;

	if (text == NULL)
		return 0;
	if (strlen(text) > CMD_TEXT_MAX)
		return cmd_usage(err, "%s: longer than %d bytes", what,
		    CMD_TEXT_MAX);
	if (!text_is_utf8(text, strlen(text)))
		return cmd_usage(err, "%s: not UTF-8", what);
	for (p = text; *p != '\0'; p++)
		if (((unsigned char)*p < ' ' && *p != '\n' && *p != '\t') ||
		    *p == 0x7f)
			return cmd_usage(err, "%s: contains a control "
			    "character", what);
	return 0;
}

/* An option that all commands know, at argv[*i].  1: taken, 0: not one. */
static int
shared_option(struct shared *s, int argc, char **argv, int *i,
    struct err *err)
{
	const struct {
		const char *name;
		const char **ret;
		bool *flag;
	} table[] = {
		{ "-C", &s->c->dir, NULL },
		{ "--company", &s->c->company_code, NULL },
		{ "--now", &s->now, NULL },
		{ "--json", NULL, &s->c->json },
		{ "--help", NULL, &s->help },
		{ "-h", NULL, &s->help },
		{ "--version", NULL, &s->version },
		{ NULL, NULL, NULL }
	};
	const char *arg = argv[*i];
	size_t k, n;

	for (k = 0; table[k].name != NULL; k++) {
		n = strlen(table[k].name);
		if (strncmp(arg, table[k].name, n) != 0)
			continue;
		if (table[k].flag != NULL && arg[n] == '\0') {
			*table[k].flag = true;
			return 1;
		}
		if (table[k].ret == NULL)
			continue;
		if (arg[n] == '\0') {
			if (*i + 1 >= argc)
				return cmd_usage(err, "%s needs a value", arg);
			*table[k].ret = argv[++*i];
			return 1;
		}
		if (arg[1] != '-' || arg[n] == '=') {
			*table[k].ret = arg + n + (arg[1] == '-');
			return 1;
		}
	}
	return 0;
}

/* Takes the shared options out of argv; what is left starts with the verb. */
static int
take_shared(struct shared *s, int *argc, char **argv, struct err *err)
{
	int i, n = 0, taken;

	for (i = 1; i < *argc; i++) {
		if (strcmp(argv[i], "--") == 0) {
			while (i < *argc)
				argv[n++] = argv[i++];
			break;
		}
		taken = shared_option(s, *argc, argv, &i, err);
		if (taken < 0)
			return -1;
		if (taken == 0 && n == 0 && argv[i][0] == '-')
			return cmd_usage(err, "unknown option '%.60s'",
			    argv[i]);
		if (taken == 0)
			argv[n++] = argv[i];
	}
	argv[n] = NULL;
	*argc = n;
	return 0;
}

static int
print_version(void)
{
	printf("dunlin %s\n"
	    "Licensed under the Apache License, Version 2.0: you may use, "
	    "change and share it.\n"
	    "There is no warranty, to the extent permitted by law.\n",
	    PACKAGE_VERSION);
	return EX_OK;
}

static int
print_help(const struct command *commands)
{
	const struct command *k;

	printf("Usage: dunlin [-C DIR] COMMAND [OPERANDS and OPTIONS]\n"
	    "A courteous accounts-receivable bot.\n\nCommands:\n");
	for (k = commands; k->name != NULL; k++)
		printf("  %-12s %s\n", k->name, k->summary);
	printf("\nOptions of every command:\n"
	    "  -C DIR           the workspace (default: $DUNLIN_WORKSPACE, "
	    "else \".\")\n"
	    "  --company CODE   one company of the workspace\n"
	    "  --json           print JSON\n"
	    "  --now TIME       a test clock, e.g. 2026-11-20T09:00:00+08:00\n"
	    "  --help           this help, or that of a command\n"
	    "  --version        the version\n"
	    "\nManual: dunlin(1), dunlin.yaml(5), dunlin-policy(5), "
	    "dunlin-templates(5).\n"
	    "Report mistakes with what \"dunlin --version\" and \"dunlin "
	    "check\" print.\n");
	return EX_OK;
}

static int
print_usage(const struct command *k)
{
	size_t i;

	for (i = 0; usages[i].word != NULL; i++)
		if (strcmp(usages[i].word, k->name) == 0)
			break;
	if (usages[i].word == NULL)
		printf("Usage: dunlin %s ...\n%s.\n", k->name, k->summary);
	else
		printf("Usage: dunlin %s%s%s\n%s.\n\n%s\n", k->name,
		    *usages[i].operands == '\0' ? "" : " ",
		    usages[i].operands, k->summary, usages[i].text);
	return EX_OK;
}

/* The person at the terminal; the real uid, whatever the environment says. */
static char *
actor(void *owner)
{
	struct passwd *pw = getpwuid(getuid());

	if (pw == NULL)
		return mem_fmt(owner, "user:%lu", (unsigned long)getuid());
	return mem_fmt(owner, "user:%s", pw->pw_name);
}

static const char *
language(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *v;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		v = getenv(names[i]);
		if (v != NULL && *v != '\0')
			return text_starts(v, "zh") ? "zh-CN" : "en";
	}
	return "en";
}

/* All mistakes of the configuration at once, one a line. */
static int
open_config(struct cmd *c, struct err *err)
{
	struct config_problems problems = { NULL, 0 };
	size_t i;

	if (config_read(c, c->dir, &c->config, &problems, err) == 0)
		return 0;
	for (i = 0; i + 1 < problems.n; i++)
		fprintf(stderr, "dunlin: %s\n", problems.lines[i]);
	if (problems.n > 0)
		err_set(err, ERR_CONFIG, "%s", problems.lines[problems.n - 1]);
	return -1;
}

static int
open_needs(struct cmd *c, int needs, struct err *err)
{
	if (needs == CMD_NOTHING)
		return 0;
	if (open_config(c, err) < 0)
		return -1;
	if (c->config->test)
		id_seed(getenv("DUNLIN_ID_SEED"));
	if (needs & CMD_WRITE) {
		if (db_open(c, c->config->database, DB_CREATE, &c->db,
		    err) < 0)
			return -1;
		return companies_sync(c->db, c->config, c->now, err);
	}
	if (needs & CMD_READ) {
		if (!file_exists(c->config->database))
			return err_set(err, ERR_CONFIG, "%s: no database yet: "
			    "import a ledger first (dunlin import FILE)",
			    c->config->database);
		return db_open(c, c->config->database, DB_READ, &c->db, err);
	}
	return 0;
}

static int
fail(const char *word, const struct err *err)
{
	fflush(stdout);
	fprintf(stderr, "dunlin: %s%s%s\n", usage_error && word ? word : "",
	    usage_error && word ? ": " : "", err->text);
	if (!usage_error)
		return err_exit_code(err);
	fprintf(stderr, "Try 'dunlin %s%s--help'.\n", word ? word : "",
	    word ? " " : "");
	return EX_USAGE;
}

static int
run(const struct command *k, struct shared *s, int argc, char **argv,
    struct err *err)
{
	struct cmd *c = s->c;

	if (s->now != NULL && clock_set(s->now, err) < 0)
		return cmd_usage(err, "--now: %s", err->text);
	c->name = k->name;
	c->language = language();
	c->now = clock_now();
	c->actor = actor(c);
	if (open_needs(c, k->needs, err) < 0)
		return -1;
	return k->fn(c, argc, argv, err);
}

/* An exit code, or -1 with err; *ret_word is the command where known. */
static int
dispatch(const struct command *commands, struct shared *s, int argc,
    char **argv, const char **ret_word, struct err *err)
{
	const struct command *k;

	if (take_shared(s, &argc, argv, err) < 0)
		return -1;
	if (s->version)
		return print_version();
	if (argc == 0 && s->help)
		return print_help(commands);
	if (argc == 0)
		return cmd_usage(err, "no command given");
	for (k = commands; k->name != NULL; k++)
		if (strcmp(k->name, argv[0]) == 0)
			break;
	if (k->name == NULL)
		return cmd_usage(err, "unknown command '%.60s'", argv[0]);
	*ret_word = k->name;
	if (s->help)
		return print_usage(k);
	return run(k, s, argc, argv, err);
}

int
cmd_main(const struct command *commands, int argc, char **argv)
{
	const char *env = getenv("DUNLIN_WORKSPACE"), *word = NULL;
	struct shared s = { NULL, false, false, NULL };
	struct err err = { ERR_NONE, "" };
	int status;

	mem_init();
	/* A file that must not grow further (ulimit -f) is an error of the
	 * write, not the end. */
	signal(SIGXFSZ, SIG_IGN);
	s.c = mem_new(NULL, struct cmd);
	s.c->dir = env != NULL && *env != '\0' ? env : ".";
	status = dispatch(commands, &s, argc, argv, &word, &err);
	if (status < 0)
		status = fail(word, &err);
	/* What was asked for has to arrive. */
	if ((fflush(stdout) != 0 || ferror(stdout)) && status == EX_OK) {
		fputs("dunlin: standard output: cannot write\n", stderr);
		status = EX_IOERR;
	}
	talloc_free(s.c);
	return status;
}
