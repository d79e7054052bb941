#include "cmd/output.h"

#include <stddef.h>
#include <string.h>

const char *
output_take(int *argc, char **argv)
{
	const char *to = NULL;
	int i, n = 1;

	for (i = 1; i < *argc; i++)
		if (to == NULL && strcmp(argv[i], "-o") == 0 &&
		    i + 1 < *argc)
			to = argv[++i];
		else
			argv[n++] = argv[i];
	*argc = n;
	argv[n] = NULL;
	return to;
}
