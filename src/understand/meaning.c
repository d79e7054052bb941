#include "understand/meaning.h"

#include <stdio.h>
#include <string.h>

#define MEAN_KIND(name, word) [MEAN_##name] = word,
#define MEAN_INTENT(name, word, safety, stops)
#define MEAN_ROLE(name, word)
#define MEAN_REF(name, word)
static const char *const kinds[] = {
#include "understand/meaning.def"
};
#undef MEAN_KIND
#undef MEAN_INTENT
#define MEAN_KIND(name, word)
#define MEAN_INTENT(name, word, safety, stops) [INTENT_##name] = { word, safety },
static const struct { const char *word; bool safety; } intents[] = {
#include "understand/meaning.def"
};
#undef MEAN_INTENT
#undef MEAN_ROLE
#define MEAN_INTENT(name, word, safety, stops)
#define MEAN_ROLE(name, word) [ROLE_##name] = word,
static const char *const roles[] = {
#include "understand/meaning.def"
};
#undef MEAN_ROLE
#undef MEAN_REF
#define MEAN_ROLE(name, word)
#define MEAN_REF(name, word) [REF_##name] = word,
static const char *const ref_names[] = {
#include "understand/meaning.def"
};
#undef MEAN_KIND
#undef MEAN_INTENT
#undef MEAN_ROLE
#undef MEAN_REF

const char *
mean_kind_name(enum mean_kind k)
{
	return kinds[k];
}

const char *
mean_intent_name(enum mean_intent i)
{
	return intents[i].word;
}

bool
mean_intent_is_safety(enum mean_intent i)
{
	return intents[i].safety;
}

const char *
mean_role_name(enum mean_role r)
{
	return roles[r];
}

const char *
mean_ref_name(enum mean_ref r)
{
	return ref_names[r];
}

void
meaning_json_text(struct text *out, const char *s)
{
	const char *p;
	size_t n = s != NULL ? strlen(s) : 0, i, k;
	uint32_t cp;

	text_addc(out, '"');
	for (i = 0; i < n; i += k) {
		p = s + i;
		for (k = 0; i + k < n && p[k] >= 0x20 && p[k] != '"' &&
		    p[k] != '\\' && p[k] != 0x7f; k++)
			;
		if (k > 0) {
			text_addn(out, p, k);
			continue;
		}
		k = text_decode(p, n - i, &cp);
		if (k > 1) {
			text_addn(out, p, k);
		} else if (k == 0) {
			text_add(out, "\\ufffd");
			k = 1;
		} else if (*p == '"' || *p == '\\') {
			text_addc(out, '\\');
			text_addc(out, *p);
		} else if (*p == '\n') {
			text_add(out, "\\n");
		} else if (*p == '\t') {
			text_add(out, "\\t");
		} else {
			text_addf(out, "\\u%04x", (unsigned)cp);
		}
	}
	text_addc(out, '"');
}

static void
pair(struct text *out, const char *name, const char *value)
{
	if (value == NULL)
		return;
	text_add(out, ",\"");
	text_add(out, name);
	text_add(out, "\":");
	meaning_json_text(out, value);
}

static void
day(struct text *out, const char *name, int32_t d)
{
	char buf[DATE_TEXT_MAX];

	if (d != DATE_NONE)
		text_addf(out, ",\"%s\":\"%s\"", name, date_format(d, buf));
}

/* Per cent as a number with two places. */
static void
share(struct text *out, const char *name, int per_cent)
{
	text_addf(out, ",\"%s\":%d.%02d", name, per_cent / 100,
	    per_cent % 100);
}

/* Objects are written with a leading comma per member: cut the first. */
static void
object(struct text *out, struct text *members, bool *first)
{
	if (!*first)
		text_addc(out, ',');
	*first = false;
	text_addc(out, '{');
	if (text_len(members) > 0)
		text_add(out, text_str(members) + 1);
	text_addc(out, '}');
	text_clear(members);
}

static void
promises(const struct meaning *m, struct text *out, struct text *o)
{
	const struct mean_promise *p;
	bool first = true;
	size_t i;

	text_add(out, ",\"promises\":[");
	for (i = 0; i < m->n_promises; i++) {
		p = &m->promises[i];
		day(o, "from", p->from);
		day(o, "to", p->to);
		text_addf(o, ",\"exact\":%s", p->exact ? "true" : "false");
		if (p->amount != NULL && p->amount->value[0] != '\0')
			pair(o, "amount", p->amount->value);
		if (p->amount != NULL && p->amount->cur[0] != '\0')
			pair(o, "currency", p->amount->cur);
		if (p->amount != NULL && p->amount->share > 0)
			text_addf(o, ",\"share\":%.4g",
			    p->amount->share / 10000.0);
		if (p->amount != NULL && p->amount->rest)
			text_add(o, ",\"rest\":true");
		pair(o, "item", p->item);
		pair(o, "quote", p->quote);
		share(o, "confidence", p->confidence);
		object(out, o, &first);
	}
	text_addc(out, ']');
}

static void
dates(const struct meaning *m, struct text *out, struct text *o)
{
	const struct mean_date *d;
	bool first = true;
	size_t i;

	text_add(out, ",\"dates\":[");
	for (i = 0; i < m->n_dates; i++) {
		d = &m->dates[i];
		day(o, "from", d->from);
		day(o, "to", d->to);
		pair(o, "role", mean_role_name(d->role));
		pair(o, "quote", d->quote);
		share(o, "confidence", d->confidence);
		object(out, o, &first);
	}
	text_addc(out, ']');
}

static void
amounts(const struct meaning *m, struct text *out, struct text *o)
{
	const struct mean_amount *a;
	bool first = true;
	size_t i;

	text_add(out, ",\"amounts\":[");
	for (i = 0; i < m->n_amounts; i++) {
		a = &m->amounts[i];
		if (a->value[0] == '\0')
			continue;
		pair(o, "value", a->value);
		if (a->cur[0] != '\0')
			pair(o, "currency", a->cur);
		pair(o, "quote", a->quote);
		if (a->disputed)
			pair(o, "said", mean_intent_name(INTENT_DISPUTE));
		object(out, o, &first);
	}
	text_addc(out, ']');
}

static void
names(const struct meaning *m, struct text *out, struct text *o)
{
	bool first = true;
	size_t i;

	text_add(out, ",\"refs\":[");
	for (i = 0; i < m->n_refs; i++) {
		pair(o, "type", mean_ref_name(m->refs[i].type));
		pair(o, "value", m->refs[i].value);
		pair(o, "quote", m->refs[i].quote);
		if (m->refs[i].said[INTENT_DISPUTE])
			pair(o, "said", mean_intent_name(INTENT_DISPUTE));
		else if (m->refs[i].said[INTENT_PAID])
			pair(o, "said", mean_intent_name(INTENT_PAID));
		object(out, o, &first);
	}
	text_add(out, "],\"contacts\":[");
	first = true;
	for (i = 0; i < m->n_contacts; i++) {
		pair(o, "name", m->contacts[i].name);
		pair(o, "phone", m->contacts[i].phone);
		pair(o, "email", m->contacts[i].email);
		pair(o, "quote", m->contacts[i].quote);
		object(out, o, &first);
	}
	text_addc(out, ']');
}

static void
bounced(const struct meaning *m, struct text *out, struct text *o)
{
	const struct mean_bounced *b;
	bool first = true;
	size_t i;

	text_add(out, ",\"bounce\":{\"recipients\":[");
	for (i = 0; i < m->n_bounced; i++) {
		b = &m->bounced[i];
		pair(o, "recipient", b->recipient != NULL ? b->recipient : "");
		pair(o, "status", b->status != NULL ? b->status : "");
		text_addf(o, ",\"permanent\":%s,\"address_dead\":%s",
		    b->permanent ? "true" : "false",
		    b->address_dead ? "true" : "false");
		pair(o, "diagnostic",
		    b->diagnostic != NULL ? b->diagnostic : "");
		object(out, o, &first);
	}
	text_add(out, "]}");
}

void
meaning_json(const struct meaning *m, const char *id, struct text *out)
{
	struct text *o = text_new(NULL);
	bool first = true;
	size_t i;

	text_addc(out, '{');
	if (id != NULL) {
		text_add(out, "\"id\":");
		meaning_json_text(out, id);
		text_addc(out, ',');
	}
	text_addf(out, "\"kind\":\"%s\"", mean_kind_name(m->kind));
	pair(out, "text", m->text != NULL ? m->text : "");
	pair(out, "lead", mean_intent_name(m->lead));
	text_add(out, ",\"also\":[");
	for (i = 0; i < INTENT_COUNT; i++)
		if (m->also[i]) {
			text_addf(out, "%s\"%s\"", first ? "" : ",",
			    mean_intent_name((enum mean_intent)i));
			first = false;
		}
	text_addc(out, ']');
	promises(m, out, o);
	dates(m, out, o);
	amounts(m, out, o);
	names(m, out, o);
	day(out, "return", m->back);
	pair(out, "reason", m->reason);
	pair(out, "means", m->means);
	for (i = 0; i < m->n_papers; i++)
		text_addf(out, "%s\"%s\"%s", i == 0 ? ",\"papers\":[" : ",",
		    m->papers[i], i + 1 == m->n_papers ? "]" : "");
	day(out, "maturity", m->maturity);
	if (m->kind == MEAN_BOUNCE || m->kind == MEAN_DELAY)
		bounced(m, out, o);
	share(out, "confidence", m->confidence);
	text_add(out, ",\"why\":[");
	for (i = 0; i < m->n_why; i++) {
		if (i > 0)
			text_addc(out, ',');
		meaning_json_text(out, m->why[i]);
	}
	text_add(out, "]}");
	text_free(o);
}
