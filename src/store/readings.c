#include "store/readings.h"

#include "base/mem.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

/* clang-format off */
DB_STMT(readings_events,
    "SELECT p.payload FROM event e JOIN stream s ON s.id = e.stream_id"
    " JOIN event_payload p ON p.event_id = e.id WHERE s.company_id = $1"
    " AND e.kind = 'reading-corrected' ORDER BY e.id");
DB_STMT(readings_mail,
    "SELECT x.received_at, x.meaning, x.account_id, y.name, y.language,"
    " y.zone, a.code FROM inbox x LEFT JOIN account a ON a.id = x.account_id"
    " LEFT JOIN party y ON y.id = a.party_id WHERE x.id = $1");
DB_STMT(readings_names,
    "SELECT c.name, d.value FROM contact c JOIN address d"
    " ON d.id = c.address_id WHERE c.account_id = $1 ORDER BY c.id LIMIT 15");
/* clang-format on */

/* inbox -> as, the last word on each. */
static int
collect(struct db *db, int64_t company_id, json_t *ret_all, struct err *err)
{
	struct db_query *q = db_query(db, &readings_events);
	char key[32];
	json_t *j;
	int r;

	db_bind_int(q, 1, company_id);
	while ((r = db_step(q, err)) > 0) {
		j = json_loads(db_text(q, 0), 0, NULL);
		/* Padded, so that they sort by number. */
		snprintf(key, sizeof(key), "%019lld", (long long)
		    json_integer_value(json_object_get(j, "inbox")));
		json_object_set_new(ret_all, key, json_object_get(j, "as") !=
		    NULL ? json_incref(json_object_get(j, "as")) :
		    json_null());
		json_decref(j);
	}
	return r;
}

static int
add_names(void *pool, struct db *db, struct reading_corrected *c,
    int64_t account_id, struct err *err)
{
	struct db_query *q = db_query(db, &readings_names);
	int r, k;

	db_bind_int(q, 1, account_id);
	while ((r = db_step(q, err)) > 0)
		for (k = 0; k < 2; k++)
			if (!db_is_null(q, k) && c->n_names < READINGS_NAMES)
				c->names[c->n_names++] = mem_str(pool,
				    db_text(q, k));
	return r;
}

static int
load(void *pool, struct db *db, struct reading_corrected *c, struct err *err)
{
	int64_t account_id;
	struct db_query *q;

	if (db_get(db, &readings_mail, &q, err, "i", c->inbox_id) < 0)
		return err_add(err, "mail %lld", (long long)c->inbox_id);
	c->received_at = db_int(q, 0);
	c->meaning = mem_str(pool, db_text(q, 1));
	account_id = db_is_null(q, 2) ? 0 : db_int(q, 2);
	if (!db_is_null(q, 3))
		c->names[c->n_names++] = mem_str(pool, db_text(q, 3));
	c->language = mem_str(pool, db_text(q, 4));
	c->zone = mem_str(pool, db_text(q, 5));
	if (!db_is_null(q, 6))
		c->names[c->n_names++] = mem_str(pool, db_text(q, 6));
	db_done(q);
	return account_id == 0 ? 0 : add_names(pool, db, c, account_id, err);
}

int
readings_each(struct db *db, int64_t company_id,
    int (*fn)(const struct reading_corrected *r, void *arg), void *arg,
    struct err *err)
{
	json_t *all = json_object(), *as;
	struct reading_corrected c;
	const char *key;
	void *pool;
	int r;

	if (collect(db, company_id, all, err) < 0) {
		json_decref(all);
		return -1;
	}
	json_object_foreach(all, key, as) {
		pool = talloc_new(NULL);
		c = (struct reading_corrected){ .inbox_id = strtoll(key,
		    NULL, 10), .as = json_string_value(as) };
		r = load(pool, db, &c, err);
		if (r == 0 && fn(&c, arg) != 0)
			r = 1;
		talloc_free(pool);
		if (r != 0) {
			json_decref(all);
			return r < 0 ? -1 : 0;
		}
	}
	json_decref(all);
	return 0;
}
