#include "store/export.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "core/money.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT(name, columns, from) DB_STMT(rows_of_##name, "SELECT " from);
#include "store/export.def"
#undef EXPORT

DB_STMT(exported_accounts, "SELECT id FROM account WHERE id = $1 "
    "OR merged_into = $1 ORDER BY CASE WHEN id = $1 THEN 0 ELSE 1 END, id");
DB_STMT(exported_code, "SELECT code FROM account WHERE id = $1");
DB_STMT(exported_sent, "SELECT c.bytes FROM attempt t JOIN attempt_content c "
    "ON c.attempt_id = t.id WHERE t.outbox_id = $1 AND t.n = $2");
DB_STMT(exported_received, "SELECT raw FROM inbox WHERE id = $1");

static const struct {
	const char *name, *columns;
	struct db_stmt *stmt;
} tables[] = {
#define EXPORT(name, columns, from) { #name, columns, &rows_of_##name },
#include "store/export.def"
#undef EXPORT
};

bool
export_table(size_t i, const char **ret_name,
    struct export_column ret_columns[EXPORT_COLUMNS_MAX + 1])
{
	const char *p;
	size_t n = 0;
	int len;

	if (i >= sizeof(tables) / sizeof(tables[0]))
		return false;
	for (p = tables[i].columns; *p != '\0'; n++) {
		if (n == EXPORT_COLUMNS_MAX || sscanf(p, "%31[^:]:%c%n",
		    ret_columns[n].name, &ret_columns[n].type, &len) != 2)
			abort();
		p += len;
		if (*p == ' ')
			p++;
	}
	ret_columns[n].name[0] = '\0';
	*ret_name = tables[i].name;
	return true;
}

static const char *
currency_of(struct db_query *q, const struct export_column *columns)
{
	int i;

	for (i = 0; columns[i].name[0] != '\0'; i++)
		if (strcmp(columns[i].name, "currency") == 0)
			return db_text(q, i);
	return NULL;
}

static json_t *
money(int64_t minor, const char *cur)
{
	char buf[MONEY_TEXT_MAX];
	struct money m;

	/* A dispute of all that is owed names no sum. */
	if (cur == NULL || money_digits(cur) < 0)
		return json_null();
	m = money_zero(cur);
	m.minor = minor;
	return json_string(money_format(m, buf));
}

static json_t *
value(struct db_query *q, int i, const struct export_column *columns)
{
	char at[CLOCK_TEXT_MAX], day[DATE_TEXT_MAX];
	json_t *j;

	if (db_is_null(q, i))
		return json_null();
	switch (columns[i].type) {
	case 'i':
		return json_integer(db_int(q, i));
	case 'b':
		return json_boolean(db_int(q, i) != 0);
	case 'd':
		return json_string(date_format((int32_t)db_int(q, i), day));
	case '@':
		return json_string(clock_format(db_int(q, i), at));
	case 'm':
		return money(db_int(q, i), currency_of(q, columns));
	case 'j':
		j = json_loads(db_text(q, i), 0, NULL);
		return j != NULL ? j : json_string(db_text(q, i));
	default:
		return json_string(db_text(q, i));
	}
}

int
export_each(struct db *db, size_t table, int64_t account_id,
    int (*fn)(json_t *row, void *arg), void *arg, struct err *err)
{
	struct export_column columns[EXPORT_COLUMNS_MAX + 1];
	struct db_query *q = db_query(db, tables[table].stmt);
	int i, r, stop = 0;
	const char *name;
	json_t *row;

	export_table(table, &name, columns);
	db_bind_int(q, 1, account_id);
	while (stop == 0 && (r = db_step(q, err)) > 0) {
		row = json_object();
		for (i = 0; columns[i].name[0] != '\0'; i++)
			json_object_set_new(row, columns[i].name,
			    value(q, i, columns));
		stop = fn(row, arg);
		json_decref(row);
	}
	if (stop != 0)
		db_done(q);
	return stop != 0 ? 0 : r;
}

int
export_accounts(struct db *db, int64_t account_id, int64_t *ret_ids,
    size_t max, size_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(db, &exported_accounts);
	size_t n = 0;
	int r;

	db_bind_int(q, 1, account_id);
	while ((r = db_step(q, err)) > 0 && n < max)
		ret_ids[n++] = db_int(q, 0);
	if (r > 0)
		db_done(q);
	*ret_n = n;
	return r < 0 ? -1 : 0;
}

int
export_code(void *owner, struct db *db, int64_t account_id,
    const char **ret_code, struct err *err)
{
	struct db_query *q;

	if (db_get(db, &exported_code, &q, err, "i", account_id) < 0)
		return -1;
	*ret_code = mem_str(owner, db_text(q, 0));
	db_done(q);
	return 0;
}

static int
bytes(struct db_query *q, int r,
    int (*fn)(const char *bytes, size_t len, void *arg), void *arg)
{
	const void *p;
	size_t n;

	if (r <= 0)
		return r;
	p = db_blob(q, 0, &n);
	r = n == 0 ? 0 : fn(p, n, arg) < 0 ? -1 : 1;
	db_done(q);
	return r;
}

int
export_sent(struct db *db, int64_t outbox_id, int64_t n,
    int (*fn)(const char *bytes, size_t len, void *arg), void *arg,
    struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, &exported_sent, &q, err, "ii", outbox_id, n);

	return bytes(q, r, fn, arg);
}

int
export_received(struct db *db, int64_t inbox_id,
    int (*fn)(const char *bytes, size_t len, void *arg), void *arg,
    struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, &exported_received, &q, err, "i", inbox_id);

	return bytes(q, r, fn, arg);
}
