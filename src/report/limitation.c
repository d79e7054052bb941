#include "report/limitation.h"

#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"
#include "core/money.h"
#include "report/reports.h"
#include "track/guarantee.h"
#include "track/limit.h"

#include <stdlib.h>
#include <string.h>

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
	{ "guarantors", GRID_TEXT, "GUARANTORS", "保证人" },
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
	struct guaranteed *by;
	size_t n_by;
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

static void
put_event(struct grid *g, const struct limitation_fact *f)
{
	if (f == NULL)
		grid_text(g, NULL);
	else
		grid_say(g, limitation_event_word(f->event),
		    limitation_event_text(f->event, grid_language(g)));
}

/* day, proof, event and reference of a fact; NULL: none. */
static void
put_proof(struct grid *g, const struct limitation_fact *f)
{
	if (f == NULL || f->event != LIMITATION_DEMAND)
		grid_text(g, NULL);
	else
		grid_word(g, WORDS_PROOF, limitation_proof_word(f->proof));
	if (f == NULL || f->seq == 0)
		grid_text(g, NULL);
	else
		grid_int(g, f->seq);
	grid_text(g, f == NULL ? NULL : f->reference);
}

/* What a guarantor's state is called, of joint and ordinary ones. */
static const struct {
	const char *en[2], *zh[2];
} states[] = {
	[GUARANTEE_NO_END] = { { "joint, no last day", "ordinary, no last "
	    "day" }, { "连带责任保证，无期限", "一般保证，无期限" } },
	[GUARANTEE_WAITS] = { { "joint, to be asked by %s",
	    "ordinary, customer to be sued by %s" }, {
	    "连带责任保证，须在%s前请求",
	    "一般保证，须在%s前对债务人起诉或申请仲裁" } },
	[GUARANTEE_ASKED] = { { "joint, asked on %s",
	    "ordinary, customer sued on %s" }, {
	    "连带责任保证，已于%s请求",
	    "一般保证，已于%s对债务人起诉或申请仲裁" } },
	[GUARANTEE_FREE] = { { "joint, free since %s",
	    "ordinary, free since %s" }, { "连带责任保证，自%s起免责",
	    "一般保证，自%s起免责" } },
};

static void
add_guarantor(struct text *t, const struct guaranteed *by,
    enum guarantee_state s, int32_t last, bool zh)
{
	int kind = by->by.kind == GUARANTEE_ORDINARY;
	int32_t of = s == GUARANTEE_ASKED ? by->by.asked_on :
	    s == GUARANTEE_FREE ? last + 1 : last;
	const char *say = zh ? states[s].zh[kind] : states[s].en[kind];
	const char *at = strstr(say, "%s");
	char day[DATE_TEXT_MAX];

	text_addf(t, "%s%s%s", text_len(t) == 0 ? "" : zh ? "；" : "; ",
	    by->by.name, zh ? "：" : ": ");
	if (at == NULL)
		text_add(t, say);
	else
		text_addf(t, "%.*s%s%s", (int)(at - say), say,
		    date_format(of, day), at + 2);
}

static int
by_item(const void *key, const void *member)
{
	int64_t id = *(const int64_t *)key;
	const struct guaranteed *g = member;

	return (id > g->item_id) - (id < g->item_id);
}

/* The first last day of those who may still be asked, and all of them; of an
 * item that nobody answers for, the law's day. */
static void
put_guarantors(struct grid *g, const struct rows *r, const struct row *row)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct text *t = text_new(tmp);
	const struct guaranteed *by = r->n_by == 0 ? NULL : bsearch(
	    &row->item.item_id, r->by, r->n_by, sizeof(*r->by), by_item);
	int32_t first = DATE_NONE, last;
	enum guarantee_state s;

	if (by == NULL) {
		grid_day(g, limitation_guarantee(&r->pack, row->l.base,
		    DATE_NONE));
		grid_text(g, NULL);
		return;
	}
	while (by > r->by && by[-1].item_id == row->item.item_id)
		by--;
	for (; by < r->by + r->n_by && by->item_id == row->item.item_id;
	    by++) {
		s = guarantee_judge(&r->pack, by, r->ask->today, &last);
		if (s == GUARANTEE_WAITS && (first == DATE_NONE ||
		    last < first))
			first = last;
		add_guarantor(t, by, s, last, strcmp(grid_language(g),
		    "zh-CN") == 0);
	}
	grid_day(g, first);
	grid_text(g, text_str(t));
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
	put_event(g, f);
	grid_day(g, f == NULL ? DATE_NONE : f->day);
	put_proof(g, f);
	grid_int(g, row->l.late);
	put_guarantors(g, r, row);
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
		put_event(g, f);
		grid_word(g, WORDS_EFFECT, limitation_effect_word(f->effect));
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
	if (read_all(r, err) < 0 || guarantors_of_items(r, a->db,
	    a->company_id, a->account_id, &r->by, &r->n_by, err) < 0)
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
	    "the receipt that shows it. GUARANTOR UNTIL is the first day by "
	    "which a guarantor must be asked (for an ordinary one the "
	    "customer sued); where none is recorded (dunlin guarantor add), "
	    "the law's day for one with whom nothing else was agreed. Nothing "
	    "interrupts it. For people who know the law: no advice.",
	    "自到期日起算；多次中断的，列出最后一次及其依据（客户事件或凭证）。“保证期间至”为最先须向"
	    "保证人主张权利的日期（一般保证须对债务人起诉或申请仲裁）；未登记保证人的（dunlin "
	    "guarantor add），为未约定保证期间时的法定日期。该期间不中断。供懂法律的人员参考，"
	    "不构成法律意见。");
	return r < 0 ? -1 : 0;
}
