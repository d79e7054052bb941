#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct {
	bool read_env, set;
	int64_t fixed;
	const char *file;
} the;

static void
read_env(void)
{
	const char *now = getenv("DUNLIN_NOW");
	struct err err;

	the.read_env = true;
	the.file = getenv("DUNLIN_CLOCK_FILE");
	if (the.file != NULL && *the.file == '\0')
		the.file = NULL;
	if (the.set || now == NULL || *now == '\0')
		return;
	if (clock_set(now, &err) < 0) {
		fprintf(stderr, "dunlin: DUNLIN_NOW: %s\n", err.text);
		exit(64);
	}
}

static int64_t
from_file(void)
{
	char line[64] = "";
	FILE *f = fopen(the.file, "re");
	struct err err;
	int64_t t = 0;

	if (f == NULL || fgets(line, sizeof(line), f) == NULL)
		err_set(&err, ERR_CONFIG, "cannot read it");
	else {
		line[strcspn(line, "\r\n")] = '\0';
		if (clock_parse(line, &t, &err) == 0) {
			fclose(f);
			return t;
		}
	}
	fprintf(stderr, "dunlin: DUNLIN_CLOCK_FILE %s: %s\n", the.file,
	    err.text);
	exit(64);
}

int64_t
clock_now(void)
{
	if (!the.read_env)
		read_env();
	if (the.set)
		return the.fixed;
	if (the.file != NULL)
		return from_file();
	return (int64_t)time(NULL);
}

bool
clock_is_fixed(void)
{
	if (!the.read_env)
		read_env();
	return the.set;
}

bool
clock_is_test(void)
{
	if (!the.read_env)
		read_env();
	return the.set || the.file != NULL;
}

int
clock_set(const char *text, struct err *err)
{
	int64_t t;

	if (clock_parse(text, &t, err) < 0)
		return -1;
	the.fixed = t;
	the.set = true;
	return 0;
}

int64_t
clock_mono_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void
clock_sleep_ms(int64_t ms)
{
	struct timespec ts = { ms / 1000, (ms % 1000) * 1000000 };

	nanosleep(&ts, NULL);
}

int
clock_parse(const char *text, int64_t *ret_t, struct err *err)
{
	static const int len[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	int y, mo, d, h, mi, s, n = 0, oh = 0, om = 0, m = 0;
	struct tm tm = { 0 };
	const char *p;

	if (sscanf(text, "%4d-%2d-%2d%*1[Tt ]%2d:%2d:%2d%n", &y, &mo, &d, &h,
	    &mi, &s, &n) != 6 || n == 0)
		goto bad;
	p = text + n;
	if (mo < 1 || mo > 12 || d < 1 || d > len[mo - 1] || h > 23 ||
	    mi > 59 || s > 60 || h < 0 || mi < 0 || s < 0)
		goto bad;
	if (*p == 'Z' || *p == 'z')
		p++;
	else if ((*p == '+' || *p == '-') &&
	    sscanf(p + 1, "%2d:%2d%n", &oh, &om, &m) == 2 && m == 5) {
		if (*p == '-') {
			oh = -oh;
			om = -om;
		}
		p += 6;
	} else
		goto bad;
	if (*p != '\0')
		goto bad;
	tm.tm_year = y - 1900;
	tm.tm_mon = mo - 1;
	tm.tm_mday = d;
	*ret_t = (int64_t)timegm(&tm) + (h - oh) * 3600 + (mi - om) * 60 + s;
	return 0;
bad:
	return err_set(err, ERR_PERM, "'%.40s' is not a time: write "
	    "YYYY-MM-DDTHH:MM:SSZ or with an offset such as +08:00", text);
}

char *
clock_format(int64_t t, char *buf)
{
	time_t tt = (time_t)t;
	struct tm tm;

	gmtime_r(&tt, &tm);
	strftime(buf, CLOCK_TEXT_MAX, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return buf;
}
