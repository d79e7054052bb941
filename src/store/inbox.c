#include "store/inbox.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "store/events.h"
#include "store/tasks.h"

#include <stdio.h>
#include <string.h>


/* clang-format off */
DB_STMT(inbox_owner_row,
    "SELECT company_id, account_id FROM inbox WHERE id = $1");
DB_STMT(inbox_raw, "SELECT raw FROM inbox WHERE id = $1");
DB_STMT(inbox_find,
    "SELECT id FROM inbox WHERE company_id = $1 AND channel = $2"
    " AND hash = $3");
DB_STMT(inbox_insert,
    "INSERT INTO inbox (company_id, channel, intake, position, received_at,"
    " raw, hash, state, detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8,"
    " $9) RETURNING id");
DB_STMT(inbox_oldest,
    "SELECT id, company_id, received_at, channel, intake, tries, raw"
    " FROM inbox WHERE state = 'new' AND company_id = $1 AND id > $2"
    " ORDER BY id LIMIT $3");
DB_STMT(inbox_count_try,
    "UPDATE inbox SET tries = tries + 1 WHERE id = $1 AND state = 'new'"
    " AND tries = $2");
DB_STMT(inbox_set_held,
    "UPDATE inbox SET state = 'held', detail = $2 WHERE id = $1"
    " AND state = 'new'");
DB_STMT(inbox_oldest_held,
    "SELECT id, company_id, received_at, channel, intake, tries, raw, detail"
    " FROM inbox WHERE state = 'held' AND channel = 'mail' AND looked = 0"
    " AND company_id = $1 ORDER BY id LIMIT 1");
DB_STMT(inbox_set_looked,
    "UPDATE inbox SET looked = 1 WHERE id = $1 AND state = 'held'"
    " AND looked = 0");
DB_STMT(inbox_set_read,
    "UPDATE inbox SET state = 'read', meaning = $2 WHERE id = $1"
    " AND state = 'new'");
DB_STMT(inbox_set_note,
    "UPDATE inbox SET account_id = $2, attempt_id = $3, detail = $4"
    " WHERE id = $1");
DB_STMT(inbox_set_accepted,
    "UPDATE inbox SET account_id = $2, detail = 'accepted by a person'"
    " WHERE id = $1");
DB_STMT(inbox_accounts,
    "SELECT account_id FROM task WHERE inbox_id = $1 AND account_id <> $2"
    " UNION SELECT account_id FROM promise WHERE inbox_id = $1"
    " AND account_id <> $2 UNION SELECT account_id FROM dispute"
    " WHERE inbox_id = $1 AND account_id <> $2 UNION SELECT account_id"
    " FROM claim WHERE inbox_id = $1 AND account_id <> $2 ORDER BY 1"
    " LIMIT $3");
DB_STMT(inbox_count_held,
    "SELECT count(*) FROM (SELECT id FROM inbox WHERE company_id = $1"
    " AND state = 'held' LIMIT 1001) x");
DB_STMT(intake_select,
    "SELECT uidvalidity, uid FROM intake WHERE company_id = $1"
    " AND name = $2");
DB_STMT(intake_upsert,
    "INSERT INTO intake (company_id, name, uidvalidity, uid, changed_at)"
    " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (company_id, name)"
    " DO UPDATE SET uidvalidity = excluded.uidvalidity, uid = excluded.uid,"
    " changed_at = excluded.changed_at");
DB_STMT(intake_company,
    "UPDATE company SET intake_at = $2 WHERE id = $1"
    " AND (intake_at IS NULL OR intake_at < $2)");
DB_STMT(inbox_list,
    "SELECT i.id, i.received_at, length(i.raw), i.intake, i.position,"
    " i.state, a.code, p.name, i.meaning, i.detail FROM inbox i"
    " LEFT JOIN account a ON a.id = i.account_id"
    " LEFT JOIN party p ON p.id = a.party_id"
    " WHERE i.company_id = $1 AND ($2 = '' OR i.state = $2)"
    " AND ($3 = 0 OR (i.state = 'read' AND i.account_id IS NULL))"
    " ORDER BY i.id DESC LIMIT $4");
DB_STMT(inbox_one,
    "SELECT i.id, i.received_at, length(i.raw), i.intake, i.position,"
    " i.state, a.code, p.name, i.meaning, i.detail, i.raw FROM inbox i"
    " LEFT JOIN account a ON a.id = i.account_id"
    " LEFT JOIN party p ON p.id = a.party_id"
    " WHERE i.company_id = $1 AND i.id = $2");
DB_STMT(inbox_hear,
    "INSERT INTO sms_heard (company_id, key, at) VALUES ($1, $2, $3)"
    " ON CONFLICT DO NOTHING");
/* clang-format on */

/* One open task tells of all that is held; dunlin inbox lists them. */
static int
tell_held(struct db *db, int64_t company_id, int64_t id, const char *why,
    int64_t now, const char *actor, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct task_new t = {
		.company_id = company_id,
		.reason = "mail-held",
		.inbox_id = id,
	};
	int64_t n;

	if (db_get_int(db, &inbox_count_held, &n, err, "i", company_id) < 0)
		return -1;
	t.detail = mem_fmt(tmp, "held: %s%lld; last: mail %lld: %s",
	    n > 1000 ? "more than " : "", (long long)(n > 1000 ? 1000 : n),
	    (long long)id, why);
	if (tasks_open(db, &t, now, actor, NULL, NULL, err) < 0)
		return -1;
	return events_append(db, company_id, 0, now, "mail-held", actor,
	    json_pack("{s:I, s:s}", "inbox", (json_int_t)id, "why", why),
	    NULL, err);
}

static void
content_of(const void *bytes, size_t n, char hex[HASH_HEX_MAX])
{
	unsigned char raw[HASH_LEN];

	hash_bytes(bytes, n, raw);
	hash_hex(raw, hex);
}

int
inbox_content(struct db *db, int64_t id, char ret_hex[HASH_HEX_MAX],
    struct err *err)
{
	struct db_query *q;
	const void *bytes;
	size_t n;

	if (db_get(db, &inbox_raw, &q, err, "i", id) < 0)
		return -1;
	bytes = db_blob(q, 0, &n);
	content_of(bytes, n, ret_hex);
	db_done(q);
	return 0;
}

static int
tell_received(struct db *db, const struct inbox_new *m, int64_t id,
    int64_t now, struct err *err)
{
	char hex[HASH_HEX_MAX];

	if (m->len == 0)
		return 0;
	content_of(m->raw, m->len, hex);
	return events_append(db, m->company_id, 0, now, INBOX_RECEIVED,
	    "reader", json_pack("{s:I, s:s, s:s}", "inbox", (json_int_t)id,
	    "channel", channel_name(m->channel), "content", hex), NULL,
	    err);
}

int
inbox_add(struct db *db, const struct inbox_new *m, int64_t now,
    int64_t *ret_id, bool *ret_new, struct err *err)
{
	struct db_query *q;
	int64_t id;
	int r;

	db_want_tx(db, "inbox_add");
	r = db_get_maybe(db, &inbox_find, &q, err, "itt", m->company_id,
	    channel_name(m->channel), m->hash);
	if (r < 0)
		return -1;
	if (r > 0) {
		*ret_id = db_int(q, 0);
		*ret_new = false;
		db_done(q);
		return 0;
	}
	if (db_get_int(db, &inbox_insert, &id, err, "itttibttt",
	    m->company_id, channel_name(m->channel), m->intake, m->position,
	    now, m->raw, m->len, m->hash, inbox_state_name(m->held != NULL ?
	    INBOX_HELD : INBOX_NEW), m->held) < 0)
		return -1;
	if (tell_received(db, m, id, now, err) < 0 ||
	    (m->held != NULL && tell_held(db, m->company_id, id, m->held, now,
	    "reader", err) < 0))
		return -1;
	*ret_id = id;
	*ret_new = true;
	return 0;
}

static void
row_of(struct db_query *q, void *owner, struct inbox_row *row)
{
	const void *raw;
	char *bytes;

	row->id = db_int(q, 0);
	row->company_id = db_int(q, 1);
	row->received_at = db_int(q, 2);
	if (!channel_parse(db_text(q, 3), &row->channel))
		row->channel = CHANNEL_MAIL;
	row->intake = mem_str(owner, db_text(q, 4));
	row->tries = (int)db_int(q, 5);
	raw = db_blob(q, 6, &row->len);
	/* Not mem_strn: it may have NULs, and len is that of all of it. */
	row->raw = bytes = mem_array(owner, char, row->len + 1);
	if (row->len > 0)
		memcpy(bytes, raw, row->len);
}

int
inbox_batch(void *owner, struct db *db, int64_t company_id, int64_t after,
    size_t most, size_t max, struct inbox_row **ret_rows, size_t *ret_n,
    struct err *err)
{
	struct inbox_row *rows = mem_array(owner, struct inbox_row, most + 1);
	struct db_query *q = db_query(db, &inbox_oldest);
	size_t n = 0, bytes = 0;
	int r;

	db_bind_int(q, 1, company_id);
	db_bind_int(q, 2, after);
	db_bind_int(q, 3, (int64_t)most);
	while ((r = db_step(q, err)) > 0) {
		if (n > 0 && db_int(q, 5) > 0)
			break;
		row_of(q, owner, &rows[n]);
		bytes += rows[n++].len;
		if (n == most || bytes >= max || rows[n - 1].tries > 0)
			break;
	}
	if (r < 0)
		return -1;
	if (r > 0)
		db_done(q);
	*ret_rows = rows;
	*ret_n = n;
	return 0;
}

int
inbox_try(struct db *db, int64_t id, int tries, struct err *err)
{
	db_want_tx(db, "inbox_try");
	if (db_run(db, &inbox_count_try, err, "ii", id, (int64_t)tries) < 0)
		return -1;
	return db_changes(db) == 1 ? 0 : 1;
}

int
inbox_hold(struct db *db, int64_t company_id, int64_t id, const char *why,
    int64_t now, const char *actor, struct err *err)
{
	db_want_tx(db, "inbox_hold");
	if (db_run(db, &inbox_set_held, err, "it", id, why) < 0)
		return -1;
	if (db_changes(db) != 1)
		return 1;
	return tell_held(db, company_id, id, why, now, actor, err);
}

int
inbox_held(void *owner, struct db *db, int64_t company_id,
    struct inbox_row **ret_row, struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, &inbox_oldest_held, &q, err, "i", company_id);

	if (r <= 0)
		return r;
	*ret_row = mem_new(owner, struct inbox_row);
	row_of(q, owner, *ret_row);
	(*ret_row)->detail = mem_str(owner, db_text(q, 7));
	db_done(q);
	return 1;
}

int
inbox_look(struct db *db, int64_t id, struct err *err)
{
	db_want_tx(db, "inbox_look");
	if (db_run(db, &inbox_set_looked, err, "i", id) < 0)
		return -1;
	return db_changes(db) == 1 ? 0 : 1;
}

int
inbox_done(struct db *db, int64_t id, const char *meaning, struct err *err)
{
	db_want_tx(db, "inbox_done");
	if (db_run(db, &inbox_set_read, err, "it", id, meaning) < 0)
		return -1;
	return db_changes(db) == 1 ? 0 : 1;
}

int
inbox_note(struct db *db, int64_t id, int64_t account_id, int64_t attempt_id,
    const char *detail, struct err *err)
{
	db_want_tx(db, "inbox_note");
	return db_run(db, &inbox_set_note, err, "iiit", id,
	    db_or_null(account_id), db_or_null(attempt_id), detail);
}

int
inbox_accepted(struct db *db, int64_t id, int64_t account_id,
    struct err *err)
{
	db_want_tx(db, "inbox_accepted");
	return db_run(db, &inbox_set_accepted, err, "ii", id, account_id);
}

int
inbox_led_to(struct db *db, int64_t id, int64_t but_account_id,
    int64_t *ret_ids, size_t max, size_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(db, &inbox_accounts);
	size_t n = 0;
	int r;

	db_bind_int(q, 1, id);
	db_bind_int(q, 2, but_account_id);
	db_bind_int(q, 3, (int64_t)max);
	while ((r = db_step(q, err)) > 0)
		ret_ids[n++] = db_int(q, 0);
	*ret_n = n;
	return r;
}

int
intake_get(struct db *db, int64_t company_id, const char *name,
    struct intake_progress *ret, struct err *err)
{
	struct db_query *q;
	int r;

	r = db_get_maybe(db, &intake_select, &q, err, "it", company_id, name);
	if (r < 0)
		return -1;
	memset(ret, 0, sizeof(*ret));
	if (r > 0) {
		ret->uidvalidity = db_int(q, 0);
		ret->uid = db_int(q, 1);
		db_done(q);
	}
	return 0;
}

int
intake_put(struct db *db, int64_t company_id, const char *name,
    const struct intake_progress *p, int64_t now, struct err *err)
{
	db_want_tx(db, "intake_put");
	return db_run(db, &intake_upsert, err, "itiii", company_id, name,
	    p->uidvalidity, p->uid, now);
}

int
intake_succeeded(struct db *db, int64_t company_id, int64_t now,
    struct err *err)
{
	db_want_tx(db, "intake_succeeded");
	return db_run(db, &intake_company, err, "ii", company_id, now);
}

static void
line_of(struct db_query *q, struct inbox_line *l)
{
	l->id = db_int(q, 0);
	l->received_at = db_int(q, 1);
	l->size = db_int(q, 2);
	l->intake = db_text(q, 3);
	l->position = db_text(q, 4);
	if (!inbox_state_parse(db_text(q, 5), &l->state))
		l->state = INBOX_HELD;
	l->account = db_text(q, 6);
	l->name = db_text(q, 7);
	l->meaning = db_text(q, 8);
	l->detail = db_text(q, 9);
}

int
inbox_each(struct db *db, int64_t company_id, enum inbox_state state,
    bool loose, int64_t max,
    int (*fn)(const struct inbox_line *l, void *arg), void *arg,
    struct err *err)
{
	struct db_query *q = db_query(db, &inbox_list);
	struct inbox_line l;
	int r;

	db_bind_int(q, 1, company_id);
	db_bind_text(q, 2, state == INBOX_COUNT ? "" :
	    inbox_state_name(state));
	db_bind_int(q, 3, loose);
	db_bind_int(q, 4, max);
	while ((r = db_step(q, err)) > 0) {
		line_of(q, &l);
		if (fn(&l, arg) != 0) {
			db_done(q);
			return 0;
		}
	}
	return r;
}

int
inbox_get(struct db *db, int64_t company_id, int64_t id,
    int (*fn)(const struct inbox_line *l, const char *raw, size_t n,
    void *arg), void *arg, struct err *err)
{
	struct inbox_line l;
	struct db_query *q;
	const char *raw;
	size_t n;
	int r;

	r = db_get_maybe(db, &inbox_one, &q, err, "ii", company_id, id);
	if (r < 0)
		return -1;
	if (r == 0)
		return err_set(err, ERR_PERM, "no mail %lld: see dunlin inbox",
		    (long long)id);
	line_of(q, &l);
	raw = db_blob(q, 10, &n);
	r = fn(&l, raw, n, arg);
	db_done(q);
	return r;
}

int
inbox_owner(struct db *db, int64_t id, int64_t *ret_company_id,
    int64_t *ret_account_id, struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, &inbox_owner_row, &q, err, "i", id);

	if (r < 0)
		return -1;
	if (r == 0)
		return err_set(err, ERR_PERM, "no mail %lld", (long long)id);
	*ret_company_id = db_int(q, 0);
	*ret_account_id = db_is_null(q, 1) ? 0 : db_int(q, 1);
	db_done(q);
	return 0;
}

int
inbox_heard(struct db *db, int64_t company_id, const char *key, int64_t now,
    struct err *err)
{
	db_want_tx(db, "inbox_heard");
	if (db_run(db, &inbox_hear, err, "iti", company_id, key, now) < 0)
		return -1;
	return db_changes(db) == 0;
}
