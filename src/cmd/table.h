/* table.h - an aligned table on standard output.
 *
 * Columns are as wide as their widest cell on a terminal (East Asian wide
 * characters count two).  Where standard output is a terminal, the head is
 * bold and the last TABLE_CUT column is cut to fit the window; in a pipe or
 * file nothing is cut, so that grep finds it.  Strangers' text is safe:
 * line ends are shown as spaces, other control characters as "?". */
#ifndef DUNLIN_CMD_TABLE_H
#define DUNLIN_CMD_TABLE_H

#include <stdio.h>

enum table_align { TABLE_LEFT, TABLE_RIGHT, TABLE_CUT };

struct table;

struct table *table_new(void *owner);
/* All columns come before the first cell. */
void table_column(struct table *t, const char *head, enum table_align align);
/* The next cell, from left to right, row after row; NULL is "-". */
void table_cell(struct table *t, const char *text);
void table_cellf(struct table *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* window: columns of the terminal; 0: as it is, or none in a pipe. */
void table_print(const struct table *t, FILE *f, size_t window);

#endif
