/* fuzz_ical.c - libFuzzer target: what a calendar server sends as an object:
 * read, and merged with ours. */
#include "base/clock.h"
#include "base/mem.h"
#include "followup/ical.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct zone *zone;
	static const struct ical_stream stored;
	struct entry e = { .form = ENTRY_TODO, .status = ENTRY_NEEDS_ACTION,
	    .uid = "u1", .rev = "1/en", .summary = "To do #1",
	    .description = "One\nTwo", .due = INT64_C(1795251600),
	    .created = 1, .modified = 1, .completed = CLOCK_NONE };
	const char *bytes = (const char *)data;
	struct ical_seen *seen = NULL;
	char *out = NULL, *own;
	void *m;

	if (zone == NULL) {
		mem_init();
		if (zone_open("Europe/Berlin", &zone, NULL) < 0)
			abort();
	}
	m = talloc_new(NULL);
	e.zone = zone;
	ical_read(m, bytes, n, zone, &seen, NULL);
	/* What was merged can be read again, and is ours. */
	own = ical_write(m, &stored, &e, 1);
	if (ical_merge(m, own, own, bytes, n, &out, NULL) == 0) {
		seen = NULL;
		if (strlen(out) < ICAL_BYTES_MAX && (ical_read(m, out,
		    strlen(out), zone, &seen, NULL) < 0 ||
		    seen->due != e.due || strcmp(seen->uid, "u1") != 0))
			abort();
	}
	talloc_free(m);
	return 0;
}
