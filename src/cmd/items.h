/* items.h - an option that may be given more than once: "--item DOCUMENT". */
#ifndef DUNLIN_CMD_ITEMS_H
#define DUNLIN_CMD_ITEMS_H

#include <stddef.h>

#define ITEMS_MAX 100

/* Takes them out of argv into items (room for ITEMS_MAX); what is beyond is
 * left, so that cmd_options complains. */
size_t items_take(int *argc, char **argv, const char **items);

#endif
