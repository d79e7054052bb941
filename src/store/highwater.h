/* highwater.h - the record of attempts outside the database (DESIGN §5.8).
 *
 * A restored backup must not send again what went out after it was made.  So
 * each attempt is noted in config.state_file once it is committed and before
 * its first byte leaves; a database that does not know the last attempt noted
 * is behind, and nothing is sent until dunlin recover.
 *
 * The file: lines of JSON, appended, one write each; no names, addresses or
 * amounts.  The first names the database; the others are
 *   {"sent": attempt id, "token": ..., "at": ..., "company": ..., "account":
 *    ..., "class": ..., "cause": ... and what else its communication has}
 *   {"settled": attempt id, ...}  dunlin recover dealt with all before it.
 *
 * It is not synced: what a power cut takes from its end is still in the
 * database, and only a database that knows less than the file is refused.
 * Keep it on another disk than the database where you can, and out of the
 * backup: restoring both to one past instant cannot be noticed.  It grows by
 * about 300 bytes a message and is never cut: 100 messages a day make 11 MB
 * a year. */
#ifndef DUNLIN_STORE_HIGHWATER_H
#define DUNLIN_STORE_HIGHWATER_H

#include "store/db.h"

#include <jansson.h>

#define HIGHWATER_WHY_MAX 256

struct highwater;

/* Opens path (config.state_file).  talloc_free closes it. */
int highwater_open(void *owner, const char *path, struct highwater **ret_h,
    struct err *err);

/* Before the first attempt of a database: writes the first line, so that a
 * crash between an attempt and its note does not look like a lost file.
 * Does nothing where there is a file, or where there were attempts. */
int highwater_start(struct highwater *h, struct db *db, struct err *err);

enum highwater_state {
	HIGHWATER_OK,
	HIGHWATER_BEHIND,	/* the database lacks the last attempt noted */
	HIGHWATER_MISSING,	/* no file, though there were attempts */
	HIGHWATER_FOREIGN	/* the file belongs to another database */
};

/* Call before every hand-over; costs one stat and one indexed query.  When it
 * is not OK, why says so in one line with the cure: send nothing. */
int highwater_check(struct highwater *h, struct db *db,
    enum highwater_state *ret_state, char why[HIGHWATER_WHY_MAX],
    struct err *err);

/* Note an attempt: after its commit, before its first byte.  An error means
 * that it must not be sent. */
int highwater_note(struct highwater *h, struct db *db, int64_t attempt_id,
    struct err *err);
/* The same of several, in one write. */
int highwater_note_all(struct highwater *h, struct db *db,
    const int64_t *attempts, size_t n, struct err *err);

/* Every line of path in order, parsed; what a crash left half written is
 * skipped.  No file: nothing.  fn returns 0 to go on. */
int highwater_each(const char *path, int (*fn)(json_t *line, void *arg),
    void *arg, struct err *err);

/* The database as it is now is right (dunlin recover): what was noted before
 * is settled; a foreign file is put aside as PATH.old. */
int highwater_settle(struct highwater *h, struct db *db, int64_t now,
    struct err *err);

#endif
