#include "understand/reading_parts.h"

#include "base/mem.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define WHY_MAX 64

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
	c->asked = c->marks = c->says = 0;
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

bool
reading_has(struct reading *r, int clause, enum mark mark)
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

int
reading_clause_of(const struct reading *r, size_t at)
{
	int i;

	for (i = 0; i < r->n_clauses; i++)
		if (at >= r->clause[i].from && at < r->clause[i].to)
			return i;
	return r->n_clauses - 1;
}

void
reading_why(struct meaning *m, const char *name)
{
	size_t i;

	for (i = 0; i < m->n_why; i++)
		if (strcmp(m->why[i], name) == 0)
			return;
	if (m->n_why < WHY_MAX)
		m->why[m->n_why++] = name;
}

void
reading_weigh(struct reading *r, enum mean_intent i, int weight, const char *name,
    size_t at)
{
	if (weight > r->weight[i]) {
		r->weight[i] = weight;
		r->where[i] = at;
	}
	reading_why(r->m, name);
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
			reading_weigh(r, hits[k].intent, hits[k].weight,
			    hits[k].name, hits[k].at);
			r->clause[i].says |= 1u << hits[k].intent;
		}
		for (k = i + 1; k < end; k++)
			r->clause[k].says = r->clause[i].says;
	}
}

/* "INV-1 was damaged. INV-2 is fine.": which of several numbers an intent is
 * said of, by their sentences; none where they do not tell them apart. */
static void
tell_apart(struct reading *r, enum mean_intent intent)
{
	struct mean_reference *x;
	size_t i, n = 0, others = 0;
	int clause;

	for (i = 0; i < r->m->n_refs; i++) {
		x = &r->m->refs[i];
		clause = reading_clause_of(r, x->at);
		if (x->type != REF_ITEM || clause < 0)
			continue;
		if ((r->clause[clause].says & 1u << intent) != 0 &&
		    !reading_has(r, clause, MARK_FINE)) {
			x->said[intent] = true;
			n++;
		} else {
			others++;
		}
	}
	for (i = 0; i < r->m->n_refs && (n == 0 || others == 0); i++)
		r->m->refs[i].said[intent] = false;
}

/* "300 of it is wrong": of two sums in one clause the smaller is the part. */
static void
find_part(struct reading *r)
{
	struct mean_amount *a, *part = NULL;
	size_t i;
	int clause;

	for (i = 0; i < r->m->n_amounts; i++) {
		a = &r->m->amounts[i];
		clause = reading_clause_of(r, a->at);
		if (a->value[0] == '\0' || !reading_has(r, clause, MARK_PART))
			continue;
		reading_weigh(r, INTENT_DISPUTE, 85, "part-disputed", a->at);
		if (part != NULL && reading_clause_of(r, part->at) != clause)
			return;		/* several parts: no guess */
		if (part == NULL || strtod(a->value, NULL) <
		    strtod(part->value, NULL))
			part = a;
	}
	if (part != NULL)
		part->disputed = true;
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
	/* Instalments with their days are a plan that is offered. */
	if (w[INTENT_HARDSHIP] == 66 && r->m->n_promises > 1)
		w[INTENT_HARDSHIP] = 45;
	/* "stop charging me late fees and I'll pay": no way out, a bargain. */
	if (w[INTENT_DISPUTE] == 60 && r->m->n_promises > 0)
		w[INTENT_DISPUTE] = 40;
	/* "our terms are 60 days, you will be paid on 30 April" promises. */
	if (w[INTENT_DISPUTE] == 58 && r->m->n_promises > 0)
		w[INTENT_DISPUTE] = 20;
	/* An answering program names a colleague for what is urgent. */
	if (w[INTENT_AUTO_REPLY] > 0 && w[INTENT_WRONG_PERSON] == 70)
		w[INTENT_WRONG_PERSON] = 0;
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

/* "by acceptance bill, maturing on 20 February": its day, no day of
 * payment. */
static void
find_maturity(struct reading *r)
{
	struct meaning *m = r->m;
	const struct clause *c;
	size_t i;
	char *words;

	if (m->means == NULL || strcmp(m->means, "acceptance_bill") != 0)
		return;
	for (i = 0; i < m->n_dates; i++) {
		struct mean_date *d = &m->dates[i];

		c = &r->clause[reading_clause_of(r, d->at)];
		words = norm_quote(m, r->t, c->from, c->to);
		if (d->second || d->to == DATE_NONE ||
		    d->role == ROLE_PROMISE || (strstr(words, "matur") ==
		    NULL && strstr(words, "到期") == NULL))
			continue;
		d->role = ROLE_MATURITY;
		m->maturity = d->to;
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
	find_part(r);
	for (i = 0; i < m->n_dates; i++)
		m->dates[i].role = reading_role(r, &m->dates[i]);
	reading_promises(r);
	settle_weights(r);
	tell_apart(r, INTENT_DISPUTE);
	tell_apart(r, INTENT_PAID);
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
	find_maturity(r);
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
	reading_why(m, "yes-to-quoted-question");
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
