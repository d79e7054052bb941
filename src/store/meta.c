#include "store/meta.h"

#include "base/clock.h"
#include "base/mem.h"
#include "store/events.h"
#include "store/tasks.h"

#include <stdio.h>
#include <stdlib.h>

#define CLOCK_KEY "clock-highest"
/* Remembered only when it moved by this much: not one write a step. */
#define CLOCK_GRAIN 60
#define CLOCK_TASK "clock"

DB_STMT(meta_select, "SELECT value FROM meta WHERE key = $1");
DB_STMT(meta_upsert, "INSERT INTO meta (key, value) VALUES ($1, $2) "
    "ON CONFLICT (key) DO UPDATE SET value = excluded.value");
DB_STMT(meta_companies, "SELECT id FROM company WHERE id > $1 "
    "ORDER BY id LIMIT 1");

DB_STMT(meta_clock_tasks, "SELECT count(*) FROM task WHERE reason = '"
    CLOCK_TASK "' AND state <> 'closed'");

int
meta_get(void *owner, struct db *db, const char *key, char **ret_value,
    struct err *err)
{
	struct db_query *q;
	int r;

	r = db_get_maybe(db, &meta_select, &q, err, "t", key);
	if (r <= 0)
		return r;
	*ret_value = mem_str(owner, db_text(q, 0));
	db_done(q);
	return 1;
}

int
meta_set(struct db *db, const char *key, const char *value, struct err *err)
{
	return db_run(db, &meta_upsert, err, "tt", key, value);
}

static int
highest_get(struct db *db, int64_t *ret_t, struct err *err)
{
	struct db_query *q;
	int r;

	r = db_get_maybe(db, &meta_select, &q, err, "t", CLOCK_KEY);
	if (r <= 0) {
		*ret_t = CLOCK_NONE;
		return r;
	}
	*ret_t = strtoll(db_text(q, 0), NULL, 10);
	db_done(q);
	return 1;
}

static int
highest_set(struct db *db, int64_t now, struct err *err)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", (long long)now);
	return meta_set(db, CLOCK_KEY, text, err);
}

/* Only ever forward: another process may have seen more meanwhile. */
static int
raise_tx(struct db *db, void *arg, struct err *err)
{
	const int64_t *now = arg;
	int64_t highest;

	if (highest_get(db, &highest, err) < 0)
		return -1;
	return *now > highest ? highest_set(db, *now, err) : 0;
}

static bool
believe(int64_t now, int64_t highest, char why[META_WHY_MAX])
{
	char a[CLOCK_TEXT_MAX], b[CLOCK_TEXT_MAX];
	bool back = now < highest - META_CLOCK_BACK;

	if (!back && now <= highest + META_CLOCK_AHEAD)
		return true;
	snprintf(why, META_WHY_MAX, "the clock says %s, but the last instant "
	    "seen is %s, %s: set the clock, or if it is right say dunlin "
	    "status --accept-clock", clock_format(now, a),
	    clock_format(highest, b), back ? "which is later" :
	    "more than three days before");
	return false;
}

int
meta_clock_look(struct db *db, int64_t now, bool *ret_ok,
    char why[META_WHY_MAX], struct err *err)
{
	int64_t highest;
	int r = highest_get(db, &highest, err);

	if (r < 0)
		return -1;
	*ret_ok = r == 0 || believe(now, highest, why);
	return 0;
}

int
meta_clock_check(struct db *db, int64_t now, bool *ret_ok,
    char why[META_WHY_MAX], struct err *err)
{
	int64_t highest;
	int r = highest_get(db, &highest, err);

	if (r < 0)
		return -1;
	if (r > 0 && !believe(now, highest, why)) {
		*ret_ok = false;
		return 0;
	}
	if (r == 0 || now >= highest + CLOCK_GRAIN) {
		r = db_in_tx(db) ? raise_tx(db, &now, err) :
		    store_tx(db, raise_tx, &now, err);
		if (r < 0)
			return -1;
	}
	*ret_ok = true;
	return 0;
}

int
meta_clock_tell(struct db *db, bool wrong, const char *why,
    const char *actor, struct err *err)
{
	struct task_new t = { .reason = CLOCK_TASK, .detail = why };
	int64_t highest, id = 0;
	struct db_query *q;
	int r;

	db_want_tx(db, "meta_clock_tell");
	if (highest_get(db, &highest, err) < 0)
		return -1;
	while (highest != CLOCK_NONE && (r = db_get_maybe(db, &meta_companies,
	    &q, err, "i", id)) != 0) {
		if (r < 0)
			return -1;
		id = t.company_id = db_int(q, 0);
		db_done(q);
		if (wrong ? tasks_open(db, &t, highest, actor, NULL, NULL,
		    err) < 0 : tasks_close_reason(db, id, 0, CLOCK_TASK,
		    highest, actor, why, err) < 0)
			return -1;
	}
	return 0;
}

int
meta_clock_told(struct db *db, bool *ret_told, struct err *err)
{
	int64_t n;

	if (db_get_int(db, &meta_clock_tasks, &n, err, "") < 0)
		return -1;
	*ret_told = n > 0;
	return 0;
}

int
meta_clock_accept(struct db *db, int64_t now, const char *actor,
    struct err *err)
{
	char a[CLOCK_TEXT_MAX], b[CLOCK_TEXT_MAX];
	int64_t highest, id = 0;
	struct db_query *q;
	int r;

	db_want_tx(db, "meta_clock_accept");
	if (highest_get(db, &highest, err) < 0)
		return -1;
	if (highest == CLOCK_NONE)
		highest = now;
	clock_format(now, a);
	clock_format(highest, b);
	while ((r = db_get_maybe(db, &meta_companies, &q, err, "i",
	    id)) > 0) {
		id = db_int(q, 0);
		db_done(q);
		if (events_append(db, id, 0, now, "clock-accepted", actor,
		    json_pack("{s:s, s:s}", "clock", a, "highest", b), NULL,
		    err) < 0 || tasks_close_reason(db, id, 0, CLOCK_TASK, now,
		    actor, "accepted", err) < 0)
			return -1;
	}
	return r < 0 ? -1 : highest_set(db, now, err);
}
