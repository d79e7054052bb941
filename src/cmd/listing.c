#include "cmd/listing.h"

#include <stdio.h>
#include <sysexits.h>

int
listing_end(const struct cmd *c, struct listing *l, int r, const char *none)
{
	if (r >= 0 && c->json) {
		json_dumpf(l->array, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (r >= 0 && l->n == 0) {
		puts(none);
	} else if (r >= 0) {
		table_print(l->table, stdout, 0);
	}
	json_decref(l->array);
	return r < 0 ? -1 : EX_OK;
}
