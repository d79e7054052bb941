#define _GNU_SOURCE
#include "receive/reader.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "receive/batch.h"
#include "receive/child.h"
#include "receive/held.h"
#include "receive/intake.h"
#include "store/companies.h"
#include "store/inbox.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define BATCHES_A_STEP 4
#define HELD_A_STEP 16

struct reader_role {
	struct db *db;
	const struct config *config;
	const volatile sig_atomic_t *stop;
	struct child *child;
	int64_t *looked;	/* clock_mono_ms per company; CLOCK_NONE */
	bool *unread;		/* the last step left rows of the company */
	char *lock;		/* file; see alone() */
	struct err failed;	/* of the last round of looks */
	bool has_failed;
	bool told;		/* that the child is not confined */
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
	r->lock = mem_fmt(r, "%s-reader", db_path(db));
	r->looked = mem_array(r, int64_t, config->n_companies);
	r->unread = mem_array(r, bool, config->n_companies);
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

/* 1: some were read; *ret_left: perhaps not all. */
static int
read_rows(struct reader_role *r, const struct config_company *company,
    int64_t company_id, bool *ret_left, struct err *err)
{
	struct batch b = { .db = r->db, .config = r->config,
	    .child = r->child, .company = company, .company_id = company_id };
	int i, read = 0, one = 1;

	for (i = 0; i < BATCHES_A_STEP && one > 0 && !stopping(r); i++) {
		one = batch_read(&b, err);
		if (one < 0)
			return -1;
		read |= one;
	}
	*ret_left = one > 0;
	for (i = 0, one = 1; i < HELD_A_STEP && one > 0 && !stopping(r); i++) {
		one = held_look(&b, err);
		if (one < 0)
			return -1;
		read |= one;
	}
	if (child_unconfined(r->child) != NULL && !r->told)
		log_warn("mail is read without a sandbox: %s",
		    child_unconfined(r->child));
	r->told = r->told || child_unconfined(r->child) != NULL;
	return read;
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

/* All intakes of a company; only when each was read to its end is it up to
 * date. */
static int
look(struct reader_role *r, const struct config_company *company,
    int64_t company_id, bool *ret_more, struct err *err)
{
	struct success s = { company_id, clock_now() };
	struct err why;
	bool well = true, more = false;
	size_t i;

	for (i = 0; i < company->n_intakes && !stopping(r); i++) {
		struct intake_look l = { .db = r->db,
			.company_id = company_id,
			.intake = &company->intakes[i], .stop = r->stop };

		if ((l.intake->maildir ? intake_maildir(&l, &why) :
		    intake_imap(&l, &why)) == 0) {
			more |= l.seen >= INTAKE_LOOK_MAX;
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
	*ret_more = more;
	return well && !more && !stopping(r) ? store_tx(r->db, success_tx, &s,
	    err) : 0;
}

/* 1: there may be more to fetch. */
static int
look_if_due(struct reader_role *r, size_t i, int64_t company_id,
    struct err *err)
{
	const struct config_company *company = &r->config->companies[i];
	int64_t now = clock_mono_ms(), left;
	bool more = false;

	if (company->n_intakes == 0)
		return 0;
	if (r->looked[i] == CLOCK_NONE ||
	    now - r->looked[i] >= every_ms(company)) {
		r->looked[i] = now;
		if (look(r, company, company_id, &more, err) < 0)
			return -1;
		if (more)
			r->looked[i] = CLOCK_NONE;
	}
	left = more ? 0 : r->looked[i] + every_ms(company) - clock_mono_ms();
	left = clock_now() + (left < 0 ? 0 : (left + 999) / 1000);
	if (next_look == CLOCK_NONE || left < next_look)
		next_look = left;
	return more;
}

static int
step(struct reader_role *r, struct err *err)
{
	struct company_row row;
	int worked = 0, look, one;
	size_t i;

	next_look = CLOCK_NONE;
	for (i = 0; i < r->config->n_companies && !stopping(r); i++) {
		if (companies_get(r->db, r->config->companies[i].code, &row,
		    err) < 0)
			return -1;
		/* Where looking was put off, it is still to be done. */
		look = r->unread[i] ? 1 : look_if_due(r, i, row.id, err);
		if (look < 0)
			return -1;
		one = read_rows(r, &r->config->companies[i], row.id,
		    &r->unread[i], err);
		if (one < 0)
			return -1;
		worked |= one | look;
	}
	return worked;
}

/* One reader at a time in a workspace: a row that another one is reading
 * would count as tried twice.  The system lets go of the lock of a process
 * that dies.  1: it is ours; 0: told to stop. */
static int
alone(const struct reader_role *r, int *ret_fd, struct err *err)
{
	int fd = open(r->lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_set(err, ERR_TEMP, "%s: %s", r->lock,
		    strerror(errno));
	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR) {
			close(fd);
			return err_set(err, ERR_TEMP, "%s: %s", r->lock,
			    strerror(errno));
		}
		if (stopping(r)) {
			close(fd);
			return 0;
		}
		clock_sleep_ms(20);
	}
	*ret_fd = fd;
	return 1;
}

int
reader_step(struct reader_role *r, struct err *err)
{
	int fd = -1, worked = alone(r, &fd, err);

	if (worked <= 0)
		return worked;
	worked = step(r, err);
	close(fd);
	if (worked < 0)
		return -1;
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
