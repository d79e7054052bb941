/* fuzz_text.c - libFuzzer target: a text to its meaning. */
#include "understand/understand.h"

#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct understander *u;
	struct understand_in in = { .tz = "Europe/London" };

	if (u == NULL) {
		mem_init();
		u = understander_new(NULL);
	}
	in.ref = date_make(2026, 3, 11);
	in.mail = size > 0 && data[0] & 1;
	talloc_free(understand_text(u, NULL, &in, (const char *)data, size));
	return 0;
}
