/* fuzz_unquote.c - libFuzzer target: the writer's own words of a body. */
#include "understand/unquote.h"

#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	struct unquoted q;
	void *owner;

	if (!ready)
		mem_init();
	ready = true;
	owner = talloc_new(NULL);
	unquote(owner, (const char *)data, size, &q);
	talloc_free(owner);
	return 0;
}
