/* act_int.h - what the files of track/act*.c share. */
#ifndef DUNLIN_TRACK_ACT_INT_H
#define DUNLIN_TRACK_ACT_INT_H

#include "core/facts.h"
#include "core/zone.h"
#include "plan/plan.h"
#include "store/promises.h"
#include "track/act.h"
#include "track/judge.h"

/* One change, with the facts as they were before it. */
struct act {
	struct db *db;
	const struct act_reply *r;
	void *pool;
	struct facts *f;
	struct plan_item *free;		/* what no hold keeps out */
	size_t n_free;
	const struct zone *zone;
	struct judge_rules rules;	/* the customer's working days */
	struct judge_rules ours;	/* those of who works on it */
	int32_t today;
	int64_t due;		/* of tasks; 0: by its reason */
	int64_t wait_end;	/* set by act_wait */
};

/* Fills in all but db, r and pool; also after a change, to see it. */
int act_look(struct act *a, struct err *err);

/* A task as the rule for the reply wants it; detail NULL: the reply's own
 * words. */
int act_task(struct act *a, const char *reason, const char *detail,
    struct err *err);

/* The reminders wait some working days (policy ask_days) for what the
 * customer was asked. */
int act_wait(struct act *a, struct err *err);

/* The template of the answer, unless the rule names another. */
const char *act_template(const struct act_reply *r, const char *template);

/* Does one of the days name it?  Where none names anything, all are meant. */
bool act_is_named(const struct fact_item *it, const struct act_day *d,
    size_t n);
bool act_names_any(const struct act_day *d, size_t n);

/* Items of one currency: those named, else all that are overdue, else all
 * that are open, with the part of each that no hold has; *ret_sum adds these
 * up.  out has room for a->n_free. */
size_t act_cover(struct act *a, const struct act_day *d, size_t n,
    const char *cur, struct covered *out, int64_t *ret_sum);

/* The currency that is meant: said, or that of the oldest item; NULL: nothing
 * is open. */
const char *act_currency(const struct act *a, const struct act_day *d,
    size_t n);

#endif
