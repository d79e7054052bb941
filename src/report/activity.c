/* Reports that count what was promised, recovered, disputed, said and done. */
#include "report/reports.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/kinds.h"

#include <stdlib.h>
#include <string.h>

#define RECOVERED_DAYS 30

/* --- promises --- */

struct rate {
	char currency[8];
	int64_t kept, decided, kept_sum, decided_sum;
};

struct promises {
	struct grid *g;
	struct rate rate;
};

static void
put_rate(struct promises *p)
{
	const struct rate *r = &p->rate;

	if (r->decided == 0)
		return;
	grid_text(p->g, r->currency);
	grid_word(p->g, WORDS_FIGURE, "kept rate %");
	grid_int(p->g, r->decided);
	grid_ratio(p->g, 100 * r->kept, r->decided, 1);
	grid_ratio(p->g, 100 * r->kept_sum, r->decided_sum, 1);
}

static int
take_promise(const struct answer *a, void *arg)
{
	struct promises *p = arg;
	struct rate *r = &p->rate;
	bool kept = strcmp(a->text[1], "kept") == 0;

	if (strcmp(r->currency, a->text[0]) != 0) {
		put_rate(p);
		memset(r, 0, sizeof(*r));
		strncpy(r->currency, a->text[0], sizeof(r->currency) - 1);
	}
	if (kept || strcmp(a->text[1], "broken") == 0 ||
	    strcmp(a->text[1], "partly-kept") == 0) {
		r->decided += a->n[0];
		r->decided_sum += a->n[1];
		r->kept += kept ? a->n[0] : 0;
		r->kept_sum += kept ? a->n[1] : 0;
	}
	grid_text(p->g, a->text[0]);
	grid_word(p->g, WORDS_PROMISE, a->text[1]);
	grid_int(p->g, a->n[0]);
	grid_money(p->g, a->n[1], a->text[0]);
	grid_money(p->g, a->n[2], a->text[0]);
	return 0;
}

/* In the same table: what we said that they might pay. */
static int
take_offer(const struct answer *a, void *arg)
{
	struct grid *g = arg;
	char state[32];

	snprintf(state, sizeof(state), "offer %s", a->text[1]);
	grid_text(g, a->text[0]);
	grid_word(g, WORDS_FIGURE, state);
	grid_int(g, a->n[0]);
	grid_money(g, a->n[1], a->text[0]);
	grid_money(g, a->n[2], a->text[0]);
	return 0;
}

int
report_promises(struct report_job *j, struct err *err)
{
	static const struct grid_column columns[] = {
		{ "currency", GRID_TEXT, "CURRENCY", "币种" },
		{ "state", GRID_TEXT, "STATE", "状态" },
		{ "promises", GRID_NUMBER, "PROMISES", "承诺数" },
		{ "promised", GRID_NUMBER, "PROMISED", "承诺金额" },
		{ "paid", GRID_NUMBER, "PAID", "已付" },
		{ NULL, GRID_TEXT, NULL, NULL }
	};
	struct promises p = { .g = j->grid };
	struct grid *g = j->grid;

	grid_define(g, columns);
	if (reports_ask(j->db, ASK_PROMISES, &j->ask, take_promise, &p, err) <
	    0)
		return -1;
	put_rate(&p);
	if (reports_ask(j->db, ASK_OFFERS, &j->ask, take_offer, g, err) < 0)
		return -1;
	grid_note(g, "By the day promised. The kept rate is of promises that "
	    "the ledger has decided (kept, partly kept, broken): by number, "
	    "then by amount. Offers for paying by a day: by their last day.",
	    "按承诺日统计。兑现率以账目已判定的承诺（兑现、部分兑现、未兑现）"
	    "为准：先按笔数，后按金额。限期付款优惠按截止日统计。");
	return 0;
}

/* --- recovery --- */

struct recovery {
	struct grid *g;
	char currency[8];
	int64_t stage;		/* -1: none in hand */
	int64_t items, early, paid, named, recovered;
	int32_t today;
	int64_t *days;
	size_t n_days;
	void *owner;
};

static int
by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void
put_stage(struct recovery *r)
{
	struct grid *g = r->g;
	int64_t mature = r->items - r->early;

	if (r->stage < 0)
		return;
	grid_text(g, r->currency);
	grid_text(g, stage_name((enum stage)r->stage));
	grid_int(g, mature);
	grid_money(g, r->named, r->currency);
	grid_money(g, r->recovered, r->currency);
	grid_ratio(g, 100 * r->recovered, r->named, 1);
	grid_ratio(g, 100 * r->paid, mature, 1);
	if (r->n_days > 0)
		qsort(r->days, r->n_days, sizeof(*r->days), by_value);
	if (2 * r->n_days > (size_t)mature)	/* half of them have paid */
		grid_int(g, r->days[((size_t)mature - 1) / 2]);
	else
		grid_text(g, NULL);
	grid_int(g, r->early);
}

static int
take_item(const struct answer *a, void *arg)
{
	struct recovery *r = arg;
	int64_t day = a->n[1], named = a->n[2], sum;
	bool paid = a->n[3] != 0 && a->n[4] != CLOCK_NONE && a->n[4] >= day;

	if (a->n[0] != r->stage || strcmp(r->currency, a->text[0]) != 0) {
		put_stage(r);
		r->stage = a->n[0];
		strncpy(r->currency, a->text[0], sizeof(r->currency) - 1);
		r->items = r->early = r->paid = r->named = r->recovered = 0;
		r->n_days = 0;
	}
	r->items++;
	if (day + RECOVERED_DAYS > r->today) {
		r->early++;
		return 0;
	}
	r->named += named;
	if (paid) {
		if ((r->n_days & (r->n_days + 1)) == 0)
			r->days = mem_grow(r->owner, r->days, int64_t,
			    2 * (r->n_days + 1));
		r->days[r->n_days++] = a->n[4] - day;
	}
	if (paid && a->n[4] <= day + RECOVERED_DAYS) {
		r->paid++;
		r->recovered += named;
	} else {
		sum = a->n[5];
		r->recovered += sum < named ? sum : named;
	}
	return 0;
}

int
report_recovery(struct report_job *j, struct err *err)
{
	static const struct grid_column columns[] = {
		{ "currency", GRID_TEXT, "CURRENCY", "币种" },
		{ "stage", GRID_TEXT, "STAGE", "阶段" },
		{ "items", GRID_NUMBER, "ITEMS", "笔数" },
		{ "named", GRID_NUMBER, "REMINDED OF", "提醒金额" },
		{ "recovered", GRID_NUMBER, "RECOVERED", "收回金额" },
		{ "percent", GRID_NUMBER, "%", "收回率%" },
		{ "percent_items", GRID_NUMBER, "% OF ITEMS", "按笔数%" },
		{ "median_days", GRID_NUMBER, "MEDIAN DAYS", "中位天数" },
		{ "too_early", GRID_NUMBER, "TOO EARLY", "未满30天" },
		{ NULL, GRID_TEXT, NULL, NULL }
	};
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct recovery r = { .g = j->grid, .stage = -1,
		.today = j->ask.today, .owner = ctx };
	struct grid *g = j->grid;

	grid_define(g, columns);
	if (reports_ask(j->db, ASK_RECOVERY, &j->ask, take_item, &r, err) < 0)
		return -1;
	put_stage(&r);
	grid_note(g, "Each item once in each stage, from the first reminder "
	    "that named it there; those reminded of less than 30 days ago "
	    "are counted apart. A payment after a reminder is not proven to "
	    "come from it.", "每笔在每个阶段只计一次，自该阶段首次提醒起算；"
	    "提醒未满 30 天的单列。提醒后付款并不等于因提醒而付款。");
	return 0;
}

/* --- disputes, contacts, collectors --- */

static int
take_dispute(const struct answer *a, void *arg)
{
	struct grid *g = arg;
	bool open = strcmp(a->text[1], "open") == 0;

	grid_word(g, WORDS_OBJECTION, a->text[0]);
	if (open)
		grid_say(g, a->text[1], words_say(WORDS_DISPUTE, "opened",
		    grid_language(g)));
	else
		grid_word(g, WORDS_DISPUTE, a->text[1]);
	grid_int(g, a->n[0]);
	grid_ratio(g, a->n[1], open ? 0 : a->n[0] * 86400, 1);
	grid_int(g, a->n[2]);
	return 0;
}

int
report_disputes(struct report_job *j, struct err *err)
{
	static const struct grid_column columns[] = {
		{ "reason", GRID_TEXT, "REASON", "原因" },
		{ "outcome", GRID_TEXT, "OUTCOME", "结果" },
		{ "disputes", GRID_NUMBER, "DISPUTES", "件数" },
		{ "mean_days", GRID_NUMBER, "DAYS TO CLOSE", "平均结案天数" },
		{ "late", GRID_NUMBER, "ANSWER LATE", "逾期未答" },
		{ NULL, GRID_TEXT, NULL, NULL }
	};
	struct grid *g = j->grid;

	grid_define(g, columns);
	return reports_ask(j->db, ASK_DISPUTES, &j->ask, take_dispute, g,
	    err);
}

static int
take_contact(const struct answer *a, void *arg)
{
	struct grid *g = arg;

	grid_word(g, WORDS_CHANNEL, a->text[0]);
	grid_word(g, WORDS_CLASS, a->text[1]);
	grid_word(g, WORDS_SENT, a->text[2]);
	grid_int(g, a->n[0]);
	return 0;
}

int
report_contacts(struct report_job *j, struct err *err)
{
	static const struct grid_column columns[] = {
		{ "channel", GRID_TEXT, "CHANNEL", "渠道" },
		{ "class", GRID_TEXT, "CLASS", "类别" },
		{ "outcome", GRID_TEXT, "OUTCOME", "结果" },
		{ "count", GRID_NUMBER, "COUNT", "次数" },
		{ NULL, GRID_TEXT, NULL, NULL }
	};
	struct grid *g = j->grid;

	grid_define(g, columns);
	return reports_ask(j->db, ASK_CONTACTS, &j->ask, take_contact, g,
	    err);
}

static int
take_collector(const struct answer *a, void *arg)
{
	struct grid *g = arg;
	int i;

	grid_text(g, a->text[0]);
	for (i = 0; i < 6; i++)
		grid_int(g, a->n[i]);
	grid_ratio(g, 100 * a->n[4], a->n[4] + a->n[5], 1);
	return 0;
}

int
report_collectors(struct report_job *j, struct err *err)
{
	static const struct grid_column columns[] = {
		{ "collector", GRID_TEXT, "COLLECTOR", "催收人员" },
		{ "accounts", GRID_NUMBER, "ACCOUNTS", "账户" },
		{ "tasks_open", GRID_NUMBER, "TASKS OPEN", "未完成任务" },
		{ "tasks_late", GRID_NUMBER, "LATE", "逾期任务" },
		{ "tasks_closed", GRID_NUMBER, "CLOSED", "已完成任务" },
		{ "kept", GRID_NUMBER, "PROMISES KEPT", "兑现承诺" },
		{ "broken", GRID_NUMBER, "BROKEN", "未兑现" },
		{ "kept_percent", GRID_NUMBER, "KEPT %", "兑现率%" },
		{ NULL, GRID_TEXT, NULL, NULL }
	};
	struct grid *g = j->grid;

	grid_define(g, columns);
	grid_note(g, "Accounts differ in how hard they are: this compares "
	    "work, not people. Amounts: report ageing --by collector.",
	    "各账户难易不同，本表比较的是工作而非个人。金额见 report ageing "
	    "--by collector。");
	return reports_ask(j->db, ASK_COLLECTORS, &j->ask, take_collector, g,
	    err);
}
