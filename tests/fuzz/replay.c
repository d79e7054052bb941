/* replay.c - runs a fuzz target over files without a fuzzer: PROG FILE... */
#include "base/file.h"
#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
main(int argc, char **argv)
{
	struct err err;
	char *data;
	size_t n;
	int i;

	for (i = 1; i < argc; i++) {
		if (file_read(NULL, argv[i], 1 << 26, &data, &n, &err) < 0) {
			fprintf(stderr, "%s\n", err.text);
			return 1;
		}
		LLVMFuzzerTestOneInput((const uint8_t *)data, n);
		talloc_free(data);
	}
	return 0;
}
