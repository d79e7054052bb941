/* write_entries.c - calendar entries for others to look at.
 * write_entries golden DIR: the fixed ones of tests/golden/ical.
 * write_entries random SEED N: N streams of random entries, each followed by
 * lines of what it must say:  "# FIELD VALUE" (hex for texts). */
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"
#include "core/money.h"
#include "followup/ical.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1795251600)		/* 2026-11-21T09:00:00Z */

static uint64_t seed;

static uint32_t
rnd(uint32_t n)
{
	seed = seed * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (uint32_t)(seed >> 33) % n;
}

static const char *const zones[] = { "Asia/Shanghai", "Europe/Berlin",
	"America/New_York", "Europe/London", "Australia/Lord_Howe",
	"America/Sao_Paulo", "Europe/Lisbon", "Asia/Kolkata",
	"Pacific/Apia", "Asia/Hong_Kong", "Europe/Dublin", "Pacific/Chatham",
	"America/St_Johns", "Asia/Tehran", "Antarctica/Troll", "UTC" };

static const uint32_t points[] = { 'a', ' ', 0xe9, 0x4e2d, 0x1f4c5, '\\',
	';', ',', ':', '"', 'N', 'n', 0x20ac, 0x3002, 'z', '=', 0x0301, '%',
	'\n', '\t', 0x10ffff, 0x7ff, 0x800, 0xffff - 2, '^', '\'' };

static char *
random_text(void *tmp, size_t most, bool lines)
{
	struct text *t = text_new(tmp);
	size_t i, n = 1 + rnd((uint32_t)most);
	uint32_t cp;
	char buf[4];

	text_addc(t, 'T');
	for (i = 0; i < n; i++) {
		cp = points[rnd(sizeof(points) / sizeof(points[0]))];
		if (!lines && (cp == '\n' || cp == '\t'))
			cp = ' ';
		text_addn(t, buf, text_encode(cp, buf));
	}
	text_addc(t, '.');
	return mem_str(tmp, text_str(t));
}

static void
hex(const char *field, const char *s)
{
	printf("# %s ", field);
	for (; s != NULL && *s != '\0'; s++)
		printf("%02x", (unsigned char)*s);
	printf("\n");
}

/* An instant near a change of the clock, or any. */
static int64_t
random_instant(const struct zone *z)
{
	int64_t t = INT64_C(1500000000) + (int64_t)rnd(1000000000), u;
	int i;

	if (rnd(3) != 0)
		return t;
	for (i = 0; i < 400; i++)
		if (zone_offset(z, t + i * 86400) != zone_offset(z, t))
			break;
	if (i == 400)
		return t;
	for (u = t + (i - 1) * 86400LL; zone_offset(z, u) ==
	    zone_offset(z, t); u += 900)
		;
	return u - 7200 + (int64_t)rnd(14400);
}

static void
random_one(void *tmp)
{
	static const enum entry_status todo[] = { ENTRY_NEEDS_ACTION,
		ENTRY_IN_PROCESS, ENTRY_COMPLETED };
	struct ical_stream s = { .method = rnd(2) ? "PUBLISH" : NULL,
	    .now = NOW };
	struct entry e = { .created = NOW - rnd(100000), .modified = NOW,
	    .completed = CLOCK_NONE, .sequence = (int)rnd(50) };

	e.form = rnd(2) ? ENTRY_DAY : ENTRY_TODO;
	e.uid = mem_fmt(tmp, "%08x%08x", rnd(UINT32_MAX), rnd(UINT32_MAX));
	e.summary = random_text(tmp, 120, false);
	e.description = random_text(tmp, 400, true);
	e.category = rnd(2) ? random_text(tmp, 10, false) : NULL;
	e.day = (int32_t)(17000 + rnd(12000));
	zone_open(zones[rnd(sizeof(zones) / sizeof(zones[0]))], &e.zone,
	    NULL);
	e.due = random_instant(e.zone);
	e.status = e.form == ENTRY_DAY ? ENTRY_CONFIRMED : todo[rnd(3)];
	if (e.status == ENTRY_COMPLETED)
		e.completed = NOW - 5;
	e.priority = e.form == ENTRY_TODO ? (int)rnd(9) + 1 : 0;
	e.n_alarms = rnd(3);
	e.alarms[0] = 15;
	e.alarms[1] = 43200;
	fputs(ical_write(tmp, &s, &e, 1), stdout);
	printf("# form %s\n", e.form == ENTRY_DAY ? "VEVENT" : "VTODO");
	printf("# uid %s\n# sequence %d\n# day %d\n# due %lld\n# zone %s\n"
	    "# alarms %zu\n# method %s\n", e.uid, e.sequence, e.day,
	    (long long)e.due, zone_name(e.zone), e.n_alarms,
	    s.method != NULL ? s.method : "-");
	hex("summary", e.summary);
	hex("description", e.description);
	printf("# end\n");
}

static int
save(void *tmp, const char *dir, const char *name, const char *text)
{
	char *path = mem_fmt(tmp, "%s/%s.ics", dir, name);
	struct err err;

	if (file_write(path, text, strlen(text), 0644, &err) == 0)
		return 0;
	fprintf(stderr, "%s\n", err.text);
	return 1;
}

static int
golden(void *tmp, const char *dir)
{
	static const char *const languages[] = { "en", "zh-CN" };
	struct entry_facts f = { .uid = "k5qwmx3fjn2pavzr7c4hteu6lsyobdgi",
	    .account = "C-100", .name = "Blue Harbour Trading Ltd",
	    .sequence = 2, .created = NOW - 86400, .changed = NOW,
	    .ended = CLOCK_NONE, .day = 20783, .due = NOW + 93600,
	    .ref = 12, .state = "open", .severity = 2, .amount = { 1234500,
	    "CNY" }, .document = "INV-1", .n_documents = 2, .title = "Call about the "
	    "delivery note", .note = "货到验收后付；see \"PO 7\"" };
	struct entry_pay p = { .company = "Northwind Trading Ltd",
	    .reference = "INV-1, INV-2", .day = 20783, .amount = { 1234500,
	    "CNY" }, .uid = "abcdefghijklmnopqrstuvwx234567ab", .now = NOW,
	    .bank = "Example Bank\nIBAN DE00 0000 0000 0000 0000 00" };
	struct ical_stream stored = { NULL, NULL, 0, 0 };
	struct ical_stream mail = { "PUBLISH", NULL, 0, NOW };
	struct ical_stream feed = { "PUBLISH", "Dunlin", 60, NOW };
	struct entry e[3];
	int l, k, bad = 0;

	zone_open("Europe/Berlin", &e[0].zone, NULL);
	for (l = 0; l < 2; l++) {
		const char *lang = languages[l];
		const struct zone *z = NULL;

		zone_open(l == 0 ? "Europe/Berlin" : "Asia/Shanghai", &z,
		    NULL);
		for (k = 0; k < ENTRY_OF_COUNT; k++) {
			f.kind = (enum entry_kind)k;
			entry_make(tmp, &f, lang, true, z, &e[0]);
			bad |= save(tmp, dir, mem_fmt(tmp, "%s-%s", lang,
			    entry_kind_name(f.kind)), ical_write(tmp,
			    &stored, e, 1));
		}
		f.kind = ENTRY_OF_PROMISE;
		entry_make(tmp, &f, lang, false, z, &e[0]);
		f.kind = ENTRY_OF_TASK;
		f.uid = "zzqwmx3fjn2pavzr7c4hteu6lsyobdgi";
		entry_make(tmp, &f, lang, false, z, &e[1]);
		f.ended = NOW;
		f.uid = "yyqwmx3fjn2pavzr7c4hteu6lsyobdgi";
		entry_make(tmp, &f, lang, false, z, &e[2]);
		f.ended = CLOCK_NONE;
		f.uid = "k5qwmx3fjn2pavzr7c4hteu6lsyobdgi";
		bad |= save(tmp, dir, mem_fmt(tmp, "%s-feed", lang),
		    ical_write(tmp, &feed, e, 3));
		entry_make_pay(tmp, &p, lang, &e[0]);
		bad |= save(tmp, dir, mem_fmt(tmp, "%s-pay", lang),
		    ical_write(tmp, &mail, e, 1));
	}
	return bad;
}

int
main(int argc, char **argv)
{
	void *tmp;
	int i;

	mem_init();
	if (argc == 3 && strcmp(argv[1], "golden") == 0)
		return golden(talloc_new(NULL), argv[2]);
	if (argc != 4)
		return 64;
	seed = (uint64_t)strtoull(argv[2], NULL, 10);
	for (i = atoi(argv[3]); i > 0; i--) {
		tmp = talloc_new(NULL);
		random_one(tmp);
		talloc_free(tmp);
	}
	return 0;
}
