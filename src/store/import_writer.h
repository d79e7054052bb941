/* import_writer.h - one account while an import writes it.  Internal to
 * import_*.c.
 *
 * Its events are kept and appended at once, when all of it is written. */
#ifndef DUNLIN_STORE_IMPORT_WRITER_H
#define DUNLIN_STORE_IMPORT_WRITER_H

#include "base/text.h"
#include "store/events.h"
#include "store/import_diff.h"

struct writer {
	struct diff *d;
	struct db *db;
	struct stage_account *a;	/* NULL: it is not in the files */
	int64_t account_id, party_id;
	struct text *opened, *cleared;	/* items, as JSON; NULL: none yet */
	struct event_new *events;
	size_t n_events;
	bool touched, is_new, erased;
	void *tmp;			/* all that it keeps */
};

/* payload is stolen. */
int writer_event(struct writer *w, const char *kind, json_t *payload,
    struct err *err);
int writer_corrected(struct writer *w, const char *item, const char *field,
    const char *old, const char *new, struct err *err);
/* why: that it was cleared; NULL: it was opened. */
void writer_item(struct writer *w, const char *document,
    const struct item_row *row, const char *why);
void writer_reopened(struct writer *w, const char *document,
    const struct item_row *row);
/* Appends the events so far, before others write theirs. */
int writer_say(struct writer *w, struct err *err);
/* The same, and bumps the rev if anything happened. */
int writer_end(struct writer *w, struct err *err);
json_t *writer_text(const char *s);	/* NULL: null */

/* The holds of the ledger's own flags on an item; old may be NULL. */
int writer_flags(struct writer *w, const struct item_row *old,
    const struct item_row *new, struct err *err);

/* The customer of w->a, made when it is new. */
int write_customer(struct writer *w, struct err *err);

#endif
