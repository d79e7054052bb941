/* import_write.c - the rows of one account at a time, with their events. */
#include "store/import_diff.h"

#include "base/clock.h"
#include "base/mem.h"
#include "store/accounts.h"
#include "store/events.h"
#include "store/holds.h"
#include "store/wrong.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One account while it is written: its items go into one event a kind. */
struct writer {
	struct diff *d;
	struct db *db;
	struct stage_account *a;
	int64_t account_id, party_id;
	json_t *opened, *cleared;	/* arrays; NULL: none yet */
	bool touched;
};

static int
event(struct writer *w, const char *kind, json_t *payload, struct err *err)
{
	w->touched = true;
	return events_append(w->db, w->d->company_id, w->account_id,
	    w->d->now, kind, IMPORT_ACTOR, payload, NULL, err);
}

static json_t *
text_or_null(const char *s)
{
	return s == NULL ? json_null() : json_string(s);
}

static int
corrected(struct writer *w, const char *item, const char *field,
    const char *old, const char *new, struct err *err)
{
	json_t *o = json_object();

	if (item != NULL)
		json_object_set_new(o, "item", json_string(item));
	json_object_set_new(o, "field", json_string(field));
	json_object_set_new(o, "old", text_or_null(old));
	json_object_set_new(o, "new", text_or_null(new));
	return event(w, "corrected", o, err);
}

static json_t *
item_json(const char *document, const struct item_row *row)
{
	static const enum item_field shown[] = { FIELD_KIND, FIELD_ISSUED,
		FIELD_DUE, FIELD_AMOUNT, FIELD_BALANCE, FIELD_CURRENCY,
		FIELD_PAID };
	char buf[MONEY_TEXT_MAX];
	json_t *o = json_object();
	const char *v;
	size_t i;

	json_object_set_new(o, "item", json_string(document));
	for (i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		if ((v = diff_value(shown[i], row, buf)) != NULL)
			json_object_set_new(o, diff_field(shown[i]),
			    json_string(v));
	return o;
}

static void
list(json_t **array, json_t *o)
{
	if (*array == NULL)
		*array = json_array();
	json_array_append_new(*array, o);
}

static int
flush(struct writer *w, const char *kind, json_t **array, struct err *err)
{
	json_t *items = *array;

	*array = NULL;
	if (items == NULL)
		return 0;
	return event(w, kind, json_pack("{s:o}", "items", items), err);
}

static void
cleared(struct writer *w, const char *document, const struct item_row *row,
    const char *why)
{
	json_t *o = item_json(document, row);

	json_object_set_new(o, "why", json_string(why));
	list(&w->cleared, o);
}

static const char *
why_cleared(const struct item_row *row)
{
	return row->state == ITEM_IS_OPEN ? NULL :
	    row->paid != DATE_NONE ? "paid" : "balance nought";
}

static int
flag_hold(struct writer *w, enum hold_kind kind, bool before, bool now,
    const struct item_row *new, const char *note, struct err *err)
{
	struct hold_new h = { .company_id = w->d->company_id,
		.kind = kind, .scope = SCOPE_ITEM,
		.account_id = w->account_id, .item_id = new->id,
		.note = note, .review_at = CLOCK_NONE,
		.ends_at = CLOCK_NONE };
	int64_t id;
	int r;

	if (before == now)
		return 0;
	w->touched = true;
	if (now)
		return holds_place(w->db, &h, w->d->now, IMPORT_ACTOR, &id,
		    err);
	r = items_hold(w->db, w->account_id, new->id, kind, IMPORT_ACTOR,
	    &id, err);
	return r <= 0 ? r : holds_release(w->db, id, w->d->now, IMPORT_ACTOR,
	    new->state != ITEM_IS_OPEN ? "the item is cleared" :
	    kind == HOLD_DISPUTE ? "no longer disputed in the ledger" :
	    "no longer blocked in the ledger", err);
}

/* The ledger's flags on an open item are holds of ours. */
static int
dispute(struct writer *w, const struct item_row *old,
    const struct item_row *new, struct err *err)
{
	bool was = old != NULL && old->state == ITEM_IS_OPEN;
	bool is = new->state == ITEM_IS_OPEN;
	char note[ITEM_BLOCKED_MAX + 32];

	snprintf(note, sizeof(note), "blocked in the ledger: %s",
	    new->blocked);
	if (flag_hold(w, HOLD_DISPUTE, was && old->disputed,
	    is && new->disputed, new, "disputed in the ledger", err) < 0)
		return -1;
	return flag_hold(w, HOLD_HUMAN, was && old->blocked[0] != '\0',
	    is && new->blocked[0] != '\0', new, note, err);
}

static int
write_new(struct writer *w, const struct stage_row *row,
    struct item_row *new, struct err *err)
{
	struct item_key key = diff_key(row);
	const char *why = why_cleared(new);
	int64_t part;

	if (items_add(w->db, w->d->company_id, w->d->source.id, &key, new,
	    w->d->now, why, err) < 0)
		return -1;
	if (why != NULL)
		cleared(w, row->document, new, why);
	else
		list(&w->opened, item_json(row->document, new));
	w->touched = true;
	part = new->paid != DATE_NONE ? new->amount - new->balance : 0;
	if (part == 0 && !new->disputed && new->blocked[0] == '\0')
		return 0;
	if (items_find(w->db, w->d->company_id, w->d->source.id, &key, new,
	    err) < 0)
		return -1;
	if (part != 0 && payments_ledger(w->db, w->d->company_id,
	    w->d->source.id, w->account_id, new->id, new->paid, part,
	    new->cur, w->d->now, err) < 0)
		return -1;
	return dispute(w, NULL, new, err);
}

static int
moved(struct writer *w, const char *document, const struct item_row *old,
    struct err *err)
{
	struct writer other = *w;

	other.account_id = old->account_id;
	if (corrected(&other, document, "account", "this account",
	    w->a->code, err) < 0 ||
	    accounts_touch(w->db, old->account_id, err) < 0 ||
	    items_move(w->db, old->id, w->account_id, err) < 0)
		return -1;
	return corrected(w, document, "account", "another account",
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
		    && corrected(w, row->document, diff_field(f),
		    diff_value(f, old, a), diff_value(f, new, b), err) < 0)
			return -1;
	if (new->state == old->state)
		return 0;
	if (new->state == ITEM_IS_OPEN)
		return event(w, "reopened", item_json(row->document, new),
		    err);
	cleared(w, row->document, new, why_cleared(new));
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

	if (wrong_reminders(w->db, &c, err) < 0)
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
	    new->amount - new->balance, new->cur, w->d->now, err) < 0)
		return -1;
	w->touched = true;
	return dispute(w, old, new, err);
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

/* ---- the customer ---- */

/* opened: the payload of the event of a new account, which lists them. */
static int
write_contacts(struct writer *w, void *tmp, json_t *opened, struct err *err)
{
	struct diff_address found[DIFF_ADDRESSES];
	struct contact_row *contacts = NULL;
	json_t *addresses = NULL;
	size_t n, n_contacts = 0, i;

	if (opened == NULL && contacts_list(tmp, w->db, w->account_id,
	    &contacts, &n_contacts, err) < 0)
		return -1;
	n = diff_addresses(w->a, contacts, n_contacts, found);
	for (i = 0; i < n; i++) {
		if (!found[i].add)
			continue;
		if (contacts_add(w->db, w->d->company_id, w->account_id,
		    w->party_id, found[i].kind, found[i].value,
		    found[i].norm, (int)i, err) < 0)
			return -1;
		if (opened != NULL)
			list(&addresses, json_string(found[i].value));
		else if (event(w, "contact-added", json_pack("{s:s, s:s}",
		    "address", found[i].value, "role", "payables"), err) < 0)
			return -1;
	}
	if (addresses != NULL)
		json_object_set_new(opened, "contacts", addresses);
	for (i = 0; i < n_contacts; i++)
		if (diff_dropped(&contacts[i], w->a, found, n) &&
		    (contacts_close(w->db, contacts[i].id, w->d->now,
		    IMPORT_ACTOR, err) < 0 ||
		    event(w, "contact-closed", json_pack("{s:s, s:s}",
		    "address", contacts[i].value, "why",
		    "no longer in the ledger"), err) < 0))
			return -1;
	return 0;
}

static int
write_party(struct writer *w, const struct party_facts *old, struct err *err)
{
	struct party_facts new;

	diff_party(w->d, w->a, old, &new);
	if ((!diff_same_text(old->name, new.name) && corrected(w, NULL,
	    "name", old->name, new.name, err) < 0) ||
	    (!diff_same_text(old->language, new.language) && corrected(w,
	    NULL, "language", old->language, new.language, err) < 0) ||
	    (!diff_same_text(old->country, new.country) && corrected(w, NULL,
	    "country", old->country, new.country, err) < 0) ||
	    (!diff_same_text(old->zone, new.zone) && corrected(w, NULL,
	    "zone", old->zone, new.zone, err) < 0))
		return -1;
	return w->touched ? parties_put(w->db, w->party_id, &new, err) : 0;
}

static int
write_new_customer(struct writer *w, void *tmp, struct err *err)
{
	struct party_facts want;
	struct party_row p;
	json_t *o;

	diff_party(w->d, w->a, NULL, &want);
	if (parties_add(w->db, w->d->company_id, w->a->code, &want, STAGE_M2,
	    w->d->now, &p, err) < 0)
		return -1;
	w->account_id = p.account_id;
	w->party_id = p.party_id;
	o = json_pack("{s:s, s:s, s:s*, s:s*, s:s*}", "account", w->a->code,
	    "name", want.name, "language", want.language, "country",
	    want.country, "zone", want.zone);
	if (write_contacts(w, tmp, o, err) < 0) {
		json_decref(o);
		return -1;
	}
	return event(w, "account-opened", o, err);
}

static int
write_customer(struct writer *w, struct err *err)
{
	void *tmp = talloc_new(w->d->stage);
	struct party_row p;
	int r;

	r = parties_find(tmp, w->db, w->d->company_id, w->a->code, &p, err);
	if (r == 0)
		r = write_new_customer(w, tmp, err);
	else if (r == 1) {
		w->account_id = p.account_id;
		w->party_id = p.party_id;
		r = p.alias ? 0 : write_party(w, &p.facts, err);
		if (r == 0 && !p.alias)
			r = write_contacts(w, tmp, NULL, err);
	}
	talloc_free(tmp);
	return r;
}

int
write_account(struct diff *d, struct db *db, struct stage_account *a,
    struct err *err)
{
	struct writer w = { .d = d, .db = db, .a = a };
	const struct stage_row *row;
	uint32_t i;
	int r;

	r = write_customer(&w, err);
	for (i = a->first; r == 0 && i != STAGE_NONE; i = row->next) {
		row = stage_row_at(d->stage, i);
		if (row->mark == ROW_NEW || row->mark == ROW_CHANGED)
			r = write_row(&w, row, err);
	}
	if (r == 0)
		r = flush(&w, "item-opened", &w.opened, err);
	if (r == 0)
		r = flush(&w, "item-cleared", &w.cleared, err);
	if (r == 0 && w.touched)
		r = accounts_touch(db, w.account_id, err);
	json_decref(w.opened);
	json_decref(w.cleared);
	return r;
}

/* ---- what is no longer in the list ---- */

static int
close_gone(struct writer *w, const struct item_key *key, struct err *err)
{
	struct item_row old, new;
	int r;

	r = items_find(w->db, w->d->company_id, w->d->source.id, key, &old,
	    err);
	if (r <= 0)
		return r;
	new = old;
	new.state = ITEM_IS_CLEARED;
	new.balance = 0;
	new.as_of = w->d->o->as_of;
	cleared(w, key->document, &old, "not in list");
	if (items_put(w->db, &new, w->d->now, "not in list", err) < 0)
		return -1;
	return dispute(w, &old, &new, err);
}

static int
by_account(const void *a, const void *b)
{
	const struct gone *x = a, *y = b;

	if (x->account_id != y->account_id)
		return x->account_id < y->account_id ? -1 : 1;
	return strcmp(x->key.document, y->key.document);
}

int
write_gone(struct diff *d, struct db *db, struct err *err)
{
	struct writer w = { .d = d, .db = db };
	size_t i;
	int r = 0;

	if (d->n_gone == 0)
		return 0;
	qsort(d->gone, d->n_gone, sizeof(d->gone[0]), by_account);
	for (i = 0; r == 0 && i < d->n_gone; i++) {
		w.account_id = d->gone[i].account_id;
		r = close_gone(&w, &d->gone[i].key, err);
		if (r == 0 && (i + 1 == d->n_gone ||
		    d->gone[i + 1].account_id != w.account_id)) {
			r = flush(&w, "item-cleared", &w.cleared, err);
			if (r == 0)
				r = accounts_touch(db, w.account_id, err);
		}
	}
	json_decref(w.cleared);
	return r;
}

/* ---- reported payments that the ledger now knows about ---- */

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

int
write_superseded(struct diff *d, struct db *db, struct err *err)
{
	struct provisional l = { .d = d };
	struct writer w = { .d = d, .db = db };
	char amount[MONEY_TEXT_MAX];
	struct money m;
	size_t i;

	if (payments_each_provisional(db, d->company_id, d->source.id,
	    d->o->as_of, keep_payment, &l, err) < 0)
		return -1;
	for (i = 0; i < l.n; i++) {
		m.minor = l.rows[i].amount;
		memcpy(m.cur, l.rows[i].cur, MONEY_CUR_MAX);
		w.account_id = l.rows[i].account_id;
		if (payments_supersede(db, l.rows[i].id, err) < 0 ||
		    event(&w, "payment-superseded", json_pack(
		    "{s:s, s:s, s:s, s:o}", "reference", l.rows[i].reference,
		    "amount", money_format(m, amount), "currency", m.cur,
		    "item", text_or_null(l.rows[i].document)), err) < 0 ||
		    accounts_touch(db, w.account_id, err) < 0)
			return -1;
	}
	d->result->counts.payments_superseded = l.n;
	return 0;
}

