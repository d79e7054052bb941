#include "store/import_diff.h"

#include "base/mem.h"
#include "base/text.h"
#include "store/accounts.h"
#include "store/events.h"
#include "store/tasks.h"

#include <stdio.h>
#include <string.h>

#define IMPORT_TASK "import-shrunk"
#define BULK_ROWS 100000	/* from here on, more memory for pages */
#define BULK_CACHE 96		/* MiB */
#define STALE_DAYS 2	/* accounts may be held because the ledger was old */

const char *
import_state_name(enum import_state s)
{
	static const char *const names[] = { [IMPORT_APPLIED] = "applied",
		[IMPORT_UNCHANGED] = "unchanged",
		[IMPORT_WAITING] = "waiting",
		[IMPORT_DRY_RUN] = "dry-run" };

	return names[s];
}

static json_t *
counts_json(const struct diff *d)
{
	const struct import_counts *c = &d->result->counts;

	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
	    "accounts_new", (json_int_t)c->accounts_new,
	    "accounts_changed", (json_int_t)c->accounts_changed,
	    "items_new", (json_int_t)c->items_new,
	    "items_changed", (json_int_t)c->items_changed,
	    "items_cleared", (json_int_t)c->items_cleared,
	    "items_gone", (json_int_t)c->items_gone,
	    "items_reopened", (json_int_t)c->items_reopened,
	    "receipts_new", (json_int_t)c->receipts_new,
	    "receipts_gone", (json_int_t)c->receipts_gone);
}

static bool
changes(const struct import_counts *c)
{
	return c->accounts_new + c->accounts_changed + c->items_new +
	    c->items_changed + c->items_cleared + c->items_gone +
	    c->items_reopened +
	    c->payments_superseded + c->receipts_new + c->receipts_gone > 0;
}

static void
record_of(const struct diff *d, const char *state, struct import_row *row)
{
	memset(row, 0, sizeof(*row));
	row->source_id = d->source.id;
	row->full = d->o->full;
	row->as_of = d->o->as_of;
	row->file = d->files;
	row->hash = d->summary->hash;
	row->state = state;
	row->rows = (int64_t)d->summary->rows;
	row->actor = d->actor;
}

static int
record(struct diff *d, struct db *db, const char *state, struct err *err)
{
	json_t *counts = counts_json(d);
	char *text = json_dumps(counts, JSON_COMPACT | JSON_SORT_KEYS);
	struct import_row row;
	int64_t id;
	int r;

	record_of(d, state, &row);
	row.summary = text;
	r = d->running != 0 ? imports_end(db, d->running, &row, d->now,
	    err) : imports_add(db, &row, d->now, &id, err);
	free(text);
	json_decref(counts);
	return r;
}

static int
company_event(struct diff *d, struct db *db, const char *kind,
    struct err *err)
{
	char day[DATE_TEXT_MAX];
	json_t *o = counts_json(d);

	json_object_set_new(o, "as_of", json_string(date_format(d->o->as_of,
	    day)));
	json_object_set_new(o, "files", json_string(d->files));
	json_object_set_new(o, "mode", json_string(d->o->full ? "full" :
	    "delta"));
	json_object_set_new(o, "source", json_string(d->o->source));
	if (diff_shrunk(d->result))
		json_object_set_new(o, "shrunk", json_string(d->result->why));
	return events_append(db, d->company_id, 0, d->now, kind, d->actor, o,
	    NULL, err);
}

/* The comparison was made before the transaction: another import of this
 * source in between makes it worthless. */
static int
source_tx(struct diff *d, struct db *db, struct err *err)
{
	struct source_row s;
	int r = sources_find(db, d->company_id, d->o->source, &s, err);

	if (r < 0)
		return -1;
	if (r == 0)
		return sources_add(db, d->company_id, d->o->source,
		    &d->source, err);
	if (s.id != d->source.id || s.last != d->source.last)
		return err_set(err, ERR_TEMP, "another import of source '%s' "
		    "came in between: run this one again", d->o->source);
	return 0;
}

/* A full list that waits is overtaken by another one only; accounts that this
 * file does not name were held for it, or because the ledger was old. */
static int
overtake(struct diff *d, struct db *db, struct err *err)
{
	bool wake = d->source.as_of != DATE_NONE &&
	    d->o->as_of - d->source.as_of > STALE_DAYS;
	int n = 0, left;

	if (d->o->full && (n = imports_overtake(db, d->source.id, err)) < 0)
		return -1;
	left = n == 0 ? 1 : imports_waiting(db, d->company_id, err);
	if (left < 0 || (left == 0 && tasks_close_reason(db, d->company_id,
	    0, IMPORT_TASK, d->now, d->actor, "a full list was applied",
	    err) < 0))
		return -1;
	return n > 0 || wake ? accounts_touch_company(db, d->company_id,
	    err) : 0;
}

/* What speaks of the import as a whole. */
static int
finish(struct diff *d, struct db *db, struct err *err)
{
	if (write_superseded(d, db, err) < 0 || overtake(d, db, err) < 0 ||
	    sources_date(db, d->source.id, d->o->as_of, d->o->full, err) < 0
	    || record(d, db, "applied", err) < 0)
		return -1;
	return company_event(d, db, "imported", err);
}

static int
apply_tx(struct db *db, void *arg, struct err *err)
{
	struct diff *d = arg;
	struct source_row seen = d->source;	/* this may run again */

	if (source_tx(d, db, err) == 0 && write_receipts(d, db, err) == 0 &&
	    slices_at_once(d, db, err) == 0 && finish(d, db, err) == 0)
		return 0;
	d->source = seen;
	return -1;
}

static int
wait_tx(struct db *db, void *arg, struct err *err)
{
	struct diff *d = arg;
	struct task_new t = { .company_id = d->company_id,
		.reason = IMPORT_TASK, .detail = d->result->why };
	int64_t id;
	bool is_new;

	if (source_tx(d, db, err) < 0 ||
	    imports_overtake(db, d->source.id, err) < 0 ||
	    record(d, db, "waiting", err) < 0 ||
	    company_event(d, db, "import-waiting", err) < 0 ||
	    accounts_touch_company(db, d->company_id, err) < 0)
		return -1;
	return tasks_open(db, &t, d->now, d->actor, &id, &is_new, err);
}

/* Receipts first: they may hold anybody. */
static int
begin_tx(struct db *db, void *arg, struct err *err)
{
	struct diff *d = arg;
	struct source_row seen = d->source;
	struct import_row row;
	int r = source_tx(d, db, err);

	record_of(d, "running", &row);
	row.summary = "{}";
	if (r == 0 && imports_add(db, &row, d->now, &d->running, err) == 0 &&
	    write_receipts(d, db, err) == 0)
		return 0;
	d->source = seen;
	return -1;
}

static int
same_source(struct db *db, void *arg, struct err *err)
{
	return source_tx(arg, db, err);
}

static int
end_tx(struct db *db, void *arg, struct err *err)
{
	struct diff *d = arg;

	return source_tx(d, db, err) < 0 ? -1 : finish(d, db, err);
}

/* Long lists, so that others can write meanwhile. */
static int
apply_slices(struct diff *d, struct err *err)
{
	if (store_tx(d->db, begin_tx, d, err) < 0)
		return -1;
	d->source.last = d->running;
	if (slices_run(d, same_source, err) < 0)
		return -1;
	return store_tx(d->db, end_tx, d, err);
}

static int
look(struct diff *d, struct err *err)
{
	int r;

	if (db_snapshot_begin(d->db, err) < 0)
		return -1;
	r = diff_make(d, err);
	db_snapshot_end(d->db);
	return r;
}

static int
older(const struct diff *d, struct err *err)
{
	char is[DATE_TEXT_MAX], was[DATE_TEXT_MAX];

	return err_set(err, ERR_PERM, "%s is as of %s, older than what was "
	    "imported last from source '%s' (as of %s): nothing was changed",
	    d->files, date_format(d->o->as_of, is), d->o->source,
	    date_format(d->source.as_of, was));
}

static char *
file_names(struct staging *s)
{
	struct text *t = text_new(s);
	size_t i;

	for (i = 0; i < stage_files(s); i++)
		text_addf(t, "%s%s", i > 0 ? ", " : "",
		    stage_file(s, (uint32_t)i));
	return mem_strn(s, text_str(t), text_len(t) > 1000 ? 1000 :
	    text_len(t));
}

/* What is left to do once the difference is known. */
static int
act(struct diff *d, struct err *err)
{
	struct import_result *r = d->result;
	struct import_row row;
	int waiting;

	if (d->o->dry_run) {
		r->state = IMPORT_DRY_RUN;
		return 0;
	}
	record_of(d, "waiting", &row);
	if (diff_shrunk(r) && !d->o->confirm) {
		r->state = IMPORT_WAITING;
		waiting = imports_is_waiting(d->db, &row, err);
		return waiting != 0 ? waiting < 0 ? -1 : 0 :
		    store_tx(d->db, wait_tx, d, err);
	}
	sort_gone(d);
	if (slices_wanted(d) ? apply_slices(d, err) < 0 :
	    store_tx(d->db, apply_tx, d, err) < 0)
		return -1;
	r->state = changes(&r->counts) ? IMPORT_APPLIED : IMPORT_UNCHANGED;
	return 0;
}

int
import_apply(void *owner, struct db *db, int64_t company_id,
    struct staging *s, const struct import_options *o,
    const struct import_summary *summary, int64_t now, const char *actor,
    struct import_result *ret_result, struct err *err)
{
	struct import_result *result = mem_new(s, struct import_result);
	struct diff d = { .db = db, .company_id = company_id, .stage = s,
		.o = o, .summary = summary, .now = now, .actor = actor,
		.result = result, .files = file_names(s) };
	struct import_row row;
	int r;

	d.source.as_of = DATE_NONE;
	r = sources_find(db, company_id, o->source, &d.source, err);
	if (r < 0)
		return -1;
	if (d.source.as_of != DATE_NONE && o->as_of < d.source.as_of)
		return older(&d, err);
	record_of(&d, "applied", &row);
	r = d.source.id == 0 ? 0 : imports_is_last(db, &row, err);
	if (r < 0)
		return -1;
	result->state = IMPORT_UNCHANGED;
	if (stage_rows(s) > BULK_ROWS && db_set_cache(db, BULK_CACHE,
	    err) < 0)
		return -1;
	if (r == 0 && (look(&d, err) < 0 || act(&d, err) < 0))
		return -1;
	*ret_result = *result;
	return 0;
}
