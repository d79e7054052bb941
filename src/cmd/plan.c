/* plan.c - what will go out, when, to whom; what is held, and why. */
#include "cmd/plan_walk.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cmd/table.h"
#include "core/date.h"
#include "core/zone.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

struct line {
	enum plan_verdict verdict;
	int64_t slot, priority;		/* slot: review of what is held */
	int stage;
	const char *when, *account, *name, *step, *amounts, *to, *why;
	json_t *json;
};

struct listing {
	void *ctx;
	struct cmd *c;
	int64_t company_id;
	struct line *lines;
	size_t n, max;
	int64_t waiting, nothing;
	int64_t no_zone, no_holidays;	/* warnings */
	/* Messages and what they ask for, by stage. */
	int64_t messages[STAGE_COUNT];
	struct plan_sum sums[STAGE_COUNT];
};

static json_t *
amounts_json(struct listing *l, const struct facts *f, int64_t now)
{
	struct plan_sum s = { NULL, 0 };
	json_t *j = json_object();
	char buf[MONEY_TEXT_MAX];
	size_t i;

	plan_walk_sum(l->ctx, f, now, &s);
	for (i = 0; i < s.n; i++)
		json_object_set_new(j, s.of[i].cur, json_string(
		    money_format(s.of[i], buf)));
	return j;
}

static const char *
why(struct listing *l, const struct plan *p)
{
	if (p->verdict == PLAN_HELD)
		return mem_fmt(l->ctx, "%s: %s", hold_name(p->hold),
		    hold_text(p->hold, l->c->language));
	return p->reason;
}

static const char *
stage_text(int stage)
{
	return stage < 0 ? "-" : stage_name((enum stage)stage);
}

static json_t *
to_json(struct listing *l, const struct facts *f, const struct plan *p,
    const struct line *one, int64_t now)
{
	char slot[CLOCK_TEXT_MAX] = "";
	json_t *j;

	if (one->slot != CLOCK_NONE)
		clock_format(one->slot, slot);
	j = json_pack("{s:s, s:s, s:s, s:o}", "account", f->code, "name",
	    f->name, "stage", stage_text(p->stage), "amounts",
	    amounts_json(l, f, now));
	if (p->step != NULL)
		json_object_update_new(j, json_pack("{s:s, s:s}", "step",
		    p->step->id, "cause", p->cause));
	if (p->verdict == PLAN_SEND)
		json_object_update_new(j, json_pack("{s:s, s:s, s:s, s:s, "
		    "s:s, s:b}", "slot", slot, "local", one->when, "zone",
		    zone_name(f->zone != NULL ? f->zone : f->company->zone),
		    "to", one->to, "language", p->language, "first_contact",
		    p->first_contact));
	if (p->verdict == PLAN_HELD)
		json_object_update_new(j, json_pack("{s:s, s:s, s:s, s:I}",
		    "hold", hold_name(p->hold), "text", hold_text(p->hold,
		    l->c->language), "review", slot, "hold_id",
		    (json_int_t)p->hold_id));
	if (p->reason != NULL)
		json_object_set_new(j, "task", json_string(p->reason));
	if (p->warning != NULL)
		json_object_set_new(j, "warning", json_string(p->warning));
	return j;
}

static int
take(const struct plan_walk *w, const struct facts *f, const struct plan *p,
    void *arg)
{
	struct listing *l = arg;
	struct line *one;
	char buf[32];

	if (p->warning != NULL && strcmp(p->warning, "zone-unknown") == 0)
		l->no_zone++;
	else if (p->warning != NULL)
		l->no_holidays++;
	if (p->verdict == PLAN_NONE || p->verdict == PLAN_WAIT) {
		l->waiting += p->verdict == PLAN_WAIT;
		l->nothing += p->verdict == PLAN_NONE;
		return 0;
	}
	if (l->n == l->max) {
		l->max = l->max * 2 + 64;
		l->lines = mem_grow(l->ctx, l->lines, struct line, l->max);
	}
	one = &l->lines[l->n++];
	memset(one, 0, sizeof(*one));
	one->verdict = p->verdict;
	one->slot = p->verdict == PLAN_SEND ? p->slot :
	    p->verdict == PLAN_HELD ? p->review_at : CLOCK_NONE;
	one->priority = p->priority;
	one->stage = p->stage;
	one->when = mem_str(l->ctx, plan_walk_time(f, one->slot, buf));
	one->account = mem_str(l->ctx, f->code);
	one->name = mem_str(l->ctx, f->name);
	one->step = p->step != NULL ? p->step->id : NULL;
	one->amounts = plan_walk_amounts(l->ctx, f, w->now, l->c->language);
	one->to = p->contact < 0 ? NULL :
	    mem_str(l->ctx, f->contacts[p->contact].address);
	one->why = why(l, p);
	if (l->c->json)
		one->json = to_json(l, f, p, one, w->now);
	if (p->verdict == PLAN_SEND) {
		l->messages[p->step->stage]++;
		plan_walk_sum(l->ctx, f, w->now, &l->sums[p->step->stage]);
	}
	return 0;
}

static int
by_time(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	if (x->verdict != y->verdict)
		return x->verdict < y->verdict ? -1 : 1;
	if (x->slot != y->slot)
		return x->slot < y->slot ? -1 : 1;
	if (x->priority != y->priority)
		return x->priority > y->priority ? -1 : 1;
	return strcmp(x->account, y->account);
}

static const struct part {
	enum plan_verdict verdict;
	const char *key, *en, *zh, *time_en, *time_zh;
} parts[] = {
	{ PLAN_SEND, "messages", "Messages", "待发消息", "WHEN", "时间" },
	{ PLAN_HELD, "held", "Held", "暂停", "REVIEW", "复核" },
	{ PLAN_TASK, "tasks", "For a person", "待人工处理", "", "" },
};
#define PARTS (sizeof(parts) / sizeof(*parts))

static void
columns(struct listing *l, struct table *t, const struct part *p)
{
	struct cmd *c = l->c;

	if (p->verdict != PLAN_TASK)
		table_column(t, cmd_say(c, p->time_en, p->time_zh),
		    TABLE_LEFT);
	table_column(t, cmd_say(c, "ACCOUNT", "客户"), TABLE_LEFT);
	table_column(t, cmd_say(c, "NAME", "名称"), TABLE_LEFT);
	table_column(t, cmd_say(c, "STAGE", "阶段"), TABLE_LEFT);
	table_column(t, cmd_say(c, "STEP", "步骤"), TABLE_LEFT);
	table_column(t, cmd_say(c, "AMOUNT", "金额"), TABLE_RIGHT);
	table_column(t, p->verdict == PLAN_SEND ? cmd_say(c, "TO", "收件人") :
	    cmd_say(c, "WHY", "原因"), TABLE_CUT);
}

static void
print_part(struct listing *l, const struct part *p)
{
	struct table *t = table_new(l->ctx);
	const struct line *one;
	size_t i, n = 0;

	columns(l, t, p);
	for (i = 0; i < l->n; i++) {
		one = &l->lines[i];
		if (one->verdict != p->verdict)
			continue;
		n++;
		if (p->verdict != PLAN_TASK)
			table_cell(t, one->when);
		table_cell(t, one->account);
		table_cell(t, one->name);
		table_cell(t, stage_text(one->stage));
		table_cell(t, one->step);
		table_cell(t, one->amounts);
		table_cell(t, p->verdict == PLAN_SEND ? one->to : one->why);
	}
	if (n == 0)
		return;
	printf("%s (%zu)\n", cmd_say(l->c, p->en, p->zh), n);
	table_print(t, stdout, 0);
	putchar('\n');
}

static void
print_totals(struct listing *l)
{
	struct table *t = table_new(l->ctx);
	int64_t n = 0;
	int s;

	table_column(t, cmd_say(l->c, "STAGE", "阶段"), TABLE_LEFT);
	table_column(t, cmd_say(l->c, "MESSAGES", "消息数"), TABLE_RIGHT);
	table_column(t, cmd_say(l->c, "AMOUNT", "金额"), TABLE_LEFT);
	for (s = 0; s < STAGE_COUNT; s++) {
		if (l->messages[s] == 0)
			continue;
		n += l->messages[s];
		table_cell(t, stage_name((enum stage)s));
		table_cellf(t, "%lld", (long long)l->messages[s]);
		table_cell(t, plan_sum_text(l->ctx, &l->sums[s],
		    l->c->language));
	}
	if (n > 0)
		table_print(t, stdout, 0);
	printf(cmd_say(l->c, "%lld accounts wait for a later day, %lld owe "
	    "nothing.\n", "%lld 个客户暂无到期步骤，%lld 个无欠款。\n"),
	    (long long)l->waiting, (long long)l->nothing);
}

static void
print_warnings(struct listing *l)
{
	if (l->no_zone > 0)
		printf(cmd_say(l->c, "%lld of them without time zone: that of "
		    "the company is taken.\n", "其中 %lld 个没有时区信息，按本公司时区"
		    "计算。\n"), (long long)l->no_zone);
	if (l->no_holidays > 0)
		printf(cmd_say(l->c, "%lld of them on days of which no "
		    "holidays are known, only weekends (dunlin check).\n",
		    "其中 %lld 个所处日期没有节假日数据，仅按周末计算（dunlin "
		    "check）。\n"), (long long)l->no_holidays);
}

static void
print_state(const struct plan_walk *w)
{
	if (!w->armed)
		puts(cmd_say(w->c, "This company is observing: nothing is "
		    "sent until \"dunlin arm\". This is what would go.\n",
		    "本公司处于观察状态：执行 dunlin arm 之前不会发送。以下为"
		    "届时将发送的内容。\n"));
	else if (w->stopped)
		puts(cmd_say(w->c, "Stopped: nothing is sent until \"dunlin "
		    "arm\". This is what would go.\n",
		    "已停止发送：执行 dunlin arm 后恢复。以下为届时将发送的"
		    "内容。\n"));
}

static void
print_json(const struct plan_walk *w, struct listing *l)
{
	char now[CLOCK_TEXT_MAX], buf[MONEY_TEXT_MAX];
	json_t *j, *list, *sums, *totals = json_object();
	size_t i, k;
	int s;

	j = json_pack("{s:s, s:s, s:b, s:s, s:I, s:I}", "company",
	    w->company->code, "state", w->armed ? "armed" : "observing",
	    "stopped", w->stopped, "now", clock_format(w->now, now),
	    "waiting", (json_int_t)l->waiting, "nothing",
	    (json_int_t)l->nothing);
	json_object_set_new(j, "warnings", json_pack("{s:I, s:I}",
	    "zone-unknown", (json_int_t)l->no_zone, "holidays-unknown",
	    (json_int_t)l->no_holidays));
	for (i = 0; i < PARTS; i++) {
		list = json_array();
		for (k = 0; k < l->n; k++)
			if (l->lines[k].verdict == parts[i].verdict)
				json_array_append_new(list, l->lines[k].json);
		json_object_set_new(j, parts[i].key, list);
	}
	for (s = 0; s < STAGE_COUNT; s++) {
		sums = json_object();
		for (i = 0; i < l->sums[s].n; i++)
			json_object_set_new(sums, l->sums[s].of[i].cur,
			    json_string(money_format(l->sums[s].of[i], buf)));
		json_object_set_new(totals, stage_name((enum stage)s),
		    json_pack("{s:I, s:o}", "messages",
		    (json_int_t)l->messages[s], "amounts", sums));
	}
	json_object_set_new(j, "totals", totals);
	json_dumpf(j, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(j);
}

int
cmd_plan(struct cmd *c, int argc, char **argv, struct err *err)
{
	MEM_AUTO void *ctx = talloc_new(NULL);
	struct listing l = { .ctx = ctx, .c = c };
	const char *account = NULL;
	struct cmd_account a = { .account_id = 0 };
	int32_t on = DATE_NONE;
	const struct cmd_option options[] = {
		{ "on", OPTION_DATE, &on },
		{ "account", OPTION_TEXT, &account },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct plan_walk w;
	size_t i;

	if (cmd_options(options, &argc, argv, 0, 0, err) < 0 ||
	    plan_walk_begin(c, on, &w, err) < 0 ||
	    (account != NULL && cmd_account(c, account, &a, err) < 0))
		return -1;
	w.as_if_armed = true;
	if (plan_walk(&w, a.account_id, NULL, take, &l, err) < 0)
		return -1;
	if (l.n > 0)
		qsort(l.lines, l.n, sizeof(*l.lines), by_time);
	if (c->json) {
		print_json(&w, &l);
		return EX_OK;
	}
	print_state(&w);
	for (i = 0; i < PARTS; i++)
		print_part(&l, &parts[i]);
	print_totals(&l);
	print_warnings(&l);
	return EX_OK;
}
