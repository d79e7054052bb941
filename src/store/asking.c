#include "store/asking.h"

#include "base/mem.h"
#include "core/kinds.h"
#include "track/outbox_state.h"

#include <string.h>

#define MINUTE 60
#define HOUR 3600
#define OVER (72 * HOUR)	/* RULES §C: unknown for good after that */

/* Seconds after the start of an attempt.  An uncertain one from the first
 * row, others from the third. */
static const int64_t times[] = { MINUTE, 5 * MINUTE, 20 * MINUTE, HOUR,
    6 * HOUR, 24 * HOUR, 48 * HOUR };
#define TIMES ((int64_t)(sizeof(times) / sizeof(times[0])))
#define TAKEN_FROM 2

/* clang-format off */
DB_STMT(asking_recent,
    "SELECT t.id, t.started_at, t.asked, o.state, t.delivery, o.company_id,"
    " o.route FROM attempt t JOIN outbox o ON o.id = t.outbox_id"
    " ORDER BY t.id DESC");
DB_STMT(asking_one,
    "SELECT t.started_at, t.token, t.remote_id, c.bytes FROM attempt t"
    " JOIN attempt_content c ON c.attempt_id = t.id WHERE t.id = $1");
DB_STMT(asking_count,
    "UPDATE attempt SET asked = asked + 1 WHERE id = $1");
DB_STMT(asking_name,
    "UPDATE attempt SET remote_id = $2 WHERE id = $1"
    " AND remote_id IS NULL");
/* clang-format on */

static bool
is_open(enum delivery d)
{
	return d != DELIVERY_DELIVERED && d != DELIVERY_FAILED &&
	    d != DELIVERY_REJECTED && d != DELIVERY_OPTED_OUT;
}

static bool
is_due(struct db_query *q, int64_t company_id, const char *route,
    int64_t now)
{
	enum outbox_state state;
	enum delivery d;
	int64_t nth = db_int(q, 2);

	if (db_int(q, 5) != company_id || strcmp(db_text(q, 6), route) != 0 ||
	    !outbox_state_parse(db_text(q, 3), &state))
		return false;
	if (state == OUTBOX_ACCEPTED) {
		if (db_is_null(q, 4) || !delivery_parse(db_text(q, 4), &d) ||
		    !is_open(d))
			return false;
		nth += TAKEN_FROM;
	} else if (state != OUTBOX_UNCERTAIN) {
		return false;
	}
	return nth < TIMES && now >= db_int(q, 1) + times[nth];
}

int
asking_get(void *owner, struct db *db, int64_t attempt_id,
    struct asking *ret, struct err *err)
{
	struct db_query *q;
	const void *bytes;
	size_t n;

	if (db_get(db, &asking_one, &q, err, "i", attempt_id) < 0)
		return -1;
	ret->attempt_id = attempt_id;
	ret->started_at = db_int(q, 0);
	ret->token = mem_str(owner, db_text(q, 1));
	ret->remote_id = mem_str(owner, db_text(q, 2));
	bytes = db_blob(q, 3, &n);
	ret->bytes = mem_strn(owner, bytes, n);
	ret->len = n;
	db_done(q);
	return 0;
}

int
asking_due(void *owner, struct db *db, int64_t company_id, const char *route,
    int64_t now, struct asking **ret_list, size_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(db, &asking_recent);
	int64_t ids[ASKING_MOST];
	struct asking *list;
	size_t i, n = 0;
	int r = 0;

	while (n < ASKING_MOST && (r = db_step(q, err)) > 0 &&
	    db_int(q, 1) > now - OVER)
		if (is_due(q, company_id, route, now))
			ids[n++] = db_int(q, 0);
	if (r < 0)
		return -1;
	db_done(q);
	list = mem_array(owner, struct asking, n + 1);
	for (i = 0; i < n; i++)
		if (asking_get(list, db, ids[i], &list[i], err) < 0)
			return -1;
	*ret_list = list;
	*ret_n = n;
	return 0;
}

int
asking_done(struct db *db, int64_t attempt_id, struct err *err)
{
	return db_run(db, &asking_count, err, "i", attempt_id);
}

int
asking_identify(struct db *db, int64_t attempt_id, const char *remote_id,
    struct err *err)
{
	return db_run(db, &asking_name, err, "it", attempt_id, remote_id);
}
