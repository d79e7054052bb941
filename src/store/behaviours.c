#include "store/behaviours.h"

#include "base/mem.h"
#include "core/date.h"
#include "store/accounts.h"
#include "store/events.h"

#include <string.h>

#define DAY 86400
#define OF_PARTY(columns, table, alias) "(SELECT " columns " FROM account a" \
	" JOIN " table " " alias " ON " alias ".account_id = a.id" \
	" WHERE a.party_id = p.id "

/* clang-format off */
DB_STMT(behaviour_party, "SELECT p.id, p.tier, p.tier_fixed, "
	OF_PARTY("count(*)", "promise", "m")
	"AND m.closed_at >= $2 AND m.state = 'kept'), "
	OF_PARTY("count(*)", "promise", "m")
	"AND m.closed_at >= $2 AND m.state IN ('partly-kept', 'broken')), "
	OF_PARTY("count(*)", "dispute", "t")
	"AND t.closed_at >= $2 AND t.state = 'rejected'), "
	OF_PARTY("count(DISTINCT c.address_id)", "contact", "c")
	"AND EXISTS (SELECT 1 FROM address d WHERE d.id = c.address_id "
	"AND d.state = 'dead' AND d.state_at >= $2)) "
	"FROM account x JOIN party p ON p.id = x.party_id WHERE x.id = $1");
DB_STMT(behaviour_items, "SELECT i.due, coalesce(i.paid, "
	"(SELECT max(y.value_date) FROM payment y WHERE y.item_id = i.id "
	"AND y.state = 'received'), i.closed_at / 86400), i.amount, "
	"i.currency, EXISTS (SELECT 1 FROM dispute t "
	"WHERE t.account_id = i.account_id AND t.item_id = i.id "
	"AND t.state = 'accepted') FROM account a JOIN item i "
	"ON i.account_id = a.id WHERE a.party_id = $1 "
	"AND i.state = 'cleared' AND i.closed_at >= $2 "
	"AND i.kind IN ('invoice', 'term') ORDER BY 2 DESC, i.id DESC "
	"LIMIT 1000");
/* clang-format on */

static int
load_items(void *owner, struct db *db, const struct policy *p,
    int64_t since, struct behaviour *b, struct err *err)
{
	struct db_query *q = db_query(db, &behaviour_items);
	struct behave_item *list = NULL;
	size_t n = 0;
	int r;

	db_bind_int(q, 1, b->party_id);
	db_bind_int(q, 2, since);
	while ((r = db_step(q, err)) > 0) {
		if (db_int(q, 2) < policy_minimum_for(p, db_text(q, 3)))
			continue;
		if ((n & (n + 1)) == 0)
			list = mem_grow(owner, list, struct behave_item,
			    2 * (n + 1));
		list[n].due = (int32_t)db_int(q, 0);
		list[n].paid = (int32_t)db_int(q, 1);
		list[n++].upheld = db_int(q, 4) != 0;
	}
	b->seen.items = list;
	b->seen.n_items = n;
	return r;
}

int
behaviours_load(void *owner, struct db *db, const struct policy *p,
    int64_t account_id, int32_t today, struct behaviour *ret,
    struct err *err)
{
	int64_t since = ((int64_t)today - p->behaviour.days) * DAY;
	struct behaviour b;
	struct db_query *q;

	memset(&b, 0, sizeof(b));
	if (db_get(db, &behaviour_party, &q, err, "ii", account_id,
	    since) < 0)
		return -1;
	b.party_id = db_int(q, 0);
	if (!tier_parse(db_text(q, 1), &b.tier))
		b.tier = TIER_STANDARD;
	b.fixed = db_int(q, 2) != 0;
	b.seen.kept = (int)db_int(q, 3);
	b.seen.broken = (int)db_int(q, 4);
	b.seen.rejected = (int)db_int(q, 5);
	b.seen.bounced = (int)db_int(q, 6);
	db_done(q);
	if (load_items(owner, db, p, since, &b, err) < 0)
		return -1;
	*ret = b;
	return 0;
}

int
behaviours_change(struct db *db, const struct behaviour_change *c,
    int64_t now, const char *actor, struct err *err)
{
	db_want_tx(db, "behaviours_change");
	if (accounts_restore_tier(db, c->account_id, c->is, false, err) < 0)
		return -1;
	return events_append(db, c->company_id, c->account_id, now,
	    "tier-changed", actor, json_pack("{s:s, s:s, s:s, s:s, s:s}",
	    "was", tier_name(c->was), "is", tier_name(c->is), "reason",
	    c->reason, "why", c->why, "zh", c->zh), NULL, err);
}
