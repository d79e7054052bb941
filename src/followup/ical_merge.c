/* ical_merge.c - three texts into one: what we put there, what people made of
 * it, and what it has to say now. */
#include "followup/ical_parts.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

static const char *
text_of(icalcomponent *c, icalproperty_kind kind)
{
	icalproperty *p = c == NULL ? NULL :
	    icalcomponent_get_first_property(c, kind);

	if (p == NULL)
		return "";
	return kind == ICAL_SUMMARY_PROPERTY ? icalproperty_get_summary(p) :
	    icalproperty_get_description(p);
}

static bool
has_line(const char *text, const char *line, size_t n)
{
	const char *eol;

	for (; *text != '\0'; text = *eol == '\0' ? eol : eol + 1) {
		eol = text + strcspn(text, "\n");
		if ((size_t)(eol - text) == n && memcmp(text, line, n) == 0)
			return true;
	}
	return false;
}

/* Ours, then the lines that people wrote. */
static char *
description(void *tmp, const char *ours, const char *base, const char *theirs)
{
	struct text *t = text_new(tmp);
	const char *eol;
	bool any = false;
	size_t n;

	text_add(t, ours);
	for (; *theirs != '\0'; theirs = *eol == '\0' ? eol : eol + 1) {
		eol = theirs + strcspn(theirs, "\n");
		n = (size_t)(eol - theirs);
		if (has_line(base, theirs, n) || has_line(ours, theirs, n) ||
		    (n == 0 && !any))
			continue;
		any = true;
		text_addc(t, '\n');
		text_addn(t, theirs, n);
	}
	return mem_str(tmp, text_str(t));
}

static bool
has_category(icalcomponent *c, const char *word)
{
	icalproperty *p;

	for (p = icalcomponent_get_first_property(c,
	    ICAL_CATEGORIES_PROPERTY); p != NULL;
	    p = icalcomponent_get_next_property(c, ICAL_CATEGORIES_PROPERTY))
		if (strcmp(icalproperty_get_categories(p), word) == 0)
			return true;
	return false;
}

/* The categories that people added, as copies without parent. */
static size_t
own_categories(icalcomponent *theirs, icalcomponent *base,
    icalproperty *keep[], size_t max)
{
	icalproperty *p;
	const char *word;
	size_t n = 0;

	for (p = icalcomponent_get_first_property(theirs,
	    ICAL_CATEGORIES_PROPERTY); p != NULL && n < max;
	    p = icalcomponent_get_next_property(theirs,
	    ICAL_CATEGORIES_PROPERTY)) {
		word = icalproperty_get_categories(p);
		if (word == NULL || strcmp(word, "Dunlin") == 0 ||
		    base == NULL || has_category(base, word))
			continue;
		keep[n++] = icalproperty_new_clone(p);
	}
	return n;
}

static void
remove_properties(icalcomponent *c, icalproperty_kind kind)
{
	icalproperty *p;

	while ((p = icalcomponent_get_first_property(c, kind)) != NULL) {
		icalcomponent_remove_property(c, p);
		icalproperty_free(p);
	}
}

static void
remove_components(icalcomponent *cal, icalcomponent *but)
{
	icalcomponent *c, *next;

	for (c = icalcomponent_get_first_component(cal, ICAL_ANY_COMPONENT);
	    c != NULL; c = next) {
		next = icalcomponent_get_next_component(cal,
		    ICAL_ANY_COMPONENT);
		if (c == but)
			continue;
		icalcomponent_remove_component(cal, c);
		icalcomponent_free(c);
	}
}

/* Our properties anew; sequence: above theirs. */
static void
rewrite(void *tmp, icalcomponent *c, icalcomponent *base,
    const struct entry *e)
{
	icalproperty *keep[20], *p = icalcomponent_get_first_property(c,
	    ICAL_SEQUENCE_PROPERTY);
	size_t i, n = own_categories(c, base, keep, 20);
	int theirs = p == NULL ? 0 : icalproperty_get_sequence(p);
	struct entry m = *e;
	const char *said = text_of(c, ICAL_SUMMARY_PROPERTY);

	if (theirs > m.sequence && theirs < 1000000)
		m.sequence = theirs;
	if (base != NULL && *said != '\0' && strcmp(said, text_of(base,
	    ICAL_SUMMARY_PROPERTY)) != 0)
		m.summary = mem_str(tmp, said);
	m.description = description(tmp, e->description == NULL ? "" :
	    e->description, text_of(base, ICAL_DESCRIPTION_PROPERTY),
	    mem_str(tmp, text_of(c, ICAL_DESCRIPTION_PROPERTY)));
	for (i = 0; ical_ours[i] != ICAL_NO_PROPERTY; i++)
		remove_properties(c, ical_ours[i]);
	while ((p = ical_rev(c)) != NULL) {
		icalcomponent_remove_property(c, p);
		icalproperty_free(p);
	}
	ical_put(c, &m, e->modified);
	for (i = 0; i < n; i++)
		icalcomponent_add_property(c, keep[i]);
	if (base == NULL && icalcomponent_get_first_component(c,
	    ICAL_VALARM_COMPONENT) == NULL)
		ical_put_alarms(c, &m);
}

int
ical_merge(void *owner, const struct entry *e, const char *base,
    const char *theirs, size_t n_theirs, char **ret_text, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	icalcomponent *cal = ical_parse(tmp, theirs, n_theirs, err), *c;
	icalcomponent *old = NULL, *old_main = NULL;
	bool more;

	if (cal == NULL)
		return -1;
	c = ical_main(cal, &more, err);
	if (c == NULL || icalcomponent_isa(c) != (e->form == ENTRY_DAY ?
	    ICAL_VEVENT_COMPONENT : ICAL_VTODO_COMPONENT)) {
		icalcomponent_free(cal);
		return c == NULL ? -1 : err_set(err, ERR_PERM,
		    "it is no longer of the kind that it was");
	}
	if (base != NULL)
		old = ical_parse(tmp, base, strlen(base), NULL);
	if (old != NULL)
		old_main = ical_main(old, &more, NULL);
	remove_components(cal, c);
	remove_properties(cal, ICAL_METHOD_PROPERTY);
	rewrite(tmp, c, old_main, e);
	if (e->form == ENTRY_TODO)
		icalcomponent_add_component(cal, ical_zone(e->zone, e->due,
		    e->due));
	icalcomponent_strip_errors(cal);
	*ret_text = ical_text(owner, cal);
	icalcomponent_free(cal);
	if (old != NULL)
		icalcomponent_free(old);
	return 0;
}
