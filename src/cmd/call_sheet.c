/* What a call sheet is made of: events, promises and disputes of one account,
 * and how it is printed. */
#include "escalate/call_sheet.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cmd/account.h"
#include "core/date.h"
#include "store/disputes.h"
#include "store/promises.h"

#include <stdio.h>
#include <string.h>

#define DISPUTES_MAX 100

struct gathering {
	struct call_input in;
	struct call_past *past;
	struct call_dispute *disputes;
	void *ctx;
};

static int32_t
day_of(const json_t *j)
{
	const char *s = json_string_value(json_object_get(j, "day"));
	int32_t day;

	return s != NULL && date_parse(s, DATE_ISO, &day, NULL) == 0 ? day : DATE_NONE;
}

static struct money
amount_of(const json_t *j)
{
	const char *cur = json_string_value(json_object_get(j, "currency"));
	struct money m = { 0, "" };

	if (cur != NULL && money_cur_parse(cur, m.cur))
		m.minor = json_integer_value(json_object_get(j, "amount"));
	return m;
}

static bool
is(const json_t *j, const char *key, const char *word)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s != NULL && strcmp(s, word) == 0;
}

/* Which of the events is worth a line, and what of it. */
static bool
past_of(const struct account_event *e, const json_t *j, struct call_past *p)
{
	static const struct {
		const char *event, *key, *word;	/* state=broken; NULL: any */
		enum call_past_kind kind;
		const char *text;		/* the value that is quoted */
	} all[] = {
		{ "reply-read", NULL, NULL, PAST_REPLY, "text" },
		{ "promise-made", NULL, NULL, PAST_PROMISED, NULL },
		{ "promise-changed", "state", "broken", PAST_BROKEN, NULL },
		{ "promise-changed", "state", "partly", PAST_BROKEN, NULL },
		{ "promise-changed", "state", "kept", PAST_KEPT, NULL },
		{ "contacted", NULL, NULL, PAST_SPOKE, "result" },
		{ "dispute-opened", NULL, NULL, PAST_DISPUTED, "reason" },
		{ "payment-received", NULL, NULL, PAST_PAID, NULL },
		{ "message-bounced", NULL, NULL, PAST_BOUNCED, NULL },
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (strcmp(e->kind, all[i].event) != 0 ||
		    (all[i].key != NULL && !is(j, all[i].key, all[i].word)))
			continue;
		p->kind = all[i].kind;
		p->at = e->at;
		p->day = day_of(j);
		p->amount = amount_of(j);
		p->by = json_string_value(json_object_get(j, "by"));
		p->text = all[i].text == NULL ? NULL : json_string_value(
		    json_object_get(j, all[i].text));
		return true;
	}
	return false;
}

static void
gather_past(struct gathering *g, const struct account_view *v)
{
	struct call_past *p;
	json_t *j;
	size_t i;

	g->past = mem_array(g->ctx, struct call_past, v->n_events + 1);
	for (i = 0; i < v->n_events; i++) {
		if (v->events[i].payload == NULL)
			continue;
		j = json_loads(v->events[i].payload, 0, NULL);
		p = &g->past[g->in.n_past];
		if (j != NULL && past_of(&v->events[i], j, p)) {
			p->text = mem_str(g->ctx, p->text);
			p->by = mem_str(g->ctx, p->by);
			g->in.n_past++;
		}
		json_decref(j);
	}
	g->in.past = g->past;
}

static int
keep_dispute(const struct dispute_line *l, void *arg)
{
	struct gathering *g = arg;
	struct call_dispute *d = &g->disputes[g->in.n_disputes++];

	d->document = mem_str(g->ctx, l->document);
	d->reason = mem_str(g->ctx, l->reason);
	d->owner = mem_str(g->ctx, l->owner);
	d->by = l->by;
	return g->in.n_disputes == DISPUTES_MAX;
}

static int
gather_promises(struct gathering *g, const struct account_view *v,
    struct err *err)
{
	struct promise **list;
	struct call_promise *out;
	size_t n, i;

	if (promises_active(g->ctx, v->c->db, v->a.account_id, &list, &n,
	    err) < 0)
		return -1;
	out = mem_array(g->ctx, struct call_promise, n + 1);
	for (i = 0; i < n; i++) {
		out[i].day = list[i]->day;
		out[i].amount.minor = list[i]->amount;
		memcpy(out[i].amount.cur, list[i]->cur, MONEY_CUR_MAX);
	}
	g->in.promises = out;
	g->in.n_promises = n;
	return 0;
}

int
account_call_sheet(void *ctx, const struct account_view *v,
    struct call_sheet **ret_sheet, struct err *err)
{
	struct gathering g = { .ctx = ctx };

	g.in.facts = v->facts;
	g.in.policy = v->a.company->policy;
	g.in.language = v->c->language;
	g.in.now = v->c->now;
	g.in.terms = v->terms;
	g.disputes = mem_array(ctx, struct call_dispute, DISPUTES_MAX);
	g.in.disputes = g.disputes;
	gather_past(&g, v);
	if (gather_promises(&g, v, err) < 0 ||
	    disputes_each(v->c->db, v->a.company_id, v->a.account_id, false,
	    keep_dispute, &g, err) < 0)
		return -1;
	*ret_sheet = call_sheet_make(ctx, &g.in);
	return 0;
}

static void
print_json(const struct account_view *v, const struct call_sheet *s)
{
	json_t *o = json_pack("{s:s, s:s, s:b}", "account", v->facts->code,
	    "name", v->facts->name, "call", !s->stop), *lines;
	size_t i;
	int p;

	for (p = 0; p < CALL_PARTS; p++) {
		lines = json_array();
		for (i = 0; i < s->n[p]; i++)
			json_array_append_new(lines, json_string(
			    s->lines[p][i]));
		json_object_set_new(o, call_part_word((enum call_part)p),
		    lines);
	}
	json_dumpf(o, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(o);
}

void
account_print_call_sheet(const struct account_view *v,
    const struct call_sheet *s)
{
	size_t i;
	int p;

	if (v->c->json) {
		print_json(v, s);
		return;
	}
	for (p = 0; p < CALL_PARTS; p++) {
		if (s->n[p] == 0)
			continue;
		printf("%s%s\n", p > 0 ? "\n" : "", call_part_title(
		    (enum call_part)p, v->c->language));
		for (i = 0; i < s->n[p]; i++)
			printf("  - %s\n", s->lines[p][i]);
	}
}
