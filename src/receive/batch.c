#include "receive/batch.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "core/zone.h"
#include "receive/apply.h"
#include "receive/hooks.h"
#include "store/inbox.h"

#define ACTOR "reader"

struct rows {
	struct batch *b;
	struct inbox_row *row;
	json_t *answer[BATCH_ROWS];	/* NULL: held, or another's */
	size_t n;
};

struct held {
	const struct inbox_row *row;
	const char *why;
	int64_t now;
};

static int
hold_tx(struct db *db, void *arg, struct err *err)
{
	const struct held *h = arg;
	int r;

	r = inbox_hold(db, h->row->company_id, h->row->id, h->why, h->now,
	    ACTOR, err);
	return r < 0 ? -1 : 0;
}

static int
hold(struct batch *b, const struct inbox_row *row, const char *why,
    struct err *err)
{
	struct held h = { row, why, clock_now() };

	log_warn("held inbox=%lld", (long long)row->id);
	return store_tx(b->db, hold_tx, &h, err);
}

/* Before anything is tried: what ends this process counts too. */
static int
try_tx(struct db *db, void *arg, struct err *err)
{
	struct rows *r = arg;
	size_t i;

	for (i = 0; i < r->n; i++)
		if (r->row[i].tries < BATCH_TRIES && inbox_try(db,
		    r->row[i].id, r->row[i].tries, err) < 0)
			return -1;
	return 0;
}

static int
try_again_tx(struct db *db, void *arg, struct err *err)
{
	const struct inbox_row *row = arg;

	return inbox_try(db, row->id, row->tries, err) < 0 ? -1 : 0;
}

int
batch_hear(struct batch *b, const struct inbox_row *row, json_t **ret_answer,
    struct err *err)
{
	const struct config_company *co = b->company;
	struct child_mail m = {
		.raw = row->raw,
		.len = row->len,
		.received_at = row->received_at,
		.tz = co->zone != NULL ? zone_name(co->zone) : NULL,
		.country = co->country,
	};

	if (hooks_is_call(row))
		return hooks_ask(b->child, b->config, co, row, ret_answer,
		    err);
	return child_ask(b->child, &m, CHILD_WAIT_MS, ret_answer, err);
}

/* The row is counted once.  1: answered, 0: held. */
static int
ask(struct batch *b, struct inbox_row *row, json_t **ret_answer,
    struct err *err)
{
	struct err why = { ERR_NONE, "" };
	int deaths;

	if (row->tries >= BATCH_TRIES)
		return hold(b, row, "the reader ended twice while it read it",
		    err);
	for (deaths = 1; ; deaths++) {
		row->tries++;
		if (batch_hear(b, row, ret_answer, &why) == 0)
			return 1;
		if (why.kind != ERR_PERM)
			return err_set(err, why.kind, "%s", why.text);
		if (deaths == BATCH_DEATHS)
			return hold(b, row, why.text, err);
		if (store_tx(b->db, try_again_tx, row, err) < 0)
			return -1;
	}
}

/* What a gateway called us with. */
static int
call(struct batch *b, struct inbox_row *row, struct err *err)
{
	struct err why = { ERR_NONE, "" };
	json_t *answer = NULL;
	int r = ask(b, row, &answer, err);

	if (r <= 0)
		return r;
	r = hooks_apply(b->db, b->company, row, answer, &why);
	json_decref(answer);
	if (r >= 0)
		return 0;
	if (why.kind == ERR_TEMP || why.kind == ERR_CONFIG)
		return err_set(err, why.kind, "%s", why.text);
	return hold(b, row, why.text, err);
}

/* Rows i to i + n, which may stop before their end; *ret_n were done. */
static int
apply(struct rows *r, size_t i, size_t n, size_t *ret_n, struct err *err)
{
	struct apply a = { .config = r->b->config, .company = r->b->company,
	    .rows = &r->row[i], .answers = &r->answer[i], .n = n,
	    .now = clock_now() };

	if (apply_mails(r->b->db, &a, err) < 0)
		return -1;
	*ret_n = a.done;
	return 0;
}

static int
apply_alone(struct rows *r, size_t i, struct err *err)
{
	struct err why = { ERR_NONE, "" };
	size_t done;

	if (apply(r, i, 1, &done, &why) == 0)
		return 0;
	if (why.kind == ERR_TEMP)
		return err_set(err, why.kind, "%s", why.text);
	return hold(r->b, &r->row[i], why.text, err);
}

static int
apply_all(struct rows *r, struct err *err)
{
	struct err why = { ERR_NONE, "" };
	size_t i, n;

	for (i = 0; i < r->n; i += n) {
		if (apply(r, i, r->n - i, &n, &why) == 0)
			continue;
		if (why.kind == ERR_TEMP)
			return err_set(err, why.kind, "%s", why.text);
		for (; i < r->n; i++)
			if (apply_alone(r, i, err) < 0)
				return -1;
		break;
	}
	for (i = 0; i < r->n; i++)
		if (r->answer[i] != NULL)
			log_info("read inbox=%lld", (long long)r->row[i].id);
	return 0;
}

static int
read_them(struct rows *r, struct err *err)
{
	size_t i;

	if (store_tx(r->b->db, try_tx, r, err) < 0)
		return -1;
	for (i = 0; i < r->n; i++)
		if ((hooks_is_call(&r->row[i]) ? call(r->b, &r->row[i], err) :
		    ask(r->b, &r->row[i], &r->answer[i], err)) < 0)
			return -1;
	return apply_all(r, err);
}

int
batch_read(struct batch *b, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct rows r = { .b = b };
	size_t i;
	int result;

	if (inbox_batch(tmp, b->db, b->company_id, b->after, BATCH_ROWS,
	    BATCH_BYTES, &r.row, &r.n, err) < 0)
		return -1;
	if (r.n == 0)
		return 0;
	b->after = r.row[r.n - 1].id;
	result = read_them(&r, err);
	for (i = 0; i < r.n; i++)
		json_decref(r.answer[i]);
	return result < 0 ? -1 : 1;
}
