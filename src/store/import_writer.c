#include "store/import_writer.h"

#include "base/clock.h"
#include "base/mem.h"
#include "store/accounts.h"
#include "store/holds.h"

#include <stdio.h>
#include <stdlib.h>

static void
keep(struct writer *w, const char *kind, const char *payload)
{
	/* Grows at powers of two. */
	if ((w->n_events & (w->n_events - 1)) == 0)
		w->events = mem_grow(w->tmp, w->events, struct event_new,
		    w->n_events == 0 ? 1 : w->n_events * 2);
	w->events[w->n_events].kind = kind;
	w->events[w->n_events++].payload = payload;
}

int
writer_event(struct writer *w, const char *kind, json_t *payload,
    struct err *err)
{
	char *text;

	if (payload == NULL)	/* json_pack takes no malformed UTF-8 */
		return err_set(err, ERR_PERM, "event %s: its text is not "
		    "UTF-8", kind);
	text = mem_check(json_dumps(payload, JSON_COMPACT | JSON_SORT_KEYS));
	keep(w, kind, mem_str(w->tmp, text));
	free(text);
	json_decref(payload);
	return 0;
}

json_t *
writer_text(const char *s)
{
	return s == NULL ? json_null() : json_string(s);
}

int
writer_corrected(struct writer *w, const char *item, const char *field,
    const char *old, const char *new, struct err *err)
{
	json_t *o = json_object();

	if (item != NULL)
		json_object_set_new(o, "item", json_string(item));
	json_object_set_new(o, "field", json_string(field));
	json_object_set_new(o, "old", writer_text(old));
	json_object_set_new(o, "new", writer_text(new));
	return writer_event(w, "corrected", o, err);
}

static void
member(struct text *t, const char *name, const char *value)
{
	if (value == NULL)
		return;
	if (text_str(t)[text_len(t) - 1] != '{')
		text_addc(t, ',');
	text_addc(t, '"');
	text_add(t, name);
	text_addn(t, "\":", 2);
	text_add_json(t, value);
}

/* By hand: a long list is made of these.  Names in order. */
static void
object(struct text *t, const char *document, const struct item_row *row,
    const char *why)
{
	static const enum item_field before[] = { FIELD_AMOUNT,
		FIELD_BALANCE, FIELD_CURRENCY, FIELD_DUE, FIELD_ISSUED };
	static const enum item_field after[] = { FIELD_KIND, FIELD_PAID };
	char buf[MONEY_TEXT_MAX];
	size_t i;

	text_addc(t, '{');
	for (i = 0; i < sizeof(before) / sizeof(before[0]); i++)
		member(t, diff_field(before[i]), diff_value(before[i], row,
		    buf));
	member(t, "item", document);
	for (i = 0; i < sizeof(after) / sizeof(after[0]); i++)
		member(t, diff_field(after[i]), diff_value(after[i], row,
		    buf));
	member(t, "why", why);
	text_addc(t, '}');
}

void
writer_item(struct writer *w, const char *document,
    const struct item_row *row, const char *why)
{
	struct text **list = why != NULL ? &w->cleared : &w->opened;

	if (*list == NULL) {
		*list = text_new(w->tmp);
		text_add(*list, "{\"items\":[");
	} else
		text_addc(*list, ',');
	object(*list, document, row, why);
}

void
writer_reopened(struct writer *w, const char *document,
    const struct item_row *row)
{
	struct text *t = text_new(w->tmp);

	object(t, document, row, NULL);
	keep(w, "reopened", text_str(t));
}

static void
flush(struct writer *w, const char *kind, struct text **list)
{
	if (*list == NULL)
		return;
	text_add(*list, "]}");
	keep(w, kind, text_str(*list));
	*list = NULL;
}

int
writer_say(struct writer *w, struct err *err)
{
	flush(w, "item-opened", &w->opened);
	flush(w, "item-cleared", &w->cleared);
	if (events_append_all(w->db, w->d->company_id, w->account_id,
	    w->d->now, IMPORT_ACTOR, w->events, w->n_events, NULL, err) < 0)
		return -1;
	w->touched |= w->n_events > 0;
	w->n_events = 0;
	return 0;
}

int
writer_end(struct writer *w, struct err *err)
{
	if (writer_say(w, err) < 0)
		return -1;
	/* A new account was never planned. */
	return w->is_new || !w->touched ? 0 :
	    accounts_touch(w->db, w->account_id, err);
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
	if (writer_say(w, err) < 0)
		return -1;
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

int
writer_flags(struct writer *w, const struct item_row *old,
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
