#include "policy/calendar_ics.h"

#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAYS_MAX 5000
#define SPAN_MAX 60		/* days of one event */
#define LINES_MAX 60000		/* of the file */

struct day {
	int32_t day;
	bool work;
	const char *name;
};

struct ics {
	void *tmp;
	struct day days[DAYS_MAX];
	size_t n;
	bool in_event;
	int32_t from, to;	/* of the event; to: DATE_NONE, not said */
	const char *summary;
};

/* The next line with what is folded behind it; NULL at the end. */
static char *
next_line(void *tmp, const char **p, int *line)
{
	struct text *t = text_new(tmp);
	const char *eol;
	char *line_text;
	size_t n;

	if (**p == '\0')
		return NULL;
	do {
		eol = *p + strcspn(*p, "\n");
		n = (size_t)(eol - *p);
		if (n > 0 && (*p)[n - 1] == '\r')
			n--;
		text_addn(t, *p, n);
		++*line;
		*p = *eol == '\0' ? eol : eol + 1;
		if (**p != ' ' && **p != '\t')
			break;
		++*p;
	} while (**p != '\0');
	line_text = mem_str(tmp, text_str(t));
	talloc_free(t);
	return line_text;
}

/* "DTSTART;VALUE=DATE:20260101": the value of a property of that name. */
static const char *
value(const char *line, const char *name)
{
	size_t n = strlen(name);
	const char *colon;

	if (strncmp(line, name, n) != 0 || (line[n] != ';' && line[n] != ':'))
		return NULL;
	colon = strchr(line + n, ':');
	return colon == NULL ? NULL : colon + 1;
}

static bool
read_day(const char *v, int32_t *ret_day)
{
	int y, m, d;

	if (strlen(v) != 8 || strspn(v, "0123456789") != 8 ||
	    sscanf(v, "%4d%2d%2d", &y, &m, &d) != 3 ||
	    !date_is_valid(y, m, d) || y < 1900 || y > 2200)
		return false;
	*ret_day = date_make(y, m, d);
	return true;
}

static bool
is_workday(void *tmp, const char *summary)
{
	const char *s = text_lower(tmp, summary);

	return strstr(s, "班") != NULL || strstr(s, "workday") != NULL ||
	    strstr(s, "working day") != NULL;
}

static const char *
end_event(struct ics *c)
{
	bool work = c->summary != NULL && is_workday(c->tmp, c->summary);
	int32_t day;
	size_t i;

	if (c->from == DATE_NONE)
		return "an event without an all-day DTSTART: write "
		    "DTSTART;VALUE=DATE:20260101";
	if (c->to == DATE_NONE)
		c->to = c->from + 1;
	if (c->to <= c->from || c->to - c->from > SPAN_MAX)
		return "an event that ends before it begins, or is longer "
		    "than 60 days";
	for (day = c->from; day < c->to; day++) {
		for (i = 0; i < c->n && c->days[i].day != day; i++)
			;
		if (i == DAYS_MAX)
			return "more than 5000 days";
		if (i < c->n && c->days[i].work != work)
			return "a day that is both off and a workday";
		if (i == c->n)
			c->days[c->n++] = (struct day){ day, work,
			    c->summary == NULL ? "" : c->summary };
	}
	return NULL;
}

static const char *
take(struct ics *c, char *line)
{
	const char *v;

	if (strcmp(line, "BEGIN:VEVENT") == 0) {
		c->in_event = true;
		c->from = c->to = DATE_NONE;
		c->summary = NULL;
	} else if (strcmp(line, "END:VEVENT") == 0 && c->in_event) {
		c->in_event = false;
		return end_event(c);
	} else if (!c->in_event) {
		return NULL;
	} else if (value(line, "RRULE") != NULL ||
	    value(line, "RDATE") != NULL) {
		return "a rule of recurrence: write each day out";
	} else if ((v = value(line, "DTSTART")) != NULL) {
		if (!read_day(v, &c->from))
			return "DTSTART is no day: write "
			    "DTSTART;VALUE=DATE:20260101";
	} else if ((v = value(line, "DTEND")) != NULL) {
		if (!read_day(v, &c->to))
			return "DTEND is no day: write "
			    "DTEND;VALUE=DATE:20260102";
	} else if ((v = value(line, "SUMMARY")) != NULL) {
		c->summary = v;
	}
	return NULL;
}

/* "/a/b/FR.ics" to FR */
static void
country_of(const char *name, char ret[3])
{
	const char *base = strrchr(name, '/');

	base = base == NULL ? name : base + 1;
	if (strlen(base) != 6 || !isupper((unsigned char)base[0]) ||
	    !isupper((unsigned char)base[1]))
		return;
	memcpy(ret, base, 2);
	ret[2] = '\0';
}

static void
years(const struct ics *c, int *ret_first, int *ret_last)
{
	int y, m, d;
	size_t i;

	*ret_first = 9999;
	*ret_last = 0;
	for (i = 0; i < c->n; i++) {
		date_split(c->days[i].day, &y, &m, &d);
		*ret_first = y < *ret_first ? y : *ret_first;
		*ret_last = y > *ret_last ? y : *ret_last;
	}
}

int
calendar_from_ics(void *owner, const char *name, const char *text,
    char **ret_csv, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct ics *c = mem_new(tmp, struct ics);
	struct text *out = text_new(tmp);
	char country[3] = "", iso[DATE_TEXT_MAX], *line;
	const char *p = text, *wrong = NULL;
	int n = 0, first, last;
	size_t i;

	c->tmp = tmp;
	country_of(name, country);
	while (wrong == NULL && (line = next_line(tmp, &p, &n)) != NULL)
		wrong = n > LINES_MAX ? "more than 60000 lines" :
		    take(c, line);
	if (wrong != NULL)
		return err_set(err, ERR_CONFIG, "%s:%d: %s", name, n, wrong);
	if (c->n == 0)
		return err_set(err, ERR_CONFIG, "%s:1: there is no event in "
		    "it: it must be an iCalendar file of holidays", name);
	years(c, &first, &last);
	text_addf(out, *country == '\0' ? "# calendar %s%d..%d, %s\n" :
	    "# country %s, %d..%d, %s\n", country, first, last, name);
	for (i = 0; i < c->n; i++)
		text_addf(out, "%s,%s,%s\n", date_format(c->days[i].day, iso),
		    c->days[i].work ? "work" : "off", c->days[i].name);
	*ret_csv = mem_str(owner, text_str(out));
	return 0;
}
