/* Tables of reference rates. */
#include "policy/interest.h"

#include "base/mem.h"
#include "core/date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RATES_MAX 10000
#define PERCENT_MAX 1000

const struct rate *
rates_on(const struct rates *r, int32_t day)
{
	const struct rate *found = NULL;
	size_t i;

	if (day > r->until)
		return NULL;
	for (i = 0; i < r->n && r->list[i].from <= day; i++)
		found = &r->list[i];
	return found;
}

bool
rate_parse(const char *s, int32_t *ret_ppm)
{
	int64_t v = 0;
	int digits = -1;

	if (*s == '\0')
		return false;
	for (; *s != '\0'; s++) {
		if (*s == '.' && digits < 0) {
			digits = 0;
			continue;
		}
		if (*s < '0' || *s > '9' || digits == 4)
			return false;
		v = v * 10 + (*s - '0');
		if (v > (int64_t)PERCENT_MAX * 10000)
			return false;
		digits += digits >= 0;
	}
	for (digits = digits < 0 ? 0 : digits; digits < 4; digits++)
		v *= 10;
	if (v > (int64_t)PERCENT_MAX * 10000)
		return false;
	*ret_ppm = (int32_t)v;
	return true;
}

static int
take_rate(struct rates *r, char *line, const char *file, int n,
    struct err *err)
{
	char *rate = strchr(line, ','), *source;
	struct rate new = { 0 };

	if (rate != NULL)
		*rate++ = '\0';
	source = rate == NULL ? NULL : strchr(rate, ',');
	if (source == NULL)
		return err_set(err, ERR_CONFIG, "%s:%d: write DATE,PERCENT,"
		    "SOURCE", file, n);
	*source++ = '\0';
	if (date_parse(line, DATE_ISO, &new.from, NULL) < 0)
		return err_set(err, ERR_CONFIG, "%s:%d: '%.20s' is no date: "
		    "write YYYY-MM-DD", file, n, line);
	if (!rate_parse(rate, &new.ppm))
		return err_set(err, ERR_CONFIG, "%s:%d: '%.20s' is no rate: "
		    "write percent a year, such as 3.75", file, n, rate);
	if (*source == '\0')
		return err_set(err, ERR_CONFIG, "%s:%d: say where the rate "
		    "was published", file, n);
	if (r->n > 0 && r->list[r->n - 1].from >= new.from)
		return err_set(err, ERR_CONFIG, "%s:%d: the days do not "
		    "ascend", file, n);
	if (r->n == RATES_MAX)
		return err_set(err, ERR_CONFIG, "%s:%d: more than %d rates",
		    file, n, RATES_MAX);
	r->list = mem_grow(r, r->list, struct rate, r->n + 1);
	new.source = mem_str(r, source);
	r->list[r->n++] = new;
	return 0;
}

static int
take_line(struct rates *r, char *line, const char *file, int n,
    struct err *err)
{
	size_t len = strlen(line);

	if (len > 0 && line[len - 1] == '\r')
		line[len - 1] = '\0';
	if (*line == '\0' || *line == '#')
		return 0;
	if (r->until != DATE_NONE)
		return err_set(err, ERR_CONFIG, "%s:%d: \"until\" is the "
		    "last line", file, n);
	if (strncmp(line, "until,", 6) != 0)
		return take_rate(r, line, file, n, err);
	if (date_parse(line + 6, DATE_ISO, &r->until, NULL) < 0)
		return err_set(err, ERR_CONFIG, "%s:%d: write until,"
		    "YYYY-MM-DD: the last day for which the rates are known",
		    file, n);
	return 0;
}

int
rates_parse(void *owner, const char *file, const char *text,
    struct rates **ret_rates, struct err *err)
{
	struct rates *r = mem_new(owner, struct rates);
	char *copy = mem_str(r, text), *line = copy, *next;
	int n = 0, res = 0;

	r->until = DATE_NONE;
	for (; line != NULL && res == 0; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		res = take_line(r, line, file, ++n, err);
	}
	if (res == 0 && r->until == DATE_NONE)
		res = err_set(err, ERR_CONFIG, "%s:%d: the last line is "
		    "missing: until,YYYY-MM-DD, the last day for which the "
		    "rates are known", file, n);
	if (res < 0) {
		talloc_free(r);
		return -1;
	}
	*ret_rates = r;
	return 0;
}
