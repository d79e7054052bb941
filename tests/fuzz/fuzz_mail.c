/* fuzz_mail.c - libFuzzer target: a raw mail to its meaning. */
#include "base/clock.h"
#include "understand/understand.h"

#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct understander *u;
	struct understand_in in = { .tz = "Asia/Shanghai" };

	if (u == NULL) {
		mem_init();
		u = understander_new(NULL);
	}
	in.ref = date_make(2026, 3, 11);
	talloc_free(understand_mail(u, NULL, &in, (const char *)data, size,
	    CLOCK_NONE));
	return 0;
}
