/* tasks.c - work for people: list it, and say what became of it. */
#include "cmd/cmd.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "cmd/listing.h"
#include "core/date.h"
#include "core/zone.h"
#include "escalate/act.h"
#include "escalate/reason.h"
#include "store/accounts.h"
#include "store/companies.h"
#include "store/tasks.h"
#include "track/undo.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static const char *const severities[] = { "", "routine", "soon", "at once" };

/* Whose tasks are listed; NULL: everybody's. */
struct wanted {
	struct listing l;
	const char *owner;
};

static bool
is_wanted(const struct task *t, const struct wanted *w)
{
	return w->owner == NULL || (t->owner != NULL &&
	    strcmp(t->owner, w->owner) == 0);
}

static int
to_json(const struct task *t, void *arg)
{
	struct wanted *w = arg;
	struct listing *l = &w->l;
	char opened[CLOCK_TEXT_MAX], due[CLOCK_TEXT_MAX];

	if (!is_wanted(t, w))
		return 0;
	json_array_append_new(l->array, json_pack("{s:I, s:s*, s:s*, s:s, "
	    "s:s, s:s*, s:s*, s:s, s:s*, s:s, s:s, s:s}", "id",
	    (json_int_t)t->id, "account", t->account, "name", t->name,
	    "reason", t->reason, "title",
	    reason_title(t->title, l->language), "detail", t->detail,
	    "owner", t->owner, "state", t->state, "outcome", t->outcome,
	    "severity", severities[t->severity], "opened",
	    clock_format(t->opened_at, opened), "due",
	    clock_format(t->due_at, due)));
	return 0;
}

static int
to_table(const struct task *t, void *arg)
{
	struct wanted *w = arg;
	struct listing *l = &w->l;
	char day[DATE_TEXT_MAX];
	int32_t second;

	if (!is_wanted(t, w))
		return 0;
	l->n++;
	table_cellf(l->table, "%lld", (long long)t->id);
	table_cell(l->table, severities[t->severity]);
	table_cell(l->table, date_format(zone_day(l->zone, t->due_at,
	    &second), day));
	table_cell(l->table, t->account);
	table_cell(l->table, t->name);
	table_cell(l->table, t->owner);
	table_cell(l->table, t->state);
	table_cell(l->table, t->reason);
	table_cell(l->table, reason_title(t->title, l->language));
	return 0;
}

static void
columns(struct table *t)
{
	table_column(t, "TASK", TABLE_RIGHT);
	table_column(t, "SEVERITY", TABLE_LEFT);
	table_column(t, "DUE", TABLE_LEFT);
	table_column(t, "ACCOUNT", TABLE_LEFT);
	table_column(t, "NAME", TABLE_LEFT);
	table_column(t, "OWNER", TABLE_LEFT);
	table_column(t, "STATE", TABLE_LEFT);
	table_column(t, "REASON", TABLE_LEFT);
	table_column(t, "WHAT TO DO", TABLE_CUT);
}

static int
list(struct cmd *c, const char *account, const char *owner, bool all,
    struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	const struct config_company *company;
	struct wanted w = { .l = { .owner = ctx }, .owner = owner };
	struct listing *l = &w.l;
	struct company_row row;
	int64_t account_id = 0;
	int r;

	if (cmd_company(c, &company, err) < 0 ||
	    companies_get(c->db, company->code, &row, err) < 0 ||
	    (account != NULL && accounts_find(c->db, row.id, account,
	    &account_id, err) < 0))
		return -1;
	l->language = c->language;
	l->zone = company->zone;
	l->table = table_new(ctx);
	columns(l->table);
	l->array = json_array();
	r = tasks_each(c->db, row.id, account_id, all,
	    c->json ? to_json : to_table, &w, err);
	return listing_end(c, l, r, cmd_say(c,
	    "No open tasks.", "没有未完成的任务。"));
}

struct act {
	struct cmd *c;
	int64_t id;
	const char *text;	/* owner or outcome */
	const char *as;		/* what its mail really said; NULL */
};

static int
resolve(struct db *db, void *arg, struct err *err)
{
	struct act *a = arg;

	int64_t inbox_id = 0;

	if (a->as != NULL && tasks_inbox(db, a->id, &inbox_id, err) < 0)
		return -1;
	if (a->as != NULL && inbox_id == 0)
		return err_set(err, ERR_PERM, "task %lld is about no mail: "
		    "--as says nothing about it", (long long)a->id);
	if (inbox_id != 0 && undo_reading(db, inbox_id, a->as, a->c->now,
	    a->c->actor, err) < 0)
		return -1;
	return tasks_close(db, a->id, a->c->now, a->c->actor, a->text, err);
}

static const struct own_words {
	const char *word, *operand;	/* operand after the id */
	store_tx_fn fn;
	const char *done;
} verbs[] = {
	{ "resolve", "OUTCOME", resolve, "closed" },
};

static int
run_verb(struct cmd *c, const struct own_words *v, const char *as, int argc,
    char **argv, struct err *err)
{
	struct act a = { .c = c, .as = as };
	char *end;

	if (argc != (v->operand == NULL ? 3 : 4))
		return cmd_usage(err, "tasks %s wants a task number%s%s",
		    v->word, v->operand == NULL ? "" : " and ",
		    v->operand == NULL ? "" : v->operand);
	a.id = strtoll(argv[2], &end, 10);
	if (*end != '\0' || a.id <= 0)
		return cmd_usage(err, "'%.40s' is not a task number",
		    argv[2]);
	a.text = argv[3];
	if (as != NULL && v->fn != resolve)
		return cmd_usage(err, "--as goes with resolve");
	if (as != NULL && cmd_intent(as, err) < 0)
		return -1;
	if (store_tx(c->db, v->fn, &a, err) < 0)
		return -1;
	if (!cmd_json_ok(c))
		printf("Task %lld: %s\n", (long long)a.id, v->done);
	return EX_OK;
}

/* --- the commands that mails know too --- */

struct job {
	struct actor a;
	struct verb_command command;
	char *what;
	int64_t undo;
};

static bool
is_command(const char *word)
{
	static const char *const words[] = { "ack", "assign", "done", "hold",
		"note" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

static int
command_tx(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;

	return act_command((void *)(uintptr_t)j->a.config, db, &j->a, 0,
	    &j->command, &j->what, &j->undo, err);
}

/* "hold 12 until 2026-12-05" is the line that a mail would have. */
static int
command(struct cmd *c, int argc, char **argv, struct err *err)
{
	struct text *line = text_new(c);
	const struct config_company *company;
	struct company_row row;
	struct job j = { .a = { .config = c->config, .actor = c->actor,
	    .language = c->language, .now = c->now } };
	enum verb_fault fault;
	int32_t second;
	int i;

	if (cmd_company(c, &company, err) < 0 ||
	    companies_get(c->db, company->code, &row, err) < 0)
		return -1;
	j.a.company = company;
	j.a.company_id = row.id;
	if (argc < 3)
		return cmd_usage(err, "tasks %s wants a task number", argv[1]);
	if (argv[2][strspn(argv[2], "0123456789")] != '\0')
		return cmd_usage(err, "'%.40s' is not a task number",
		    argv[2]);
	text_addf(line, "%s #%s", argv[1], argv[2]);
	for (i = 3; i < argc; i++)
		text_addf(line, " %s", argv[i]);
	fault = verb_read(text_str(line), zone_day(company->zone, c->now,
	    &second), &j.command);
	if (fault != FAULT_NONE)
		return cmd_usage(err, "%s: %s", text_str(line),
		    act_fault(fault, c->language));
	if (store_tx(c->db, command_tx, &j, err) < 0)
		return -1;
	if (!cmd_json_ok(c)) {
		puts(j.what);
		if (j.undo != 0)
			printf(cmd_say(c, "To undo: dunlin undo %lld\n",
		    "撤销：dunlin undo %lld\n"), (long long)j.undo);
	}
	return EX_OK;
}

int
cmd_tasks(struct cmd *c, int argc, char **argv, struct err *err)
{
	const char *account = NULL, *as = NULL, *owner = NULL;
	bool all = false;
	const struct cmd_option options[] = {
		{ "account", OPTION_TEXT, &account },
		{ "all", OPTION_FLAG, &all },
		{ "as", OPTION_TEXT, &as },
		{ "owner", OPTION_TEXT, &owner },
		{ NULL, OPTION_FLAG, NULL }
	};
	size_t i;

	if (cmd_options(options, &argc, argv, 0, -1, err) < 0)
		return -1;
	if (argc == 1 || strcmp(argv[1], "list") == 0)
		return list(c, account, owner, all, err);
	if (as == NULL && is_command(argv[1]))
		return command(c, argc, argv, err);
	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(argv[1], verbs[i].word) == 0)
			return run_verb(c, &verbs[i], as, argc, argv, err);
	return cmd_usage(err, "tasks: '%.40s' is none of list, ack, assign, "
	    "done, hold, note, resolve", argv[1]);
}
