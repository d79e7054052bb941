#include "store/roots.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"
#include "store/meta.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY 86400
#define FILE_MAX 4096

DB_STMT(root_totals, "SELECT count(*), coalesce(sum(seq), 0), "
    "(SELECT coalesce(max(id), 0) FROM event) FROM stream WHERE seq > 0");
DB_STMT(root_streams, "SELECT c.code, a.code, s.seq, s.head FROM stream s "
    "JOIN company c ON c.id = s.company_id "
    "LEFT JOIN account a ON a.id = s.account_id "
    "WHERE s.seq > 0 ORDER BY s.id");
DB_STMT(root_of_day, "SELECT day, at, streams, events, last_event, hash "
    "FROM root WHERE day = $1");
DB_STMT(root_last, "SELECT day, at, streams, events, last_event, hash "
    "FROM root ORDER BY day DESC LIMIT 1");
DB_STMT(root_all, "SELECT day, at, streams, events, last_event, hash "
    "FROM root ORDER BY day");
DB_STMT(root_streams_then, "SELECT c.code, a.code, e.seq, e.hash, "
    "s.account_id FROM stream s JOIN company c ON c.id = s.company_id "
    "LEFT JOIN account a ON a.id = s.account_id "
    "JOIN event e ON e.stream_id = s.id AND e.seq = (SELECT x.seq "
    "FROM event x WHERE x.stream_id = s.id AND x.id <= $1 "
    "ORDER BY x.seq DESC LIMIT 1) ORDER BY s.id");
DB_STMT(root_add, "INSERT INTO root (day, at, streams, events, last_event, "
    "hash) VALUES ($1, $2, $3, $4, $5, $6)");

static int
database_name(struct db *db, char name[ID_TOKEN_MAX], struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	char *value = NULL;

	if (meta_get(ctx, db, "database", &value, err) < 0)
		return -1;
	snprintf(name, ID_TOKEN_MAX, "%s", value == NULL ? "" : value);
	return 0;
}

int
roots_compute(struct db *db, int64_t now, struct root *ret_root,
    struct err *err)
{
	struct root r = { .at = now };
	struct root_tree *tree;
	struct db_query *q;
	int step;

	r.day = (int32_t)(now / DAY);
	if (database_name(db, r.database, err) < 0 ||
	    db_get(db, &root_totals, &q, err, "") < 0)
		return -1;
	r.streams = db_int(q, 0);
	r.events = db_int(q, 1);
	r.last_event = db_int(q, 2);
	db_done(q);
	tree = roots_tree_new(NULL);
	q = db_query(db, &root_streams);
	while ((step = db_step(q, err)) > 0)
		roots_tree_add(tree, db_text(q, 0), db_text(q, 1),
		    db_int(q, 2), db_text(q, 3), false);
	roots_tree_done(tree, &r, r.hash);
	talloc_free(tree);
	if (step < 0)
		return -1;
	*ret_root = r;
	return 0;
}

static void
row(struct db_query *q, struct root *r)
{
	r->day = (int32_t)db_int(q, 0);
	r->at = db_int(q, 1);
	r->streams = db_int(q, 2);
	r->events = db_int(q, 3);
	r->last_event = db_int(q, 4);
	snprintf(r->hash, sizeof(r->hash), "%s", db_text(q, 5));
}

static int
take(struct db *db, struct db_query *q, struct root *ret_root,
    struct err *err)
{
	struct root r;

	row(q, &r);
	db_done(q);
	if (database_name(db, r.database, err) < 0)
		return -1;
	*ret_root = r;
	return 1;
}

int
roots_last(struct db *db, struct root *ret_root, struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, &root_last, &q, err, "");

	return r <= 0 ? r : take(db, q, ret_root, err);
}

/* The day's root as it is stored; 1, or 0 when it is not. */
static int
of_day(struct db *db, int64_t day, struct root *ret_root, struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, &root_of_day, &q, err, "i", day);

	return r <= 0 ? r : take(db, q, ret_root, err);
}

int
roots_each(struct db *db, int (*fn)(const struct root *r, void *arg),
    void *arg, struct err *err)
{
	struct db_query *q;
	struct root r;
	int step;

	if (database_name(db, r.database, err) < 0)
		return -1;
	q = db_query(db, &root_all);
	while ((step = db_step(q, err)) > 0) {
		row(q, &r);
		if (fn(&r, arg) != 0) {
			db_done(q);
			return 0;
		}
	}
	return step;
}

static int
prove(struct root_tree *t, struct db *db, const struct root *r,
    int64_t account_id, struct root_proof *p, struct err *err)
{
	struct db_query *q = db_query(db, &root_streams_then);
	bool found = false, mark;
	int step;

	db_bind_int(q, 1, r->last_event);
	while ((step = db_step(q, err)) > 0) {
		mark = db_int(q, 4) == account_id;
		roots_tree_add(t, db_text(q, 0), db_text(q, 1), db_int(q, 2),
		    db_text(q, 3), mark);
		if (!mark)
			continue;
		found = true;
		p->seq = db_int(q, 2);
		snprintf(p->company, sizeof(p->company), "%s", db_text(q, 0));
		snprintf(p->account, sizeof(p->account), "%s", db_text(q, 1));
		snprintf(p->head, sizeof(p->head), "%s", db_text(q, 3));
	}
	return step < 0 ? -1 : found;
}

int
roots_prove(struct db *db, const struct root *r, int64_t account_id,
    struct root_proof *ret_proof, struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct root_tree *t = roots_tree_new(ctx);
	char hex[HASH_HEX_MAX];
	struct root_proof p;
	int res = prove(t, db, r, account_id, &p, err);

	if (res < 0)
		return -1;
	roots_tree_done(t, r, hex);
	roots_tree_path(t, &p.path);
	if (res == 1)
		*ret_proof = p;
	return strcmp(hex, r->hash) != 0 ? 2 : res;
}

static int
daily_tx(struct db *db, void *arg, struct err *err)
{
	struct root *r = arg;
	int found = of_day(db, r->day, r, err);

	if (found != 0)
		return found;	/* another process was first */
	return db_run(db, &root_add, err, "iiiiit", (int64_t)r->day, r->at,
	    r->streams, r->events, r->last_event, r->hash);
}

/* Walking all streams takes a while: not while holding the write lock. */
static int
make(struct db *db, int64_t now, struct root *ret_root, struct err *err)
{
	int r;

	if (db_snapshot_begin(db, err) < 0)
		return -1;
	r = of_day(db, now / DAY, ret_root, err);
	if (r == 0)
		r = roots_compute(db, now, ret_root, err) < 0 ? -1 : 2;
	db_snapshot_end(db);
	if (r == 2)
		r = store_tx(db, daily_tx, ret_root, err);
	return r < 0 ? -1 : 0;
}

int
roots_daily(struct db *db, const char *dir, int64_t now, struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	char day[DATE_TEXT_MAX];
	struct root root;
	char *path;

	path = mem_fmt(ctx, "%s/root-%s", dir,
	    date_format((int32_t)(now / DAY), day));
	if (file_exists(path))
		return 0;
	if (make(db, now, &root, err) < 0 || file_mkdirs(dir, 0700, err) < 0)
		return -1;
	return roots_write(path, &root, err);
}

/* --- files --- */

int
roots_write(const char *path, const struct root *r, struct err *err)
{
	char day[DATE_TEXT_MAX], at[CLOCK_TEXT_MAX];
	struct text *t = text_new(NULL);
	int res;

	text_addf(t, "dunlin-root 1\ndatabase %s\nday %s\nat %s\n"
	    "streams %lld\nevents %lld\nlast-event %lld\nhash %s\n",
	    r->database, date_format(r->day, day), clock_format(r->at, at),
	    (long long)r->streams, (long long)r->events,
	    (long long)r->last_event, r->hash);
	res = file_write(path, text_str(t), text_len(t), 0644, err);
	text_free(t);
	return res;
}

/* Sets the field that a line names; false: the line makes no sense. */
static bool
take_line(struct root *r, const char *name, const char *value)
{
	struct {
		const char *name;
		int64_t *number;
	} numbers[] = {
		{ "streams", &r->streams }, { "events", &r->events },
		{ "last-event", &r->last_event },
	};
	char *end;
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (strcmp(name, numbers[i].name) == 0) {
			*numbers[i].number = strtoll(value, &end, 10);
			return *end == '\0' && *numbers[i].number >= 0;
		}
	if (strcmp(name, "dunlin-root") == 0)
		return strcmp(value, "1") == 0;
	if (strcmp(name, "day") == 0)
		return date_parse(value, DATE_ISO, &r->day, NULL) == 0;
	if (strcmp(name, "at") == 0)
		return clock_parse(value, &r->at, NULL) == 0;
	if (strcmp(name, "database") == 0)
		return snprintf(r->database, sizeof(r->database), "%s",
		    value) < (int)sizeof(r->database);
	if (strcmp(name, "hash") == 0)
		return snprintf(r->hash, sizeof(r->hash), "%s", value) ==
		    HASH_HEX_MAX - 1;
	return false;
}

int
roots_read(const char *path, struct root *ret_root, struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct root r = { .day = DATE_NONE };
	char *data, *line, *value, *save = NULL;
	int n = 0;
	size_t len;

	if (file_read(ctx, path, FILE_MAX, &data, &len, err) < 0)
		return -1;
	for (line = strtok_r(data, "\n", &save); line != NULL;
	    line = strtok_r(NULL, "\n", &save)) {
		n++;
		value = strchr(line, ' ');
		if (value != NULL)
			*value++ = '\0';
		if (value == NULL || !take_line(&r, line, value))
			return err_set(err, ERR_PERM, "%s:%d: this is no "
			    "root of Dunlin: give a file root-YYYY-MM-DD or "
			    "BACKUP.root", path, n);
	}
	if (n != 8 || r.hash[0] == '\0')
		return err_set(err, ERR_PERM, "%s:%d: the file is cut short",
		    path, n);
	*ret_root = r;
	return 0;
}
