#include "unit.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"
#include "followup/dav_child.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OBJECT "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTODO\r\n" \
	"UID:u1\r\nSUMMARY:One\r\nDUE;TZID=Europe/Berlin:20261122T100000\r\n" \
	"STATUS:IN-PROCESS\r\nX-DUNLIN-REV:3/en\r\nX-COLOUR:red\r\n" \
	"END:VTODO\r\nEND:VCALENDAR\r\n"

static void *m;
static char dir[] = "/tmp/dav_child.XXXXXX";

static const struct zone *
home(void)
{
	const struct zone *z = NULL;

	assert_int_equal(zone_open("Asia/Shanghai", &z, NULL), 0);
	return z;
}

static void
test_object(void **state)
{
	struct dav_child *c = dav_child_new(m, getenv("DUNLIN"));
	struct ical_seen *s;
	struct err err;
	char *text;
	int i;

	for (i = 0; i < 2; i++) {
		if (dav_child_read(c, m, OBJECT, strlen(OBJECT), home(), &s,
		    &err) < 0)
			fail_msg("%s", err.text);
		assert_string_equal(s->uid, "u1");
		assert_string_equal(s->rev, "3/en");
		assert_int_equal(s->form, ENTRY_TODO);
		assert_int_equal(s->status, ENTRY_IN_PROCESS);
		assert_int_equal(s->due, INT64_C(1795338000));
		assert_int_equal(s->day, DATE_NONE);
		assert_false(s->recurs);
		/* The second time after one that is none. */
		assert_int_equal(dav_child_read(c, m, "<html>", 6, home(), &s,
		    &err), -1);
		assert_int_equal(err.kind, ERR_PERM);
	}
	if (dav_child_merge(c, m, OBJECT, NULL, OBJECT, &text, &err) < 0)
		fail_msg("%s", err.text);
	assert_non_null(strstr(text, "X-COLOUR:red"));
}

static char seen[400];

static int
on_response(const struct dav_response *r, void *arg, struct err *err)
{
	int *left = arg;

	if (--*left < 0)
		return err_set(err, ERR_CONFIG, "enough");
	snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "%s=%s %d;",
	    r->href, r->etag == NULL ? "-" : r->etag, r->status);
	return 0;
}

#define ONE(href, etag) "<d:response><d:href>" href "</d:href><d:propstat>" \
	"<d:prop><d:getetag>" etag "</d:getetag></d:prop><d:status>HTTP/1.1 " \
	"200 OK</d:status></d:propstat></d:response>"
#define LIST "<d:multistatus xmlns:d=\"DAV:\">" ONE("/a/1.ics", "&quot;x&quot;") \
	"<d:response><d:href>/a/2.ics</d:href><d:status>HTTP/1.1 404 Not " \
	"Found</d:status></d:response>" ONE("/a/文.ics", "z") \
	"<d:sync-token>t:7</d:sync-token></d:multistatus>"

static void
test_list(void **state)
{
	struct dav_child *c = dav_child_new(m, getenv("DUNLIN"));
	struct dav_list *l;
	struct text *t = text_new(m);
	struct err err;
	int left = 10, i;

	l = dav_list_new(m, c, on_response, &left);
	assert_int_equal(dav_list_feed(l, LIST, 20, &err), 0);
	assert_int_equal(dav_list_feed(l, LIST + 20, strlen(LIST) - 20,
	    &err), 0);
	if (dav_list_end(l, &err) < 0)
		fail_msg("%s", err.text);
	assert_string_equal(seen, "/a/1.ics=\"x\" 0;/a/2.ics=- 404;"
	    "/a/文.ics=z 0;");
	assert_string_equal(dav_list_token(l), "t:7");
	/* What the caller says ends it; in many pieces. */
	text_add(t, "<d:multistatus xmlns:d=\"DAV:\">");
	for (i = 0; i < 3000; i++)
		text_add(t, ONE("/a/1.ics", "x"));
	seen[0] = '\0';
	left = 5;
	l = dav_list_new(m, c, on_response, &left);
	assert_int_equal(dav_list_feed(l, text_str(t), text_len(t), &err),
	    -1);
	assert_int_equal(err.kind, ERR_CONFIG);
	/* A document that is none, and one that is cut. */
	l = dav_list_new(m, c, on_response, &left);
	assert_int_equal(dav_list_feed(l, "<html>", 6, &err), 0);
	assert_int_equal(dav_list_end(l, &err), -1);
	assert_int_equal(err.kind, ERR_PERM);
	left = 10;
	l = dav_list_new(m, c, on_response, &left);
	assert_int_equal(dav_list_feed(l, LIST, strlen(LIST) - 5, &err), 0);
	assert_int_equal(dav_list_end(l, &err), -1);
}

/* A child that somebody else has taken over says what it likes. */
static void
test_hostile(void **state)
{
	static const struct {
		const char *answer, *why;
	} rows[] = {
		{ "kill -SEGV $$", "signal 11" },
		{ "exit 3", "exit code 3" },
		{ "echo nonsense", "nonsense" },
		{ "echo '{\"seen\": 1}'", "nonsense" },
		{ "echo '{\"seen\": {\"uid\": \"u\", \"form\": 7, \"status\": 1}}'",
		    "nonsense" },
		{ "echo '{\"seen\": {\"uid\": \"u\", \"form\": 1, \"status\": -1}}'",
		    "nonsense" },
		{ "echo '{\"seen\": {\"uid\": \"u\", \"form\": 1, \"status\": 1, "
		    "\"due\": 999999999999999}}'", "nonsense" },
		{ "echo '{\"text\": 5}'", "nonsense" },
	};
	char *path = mem_fmt(m, "%s/child", dir), *script, *text;
	struct dav_child *c;
	struct dav_list *l;
	struct ical_seen *s;
	struct err err;
	int left = 10;
	size_t i;

	for (i = 0; i < UNIT_COUNT(rows); i++) {
		script = mem_fmt(m, "#!/bin/sh\nread l\n%s\nsleep 5\n",
		    rows[i].answer);
		assert_int_equal(file_write(path, script, strlen(script),
		    0700, &err), 0);
		assert_int_equal(chmod(path, 0700), 0);
		c = dav_child_new(m, path);
		assert_int_equal(dav_child_read(c, m, "x", 1, home(), &s,
		    &err), -1);
		if (err.kind != ERR_CORRUPT || strstr(err.text, rows[i].why)
		    == NULL)
			fail_msg("%s: %s", rows[i].answer, err.text);
		assert_int_equal(dav_child_merge(c, m, "x", NULL, "y", &text,
		    &err), -1);
		assert_int_equal(err.kind, ERR_CORRUPT);
		l = dav_list_new(m, c, on_response, &left);
		assert_int_equal(dav_list_end(l, &err), -1);
		assert_int_equal(err.kind, ERR_CORRUPT);
		talloc_free(c);
	}
	assert_int_equal(unlink(path), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_object), cmocka_unit_test(test_list),
		cmocka_unit_test(test_hostile),
	};
	int r;

	mem_init();
	m = talloc_new(NULL);
	if (mkdtemp(dir) == NULL)
		return 1;
	r = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(dir);
	talloc_free(m);
	return r;
}
