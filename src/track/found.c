#include "track/found.h"

#include <string.h>

#define REFERENCE_LEAST 5	/* letters and digits of a reference */
#define REFERENCE_MAX 64
#define BEFORE 3	/* days: booked before they say they paid */
#define AFTER 10	/* banks and holidays in between */
#define LONG_AGO 60	/* where they do not say when */

/* What counts of a reference: its letters, without case, and digits. */
static size_t
plain(const char *s, char out[REFERENCE_MAX])
{
	size_t n = 0;
	char c;

	for (; *s != '\0' && n < REFERENCE_MAX - 1; s++) {
		c = *s;
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
			out[n++] = c;
	}
	out[n] = '\0';
	return n;
}

/* Banks write more around it, or people less of it. */
static bool
same_reference(const char *said, const char *booked)
{
	char a[REFERENCE_MAX], b[REFERENCE_MAX];
	size_t n = plain(said, a), m = plain(booked, b);

	if (n < REFERENCE_LEAST || m < REFERENCE_LEAST ||
	    strpbrk(a, "0123456789") == NULL)
		return false;
	return strstr(b, a) != NULL || (m > REFERENCE_LEAST &&
	    strpbrk(b, "0123456789") != NULL && strstr(a, b) != NULL);
}

static bool
fits_day(const struct found_claim *c, const struct found_receipt *r)
{
	int32_t from = c->paid_on, to = c->paid_on;

	if (c->paid_on == INT32_MIN) {
		from = c->made_on - LONG_AGO;
		to = c->made_on;
	} else {
		from -= BEFORE;
	}
	return r->value_date >= from && r->value_date <= to + AFTER;
}

enum found
found_one(const struct found_claim *c, const struct found_receipt *r)
{
	bool amount = r->amount == c->amount && strcmp(r->cur, c->cur) == 0;

	if (c->reference != NULL && same_reference(c->reference,
	    r->reference))
		return r->taken || (c->said && !amount) ? FOUND_PERHAPS :
		    FOUND_SURE;
	if (!amount)
		return FOUND_NONE;
	if (r->own && !r->taken && fits_day(c, r))
		return FOUND_SURE;
	return r->own || fits_day(c, r) ? FOUND_PERHAPS : FOUND_NONE;
}
