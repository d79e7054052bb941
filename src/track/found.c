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

/* --- several --- */

/* Places of those that may be one of several; says whether there are more. */
static bool
candidates(const struct found_claim *c, const struct found_receipt *list,
    size_t n, size_t pick[FOUND_SET_MAX], size_t *ret_n)
{
	size_t m = 0, i, k;
	bool more = false;

	for (i = n; i-- > 0;) {
		if (!list[i].own || list[i].taken || list[i].amount <= 0 ||
		    list[i].amount >= c->amount ||
		    strcmp(list[i].cur, c->cur) != 0 || !fits_day(c, &list[i]))
			continue;
		for (k = 0; k < m && strcmp(list[pick[k]].reference,
		    list[i].reference) != 0; k++)
			;
		if (k < m)
			continue;
		if (m < FOUND_SET_MAX)
			pick[m++] = i;
		else
			more = true;
	}
	*ret_n = m;
	return more;
}

/* How many they are; 0: another sum. */
static size_t
make_sum(const struct found_receipt *list, const size_t *pick, size_t n,
    unsigned int mask, int64_t sum)
{
	size_t i, bits = 0;

	for (i = 0; i < n; i++) {
		if ((mask >> i & 1) == 0)
			continue;
		if (list[pick[i]].amount > sum)
			return 0;
		sum -= list[pick[i]].amount;
		bits++;
	}
	return sum == 0 ? bits : 0;
}

enum found
found_set(const struct found_claim *c, const struct found_receipt *list,
    size_t n, size_t ret_pick[FOUND_SET_MAX], size_t *ret_n)
{
	size_t pick[FOUND_SET_MAX], m, i, bits, fewest = 0, out = 0;
	bool perhaps = candidates(c, list, n, pick, &m), several = false;
	unsigned int mask, best = 0;

	/* The candidates run from the newest: so do the masks. */
	for (mask = (1u << m) - 1; mask > 0; mask--) {
		bits = make_sum(list, pick, m, mask, c->amount);
		if (bits == 0 || (fewest != 0 && bits > fewest))
			continue;
		several = bits == fewest;
		if (!several)
			best = mask;
		fewest = bits;
	}
	if (best == 0)
		return FOUND_NONE;
	for (i = m; i-- > 0;) {
		if ((best >> i & 1) == 0)
			continue;
		ret_pick[out++] = pick[i];
		/* What is listed twice may be the same money. */
		perhaps = perhaps || list[pick[i]].shared ||
		    list[pick[i]].item != list[ret_pick[0]].item;
	}
	*ret_n = out;
	return perhaps || several ? FOUND_PERHAPS : FOUND_SURE;
}
