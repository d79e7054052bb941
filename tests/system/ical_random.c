/* ical_random.c - random calendar objects, each as a line of JSON that says
 * what was meant, with "size", and its bytes; for ical_random.py.
 *
 * usage: ical_random SEED N */
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"
#include "followup/ical.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const zones[] = { "Asia/Shanghai", "Europe/Berlin",
	"Europe/London", "America/New_York", "America/St_Johns",
	"America/Los_Angeles", "Australia/Lord_Howe", "Australia/Sydney",
	"Pacific/Apia", "Pacific/Chatham", "Pacific/Kiritimati",
	"Asia/Kathmandu", "Asia/Kolkata", "Asia/Jerusalem",
	"America/Sao_Paulo", "UTC" };
static const char *const pieces[] = { "a", "bc", " ", "  ", ",", ";", ":",
	"\\", "\\n", "\"", "\n", "\r\n", "\t", "é", "ß", "付款", "待办", "，",
	"。", "😀", "👨‍👩‍👧", "e\xcc\x81", "\xe2\x80\x8f", "INV-1", "#C-100",
	"BEGIN:VEVENT", "END:VCALENDAR", "X-A;B=C:D", "\x01", "\x7f",
	"https://example.com/?a=1&b=2", "01234567890123456789",
	"一二三四五六七八九十一二三四五六七八九十" };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static uint64_t state;

static uint32_t
draw(uint32_t below)
{
	state = state * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (uint32_t)((state >> 33) % below);
}

static const char *
phrase(void *m, uint32_t most)
{
	struct text *t = text_new(m);
	uint32_t i, n = 1 + draw(most);

	for (i = 0; i < n; i++)
		text_add(t, pieces[draw(COUNT(pieces))]);
	return text_str(t);
}

/* Often beside a change of the clock. */
static int64_t
instant(const struct zone *z)
{
	int64_t t = INT64_C(1262304000) + (int64_t)draw(27 * 365) * 86400 +
	    draw(86400), day;

	if (draw(2) == 0)
		return t;
	for (day = 0; day < 366; day++, t += 86400)
		if (zone_offset(z, t) != zone_offset(z, t + 86400))
			break;
	return t + draw(97) * INT64_C(900);
}

static void
make(void *m, struct entry *e)
{
	static const enum entry_status todo[] = { ENTRY_NEEDS_ACTION,
		ENTRY_IN_PROCESS, ENTRY_COMPLETED };
	static const enum entry_status days[] = { ENTRY_CONFIRMED,
		ENTRY_CANCELLED };

	memset(e, 0, sizeof(*e));
	if (zone_open(zones[draw(COUNT(zones))], &e->zone, NULL) < 0)
		exit(1);
	e->form = draw(2) == 0 ? ENTRY_DAY : ENTRY_TODO;
	e->status = e->form == ENTRY_DAY ? days[draw(2)] : todo[draw(3)];
	e->uid = mem_fmt(m, "%08x%08x", draw(UINT32_MAX), draw(UINT32_MAX));
	e->rev = draw(2) == 0 ? NULL : "3/zh-CN+";
	e->sequence = (int)draw(50);
	e->created = INT64_C(1700000000) + draw(1000000);
	e->modified = e->created + draw(1000000);
	e->completed = e->status == ENTRY_COMPLETED ? e->modified :
	    CLOCK_NONE;
	e->day = 10000 + (int32_t)draw(20000);
	e->due = instant(e->zone);
	e->summary = phrase(m, 12);
	e->description = draw(4) == 0 ? NULL : phrase(m, 60);
	e->category = draw(4) == 0 ? NULL : "跟进";
	e->priority = (int)draw(10);
	e->n_alarms = draw(3);
	e->alarms[0] = 15;
	e->alarms[1] = (int)draw(100000);
	e->confidential = draw(2) == 0;
}

int
main(int argc, char **argv)
{
	struct ical_stream s = { 0 };
	struct entry e;
	char *text, *line;
	json_t *j;
	void *m;
	int i;

	if (argc != 3)
		return 64;
	state = strtoull(argv[1], NULL, 10);
	mem_init();
	for (i = 0; i < atoi(argv[2]); i++) {
		m = mem_check(talloc_new(NULL));
		make(m, &e);
		s.method = draw(2) == 0 ? NULL : "PUBLISH";
		text = ical_write(m, &s, &e, 1);
		j = json_pack("{s:I, s:b, s:i, s:s, s:i, s:I, s:I, s:i, s:s, "
		    "s:s, s:s*, s:s*, s:i, s:i, s:b, s:s*, s:s*}", "size",
		    (json_int_t)strlen(text), "todo", e.form == ENTRY_TODO,
		    "status", (int)e.status, "uid", e.uid, "sequence",
		    e.sequence, "modified", (json_int_t)e.modified, "due",
		    (json_int_t)e.due, "day", (int)e.day, "zone",
		    zone_name(e.zone), "summary", e.summary, "description",
		    e.description, "category", e.category, "priority",
		    e.priority, "alarms", (int)e.n_alarms, "confidential",
		    e.confidential, "method", s.method, "rev", e.rev);
		line = json_dumps(j, JSON_COMPACT);
		if (line == NULL)
			return 1;
		printf("%s\n%s", line, text);
		free(line);
		json_decref(j);
		talloc_free(m);
	}
	return 0;
}
