#include "policy/rulepack.h"

#include "core/country.h"

#include <stddef.h>
#include <string.h>

/* What a row's columns may say. */
#define ANY (-1)
#define PERSON PARTY_PERSON
#define COMPANY PARTY_ORGANISATION
#define CREDITOR 0
#define AGENCY 1
#define SMS CHANNEL_SMS

struct row {
	const char *where;
	int debtor, role, channel;
	struct rulepack pack;
};

static const struct row rows[] = {
#define RULEPACK(id, where, debtor, role, channel, from, to, workdays,	\
    day, week, opt_out, neutral, allowed, offers, source)		\
	{ where, debtor, role, channel, { id, source, (from) * 60,	\
	    (to) * 60, workdays, day, week, opt_out, neutral, allowed,	\
	    offers } },
#include "policy/rulepacks.def"
#undef RULEPACK
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static bool
has_own_row(const char *country)
{
	size_t i;

	for (i = 0; i < ROWS; i++)
		if (strcmp(rows[i].where, country) == 0)
			return true;
	return false;
}

/* What its rows have in their column; NULL: any of them might match. */
static const char *
where_of(const char *country)
{
	if (country == NULL || has_own_row(country))
		return country;
	return country_is_eu(country) ? "EU" : "OTHER";
}

static int
lesser(int a, int b)	/* of two caps, where 0 is none */
{
	if (a == 0 || b == 0)
		return a + b;
	return a < b ? a : b;
}

/* What allows no more than either. */
static void
narrow(struct rulepack *to, const struct rulepack *by)
{
	if (by->from > to->from)
		to->from = by->from;
	if (by->to < to->to)
		to->to = by->to;
	to->workdays_only |= by->workdays_only;
	to->per_day = lesser(to->per_day, by->per_day);
	to->per_week = lesser(to->per_week, by->per_week);
	to->opt_out_line |= by->opt_out_line;
	to->neutral_subject |= by->neutral_subject;
	to->channel_allowed &= by->channel_allowed;
	to->offers_allowed &= by->offers_allowed;
}

struct rulepack
rulepack_find(const char *country, enum party_kind debtor, bool agency,
    enum channel channel)
{
	struct rulepack found = { .channel_allowed = true,
	    .offers_allowed = true, .to = 24 * 60 };
	const char *where;
	size_t i;
	bool any = false;

	if (country != NULL && !country_is(country))
		country = NULL;
	where = where_of(country);
	for (i = 0; i < ROWS; i++) {
		if ((where != NULL && strcmp(rows[i].where, where) != 0) ||
		    (rows[i].debtor != ANY &&
		    (int)debtor < (int)PARTY_COUNT &&
		    rows[i].debtor != (int)debtor) ||
		    (rows[i].role != ANY && rows[i].role != (int)agency) ||
		    (rows[i].channel != ANY &&
		    rows[i].channel != (int)channel))
			continue;
		if (!any) {
			found = rows[i].pack;
			any = true;
		} else {
			narrow(&found, &rows[i].pack);
		}
	}
	if (country == NULL) {
		found.id = "unknown-country";
		found.source = "the strictest of all rows";
		found.opt_out_line = found.neutral_subject = true;
		found.offers_allowed = false;
		/* it may be one that wants approved messages */
		if (channel == CHANNEL_SMS)
			found.channel_allowed = false;
	}
	return found;
}

size_t
rulepack_count(void)
{
	return ROWS;
}

const struct rulepack *
rulepack_row(size_t i)
{
	return &rows[i].pack;
}
