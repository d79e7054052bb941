#include "cmd/account.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "cmd/table.h"
#include "core/date.h"
#include "core/money.h"
#include "core/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WHEN_MAX 32

/* "Fri 2026-11-20 09:00" in the customer's zone. */
static const char *
when(const struct account_view *v, int64_t t, char buf[WHEN_MAX])
{
	static const char *const en[] = { "Mon", "Tue", "Wed", "Thu", "Fri",
		"Sat", "Sun" };
	static const char *const zh[] = { "周一", "周二", "周三", "周四",
		"周五", "周六", "周日" };
	char day[DATE_TEXT_MAX];
	int32_t d, second;
	enum weekday w;

	if (t == CLOCK_NONE)
		return NULL;
	d = zone_day(v->zone, t, &second);
	w = date_weekday(d);
	snprintf(buf, WHEN_MAX, "%s %s %02d:%02d", cmd_say(v->c, en[w],
	    zh[w]), date_format(d, day), second / 3600, second / 60 % 60);
	return buf;
}

static int32_t
today(const struct account_view *v)
{
	int32_t second;

	return zone_day(v->zone, v->c->now, &second);
}

/* Why it has its tier, and what might be agreed. */
static void
put_tier(void *ctx, const struct account_view *v)
{
	const struct policy_behaviour *p = &v->a.company->policy->behaviour;
	const char *terms = terms_words(ctx, v->terms, v->c->language);

	printf(cmd_say(v->c, "Tier %s: %s\n", "等级 %s：%s\n"),
	    behave_tier_words(v->facts->tier, v->c->language),
	    behave_words(ctx, p, &v->tier.is, v->c->language));
	if (v->tier.is.worse)
		printf("%s\n", behave_trend_words(ctx, p, &v->tier.is,
		    v->c->language));
	if (terms != NULL)
		printf("%s\n", terms);
}

static void
put_head(void *ctx, const struct account_view *v)
{
	const struct facts *f = v->facts;
	char limit[MONEY_TEXT_MAX], used[MONEY_TEXT_MAX];
	struct money open;

	printf("%s  %s\n", f->code, f->name);
	printf(cmd_say(v->c, "%s, %s, language %s, country %s, zone %s\n",
	    "%s，%s，语言 %s，国家 %s，时区 %s\n"),
	    party_kind_name(f->party_kind), tier_name(f->tier),
	    f->language != NULL ? f->language : "-",
	    f->country != NULL ? f->country : "-", zone_name(v->zone));
	put_tier(ctx, v);
	if (f->credit_limit.minor > 0) {
		open = money_zero(f->credit_limit.cur);
		open.minor = plan_exposure(f, open.cur);
		printf(cmd_say(v->c, "Credit limit %s %s, used %s\n",
		    "信用额度 %s %s，已用 %s\n"), open.cur,
		    money_format(f->credit_limit, limit),
		    money_format(open, used));
	}
	if (v->plan.stage >= 0)
		printf(cmd_say(v->c, "Stage %s\n", "阶段 %s\n"),
		    stage_name(v->plan.stage));
}

static void
put_contacts(void *ctx, const struct account_view *v)
{
	const struct facts *f = v->facts;
	struct table *t = table_new(ctx);
	size_t i;

	if (f->n_contacts == 0) {
		printf("\n%s\n", cmd_say(v->c, "No contacts.",
		    "没有联系方式。"));
		return;
	}
	table_column(t, "CONTACT", TABLE_LEFT);
	table_column(t, "ADDRESS", TABLE_LEFT);
	table_column(t, "NAME", TABLE_LEFT);
	table_column(t, "STATE", TABLE_LEFT);
	for (i = 0; i < f->n_contacts; i++) {
		table_cell(t, contact_role_name(f->contacts[i].role));
		table_cell(t, f->contacts[i].address);
		table_cell(t, f->contacts[i].name);
		table_cell(t, address_state_name(f->contacts[i].state));
	}
	putchar('\n');
	table_print(t, stdout, 0);
}

static void
put_items(void *ctx, const struct account_view *v)
{
	const struct facts *f = v->facts;
	struct table *t = table_new(ctx);
	char buf[MONEY_TEXT_MAX], day[DATE_TEXT_MAX];
	const struct fact_item *item;
	struct money m;
	size_t i;

	if (f->n_items == 0) {
		printf("\n%s\n", cmd_say(v->c, "Nothing is open.",
		    "没有未清项目。"));
		return;
	}
	table_column(t, "ITEM", TABLE_LEFT);
	table_column(t, "KIND", TABLE_LEFT);
	table_column(t, "DUE", TABLE_LEFT);
	table_column(t, "DAYS PAST DUE", TABLE_RIGHT);
	table_column(t, "AMOUNT", TABLE_RIGHT);
	table_column(t, "OPEN", TABLE_RIGHT);
	table_column(t, "CURRENCY", TABLE_LEFT);
	for (i = 0; i < f->n_items; i++) {
		item = &f->items[i];
		table_cell(t, item->document);
		table_cell(t, item_kind_name(item->kind));
		table_cell(t, date_format(item->due, day));
		table_cellf(t, "%d", today(v) - item->due);
		memcpy(m.cur, item->cur, sizeof(m.cur));
		m.minor = item->amount;
		table_cell(t, money_format(m, buf));
		m.minor = item->open;
		table_cell(t, money_format(m, buf));
		table_cell(t, item->cur);
	}
	putchar('\n');
	table_print(t, stdout, 0);
}

static const char *
held_item(const struct facts *f, int64_t id)
{
	size_t i;

	for (i = 0; i < f->n_items; i++)
		if (f->items[i].id == id)
			return f->items[i].document;
	return NULL;
}

static void
put_holds(void *ctx, const struct account_view *v)
{
	const struct facts *f = v->facts;
	struct table *t = table_new(ctx);
	const struct fact_hold *h;
	char buf[WHEN_MAX];
	size_t i;

	if (f->n_holds == 0)
		return;
	table_column(t, "HOLD", TABLE_RIGHT);
	table_column(t, "KIND", TABLE_LEFT);
	table_column(t, "SCOPE", TABLE_LEFT);
	table_column(t, "ON", TABLE_LEFT);
	table_column(t, "REVIEW", TABLE_LEFT);
	table_column(t, "NOTE", TABLE_CUT);
	for (i = 0; i < f->n_holds; i++) {
		h = &f->holds[i];
		table_cellf(t, "%lld", (long long)h->id);
		table_cell(t, hold_name((enum hold_kind)h->kind));
		table_cell(t, hold_scope_name(h->scope));
		table_cell(t, held_item(f, h->item_id));
		table_cell(t, when(v, h->review_at, buf));
		table_cell(t, h->note);
	}
	putchar('\n');
	table_print(t, stdout, 0);
}

/* The last offer for paying by a day. */
static void
put_offer(const struct account_view *v)
{
	const struct fact_offer *f = v->facts->offer;
	char sum[MONEY_TEXT_MAX], full[MONEY_TEXT_MAX];
	char made[DATE_TEXT_MAX], day[DATE_TEXT_MAX];
	struct money m;

	if (f == NULL)
		return;
	m = money_zero(f->terms.cur);
	m.minor = offer_sum(&f->terms);
	money_format(m, sum);
	m.minor = f->terms.full;
	printf(cmd_say(v->c, "\nOffer of %s: %s %s of %s by %s: %s\n",
	    "\n%s 的付款优惠：%s %s（应付 %s），截止 %s：%s\n"),
	    date_format(f->terms.on, made), m.cur, sum, money_format(m, full),
	    date_format(f->terms.day, day), offer_state_name(f->state));
}

static void
put_next(const struct account_view *v)
{
	const struct plan *p = &v->plan;
	const struct facts *f = v->facts;
	char buf[WHEN_MAX];

	printf("\n%s", cmd_say(v->c, "Next: ", "下一步："));
	switch (p->verdict) {
	case PLAN_SEND:
		printf(cmd_say(v->c, "%s to %s, %s\n", "%s，发给 %s，%s\n"),
		    p->step->id, p->contact < 0 ? "-" :
		    f->contacts[p->contact].address, when(v, p->slot, buf));
		break;
	case PLAN_HELD:
		printf(cmd_say(v->c, "held: %s; to be reviewed %s\n",
		    "暂停：%s；复核时间 %s\n"),
		    hold_text(p->hold, v->c->language),
		    p->review_at == CLOCK_NONE ? "-" :
		    when(v, p->review_at, buf));
		break;
	case PLAN_TASK:
		printf(cmd_say(v->c, "a person's turn: %s\n",
		    "由人工处理：%s\n"), p->reason);
		break;
	case PLAN_WAIT:
		printf(cmd_say(v->c, "nothing to send yet; looked at again "
		    "%s\n", "暂无须发送；再次检查 %s\n"),
		    p->next_at == CLOCK_NONE ? "-" :
		    when(v, p->next_at, buf));
		break;
	case PLAN_NONE:
		puts(cmd_say(v->c, "nothing is due", "无到期事项"));
		break;
	}
}

static void
add_value(struct text *t, const json_t *value)
{
	const json_t *element, *item;
	char *dump;
	size_t i;

	if (json_is_string(value)) {
		text_add(t, json_string_value(value));
		return;
	}
	/* A list of items is told by their document numbers, what was read
	 * in a reply by its words. */
	if (json_is_array(value)) {
		json_array_foreach(value, i, element) {
			item = json_object_get(element, "item");
			if (item == NULL)
				item = json_object_get(element, "quote");
			text_add(t, i > 0 ? " " : "");
			add_value(t, item != NULL ? item : element);
		}
		return;
	}
	if (json_is_real(value)) {
		text_addf(t, "%.2f", json_real_value(value));
		return;
	}
	dump = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	text_add(t, dump);
	free(dump);
}

/* {"a": 1, "b": "x"} as "a 1, b x": for people. */
static const char *
details(void *ctx, const struct account_view *v, const char *payload)
{
	char buf[WHEN_MAX];
	struct text *t = text_new(ctx);
	json_t *j, *value;
	const char *key;

	j = payload == NULL ? NULL : json_loads(payload, 0, NULL);
	if (j == NULL)
		return payload == NULL ? "(erased)" : payload;
	json_object_foreach(j, key, value) {
		if (json_is_array(value) && json_array_size(value) == 0)
			continue;
		text_add(t, text_len(t) > 0 ? ", " : "");
		text_add(t, key);
		text_addc(t, ' ');
		if (strcmp(key, "at") == 0 && json_is_integer(value))
			text_add(t, when(v, json_integer_value(value), buf));
		else
			add_value(t, value);
	}
	json_decref(j);
	return text_str(t);
}

static void
put_events(void *ctx, const struct account_view *v)
{
	struct table *t = table_new(ctx);
	char buf[WHEN_MAX];
	size_t i;

	if (v->n_events == 0)
		return;
	table_column(t, "WHEN", TABLE_LEFT);
	table_column(t, "WHO", TABLE_LEFT);
	table_column(t, "WHAT", TABLE_LEFT);
	table_column(t, "DETAILS", TABLE_CUT);
	for (i = 0; i < v->n_events; i++) {
		table_cell(t, when(v, v->events[i].at, buf));
		table_cell(t, v->events[i].actor);
		table_cell(t, v->events[i].kind);
		table_cell(t, details(ctx, v, v->events[i].payload));
	}
	putchar('\n');
	table_print(t, stdout, 0);
	if (v->n_left_out > 0)
		printf(cmd_say(v->c, "%zu earlier events: --all\n",
		    "更早的 %zu 条：--all\n"), v->n_left_out);
}

void
account_print(void *ctx, const struct account_view *v)
{
	put_head(ctx, v);
	put_contacts(ctx, v);
	put_items(ctx, v);
	put_holds(ctx, v);
	put_offer(v);
	put_next(v);
	put_events(ctx, v);
}
