#include "understand/reading.h"

#include "base/mem.h"
#include "understand/intent.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define CLAUSES_MAX 256
#define WHY_MAX 64

struct clause {
	size_t from, to;
	int sentence;
	unsigned asked, marks;	/* 1 << enum mark: looked for, found */
};

struct reading {
	const struct chart *c;
	const struct norm *t;
	struct meaning *m;
	struct sieved may;	/* rows that can match */
	int n_clauses, n_sentences;
	int weight[INTENT_COUNT];
	size_t where[INTENT_COUNT];	/* first place of each intent */
	bool short_text;
	struct clause clause[CLAUSES_MAX];	/* last: not cleared */
};

static bool
is_stop(const char *p, size_t *ret_len, bool *ret_sentence)
{
	static const struct { const char *sign; bool sentence; } stops[] = {
		{ "\n", true }, { "!", true }, { "?", true },
		{ ";", true }, { "。", true }, { ",", false },
		{ "、", false }, { "…", true },
		{ " but ", false }, { " and then ", false },
		{ " however ", false }, { " because ", false },
		{ "但是", false }, { "不过", false }, { "然后", false },
	};
	size_t i;

	if ((*p | 32) >= 'a' && (*p | 32) <= 'z')
		return false;
	for (i = 0; i < sizeof(stops) / sizeof(stops[0]); i++)
		if (*p == stops[i].sign[0] && strncmp(p, stops[i].sign, strlen(stops[i].sign)) == 0) {
			*ret_len = strlen(stops[i].sign);
			*ret_sentence = stops[i].sentence;
			return true;
		}
	/* A full stop that is not inside a number or a name. */
	if (p[0] == '.' && (p[1] == ' ' || p[1] == '\n' || p[1] == '\0')) {
		*ret_len = 1;
		*ret_sentence = true;
		return true;
	}
	return false;
}

static bool
inside_date(const struct meaning *m, const char *low, size_t at)
{
	size_t i;

	for (i = 0; i < m->n_dates; i++)
		if (at >= m->dates[i].at && at < m->dates[i].end &&
		    (at + 1 < m->dates[i].end || low[at] != '.'))
			return true;
	for (i = 0; i < m->n_amounts; i++)
		if (at >= m->amounts[i].at && at < m->amounts[i].end)
			return true;
	return false;
}

static void
clause_end(struct reading *r, size_t from, size_t to)
{
	struct clause *c;

	if (r->n_clauses == CLAUSES_MAX ||
	    from + strspn(r->t->low + from, " ") >= to)
		return;
	c = &r->clause[r->n_clauses++];
	c->from = from;
	c->to = to;
	c->sentence = r->n_sentences;
	c->asked = c->marks = 0;
}

static void
cut_clauses(struct reading *r)
{
	const char *s = r->t->low;
	size_t i = 0, from = 0, len;
	bool sentence;

	while (i < r->t->len) {
		if (inside_date(r->m, s, i) || !is_stop(s + i, &len, &sentence)) {
			i++;
			continue;
		}
		/* The sign of a question belongs to its clause. */
		clause_end(r, from, s[i] == '?' ? i + 1 : i);
		i += len;
		from = i;
		if (sentence)
			r->n_sentences++;
	}
	clause_end(r, from, r->t->len);
	r->n_sentences++;
}

static bool
has(struct reading *r, int clause, enum mark mark)
{
	struct clause *c;

	if (clause < 0 || clause >= r->n_clauses)
		return false;
	c = &r->clause[clause];
	if ((c->asked & 1u << mark) == 0) {
		c->asked |= 1u << mark;
		if (intent_mark(r->t, &r->may, c->from, c->to, mark))
			c->marks |= 1u << mark;
	}
	return (c->marks & 1u << mark) != 0;
}

static int
clause_of(const struct reading *r, size_t at)
{
	int i;

	for (i = 0; i < r->n_clauses; i++)
		if (at >= r->clause[i].from && at < r->clause[i].to)
			return i;
	return r->n_clauses - 1;
}

static void
why(struct meaning *m, const char *name)
{
	size_t i;

	for (i = 0; i < m->n_why; i++)
		if (strcmp(m->why[i], name) == 0)
			return;
	if (m->n_why < WHY_MAX)
		m->why[m->n_why++] = name;
}

static void
weigh(struct reading *r, enum mean_intent i, int weight, const char *name,
    size_t at)
{
	if (weight > r->weight[i]) {
		r->weight[i] = weight;
		r->where[i] = at;
	}
	why(r->m, name);
}

/* The rules, sentence by sentence. */
static void
find_intents(struct reading *r)
{
	struct intent_hit hits[INTENT_HITS];
	int i, k, n, end;

	for (i = 0; i < r->n_clauses; i = end) {
		for (end = i; end < r->n_clauses && r->clause[end].sentence ==
		    r->clause[i].sentence; end++)
			;
		n = intent_find(r->t, &r->may, r->clause[i].from,
		    r->clause[end - 1].to, hits);
		for (k = 0; k < n; k++) {
			/* An acknowledgement is one only as all there is. */
			if (hits[k].intent == INTENT_ACK &&
			    r->n_sentences > 3)
				continue;
			/* STOP alone, not a line of a letter. */
			if (hits[k].weight == 100 && (i > 0 ||
			    (end < r->n_clauses && r->t->len > 32)))
				continue;
			weigh(r, hits[k].intent, hits[k].weight,
			    hits[k].name, hits[k].at);
		}
	}
}

static bool
is_invoice_date(const struct reading *r, const struct mean_date *d, int ci)
{
	const struct clause *c = &r->clause[ci];

	return (d->at > c->from && intent_mark(r->t, &r->may, c->from, d->at,
	    MARK_INVOICED)) || (d->end < c->to && intent_mark(r->t, &r->may, d->end,
	    c->to, MARK_INVOICED_AFTER)) || (r->t->han && d->end > d->at + 3 &&
	    intent_mark(r->t, &r->may, d->end - 3, c->to, MARK_INVOICED_AFTER));
}

/* The condition of a sentence reaches over all its clauses that follow. */
static bool
under_condition(struct reading *r, int ci)
{
	int i;

	if (has(r, ci, MARK_COND))
		return true;
	for (i = ci - 1; i >= 0 && r->clause[i].sentence ==
	    r->clause[ci].sentence; i--)
		if (has(r, i, MARK_COND))
			return true;
	for (i = ci + 1; i < r->n_clauses && r->clause[i].sentence ==
	    r->clause[ci].sentence; i++)
		if (has(r, i, MARK_COND) && !has(r, i, MARK_NEG))
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
		    has(r, i, MARK_PAY))
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

/* A clause that is hardly more than its date: "EOD tomorrow", 下周一吧. */
static bool
bare(const struct reading *r, const struct mean_date *d, int ci)
{
	const struct clause *c = &r->clause[ci];
	size_t rest = c->to - c->from - (d->end - d->at);

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

static enum mean_role
role_of(struct reading *r, struct mean_date *d)
{
	int ci = clause_of(r, d->at);
	bool pay = has(r, ci, MARK_PAY), past = has(r, ci, MARK_PAST);

	if (r->weight[INTENT_AUTO_REPLY] > 0 || (has(r, ci, MARK_AWAY) &&
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
		return has(r, ci, MARK_PAY) && r->weight[INTENT_PAID] > 0 ?
		    ROLE_PAID : ROLE_OTHER;
	if (has(r, ci, MARK_DUE))
		return ROLE_DUE;
	if (past && !has(r, ci, MARK_COND) && (!has(r, ci, MARK_WILL) ||
	    r->weight[INTENT_PAID] > 0)) {
		look_back(d);
		return r->weight[INTENT_PAID] > 0 ? ROLE_PAID : ROLE_OTHER;
	}
	if (has(r, ci, MARK_NEG) && (pay || r->weight[INTENT_REFUSAL] > 0))
		return ROLE_REFUSED;
	if (has(r, ci, MARK_PAYDAY) && !past) {
		weigh(r, INTENT_CONDITIONAL, 66, "payday", d->at);
		return ROLE_CONDITION;
	}
	if (under_condition(r, ci))
		return ROLE_CONDITION;
	if (r->weight[INTENT_THIRD_PARTY] > 0)
		return ROLE_THIRD_PARTY;
	if (has(r, ci, MARK_ASK) && !has(r, ci, MARK_OKASK))
		return ROLE_PROPOSAL;
	if (has(r, ci, MARK_NEG) && !pay)
		return ROLE_OTHER;
	if (has(r, ci, MARK_STOPWORD) && !pay)
		return ROLE_OTHER;
	if (pay || amount_in(r, ci) || has(r, ci, MARK_OKASK))
		return ROLE_PROMISE;
	if (bare(r, d, ci) || (has(r, ci, MARK_WILL) &&
	    (r->short_text || sentence_pays(r, ci))))
		return ROLE_PROMISE;
	return ROLE_OTHER;
}

/* A date promises only where the message as a whole may promise. */
static bool
may_promise(struct reading *r, const struct mean_date *d)
{
	int ci = clause_of(r, d->at);
	bool said = has(r, ci, MARK_PAY) || amount_in(r, ci) ||
	    (has(r, ci, MARK_WILL) && sentence_pays(r, ci));

	if (d->role != ROLE_PROMISE || d->second)
		return false;
	if (d->vague) {		/* "in a few days": ask for a day */
		weigh(r, INTENT_PROMISE_VAGUE, 48, "vague-date", d->at);
		return false;
	}
	if (d->to == DATE_NONE && d->from == DATE_NONE)
		return false;
	if (r->weight[INTENT_AUTO_REPLY] > 0 ||
	    r->weight[INTENT_WRONG_PERSON] > 80 ||
	    r->weight[INTENT_HARDSHIP] == 66)
		return false;
	if (r->weight[INTENT_PAID] > 0 || r->weight[INTENT_DISPUTE] > 60 ||
	    r->weight[INTENT_LEGAL] > 0 || r->weight[INTENT_REFUSAL] > 0 ||
	    r->weight[INTENT_EXTENSION] > 0 ||
	    r->weight[INTENT_HARDSHIP] > 0 ||
	    r->weight[INTENT_DOCUMENT] > 0)
		return said && (has(r, ci, MARK_WILL) || r->t->han);
	return true;
}

static const struct mean_amount *
amount_for(struct reading *r, const struct mean_date *d)
{
	const struct mean_amount *a, *best = NULL;
	int ci = clause_of(r, d->at);
	size_t i, gap, best_gap = SIZE_MAX;

	for (i = 0; i < r->m->n_amounts; i++) {
		a = &r->m->amounts[i];
		if (clause_of(r, a->at) != ci)
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
	int ci = clause_of(r, d->at);
	size_t i;

	/* The same day stated again, or one span narrowed by a limit. */
	for (i = 0; i < m->n_promises; i++) {
		p = &m->promises[i];
		if (d->to == p->to || (d->from != DATE_NONE &&
		    d->from == p->from && d->to == p->to))
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
	if (has(r, ci, MARK_ASK))
		p->confidence = p->confidence * 2 / 3;
}

static void
make_promises(struct reading *r)
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
			if (m->n_amounts == 1)
				m->promises[0].amount = &m->amounts[i];
	if (m->n_promises > 0) {
		r->where[INTENT_PROMISE] = 0;
		weigh(r, INTENT_PROMISE, r->weight[INTENT_CONDITIONAL] > 0 ?
		    73 : 64, "promise-date", 0);
		if (m->n_promises > 2)
			weigh(r, INTENT_PLAN, 65, "several-dates", 0);
	}
}

static int
date_order(const struct mean_date *d)
{
	return (int)d->role * 4 + (d->second ? 2 : 0);
}

/* The reading that one would act on first comes first; stable. */
static void
sort_dates(struct meaning *m)
{
	struct mean_date key;
	size_t i, k;

	for (i = 1; i < m->n_dates; i++) {
		key = m->dates[i];
		for (k = i; k > 0 && date_order(&m->dates[k - 1]) >
		    date_order(&key); k--)
			m->dates[k] = m->dates[k - 1];
		m->dates[k] = key;
	}
}

static void
settle_weights(struct reading *r)
{
	int *w = r->weight;

	/* Something stronger explains these words. */
	if (w[INTENT_PAID] > 0 && (w[INTENT_CONDITIONAL] > 0 ||
	    r->m->n_promises > 0) && w[INTENT_PAID] < 90)
		w[INTENT_PAID] = r->m->n_promises > 0 &&
		    w[INTENT_CONDITIONAL] == 0 ? 62 : 60;
	if (w[INTENT_DISPUTE] > 0)
		w[INTENT_REFUSAL] = w[INTENT_REFUSAL] > 0 ? 20 : 0;
	if (w[INTENT_DISPUTE] > 0 && w[INTENT_CONDITIONAL] > 0)
		w[INTENT_CONDITIONAL] = 40;
	if (w[INTENT_CONDITIONAL] > 0 && w[INTENT_THIRD_PARTY] > 0)
		w[INTENT_THIRD_PARTY] = 45;
	if (w[INTENT_HARDSHIP] > 0 && w[INTENT_REFUSAL] > 0)
		w[INTENT_REFUSAL] = 40;
	if (w[INTENT_CONDITIONAL] > 0 && r->m->n_dates == 0 &&
	    w[INTENT_HARDSHIP] > 0)
		w[INTENT_CONDITIONAL] = 45;
	if (w[INTENT_REFUSAL] > 0 && r->m->n_promises > 0)
		w[INTENT_REFUSAL] = 30;
	/* "stop charging me late fees and I'll pay": no way out, a bargain. */
	if (w[INTENT_DISPUTE] == 60 && r->m->n_promises > 0)
		w[INTENT_DISPUTE] = 40;
	if (w[INTENT_PROMISE] > 0)
		w[INTENT_PROMISE_VAGUE] = 0;
	if (w[INTENT_QUESTION] > 0 && w[INTENT_ANGRY] > 0)
		w[INTENT_QUESTION] = 20;
}

static void
choose(struct reading *r)
{
	struct meaning *m = r->m;
	int i, best = INTENT_UNCLEAR, top = 0;

	for (i = 0; i < INTENT_COUNT; i++)
		if (r->weight[i] > top) {
			best = i;
			top = r->weight[i];
		}
	m->lead = (enum mean_intent)best;
	for (i = 0; i < INTENT_COUNT; i++)
		m->also[i] = i != best && (r->weight[i] >= 40 ||
		    (r->weight[i] > 0 &&
		    mean_intent_is_safety((enum mean_intent)i)));
	m->confidence = top == 0 ? 20 : top >= 85 ? 95 : top >= 60 ? 85 :
	    top >= 45 ? 70 : 60;
	for (i = 0; i < INTENT_COUNT; i++)
		if (i != best && r->weight[i] > top - 8 && top < 90)
			m->confidence -= 10;
	if (m->confidence < 20)
		m->confidence = 20;
}

static void
find_return(struct reading *r)
{
	struct meaning *m = r->m;
	size_t i;

	for (i = 0; i < m->n_dates; i++) {
		struct mean_date *d = &m->dates[i];

		if (d->role != ROLE_RETURN || d->to == DATE_NONE)
			continue;
		/* A range says when they are away: back on the day after. */
		if (d->from != DATE_NONE && d->from != d->to)
			m->back = d->to + 1;
		else
			m->back = d->to;
	}
}

void
reading_make(const struct chart *c, struct meaning *m, const struct norm *t)
{
	struct reading *r = mem_check(talloc_size(m, sizeof(*r)));
	size_t i;

	memset(r, 0, offsetof(struct reading, clause));
	r->c = c;
	r->t = t;
	r->m = m;
	r->short_text = t->len <= (t->han ? 45u : 32u);
	m->why = mem_check(talloc_array(m, const char *, WHY_MAX + 1));
	intent_scan(t, &r->may);
	cut_clauses(r);
	find_intents(r);
	for (i = 0; i < m->n_dates; i++)
		m->dates[i].role = role_of(r, &m->dates[i]);
	make_promises(r);
	settle_weights(r);
	choose(r);
	sort_dates(m);
	find_return(r);
	if (r->weight[INTENT_DISPUTE] > 0 || m->lead == INTENT_REFUSAL) {
		m->reason = intent_reason(t, &r->may);
		if (m->reason == NULL && r->weight[INTENT_DISPUTE] > 0)
			m->reason = "other";
	}
	if (m->lead != INTENT_QUESTION && m->lead != INTENT_ACK &&
	    m->lead != INTENT_OPT_OUT && m->lead != INTENT_UNCLEAR)
		m->means = intent_means(t, &r->may);
	if (m->lead == INTENT_DOCUMENT || m->also[INTENT_DOCUMENT])
		m->n_papers = intent_papers(t, &r->may, m->papers);
	talloc_free(r);
}

void
reading_yes(struct understander *u, const struct understand_in *in,
    struct meaning *m, const char *quoted)
{
	struct understand_in plain = *in;
	struct meaning *q;
	size_t i;

	if ((m->lead != INTENT_ACK && m->lead != INTENT_UNCLEAR &&
	    m->lead != INTENT_PROMISE_VAGUE) || m->n_dates > 0 ||
	    quoted == NULL || strlen(m->text) > 60 ||
	    strpbrk(quoted, "?") == NULL)
		if (quoted == NULL || strstr(quoted, "？") == NULL ||
		    (m->lead != INTENT_ACK && m->lead != INTENT_UNCLEAR) ||
		    m->n_dates > 0 || strlen(m->text) > 60)
			if (quoted == NULL || (strstr(quoted, "能否") == NULL &&
			    strstr(quoted, "是否") == NULL &&
			    strstr(quoted, "请确认") == NULL) ||
			    (m->lead != INTENT_ACK) || m->n_dates > 0)
				return;
	plain.mail = false;
	q = understand_text(u, m, &plain, quoted, strlen(quoted));
	for (i = 0; i < q->n_dates; i++)
		if (!q->dates[i].second && (q->dates[i].role ==
		    ROLE_PROMISE || q->dates[i].role == ROLE_PROPOSAL))
			break;
	if (i == q->n_dates)
		return;
	m->dates = mem_array(m, struct mean_date, 1);
	m->dates[0] = q->dates[i];
	m->dates[0].role = ROLE_PROMISE;
	m->n_dates = 1;
	m->promises = mem_array(m, struct mean_promise, 1);
	m->n_promises = 1;
	m->promises[0].from = q->dates[i].from;
	m->promises[0].to = q->dates[i].to;
	m->promises[0].exact = q->dates[i].from == q->dates[i].to;
	m->promises[0].quote = q->dates[i].quote;
	m->promises[0].confidence = 75;
	m->promises[0].amount = q->n_amounts == 1 ? &q->amounts[0] : NULL;
	m->lead = INTENT_PROMISE;
	m->confidence = 75;
	why(m, "yes-to-quoted-question");
}

void
reading_machine(struct meaning *m)
{
	size_t i;

	m->kind = MEAN_AUTO_REPLY;
	m->lead = INTENT_AUTO_REPLY;
	m->n_promises = 0;
	m->confidence = 95;
	for (i = 0; i < INTENT_COUNT; i++)
		m->also[i] = m->also[i] &&
		    mean_intent_is_safety((enum mean_intent)i);
	for (i = 0; i < m->n_dates; i++)
		if (m->dates[i].role == ROLE_PROMISE)
			m->dates[i].role = ROLE_RETURN;
}
