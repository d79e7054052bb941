/* import_end.c - what an import says about rows that it does not name: items
 * no longer in a full list, balances that hold as before, and payments that
 * people reported and the ledger now knows about. */
#include "store/import_writer.h"

#include "base/mem.h"
#include "store/accounts.h"
#include "store/wrong.h"

#include <stdlib.h>
#include <string.h>

static int
close_gone(struct writer *w, const struct item_key *key, struct err *err)
{
	struct correction c = { .company_id = w->d->company_id,
		.zone = w->d->o->company_zone, .document = key->document,
		.now = w->d->now, .actor = IMPORT_ACTOR };
	struct item_row old, new;
	int r;

	r = items_find(w->db, w->d->company_id, w->d->source.id, key, &old,
	    err);
	/* It may have moved since to an account that was merged. */
	if (r <= 0)
		return r;
	new = old;
	new.state = ITEM_IS_CLEARED;
	new.balance = 0;
	new.as_of = w->d->o->as_of;
	c.old = &old;
	c.new = &new;
	if (wrong_reminders(w->db, &c, err) < 0)
		return -1;
	writer_item(w, key->document, &old, "not in list");
	if (items_put(w->db, &new, w->d->now, "not in list", err) < 0)
		return -1;
	return writer_flags(w, &old, &new, err);
}

static int
by_account(const void *a, const void *b)
{
	const struct gone *x = a, *y = b;

	if (x->account_id != y->account_id)
		return x->account_id < y->account_id ? -1 : 1;
	return strcmp(x->key.document, y->key.document);
}

void
sort_gone(struct diff *d)
{
	if (d->n_gone > 0)
		qsort(d->gone, d->n_gone, sizeof(d->gone[0]), by_account);
}

int
write_gone(struct diff *d, struct db *db, size_t i, struct err *err)
{
	struct writer w = { .d = d, .db = db,
		.account_id = d->gone[i].account_id,
		.tmp = talloc_new(d->stage) };
	size_t n = 0;
	int r = 0;

	while (r == 0 && i + n < d->n_gone &&
	    d->gone[i + n].account_id == w.account_id)
		r = close_gone(&w, &d->gone[i + n++].key, err);
	if (r == 0)
		r = writer_end(&w, err);
	talloc_free(w.tmp);
	return r < 0 ? -1 : (int)n;
}

int
write_dates(struct diff *d, struct db *db, size_t i, struct err *err)
{
	int64_t from = (int64_t)i * DATES_AT_ONCE;
	const struct stage_row *row;
	struct item_row item;
	struct item_key key;
	int r;

	if (d->o->full)
		return items_date_range(db, d->company_id, d->source.id,
		    d->o->as_of, from + 1, from + DATES_AT_ONCE, err) < 0 ?
		    -1 : 1;
	row = stage_row_at(d->stage, (uint32_t)i);
	if (row->mark != ROW_DATED)
		return 1;
	key = diff_key(row);
	r = items_find(db, d->company_id, d->source.id, &key, &item, err);
	if (r < 0 || (r == 1 && items_date(db, item.id, d->o->as_of, err) <
	    0))
		return -1;
	return 1;
}

struct provisional {
	struct diff *d;
	struct payment_row *rows;
	size_t n;
};

static int
keep_payment(const struct payment_row *p, void *arg)
{
	struct provisional *l = arg;

	/* A delta speaks for the items that it names, and for no others. */
	if (!l->d->o->full && (p->item_id == 0 || stage_find(l->d->stage,
	    p->document, p->year, p->line) == NULL))
		return 0;
	l->rows = mem_grow(l->d->stage, l->rows, struct payment_row,
	    l->n + 1);
	l->rows[l->n] = *p;
	l->rows[l->n].document = mem_str(l->d->stage, p->document);
	l->rows[l->n++].reference = mem_str(l->d->stage, p->reference);
	return 0;
}

static int
supersede(struct diff *d, struct db *db, const struct payment_row *p,
    struct err *err)
{
	char amount[MONEY_TEXT_MAX];
	struct money m = { .minor = p->amount };
	json_t *o;

	memcpy(m.cur, p->cur, MONEY_CUR_MAX);
	o = json_pack("{s:s, s:s, s:s, s:o}", "reference", p->reference,
	    "amount", money_format(m, amount), "currency", m.cur, "item",
	    writer_text(p->document));
	if (payments_supersede(db, p->id, err) < 0 ||
	    events_append(db, d->company_id, p->account_id, d->now,
	    "payment-superseded", IMPORT_ACTOR, o, NULL, err) < 0)
		return -1;
	return accounts_touch(db, p->account_id, err);
}

int
write_superseded(struct diff *d, struct db *db, struct err *err)
{
	struct provisional l = { .d = d };
	size_t i;

	if (payments_each_provisional(db, d->company_id, d->source.id,
	    d->o->as_of, keep_payment, &l, err) < 0)
		return -1;
	for (i = 0; i < l.n; i++)
		if (supersede(d, db, &l.rows[i], err) < 0)
			return -1;
	d->result->counts.payments_superseded = l.n;
	return 0;
}
