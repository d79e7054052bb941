#include "policy/calendar.h"

#include "base/embed.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/country.h"
#include "core/date.h"
#include "policy/calendar_ics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALENDAR_BYTES_MAX (256 * 1024)
#define CALENDAR_YEARS_MAX 200

enum entry { ENTRY_NONE, ENTRY_OFF, ENTRY_WORK };

struct calendar {
	char country[3];
	unsigned weekend;	/* bits 1 << enum weekday */
	int32_t first, last;	/* covered days; last < first: none */
	unsigned char *days;	/* enum entry, from first on */
	struct calendar *next;	/* the loaded ones */
};

static struct calendar *loaded;

/* "# country CN, 2019..2026, source" */
static bool
head(struct calendar *c, const char *line)
{
	char from[8], to[8];
	int y1, y2;

	if (sscanf(line, "# country %2[A-Z], %4[0-9]..%4[0-9],", c->country,
	    from, to) != 3)
		return false;
	y1 = atoi(from);
	y2 = atoi(to);
	if (!country_is(c->country) || y1 < 1900 || y2 > 2200 || y2 < y1 ||
	    y2 - y1 >= CALENDAR_YEARS_MAX)
		return false;
	c->first = date_make(y1, 1, 1);
	c->last = date_make(y2, 12, 31);
	c->weekend = country_weekend(c->country);
	c->days = mem_array(c, unsigned char, c->last - c->first + 1);
	return true;
}

/* "# weekend fri sat" */
static bool
weekend(struct calendar *c, const char *line)
{
	static const char *const names[] = { "mon", "tue", "wed", "thu",
		"fri", "sat", "sun" };
	const char *p = line + strlen("# weekend");
	size_t i;

	c->weekend = 0;
	while (*p != '\0') {
		p += strspn(p, " ");
		for (i = 0; i < 7; i++)
			if (strncmp(p, names[i], 3) == 0)
				break;
		if (i == 7)
			return false;
		c->weekend |= 1u << i;
		p += 3;
	}
	return c->weekend != 0 && c->weekend != 0x7f;
}

static const char *
entry(struct calendar *c, char *line)
{
	char *kind, *name;
	int32_t day;
	enum entry e;

	kind = strchr(line, ',');
	name = kind == NULL ? NULL : strchr(kind + 1, ',');
	if (name == NULL)
		return "write \"YYYY-MM-DD,off,name\"";
	*kind++ = *name++ = '\0';
	if (date_parse(line, DATE_ISO, &day, NULL) != 0)
		return "the date is none: write YYYY-MM-DD";
	if (strcmp(kind, "off") == 0)
		e = ENTRY_OFF;
	else if (strcmp(kind, "work") == 0)
		e = ENTRY_WORK;
	else
		return "the kind is neither off nor work";
	if (day < c->first || day > c->last)
		return "the date is outside the years of the first line";
	if (c->days[day - c->first] != ENTRY_NONE)
		return "the date is given twice";
	c->days[day - c->first] = e;
	return NULL;
}

static const char *
take_line(struct calendar *c, char *line)
{
	size_t n = strlen(line);

	if (n > 0 && line[n - 1] == '\r')
		line[n - 1] = '\0';
	if (line[0] == '\0' || strcmp(line, "date,kind,name") == 0)
		return NULL;
	if (text_starts(line, "# country"))
		return c->days == NULL && head(c, line) ? NULL :
		    "write \"# country CN, 2019..2026, source\" once";
	if (c->days == NULL)
		return "the first line must be \"# country CN, 2019..2026, "
		    "source\"";
	if (text_starts(line, "# weekend"))
		return weekend(c, line) ? NULL :
		    "write \"# weekend fri sat\"";
	if (line[0] == '#')
		return NULL;
	return entry(c, line);
}

int
calendar_parse(void *owner, const char *name, const char *text,
    struct calendar **ret_cal, struct err *err)
{
	struct calendar *c = mem_new(owner, struct calendar);
	char *copy = mem_str(c, text), *p = copy, *end;
	const char *wrong = NULL;
	int line;

	for (line = 1; wrong == NULL && p != NULL; line++, p = end) {
		end = strchr(p, '\n');
		if (end != NULL)
			*end++ = '\0';
		wrong = take_line(c, p);
		if (wrong != NULL)
			err_set(err, ERR_CONFIG, "%s:%d: %s", name, line,
			    wrong);
	}
	if (wrong == NULL && c->days == NULL) {
		wrong = "";
		err_set(err, ERR_CONFIG, "%s:1: empty: the first line must be "
		    "\"# country CN, 2019..2026, source\"", name);
	}
	if (wrong != NULL) {
		talloc_free(c);
		return -1;
	}
	talloc_free(copy);
	*ret_cal = c;
	return 0;
}

static struct calendar *
find(const char *country)
{
	struct calendar *c;

	for (c = loaded; c != NULL; c = c->next)
		if (strcmp(c->country, country) == 0)
			return c;
	return NULL;
}

/* Country codes are few, so what is made here may stay. */
const struct calendar *
calendar_for(const char *country)
{
	const char *key = country_is(country) ? country : "";
	struct calendar *c = find(key);
	char *name;
	const char *text;

	if (c != NULL)
		return c;
	name = mem_fmt(NULL, "contrib/holidays/%s.csv", key);
	text = embed_find(name);
	if (text == NULL || calendar_parse(NULL, name, text, &c, NULL) != 0) {
		c = mem_new(NULL, struct calendar);
		memcpy(c->country, key, strlen(key) + 1);
		c->weekend = country_weekend(country);
		c->first = 0;
		c->last = -1;
	}
	talloc_free(name);
	c->next = loaded;
	loaded = c;
	return c;
}

int
calendar_load(const char *path, struct err *err)
{
	struct calendar *c, *old;
	char *text, *csv;
	size_t n;

	if (file_read(NULL, path, CALENDAR_BYTES_MAX, &text, &n, err) != 0)
		return -1;
	if (strlen(text) != n) {
		talloc_free(text);
		return err_set(err, ERR_CONFIG, "%s: a NUL byte: no text "
		    "file", path);
	}
	n = strlen(path);
	csv = text;
	if ((n > 4 && strcmp(path + n - 4, ".ics") == 0 &&
	    calendar_from_ics(text, path, text, &csv, err) != 0) ||
	    calendar_parse(NULL, path, csv, &c, err) != 0) {
		talloc_free(text);
		return -1;
	}
	talloc_free(text);
	/* Callers may hold the old one: it changes in place. */
	old = find(c->country);
	if (old != NULL) {
		talloc_free(old->days);
		old->weekend = c->weekend;
		old->first = c->first;
		old->last = c->last;
		old->days = talloc_steal(old, c->days);
		talloc_free(c);
		return 0;
	}
	c->next = loaded;
	loaded = c;
	return 0;
}

const char *
calendar_country(const struct calendar *c)
{
	return c->country;
}

bool
calendar_covers(const struct calendar *c, int32_t day)
{
	return day >= c->first && day <= c->last;
}

int32_t
calendar_last_covered(const struct calendar *c)
{
	return c->last < c->first ? DATE_NONE : c->last;
}

bool
calendar_is_workday(const struct calendar *c, int32_t day)
{
	enum entry e = ENTRY_NONE;

	if (calendar_covers(c, day))
		e = (enum entry)c->days[day - c->first];
	if (e != ENTRY_NONE)
		return e == ENTRY_WORK;
	return (c->weekend & 1u << date_weekday(day)) == 0;
}

int32_t
calendar_add_workdays(const struct calendar *c, int32_t day, int n)
{
	int step = n < 0 ? -1 : 1;

	for (n = abs(n); n > 0; )
		if (calendar_is_workday(c, day += step))
			n--;
	return day;
}
