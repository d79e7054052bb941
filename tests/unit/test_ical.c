#include "unit.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"
#include "followup/ical.h"

#include <string.h>

#define NOW INT64_C(1795251600)		/* 2026-11-21T09:00:00Z */

static const struct ical_stream stored = { NULL, NULL, 0, NOW };
static void *m;

static const struct zone *
zone(const char *name)
{
	const struct zone *z = NULL;

	assert_int_equal(zone_open(name, &z, NULL), 0);
	return z;
}

static struct entry
task(const char *zone_named, int64_t due)
{
	struct entry e = { .form = ENTRY_TODO, .status = ENTRY_NEEDS_ACTION,
	    .uid = "u1", .sequence = 3, .created = NOW, .modified = NOW,
	    .completed = CLOCK_NONE, .summary = "To do #C-1",
	    .description = "First line\nSecond line", .category = "To do",
	    .priority = 5, .alarms = { 15 }, .n_alarms = 1 };

	e.zone = zone(zone_named);
	e.due = due;
	return e;
}

static struct ical_seen *
seen(const char *text)
{
	struct ical_seen *s = NULL;
	struct err err;

	if (ical_read(m, text, strlen(text), zone("Asia/Shanghai"), &s,
	    &err) < 0)
		fail_msg("%s", err.text);
	return s;
}

/* What is written is read as it was meant, also in the hour that an autumn
 * change repeats and beside the one that a spring change skips. */
static void
test_round_trip(void **state)
{
	static const char *const zones[] = { "Asia/Shanghai",
		"Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
		"Pacific/Apia", "UTC" };
	/* 2026-10-25T00:00Z, 2027-03-28T00:00Z, 2026-11-01T04:00Z */
	static const int64_t around[] = { 1792886400, 1806192000,
		1793505600 };
	struct ical_seen *s;
	struct entry e;
	size_t z, a;
	int i;

	for (z = 0; z < UNIT_COUNT(zones); z++)
		for (a = 0; a < UNIT_COUNT(around); a++)
			for (i = -4; i < 12; i++) {
				e = task(zones[z], around[a] + i * 1800);
				s = seen(ical_write(m, &stored, &e, 1));
				assert_int_equal(s->due, e.due);
				assert_int_equal(s->form, ENTRY_TODO);
				assert_string_equal(s->description,
				    e.description);
			}
}

static void
test_day(void **state)
{
	struct entry e = { .form = ENTRY_DAY, .status = ENTRY_CONFIRMED,
	    .uid = "u2", .created = NOW, .modified = NOW, .day = 20783,
	    .completed = CLOCK_NONE, .summary = "跟进 #C-1" };
	char *text = ical_write(m, &stored, &e, 1);
	struct ical_seen *s = seen(text);

	assert_int_equal(s->day, 20783);
	assert_int_equal(s->due, CLOCK_NONE);
	assert_int_equal(s->form, ENTRY_DAY);
	assert_string_equal(s->summary, "跟进 #C-1");
	assert_non_null(strstr(text, "DTEND;VALUE=DATE:20261127"));
	assert_non_null(strstr(text, "TRANSP:TRANSPARENT"));
	assert_null(strstr(text, "METHOD"));
}

#define TODO(lines) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n" \
	"BEGIN:VTODO\r\nUID:u1\r\n" lines "END:VTODO\r\nEND:VCALENDAR\r\n"

/* What clients write. */
static const struct {
	const char *text;
	enum entry_status status;
	const char *due;	/* NULL: none */
	bool recurs;
} wild[] = {
	{ TODO("STATUS:COMPLETED\r\n"), ENTRY_COMPLETED, NULL, false },
	{ TODO("PERCENT-COMPLETE:100\r\n"), ENTRY_COMPLETED, NULL, false },
	{ TODO("COMPLETED:20261121T100000Z\r\n"), ENTRY_COMPLETED, NULL,
	    false },
	{ TODO("STATUS:NEEDS-ACTION\r\nPERCENT-COMPLETE:100\r\n"),
	    ENTRY_NEEDS_ACTION, NULL, false },
	{ TODO("STATUS:CANCELLED\r\n"), ENTRY_CANCELLED, NULL, false },
	{ TODO("STATUS:IN-PROCESS\r\n"), ENTRY_IN_PROCESS, NULL, false },
	{ TODO("DUE:20261122T100000Z\r\n"), ENTRY_NEEDS_ACTION,
	    "2026-11-22T10:00:00Z", false },
	{ TODO("DUE;TZID=Europe/Berlin:20261122T100000\r\n"),
	    ENTRY_NEEDS_ACTION, "2026-11-22T09:00:00Z", false },
	{ TODO("DUE;TZID=/mozilla.org/20050126_1/Europe/Berlin:"
	    "20261122T100000\r\n"), ENTRY_NEEDS_ACTION,
	    "2026-11-22T09:00:00Z", false },
	/* Unknown zone, and none: the home's. */
	{ TODO("DUE;TZID=Mars:20261122T100000\r\n"), ENTRY_NEEDS_ACTION,
	    "2026-11-22T02:00:00Z", false },
	{ TODO("DUE:20261122T100000\r\n"), ENTRY_NEEDS_ACTION,
	    "2026-11-22T02:00:00Z", false },
	{ TODO("DTSTART:20261122T100000Z\r\nDURATION:PT2H\r\n"),
	    ENTRY_NEEDS_ACTION, "2026-11-22T12:00:00Z", false },
	{ TODO("DUE:20261122T100000Z\r\nRRULE:FREQ=SECONDLY\r\n"),
	    ENTRY_NEEDS_ACTION, "2026-11-22T10:00:00Z", true },
	{ TODO("DUE:99990101T000000Z\r\n"), ENTRY_NEEDS_ACTION, NULL,
	    false },
	{ TODO("DUE:rubbish\r\n"), ENTRY_NEEDS_ACTION, NULL, false },
};

static void
test_wild(void **state)
{
	char at[CLOCK_TEXT_MAX];
	struct ical_seen *s;
	size_t i;

	for (i = 0; i < UNIT_COUNT(wild); i++) {
		s = seen(wild[i].text);
		if (s->status != wild[i].status || s->recurs !=
		    wild[i].recurs || (s->due == CLOCK_NONE) !=
		    (wild[i].due == NULL) || (s->due != CLOCK_NONE &&
		    strcmp(clock_format(s->due, at), wild[i].due) != 0))
			fail_msg("%s: status %d, due %lld", wild[i].text,
			    (int)s->status, (long long)s->due);
	}
}

static void
test_bad(void **state)
{
	static const char *const bad[] = { "", "<html>no</html>",
		"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
		"BEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT\r\n",
		"BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nSUMMARY:no uid\r\n"
		    "END:VTODO\r\nEND:VCALENDAR\r\n",
		"BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:\xff\r\n"
		    "END:VTODO\r\nEND:VCALENDAR\r\n",
		"BEGIN:VCALENDAR\r\nBEGIN:VJOURNAL\r\nUID:j\r\n"
		    "END:VJOURNAL\r\nEND:VCALENDAR\r\n" };
	struct ical_seen *s = NULL;
	struct text *t = text_new(m);
	struct err err;
	size_t i;

	for (i = 0; i < UNIT_COUNT(bad); i++) {
		assert_int_equal(ical_read(m, bad[i], strlen(bad[i]),
		    zone("UTC"), &s, &err), -1);
		assert_int_equal(err.kind, ERR_PERM);
	}
	for (i = 0; i < 1000; i++)
		text_add(t, "BEGIN:VEVENT\r\n");
	assert_int_equal(ical_read(m, text_str(t), text_len(t), zone("UTC"),
	    &s, &err), -1);
	while (text_len(t) <= ICAL_BYTES_MAX)
		text_add(t, "X-FILL:0123456789\r\n");
	assert_int_equal(ical_read(m, text_str(t), text_len(t), zone("UTC"),
	    &s, &err), -1);
	assert_non_null(strstr(err.text, "larger than"));
	assert_null(s);
}

static char *
merged(const struct entry *e, const char *base, const char *theirs)
{
	struct err err;
	char *out;

	if (ical_merge(m, ical_write(m, &stored, e, 1), base, theirs,
	    strlen(theirs), &out, &err) < 0)
		fail_msg("%s", err.text);
	return out;
}

/* Ours changes; what a person added stays, again and again. */
static void
test_merge(void **state)
{
	struct entry e = task("Europe/Berlin", NOW + 86400);
	char *base = ical_write(m, &stored, &e, 1), *theirs, *at, *out;
	struct ical_seen *s;
	struct text *t = text_new(m);
	int i;

	at = strstr(base, "END:VTODO");
	text_addn(t, base, (size_t)(at - base));
	text_add(t, "CATEGORIES:Mine\r\nX-COLOUR:blue\r\n"
	    "ATTENDEE:mailto:x@example.com\r\nRRULE:FREQ=DAILY\r\n"
	    "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:mine\r\n"
	    "TRIGGER:-P1D\r\nEND:VALARM\r\n");
	text_add(t, at);
	theirs = mem_str(m, text_str(t));
	at = strstr(theirs, "Second line");
	assert_non_null(at);
	theirs = mem_fmt(m, "%.*sSecond line\\nAsk for Ann%s",
	    (int)(at - theirs), theirs, at + 11);
	e.sequence = 4;
	e.due += 3600;
	e.description = "First line\nThird line";
	for (i = 0, out = theirs; i < 3; i++) {
		out = merged(&e, base, out);
		s = seen(out);
		assert_int_equal(s->due, e.due);
		assert_int_equal(s->sequence, 4 + i);
		assert_string_equal(s->description,
		    "First line\nThird line\nAsk for Ann");
		assert_false(s->recurs);
		assert_non_null(strstr(out, "X-COLOUR:blue"));
		assert_non_null(strstr(out, "CATEGORIES:Mine"));
		assert_non_null(strstr(out, "TRIGGER:-P1D"));
		assert_non_null(strstr(out, "CATEGORIES:Dunlin"));
		assert_null(strstr(strstr(out, "CATEGORIES:Dunlin") + 1,
		    "CATEGORIES:Dunlin"));
		assert_null(strstr(out, "ATTENDEE"));
		base = ical_write(m, &stored, &e, 1);
		e.sequence++;
	}
	/* Never below what the other side has. */
	e.sequence = 1;
	assert_int_equal(seen(merged(&e, base, out))->sequence, 6);
}

static void
test_merge_other(void **state)
{
	static const char event[] = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"
	    "UID:u1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
	struct entry e = task("UTC", NOW);
	struct err err;
	char *out;

	assert_int_equal(ical_merge(m, ical_write(m, &stored, &e, 1), NULL,
	    event, strlen(event), &out, &err), -1);
}

static int
setup(void **state)
{
	m = talloc_new(NULL);
	return 0;
}

static int
teardown(void **state)
{
	talloc_free(m);
	return 0;
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_round_trip), TEST(test_day), TEST(test_wild),
		TEST(test_bad), TEST(test_merge), TEST(test_merge_other),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
