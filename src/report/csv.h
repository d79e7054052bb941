/* csv.h - CSV for spreadsheets (RFC 4180): CRLF, a byte order mark so that
 * Chinese is read as such, and no cell that a spreadsheet would take for a
 * formula: one that begins so (also after spaces, and in any of its lines)
 * gets an apostrophe, numbers do not (RULES E15). */
#ifndef DUNLIN_REPORT_CSV_H
#define DUNLIN_REPORT_CSV_H

#include "base/text.h"

#define CSV_MARK "\xef\xbb\xbf"

/* The next cell of the row; NULL: empty. */
void csv_cell(struct text *t, const char *s);
void csv_cellf(struct text *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void csv_end(struct text *t);

#endif
