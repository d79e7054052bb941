#include "store/feeds.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/mem.h"
#include "store/events.h"

#include <stdio.h>
#include <string.h>

#define COLUMNS "f.id, f.company_id, c.code, f.owner, f.language, " \
	"f.details, f.created_at, f.revoked_at, f.created_by " \
	"FROM feed f JOIN company c ON c.id = f.company_id"

/* clang-format off */
DB_STMT(feed_add,
    "INSERT INTO feed (company_id, owner, secret, language, details,"
    " created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7)"
    " RETURNING id");
DB_STMT(feed_revoke,
    "UPDATE feed SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL");
DB_STMT(feed_company, "SELECT company_id FROM feed WHERE id = $1");
DB_STMT(feed_find, "SELECT " COLUMNS
    " WHERE f.secret = $1 AND f.revoked_at IS NULL");
DB_STMT(feed_list, "SELECT " COLUMNS " WHERE f.company_id = $1 ORDER BY f.id");
DB_STMT(feed_version,
    "SELECT count(*), COALESCE(max(e.changed_at), 0),"
    " COALESCE(sum(e.sequence), 0), COALESCE(sum(e.id), 0) FROM entry e"
    " WHERE " ENTRY_IN_CALENDAR " AND e.ended_at IS NULL");
/* clang-format on */

static char *
digest_of(const char *secret, char hex[HASH_HEX_MAX])
{
	unsigned char digest[HASH_LEN];

	hash_bytes(secret, strlen(secret), digest);
	return hash_hex(digest, hex);
}

int
feeds_add(struct db *db, const struct feed *f,
    char ret_secret[FEED_SECRET_MAX], int64_t *ret_id, struct err *err)
{
	char a[ID_TOKEN_MAX], b[ID_TOKEN_MAX], hex[HASH_HEX_MAX];
	char secret[FEED_SECRET_MAX];
	int64_t id;

	db_want_tx(db, "feeds_add");
	id_token(a);
	id_token(b);
	snprintf(secret, sizeof(secret), "%s%s", a, b);
	if (db_get_int(db, &feed_add, &id, err, "ittti" "it", f->company_id,
	    f->owner, digest_of(secret, hex), f->language,
	    (int64_t)f->details, f->created_at, f->created_by) < 0 ||
	    events_append(db, f->company_id, 0, f->created_at, "feed-added",
	    f->created_by, json_pack("{s:I, s:s*, s:b}", "feed",
	    (json_int_t)id, "owner", f->owner, "details", f->details), NULL,
	    err) < 0)
		return -1;
	memcpy(ret_secret, secret, sizeof(secret));
	*ret_id = id;
	return 0;
}

int
feeds_revoke(struct db *db, int64_t id, int64_t now, const char *actor,
    struct err *err)
{
	int64_t company;

	db_want_tx(db, "feeds_revoke");
	if (db_run(db, &feed_revoke, err, "ii", id, now) < 0)
		return -1;
	if (db_changes(db) == 0)
		return err_set(err, ERR_PERM, "no feed %lld, or it is revoked "
		    "already", (long long)id);
	if (db_get_int(db, &feed_company, &company, err, "i", id) < 0)
		return -1;
	return events_append(db, company, 0, now, "feed-revoked", actor,
	    json_pack("{s:I}", "feed", (json_int_t)id), NULL, err);
}

static void
row(void *owner, struct db_query *q, struct feed *f)
{
	f->id = db_int(q, 0);
	f->company_id = db_int(q, 1);
	f->company = mem_str(owner, db_text(q, 2));
	f->owner = mem_str(owner, db_text(q, 3));
	f->language = mem_str(owner, db_text(q, 4));
	f->details = db_int(q, 5) != 0;
	f->created_at = db_int(q, 6);
	f->revoked_at = db_int(q, 7);
	f->created_by = mem_str(owner, db_text(q, 8));
}

int
feeds_find(void *owner, struct db *db, const char *secret,
    struct feed **ret_feed, struct err *err)
{
	char hex[HASH_HEX_MAX];
	struct db_query *q;
	struct feed *f;
	int r = db_get_maybe(db, &feed_find, &q, err, "t", digest_of(secret,
	    hex));

	if (r <= 0)
		return r;
	f = mem_new(owner, struct feed);
	row(f, q, f);
	db_done(q);
	*ret_feed = f;
	return 1;
}

int
feeds_each(struct db *db, int64_t company_id,
    int (*fn)(const struct feed *f, void *arg), void *arg, struct err *err)
{
	struct db_query *q = db_query(db, &feed_list);
	struct feed *f;
	int r = 0, stop = 0;

	db_bind_int(q, 1, company_id);
	while (stop == 0 && (r = db_step(q, err)) > 0) {
		f = mem_new(NULL, struct feed);
		row(f, q, f);
		stop = fn(f, arg);
		talloc_free(f);
	}
	if (stop != 0)
		db_done(q);
	return stop != 0 ? 0 : r;
}

int
feeds_version(void *owner, struct db *db, const struct entries_of *of,
    char **ret_version, struct err *err)
{
	struct db_query *q;

	if (db_get(db, &feed_version, &q, err, "itt", of->company_id,
	    of->owner, of->others) < 0)
		return -1;
	*ret_version = mem_fmt(owner, "%llx-%llx-%llx-%llx",
	    (long long)db_int(q, 0), (long long)db_int(q, 1),
	    (long long)db_int(q, 2), (long long)db_int(q, 3));
	db_done(q);
	return 0;
}
