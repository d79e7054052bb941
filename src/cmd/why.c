/* why.c - every rule that fired or held for one account. */
#include "cmd/plan_walk.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cmd/table.h"
#include "core/date.h"
#include "render/locale.h"
#include "track/tiering.h"

#include <jansson.h>
#include <stdio.h>
#include <sysexits.h>

struct answer {
	void *ctx;
	struct cmd *c;
	struct tiering tier;
	struct plan_trail *trail;
};

static const char *
item_state(struct answer *a, const struct facts *f, size_t i,
    const struct plan_item *named, size_t n)
{
	size_t k;

	for (k = 0; k < n && named[k].i != i; k++)
		continue;
	if (k == n)
		return cmd_say(a->c, "held: not named", "暂停：不列入");
	if (f->items[i].open < 0)
		return cmd_say(a->c, "credit", "贷项");
	if (named[k].amount < f->items[i].open)
		return cmd_say(a->c, "named in part", "部分列入");
	return cmd_say(a->c, "named", "列入");
}

static void
print_items(struct answer *a, const struct facts *f, int64_t now)
{
	struct plan_item *named = mem_array(a->ctx, struct plan_item,
	    f->n_items + 1);
	const struct locale *lang = locale_for(a->c->language);
	struct table *t = table_new(a->ctx);
	size_t n = plan_items(f, now, named), i;
	char day[DATE_TEXT_MAX];
	struct money m;

	if (f->n_items == 0)
		return;
	table_column(t, cmd_say(a->c, "ITEM", "单据"), TABLE_LEFT);
	table_column(t, cmd_say(a->c, "DUE", "到期"), TABLE_LEFT);
	table_column(t, cmd_say(a->c, "OPEN", "未付"), TABLE_RIGHT);
	table_column(t, cmd_say(a->c, "IN THE MESSAGE", "是否列入"),
	    TABLE_LEFT);
	for (i = 0; i < f->n_items; i++) {
		m = money_zero(f->items[i].cur);
		m.minor = f->items[i].open;
		table_cell(t, f->items[i].document);
		table_cell(t, date_format(f->items[i].due, day));
		table_cell(t, locale_money(a->ctx, lang, m));
		table_cell(t, item_state(a, f, i, named, n));
	}
	table_print(t, stdout, 0);
	putchar('\n');
}

static void
print_verdict(struct answer *a, const struct facts *f, const struct plan *p)
{
	const struct cmd *c = a->c;
	char buf[32];

	switch (p->verdict) {
	case PLAN_NONE:
		puts(cmd_say(c, "Nothing is owed.", "无欠款。"));
		break;
	case PLAN_SEND:
		printf(cmd_say(c, "A message (%s) goes out at %s.\n",
		    "消息（%s）将于 %s 发送。\n"), p->step->id,
		    plan_walk_time(f, p->slot, buf));
		break;
	case PLAN_WAIT:
		printf(cmd_say(c, "Nothing to send yet; looked at again at "
		    "%s.\n", "暂无可发送内容，%s 再次检查。\n"),
		    plan_walk_time(f, p->next_at, buf));
		break;
	case PLAN_HELD:
		printf(cmd_say(c, "Held (%s): %s; review on %s.\n",
		    "暂停（%s）：%s，%s 复核。\n"), hold_name(p->hold),
		    hold_text(p->hold, c->language),
		    plan_walk_time(f, p->review_at, buf));
		break;
	case PLAN_TASK:
		printf(cmd_say(c, "A person's turn: %s.\n",
		    "需人工处理：%s。\n"), p->reason);
		break;
	}
}

static void
print_text(struct answer *a, const struct facts *f, const struct plan *p,
    int64_t now)
{
	const char *rule, *text;
	size_t i;

	printf("%s  %s\n", f->code, f->name);
	print_verdict(a, f, p);
	putchar('\n');
	print_items(a, f, now);
	for (i = 0; i < plan_trail_count(a->trail); i++) {
		plan_trail_get(a->trail, i, &rule, &text);
		printf("  %-12s %s\n", rule, text);
	}
}

static void
print_json(struct answer *a, const struct facts *f, const struct plan *p)
{
	static const char *const verdicts[] = { "none", "send", "wait",
		"held", "task" };
	json_t *rules = json_array(), *j;
	const char *rule, *text;
	char slot[CLOCK_TEXT_MAX], next[CLOCK_TEXT_MAX];
	size_t i;

	for (i = 0; i < plan_trail_count(a->trail); i++) {
		plan_trail_get(a->trail, i, &rule, &text);
		json_array_append_new(rules, json_pack("{s:s, s:s}", "rule",
		    rule, "text", text));
	}
	j = json_pack("{s:s, s:s, s:s, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, "
	    "s:o}", "account", f->code, "name", f->name, "verdict",
	    verdicts[p->verdict], "stage", p->stage < 0 ? NULL :
	    stage_name((enum stage)p->stage), "step", p->step == NULL ?
	    NULL : p->step->id, "slot", p->step == NULL ? NULL :
	    clock_format(p->slot, slot), "hold", p->verdict == PLAN_HELD ?
	    hold_name(p->hold) : NULL, "task", p->reason, "next",
	    p->next_at == CLOCK_NONE ? NULL : clock_format(p->next_at, next),
	    "rules", rules);
	json_dumpf(j, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(j);
}

static int
tell(const struct plan_walk *w, const struct facts *f, const struct plan *p,
    void *arg)
{
	struct answer *a = arg;

	plan_trail_add(a->trail, "tier", "%s: %s", tier_name(a->tier.tier),
	    behave_words(a->ctx, &w->company->policy->behaviour, &a->tier.is,
	    a->c->language));
	if (a->c->json)
		print_json(a, f, p);
	else
		print_text(a, f, p, w->now);
	return 0;
}

int
cmd_why(struct cmd *c, int argc, char **argv, struct err *err)
{
	MEM_AUTO void *ctx = talloc_new(NULL);
	struct answer a = { .ctx = ctx, .c = c };
	struct cmd_account account;
	int32_t on = DATE_NONE;
	const struct cmd_option options[] = {
		{ "on", OPTION_DATE, &on },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct plan_walk w;

	if (cmd_options(options, &argc, argv, 1, 1, err) < 0 ||
	    plan_walk_begin(c, on, &w, err) < 0 ||
	    cmd_account(c, argv[1], &account, err) < 0 ||
	    tiering_look(c->db, account.company, account.account_id, w.now,
	    &a.tier, err) < 0)
		return -1;
	a.trail = plan_trail_new(ctx);
	return plan_walk(&w, account.account_id, a.trail, tell, &a, err) < 0 ?
	    -1 : EX_OK;
}
