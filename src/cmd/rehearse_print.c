#include "cmd/rehearse.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cmd/table.h"
#include "core/date.h"
#include "render/locale.h"

#include <stdio.h>
#include <string.h>

#define TOP 5

struct sheet {
	const struct cmd *c;
	void *ctx;
	struct report *const *r;
	size_t n;
	struct table *t;
};

/* A section with a column of numbers for each policy. */
static void
open_part(struct sheet *s, const char *en, const char *zh)
{
	size_t k;

	putchar('\n');
	s->t = table_new(s->ctx);
	table_column(s->t, cmd_say(s->c, en, zh), TABLE_LEFT);
	for (k = 0; k < s->n; k++)
		table_column(s->t, s->r[k]->policy, TABLE_RIGHT);
}

static void
close_part(struct sheet *s)
{
	table_print(s->t, stdout, 0);
	TALLOC_FREE(s->t);
}

static void
print_messages(struct sheet *s)
{
	const struct policy *p = s->r[0]->steps;
	size_t i, k;
	int v;

	open_part(s, "Messages", "消息");
	for (v = 0; v < STAGE_COUNT; v++) {
		table_cell(s->t, stage_name((enum stage)v));
		for (k = 0; k < s->n; k++)
			table_cellf(s->t, "%ld", s->r[k]->stage[v]);
	}
	for (v = 0; v < CHANNEL_COUNT; v++) {
		if (s->r[0]->channel[v] == 0)
			continue;
		table_cell(s->t, channel_name((enum channel)v));
		for (k = 0; k < s->n; k++)
			table_cellf(s->t, "%ld", s->r[k]->channel[v]);
	}
	table_cell(s->t, cmd_say(s->c, "accounts written to",
	    "联系过的客户"));
	for (k = 0; k < s->n; k++)
		table_cellf(s->t, "%ld", s->r[k]->contacted);
	if (s->r[0]->offers + s->r[s->n - 1]->offers > 0) {
		table_cell(s->t, cmd_say(s->c, "offers for paying by a day",
		    "限期付款优惠"));
		for (k = 0; k < s->n; k++)
			table_cellf(s->t, "%ld", s->r[k]->offers);
	}
	close_part(s);
	if (s->n > 1)
		return;		/* their steps need not be the same */
	open_part(s, "Steps", "步骤");
	for (i = 0; i < p->n_steps; i++) {
		table_cell(s->t, p->steps[i].id);
		table_cellf(s->t, "%ld", s->r[0]->step[i]);
	}
	close_part(s);
}

static void
share_cell(struct sheet *s, const struct report_share *x)
{
	table_cellf(s->t, cmd_say(s->c, "%ld of %ld", "%ld/%ld"), x->named,
	    x->all);
}

static void
print_reach(struct sheet *s)
{
	const struct report_account *top;
	const char *cur;
	struct money m;
	size_t k, i, q;

	open_part(s, "Reach", "覆盖");
	table_cell(s->t, cmd_say(s->c, "undisputed items paid 10 days late "
	    "or more: named in M1", "无异议、迟付10天以上的款项：M1中提及"));
	for (k = 0; k < s->n; k++)
		share_cell(s, &s->r[k]->late);
	table_cell(s->t, cmd_say(s->c, "undisputed items open 7 days before "
	    "due: named in M0", "无异议、到期前7天未付的款项：M0中提及"));
	for (k = 0; k < s->n; k++)
		share_cell(s, &s->r[k]->early);
	table_cell(s->t, cmd_say(s->c, "most messages to one account",
	    "单个客户最多消息数"));
	for (k = 0; k < s->n; k++)
		table_cellf(s->t, "%d", report_top(s->r[k], false, 1, &top) >
		    0 ? top->messages : 0);
	table_cell(s->t, cmd_say(s->c, "longest silence towards an overdue "
	    "account, days", "对逾期客户的最长沉默（天）"));
	for (k = 0; k < s->n; k++)
		table_cellf(s->t, "%d", report_top(s->r[k], true, 1, &top) >
		    0 ? top->silence : 0);
	for (i = 0; i < s->r[0]->n_series; i++) {
		cur = s->r[0]->series[i].cur;
		table_cellf(s->t, cmd_say(s->c, "overdue and never named, at "
		    "the end, %s", "期末逾期且从未提及（%s）"), cur);
		m = money_zero(cur);
		for (k = 0; k < s->n; k++) {
			for (q = 0; q < s->r[k]->n_series; q++)
				if (strcmp(s->r[k]->series[q].cur, cur) == 0)
					m.minor = s->r[k]->series[q].quiet[
					    s->r[k]->n_days - 1];
			table_cell(s->t, locale_money(s->ctx,
			    locale_for(s->c->language), m));
		}
	}
	close_part(s);
}

static long
task_count(const struct report *r, const char *reason)
{
	size_t i;

	for (i = 0; i < r->n_tasks; i++)
		if (strcmp(r->task[i].reason, reason) == 0)
			return r->task[i].n;
	return 0;
}

static void
print_work(struct sheet *s)
{
	size_t i, k, q;
	int v;

	open_part(s, "Tasks for people", "人工任务");
	for (q = 0; q < s->n; q++)
		for (i = 0; i < s->r[q]->n_tasks; i++) {
			const char *reason = s->r[q]->task[i].reason;

			if (q > 0 && task_count(s->r[0], reason) > 0)
				continue;
			table_cell(s->t, reason);
			for (k = 0; k < s->n; k++)
				table_cellf(s->t, "%ld",
				    task_count(s->r[k], reason));
		}
	close_part(s);
	open_part(s, "Holds", "暂停");
	for (v = 0; v < HOLD_COUNT; v++) {
		if (s->r[0]->hold[v] == 0 && s->r[s->n - 1]->hold[v] == 0)
			continue;
		table_cell(s->t, hold_text((enum hold_kind)v,
		    s->c->language));
		for (k = 0; k < s->n; k++)
			table_cellf(s->t, "%ld", s->r[k]->hold[v]);
	}
	close_part(s);
}

static void
print_accounts(struct sheet *s)
{
	const struct report_account *top[TOP];
	char day[DATE_TEXT_MAX];
	struct table *t = table_new(s->ctx);
	size_t i, n = report_top(s->r[0], true, TOP, top);

	if (s->n > 1 || n == 0)
		return;
	putchar('\n');
	table_column(t, cmd_say(s->c, "Longest silence", "沉默最长"),
	    TABLE_LEFT);
	table_column(t, cmd_say(s->c, "Days", "天数"), TABLE_RIGHT);
	table_column(t, cmd_say(s->c, "From", "起于"), TABLE_LEFT);
	table_column(t, cmd_say(s->c, "Messages", "消息"), TABLE_RIGHT);
	table_column(t, cmd_say(s->c, "Because", "原因"), TABLE_CUT);
	for (i = 0; i < n; i++) {
		table_cell(t, top[i]->code);
		table_cellf(t, "%d", top[i]->silence);
		table_cell(t, date_format(top[i]->silence_from, day));
		table_cellf(t, "%d", top[i]->messages);
		table_cell(t, top[i]->silence_why);
	}
	table_print(t, stdout, 0);
}

static void
print_violations(struct sheet *s)
{
	const struct report_example *x;
	char at[CLOCK_TEXT_MAX];
	size_t k;
	int v, i;

	open_part(s, "Violations", "违规");
	for (v = 0; v < VIOLATION_COUNT; v++) {
		table_cell(s->t, violation_text((enum violation)v,
		    s->c->language));
		for (k = 0; k < s->n; k++)
			table_cellf(s->t, "%ld", s->r[k]->violations[v]);
	}
	close_part(s);
	for (k = 0; k < s->n; k++)
		for (v = 0; v < VIOLATION_COUNT; v++)
			for (i = 0; i < REPORT_EXAMPLES &&
			    i < s->r[k]->violations[v]; i++) {
				x = &s->r[k]->example[v][i];
				printf("%s %s %s: %s\n",
				    violation_name((enum violation)v),
				    clock_format(x->at, at), x->account,
				    x->what);
			}
}

void
rehearse_print(const struct cmd *c, struct report *const *r, size_t n)
{
	MEM_AUTO void *ctx = talloc_new(NULL);
	struct sheet s = { .c = c, .ctx = ctx, .r = r, .n = n };
	char from[DATE_TEXT_MAX], to[DATE_TEXT_MAX];

	printf(cmd_say(c, "Rehearsed %s to %s: %ld accounts, %ld items, %ld "
	    "messages; nothing was sent.\n",
	    "已演练 %s 至 %s：%ld 个客户、%ld 笔款项、%ld 条消息；未发送任何内容。\n"),
	    date_format(r[0]->from, from), date_format(r[0]->to, to),
	    r[0]->n_accounts, r[0]->items, r[0]->messages);
	if (r[0]->assumed > 0)
		printf(cmd_say(c, "%ld accounts have no contact at all and "
		    "were rehearsed as if they had a mail address (not with "
		    "--real-contacts).\n",
		    "%ld 个客户没有任何联系方式，演练时假定其有邮箱"
		    "（可用 --real-contacts 关闭）。\n"), r[0]->assumed);
	if (r[0]->replies > 0)
		printf(cmd_say(c, "Simulated debtors wrote %ld replies; %ld "
		    "were read as they were meant.\n",
		    "模拟客户回复 %ld 条，其中 %ld 条被正确理解。\n"),
		    r[0]->replies, r[0]->understood);
	print_messages(&s);
	print_reach(&s);
	print_work(&s);
	print_accounts(&s);
	print_violations(&s);
}
