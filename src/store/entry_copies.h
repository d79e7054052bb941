/* entry_copies.h - entries in the calendars of servers: what is there, what
 * is being tried, what is to be done.  Functions that write are for inside
 * store_tx.
 *
 * A request is committed (copies_try) before it leaves.  A row that is found
 * trying afterwards is never repeated unseen: the server is asked what it
 * has, and copies_done, copies_gone or copies_as_was settles it. */
#ifndef DUNLIN_STORE_ENTRY_COPIES_H
#define DUNLIN_STORE_ENTRY_COPIES_H

#include "store/entries.h"

#define COPY_KEEP_DONE (30 * 86400)	/* a task that is done stays there */

enum copy_verb { COPY_PUT, COPY_DELETE, COPY_SETTLE };

struct entry_copy {
	int64_t id;			/* 0: not there yet */
	const char *href;		/* file name in the collection */
	const char *etag;		/* NULL: not there */
	int sequence;			/* -1: what is there is not ours */
	const char *said, *theirs;	/* see the schema */
	enum copy_verb trying;		/* COPY_SETTLE rows */
	const char *tried;
	int tries;
};

struct copy_work {
	enum copy_verb verb;
	struct entry_facts entry;
	struct entry_copy copy;
};

/* Of one calendar. */
struct copies_of {
	struct entries_of of;
	const char *calendar;
	const char *form;		/* language and details: a change
					 * writes all anew */
};

/* What is to be done of one verb, the earliest first, at most max. */
int copies_work(void *owner, struct db *db, const struct copies_of *c,
    enum copy_verb verb, int64_t now, size_t max,
    struct copy_work **ret_list, size_t *ret_n, struct err *err);
/* Is there anything to be done now? */
int copies_any(struct db *db, const struct copies_of *c, int64_t now,
    bool *ret_any, struct err *err);

/* w->copy.id is filled in for a new one.  tried: our own part. */
int copies_try(struct db *db, const struct copies_of *c,
    struct copy_work *w, const char *tried, struct err *err);

struct copy_done {
	int64_t id;
	const char *etag;
	int sequence;			/* of what is there; -1: other */
	const char *form, *said, *theirs;
};
int copies_done(struct db *db, const struct copy_done *d, struct err *err);
/* Not there (any more); declined: a person took it away at that sequence, it
 * comes back when there is something new; -1: nobody did. */
int copies_gone(struct db *db, int64_t id, int declined, struct err *err);
/* It was not done: to be done again, at next_at. */
int copies_as_was(struct db *db, int64_t id, int64_t next_at,
    const char *why, struct err *err);
/* Left as it is there, whatever there is to be done, until it changes there. */
int copies_held(struct db *db, int64_t id, const char *etag, const char *why,
    struct err *err);
int copies_set_href(struct db *db, int64_t id, const char *href,
    struct err *err);

/* Every copy of a calendar by href. */
struct copy_there {
	int64_t id;
	const char *href, *etag;
	bool seen;			/* for the caller */
};
int copies_list(void *owner, struct db *db, const struct copies_of *c,
    struct copy_there **ret_list, size_t *ret_n, struct err *err);
/* The one of that href; NULL: none. */
int copies_find(void *owner, struct db *db, const struct copies_of *c,
    const char *href, struct copy_there **ret_copy, struct err *err);
int copies_get(void *owner, struct db *db, int64_t id,
    struct copy_work **ret_work, struct err *err);

/* --- calendars --- */

struct calendar_row {
	const char *source, *url;	/* source: URL of the configuration */
	const char *token;		/* NULL: read all */
	int64_t next_at;
	int64_t failing_since;		/* CLOCK_NONE: not */
	int failures;
};
/* 1, 0: not known yet. */
int calendars_get(void *owner, struct db *db, int64_t company_id,
    const char *name, struct calendar_row *ret, struct err *err);
/* Inside store_tx.  Another collection: forget: what was in the old one. */
int calendars_put(struct db *db, int64_t company_id, const char *name,
    const struct calendar_row *row, const char *why, struct err *err);
int calendars_forget(struct db *db, int64_t company_id, const char *name,
    struct err *err);
/* When a calendar is to be looked at next; CLOCK_NONE: never. */
int calendars_due(struct db *db, int64_t *ret_at, struct err *err);

#endif
