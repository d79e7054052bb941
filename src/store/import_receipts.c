/* import_receipts.c - receipts of a ledger that name no customer.  They may
 * cover what anybody owes, so all of the company is planned anew. */
#include "store/import_diff.h"

#include "base/mem.h"
#include "store/accounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct receipt {
	const struct stage_row *row;
	const char *reference;
};

static int
by_document(const void *a, const void *b)
{
	const struct receipt *x = a, *y = b;

	return strcmp(x->row->document, y->row->document);
}

/* The nth of the same number is another receipt. */
static struct receipt *
list(struct staging *s, void *tmp, size_t n)
{
	struct receipt *l = mem_array(tmp, struct receipt, n);
	size_t i, nth = 0;

	for (i = 0; i < n; i++)
		l[i].row = stage_receipt_at(s, i);
	qsort(l, n, sizeof(*l), by_document);
	for (i = 0; i < n; i++) {
		nth = i > 0 && by_document(&l[i - 1], &l[i]) == 0 ? nth + 1 :
		    0;
		l[i].reference = nth == 0 ? l[i].row->document :
		    mem_fmt(tmp, "%s #%zu", l[i].row->document, nth + 1);
	}
	return l;
}

static struct payment_row
payment_of(const struct receipt *r)
{
	struct payment_row p = { .reference = r->reference,
		.amount = -r->row->balance, .value_date =
		r->row->issued != DATE_NONE ? r->row->issued : r->row->due };

	memcpy(p.cur, r->row->cur, MONEY_CUR_MAX);
	return p;
}

static int
each(struct diff *d, struct db *db, bool write, struct err *err)
{
	size_t n = stage_receipts(d->stage), i, known = 0;
	struct import_counts *c = &d->result->counts;
	void *tmp = talloc_new(d->stage);
	struct receipt *l = list(d->stage, tmp, n);
	struct payment_row p;
	int64_t open = 0;
	int r = 0;

	c->receipts_new = c->receipts_gone = 0;
	for (i = 0; r >= 0 && i < n; i++) {
		p = payment_of(&l[i]);
		r = d->source.id == 0 ? 0 : payments_is_unidentified(db,
		    d->company_id, d->source.id, &p, err);
		if (r < 0)
			break;
		known += r == 1;
		c->receipts_new += r == 0;
		if (r == 0 && write)
			r = payments_unidentified(db, d->company_id,
			    d->source.id, &p, d->now, err);
	}
	/* A full list names all there are. */
	if (r >= 0 && d->o->full && d->source.id != 0 &&
	    payments_count_unidentified(db, d->company_id, d->source.id,
	    &open, err) < 0)
		r = -1;
	if (write)
		known += c->receipts_new;
	if (r >= 0 && open > (int64_t)known)
		c->receipts_gone = (size_t)open - known;
	if (r >= 0 && write && c->receipts_gone > 0) {
		r = payments_drop_unidentified(db, d->company_id,
		    d->source.id, err);
		for (i = 0; r >= 0 && i < n; i++) {
			p = payment_of(&l[i]);
			r = payments_unidentified(db, d->company_id,
			    d->source.id, &p, d->now, err);
		}
	}
	if (r >= 0 && write && c->receipts_new + c->receipts_gone > 0)
		r = accounts_touch_company(db, d->company_id, err);
	talloc_free(tmp);
	return r < 0 ? -1 : 0;
}

int
look_receipts(struct diff *d, struct err *err)
{
	return each(d, d->db, false, err);
}

int
write_receipts(struct diff *d, struct db *db, struct err *err)
{
	return each(d, db, true, err);
}
