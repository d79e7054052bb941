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

/* What our part says, but for what is said in their stead. */
static void
put_own(void *tmp, icalcomponent *c, icalcomponent *own, int sequence,
    const char *summary, const char *about)
{
	icalproperty *p;

	for (p = icalcomponent_get_first_property(own, ICAL_ANY_PROPERTY);
	    p != NULL; p = icalcomponent_get_next_property(own,
	    ICAL_ANY_PROPERTY))
		switch (icalproperty_isa(p)) {
		case ICAL_SEQUENCE_PROPERTY:
			icalcomponent_add_property(c,
			    icalproperty_new_sequence(sequence));
			break;
		case ICAL_SUMMARY_PROPERTY:
			icalcomponent_add_property(c, icalproperty_new_summary(
			    ical_clean(tmp, summary, true)));
			break;
		case ICAL_DESCRIPTION_PROPERTY:
			break;
		default:
			icalcomponent_add_property(c,
			    icalproperty_new_clone(p));
			break;
		}
	if (*about != '\0')
		icalcomponent_add_property(c, icalproperty_new_description(
		    ical_clean(tmp, about, false)));
}

static void
put_components(icalcomponent *to, icalcomponent *from,
    icalcomponent_kind kind)
{
	icalcomponent *c;

	for (c = icalcomponent_get_first_component(from, kind); c != NULL;
	    c = icalcomponent_get_next_component(from, kind))
		icalcomponent_add_component(to, icalcomponent_new_clone(c));
}

static int
sequence_of(icalcomponent *c)
{
	icalproperty *p = icalcomponent_get_first_property(c,
	    ICAL_SEQUENCE_PROPERTY);

	return p == NULL ? 0 : icalproperty_get_sequence(p);
}

/* Our properties anew; sequence: above theirs. */
static void
rewrite(void *tmp, icalcomponent *c, icalcomponent *base, icalcomponent *own)
{
	icalproperty *keep[20], *p;
	size_t i, n = own_categories(c, base, keep, 20);
	int theirs = sequence_of(c), sequence = sequence_of(own);
	const char *said = text_of(c, ICAL_SUMMARY_PROPERTY), *about;
	const char *summary = text_of(own, ICAL_SUMMARY_PROPERTY);

	if (theirs > sequence && theirs < 1000000)
		sequence = theirs;
	if (base != NULL && *said != '\0' && strcmp(said, text_of(base,
	    ICAL_SUMMARY_PROPERTY)) != 0)
		summary = mem_str(tmp, said);
	about = description(tmp, text_of(own, ICAL_DESCRIPTION_PROPERTY),
	    text_of(base, ICAL_DESCRIPTION_PROPERTY), mem_str(tmp, text_of(c,
	    ICAL_DESCRIPTION_PROPERTY)));
	for (i = 0; ical_ours[i] != ICAL_NO_PROPERTY; i++)
		remove_properties(c, ical_ours[i]);
	while ((p = ical_rev(c)) != NULL) {
		icalcomponent_remove_property(c, p);
		icalproperty_free(p);
	}
	put_own(tmp, c, own, sequence, summary, about);
	for (i = 0; i < n; i++)
		icalcomponent_add_property(c, keep[i]);
	if (base == NULL && icalcomponent_get_first_component(c,
	    ICAL_VALARM_COMPONENT) == NULL)
		put_components(c, own, ICAL_VALARM_COMPONENT);
}

/* NULL where there is none; *ret_main: of it. */
static icalcomponent *
parse(void *tmp, const char *text, size_t n, icalcomponent **ret_main,
    struct err *err)
{
	icalcomponent *cal = text == NULL ? NULL : ical_parse(tmp, text, n,
	    err);
	bool more;

	*ret_main = NULL;
	if (cal == NULL)
		return NULL;
	*ret_main = ical_main(cal, &more, err);
	if (*ret_main != NULL)
		return cal;
	icalcomponent_free(cal);
	return NULL;
}

static void
drop(icalcomponent *c)
{
	if (c != NULL)
		icalcomponent_free(c);
}

int
ical_merge(void *owner, const char *own, const char *base,
    const char *theirs, size_t n_theirs, char **ret_text, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	icalcomponent *c, *said, *was;
	icalcomponent *cal = parse(tmp, theirs, n_theirs, &c, err);
	icalcomponent *ours = cal == NULL ? NULL : parse(tmp, own,
	    strlen(own), &said, err), *old;

	if (ours == NULL || icalcomponent_isa(c) != icalcomponent_isa(said)) {
		if (ours != NULL)
			err_set(err, ERR_PERM, "it is no longer of the kind "
			    "that it was");
		drop(cal);
		drop(ours);
		return -1;
	}
	old = parse(tmp, base, base == NULL ? 0 : strlen(base), &was, NULL);
	remove_components(cal, c);
	remove_properties(cal, ICAL_METHOD_PROPERTY);
	rewrite(tmp, c, was, said);
	put_components(cal, ours, ICAL_VTIMEZONE_COMPONENT);
	icalcomponent_strip_errors(cal);
	*ret_text = ical_text(owner, cal);
	drop(cal);
	drop(ours);
	drop(old);
	return 0;
}
