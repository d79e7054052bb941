/* calendar_int.h - between the files of the role "calendar". */
#ifndef DUNLIN_FOLLOWUP_CALENDAR_INT_H
#define DUNLIN_FOLLOWUP_CALENDAR_INT_H

#include "config/config.h"
#include "followup/caldav.h"
#include "followup/ical.h"
#include "store/entry_copies.h"

#include <signal.h>

#define SHELF_MOST 200		/* entries of a step */
#define SHELF_GONE 20		/* more than that at once, and it was no
				 * person who took them away one by one */

/* One calendar. */
struct shelf {
	struct db *db;
	const volatile sig_atomic_t *stop;
	const struct config_company *company;
	const struct config_calendar *cal;
	struct copies_of of;
	const char *actor;		/* "calendar:LOGIN" */
	const char *where;		/* "main/anna", for people */
	struct dav_child *child;	/* reads what comes from there */
	struct dav *dav, *read;		/* NULL: not connected */
	struct calendar_row row;	/* of row_memory */
	void *row_memory;
	struct copy_done done;		/* to be committed with the next */
	bool has_done;
	void *done_memory;
	bool dirty;			/* facts were changed */
	int64_t idle_at;		/* there was nothing to do; 0: not
					 * known */
};

/* Our text of an entry; *ret_rev names it. */
char *shelf_text(void *owner, const struct shelf *l,
    const struct entry_facts *f, struct entry *ret_entry);
const char *shelf_url(void *owner, const struct shelf *l, const char *file);

/* The outcome of a put, kept until the next commit. */
int shelf_flush(struct shelf *l, struct err *err);
int shelf_flush_tx(struct shelf *l, struct err *err);	/* inside store_tx */

/* Writes what is to be written, at most SHELF_MOST; *ret_n requests. */
int shelf_push(struct shelf *l, size_t *ret_n, struct err *err);
/* Rows that were being tried when the role ended or the answer was lost. */
int shelf_settle(struct shelf *l, size_t *ret_n, struct err *err);
/* Looks what people have done. */
int shelf_pull(struct shelf *l, struct err *err);

/* Fetches one object and takes it in: what a person changed there becomes a
 * change of the task, or a question.  1: it is not there; 2: it is as we know
 * it; both with nothing written. */
int shelf_look(struct shelf *l, struct dav *dav, const struct copy_work *w,
    struct err *err);
/* What is at a file now, inside or outside of a try.  What kills the child
 * that reads it is left as it is, and a person is asked. */
int shelf_absorb(struct shelf *l, const struct copy_work *w, const char *etag,
    const char *body, size_t len, struct err *err);
int shelf_hold(struct shelf *l, const struct copy_work *w, const char *etag,
    const char *why, struct err *err);
/* A person deleted it. */
int shelf_gone(struct shelf *l, const struct copy_work *w, struct err *err);
/* n of them vanished at once: put again, and a task tells. */
int shelf_vanished(struct shelf *l, const int64_t *ids, size_t n,
    struct err *err);

#endif
