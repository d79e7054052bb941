#include "policy/interest.h"

#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct interest_pack packs[] = {
#define PACK(name, floats, contract, half, daily, count, factor, margin, fee, \
    law, en, zh) { name, floats, contract, half, daily, count, factor, \
    margin, fee, law, en, zh },
#include "policy/interest.def"
#undef PACK
};

static const struct {
	const char *pack, *en, *zh;
} notes[] = {
#define INTEREST_NOTE(pack, en, zh) { pack, en, zh },
#include "policy/interest.def"
#undef INTEREST_NOTE
};

static const char *const counts[] = { "actual/365", "actual/360", "30/360" };
static const char *const roundings[] = { "half-up", "half-even" };

static bool
find_word(const char *word, const char *const *words, int n, int *ret)
{
	int i;

	for (i = 0; i < n; i++)
		if (strcmp(words[i], word) == 0) {
			*ret = i;
			return true;
		}
	return false;
}

bool
interest_count_parse(const char *word, enum interest_count *ret)
{
	int i;

	if (!find_word(word, counts, 3, &i))
		return false;
	*ret = (enum interest_count)i;
	return true;
}

bool
interest_rounding_parse(const char *word, enum interest_rounding *ret)
{
	int i;

	if (!find_word(word, roundings, 2, &i))
		return false;
	*ret = (enum interest_rounding)i;
	return true;
}

bool
interest_note(const char *pack, const char **ret_en, const char **ret_zh)
{
	size_t i;

	for (i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
		if (strcmp(notes[i].pack, pack) == 0) {
			*ret_en = notes[i].en;
			*ret_zh = notes[i].zh;
			return true;
		}
	return false;
}

const struct interest_pack *
interest_pack_at(size_t i)
{
	return i < sizeof(packs) / sizeof(packs[0]) ? &packs[i] : NULL;
}

const struct interest_pack *
interest_pack(const char *name)
{
	const struct interest_pack *p;
	size_t i;

	for (i = 0; (p = interest_pack_at(i)) != NULL; i++)
		if (strcmp(p->name, name) == 0)
			return p;
	return NULL;
}

/* --- day counts --- */

/* Grows by the days of the count: so splitting a period changes nothing. */
static int64_t
position(enum interest_count count, int32_t day)
{
	int y, m, d;

	if (count != COUNT_30_360)
		return day;
	date_split(day, &y, &m, &d);
	return 360 * (int64_t)y + 30 * m + (d > 30 ? 30 : d);
}

static int64_t
year_of(const struct interest_pack *p)
{
	if (p->daily)
		return 1;
	return p->count == COUNT_ACT_365 ? 365 : 360;
}

/* --- rates --- */

int32_t
interest_rate_day(const struct interest_pack *p, int32_t day)
{
	int y, m, d;

	if (p->half_years == 0)
		return day;
	date_split(day, &y, &m, &d);
	return date_make(y, m < 7 ? 1 : 7, 1) - (p->half_years == 2);
}

static bool
rate_on(const struct interest_pack *p, const struct rates *rates,
    int32_t day, struct interest_line *ret)
{
	if (p->factor == 0) {
		ret->of = NULL;
		ret->ppm = p->margin;
		ret->source = p->law;
		return true;
	}
	ret->of = rates == NULL || day == DATE_NONE ? NULL :
	    rates_on(rates, interest_rate_day(p, day));
	if (ret->of == NULL)
		return false;
	ret->ppm = (int32_t)((int64_t)ret->of->ppm * p->factor / 100) +
	    p->margin;
	ret->source = ret->of->source;
	return true;
}

bool
interest_excessive(int32_t ppm, const struct rates *lpr, int32_t day)
{
	const struct rate *r = lpr == NULL ? NULL : rates_on(lpr, day);

	return r != NULL && (int64_t)ppm * 10000 > (int64_t)r->ppm * 130 *
	    130;
}

/* --- the sum --- */

static int64_t
principal_on(const struct interest_case *c, int32_t day)
{
	int64_t left = c->principal;
	size_t i;

	/* What comes in on a day still bears interest for it. */
	for (i = 0; i < c->n_parts && c->parts[i].day < day; i++)
		left -= c->parts[i].amount;
	return left > 0 ? left : 0;
}

static bool
paused(const struct interest_case *c, int32_t day)
{
	size_t i;

	for (i = 0; i < c->n_pauses; i++)
		if (day >= c->pauses[i].from && day <= c->pauses[i].to)
			return true;
	return false;
}

static bool
goes_on(const struct interest_line *l, const struct interest_line *next)
{
	return l->to + 1 == next->from && l->principal == next->principal &&
	    l->ppm == next->ppm && strcmp(l->source, next->source) == 0;
}

static void
append(struct interest *r, const struct interest_line *next,
    enum interest_count count)
{
	struct interest_line *l = &r->lines[r->n_lines];

	if (r->n_lines > 0 && goes_on(l - 1, next)) {
		(--l)->to = next->to;
	} else {
		if ((r->n_lines & (r->n_lines + 1)) == 0)
			r->lines = mem_grow(r, r->lines,
			    struct interest_line, 2 * (r->n_lines + 1));
		l = &r->lines[r->n_lines++];
		*l = *next;
	}
	l->days = (int32_t)(position(count, l->to) -
	    position(count, l->from - 1));
}

/* sum is not below 0. */
static int64_t
round_once(__int128 sum, __int128 unit, enum interest_rounding rounding)
{
	__int128 whole = sum / unit, rest = 2 * (sum % unit);

	if (rest > unit || (rest == unit && (rounding == ROUND_HALF_UP ||
	    whole % 2 != 0)))
		whole++;
	return (int64_t)whole;
}

/* 1998 Act s.5A: by the size of the debt; elsewhere 40. */
static int64_t
fixed_sum(const struct interest_pack *p, const struct interest_case *c)
{
	int64_t unit = 1;
	int i;

	if (p->fee == NULL || strcmp(p->fee, c->cur) != 0 ||
	    c->until <= c->due)
		return 0;
	for (i = money_digits(c->cur); i > 0; i--)
		unit *= 10;
	if (strcmp(p->fee, "GBP") != 0 || c->principal < 1000 * unit)
		return 40 * unit;
	return (c->principal < 10000 * unit ? 70 : 100) * unit;
}

/* The day whose rate holds throughout: the due day (1998 Act s.4), the first
 * day of the breach, or that of the contract. */
static int32_t
fixed_day(const struct interest_pack *p, const struct interest_case *c)
{
	if (p->contract)
		return c->agreed;
	return p->half_years != 0 ? c->due : c->due + 1;
}

int
interest_compute(void *owner, const struct interest_pack *p,
    const struct rates *rates, const struct interest_case *c,
    struct interest **ret, int32_t *ret_missing)
{
	struct interest *r = mem_new(owner, struct interest);
	struct interest_line l;
	__int128 sum = 0;
	int32_t day, of;
	size_t i;

	r->daily = p->daily;
	r->count = p->count;
	for (day = c->due + 1; day <= c->until; day++) {
		l.from = l.to = day;
		l.principal = principal_on(c, day);
		if (l.principal == 0 || paused(c, day))
			continue;
		of = p->floats ? day : fixed_day(p, c);
		if (!rate_on(p, rates, of, &l)) {
			talloc_free(r);
			*ret_missing = of;
			return 0;
		}
		append(r, &l, p->count);
	}
	for (i = 0; i < r->n_lines; i++)
		sum += (__int128)r->lines[i].principal * r->lines[i].ppm *
		    r->lines[i].days;
	r->amount = round_once(sum, (__int128)RATE_PPM * year_of(p),
	    c->rounding);
	r->fee = fixed_sum(p, c);
	*ret = r;
	return 1;
}

char *
rate_format(int32_t ppm, char buf[RATE_TEXT_MAX])
{
	size_t n = (size_t)snprintf(buf, RATE_TEXT_MAX, "%d.%04d",
	    ppm / 10000, ppm % 10000);

	while (n > 0 && buf[n - 1] == '0')
		buf[--n] = '\0';
	if (n > 0 && buf[n - 1] == '.')
		buf[--n] = '\0';
	return buf;
}

char *
interest_formula(void *owner, const struct interest *r, const char *cur)
{
	struct text *t = text_new(owner);
	struct money m = money_zero(cur);
	char buf[MONEY_TEXT_MAX], rate[RATE_TEXT_MAX];
	char *out;
	size_t i;

	for (i = 0; i < r->n_lines; i++) {
		m.minor = r->lines[i].principal;
		text_addf(t, "%s%s x %s %%", i > 0 ? " + " : "",
		    money_format(m, buf), rate_format(r->lines[i].ppm, rate));
		text_addf(t, r->daily ? " x %d" : " x %d / %d",
		    r->lines[i].days, r->count == COUNT_ACT_365 ? 365 : 360);
		if (!r->daily && r->count == COUNT_30_360)
			text_add(t, " (30E/360)");
	}
	m.minor = r->amount;
	text_addf(t, "%s= %s", r->n_lines > 0 ? " " : "0 ",
	    money_format(m, buf));
	out = mem_str(owner, text_str(t));
	text_free(t);
	return out;
}
