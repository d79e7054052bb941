#include "report/limitation.h"

#include "base/mem.h"
#include "core/date.h"
#include "core/money.h"
#include "report/reports.h"
#include "track/limit.h"

#include <stdlib.h>

#define BATCH 200

static const struct grid_column item_columns[] = {
	{ "account", GRID_TEXT, "ACCOUNT", "客户" },
	{ "item", GRID_TEXT, "ITEM", "单据" },
	{ "days", GRID_NUMBER, "DAYS LEFT", "剩余天数" },
	{ "ends", GRID_TEXT, "ENDS", "届满" },
	{ "currency", GRID_TEXT, "CURRENCY", "币种" },
	{ "open", GRID_NUMBER, "OPEN", "未付" },
	{ "pack", GRID_TEXT, "RULES", "规则" },
	{ "base", GRID_TEXT, "FROM", "起算" },
	{ "interruptions", GRID_NUMBER, "TIMES", "中断次数" },
	{ "last", GRID_TEXT, "INTERRUPTED BY", "中断事由" },
	{ "on", GRID_TEXT, "ON", "日期" },
	{ "proof", GRID_TEXT, "PROOF", "送达证明" },
	{ "event", GRID_NUMBER, "EVENT", "事件" },
	{ "reference", GRID_TEXT, "REFERENCE", "凭证" },
	{ "late", GRID_NUMBER, "TOO LATE", "届满后" },
	{ "guarantee", GRID_TEXT, "GUARANTOR UNTIL", "保证期间至" },
	{ "name", GRID_TEXT, "NAME", "名称" },
	{ NULL, GRID_TEXT, NULL, NULL }
};
static const struct grid_column fact_columns[] = {
	{ "item", GRID_TEXT, "ITEM", "单据" },
	{ "on", GRID_TEXT, "ON", "日期" },
	{ "what", GRID_TEXT, "WHAT", "事由" },
	{ "effect", GRID_TEXT, "EFFECT", "效果" },
	{ "proof", GRID_TEXT, "PROOF", "送达证明" },
	{ "event", GRID_NUMBER, "EVENT", "事件" },
	{ "reference", GRID_TEXT, "REFERENCE", "凭证" },
	{ NULL, GRID_TEXT, NULL, NULL }
};

struct row {
	struct limitation_item item;
	struct limitation l;
	struct limitation_fact *facts;
	size_t n;
};

struct rows {
	const struct limitation_ask *ask;
	struct limitation_pack pack;
	struct row *list;
	size_t n;
};

static int
by_end(const void *pa, const void *pb)
{
	const struct row *a = pa, *b = pb;

	if (a->l.ends != b->l.ends)
		return a->l.ends < b->l.ends ? -1 : 1;
	return (a->item.item_id > b->item.item_id) -
	    (a->item.item_id < b->item.item_id);
}

static int
take(struct rows *r, const struct limitation_item *item, struct err *err)
{
	struct row *row;

	if (item->open.minor <= 0)
		return 0;
	if ((r->n & (r->n + 1)) == 0)
		r->list = mem_grow(r, r->list, struct row, 2 * (r->n + 1));
	row = &r->list[r->n];
	row->item = *item;
	if (limit_look(r, r->ask->db, r->ask->company, &r->pack, item,
	    &row->l, &row->facts, &row->n, err) < 0)
		return -1;
	r->n++;
	return 0;
}

static int
read_all(struct rows *r, struct err *err)
{
	const struct limitation_ask *a = r->ask;
	struct limitation_item *list;
	int64_t after = 0;
	size_t n, i;

	do {
		if (limitations_items(r, a->db, a->company_id, a->account_id,
		    DATE_MAX, after, BATCH, &list, &n, err) < 0)
			return -1;
		for (i = 0; i < n; i++) {
			after = list[i].item_id;
			if (take(r, &list[i], err) < 0)
				return -1;
		}
	} while (n == BATCH);
	if (r->n > 0)
		qsort(r->list, r->n, sizeof(*r->list), by_end);
	return 0;
}

/* day, proof, event and reference of a fact; NULL: none. */
static void
put_proof(struct grid *g, const struct limitation_fact *f)
{
	if (f == NULL || f->event != LIMITATION_DEMAND)
		grid_text(g, NULL);
	else
		grid_text(g, limitation_proof_word(f->proof));
	if (f == NULL || f->seq == 0)
		grid_text(g, NULL);
	else
		grid_int(g, f->seq);
	grid_text(g, f == NULL ? NULL : f->reference);
}

static void
put_item(struct grid *g, const struct rows *r, const struct row *row)
{
	const struct limitation_item *it = &row->item;
	const struct limitation_fact *f = row->l.last < 0 ? NULL :
	    &row->facts[row->l.last];

	grid_text(g, it->account);
	grid_text(g, it->document);
	grid_int(g, row->l.ends - r->ask->today);
	grid_day(g, row->l.ends);
	grid_text(g, it->open.cur);
	grid_money(g, it->open.minor, it->open.cur);
	grid_text(g, r->pack.id);
	grid_day(g, row->l.base);
	grid_int(g, row->l.counted);
	grid_text(g, f == NULL ? NULL : limitation_event_word(f->event));
	grid_day(g, f == NULL ? DATE_NONE : f->day);
	put_proof(g, f);
	grid_int(g, row->l.late);
	grid_day(g, r->pack.guarantee == 0 ? DATE_NONE :
	    date_add_months(row->l.base, r->pack.guarantee));
	grid_text(g, it->name);
}

static void
put_facts(struct grid *g, const struct row *row)
{
	const struct limitation_fact *f;
	size_t i;

	for (i = 0; i < row->n; i++) {
		f = &row->facts[i];
		grid_text(g, row->item.document);
		grid_day(g, f->day);
		grid_text(g, limitation_event_word(f->event));
		grid_text(g, limitation_effect_word(f->effect));
		put_proof(g, f);
	}
}

int
limitation_fill(const struct limitation_ask *a, struct grid *items,
    struct grid *facts, struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct rows *r = mem_new(ctx, struct rows);
	size_t i;

	r->ask = a;
	grid_define(items, item_columns);
	if (facts != NULL)
		grid_define(facts, fact_columns);
	if (!limit_pack(a->company, &r->pack))
		return 0;
	if (read_all(r, err) < 0)
		return -1;
	for (i = 0; i < r->n; i++) {
		put_item(items, r, &r->list[i]);
		if (facts != NULL)
			put_facts(facts, &r->list[i]);
	}
	grid_note(items, r->pack.source, r->pack.source);
	return 1;
}

int
report_limitation(struct report_job *j, struct err *err)
{
	const struct limitation_ask a = { j->db, j->company,
		j->ask.company_id, j->account_id, j->ask.today };
	int r = limitation_fill(&a, j->grid, NULL, err);

	if (r == 0)
		return err_set(err, ERR_CONFIG, "companies.%s: no limitation "
		    "rules are known for %s: set limitation in dunlin.yaml",
		    j->company->code, j->company->country);
	grid_note(j->grid, "Counted from the due day; of several that "
	    "interrupted it the last is named, with the account's event or "
	    "the receipt that shows it. A guarantor, where nothing else was "
	    "agreed, must be asked (one who stands in second place: sued) by "
	    "the day named; nothing interrupts that. For people who know the "
	    "law: no advice.", "自到期日起算；多次中断的，列出最后一次及其依据（客户"
	    "事件或凭证）。有保证人且未另行约定保证期间的，应在所列日期前请求其承担"
	    "保证责任（一般保证须提起诉讼或仲裁），该期间不中断。供懂法律的人员参考，不构成法律意见。");
	return r < 0 ? -1 : 0;
}
