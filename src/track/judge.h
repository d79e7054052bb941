/* judge.h - was a promise kept?  The arithmetic, and the days that matter.
 * Pure: days in the debtor's zone, working days by calendar. */
#ifndef DUNLIN_TRACK_JUDGE_H
#define DUNLIN_TRACK_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Answers: is this day a working day? */
typedef bool judge_workday_fn(int32_t day, const void *arg);

struct judge_rules {
	int grace;		/* working days after the day promised */
	int lag;		/* working days until the bank's and the
				 * ledger's books show a payment */
	int tolerance;		/* per cent that may be missing */
	judge_workday_fn *is_workday;
	const void *arg;
};

struct judge_days {
	int32_t courtesy;	/* the working day before */
	int32_t deadline;	/* the last value date that counts */
	int32_t tell;		/* a ledger as of a later day decides */
};
void judge_days(const struct judge_rules *r, int32_t day,
    struct judge_days *ret);

/* n working days after day; n 0: day itself or the next working day. */
int32_t judge_workdays(const struct judge_rules *r, int32_t day, int n);

/* One item that the promise covers.  Amounts in one currency. */
struct judge_item {
	int64_t covered;	/* open when the promise was made */
	int64_t open;		/* open now; 0: closed */
	bool dropped;		/* cancelled: nothing is owed for it */
	int32_t paid_on;	/* day on which the ledger says it was paid;
				 * INT32_MIN: it does not say */
	int64_t in_time;	/* value-dated receipts after the promise up
				 * to the deadline */
	int64_t late;		/* those after the deadline */
};

struct judge_in {
	int64_t amount;		/* promised; 0: all that is covered */
	const struct judge_item *items;
	size_t n_items;
	int32_t today;
	int32_t ledger;		/* its as-of date; INT32_MIN: none */
};

enum judge_word {
	JUDGE_OPEN,		/* the day has not passed */
	JUDGE_AWAITING,		/* passed, the ledger is too old to tell */
	JUDGE_KEPT, JUDGE_PARTLY, JUDGE_BROKEN
};

/* ret_paid: what counts as paid; ret_due: what was promised, at most what was
 * covered and is not cancelled. */
enum judge_word judge_promise(const struct judge_rules *r,
    const struct judge_days *d, const struct judge_in *in, int64_t *ret_due,
    int64_t *ret_paid);

#endif
