/* fuzz_dav.c - libFuzzer target: what a calendar server answers (207), in
 * pieces of the size of the first byte. */
#include "base/mem.h"
#include "followup/dav_xml.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static int
on_response(const struct dav_response *r, void *arg, struct err *err)
{
	size_t *all = arg;

	(void)err;
	*all += strlen(r->href) + (r->etag != NULL ? strlen(r->etag) : 0);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static int ready;
	size_t all = 0, piece = n > 0 ? data[0] + 1u : 1, i;
	struct dav_xml *x;

	if (!ready)
		mem_init();
	ready = 1;
	x = dav_xml_new(NULL, on_response, &all);
	for (i = 1; i < n; i += piece)
		if (dav_xml_feed(x, (const char *)data + i, n - i < piece ?
		    n - i : piece, NULL) < 0)
			break;
	dav_xml_end(x, NULL);
	talloc_free(x);
	return 0;
}
