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
	const char *name;	/* of a country, or its own */
	unsigned weekend;	/* bits 1 << enum weekday */
	int32_t first, last;	/* covered days; last < first: none */
	unsigned char *days;	/* enum entry, from first on */
	const struct calendar *base;	/* asked where days say nothing */
	struct calendar *next;	/* the loaded ones */
};

static struct calendar *loaded;

/* "# country CN, 2019..2026, source", "# calendar 2026..2027, source" */
static bool
head(struct calendar *c, const char *line)
{
	char country[3] = "", from[8], to[8];
	int y1, y2;

	if (sscanf(line, "# calendar %4[0-9]..%4[0-9],", from, to) != 2 &&
	    (sscanf(line, "# country %2[A-Z], %4[0-9]..%4[0-9],", country,
	    from, to) != 3 || !country_is(country)))
		return false;
	y1 = atoi(from);
	y2 = atoi(to);
	if (y1 < 1900 || y2 > 2200 || y2 < y1 ||
	    y2 - y1 >= CALENDAR_YEARS_MAX)
		return false;
	c->name = mem_str(c, country);
	c->first = date_make(y1, 1, 1);
	c->last = date_make(y2, 12, 31);
	c->weekend = country_weekend(country);
	c->days = mem_array(c, unsigned char, c->last - c->first + 1);
	return true;
}

/* "fri sat" */
static bool
weekend(struct calendar *c, const char *p)
{
	static const char *const names[] = { "mon", "tue", "wed", "thu",
		"fri", "sat", "sun" };
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
	if (text_starts(line, "# country") ||
	    text_starts(line, "# calendar"))
		return c->days == NULL && head(c, line) ? NULL :
		    "write \"# country CN, 2019..2026, source\" once";
	if (c->days == NULL)
		return "the first line must be \"# country CN, 2019..2026, "
		    "source\"";
	if (text_starts(line, "# weekend"))
		return weekend(c, line + strlen("# weekend")) ? NULL :
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
find(const char *name)
{
	struct calendar *c;

	for (c = loaded; c != NULL; c = c->next)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

static struct calendar *
empty(const char *name)
{
	struct calendar *c = mem_new(NULL, struct calendar);

	c->name = mem_str(c, name);
	c->weekend = country_weekend(name);
	c->first = 0;
	c->last = -1;
	return c;
}

static void
keep(struct calendar *c)
{
	c->next = loaded;
	loaded = c;
}

/* Names are few, so what is made here may stay. */
const struct calendar *
calendar_for(const char *name)
{
	struct calendar *c = name == NULL ? NULL : find(name);
	const char *key = country_is(name) ? name : "", *text;
	char *file;

	if (c == NULL && *key == '\0')
		c = find(key);
	if (c != NULL)
		return c;
	file = mem_fmt(NULL, "contrib/holidays/%s.csv", key);
	text = embed_find(file);
	if (text == NULL || calendar_parse(NULL, file, text, &c, NULL) != 0)
		c = empty(key);
	talloc_free(file);
	keep(c);
	return c;
}

bool
calendar_is_known(const char *name)
{
	return country_is(name) || (*name != '\0' && find(name) != NULL);
}

static int
read_file(const char *path, struct calendar **ret_cal, struct err *err)
{
	char *text, *csv;
	size_t n;
	int r;

	if (file_read(NULL, path, CALENDAR_BYTES_MAX, &text, &n, err) != 0)
		return -1;
	if (strlen(text) != n) {
		talloc_free(text);
		return err_set(err, ERR_CONFIG, "%s: a NUL byte: no text "
		    "file", path);
	}
	n = strlen(path);
	csv = text;
	r = n > 4 && strcmp(path + n - 4, ".ics") == 0 ?
	    calendar_from_ics(text, path, text, &csv, err) : 0;
	if (r == 0)
		r = calendar_parse(NULL, path, csv, ret_cal, err);
	talloc_free(text);
	return r;
}

/* Callers may hold the old one: it changes in place. */
static void
replace(struct calendar *old, struct calendar *c)
{
	talloc_free(old->days);
	old->weekend = c->weekend;
	old->first = c->first;
	old->last = c->last;
	old->base = c->base;
	old->days = c->days == NULL ? NULL : talloc_steal(old, c->days);
	talloc_free(c);
}

int
calendar_load(const char *path, struct err *err)
{
	struct calendar *c, *old;

	if (read_file(path, &c, err) != 0)
		return -1;
	if (c->name[0] == '\0') {
		talloc_free(c);
		return err_set(err, ERR_CONFIG, "%s: of which country? Name "
		    "it by its country, such as FR.ics, or write \"# country "
		    "FR, 2026..2027, source\" into a CSV file; a calendar of "
		    "your own belongs under workdays:", path);
	}
	old = find(c->name);
	if (old != NULL)
		replace(old, c);
	else
		keep(c);
	return 0;
}

/* All that both say; what the later file says goes before. */
static void
add(struct calendar *c, const struct calendar *more)
{
	int32_t first = c->last < c->first || more->first < c->first ?
	    more->first : c->first;
	int32_t last = c->last < c->first || more->last > c->last ?
	    more->last : c->last, day;
	unsigned char *days = mem_array(c, unsigned char, last - first + 1);

	for (day = c->first; day <= c->last; day++)
		days[day - first] = c->days[day - c->first];
	for (day = more->first; day <= more->last; day++)
		if (more->days[day - more->first] != ENTRY_NONE)
			days[day - first] = more->days[day - more->first];
	talloc_free(c->days);
	c->days = days;
	c->first = first;
	c->last = last;
}

int
calendar_define(const struct calendar_spec *spec, struct err *err)
{
	struct calendar *c = empty(spec->name), *more, *old;
	const char **p;

	if (spec->country != NULL) {
		c->base = calendar_for(spec->country);
		c->weekend = c->base->weekend;
	}
	if (spec->weekend != NULL && !weekend(c, spec->weekend)) {
		talloc_free(c);
		return err_set(err, ERR_CONFIG, "weekend \"%.40s\": write "
		    "the days off, such as fri sat", spec->weekend);
	}
	for (p = spec->files; p != NULL && *p != NULL; p++) {
		if (read_file(*p, &more, err) != 0) {
			talloc_free(c);
			return -1;
		}
		add(c, more);
		talloc_free(more);
	}
	old = find(spec->name);
	if (old != NULL)
		replace(old, c);
	else
		keep(c);
	return 0;
}

const char *
calendar_name(const struct calendar *c)
{
	return c->name;
}

static bool
has_data(const struct calendar *c)
{
	return c->first <= c->last;
}

bool
calendar_covers(const struct calendar *c, int32_t day)
{
	bool own = day >= c->first && day <= c->last;

	if (c->base == NULL || !has_data(c->base))
		return own;
	return (own || !has_data(c)) && calendar_covers(c->base, day);
}

int32_t
calendar_last_covered(const struct calendar *c)
{
	int32_t last = has_data(c) ? c->last : DATE_NONE;

	if (c->base == NULL || !has_data(c->base))
		return last;
	return last != DATE_NONE && last < c->base->last ? last :
	    c->base->last;
}

static enum entry
entry_on(const struct calendar *c, int32_t day)
{
	enum entry e = day < c->first || day > c->last ? ENTRY_NONE :
	    (enum entry)c->days[day - c->first];

	return e == ENTRY_NONE && c->base != NULL ? entry_on(c->base, day) :
	    e;
}

bool
calendar_is_workday(const struct calendar *c, int32_t day)
{
	enum entry e = entry_on(c, day);

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
