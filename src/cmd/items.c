#include "cmd/items.h"

#include <string.h>

size_t
items_take(int *argc, char **argv, const char **items)
{
	size_t n = 0;
	int i, k = 1;

	for (i = 1; i < *argc; i++) {
		if (strcmp(argv[i], "--") == 0)
			break;
		if (strcmp(argv[i], "--item") == 0 && i + 1 < *argc &&
		    n < ITEMS_MAX) {
			items[n++] = argv[++i];
			continue;
		}
		if (strncmp(argv[i], "--item=", 7) == 0 && n < ITEMS_MAX) {
			items[n++] = argv[i] + 7;
			continue;
		}
		argv[k++] = argv[i];
	}
	while (i < *argc)
		argv[k++] = argv[i++];
	*argc = k;
	return n;
}
