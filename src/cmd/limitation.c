/* limitation.c - when each open debt is barred, and what that goes by;
 * and what people know that interrupted it. */
#include "cmd/sheet.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "core/money.h"
#include "track/limit.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define BATCH 200

static const struct sheet_column columns[] = {
	{ "account", "ACCOUNT", "客户", TABLE_LEFT, false },
	{ "name", "NAME", "名称", TABLE_LEFT, false },
	{ "item", "ITEM", "单据", TABLE_LEFT, false },
	{ "open", "OPEN", "未付", TABLE_RIGHT, false },
	{ "currency", "", "", TABLE_LEFT, false },
	{ "pack", "RULES", "规则", TABLE_LEFT, false },
	{ "base", "FROM", "起算", TABLE_LEFT, false },
	{ "interruptions", "TIMES", "中断次数", TABLE_RIGHT, true },
	{ "last", "INTERRUPTED BY", "中断事由", TABLE_LEFT, false },
	{ "on", "ON", "日期", TABLE_LEFT, false },
	{ "proof", "PROOF", "送达证明", TABLE_LEFT, false },
	{ "event", "EVENT", "事件", TABLE_RIGHT, true },
	{ "reference", "REFERENCE", "凭证", TABLE_LEFT, false },
	{ "ends", "ENDS", "届满", TABLE_LEFT, false },
	{ "days", "DAYS", "剩余天数", TABLE_RIGHT, true },
	{ "late", "TOO LATE", "届满后", TABLE_RIGHT, true },
	{ NULL, NULL, NULL, TABLE_LEFT, false }
};

static void
row(struct sheet_job *r, const struct limitation_pack *p,
    const struct limitation_item *it, const struct limitation *l,
    const struct limitation_fact *facts)
{
	const struct limitation_fact *f = l->last < 0 ? NULL :
	    &facts[l->last];
	char day[DATE_TEXT_MAX], sum[MONEY_TEXT_MAX];

	sheet_cell(r, it->account);
	sheet_cell(r, it->name);
	sheet_cell(r, it->document);
	sheet_cell(r, money_format(it->open, sum));
	sheet_cell(r, it->open.cur);
	sheet_cell(r, p->id);
	sheet_cell(r, date_format(l->base, day));
	sheet_cellf(r, "%d", l->counted);
	sheet_cell(r, f == NULL ? NULL : limitation_event_word(f->event));
	sheet_cell(r, f == NULL ? NULL : date_format(f->day, day));
	sheet_cell(r, f == NULL || f->event != LIMITATION_DEMAND ? NULL :
	    limitation_proof_word(f->proof));
	if (f == NULL || f->seq == 0)
		sheet_cell(r, NULL);
	else
		sheet_cellf(r, "%lld", (long long)f->seq);
	sheet_cell(r, f == NULL ? NULL : f->reference);
	sheet_cell(r, date_format(l->ends, day));
	sheet_cellf(r, "%d", (int)(l->ends - r->today));
	sheet_cellf(r, "%d", l->late);
}

static int
fill(struct sheet_job *r, struct err *err)
{
	struct limitation_item *list;
	struct limitation_fact *facts;
	struct limitation_pack pack;
	struct limitation l;
	int64_t after = 0;
	size_t n, k, i;
	void *tmp;

	if (!limit_pack(r->company, &pack))
		return err_set(err, ERR_CONFIG, "%s: companies.%s: no "
		    "limitation rules are known for %s: set limitation",
		    r->c->config->file, r->company->code,
		    r->company->country);
	do {
		tmp = talloc_new(r->owner);
		if (limitations_items(tmp, r->c->db, r->company_id,
		    r->account_id, DATE_MAX, after, BATCH, &list, &n,
		    err) < 0)
			return -1;
		for (i = 0; i < n; i++) {
			after = list[i].item_id;
			if (list[i].open.minor <= 0)
				continue;
			if (limit_look(tmp, r->c->db, r->company, &pack,
			    &list[i], &l, &facts, &k, err) < 0)
				return -1;
			row(r, &pack, &list[i], &l, facts);
		}
		talloc_free(tmp);
	} while (n == BATCH);
	return 0;
}

int
cmd_limitation(struct cmd *c, int argc, char **argv, struct err *err)
{
	return sheet_run(c, argc, argv, columns, fill, err);
}

/* --- dunlin interrupted --- */

struct job {
	struct cmd *c;
	struct limitation_note n;
};

static int
note_tx(struct db *db, void *arg, struct err *err)
{
	const struct job *j = arg;

	return limitations_note(db, &j->n, j->c->now, j->c->actor, err);
}

int
cmd_interrupted(struct cmd *c, int argc, char **argv, struct err *err)
{
	const char *by = NULL, *item = NULL;
	struct job j = { .c = c, .n = { .day = DATE_NONE } };
	const struct cmd_option options[] = {
		{ "by", OPTION_TEXT, &by },
		{ "on", OPTION_DATE, &j.n.day },
		{ "item", OPTION_TEXT, &item },
		{ "note", OPTION_TEXT, &j.n.note },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct cmd_account a;

	if (cmd_options(options, &argc, argv, 1, 1, err) < 0)
		return -1;
	if (by == NULL || !limitation_event_parse(by, &j.n.event))
		return cmd_usage(err, "--by WHAT: one of %s",
		    limitation_event_words());
	if (j.n.day == DATE_NONE)
		return cmd_usage(err, "--on DATE: when it was");
	if (cmd_check_text("--note", j.n.note, err) < 0 ||
	    cmd_account(c, argv[1], &a, err) < 0)
		return -1;
	j.n.company_id = a.company_id;
	j.n.account_id = a.account_id;
	if (item != NULL && limitations_find(c->db, a.account_id, item,
	    &j.n.item_id, err) < 0)
		return -1;
	if (item != NULL && j.n.item_id == 0)
		return cmd_usage(err, "--item %.60s: %s has no open item of "
		    "that number", item, argv[1]);
	if (store_tx(c->db, note_tx, &j, err) < 0)
		return -1;
	if (!cmd_json_ok(c))
		printf(cmd_say(c, "Noted for %s.\n", "已记录于 %s。\n"),
		    argv[1]);
	return EX_OK;
}
