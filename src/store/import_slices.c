/* import_slices.c - the parts of an import in an order that is right at each
 * moment in between, so that messages may go out meanwhile: what is gone from
 * the list first, then one account after the other, each in one piece, then
 * the dates of what stayed as it was. */
#include "store/import_diff.h"

#include "base/clock.h"

#define SLICED_WORK 3000	/* from here on, in slices */
#define SLICE_MS 40		/* of the 100 that a transaction may take */

static size_t
count_gone(const struct diff *d)
{
	return d->n_gone;
}

static size_t
count_accounts(const struct diff *d)
{
	return stage_accounts(d->stage);
}

static size_t
count_dates(const struct diff *d)
{
	return d->o->full ? (size_t)(d->last_item / DATES_AT_ONCE) + 1 :
	    stage_rows(d->stage);
}

static const struct part {
	size_t (*count)(const struct diff *d);
	int (*write)(struct diff *d, struct db *db, size_t i,
	    struct err *err);
} parts[] = {
	{ count_gone, write_gone },
	{ count_accounts, write_account },
	{ count_dates, write_dates },
};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

bool
slices_wanted(const struct diff *d)
{
	return stage_rows(d->stage) + d->n_gone + (d->o->full ? d->n_open :
	    0) > SLICED_WORK;
}

/* From *at on until the time is up. */
static int
write_some(const struct part *part, struct diff *d, struct db *db,
    int64_t until, size_t *at, struct err *err)
{
	size_t n = part->count(d);
	int k;

	while (*at < n) {
		k = part->write(d, db, *at, err);
		if (k < 0)
			return -1;
		*at += (size_t)k;
		if (clock_mono_ms() >= until)
			break;
	}
	return 0;
}

int
slices_at_once(struct diff *d, struct db *db, struct err *err)
{
	size_t i, at;

	for (i = 0; i < PARTS; i++) {
		at = 0;
		if (write_some(&parts[i], d, db, INT64_MAX, &at, err) < 0)
			return -1;
	}
	return 0;
}

struct slice {
	struct diff *d;
	store_tx_fn first;
	const struct part *part;
	size_t at, done;
	int64_t began;			/* monotonic */
};

static int
slice_tx(struct db *db, void *arg, struct err *err)
{
	struct slice *s = arg;
	int64_t ms = clock_mono_ms();

	s->done = s->at;
	if (s->first(db, s->d, err) < 0 || imports_alive(db, s->d->running,
	    s->d->now + (ms - s->began) / 1000, err) < 0)
		return -1;
	return write_some(s->part, s->d, db, ms + SLICE_MS, &s->done, err);
}

int
slices_run(struct diff *d, store_tx_fn first, struct err *err)
{
	struct slice s = { .d = d, .first = first,
		.began = clock_mono_ms() };
	size_t i, n, all = 0, before = 0;

	for (i = 0; i < PARTS; i++)
		all += parts[i].count(d);
	for (i = 0; i < PARTS; i++, before += n) {
		s.part = &parts[i];
		n = s.part->count(d);
		for (s.at = 0; s.at < n; s.at = s.done) {
			if (store_tx(d->db, slice_tx, &s, err) < 0)
				return -1;
			db_let_others(d->db);
			if (d->o->progress != NULL)
				d->o->progress("writing",
				    (int64_t)(before + s.done), (int64_t)all,
				    d->o->progress_arg);
		}
	}
	return 0;
}
