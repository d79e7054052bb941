/* statement.h - all that is open, as files that go with a mail: CSV for
 * programs, HTML for people.  Pure.
 *
 * CSV: UTF-8 with a byte order mark (spreadsheets want it), CRLF, dates as
 * 2026-11-21, amounts as 1234.50, credits negative; headings in the language
 * of the mail.  A cell that a spreadsheet would take for a formula begins
 * with an apostrophe.  HTML: template _statement. */
#ifndef DUNLIN_RENDER_STATEMENT_H
#define DUNLIN_RENDER_STATEMENT_H

#include "render/locale.h"
#include "render/render.h"

/* Both belong to owner. */
char *statement_csv(void *owner, const struct facts *f,
    const struct locale *l, int32_t today);

/* "statement-C100-2026-11-21", of letters, digits and - only; and with another
 * word before. */
char *statement_name(void *owner, const struct facts *f, int32_t today);
char *statement_file_name(void *owner, const char *what,
    const struct facts *f, int32_t today);

/* Every open item of the account, held ones and credits too; out has room for
 * f->n_items. */
size_t statement_items(const struct facts *f, struct plan_item *out);

#endif
