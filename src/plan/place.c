#include "plan/place.h"

#include "core/date.h"
#include "core/zone.h"
#include "plan/plan.h"

#include <string.h>

#define MINUTE 60

/* The rule pack of the last question: one company's accounts mostly share
 * one.  A cache only: the answer depends on nothing else. */
static struct rulepack
pack_of(const struct facts *f)
{
	static struct rulepack last;
	static char country[8];
	static enum party_kind kind;
	static bool agency, known;
	const char *c = f->country != NULL ? f->country : "";

	if (known && kind == f->party_kind && agency == f->company->agency &&
	    strcmp(country, c) == 0)
		return last;
	last = rulepack_find(f->country, f->party_kind, f->company->agency,
	    CHANNEL_MAIL);
	known = strlen(c) < sizeof(country);
	if (known)
		strcpy(country, c);
	kind = f->party_kind;
	agency = f->company->agency;
	return last;
}

static const struct calendar *
calendar_of(const struct facts *f)
{
	static const struct calendar *last;
	static char name[48];
	const char *c = plan_workdays(f);

	if (last != NULL && strcmp(name, c) == 0)
		return last;
	if (strlen(c) >= sizeof(name))
		return calendar_for(c);
	last = calendar_for(c);
	strcpy(name, c);
	return last;
}

const char *
plan_workdays(const struct facts *f)
{
	const char *home = f->company->country;

	if (f->workdays != NULL)
		return f->workdays;
	if (f->country != NULL && (home == NULL ||
	    strcmp(f->country, home) != 0))
		return f->country;
	return f->company->workdays != NULL ? f->company->workdays :
	    home != NULL ? home : "";
}

const char *
plan_our_workdays(const struct facts *f)
{
	const struct fact_company *c = f->company;

	return f->owner_workdays != NULL ? f->owner_workdays :
	    c->workdays != NULL ? c->workdays :
	    c->country != NULL ? c->country : "";
}

void
place_of(const struct facts *f, const struct policy *p, int64_t now,
    struct place *ret)
{
	ret->policy = p;
	ret->zone_known = f->zone != NULL;
	ret->zone = f->zone != NULL ? f->zone : f->company->zone;
	ret->calendar = calendar_of(f);
	ret->pack = pack_of(f);
	ret->now = now;
	ret->today = zone_day(ret->zone, now, &ret->second);
	ret->cash_in_day = f->cash_in_day;
}

/* A make-up workday on a weekend counts like the worst day of the week. */
static int
day_score(const struct place *w, int32_t day)
{
	enum weekday wd = date_weekday(day);
	int score = w->policy->weekday_score[wd], i, s;

	if (!calendar_is_workday(w->calendar, day))
		return 0;
	if (score > 0 || (wd != SAT && wd != SUN))
		return score;
	for (i = 0; i < WEEKDAY_COUNT; i++) {
		s = w->policy->weekday_score[i];
		if (s > 0 && (score == 0 || s < score))
			score = s;
	}
	return score;
}

bool
place_day_is_open(const struct place *w, int32_t day)
{
	return day_score(w, day) > 0;
}

/* The i-th span of policy hours that the rule pack leaves, in seconds, as
 * far as it is not past on this day. */
static bool
span(const struct place *w, int32_t day, size_t i, int32_t *ret_from,
    int32_t *ret_to)
{
	const struct policy_hours *h = &w->policy->hours[i];
	int32_t from = (h->from > w->pack.from ? h->from : w->pack.from) *
	    MINUTE;
	int32_t to = (h->to < w->pack.to ? h->to : w->pack.to) * MINUTE;

	if (h->score <= 0)
		return false;
	if (day == w->today && from < w->second)
		from = w->second;
	*ret_from = from;
	*ret_to = to;
	return from < to;
}

bool
place_is_open(const struct place *w)
{
	int32_t from, to;
	size_t i;

	if (!place_day_is_open(w, w->today))
		return false;
	for (i = 0; i < w->policy->n_hours; i++)
		if (span(w, w->today, i, &from, &to) && from == w->second)
			return true;
	return false;
}

/* The best hour of a day: its score, or 0. */
static int
best_hour(const struct place *w, int32_t day, int32_t *ret_second)
{
	int32_t from, to, at = 0;
	int best = 0;
	size_t i;

	for (i = 0; i < w->policy->n_hours; i++)
		if (span(w, day, i, &from, &to) &&
		    (w->policy->hours[i].score > best ||
		    (w->policy->hours[i].score == best && from < at))) {
			best = w->policy->hours[i].score;
			at = from;
		}
	if (best > 0)
		*ret_second = at;
	return best;
}

static int64_t
instant(const struct place *w, int32_t day, int32_t second)
{
	int64_t t;

	if (day == w->today && second == w->second)
		return w->now;
	t = zone_instant(w->zone, day, second);
	return t < w->now ? w->now : t;
}

/* Days before the debtor gets money; an earlier open day where that one is
 * closed. */
static bool
cash_in(const struct place *w, int32_t from, int32_t to, int64_t *ret_slot)
{
	int32_t day, second = 0;
	int y, m, d, k, len;

	if (w->cash_in_day <= 0 || w->policy->cash_in_lead < 0)
		return false;
	date_split(from, &y, &m, &d);
	for (k = 0; k < 4; k++) {
		len = date_month_len(y, m);
		day = date_make(y, m, w->cash_in_day < len ?
		    w->cash_in_day : len) - w->policy->cash_in_lead;
		if (++m > 12) {
			m = 1;
			y++;
		}
		if (day > to)
			return false;
		while (day >= from && best_hour(w, day, &second) *
		    day_score(w, day) == 0)
			day--;
		if (day < from)
			continue;
		*ret_slot = instant(w, day, second);
		return true;
	}
	return false;
}

bool
place_best(const struct place *w, int32_t from, int32_t to,
    int64_t *ret_slot, bool *ret_cash_in)
{
	int32_t day, second = 0, at_day = 0, at_second = 0;
	int score, best = 0;

	if (from < w->today)
		from = w->today;
	if (cash_in(w, from, to, ret_slot)) {
		*ret_cash_in = true;
		return true;
	}
	for (day = from; day <= to; day++) {
		score = day_score(w, day);
		if (score == 0 || score * 100 <= best)
			continue;
		score *= best_hour(w, day, &second);
		if (score > best) {
			best = score;
			at_day = day;
			at_second = second;
		}
	}
	if (best == 0)
		return false;
	*ret_slot = instant(w, at_day, at_second);
	*ret_cash_in = false;
	return true;
}

static bool
first_hour(const struct place *w, int32_t day, int32_t *ret_second)
{
	int32_t from, to;
	bool found = false;
	size_t i;

	for (i = 0; i < w->policy->n_hours; i++)
		if (span(w, day, i, &from, &to) &&
		    (!found || from < *ret_second)) {
			*ret_second = from;
			found = true;
		}
	return found;
}

bool
place_first(const struct place *w, int32_t from, int32_t to,
    int64_t *ret_slot)
{
	int32_t day, second = 0;

	if (from < w->today)
		from = w->today;
	for (day = from; day <= to; day++)
		if (place_day_is_open(w, day) &&
		    first_hour(w, day, &second)) {
			*ret_slot = instant(w, day, second);
			return true;
		}
	return false;
}

int64_t
place_day_end(const struct place *w, int32_t day)
{
	int32_t end = 0, to;
	size_t i;

	for (i = 0; i < w->policy->n_hours; i++) {
		to = w->policy->hours[i].to < w->pack.to ?
		    w->policy->hours[i].to : w->pack.to;
		if (w->policy->hours[i].score > 0 && to * MINUTE > end)
			end = to * MINUTE;
	}
	return zone_instant(w->zone, day, end);
}
