#include "cmd/rehearse.h"

#include "base/clock.h"
#include "core/date.h"

#include <jansson.h>
#include <stdio.h>

#define ACCOUNTS_MOST 1000

static void
put_int(json_t *j, const char *key, int64_t v)
{
	json_object_set_new(j, key, json_integer((json_int_t)v));
}

static json_t *
day_json(int32_t day)
{
	char buf[DATE_TEXT_MAX];

	return json_string(date_format(day, buf));
}

static json_t *
money_json(int64_t minor, const char *cur)
{
	char buf[MONEY_TEXT_MAX];
	struct money m = money_zero(cur);

	m.minor = minor;
	return json_string(money_format(m, buf));
}

static json_t *
messages_json(const struct report *r)
{
	json_t *j = json_object(), *part;
	size_t i;
	int k;

	put_int(j, "all", r->messages);
	put_int(j, "recipients", r->recipients);
	put_int(j, "accounts", r->contacted);
	put_int(j, "offers", r->offers);
	part = json_object();
	for (k = 0; k < STAGE_COUNT; k++)
		put_int(part, stage_name((enum stage)k), r->stage[k]);
	json_object_set_new(j, "stage", part);
	part = json_object();
	for (k = 0; k < CHANNEL_COUNT; k++)
		if (r->channel[k] > 0)
			put_int(part, channel_name((enum channel)k),
			    r->channel[k]);
	json_object_set_new(j, "channel", part);
	part = json_object();
	for (i = 0; i < r->steps->n_steps; i++)
		put_int(part, r->steps->steps[i].id, r->step[i]);
	json_object_set_new(j, "step", part);
	return j;
}

static json_t *
violations_json(const struct report *r)
{
	json_t *j = json_object();
	int v;

	for (v = 0; v < VIOLATION_COUNT; v++)
		put_int(j, violation_name((enum violation)v),
		    r->violations[v]);
	return j;
}

static json_t *
examples_json(const struct report *r)
{
	json_t *list = json_array();
	char at[CLOCK_TEXT_MAX];
	const struct report_example *x;
	int v, i;

	for (v = 0; v < VIOLATION_COUNT; v++)
		for (i = 0; i < REPORT_EXAMPLES &&
		    i < r->violations[v]; i++) {
			x = &r->example[v][i];
			json_array_append_new(list, json_pack("{s:s, s:s, "
			    "s:s, s:s}", "violation",
			    violation_name((enum violation)v), "account",
			    x->account, "at", clock_format(x->at, at), "what",
			    x->what));
		}
	return list;
}

static json_t *
debt_json(const struct report *r)
{
	json_t *j = json_object(), *weeks, *one;
	const struct report_series *s;
	size_t i;
	int d;

	for (i = 0; i < r->n_series; i++) {
		s = &r->series[i];
		weeks = json_array();
		for (d = 0; d < r->n_days; d += 7)
			json_array_append_new(weeks, json_pack("{s:o, s:o, "
			    "s:o, s:o}", "day", day_json(r->from + d), "open",
			    money_json(s->open[d], s->cur), "overdue",
			    money_json(s->overdue[d], s->cur),
			    "contact_free", money_json(s->quiet[d], s->cur)));
		d = r->n_days - 1;
		one = json_pack("{s:o, s:o, s:o, s:o}", "open",
		    money_json(s->open[d], s->cur), "overdue",
		    money_json(s->overdue[d], s->cur), "contact_free",
		    money_json(s->quiet[d], s->cur), "weeks", weeks);
		json_object_set_new(j, s->cur, one);
	}
	return j;
}

static json_t *
accounts_json(const struct report *r)
{
	json_t *list = json_array(), *one;
	const struct report_account *x;
	long i;

	for (i = 0; i < r->n_accounts && i < ACCOUNTS_MOST; i++) {
		x = &r->accounts[i];
		one = json_pack("{s:s, s:i, s:i}", "account", x->code,
		    "messages", x->messages, "longest_silence", x->silence);
		if (x->silence > 0) {
			json_object_set_new(one, "silent_from",
			    day_json(x->silence_from));
			json_object_set_new(one, "silent_because",
			    x->silence_why != NULL ?
			    json_string(x->silence_why) : json_null());
		}
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *
share_json(const struct report_share *s)
{
	return json_pack("{s:I, s:I}", "items", (json_int_t)s->all, "named",
	    (json_int_t)s->named);
}

static json_t *
report_json(const struct report *r)
{
	json_t *j = json_object(), *part;
	const struct report_account *top;
	size_t i;
	int k;

	json_object_set_new(j, "policy", json_string(r->policy));
	json_object_set_new(j, "from", day_json(r->from));
	json_object_set_new(j, "to", day_json(r->to));
	put_int(j, "accounts_seen", r->n_accounts);
	put_int(j, "accounts_with_assumed_contact", r->assumed);
	put_int(j, "items", r->items);
	put_int(j, "plans", r->plans);
	json_object_set_new(j, "messages", messages_json(r));
	json_object_set_new(j, "violations", violations_json(r));
	json_object_set_new(j, "violation_examples", examples_json(r));
	part = json_object();
	for (i = 0; i < r->n_tasks; i++)
		put_int(part, r->task[i].reason, r->task[i].n);
	json_object_set_new(j, "tasks", part);
	part = json_object();
	for (k = 0; k < HOLD_COUNT; k++)
		if (r->hold[k] > 0)
			put_int(part, hold_name((enum hold_kind)k),
			    r->hold[k]);
	json_object_set_new(j, "holds", part);
	json_object_set_new(j, "late_named_in_m1", share_json(&r->late));
	json_object_set_new(j, "open_before_due_named_in_m0",
	    share_json(&r->early));
	json_object_set_new(j, "debt", debt_json(r));
	put_int(j, "longest_silence", report_top(r, true, 1, &top) > 0 ?
	    top->silence : 0);
	if (r->replies > 0)
		json_object_set_new(j, "replies", json_pack("{s:I, s:I}",
		    "sent", (json_int_t)r->replies, "read_as_meant",
		    (json_int_t)r->understood));
	put_int(j, "accounts_left_out", r->n_accounts > ACCOUNTS_MOST ?
	    r->n_accounts - ACCOUNTS_MOST : 0);
	json_object_set_new(j, "accounts", accounts_json(r));
	return j;
}

void
rehearse_json(const struct cmd *c, struct report *const *r, size_t n)
{
	json_t *j = n == 1 ? report_json(r[0]) : json_pack("{s:[o, o]}",
	    "compare", report_json(r[0]), report_json(r[1]));

	json_dumpf(j, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(j);
}
