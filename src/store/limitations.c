#include "store/limitations.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "store/accounts.h"
#include "store/events.h"

#include <string.h>

#define EVENT_AT(kinds, from) "(SELECT min(e.seq) FROM stream s"	\
	" JOIN event e ON e.stream_id = s.id WHERE s.account_id = $2"	\
	" AND e.at >= " from " AND e.kind = " kinds ")"

/* clang-format off */
DB_STMT(limitation_items,
    "SELECT i.id, i.account_id, a.code, p.name, u.login, i.document,"
    " (SELECT max(j.due) FROM item j WHERE j.company_id = i.company_id"
    " AND j.source_id = i.source_id AND j.document = i.document"
    " AND j.year = i.year), i.balance - coalesce((SELECT sum(y.amount)"
    " FROM payment y WHERE y.item_id = i.id AND y.state = 'received'"
    " AND (y.value_date > i.balance_as_of OR y.provisional = 1)), 0),"
    " i.currency, l.ends_on, l.warned, (SELECT min(h.id) FROM hold h"
    " WHERE h.account_id = i.account_id AND h.item_id = i.id"
    " AND h.kind = 'limitation' AND h.released_at IS NULL)"
    " FROM item i JOIN account a ON a.id = i.account_id"
    " JOIN party p ON p.id = a.party_id"
    " LEFT JOIN users u ON u.id = a.owner_id"
    " LEFT JOIN limitation l ON l.item_id = i.id"
    " WHERE i.company_id = $1 AND ($2 = 0 OR i.account_id = $2)"
    " AND i.state = 'open' AND i.balance > 0 AND i.due <= $3 AND i.id > $4"
    " ORDER BY i.id LIMIT $5");
DB_STMT(limitation_facts,
    /* demands: a reminder or letter that named it and did not come back */
    "SELECT 'demand', c.at, CAST(NULL AS BIGINT),"
    " CASE WHEN EXISTS (SELECT 1 FROM outbox o JOIN attempt t"
    "  ON t.outbox_id = o.id JOIN inbox b ON b.attempt_id = t.id"
    "  WHERE o.communication_id = c.id AND b.intake NOT LIKE '%/report')"
    " THEN 'replied' WHEN EXISTS (SELECT 1 FROM outbox o JOIN attempt t"
    "  ON t.outbox_id = o.id WHERE o.communication_id = c.id"
    "  AND t.delivery = 'delivered') THEN 'delivered'"
    " WHEN EXISTS (SELECT 1 FROM outbox o WHERE o.communication_id = c.id"
    "  AND o.state = 'accepted') THEN 'accepted' ELSE 'unproven' END, "
    EVENT_AT("'message-accepted'", "c.at") ", c.step"
    " FROM communication c JOIN communication_item n"
    " ON n.communication_id = c.id AND n.item_id = $1"
    " WHERE c.account_id = $2 AND c.at IS NOT NULL AND c.cancelled = 0"
    " AND c.class IN ('reminder', 'letter') UNION ALL"
    /* promises: in writing, or said to a person */
    " SELECT CASE WHEN x.inbox_id IS NULL THEN 'agreement'"
    " ELSE 'acknowledgement' END, CAST(NULL AS BIGINT), x.made_on,"
    " 'unproven', " EVENT_AT("'promise-made'", "x.made_at")
    ", CAST(NULL AS TEXT) FROM promise x JOIN promise_item n"
    " ON n.promise_id = x.id WHERE n.item_id = $1 AND x.account_id = $2"
    " AND x.state NOT IN ('proposed', 'withdrawn') UNION ALL"
    " SELECT 'agreement', CAST(NULL AS BIGINT), x.received_on, 'unproven', "
    EVENT_AT("'bill-received'", "x.made_at") ", x.number"
    " FROM bill x JOIN bill_item n ON n.bill_id = x.id"
    " WHERE n.item_id = $1 AND x.account_id = $2 AND x.state <> 'returned'"
    " UNION ALL SELECT 'part-payment', CAST(NULL AS BIGINT), y.value_date,"
    " 'unproven', CASE WHEN y.source_id IS NULL THEN "
    EVENT_AT("'payment-received'", "y.created_at") " ELSE NULL END,"
    " y.reference FROM payment y WHERE y.item_id = $1"
    " AND y.state = 'received' UNION ALL"
    " SELECT m.event, CAST(NULL AS BIGINT), m.day, 'delivered', m.seq, m.note"
    " FROM interruption m WHERE m.account_id = $2"
    " AND (m.item_id = $1 OR m.item_id IS NULL)");
DB_STMT(limitation_put,
    "INSERT INTO limitation (item_id, company_id, account_id, base, ends_on,"
    " warned, passed) VALUES ($1, $2, $3, $4, $5, $6, $7)"
    " ON CONFLICT (item_id) DO UPDATE SET company_id = $2, account_id = $3,"
    " base = $4, ends_on = $5, warned = $6, passed = $7");
DB_STMT(limitation_note,
    "INSERT INTO interruption (company_id, account_id, item_id, event, day,"
    " note, seq, made_at, made_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8,"
    " $9)");
DB_STMT(limitation_seq, "SELECT seq FROM event WHERE id = $1");
DB_STMT(limitation_find, "SELECT coalesce(min(id), 0) FROM item"
    " WHERE account_id = $1 AND state = 'open' AND document = $2");
/* clang-format on */

static int64_t
zero_if_null(struct db_query *q, int col)
{
	return db_is_null(q, col) ? 0 : db_int(q, col);
}

int
limitations_items(void *owner, struct db *db, int64_t company_id,
    int64_t account_id, int32_t before, int64_t after_id, size_t max,
    struct limitation_item **ret_list, size_t *ret_n, struct err *err)
{
	struct limitation_item *list = mem_array(owner,
	    struct limitation_item, max), *it;
	struct db_query *q = db_query(db, &limitation_items);
	size_t n = 0;
	int r = 0;

	db_bind_int(q, 1, company_id);
	db_bind_int(q, 2, account_id);
	db_bind_int(q, 3, before);
	db_bind_int(q, 4, after_id);
	db_bind_int(q, 5, (int64_t)max);
	while (n < max && (r = db_step(q, err)) > 0) {
		it = &list[n++];
		it->item_id = db_int(q, 0);
		it->account_id = db_int(q, 1);
		it->account = mem_str(list, db_text(q, 2));
		it->name = mem_str(list, db_text(q, 3));
		it->owner = mem_str(list, db_text(q, 4));
		it->document = mem_str(list, db_text(q, 5));
		it->base = (int32_t)db_int(q, 6);
		it->open = money_zero(db_text(q, 8));
		it->open.minor = db_int(q, 7);
		it->ends = db_is_null(q, 9) ? DATE_NONE :
		    (int32_t)db_int(q, 9);
		it->warned = (int)zero_if_null(q, 10);
		it->hold_id = zero_if_null(q, 11);
	}
	if (n == max)
		db_done(q);
	if (r < 0)
		return -1;
	*ret_list = list;
	*ret_n = n;
	return 0;
}

static int
take(struct db_query *q, void *owner, const struct zone *zone,
    struct limitation_fact *f, struct err *err)
{
	int32_t second;

	if (!limitation_event_parse(db_text(q, 0), &f->event) ||
	    !limitation_proof_parse(db_text(q, 3), &f->proof))
		return err_set(err, ERR_CORRUPT, "an interruption of no "
		    "known kind");
	f->day = db_is_null(q, 2) ? zone_day(zone, db_int(q, 1), &second) :
	    (int32_t)db_int(q, 2);
	f->seq = zero_if_null(q, 4);
	f->reference = mem_str(owner, db_text(q, 5));
	f->effect = LIMITATION_NO_EFFECT;
	return 0;
}

int
limitations_facts(void *owner, struct db *db,
    const struct limitation_item *item, const struct zone *zone,
    struct limitation_fact **ret_list, size_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(db, &limitation_facts);
	struct limitation_fact *list = NULL, f;
	size_t n = 0, i;
	int r;

	db_bind_int(q, 1, item->item_id);
	db_bind_int(q, 2, item->account_id);
	while ((r = db_step(q, err)) > 0) {
		if (take(q, owner, zone, &f, err) < 0) {
			db_done(q);
			return -1;
		}
		list = mem_grow(owner, list, struct limitation_fact, n + 1);
		for (i = n++; i > 0 && list[i - 1].day > f.day; i--)
			list[i] = list[i - 1];
		list[i] = f;
	}
	if (r < 0)
		return -1;
	*ret_list = list;
	*ret_n = n;
	return 0;
}

int
limitations_put(struct db *db, int64_t company_id,
    const struct limitation_item *item, const struct limitation *l,
    bool passed, struct err *err)
{
	db_want_tx(db, "limitations_put");
	if (db_run(db, &limitation_put, err, "iiiiiii", item->item_id,
	    company_id, item->account_id, (int64_t)l->base,
	    (int64_t)l->ends, (int64_t)item->warned, (int64_t)passed) < 0)
		return -1;
	return accounts_touch(db, item->account_id, err);
}

int
limitations_note(struct db *db, const struct limitation_note *n, int64_t now,
    const char *actor, struct err *err)
{
	char day[DATE_TEXT_MAX];
	int64_t event, seq;

	db_want_tx(db, "limitations_note");
	if (events_append(db, n->company_id, n->account_id, now,
	    "limitation-interrupted", actor, json_pack("{s:s, s:s, s:I, "
	    "s:s*}", "event", limitation_event_word(n->event), "on",
	    date_format(n->day, day), "item", (json_int_t)n->item_id, "note",
	    n->note), &event, err) < 0 ||
	    db_get_int(db, &limitation_seq, &seq, err, "i", event) < 0)
		return -1;
	return db_run(db, &limitation_note, err, "iiititiit", n->company_id,
	    n->account_id, n->item_id == 0 ? CLOCK_NONE : n->item_id,
	    limitation_event_word(n->event), (int64_t)n->day, n->note, seq,
	    now, actor);
}

int
limitations_find(struct db *db, int64_t account_id, const char *document,
    int64_t *ret_item_id, struct err *err)
{
	return db_get_int(db, &limitation_find, ret_item_id, err, "it",
	    account_id, document);
}
