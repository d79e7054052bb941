#include "receive/reader.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "core/zone.h"
#include "receive/apply.h"
#include "receive/child.h"
#include "receive/intake.h"
#include "store/companies.h"
#include "store/inbox.h"

#define ROWS_A_STEP 50
#define ACTOR "reader"

struct reader_role {
	struct db *db;
	const struct config *config;
	const volatile sig_atomic_t *stop;
	struct child *child;
	int64_t *looked;	/* clock_mono_ms per company; CLOCK_NONE */
	struct err failed;	/* of the last round of looks */
	bool has_failed;
};

static int64_t next_look = CLOCK_NONE;	/* for the loop of this process */

int
reader_new(void *owner, struct db *db, const struct config *config,
    const volatile sig_atomic_t *stop, const char *program,
    struct reader_role **ret_reader, struct err *err)
{
	struct reader_role *r = mem_new(owner, struct reader_role);
	size_t i;

	r->db = db;
	r->config = config;
	r->stop = stop;
	r->child = child_new(r, program);
	r->looked = mem_array(r, int64_t, config->n_companies);
	for (i = 0; i < config->n_companies; i++)
		r->looked[i] = CLOCK_NONE;
	*ret_reader = r;
	return 0;
}

static bool
stopping(const struct reader_role *r)
{
	return r->stop != NULL && *r->stop;
}

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
hold(struct reader_role *r, const struct inbox_row *row, const char *why,
    struct err *err)
{
	struct held h = { row, why, clock_now() };

	log_warn("held inbox=%lld", (long long)row->id);
	return store_tx(r->db, hold_tx, &h, err);
}

static int
try_tx(struct db *db, void *arg, struct err *err)
{
	const struct inbox_row *row = arg;

	return inbox_try(db, row->id, err) < 0 ? -1 : 0;
}

/* Counted before it is tried: what ends this process counts too. */
static int
ask(struct reader_role *r, const struct config_company *company,
    struct inbox_row *row, json_t **ret_answer, struct err *err)
{
	struct child_mail m = {
		.raw = row->raw,
		.len = row->len,
		.received_at = row->received_at,
		.tz = company->zone != NULL ? zone_name(company->zone) : NULL,
		.country = company->country,
	};
	struct err why = { ERR_NONE, "" };

	for (; row->tries < READER_TRIES; row->tries++) {
		if (store_tx(r->db, try_tx, row, err) < 0)
			return -1;
		if (child_ask(r->child, &m, CHILD_WAIT_MS, ret_answer,
		    &why) == 0)
			return 1;
		if (why.kind != ERR_PERM)
			return err_set(err, why.kind, "%s", why.text);
	}
	return hold(r, row, why.text[0] != '\0' ? why.text : "the reader "
	    "ended twice while it read it", err);
}

static int
read_row(struct reader_role *r, const struct config_company *company,
    struct inbox_row *row, struct err *err)
{
	struct err why = { ERR_NONE, "" };
	json_t *answer;
	int done;

	done = ask(r, company, row, &answer, err);
	if (done <= 0)
		return done;
	done = apply_mail(r->db, r->config, company, row, answer, clock_now(),
	    &why);
	json_decref(answer);
	if (done == 0) {
		log_info("read inbox=%lld", (long long)row->id);
		return 0;
	}
	if (why.kind == ERR_TEMP)
		return err_set(err, why.kind, "%s", why.text);
	return hold(r, row, why.text, err);
}

/* 1: some were read. */
static int
read_rows(struct reader_role *r, const struct config_company *company,
    int64_t company_id, struct err *err)
{
	struct inbox_row *row;
	int64_t after = 0;
	int i, found;

	for (i = 0; i < ROWS_A_STEP && !stopping(r); i++) {
		void *one = mem_check(talloc_new(r));

		found = inbox_next(one, r->db, company_id, after, &row, err);
		if (found > 0) {
			after = row->id;
			found = read_row(r, company, row, err) < 0 ? -1 : 1;
		}
		talloc_free(one);
		if (found < 0)
			return -1;
		if (found == 0)
			break;
	}
	return i > 0;
}

struct success {
	int64_t company_id, now;
};

static int
success_tx(struct db *db, void *arg, struct err *err)
{
	const struct success *s = arg;

	return intake_succeeded(db, s->company_id, s->now, err);
}

static int64_t
every_ms(const struct config_company *company)
{
	int64_t least = 3600;
	size_t i;

	for (i = 0; i < company->n_intakes; i++)
		if (company->intakes[i].every < least)
			least = company->intakes[i].every;
	return least * 1000;
}

/* All intakes of a company; only when each was read is it up to date. */
static int
look(struct reader_role *r, const struct config_company *company,
    int64_t company_id, struct err *err)
{
	struct success s = { company_id, clock_now() };
	struct err why;
	bool well = true;
	size_t i;

	for (i = 0; i < company->n_intakes && !stopping(r); i++) {
		struct intake_look l = { .db = r->db,
			.company_id = company_id,
			.intake = &company->intakes[i], .stop = r->stop };

		if ((l.intake->maildir ? intake_maildir(&l, &why) :
		    intake_imap(&l, &why)) == 0) {
			if (l.seen > 0)
				log_info("fetched company=%s seen=%zu new=%zu",
				    company->code, l.seen, l.stored);
			continue;
		}
		well = false;
		r->has_failed = true;
		err_set(&r->failed, why.kind, "intake of %s: %s",
		    company->code, why.text);
		log_error("%s", r->failed.text);
	}
	return well && !stopping(r) ? store_tx(r->db, success_tx, &s, err) :
	    0;
}

static int
look_if_due(struct reader_role *r, size_t i, int64_t company_id,
    struct err *err)
{
	const struct config_company *company = &r->config->companies[i];
	int64_t now = clock_mono_ms(), left;

	if (company->n_intakes == 0)
		return 0;
	if (r->looked[i] == CLOCK_NONE ||
	    now - r->looked[i] >= every_ms(company)) {
		r->looked[i] = now;
		if (look(r, company, company_id, err) < 0)
			return -1;
	}
	left = r->looked[i] + every_ms(company) - clock_mono_ms();
	left = clock_now() + (left < 0 ? 0 : (left + 999) / 1000);
	if (next_look == CLOCK_NONE || left < next_look)
		next_look = left;
	return 0;
}

int
reader_step(struct reader_role *r, struct err *err)
{
	struct company_row row;
	int worked = 0, one;
	size_t i;

	next_look = CLOCK_NONE;
	for (i = 0; i < r->config->n_companies && !stopping(r); i++) {
		if (companies_get(r->db, r->config->companies[i].code, &row,
		    err) < 0 || look_if_due(r, i, row.id, err) < 0)
			return -1;
		one = read_rows(r, &r->config->companies[i], row.id, err);
		if (one < 0)
			return -1;
		worked |= one;
	}
	if (worked == 0 && r->has_failed) {
		r->has_failed = false;
		*err = r->failed;
		return -1;
	}
	return worked;
}

int
reader_due(struct db *db, int64_t *ret_at, struct err *err)
{
	*ret_at = next_look;
	return 0;
}
