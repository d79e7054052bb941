#include "understand/reading_parts.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* "we will pay INV-1 on 27 November": the invoice is what is paid, not what
 * is dated. */
static bool
is_set_day(struct reading *r, const struct mean_date *d, int ci)
{
	static const char *const words[] = { " on ", " by ", " before ",
		"\xe6\x88\x91\xe4\xbb\xac" };	/* 我们 */
	const struct clause *c = &r->clause[ci];
	const char *start = r->t->low + c->from;
	size_t n = d->at - c->from, i, k;

	if (d->at <= c->from || !reading_has(r, ci, MARK_PAY) ||
	    reading_has(r, ci, MARK_PAST) || (!r->t->han &&
	    !reading_has(r, ci, MARK_WILL)))
		return false;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		k = strlen(words[i]);
		if (n >= k && memcmp(start + n - k, words[i], k) == 0)
			return true;
	}
	return false;
}

/* 1月15日的发票下周五付: what follows at once is the paying. */
static bool
pays_next(struct reading *r, const struct mean_date *d, int ci)
{
	size_t end = d->end + 9;

	if (!r->t->han || end >= r->clause[ci].to)
		end = r->clause[ci].to;
	/* Do not cut a character in two. */
	while (end > d->end && (r->t->low[end] & 0xc0) == 0x80)
		end--;
	return r->t->han && d->end < end && !reading_has(r, ci, MARK_PAST) &&
	    intent_mark(r->t, &r->may, d->end, end, MARK_PAY);
}

static bool
is_invoice_date(struct reading *r, const struct mean_date *d, int ci)
{
	const struct clause *c = &r->clause[ci];

	if (is_set_day(r, d, ci))
		return false;
	if (d->at > c->from && intent_mark(r->t, &r->may, c->from, d->at,
	    MARK_INVOICED) && !pays_next(r, d, ci))
		return true;
	return (d->end < c->to && intent_mark(r->t, &r->may, d->end, c->to,
	    MARK_INVOICED_AFTER)) || (r->t->han && d->end > d->at + 3 &&
	    intent_mark(r->t, &r->may, d->end - 3, c->to,
	    MARK_INVOICED_AFTER));
}

/* The condition of a sentence reaches over all its clauses that follow. */
static bool
under_condition(struct reading *r, int ci)
{
	int i;

	if (reading_has(r, ci, MARK_COND))
		return true;
	for (i = ci - 1; i >= 0 && r->clause[i].sentence ==
	    r->clause[ci].sentence; i--)
		if (reading_has(r, i, MARK_COND))
			return true;
	for (i = ci + 1; i < r->n_clauses && r->clause[i].sentence ==
	    r->clause[ci].sentence; i++)
		if (reading_has(r, i, MARK_COND) && !reading_has(r, i, MARK_NEG))
			return true;
	return false;
}

/* Some clause of the sentence speaks of paying. */
static bool
sentence_pays(struct reading *r, int ci)
{
	int i;

	for (i = 0; i < r->n_clauses; i++)
		if (abs(r->clause[i].sentence - r->clause[ci].sentence) <= 1 &&
		    reading_has(r, i, MARK_PAY))
			return true;
	return false;
}

static bool
amount_in(const struct reading *r, int ci)
{
	size_t i;

	for (i = 0; i < r->m->n_amounts; i++)
		if (r->m->amounts[i].at >= r->clause[ci].from &&
		    r->m->amounts[i].at < r->clause[ci].to)
			return true;
	return false;
}

/* A clause that is hardly more than its dates: "EOD tomorrow", 下周一吧. */
static bool
bare(const struct reading *r, int ci)
{
	const struct clause *c = &r->clause[ci];
	const struct mean_date *d;
	size_t rest = c->to - c->from, i;

	for (i = 0; i < r->m->n_dates; i++) {
		d = &r->m->dates[i];
		if (d->at >= c->from && d->end <= c->to && !d->second &&
		    rest >= d->end - d->at)
			rest -= d->end - d->at;
	}
	return rest <= (r->t->han ? 9u : 12u);
}

static void
look_back(struct mean_date *d)
{
	if (d->old_to == DATE_NONE)
		return;
	d->from = d->old_from;
	d->to = d->old_to;
}

enum mean_role
reading_role(struct reading *r, struct mean_date *d)
{
	int ci = reading_clause_of(r, d->at);
	bool pay = reading_has(r, ci, MARK_PAY), past = reading_has(r, ci, MARK_PAST);

	if (r->weight[INTENT_AUTO_REPLY] > 0 || (reading_has(r, ci, MARK_AWAY) &&
	    !pay))
		return ROLE_RETURN;
	if (is_invoice_date(r, d, ci)) {
		look_back(d);
		return ROLE_INVOICE;
	}
	/* Nobody promises for a day that is over. */
	if (d->to != DATE_NONE && d->to < r->c->ref)
		return past && r->weight[INTENT_PAID] > 0 ? ROLE_PAID :
		    ROLE_OTHER;
	if (d->role == ROLE_OTHER && !past)
		return reading_has(r, ci, MARK_PAY) && r->weight[INTENT_PAID] > 0 ?
		    ROLE_PAID : ROLE_OTHER;
	if (reading_has(r, ci, MARK_DUE) && !is_set_day(r, d, ci))
		return ROLE_DUE;
	if (past && !reading_has(r, ci, MARK_COND) && (!reading_has(r, ci, MARK_WILL) ||
	    r->weight[INTENT_PAID] > 0)) {
		look_back(d);
		return r->weight[INTENT_PAID] > 0 ? ROLE_PAID : ROLE_OTHER;
	}
	if (reading_has(r, ci, MARK_NEG) && (pay || r->weight[INTENT_REFUSAL] > 0))
		return ROLE_REFUSED;
	if (reading_has(r, ci, MARK_PAYDAY) && !past) {
		reading_weigh(r, INTENT_CONDITIONAL, 66, "payday", d->at);
		return ROLE_CONDITION;
	}
	if (under_condition(r, ci))
		return ROLE_CONDITION;
	if (r->weight[INTENT_THIRD_PARTY] > 0)
		return ROLE_THIRD_PARTY;
	if (reading_has(r, ci, MARK_ASK) && !reading_has(r, ci, MARK_OKASK))
		return ROLE_PROPOSAL;
	if (reading_has(r, ci, MARK_NEG) && !pay)
		return ROLE_OTHER;
	if (reading_has(r, ci, MARK_STOPWORD) && !pay)
		return ROLE_OTHER;
	if (pay || amount_in(r, ci) || reading_has(r, ci, MARK_OKASK))
		return ROLE_PROMISE;
	if (bare(r, ci) || (reading_has(r, ci, MARK_WILL) &&
	    (r->short_text || sentence_pays(r, ci))))
		return ROLE_PROMISE;
	return ROLE_OTHER;
}

static size_t
days_named(const struct reading *r)
{
	size_t i, n = 0;

	for (i = 0; i < r->m->n_dates; i++)
		n += r->m->dates[i].role == ROLE_PROMISE &&
		    !r->m->dates[i].second;
	return n;
}

/* Its clause states a payment; or the one before does, and the date only
 * stands beside it: "on our month end run, 31 March". */
static bool
states(struct reading *r, int ci)
{
	if (reading_has(r, ci, MARK_PAY) || amount_in(r, ci) ||
	    (reading_has(r, ci, MARK_WILL) && sentence_pays(r, ci)))
		return reading_has(r, ci, MARK_WILL) || r->t->han ||
		    (r->weight[INTENT_DISPUTE] == 0 && amount_in(r, ci) &&
		    reading_has(r, ci, MARK_PAY) &&
		    !reading_has(r, ci, MARK_PAST));
	return ci > 0 && bare(r, ci) && r->clause[ci - 1].sentence ==
	    r->clause[ci].sentence && reading_has(r, ci - 1, MARK_PAY) &&
	    reading_has(r, ci - 1, MARK_WILL);
}

/* A date promises only where the message as a whole may promise. */
static bool
may_promise(struct reading *r, const struct mean_date *d)
{
	int ci = reading_clause_of(r, d->at);

	if (d->role != ROLE_PROMISE || d->second)
		return false;
	if (d->vague) {		/* "in a few days": ask for a day */
		reading_weigh(r, INTENT_PROMISE_VAGUE, 48, "vague-date", d->at);
		return false;
	}
	if (d->to == DATE_NONE && d->from == DATE_NONE)
		return false;
	if (r->weight[INTENT_AUTO_REPLY] > 0 ||
	    r->weight[INTENT_WRONG_PERSON] > 80)
		return false;
	/* Instalments that they ask for: only with a day and a sum each, or
	 * with all the days, as what they propose. */
	if (r->weight[INTENT_HARDSHIP] == 66)
		return r->weight[INTENT_PLAN] > 0 && (amount_in(r, ci) ||
		    (days_named(r) > 1 && !reading_has(r, ci, MARK_ASK)));
	if (r->weight[INTENT_PAID] > 0 || r->weight[INTENT_DISPUTE] > 60 ||
	    r->weight[INTENT_LEGAL] > 0 || r->weight[INTENT_REFUSAL] > 0 ||
	    r->weight[INTENT_EXTENSION] > 0 ||
	    r->weight[INTENT_HARDSHIP] > 0 ||
	    r->weight[INTENT_DOCUMENT] > 0)
		return states(r, ci);
	return true;
}

static const struct mean_amount *
amount_for(struct reading *r, const struct mean_date *d)
{
	const struct mean_amount *a, *best = NULL;
	int ci = reading_clause_of(r, d->at);
	size_t i, gap, best_gap = SIZE_MAX;

	for (i = 0; i < r->m->n_amounts; i++) {
		a = &r->m->amounts[i];
		if (a->disputed || reading_clause_of(r, a->at) != ci)
			continue;
		gap = a->at < d->at ? d->at - a->end : a->at - d->end;
		/* "half on the 15th half on the 30th": it stands before. */
		if (a->at > d->at)
			gap += 1000;
		if (gap < best_gap) {
			best = a;
			best_gap = gap;
		}
	}
	return best;
}

static void
add_promise(struct reading *r, const struct mean_date *d)
{
	struct meaning *m = r->m;
	struct mean_promise *p;
	int ci = reading_clause_of(r, d->at);
	size_t i;

	/* The same day stated again, or one span narrowed by a limit. */
	for (i = 0; i < m->n_promises; i++) {
		p = &m->promises[i];
		/* "this week, Thursday": the day counts. */
		if (d->from != DATE_NONE && d->from == d->to &&
		    p->from != DATE_NONE && p->from < p->to &&
		    p->from <= d->from && d->to <= p->to) {
			p->from = p->to = d->from;
			p->exact = !d->vague;
			p->amount = amount_for(r, d);
			return;
		}
		if (d->to == p->to)
			return;
	}
	p = &m->promises[m->n_promises++];
	p->from = d->from;
	p->to = d->to;
	p->exact = d->from != DATE_NONE && d->from == d->to && !d->vague;
	p->amount = amount_for(r, d);
	p->item = m->n_refs == 1 && m->refs[0].type == REF_ITEM ?
	    m->refs[0].value : NULL;
	p->quote = text_trim(m, norm_quote(m, r->t, r->clause[ci].from,
	    r->clause[ci].to));
	p->confidence = d->confidence;
	if (reading_has(r, ci, MARK_ASK))
		p->confidence = p->confidence * 2 / 3;
}

void
reading_promises(struct reading *r)
{
	struct meaning *m = r->m;
	struct mean_date *d;
	size_t i, k;

	m->promises = mem_array(m, struct mean_promise, m->n_dates + 1);
	for (i = 0; i < m->n_dates; i++) {
		d = &m->dates[i];
		if (!may_promise(r, d)) {
			if (d->role == ROLE_PROMISE && !d->second)
				d->role = ROLE_OTHER;
			continue;
		}
		add_promise(r, d);
	}
	/* One sum and one promise belong together. */
	if (m->n_promises == 1 && m->promises[0].amount == NULL)
		for (i = k = 0; i < m->n_amounts; i++)
			if (m->n_amounts == 1 && !m->amounts[i].disputed)
				m->promises[0].amount = &m->amounts[i];
	if (m->n_promises > 0) {
		r->where[INTENT_PROMISE] = 0;
		reading_weigh(r, INTENT_PROMISE, r->weight[INTENT_CONDITIONAL] > 0 ?
		    73 : 64, "promise-date", 0);
		if (m->n_promises > 2)
			reading_weigh(r, INTENT_PLAN, 65, "several-dates", 0);
	}
}
