/* limitations.h - what the limitation clock of an item goes by, and what it
 * showed last (policy/limitation.h computes it). */
#ifndef DUNLIN_STORE_LIMITATIONS_H
#define DUNLIN_STORE_LIMITATIONS_H

#include "core/money.h"
#include "core/zone.h"
#include "policy/limitation.h"
#include "store/db.h"

struct limitation_item {
	int64_t item_id, account_id;
	const char *account, *name, *owner, *document;
	int32_t base;		/* due day; of instalments of one document
				 * the last one's */
	struct money open;
	/* As of the last look; ends DATE_NONE: none yet. */
	int32_t ends;
	int warned;		/* days before it of which people were told */
	int64_t hold_id;	/* 0: none is open */
};

/* Open items by id, after after_id, that began on day before at the latest,
 * at most max.  account_id 0: of all.  The strings belong to owner. */
int limitations_items(void *owner, struct db *db, int64_t company_id,
    int64_t account_id, int32_t before, int64_t after_id, size_t max,
    struct limitation_item **ret_list, size_t *ret_n, struct err *err);

/* What may have interrupted it, by day: demands and the proof that they
 * arrived, promises, bills, part payments, and what people noted. */
int limitations_facts(void *owner, struct db *db,
    const struct limitation_item *item, const struct zone *zone,
    struct limitation_fact **ret_list, size_t *ret_n, struct err *err);

/* Inside store_tx: what a look has shown; passed: it is over. */
int limitations_put(struct db *db, int64_t company_id,
    const struct limitation_item *item, const struct limitation *l,
    bool passed, struct err *err);

/* Inside store_tx: a person notes what interrupted it.  item_id 0: of all
 * items that are open.  Writes an event. */
struct limitation_note {
	int64_t company_id, account_id, item_id;
	enum limitation_event event;
	int32_t day;
	const char *note;	/* NULL: none */
};
int limitations_note(struct db *db, const struct limitation_note *n,
    int64_t now, const char *actor, struct err *err);

/* The open item of that document; 0: there is none. */
int limitations_find(struct db *db, int64_t account_id, const char *document,
    int64_t *ret_item_id, struct err *err);

#endif
