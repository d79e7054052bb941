/* import_diff.h - what an import would change.  Internal to import_*.c. */
#ifndef DUNLIN_STORE_IMPORT_DIFF_H
#define DUNLIN_STORE_IMPORT_DIFF_H

#include "core/address.h"
#include "store/import_apply.h"
#include "store/imports.h"
#include "store/items.h"
#include "store/parties.h"
#include "store/payments.h"

/* An open item of the source that a full list does not name. */
struct gone {
	int64_t account_id;
	struct item_key key;
};

struct diff {
	struct db *db;
	int64_t company_id;
	struct staging *stage;
	const struct import_options *o;
	const struct import_summary *summary;
	int64_t now;
	const char *actor;
	struct import_result *result;
	struct source_row source;	/* id 0: not there yet */
	struct gone *gone;
	size_t n_gone;
	char *files;			/* names, for the record */
	size_t n_open;			/* items of the source before */
	int64_t last_item;		/* highest id before */
	/* In slices: the row of state running; 0: all in one transaction. */
	int64_t running;
};

enum item_field { FIELD_ACCOUNT, FIELD_KIND, FIELD_ISSUED, FIELD_DUE,
	FIELD_AMOUNT, FIELD_BALANCE, FIELD_CURRENCY, FIELD_PAID,
	FIELD_DISPUTED, FIELD_BLOCKED, FIELD_COUNT };
#define FIELD_BIT(f) (1u << (f))

/* The item that a row describes; old is what is stored, or NULL.  Returns
 * the fields that differ, as bits. */
unsigned diff_item(const struct diff *d, const struct stage_row *row,
    int64_t account_id, const struct item_row *old,
    struct item_row *ret_item);
const char *diff_field(enum item_field f);
/* The value of a field in buf[MONEY_TEXT_MAX]; NULL when not known. */
const char *diff_value(enum item_field f, const struct item_row *row,
    char *buf);
struct item_key diff_key(const struct stage_row *row);

/* What is to be stored about the customer, of what the file says and what is
 * known (old NULL: nothing). */
void diff_party(const struct diff *d, const struct stage_account *a,
    const struct party_facts *old, struct party_facts *ret_want);
bool diff_same_text(const char *a, const char *b);

/* The addresses that the file gives, in order; at most DIFF_ADDRESSES. */
#define DIFF_ADDRESSES 12
struct diff_address {
	enum address_kind kind;
	char value[ADDRESS_MAX], norm[ADDRESS_MAX];
	bool add;		/* not an open contact, and not closed by
				 * a person */
};
size_t diff_addresses(const struct stage_account *a,
    const struct contact_row *contacts, size_t n_contacts,
    struct diff_address *out);
/* The contact was named by the ledger, and is no longer. */
bool diff_dropped(const struct contact_row *c, const struct stage_account *a,
    const struct diff_address *addresses, size_t n);

/* Marks rows and accounts, fills gone and the counts, keeps lines for a dry
 * run. */
int diff_make(struct diff *d, struct err *err);

#define IMPORT_ACTOR "import"
/* Inside store_tx.  Parts of an import that may lie in transactions of their
 * own: each writes from index i on and returns how many it did, or -1. */
int write_gone(struct diff *d, struct db *db, size_t i, struct err *err);
int write_account(struct diff *d, struct db *db, size_t i, struct err *err);
#define DATES_AT_ONCE 1000		/* ids, for a full list */
int write_dates(struct diff *d, struct db *db, size_t i, struct err *err);
void sort_gone(struct diff *d);		/* before the first write_gone */
/* Reported payments that the ledger now knows about. */
int write_superseded(struct diff *d, struct db *db, struct err *err);
/* Receipts without a customer: counted, and written. */
int look_receipts(struct diff *d, struct err *err);
int write_receipts(struct diff *d, struct db *db, struct err *err);

/* import_slices.c: all parts inside one transaction, or in many of theirs
 * with room for other writers in between.  first is called in each. */
bool slices_wanted(const struct diff *d);
int slices_at_once(struct diff *d, struct db *db, struct err *err);
int slices_run(struct diff *d, store_tx_fn first, struct err *err);

/* True, with why, when a full list has shrunk (DESIGN §3). */
bool diff_shrunk(const struct import_result *r);

#endif
