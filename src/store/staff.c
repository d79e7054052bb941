#include "store/staff.h"

#include "base/mem.h"
#include "base/text.h"
#include "core/kinds.h"

#include <string.h>

/* clang-format off */
DB_STMT(staff_taken,
    "SELECT id FROM communication WHERE company_id = $1"
    " AND account_id IS NULL AND cause = $2 AND cancelled = 0");
DB_STMT(staff_communication,
    "INSERT INTO communication (company_id, class, cause, channel, policy,"
    " created_at, in_reply_to) VALUES ($1, 'staff', $2, $5, '', $3, $4)"
    " RETURNING id");
DB_STMT(staff_address,
    "INSERT INTO address (company_id, kind, value, norm, state)"
    " VALUES ($1, $4, $2, $3, 'working')"
    " ON CONFLICT (company_id, kind, norm) DO NOTHING");
DB_STMT(staff_address_id,
    "SELECT id FROM address WHERE company_id = $1 AND kind = $3"
    " AND norm = $2");
DB_STMT(staff_row,
    "INSERT INTO outbox (company_id, communication_id, address_id, channel,"
    " state, template, language, due_at, not_after, priority, created_at,"
    " changed_at, route) VALUES ($1, $2, $3, $9, 'queued', 'staff', $4, $5,"
    " $6, $7, $8, $8, $10)");
DB_STMT(staff_content,
    "INSERT INTO staff_mail (communication_id, login, name, mail, task_id,"
    " subject, text, html) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
DB_STMT(staff_read,
    "SELECT login, name, mail, subject, text, html, task_id"
    " FROM staff_mail WHERE communication_id = $1");
DB_STMT(staff_add_picture,
    "INSERT INTO staff_picture (communication_id, n, name, bytes)"
    " VALUES ($1, $2, $3, $4)");
DB_STMT(staff_pictures,
    "SELECT name, bytes FROM staff_picture WHERE communication_id = $1"
    " ORDER BY n");
DB_STMT(staff_token,
    "SELECT t.outbox_id, o.communication_id, t.id, s.task_id, t.started_at,"
    " s.login, s.mail FROM attempt t JOIN outbox o ON o.id = t.outbox_id"
    " JOIN staff_mail s ON s.communication_id = o.communication_id"
    " WHERE t.token = $2 AND o.company_id = $1");
DB_STMT(staff_counted,
    "SELECT count(*) FROM communication c JOIN staff_mail s"
    " ON s.communication_id = c.id WHERE c.company_id = $1"
    " AND c.account_id IS NULL AND s.login = $2"
    " AND substr(c.cause, 1, length($3)) = $3 AND c.created_at >= $4");
DB_STMT(staff_cancel,
    "UPDATE outbox SET state = 'cancelled', changed_at = $2, detail = $3"
    " WHERE state IN ('queued', 'deferred') AND communication_id IN"
    " (SELECT communication_id FROM staff_mail WHERE task_id = $1)");
DB_STMT(staff_lost_rows,
    "UPDATE outbox SET state = 'cancelled', changed_at = $2, detail = $3"
    " WHERE communication_id = $1 AND state IN ('draft', 'queued', 'claimed',"
    " 'deferred', 'sending')");
DB_STMT(staff_lost_at,
    "UPDATE communication SET at = coalesce(at, $2) WHERE id = $1");
DB_STMT(staff_lost_add,
    "INSERT INTO communication (company_id, class, cause, channel, policy,"
    " created_at, at) VALUES ($1, 'staff', $2, 'mail', '', $3, $4)");
DB_STMT(staff_told,
    "UPDATE communication SET cancelled = 1 WHERE company_id = $1"
    " AND account_id IS NULL AND cause = $2 AND cancelled = 0 AND at >= $3");
/* clang-format on */

#define LOST_DAYS 3
#define PRIORITY 1000000000	/* before what customers get: it is short */

static const char *
channel_of(const struct staff_new *n)
{
	return channel_name(n->robot ? CHANNEL_ROBOT : CHANNEL_MAIL);
}

static int
add_row(struct db *db, const struct staff_new *n, int64_t id, int64_t now,
    struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	const char *norm = text_lower(tmp, n->mail);
	const char *kind = address_kind_name(n->robot ? ADDRESS_ROBOT :
	    ADDRESS_EMAIL);
	int64_t address;

	if (db_run(db, &staff_address, err, "ittt", n->company_id, n->mail,
	    norm, kind) < 0 || db_get_int(db, &staff_address_id, &address,
	    err, "itt", n->company_id, norm, kind) < 0)
		return -1;
	return db_run(db, &staff_row, err, "iiitiiiitt", n->company_id, id,
	    address, n->language, n->due_at, n->not_after,
	    (int64_t)PRIORITY, now, channel_of(n), n->robot ? n->login : "");
}

static int
find(struct db *db, int64_t company_id, const char *cause, int64_t *ret_id,
    struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, &staff_taken, &q, err, "it", company_id,
	    cause);

	if (r > 0) {
		*ret_id = db_int(q, 0);
		db_done(q);
	}
	return r;
}

/* Of a task its numbers, which a restored database gives anew, do not count.
 * NULL: it is about no task. */
static const char *
lost_cause(void *owner, const char *cause)
{
	const char *p = text_starts(cause, "task/") ? cause + 5 : NULL;
	int i;

	for (i = 0; p != NULL && i < 2; i++) {
		p = strchr(p, '/');
		if (p != NULL)
			p++;
	}
	return p != NULL ? mem_fmt(owner, "lost/%s", p) : NULL;
}

int
staff_lost(struct db *db, int64_t company_id, const char *cause, int64_t at,
    int64_t now, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	const char *as = lost_cause(pool, cause);
	int64_t id;
	int r;

	db_want_tx(db, "staff_lost");
	if ((r = find(db, company_id, cause, &id, err)) < 0)
		return -1;
	if (r > 0)
		return db_run(db, &staff_lost_rows, err, "iit", id, now,
		    "handed over after the backup that was restored") < 0 ||
		    db_run(db, &staff_lost_at, err, "ii", id, at) < 0 ? -1 :
		    0;
	if (as == NULL)
		as = cause;
	if (text_starts(cause, "confirm/") ||
	    (r = find(db, company_id, as, &id, err)) > 0)
		return 0;
	return r < 0 ? -1 : db_run(db, &staff_lost_add, err, "itii",
	    company_id, as, now, at);
}

/* 1: they have been told, before the backup was restored. */
static int
was_told(struct db *db, const struct staff_new *n, int64_t now,
    struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	const char *as = lost_cause(pool, n->cause);

	if (as == NULL)
		return 0;
	if (db_run(db, &staff_told, err, "iti", n->company_id, as,
	    now - (int64_t)LOST_DAYS * 86400) < 0)
		return -1;
	return db_changes(db) > 0;
}

int
staff_plan(struct db *db, const struct staff_new *n, int64_t now,
    int64_t *ret_id, struct err *err)
{
	int64_t id;
	size_t i;
	int r;

	db_want_tx(db, "staff_plan");
	if ((r = find(db, n->company_id, n->cause, &id, err)) == 0)
		r = was_told(db, n, now, err);
	if (r < 0)
		return -1;
	*ret_id = 0;
	if (r > 0)
		return 0;
	if (db_get_int(db, &staff_communication, &id, err, "itit" "t",
	    n->company_id, n->cause, now, n->in_reply_to, channel_of(n)) < 0 ||
	    add_row(db, n, id, now, err) < 0 ||
	    db_run(db, &staff_content, err, "itttittt", id, n->login,
	    n->name, n->mail, n->task_id, n->subject, n->text, n->html) < 0)
		return -1;
	for (i = 0; i < n->n_pictures; i++)
		if (db_run(db, &staff_add_picture, err, "iitb", id,
		    (int64_t)i, n->pictures[i].name, n->pictures[i].bytes,
		    n->pictures[i].len) < 0)
			return -1;
	*ret_id = id;
	return 0;
}

static int
read_pictures(struct staff_mail *m, struct db *db, int64_t communication_id,
    struct err *err)
{
	struct db_query *q = db_query(db, &staff_pictures);
	const void *bytes;
	size_t len;
	int r;

	db_bind_int(q, 1, communication_id);
	while ((r = db_step(q, err)) > 0) {
		bytes = db_blob(q, 1, &len);
		m->pictures = mem_grow(m, m->pictures, struct staff_picture,
		    m->n_pictures + 1);
		m->pictures[m->n_pictures++] = (struct staff_picture){
		    mem_str(m, db_text(q, 0)),
		    mem_check(talloc_memdup(m, bytes, len)), len };
	}
	return r;
}

int
staff_get(void *owner, struct db *db, int64_t communication_id,
    struct staff_mail **ret_mail, struct err *err)
{
	struct staff_mail *m;
	struct db_query *q;

	if (db_get(db, &staff_read, &q, err, "i", communication_id) < 0)
		return -1;
	m = mem_new(owner, struct staff_mail);
	m->login = mem_str(m, db_text(q, 0));
	m->name = mem_str(m, db_text(q, 1));
	m->mail = mem_str(m, db_text(q, 2));
	m->subject = mem_str(m, db_text(q, 3));
	m->text = mem_str(m, db_text(q, 4));
	m->html = mem_str(m, db_text(q, 5));
	m->task_id = db_int(q, 6);
	db_done(q);
	if (read_pictures(m, db, communication_id, err) < 0) {
		talloc_free(m);
		return -1;
	}
	*ret_mail = m;
	return 0;
}

int
staff_by_token(void *owner, struct db *db, int64_t company_id,
    const char *token, struct staff_sent **ret_sent, struct err *err)
{
	struct staff_sent *s;
	struct db_query *q;
	int r = db_get_maybe(db, &staff_token, &q, err, "it", company_id,
	    token);

	if (r <= 0)
		return r;
	s = mem_new(owner, struct staff_sent);
	s->outbox_id = db_int(q, 0);
	s->communication_id = db_int(q, 1);
	s->attempt_id = db_int(q, 2);
	s->task_id = db_int(q, 3);
	s->sent_at = db_int(q, 4);
	s->login = mem_str(s, db_text(q, 5));
	s->mail = mem_str(s, db_text(q, 6));
	db_done(q);
	*ret_sent = s;
	return 1;
}

int
staff_count(struct db *db, int64_t company_id, const char *login,
    const char *prefix, int64_t since, int64_t *ret_n, struct err *err)
{
	return db_get_int(db, &staff_counted, ret_n, err, "itti", company_id,
	    login, prefix, since);
}

int
staff_cancel_task(struct db *db, int64_t task_id, int64_t now,
    const char *why, struct err *err)
{
	return db_run(db, &staff_cancel, err, "iit", task_id, now, why);
}
