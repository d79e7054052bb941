/* config_interest.c - what is given for paying late, by company. */
#include "config/config.h"

#include "base/mem.h"
#include "config/config_types.h"
#include "config/values.h"
#include "policy/interest.h"

#define FIELD(dest, s) \
	((const char **)(void *)((char *)(dest) + (s)->offset))

void
read_interest(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config_company *co = dest;

	(void)s;
	settings_read(r, SECTION_interest, n, &co->interest);
}

static bool
is_pack(const char *v)
{
	return interest_pack(v) != NULL;
}

static bool
is_rate(const char *v)
{
	int32_t ppm;

	return rate_parse(v, &ppm);
}

static bool
is_count(const char *v)
{
	enum interest_count count;

	return interest_count_parse(v, &count);
}

static bool
is_rounding(const char *v)
{
	enum interest_rounding rounding;

	return interest_rounding_parse(v, &rounding);
}

static void
read_choice(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest, bool (*fits)(const char *v),
    const char *what)
{
	const char *v = value_scalar(r, n);

	if (v == NULL)
		return;
	if (fits(v))
		*FIELD(dest, s) = mem_str(r->owner, v);
	else
		reader_problem(r, n->line, "\"%.40s\" is no %s", v, what);
}

void
read_interest_pack(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	read_choice(r, s, n, dest, is_pack, "pack: dunlin interest lists them");
}

void
read_interest_rate(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	read_choice(r, s, n, dest, is_rate, "percentage such as 3.75");
}

void
read_interest_count(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	read_choice(r, s, n, dest, is_count, "count of days: actual/365, "
	    "actual/360 or 30/360");
}

void
read_interest_rounding(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	read_choice(r, s, n, dest, is_rounding, "rounding: half-up or "
	    "half-even");
}
