/* privacy.c - what people may ask about the data kept of them: to see it, to
 * stop its use, to erase it. */
#include "cmd/cmd.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cmd/output.h"
#include "cmd/table.h"
#include "core/date.h"
#include "report/evidence.h"
#include "store/companies.h"
#include "store/privacy.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define ANSWER_DAYS 30	/* GDPR art. 12(3): one month */
#define DAY 86400

struct options {
	bool erase, restrict_only, confirm;
	const char *note, *to;
	int32_t keep_until;
};

static int
request(struct cmd *c, const struct cmd_account *a, const struct options *o,
    struct err *err)
{
	struct privacy_request r = { a->company_id, a->account_id, o->erase,
		o->keep_until, o->note, c->actor };
	struct privacy_ground g;
	char day[DATE_TEXT_MAX], by[DATE_TEXT_MAX];

	if (o->erase == o->restrict_only)
		return cmd_usage(err, "say what they ask for: --erase or "
		    "--restrict");
	if (privacy_request(c->db, &r, c->now, err) < 0 ||
	    privacy_ground(c->db, a->account_id, (int32_t)(c->now / DAY), &g,
	    err) < 0)
		return -1;
	if (cmd_json_ok(c))
		return EX_OK;
	printf(cmd_say(c, "%s is restricted: its data is kept and not used, "
	    "and nothing is sent. Answer them by %s.\n",
	    "%s 的数据已限制使用：只保存，不使用，不再发送。请在 %s 前答复对方。"
	    "\n"), a->code, date_format((int32_t)(c->now / DAY) + ANSWER_DAYS,
	    by));
	if (!o->erase)
		return EX_OK;
	if (g.open > 0)
		printf(cmd_say(c, "It is erased when nothing is open any more "
		    "(now: %lld items) and %s is over.\n",
		    "待全部结清（现有未清项目 %lld 个）且过 %s 之后删除。\n"),
		    (long long)g.open, date_format(g.keep_until, day));
	else
		printf(cmd_say(c, "It is erased when %s is over.\n",
		    "过 %s 之后删除。\n"), date_format(g.keep_until, day));
	return EX_OK;
}

static int
erase(struct cmd *c, const struct cmd_account *a, const struct options *o,
    struct err *err)
{
	struct privacy_erased r;

	if (!o->confirm)
		return cmd_usage(err, "nothing can bring it back: say "
		    "--confirm");
	if (privacy_erase(c->db, a->account_id, c->now, c->actor, &r, err) <
	    0)
		return -1;
	if (!cmd_json_ok(c))
		printf(cmd_say(c, "Erased: content of %lld events, %lld "
		    "messages sent, %lld received, %lld addresses.\nBackups "
		    "made before still hold it, and so does the ledger.\n",
		    "已删除：事件内容 %lld 条，发出消息 %lld 封，收到 %lld 封，"
		    "地址 %lld 个。\n此前的备份以及账务系统中仍有这些数据。\n"),
		    (long long)r.events, (long long)r.messages,
		    (long long)r.mails, (long long)r.addresses);
	if (!r.swept && !c->json)
		fputs(cmd_say(c, "Others are reading: the log of the database "
		    "holds it until the planner has emptied it, within a "
		    "day.\n", "数据库正被读取：其日志中仍有这些数据，一天内由"
		    "计划进程清空。\n"), stdout);
	return EX_OK;
}

static int
export_all(struct cmd *c, const struct cmd_account *a,
    const struct options *o, struct err *err)
{
	struct evidence e = { .db = c->db, .company = a->company,
		.company_id = a->company_id, .account_id = a->account_id,
		.code = a->code, .now = c->now,
		.actor = c->actor, .to = o->to, .personal = true };
	struct evidence_report r;
	int res;

	if (o->to == NULL)
		return cmd_usage(err, "export: say where to: -o FOLDER "
		    "or -o FILE.zip");
	if (db_snapshot_begin(c->db, err) < 0)
		return -1;
	res = evidence_write(&e, &r, err);
	db_snapshot_end(c->db);
	if (res < 0)
		return -1;
	if (!cmd_json_ok(c))
		printf(cmd_say(c, "%s: all that is kept about %s. Notes of "
		    "your own people are in it: read it before you give it "
		    "away.\n", "%s：关于 %s 所保存的全部数据。其中含本方人员"
		    "的备注，交出前请先阅读。\n"), o->to, a->code);
	return EX_OK;
}

static int
withdraw(struct cmd *c, const struct cmd_account *a,
    const struct options *o, struct err *err)
{
	if (privacy_withdraw(c->db, a->company_id, a->account_id, c->now,
	    c->actor, o->note, err) < 0)
		return -1;
	if (!cmd_json_ok(c))
		printf(cmd_say(c, "%s may be used again.\n",
		    "%s 的数据可重新使用。\n"), a->code);
	return EX_OK;
}

/* --- the list --- */

struct list {
	struct cmd *c;
	struct table *table;
	json_t *array;
	struct privacy_line *lines;
	size_t n;
};

static int
keep_line(const struct privacy_line *from, void *arg)
{
	struct list *l = arg;
	struct privacy_line *to;

	l->lines = mem_grow(l->c, l->lines, struct privacy_line, l->n + 1);
	to = &l->lines[l->n++];
	*to = *from;
	to->company = mem_str(l->lines, from->company);
	to->account = mem_str(l->lines, from->account);
	to->asked_by = mem_str(l->lines, from->asked_by);
	to->note = mem_str(l->lines, from->note);
	return 0;
}

static void
put_line(struct list *l, const struct privacy_line *p,
    const struct privacy_ground *g, bool waits)
{
	char asked[CLOCK_TEXT_MAX], done[CLOCK_TEXT_MAX];
	char keep[DATE_TEXT_MAX] = "";

	clock_format(p->asked_at, asked);
	if (p->done_at != CLOCK_NONE)
		clock_format(p->done_at, done);
	if (waits && g->erase)
		date_format(g->keep_until, keep);
	if (l->c->json) {
		json_array_append_new(l->array, json_pack("{s:s, s:s, s:s, "
		    "s:s, s:s*, s:I, s:s*, s:s*}", "account", p->account,
		    "asks", p->erase ? "erase" : "restrict", "at", asked,
		    "by", p->asked_by, "keep_until", *keep != '\0' ? keep :
		    NULL, "open", (json_int_t)(waits ? g->open : 0), "done",
		    p->done_at != CLOCK_NONE ? done : NULL, "note",
		    p->note));
		return;
	}
	table_cell(l->table, p->account);
	table_cell(l->table, p->erase ? "erase" : "restrict");
	table_cell(l->table, asked);
	table_cell(l->table, p->asked_by);
	table_cell(l->table, keep);
	if (waits)
		table_cellf(l->table, "%lld", (long long)g->open);
	else
		table_cell(l->table, NULL);
	table_cell(l->table, p->done_at != CLOCK_NONE ? done : NULL);
	table_cell(l->table, p->note);
}

static void
begin_list(struct list *l)
{
	static const char *const heads[] = { "ACCOUNT", "ASKS", "SINCE", "BY",
		"KEPT UNTIL" };
	size_t i;

	l->table = table_new(l->c);
	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		table_column(l->table, heads[i], TABLE_LEFT);
	table_column(l->table, "OPEN", TABLE_RIGHT);
	table_column(l->table, "ERASED", TABLE_LEFT);
	table_column(l->table, "NOTE", TABLE_CUT);
	l->array = json_array();
}

static int
list(struct cmd *c, struct err *err)
{
	const struct config_company *company;
	struct list l = { .c = c };
	struct privacy_ground g;
	struct company_row row;
	size_t i;
	int r;

	if (cmd_company(c, &company, err) < 0 ||
	    companies_get(c->db, company->code, &row, err) < 0 ||
	    privacy_each(c->db, row.id, keep_line, &l, err) < 0)
		return -1;
	begin_list(&l);
	for (i = 0; i < l.n; i++) {
		r = privacy_ground(c->db, l.lines[i].account_id,
		    (int32_t)(c->now / DAY), &g, err);
		if (r < 0)
			return -1;
		put_line(&l, &l.lines[i], &g, r > 0);
	}
	if (c->json) {
		json_dumpf(l.array, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (l.n == 0)
		puts(cmd_say(c, "Nobody has asked.", "没有请求。"));
	else
		table_print(l.table, stdout, 0);
	json_decref(l.array);
	return EX_OK;
}

int
cmd_privacy(struct cmd *c, int argc, char **argv, struct err *err)
{
	static const struct {
		const char *word;
		int (*fn)(struct cmd *c, const struct cmd_account *a,
		    const struct options *o, struct err *err);
	} verbs[] = {
		{ "request", request }, { "withdraw", withdraw },
		{ "erase", erase }, { "export", export_all },
	};
	struct options o = { .keep_until = DATE_NONE };
	const struct cmd_option options[] = {
		{ "erase", OPTION_FLAG, &o.erase },
		{ "restrict", OPTION_FLAG, &o.restrict_only },
		{ "confirm", OPTION_FLAG, &o.confirm },
		{ "keep-until", OPTION_DATE, &o.keep_until },
		{ "note", OPTION_TEXT, &o.note },
		{ "output", OPTION_TEXT, &o.to },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct cmd_account a;
	size_t i;

	o.to = output_take(&argc, argv);
	if (cmd_options(options, &argc, argv, 1, 2, err) < 0 ||
	    cmd_check_text("--note", o.note, err) < 0)
		return -1;
	if (strcmp(argv[1], "list") == 0 && argc == 2)
		return list(c, err);
	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(argv[1], verbs[i].word) == 0 && argc == 3)
			return cmd_account(c, argv[2], &a, err) < 0 ? -1 :
			    verbs[i].fn(c, &a, &o, err);
	return cmd_usage(err, "privacy: request, withdraw, erase or export "
	    "ACCOUNT, or list");
}
