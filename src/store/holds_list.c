#include "store/holds.h"

#include "base/clock.h"

#include <stdio.h>

#define HOLD_COLUMNS "SELECT h.id, h.kind, h.scope, a.code, " \
	"coalesce(i.document, d.value, h.channel), h.amount, i.currency, " \
	"h.owner, h.note, h.placed_by, h.placed_at, h.review_at, h.ends_at " \
	"FROM hold h LEFT JOIN account a ON a.id = h.account_id " \
	"LEFT JOIN item i ON i.id = h.item_id " \
	"LEFT JOIN address d ON d.id = h.address_id " \
	"WHERE h.released_at IS NULL AND h.company_id = $1 "

DB_STMT(holds_of_company, HOLD_COLUMNS "ORDER BY h.review_at, h.id");
DB_STMT(holds_of_account, HOLD_COLUMNS "AND (h.account_id = $2 "
    "OR (h.account_id IS NULL AND (h.scope = 'company' "
    "OR (h.scope = 'channel' AND h.party_id IS NULL) "
    "OR h.party_id = (SELECT party_id FROM account WHERE id = $2) "
    "OR h.address_id IN (SELECT address_id FROM contact "
    "WHERE account_id = $2 AND closed_at IS NULL)))) "
    "ORDER BY h.review_at, h.id");

static int
row(struct db_query *q, struct hold_row *h, struct err *err)
{
	const char *currency = db_text(q, 6);

	h->id = db_int(q, 0);
	if (!hold_parse(db_text(q, 1), &h->kind) ||
	    !hold_scope_parse(db_text(q, 2), &h->scope))
		return err_set(err, ERR_CORRUPT, "hold %lld: unknown kind or "
		    "scope", (long long)h->id);
	h->account = db_text(q, 3);
	h->target = db_text(q, 4);
	h->amount = db_is_null(q, 5) ? 0 : db_int(q, 5);
	snprintf(h->currency, sizeof(h->currency), "%s",
	    currency == NULL ? "" : currency);
	h->owner = db_text(q, 7);
	h->note = db_text(q, 8);
	h->placed_by = db_text(q, 9);
	h->placed_at = db_int(q, 10);
	h->review_at = db_int(q, 11);
	h->ends_at = db_int(q, 12);
	return 0;
}

int
holds_each(struct db *db, int64_t company_id, int64_t account_id,
    int (*fn)(const struct hold_row *h, void *arg), void *arg,
    struct err *err)
{
	struct db_query *q = db_query(db, account_id == 0 ?
	    &holds_of_company : &holds_of_account);
	struct hold_row h;
	int r;

	db_bind_int(q, 1, company_id);
	if (account_id != 0)
		db_bind_int(q, 2, account_id);
	while ((r = db_step(q, err)) > 0)
		if (row(q, &h, err) < 0 || fn(&h, arg) != 0) {
			r = err->kind == ERR_CORRUPT ? -1 : 0;
			db_done(q);
			break;
		}
	return r;
}
