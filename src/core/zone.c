#include "core/zone.h"

#include "base/mem.h"

#include <string.h>
#include <stdbool.h>

#include <unicode/ucal.h>
#include <unicode/ustring.h>

#define TABLE_FROM INT64_C(0)			/* 1970 */
#define TABLE_TO INT64_C(4102444800)		/* 2100 */

struct change {
	int64_t at;	/* from this instant on */
	int32_t offset;	/* seconds east */
};

struct zone {
	char *name;
	struct change *changes;	/* ascending; the first at INT64_MIN */
	size_t n;
	struct zone *next;
};

static struct zone *zones;

static int32_t
icu_offset(UCalendar *cal, int64_t t)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t ms;

	ucal_setMillis(cal, (UDate)t * 1000.0, &status);
	ms = ucal_get(cal, UCAL_ZONE_OFFSET, &status) +
	    ucal_get(cal, UCAL_DST_OFFSET, &status);
	return ms / 1000;
}

static void
add_change(struct zone *z, int64_t at, int32_t offset)
{
	if (z->n > 0 && z->changes[z->n - 1].offset == offset)
		return;
	if ((z->n & (z->n - 1)) == 0)	/* grow at powers of two */
		z->changes = mem_grow(z, z->changes, struct change,
		    z->n == 0 ? 1 : z->n * 2);
	z->changes[z->n].at = at;
	z->changes[z->n++].offset = offset;
}

static void
fill(struct zone *z, UCalendar *cal)
{
	UErrorCode status = U_ZERO_ERROR;
	int64_t t = TABLE_FROM;
	UDate next;

	add_change(z, INT64_MIN, icu_offset(cal, t));
	for (;;) {
		ucal_setMillis(cal, (UDate)t * 1000.0, &status);
		if (!ucal_getTimeZoneTransitionDate(cal,
		    UCAL_TZ_TRANSITION_NEXT, &next, &status) ||
		    U_FAILURE(status))
			return;
		t = (int64_t)(next / 1000.0);
		if (t >= TABLE_TO)
			return;
		add_change(z, t, icu_offset(cal, t));
	}
}

/* ICU takes an unknown id for GMT; only canonical system ids count. */
static bool
is_known(const UChar *id, int32_t n)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar canonical[128];
	UBool is_system = 0;

	ucal_getCanonicalTimeZoneID(id, n, canonical, 128, &is_system,
	    &status);
	return U_SUCCESS(status) && is_system;
}

int
zone_open(const char *name, const struct zone **ret_zone, struct err *err)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar id[128];
	int32_t n = 0;
	UCalendar *cal;
	struct zone *z;

	for (z = zones; z != NULL; z = z->next)
		if (strcmp(z->name, name) == 0) {
			*ret_zone = z;
			return 0;
		}
	u_strFromUTF8(id, 128, &n, name, -1, &status);
	if (U_FAILURE(status) || n == 0 || n >= 128 || !is_known(id, n))
		return err_set(err, ERR_CONFIG, "'%.64s' is not an IANA time "
		    "zone such as Asia/Shanghai", name);
	cal = ucal_open(id, n, "en", UCAL_GREGORIAN, &status);
	if (U_FAILURE(status))
		return err_set(err, ERR_CONFIG, "zone %.64s: %s", name,
		    u_errorName(status));
	z = mem_new(NULL, struct zone);
	z->name = mem_str(z, name);
	fill(z, cal);
	ucal_close(cal);
	z->next = zones;
	zones = z;
	*ret_zone = z;
	return 0;
}

const char *
zone_name(const struct zone *z)
{
	return z->name;
}

static size_t
find(const struct zone *z, int64_t t)
{
	size_t lo = 0, hi = z->n, mid;

	while (hi - lo > 1) {
		mid = lo + (hi - lo) / 2;
		if (z->changes[mid].at <= t)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

int32_t
zone_offset(const struct zone *z, int64_t t)
{
	return z->changes[find(z, t)].offset;
}

int32_t
zone_day(const struct zone *z, int64_t t, int32_t *ret_second)
{
	int64_t local = t + zone_offset(z, t), day;

	day = local >= 0 ? local / 86400 : -((86399 - local) / 86400);
	*ret_second = (int32_t)(local - day * 86400);
	return (int32_t)day;
}

int64_t
zone_instant(const struct zone *z, int32_t day, int32_t second)
{
	int64_t wall = (int64_t)day * 86400 + second;
	int32_t before = zone_offset(z, wall - 86400);
	int32_t after = zone_offset(z, wall + 86400);
	int64_t t = wall - before;

	if (zone_offset(z, t) == before)
		return t;	/* before the change, or the first of two */
	t = wall - after;
	if (zone_offset(z, t) == after)
		return t;
	/* In the gap: the change itself. */
	return z->changes[find(z, wall - before)].at;
}
