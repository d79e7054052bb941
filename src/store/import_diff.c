#include "store/import_diff.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MAX 200
#define PROGRESS_ACCOUNTS 2048

static const char *const fields[FIELD_COUNT] = {
	[FIELD_ACCOUNT] = "account", [FIELD_KIND] = "kind",
	[FIELD_ISSUED] = "issued", [FIELD_DUE] = "due",
	[FIELD_AMOUNT] = "amount", [FIELD_BALANCE] = "balance",
	[FIELD_CURRENCY] = "currency", [FIELD_PAID] = "paid",
	[FIELD_DISPUTED] = "disputed", [FIELD_BLOCKED] = "blocked" };

const char *
diff_field(enum item_field f)
{
	return fields[f];
}

static const char *
day_value(int32_t day, char *buf)
{
	return day == DATE_NONE ? NULL : date_format(day, buf);
}

static const char *
money_value(int64_t minor, const char *cur, char *buf)
{
	struct money m = { .minor = minor };

	memcpy(m.cur, cur, MONEY_CUR_MAX);
	return money_format(m, buf);
}

const char *
diff_value(enum item_field f, const struct item_row *row, char *buf)
{
	switch (f) {
	case FIELD_KIND:
		return item_kind_name(row->kind);
	case FIELD_ISSUED:
		return day_value(row->issued, buf);
	case FIELD_DUE:
		return day_value(row->due, buf);
	case FIELD_PAID:
		return day_value(row->paid, buf);
	case FIELD_AMOUNT:
		return money_value(row->amount, row->cur, buf);
	case FIELD_BALANCE:
		return money_value(row->balance, row->cur, buf);
	case FIELD_CURRENCY:
		return row->cur;
	case FIELD_DISPUTED:
		return row->disputed ? "yes" : "no";
	case FIELD_BLOCKED:
		return row->blocked;
	default:
		return NULL;
	}
}

struct item_key
diff_key(const struct stage_row *row)
{
	struct item_key key = { row->document, row->year, row->line };

	return key;
}

unsigned
diff_item(const struct diff *d, const struct stage_row *row,
    int64_t account_id, const struct item_row *old,
    struct item_row *ret_item)
{
	struct item_row w = { .account_id = account_id,
		.kind = (enum item_kind)row->kind, .issued = row->issued,
		.due = row->due, .paid = row->paid, .amount = row->amount,
		.balance = row->balance, .as_of = d->o->as_of,
		.disputed = row->disputed == 1 };
	unsigned bits = 0;

	memcpy(w.cur, row->cur, MONEY_CUR_MAX);
	if (row->blocked != NULL)
		snprintf(w.blocked, sizeof(w.blocked), "%s", row->blocked);
	w.state = w.balance == 0 ? ITEM_IS_CLEARED : ITEM_IS_OPEN;
	if (old != NULL) {
		w.id = old->id;
		if (w.issued == DATE_NONE)
			w.issued = old->issued;
		if (w.paid == DATE_NONE && w.balance == 0)
			w.paid = old->paid;
		if (row->disputed < 0)
			w.disputed = old->disputed;
		if (row->blocked == NULL)
			memcpy(w.blocked, old->blocked, sizeof(w.blocked));
		if (row->amount_unknown && llabs(old->amount) >=
		    llabs(row->balance))
			w.amount = old->amount;
		bits |= (w.account_id != old->account_id) << FIELD_ACCOUNT;
		bits |= (w.kind != old->kind) << FIELD_KIND;
		bits |= (w.issued != old->issued) << FIELD_ISSUED;
		bits |= (w.due != old->due) << FIELD_DUE;
		bits |= (w.amount != old->amount) << FIELD_AMOUNT;
		bits |= (w.balance != old->balance ||
		    w.state != old->state) << FIELD_BALANCE;
		bits |= (strcmp(w.cur, old->cur) != 0) << FIELD_CURRENCY;
		bits |= (w.paid != old->paid) << FIELD_PAID;
		bits |= (w.disputed != old->disputed) << FIELD_DISPUTED;
		bits |= (strcmp(w.blocked, old->blocked) != 0) <<
		    FIELD_BLOCKED;
	}
	*ret_item = w;
	return bits;
}

static void say(struct diff *d, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
say(struct diff *d, const char *fmt, ...)
{
	struct import_result *r = d->result;
	va_list ap;

	r->total_lines++;
	if (!d->o->dry_run || r->n_lines == LINES_MAX)
		return;
	if (r->lines == NULL)
		r->lines = mem_array(d->stage, char *, LINES_MAX);
	va_start(ap, fmt);
	r->lines[r->n_lines++] = mem_check(talloc_vasprintf(d->stage, fmt,
	    ap));
	va_end(ap);
}

static void
say_item(struct diff *d, const struct stage_row *row, const char *what,
    const struct item_row *item)
{
	char amount[MONEY_TEXT_MAX], due[DATE_TEXT_MAX];

	say(d, "%s %s: %s %s %s, due %s", stage_account_at(d->stage,
	    row->account)->code, row->document, what, item->cur,
	    money_value(item->state == ITEM_IS_OPEN ? item->balance :
	    item->amount, item->cur, amount), date_format(item->due, due));
}

static void
say_fields(struct diff *d, const struct stage_row *row, unsigned bits,
    const struct item_row *old, const struct item_row *new)
{
	char a[MONEY_TEXT_MAX], b[MONEY_TEXT_MAX];
	const char *from, *to;
	int f;

	for (f = 0; f < FIELD_COUNT; f++) {
		if ((bits & FIELD_BIT(f)) == 0)
			continue;
		from = diff_value(f, old, a);
		to = diff_value(f, new, b);
		say(d, "%s %s: %s %s -> %s", stage_account_at(d->stage,
		    row->account)->code, row->document, fields[f],
		    f == FIELD_ACCOUNT ? "another" : from != NULL ? from :
		    "unknown", f == FIELD_ACCOUNT ? "this one" :
		    to != NULL ? to : "unknown");
	}
}

static int
look_row(struct diff *d, struct stage_account *a, struct stage_row *row,
    int64_t account_id, struct err *err)
{
	struct import_counts *n = &d->result->counts;
	struct item_key key = diff_key(row);
	struct item_row old, new;
	unsigned bits;
	int r = 0;

	if (d->source.id != 0 && (r = items_find(d->db, d->company_id,
	    d->source.id, &key, &old, err)) < 0)
		return -1;
	bits = diff_item(d, row, account_id, r == 1 ? &old : NULL, &new);
	row->mark = r == 0 ? ROW_NEW : bits != 0 ? ROW_CHANGED :
	    old.as_of < new.as_of && old.state == ITEM_IS_OPEN ? ROW_DATED :
	    ROW_SAME;
	if (row->mark == ROW_NEW) {
		n->items_new++;
		say_item(d, row, new.state == ITEM_IS_OPEN ? "new, open" :
		    "new, cleared", &new);
	} else if (bits != 0 && new.state != old.state) {
		if (new.state == ITEM_IS_OPEN)
			n->items_reopened++;
		else
			n->items_cleared++;
		say_item(d, row, new.state == ITEM_IS_OPEN ? "reopened" :
		    "cleared", &new);
	} else if (bits != 0) {
		n->items_changed++;
		say_fields(d, row, bits, &old, &new);
	}
	if (row->mark == ROW_NEW || row->mark == ROW_CHANGED)
		a->changed = true;
	return 0;
}

static void
say_text(struct diff *d, const struct stage_account *a, const char *field,
    const char *old, const char *new)
{
	if (!diff_same_text(old, new))
		say(d, "%s: %s %s -> %s", a->code, field, old != NULL ? old :
		    "unknown", new != NULL ? new : "unknown");
}

/* What will keep this customer from being written to, or at good hours. */
static void
lacks(struct diff *d, const struct stage_account *a,
    const struct contact_row *contacts, size_t n, const char *zone)
{
	bool mail = a->attr[ATTR_EMAIL] != NULL;
	size_t i;

	for (i = 0; i < n; i++)
		mail |= contacts[i].kind == ADDRESS_EMAIL &&
		    !contacts[i].closed;
	d->result->counts.without_mail += !mail;
	d->result->counts.without_zone += zone == NULL;
}

static int
look_customer(struct diff *d, void *tmp, const struct stage_account *a,
    const struct party_row *p, bool *ret_changed, struct err *err)
{
	struct diff_address list[DIFF_ADDRESSES];
	struct contact_row *contacts;
	struct party_facts want;
	size_t n, n_contacts, i, before = d->result->total_lines;

	diff_party(d, a, &p->facts, &want);
	say_text(d, a, "name", p->facts.name, want.name);
	say_text(d, a, "language", p->facts.language, want.language);
	say_text(d, a, "country", p->facts.country, want.country);
	say_text(d, a, "zone", p->facts.zone, want.zone);
	say_text(d, a, "credit limit", p->facts.credit, want.credit);
	if (contacts_list(tmp, d->db, p->account_id, &contacts, &n_contacts,
	    err) < 0)
		return -1;
	n = diff_addresses(a, contacts, n_contacts, list);
	for (i = 0; i < n; i++)
		if (list[i].add)
			say(d, "%s: new contact %s", a->code, list[i].value);
	for (i = 0; i < n_contacts; i++)
		if (diff_dropped(&contacts[i], a, list, n))
			say(d, "%s: contact %s is no longer named", a->code,
			    contacts[i].value);
	*ret_changed = d->result->total_lines != before;
	lacks(d, a, contacts, n_contacts, want.zone);
	return 0;
}

static int
look_account(struct diff *d, uint32_t index, struct err *err)
{
	struct stage_account *a = stage_account_at(d->stage, index);
	struct import_counts *n = &d->result->counts;
	void *tmp = talloc_new(d->stage);
	struct party_facts want;
	struct party_row p;
	uint32_t i;
	int r;

	/* Nothing of it is there as of this date. */
	if (a->first == STAGE_NONE) {
		talloc_free(tmp);
		return 0;
	}
	r = parties_find(tmp, d->db, d->company_id, a->code, &p, err);
	if (r == 0) {
		n->accounts_new++;
		a->changed = true;
		p.account_id = -1;
		diff_party(d, a, NULL, &want);
		lacks(d, a, NULL, 0, want.zone);
		say(d, "%s: new account, %s", a->code,
		    a->attr[ATTR_NAME] != NULL ? a->attr[ATTR_NAME] :
		    a->code);
	} else if (r == 1 && !p.alias && !p.erased) {
		r = look_customer(d, tmp, a, &p, &a->changed, err);
		n->accounts_changed += r == 0 && a->changed;
	}
	for (i = a->first; r >= 0 && i != STAGE_NONE;
	    i = stage_row_at(d->stage, i)->next)
		r = look_row(d, a, stage_row_at(d->stage, i), p.account_id,
		    err);
	talloc_free(tmp);
	return r < 0 ? -1 : 0;
}

/* ---- what is absent, and whether the list shrank ---- */

struct worth {
	char cur[MONEY_CUR_MAX];
	size_t items;
	int64_t before, now;
};

struct absent {
	struct diff *d;
	size_t before, now;
	struct worth worth[STAGE_CURRENCIES_MAX];
	size_t n_worth;
};

static struct worth *
worth_of(struct absent *a, const char *cur)
{
	size_t i;

	for (i = 0; i < a->n_worth; i++)
		if (strcmp(a->worth[i].cur, cur) == 0)
			return &a->worth[i];
	if (a->n_worth == STAGE_CURRENCIES_MAX)
		return &a->worth[STAGE_CURRENCIES_MAX - 1];
	memcpy(a->worth[a->n_worth].cur, cur, MONEY_CUR_MAX);
	return &a->worth[a->n_worth++];
}

static int
see_open(const struct item_key *key, const struct item_row *row, void *arg)
{
	struct absent *a = arg;
	struct diff *d = a->d;
	struct worth *w = worth_of(a, row->cur);
	struct gone *g;

	a->before++;
	w->items++;
	if (row->balance > 0)
		w->before += row->balance;
	if (stage_find(d->stage, key->document, key->year, key->line) != NULL)
		return 0;
	if (!d->o->full) {
		d->result->counts.open_absent++;
		return 0;
	}
	if ((d->n_gone & (d->n_gone - 1)) == 0)	/* grow at powers of two */
		d->gone = mem_grow(d->stage, d->gone, struct gone,
		    d->n_gone == 0 ? 1 : d->n_gone * 2);
	g = &d->gone[d->n_gone++];
	g->account_id = row->account_id;
	g->key = *key;
	g->key.document = stage_text(d->stage, key->document);
	d->result->counts.items_gone++;
	say(d, "%s: not in the list, cleared", key->document);
	return 0;
}

static bool
fell(int64_t before, int64_t now)
{
	return (__int128)now * 100 <
	    (__int128)before * (100 - IMPORT_SHRINK_PERCENT);
}

/* The value of a currency that few items have swings too much to tell
 * anything; the number of items stands for those. */
static void
shrink(struct absent *a)
{
	char from[MONEY_TEXT_MAX], to[MONEY_TEXT_MAX];
	struct import_result *r = a->d->result;
	const struct worth *w;
	size_t i;

	if (fell((int64_t)a->before, (int64_t)a->now)) {
		snprintf(r->why, sizeof(r->why), "%zu open items, %zu before",
		    a->now, a->before);
		return;
	}
	for (i = 0; i < a->n_worth; i++) {
		w = &a->worth[i];
		if ((w->items >= 5 || w->items * 5 >= a->before) &&
		    fell(w->before, w->now)) {
			snprintf(r->why, sizeof(r->why), "%s %s open, %s "
			    "before", w->cur, money_value(w->now, w->cur, to),
			    money_value(w->before, w->cur, from));
			return;
		}
	}
}

static int
look_absent(struct diff *d, struct err *err)
{
	struct absent *a;
	struct stage_row *row;
	size_t i;

	if (d->source.id == 0)
		return 0;
	a = mem_new(d->stage, struct absent);
	a->d = d;
	if (items_each_open(d->db, d->company_id, d->source.id, see_open, a,
	    err) < 0 || items_last(d->db, &d->last_item, err) < 0)
		return -1;
	d->n_open = a->before;
	for (i = 0; i < stage_rows(d->stage); i++) {
		row = stage_row_at(d->stage, (uint32_t)i);
		a->now += row->balance != 0;
		if (row->balance > 0)
			worth_of(a, row->cur)->now += row->balance;
	}
	if (d->o->full)
		shrink(a);
	return 0;
}

bool
diff_shrunk(const struct import_result *r)
{
	return r->why[0] != '\0';
}

int
diff_make(struct diff *d, struct err *err)
{
	size_t i, n = stage_accounts(d->stage);

	for (i = 0; i < n; i++) {
		if (look_account(d, (uint32_t)i, err) < 0)
			return -1;
		if (d->o->progress != NULL && i % PROGRESS_ACCOUNTS == 0)
			d->o->progress("comparing", (int64_t)i, (int64_t)n,
			    d->o->progress_arg);
	}
	return look_absent(d, err) < 0 ? -1 : look_receipts(d, err);
}
