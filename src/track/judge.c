#include "track/judge.h"

#define YEAR 366	/* no run of days off is longer */

static int32_t
next_workday(const struct judge_rules *r, int32_t day, int step)
{
	int i;

	for (i = 0; i < YEAR && !r->is_workday(day, r->arg); i++)
		day += step;
	return day;
}

int32_t
judge_workdays(const struct judge_rules *r, int32_t day, int n)
{
	day = next_workday(r, day, 1);
	for (; n > 0; n--)
		day = next_workday(r, day + 1, 1);
	return day;
}

/* Banks book nothing on days off: a promise for one counts from the next
 * working day. */
void
judge_days(const struct judge_rules *r, int32_t day, struct judge_days *ret)
{
	ret->courtesy = next_workday(r, day - 1, -1);
	ret->deadline = judge_workdays(r, day, r->grace);
	ret->tell = judge_workdays(r, ret->deadline, r->lag);
}

/* Receipts with value dates count by these.  A ledger that tells balances
 * only shows what was paid by what is no longer open; what is known to be
 * late is no part of it. */
static int64_t
paid_of(const struct judge_item *it, int32_t deadline)
{
	int64_t gone = it->covered - it->open - it->late;

	if (it->paid_on != INT32_MIN && it->paid_on > deadline)
		gone = 0;
	if (gone < it->in_time)
		gone = it->in_time;
	/* A balance that the ledger states outranks what was received. */
	if (gone > it->covered - it->open)
		gone = it->covered - it->open;
	return gone < 0 ? 0 : gone;
}

enum judge_word
judge_promise(const struct judge_rules *r, const struct judge_days *d,
    const struct judge_in *in, int64_t *ret_due, int64_t *ret_paid)
{
	int64_t due = 0, paid = 0;
	size_t i;

	for (i = 0; i < in->n_items; i++) {
		if (in->items[i].dropped)
			continue;
		due += in->items[i].covered;
		paid += paid_of(&in->items[i], d->deadline);
	}
	if (in->amount > 0 && in->amount < due)
		due = in->amount;
	*ret_due = due;
	*ret_paid = paid;
	/* Rounded in the debtor's favour. */
	if (paid >= due - (due * r->tolerance + 99) / 100)
		return JUDGE_KEPT;
	if (in->today <= d->deadline)
		return JUDGE_OPEN;
	if (in->ledger == INT32_MIN || in->ledger <= d->tell)
		return JUDGE_AWAITING;
	return paid > 0 ? JUDGE_PARTLY : JUDGE_BROKEN;
}
