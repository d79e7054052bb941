/* inbox.c - what came in: waiting, held for a person, read. */
#include "cmd/cmd.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cmd/table.h"
#include "core/date.h"
#include "core/zone.h"
#include "receive/accept.h"
#include "store/companies.h"
#include "store/inbox.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define LINES_MOST 200

struct listing {
	struct cmd *c;
	const struct zone *zone;
	struct table *table;
	json_t *array;		/* --json */
	size_t n;
};

static json_t *
line_json(const struct inbox_line *l)
{
	char at[CLOCK_TEXT_MAX];
	json_t *j, *meaning;

	j = json_pack("{s:I, s:s, s:s, s:I, s:s, s:s*, s:s*, s:s*, s:s*}",
	    "id", (json_int_t)l->id, "state", inbox_state_name(l->state),
	    "received", clock_format(l->received_at, at), "size",
	    (json_int_t)l->size, "intake", l->intake, "position",
	    l->position, "account", l->account, "name", l->name, "detail",
	    l->detail);
	meaning = l->meaning == NULL ? NULL : json_loads(l->meaning, 0, NULL);
	if (meaning != NULL)
		json_object_set_new(j, "meaning", meaning);
	return j;
}

static int
to_json(const struct inbox_line *l, void *arg)
{
	struct listing *t = arg;

	json_array_append_new(t->array, line_json(l));
	return 0;
}

/* "promise: we will pay on Friday" */
static char *
gist(void *owner, const struct inbox_line *l)
{
	json_t *m = l->meaning == NULL ? NULL : json_loads(l->meaning, 0,
	    NULL);
	const char *kind = json_string_value(json_object_get(m, "kind"));
	const char *lead = json_string_value(json_object_get(m, "lead"));
	const char *text = json_string_value(json_object_get(m, "text"));
	char *s, *p;

	s = mem_fmt(owner, "%s%s%.300s", kind == NULL ? "" :
	    strcmp(kind, "human") == 0 && lead != NULL ? lead : kind,
	    text != NULL && text[0] != '\0' ? ": " : "", text != NULL ?
	    text : "");
	json_decref(m);
	for (p = s; *p != '\0'; p++)
		if (*p == '\n' || *p == '\r' || *p == '\t')
			*p = ' ';
	return s;
}

static int
to_table(const struct inbox_line *l, void *arg)
{
	struct listing *t = arg;
	char day[DATE_TEXT_MAX];
	int32_t second, day_no = zone_day(t->zone, l->received_at, &second);

	t->n++;
	table_cellf(t->table, "%lld", (long long)l->id);
	table_cell(t->table, inbox_state_name(l->state));
	table_cellf(t->table, "%s %02d:%02d", date_format(day_no, day),
	    second / 3600, second / 60 % 60);
	table_cell(t->table, l->account);
	table_cell(t->table, l->detail);
	table_cell(t->table, gist(t->c, l));
	return 0;
}

static int
list(struct cmd *c, enum inbox_state state, bool loose, struct err *err)
{
	const struct config_company *company;
	struct listing t = { .c = c };
	struct company_row row;

	if (cmd_company(c, &company, err) < 0 ||
	    companies_get(c->db, company->code, &row, err) < 0)
		return -1;
	t.zone = company->zone;
	t.table = table_new(c);
	t.array = json_array();
	table_column(t.table, "MAIL", TABLE_RIGHT);
	table_column(t.table, "STATE", TABLE_LEFT);
	table_column(t.table, "RECEIVED", TABLE_LEFT);
	table_column(t.table, "ACCOUNT", TABLE_LEFT);
	table_column(t.table, "FOUND BY", TABLE_LEFT);
	table_column(t.table, "READ AS", TABLE_CUT);
	if (inbox_each(c->db, row.id, state, loose, LINES_MOST,
	    c->json ? to_json : to_table, &t, err) < 0) {
		json_decref(t.array);
		return -1;
	}
	if (c->json) {
		json_dumpf(t.array, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (t.n == 0)
		printf("%s", cmd_say(c, "No such mail.\n", "没有这样的来信。\n"));
	else
		table_print(t.table, stdout, 0);
	json_decref(t.array);
	return EX_OK;
}

/* Bytes of strangers must not steer the terminal. */
static int
show_one(const struct inbox_line *l, const char *raw, size_t n, void *arg)
{
	json_t *j = line_json(l);
	size_t i;

	json_dumpf(j, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(j);
	if (((const struct cmd *)arg)->json)
		return 0;
	putchar('\n');
	for (i = 0; i < n; i++)
		if (raw[i] == '\n' || raw[i] == '\t' ||
		    ((unsigned char)raw[i] >= ' ' && raw[i] != 0x7f))
			putchar(raw[i]);
		else if (raw[i] != '\r')
			putchar('?');
	return 0;
}

static int
show(struct cmd *c, const char *id, struct err *err)
{
	const struct config_company *company;
	struct company_row row;
	char *end;
	long long n = strtoll(id, &end, 10);

	if (*end != '\0' || n <= 0)
		return cmd_usage(err, "'%.40s' is not the number of a mail",
		    id);
	if (cmd_company(c, &company, err) < 0 ||
	    companies_get(c->db, company->code, &row, err) < 0)
		return -1;
	return inbox_get(c->db, row.id, n, show_one, c, err) < 0 ? -1 : EX_OK;
}

/* --- accept --- */

struct accepting {
	struct accept a;
	char *code;		/* of the account that it was matched to */
};

static int
take_line(const struct inbox_line *l, const char *raw, size_t n, void *arg)
{
	struct accepting *t = arg;

	t->code = mem_str(t, l->account);
	t->a.meaning = mem_str(t, l->meaning);
	t->a.received_at = l->received_at;
	return 0;
}

static int
accept_tx(struct db *db, void *arg, struct err *err)
{
	return accept_reply(db, arg, err);
}

static int
accept_one(struct cmd *c, const char *id, const char *code, struct err *err)
{
	MEM_AUTO struct accepting *t = mem_new(NULL, struct accepting);
	struct cmd_account account;
	struct company_row row;
	char *end;

	t->a.inbox_id = strtoll(id, &end, 10);
	if (*end != '\0' || t->a.inbox_id <= 0)
		return cmd_usage(err, "'%.40s' is not the number of a mail",
		    id);
	if (cmd_company(c, &t->a.company, err) < 0 ||
	    companies_get(c->db, t->a.company->code, &row, err) < 0 ||
	    inbox_get(c->db, row.id, t->a.inbox_id, take_line, t, err) < 0)
		return -1;
	if (code == NULL)
		code = t->code;
	if (code == NULL)
		return cmd_usage(err, "mail %s belongs to no account: say "
		    "which, with --account", id);
	if (cmd_account(c, code, &account, err) < 0)
		return -1;
	t->a.config = c->config;
	t->a.company_id = row.id;
	t->a.account_id = account.account_id;
	t->a.now = c->now;
	t->a.actor = c->actor;
	if (store_tx(c->db, accept_tx, &t->a, err) < 0)
		return -1;
	if (!cmd_json_ok(c))
		puts(cmd_say(c, "Done.", "已完成。"));
	return EX_OK;
}

int
cmd_inbox(struct cmd *c, int argc, char **argv, struct err *err)
{
	const char *word = NULL, *account = NULL;
	enum inbox_state state = INBOX_COUNT;
	bool loose = false;
	const struct cmd_option options[] = {
		{ "state", OPTION_TEXT, &word },
		{ "unmatched", OPTION_FLAG, &loose },
		{ "account", OPTION_TEXT, &account },
		{ NULL, OPTION_FLAG, NULL }
	};

	if (cmd_options(options, &argc, argv, 0, 2, err) < 0)
		return -1;
	if (argc == 3 && strcmp(argv[1], "accept") == 0)
		return accept_one(c, argv[2], account, err);
	if (argc > 1 && (argc != 3 || strcmp(argv[1], "show") != 0))
		return cmd_usage(err, "write: inbox, inbox show MAIL or inbox "
		    "accept MAIL");
	if (argc == 3)
		return show(c, argv[2], err);
	if (word != NULL && !inbox_state_parse(word, &state))
		return cmd_usage(err, "--state is one of %s",
		    inbox_state_words());
	return list(c, state, loose, err);
}
