#include "store/thanks.h"

#include "base/clock.h"
#include "core/date.h"

#include <string.h>

#define OF_EPISODE "FROM communication c WHERE c.account_id = $1 " \
	"AND c.episode = $2 AND c.class = 'reminder' AND c.cancelled = 0 " \
	"AND c.at IS NOT NULL"
#define NAMED "(SELECT n.item_id FROM communication_item n " \
	"JOIN communication c ON c.id = n.communication_id " \
	"WHERE c.account_id = $1 AND c.episode = $2 " \
	"AND c.class = 'reminder' AND c.cancelled = 0 " \
	"AND c.at IS NOT NULL)"

DB_STMT(thanks_episode, "SELECT id, episode FROM account WHERE id = $1");
DB_STMT(thanks_of, "SELECT account_id, coalesce(episode, 0) "
	"FROM communication WHERE id = $1");
DB_STMT(thanks_reminders, "SELECT min(c.id), max(c.id), (SELECT count(*) "
	"FROM wrong_reminder w WHERE w.account_id = $1 "
	"AND w.communication_id >= min(c.id)) " OF_EPISODE);
DB_STMT(thanks_items, "SELECT count(*), sum(CASE WHEN i.state = 'cleared' "
	"AND (i.paid IS NOT NULL OR EXISTS (SELECT 1 FROM payment p "
	"WHERE p.item_id = i.id AND p.state = 'received' "
	"AND p.provisional = 0)) THEN 1 ELSE 0 END), max(i.closed_at) "
	"FROM item i WHERE i.id IN " NAMED);
DB_STMT(thanks_payments, "SELECT p.value_date, p.currency, sum(p.amount) "
	"FROM payment p WHERE p.state = 'received' AND p.item_id IN " NAMED
	" GROUP BY p.value_date, p.currency LIMIT 2");

static int
look_payments(struct db *db, int64_t account_id, int64_t episode,
    struct thanks *t, struct err *err)
{
	struct db_query *q = db_query(db, &thanks_payments);
	int n = 0, r;

	db_bind_int(q, 1, account_id);
	db_bind_int(q, 2, episode);
	while ((r = db_step(q, err)) > 0) {
		t->day = (int32_t)db_int(q, 0);
		t->amount = money_zero(db_text(q, 1));
		t->amount.minor = db_int(q, 2);
		n++;
	}
	if (n != 1 || t->amount.minor <= 0)
		t->day = DATE_NONE;
	return r;
}

static int
look(struct db *db, struct db_stmt *stmt, int64_t id, struct thanks *ret,
    struct err *err)
{
	struct thanks t = { .closed_at = CLOCK_NONE, .day = DATE_NONE };
	int64_t account_id, episode, wrong;
	struct db_query *q;

	if (db_get(db, stmt, &q, err, "i", id) < 0)
		return -1;
	account_id = db_int(q, 0);
	episode = db_int(q, 1);
	db_done(q);
	if (db_get(db, &thanks_reminders, &q, err, "ii", account_id,
	    episode) < 0)
		return -1;
	t.first_id = db_is_null(q, 0) ? 0 : db_int(q, 0);
	t.last_id = db_is_null(q, 1) ? 0 : db_int(q, 1);
	wrong = t.first_id == 0 ? 0 : db_int(q, 2);
	db_done(q);
	*ret = t;
	if (t.first_id == 0 || wrong > 0)
		return 0;
	if (db_get(db, &thanks_items, &q, err, "ii", account_id,
	    episode) < 0)
		return -1;
	t.due = db_int(q, 0) > 0 && db_int(q, 0) == db_int(q, 1);
	t.closed_at = db_is_null(q, 2) ? CLOCK_NONE : db_int(q, 2);
	db_done(q);
	if (t.due && look_payments(db, account_id, episode, &t, err) < 0)
		return -1;
	*ret = t;
	return 0;
}

int
thanks_look(struct db *db, int64_t account_id, struct thanks *ret,
    struct err *err)
{
	return look(db, &thanks_episode, account_id, ret, err);
}

int
thanks_told(struct talk *t, struct db *db, int64_t communication_id,
    struct err *err)
{
	struct thanks k;

	if (look(db, &thanks_of, communication_id, &k, err) < 0)
		return -1;
	t->free = true;
	t->current = k.due;
	t->received = k.day;
	t->receipt = k.amount;
	return 0;
}
