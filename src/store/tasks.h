/* tasks.h - work for people.  Each has one reason (escalate/reasons.def).  One
 * open task per account and reason: opening it again merges into the open
 * one.  It is due in the working hours of its owner (desks.h).  The planner's
 * step escalate/step.h finds who has it and until when.  Inside store_tx
 * only. */
#ifndef DUNLIN_STORE_TASKS_H
#define DUNLIN_STORE_TASKS_H

#include "core/kinds.h"
#include "core/money.h"
#include "store/db.h"

#include <stdbool.h>

struct task_new {
	int64_t company_id, account_id;	/* account 0: the company's */
	const char *reason;		/* a word of escalate/reasons.def */
	int severity;			/* 0: as the reason has it */
	const char *owner;		/* login; NULL: is found */
	const char *title;		/* of a person's own; NULL: the
					 * reason's */
	const char *detail;
	int64_t outbox_id, hold_id, inbox_id;	/* 0: none */
	int64_t due_at;			/* 0: as the reason has it */
};


int tasks_open(struct db *db, const struct task_new *t, int64_t now,
    const char *actor, int64_t *ret_id, bool *ret_new, struct err *err);
/* 1 with the detail (which may be NULL) of the open one, 0. */
int tasks_detail(void *owner, struct db *db, int64_t company_id,
    int64_t account_id, const char *reason, char **ret_detail,
    struct err *err);
int tasks_close(struct db *db, int64_t task_id, int64_t now,
    const char *actor, const char *outcome, struct err *err);
/* What was closed is open again; ERR_PERM where it is open, or another of its
 * reason is. */
int tasks_reopen(struct db *db, int64_t task_id, int64_t now,
    const char *actor, struct err *err);
/* Close the open task of an account and reason if there is one. */
int tasks_close_reason(struct db *db, int64_t company_id, int64_t account_id,
    const char *reason, int64_t now, const char *actor, const char *outcome,
    struct err *err);

/* What a person does with an open task; each writes an event. */
int tasks_ack(struct db *db, int64_t task_id, int64_t now,
    const char *actor, struct err *err);
int tasks_assign(struct db *db, int64_t task_id, const char *login,
    int64_t now, const char *actor, struct err *err);

int tasks_move(struct db *db, int64_t task_id, int64_t due_at, int64_t now,
    const char *actor, struct err *err);

/* A person ticked it off elsewhere.  TICK_DECIDE: it wants a decision that is
 * made with another command (approve, settle, promise accept, release), so
 * nothing was changed. */
enum tick { TICK_DONE, TICK_CLOSED_BEFORE, TICK_DECIDE };
int tasks_tick(struct db *db, int64_t task_id, int64_t now,
    const char *actor, const char *outcome, enum tick *ret_tick,
    struct err *err);
/* Is it open (1), and of which reason?  0: it is closed, or not there. */
int tasks_is_open(void *owner, struct db *db, int64_t task_id,
    char **ret_reason, struct err *err);

/* One of a person's own: reason "todo", never merged into another. */
#define TASK_OWN "todo"
int tasks_add(struct db *db, const struct task_new *t, int64_t now,
    const char *actor, int64_t *ret_id, struct err *err);

/* The mail that a task is about; 0: none. */
int tasks_inbox(struct db *db, int64_t task_id, int64_t *ret_inbox_id,
    struct err *err);

/* The open tasks that a mail be believed, at most max: not that of a dispute
 * which is recorded. */
struct task_of_mail {
	int64_t id, hold_id;	/* hold 0: none */
};
int tasks_of_mail(struct db *db, int64_t inbox_id,
    struct task_of_mail *ret_list, size_t max, size_t *ret_n,
    struct err *err);

struct task {
	int64_t id, account_id, opened_at, due_at, closed_at;
	const char *account, *name;	/* NULL: the company's */
	const char *reason, *title, *detail, *owner, *state, *outcome;
	int severity;
	int64_t outbox_id, hold_id;	/* 0: none */
};

/* --- escalation (escalate/step.h) --- */

/* Tasks that escalation has to look at, at most max. */
int tasks_look(struct db *db, int64_t company_id, int64_t now,
    int64_t *ret_ids, size_t max, size_t *ret_n, struct err *err);
/* Those of one person that are not past due, and not their own, are looked at
 * as if they were new. */
int tasks_anew(struct db *db, int64_t company_id, const char *login,
    int64_t now, struct err *err);
/* When the next one has to be; CLOCK_NONE: none. */
int tasks_next_look(struct db *db, int64_t company_id, int64_t *ret_at,
    struct err *err);

/* A task with what its assignment depends on. */
struct task_case {
	int64_t id, company_id, account_id, inbox_id, hold_id, outbox_id;
	int64_t opened_at, due_at, look_at;	/* look_at 0: it is new, or
						 * there is news */
	int severity, level, times;
	const char *reason, *owner, *state, *title, *detail;
	const char *account, *name;	/* NULL: the company's */
	const char *account_owner, *language;	/* login, of the party; NULL */
	enum tier tier;
	const char *hold;		/* word of its hold, still placed */
	const struct money *open;	/* as the ledger says, per currency */
	size_t n_open;
};
/* 1, or 0: it is closed, or not there. */
int tasks_case(void *owner, struct db *db, int64_t task_id,
    struct task_case **ret_case, struct err *err);

/* Who has it now and until when; raised: to level, an event of its own. */
struct task_given {
	const char *owner;		/* NULL: nobody */
	int level;
	int64_t due_at, look_at;
	bool raised;
};
int tasks_give(struct db *db, const struct task_case *c,
    const struct task_given *g, int64_t now, const char *actor,
    struct err *err);

/* The writer's own words of the mail that a task is about; NULL: none. */
int tasks_words(void *owner, struct db *db, int64_t inbox_id,
    char **ret_words, struct err *err);

/* Open tasks of a person at a company. */
int tasks_load(struct db *db, int64_t company_id, const char *login,
    int64_t *ret_n, struct err *err);

/* Gravest first, then by due time (escalate/urgency.h weighs them); outside
 * store_tx as well.  account_id 0: all of the company.  The struct is valid during the call only; fn returns
 * 0 to go on. */
int tasks_each(struct db *db, int64_t company_id, int64_t account_id,
    bool closed_too, int (*fn)(const struct task *t, void *arg), void *arg,
    struct err *err);

#endif
