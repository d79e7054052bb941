/* ageing_sql.h - what is open and how old it is, as pieces of SQL: one rule for
 * reports, digests and the order of work.
 *
 * What is open of an item is its balance as the ledger stated it, less what
 * was received for it since then (dated later, or provisional), never past
 * nought.  Its age is of today over its due day: 0 not due, 1 to 30 days,
 * 2 to 60, 3 to 90, 4 more.  Credits and receipts that are not allocated are
 * no ages: they stand by themselves (5), below nought, whenever they were
 * due; they are in a total, and never in what is overdue.  What is disputed
 * or promised is owed as anything else.  i: item, p: payment. */
#ifndef DUNLIN_STORE_AGEING_SQL_H
#define DUNLIN_STORE_AGEING_SQL_H

#define AGEING_NOT_OWED "i.kind IN ('credit', 'unapplied')"
#define AGEING_AGE(today) "CASE WHEN " AGEING_NOT_OWED " THEN 5 " \
	"WHEN i.due >= " today " THEN 0 WHEN " today " - i.due <= 30 THEN 1 " \
	"WHEN " today " - i.due <= 60 THEN 2 " \
	"WHEN " today " - i.due <= 90 THEN 3 ELSE 4 END"
/* What was received for an item since its balance was stated. */
#define AGEING_RECEIVED "p.state = 'received' AND (p.provisional = 1 " \
	"OR p.value_date > i.balance_as_of)"
/* Of x, a row for each item with its balance and the sum paid: what the sum of
 * balances changes by. */
#define AGEING_LATER "sum(CASE WHEN x.balance > 0 AND x.paid > x.balance " \
	"THEN -x.balance ELSE -x.paid END)"

#endif
