/* import_write.c - the rows of one account at a time, with their events. */
#include "store/import_writer.h"

#include "base/mem.h"
#include "store/accounts.h"
#include "store/tasks.h"
#include "store/wrong.h"

#include <stdlib.h>
#include <string.h>

static const char *
why_cleared(const struct item_row *row)
{
	return row->state == ITEM_IS_OPEN ? NULL :
	    row->paid != DATE_NONE ? "paid" : "balance nought";
}

static int
write_new(struct writer *w, const struct stage_row *row,
    struct item_row *new, struct err *err)
{
	struct item_key key = diff_key(row);
	const char *why = why_cleared(new);
	int64_t part;

	if (items_add(w->db, w->d->company_id, w->d->source.id, &key, new,
	    w->d->now, why, &new->id, err) < 0)
		return -1;
	writer_item(w, row->document, new, why);
	part = new->paid != DATE_NONE ? new->amount - new->balance : 0;
	if (part != 0 && payments_ledger(w->db, w->d->company_id,
	    w->d->source.id, w->account_id, new->id, new->paid, part,
	    new->cur, w->d->o->as_of, w->d->now,
	    err) < 0)
		return -1;
	return writer_flags(w, NULL, new, err);
}

static int
moved(struct writer *w, const char *document, const struct item_row *old,
    struct err *err)
{
	struct writer other = { .d = w->d, .db = w->db, .tmp = w->tmp,
		.account_id = old->account_id };

	if (writer_corrected(&other, document, "account", "this account",
	    w->a->code, err) < 0 || writer_end(&other, err) < 0 ||
	    items_move(w->db, old->id, w->account_id, err) < 0)
		return -1;
	return writer_corrected(w, document, "account", "another account",
	    w->a->code, err);
}

/* A closing or reopening says it all about balance and payment. */
static int
write_events(struct writer *w, const struct stage_row *row, unsigned bits,
    const struct item_row *old, const struct item_row *new, struct err *err)
{
	char a[MONEY_TEXT_MAX], b[MONEY_TEXT_MAX];
	unsigned quiet = FIELD_BIT(FIELD_ACCOUNT);
	int f;

	if (new->state != old->state)
		quiet |= FIELD_BIT(FIELD_BALANCE) | FIELD_BIT(FIELD_PAID);
	for (f = 0; f < FIELD_COUNT; f++)
		if ((bits & FIELD_BIT(f)) != 0 && (quiet & FIELD_BIT(f)) == 0
		    && writer_corrected(w, row->document, diff_field(f),
		    diff_value(f, old, a), diff_value(f, new, b), err) < 0)
			return -1;
	if (new->state == old->state)
		return 0;
	if (new->state == ITEM_IS_OPEN)
		writer_reopened(w, row->document, new);
	else
		writer_item(w, row->document, new, why_cleared(new));
	return 0;
}

static int
write_changed(struct writer *w, const struct stage_row *row, unsigned bits,
    const struct item_row *old, struct item_row *new, struct err *err)
{
	const unsigned money = FIELD_BIT(FIELD_PAID) |
	    FIELD_BIT(FIELD_AMOUNT) | FIELD_BIT(FIELD_BALANCE) |
	    FIELD_BIT(FIELD_CURRENCY);
	struct correction c = { .company_id = w->d->company_id,
		.zone = w->d->o->company_zone, .document = row->document,
		.old = old, .new = new, .now = w->d->now,
		.actor = IMPORT_ACTOR };

	if (writer_say(w, err) < 0 || wrong_reminders(w->db, &c, err) < 0)
		return -1;
	if ((bits & FIELD_BIT(FIELD_ACCOUNT)) != 0 &&
	    moved(w, row->document, old, err) < 0)
		return -1;
	if (items_put(w->db, new, w->d->now, why_cleared(new), err) < 0 ||
	    write_events(w, row, bits, old, new, err) < 0)
		return -1;
	if ((bits & money) != 0 && (old->paid != DATE_NONE ||
	    new->paid != DATE_NONE) && payments_ledger(w->db,
	    w->d->company_id, w->d->source.id, w->account_id, new->id,
	    new->paid, new->paid == DATE_NONE ? 0 :
	    new->amount - new->balance, new->cur, w->d->o->as_of, w->d->now,
	    err) < 0)
		return -1;
	w->touched = true;
	return writer_flags(w, old, new, err);
}

static int
write_row(struct writer *w, const struct stage_row *row, struct err *err)
{
	struct item_key key = diff_key(row);
	struct item_row old, new;
	unsigned bits;
	int r;

	/* No other import came in between: what was new still is. */
	if (row->mark == ROW_NEW) {
		diff_item(w->d, row, w->account_id, NULL, &new);
		return write_new(w, row, &new, err);
	}
	r = items_find(w->db, w->d->company_id, w->d->source.id, &key, &old,
	    err);
	if (r < 0)
		return -1;
	if (r == 0)
		return err_set(err, ERR_TEMP, "item %.60s is gone: run this "
		    "again", row->document);
	bits = diff_item(w->d, row, w->account_id, &old, &new);
	return bits == 0 ? 0 : write_changed(w, row, bits, &old, &new, err);
}

/* The books go on without a name; whether there is a new ground to keep one,
 * such as a new contract, is for a person to say. */
static int
ask_about_erased(struct writer *w, const char *document, struct err *err)
{
	struct task_new t = { .company_id = w->d->company_id,
		.account_id = w->account_id, .reason = "erased-items",
		.detail = document };

	if (document == NULL || !w->erased)
		return 0;
	return tasks_open(w->db, &t, w->d->now, IMPORT_ACTOR, NULL, NULL,
	    err);
}

int
write_account(struct diff *d, struct db *db, size_t index,
    struct err *err)
{
	struct stage_account *a = stage_account_at(d->stage, (uint32_t)index);
	struct writer w = { .d = d, .db = db, .a = a };
	const struct stage_row *row;
	const char *new = NULL;
	uint32_t i;
	int r;

	if (!a->changed)
		return 1;
	w.tmp = talloc_new(d->stage);
	r = write_customer(&w, err);
	for (i = a->first; r == 0 && i != STAGE_NONE; i = row->next) {
		row = stage_row_at(d->stage, i);
		if (row->mark == ROW_NEW || row->mark == ROW_CHANGED)
			r = write_row(&w, row, err);
		if (row->mark == ROW_NEW)
			new = row->document;
	}
	if (r == 0)
		r = writer_end(&w, err);
	if (r == 0)
		r = ask_about_erased(&w, new, err);
	talloc_free(w.tmp);
	return r < 0 ? -1 : 1;
}
