/* fuzz_ledger.c - any bytes as a ledger file: the road from bytes to the
 * stage.  The first byte chooses what is said about the file. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1	/* memfd_create */
#endif
#include "base/mem.h"
#include "import/import.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
options(uint8_t bits, struct import_options *o)
{
	static const char signs[] = { '\0', ',', ';', '\t' };

	o->source = "fuzz";
	o->currency = (bits & 1) ? "USD" : "JPY";
	o->as_of = 20000;
	o->dates = (enum date_order)(bits >> 1 & 3);
	o->delimiter = signs[bits >> 3 & 3];
	o->decimal = (bits & 0x20) ? ',' : '\0';
	o->encoding = (bits & 0x40) ? ENCODING_GB18030 : ENCODING_AUTO;
	o->full = (bits & 0x80) != 0;
}

/* What was staged can be written down. */
static void
check(struct staging *s)
{
	const struct stage_row *row;
	size_t i;

	for (i = 0; i < stage_rows(s); i++) {
		row = stage_row_at(s, (uint32_t)i);
		if (money_digits(row->cur) < 0 || row->due == DATE_NONE)
			abort();
		/* Credits are negative, all else is not. */
		if (row->kind == ITEM_CREDIT || row->kind == ITEM_UNAPPLIED ?
		    row->amount > 0 : row->amount < 0)
			abort();
		if (row->document[0] == '\0' ||
		    stage_account_at(s, row->account)->code[0] == '\0')
			abort();
	}
	for (i = 0; i < stage_receipts(s); i++)
		if (stage_receipt_at(s, i)->kind != ITEM_UNAPPLIED)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct import_options o = { .full = false };
	void *m = talloc_new(NULL);
	struct staging *s = stage_new(m);
	struct mistakes *p = mistakes_new(m);
	struct import_summary *sum = mem_new(m, struct import_summary);
	const char *name;
	struct err err;
	int fd;

	if (n > 0) {
		fd = memfd_create("ledger", MFD_CLOEXEC);
		if (fd < 0 || write(fd, data + 1, n - 1) != (ssize_t)n - 1)
			abort();
		name = mem_fmt(m, "/proc/self/fd/%d", fd);
		options(data[0], &o);
		import_read(s, &name, 1, &o, p, sum, &err);
		check(s);
		close(fd);
	}
	talloc_free(m);
	return 0;
}
