/* listing.h - what a command that lists prints: an array with --json, else a
 * table, else a line that says that there is nothing. */
#ifndef DUNLIN_CMD_LISTING_H
#define DUNLIN_CMD_LISTING_H

#include "cmd/cmd.h"
#include "cmd/table.h"
#include "core/zone.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct listing {
	void *owner;
	const char *language;
	const struct zone *zone;
	struct table *table;
	json_t *array;		/* --json */
	size_t n;
};

/* [--account ACCOUNT] [--all]: ret_a->account_id 0 is all of the company. */
int listing_args(struct cmd *c, int argc, char **argv,
    struct cmd_account *ret_a, bool *ret_all, struct err *err);

/* The number that a row begins with; list: the command that shows it. */
int listing_id(const char *word, const char *list, int64_t *ret_id,
    struct err *err);

/* The columns: the number of a row, heads (NULL-ended), and what is cut where
 * the terminal ends. */
void listing_begin(struct listing *l, void *owner, const char *id,
    const char *const *heads, const char *last);

/* r: of the query that has filled it.  The exit code, or -1 where r < 0;
 * gives the array back. */
int listing_end(const struct cmd *c, struct listing *l, int r,
    const char *none);

#endif
