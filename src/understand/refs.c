#include "understand/refs.h"

#include "base/mem.h"
#include "understand/pattern.h"

#include <string.h>

#define REFS_MAX 40

struct row {
	int type;
	const char *kind, *pattern, *example;
	bool as_written;	/* letters count as they are */
};

#define REFERENCE(type, pattern, example) \
	{ REF_##type, NULL, pattern, example, false },
static const struct row references[] = {
#include "understand/refs.def"
};
#undef REFERENCE

#define CONTACT(kind, pattern, example) \
	{ 0, #kind, pattern, example, #kind[0] == 'n' },
static const struct row contacts[] = {
#include "understand/refs.def"
};
#undef CONTACT

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct pattern *reference_re[COUNT(references)];
static struct pattern *contact_re[COUNT(contacts)];

static const struct pattern *
compiled(const struct row *row, struct pattern **re)
{
	if (*re == NULL)
		*re = row->as_written ? pattern_new(row->pattern) :
		    pattern_new_nocase(row->pattern);
	return *re;
}

static bool
taken(const struct meaning *m, size_t at, size_t end)
{
	size_t i;

	for (i = 0; i < m->n_refs; i++)
		if (at < m->refs[i].end && m->refs[i].at < end)
			return true;
	for (i = 0; i < m->n_contacts; i++)
		if (at < m->contacts[i].end && m->contacts[i].at < end)
			return true;
	return false;
}

static void
add_ref(struct meaning *m, const struct norm *t, enum mean_ref type,
    const struct pattern_hit *h)
{
	struct mean_reference *x;
	char *p;

	if (m->n_refs == REFS_MAX || taken(m, h->at[1], h->end[1]))
		return;
	if (m->refs == NULL)
		m->refs = mem_array(m, struct mean_reference, REFS_MAX);
	x = &m->refs[m->n_refs++];
	memset(x, 0, sizeof(*x));
	x->type = type;
	x->at = h->at[1];
	x->end = h->end[1];
	p = mem_strn(m, t->text + h->at[1], h->end[1] - h->at[1]);
	x->value = p;
	x->quote = norm_quote(m, t, h->at[0], h->end[0]);
}

static void
add_contact(struct meaning *m, const struct norm *t, const char *kind,
    const struct pattern_hit *h)
{
	struct mean_contact *x;
	char *value;

	if (m->n_contacts == REFS_MAX || taken(m, h->at[1], h->end[1]))
		return;
	if (m->contacts == NULL)
		m->contacts = mem_array(m, struct mean_contact, REFS_MAX);
	x = &m->contacts[m->n_contacts++];
	memset(x, 0, sizeof(*x));
	x->at = h->at[1];
	x->end = h->end[1];
	value = mem_strn(m, t->text + h->at[1], h->end[1] - h->at[1]);
	if (kind[0] == 'n')
		x->name = value;
	else if (kind[0] == 'p')
		x->phone = value;
	else
		x->email = value;
	x->quote = norm_quote(m, t, h->at[0], h->end[0]);
}

void
refs_find(struct meaning *m, const struct norm *t)
{
	struct pattern_hit h;
	const struct pattern *re;
	bool digits = strpbrk(t->low, "0123456789") != NULL;
	size_t i, at;

	for (i = 0; i < COUNT(contacts); i++) {
		if (contacts[i].kind[0] == 'e' ? strchr(t->low, '@') == NULL :
		    contacts[i].kind[0] == 'p' && !digits)
			continue;
		re = compiled(&contacts[i], &contact_re[i]);
		for (at = 0; at < t->len && pattern_next(re, t->text, t->len,
		    at, &h); at = h.end[0] > at ? h.end[0] : at + 1)
			add_contact(m, t, contacts[i].kind, &h);
	}
	for (i = 0; digits && i < COUNT(references); i++) {
		re = compiled(&references[i], &reference_re[i]);
		for (at = 0; at < t->len && m->n_refs < REFS_MAX &&
		    pattern_next(re, t->text, t->len, at, &h);
		    at = h.end[0] > at ? h.end[0] : at + 1)
			add_ref(m, t, (enum mean_ref)references[i].type, &h);
	}
}
