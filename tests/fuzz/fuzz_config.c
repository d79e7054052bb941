/* fuzz_config.c - any bytes as dunlin.yaml, and as a holiday file. */
#include "base/mem.h"
#include "config/config.h"
#include "policy/calendar.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct config_problems found;
	struct config *c = NULL;
	struct calendar *cal;
	struct err err;
	void *m = talloc_new(NULL);
	char *text = mem_array(m, char, n + 1);

	memcpy(text, data, n);
	if (config_parse(m, "/nonexistent", "f", text, n, &c, &found,
	    &err) == 0 && found.n > 0)
		abort();
	calendar_parse(m, "f", text, &cal, &err);
	talloc_free(m);
	return 0;
}
