#include "store/companies.h"

#include "base/clock.h"
#include "core/zone.h"
#include "store/events.h"

#include <string.h>

DB_STMT(company_get, "SELECT id, state, stopped, armed_at, intake_at "
    "FROM company WHERE code = $1");
DB_STMT(company_add, "INSERT INTO company (code, state) "
    "VALUES ($1, 'observing') RETURNING id");
DB_STMT(company_same, "SELECT count(*) FROM company WHERE code = $1 "
    "AND zone = $2 AND workdays = $3");
DB_STMT(company_put, "UPDATE company SET zone = $2, workdays = $3 "
    "WHERE code = $1");
DB_STMT(company_arm, "UPDATE company SET state = 'armed', armed_at = $2, "
    "rev = rev + 1 WHERE id = $1");
DB_STMT(company_stop, "UPDATE company SET stopped = $2, rev = rev + 1 "
    "WHERE id = $1");
DB_STMT(user_same, "SELECT count(*) FROM users WHERE login = $1 "
    "AND name = $2 AND coalesce(mail, '') = $3 AND roles = $4 "
    "AND companies = $5 AND coalesce(workdays, '') = $6 AND active = 1");
DB_STMT(user_put, "INSERT INTO users (login, name, mail, roles, companies, "
    "workdays, active) VALUES ($1, $2, $3, $4, $5, $6, 1) "
    "ON CONFLICT (login) DO UPDATE SET name = excluded.name, "
    "mail = excluded.mail, roles = excluded.roles, "
    "companies = excluded.companies, workdays = excluded.workdays, "
    "active = 1");
DB_STMT(users_active, "SELECT count(*) FROM users WHERE active = 1");
DB_STMT(users_retire, "UPDATE users SET active = 0 WHERE active = 1");

struct sync {
	const struct config *config;
	int64_t now;
};

static const char *
or_empty(const char *s)
{
	return s == NULL ? "" : s;
}

static const char *
workdays_of(const struct config_company *co)
{
	return co->workdays != NULL ? co->workdays : or_empty(co->country);
}

static const char *
zone_of(const struct config_company *co)
{
	return co->zone != NULL ? zone_name(co->zone) : "UTC";
}

/* 1: the rows are as the configuration says. */
static int
companies_same(struct db *db, const struct config *c, struct err *err)
{
	const struct config_company *co = c->companies;
	int64_t n;

	for (; co < c->companies + c->n_companies; co++) {
		if (db_get_int(db, &company_same, &n, err, "ttt", co->code,
		    zone_of(co), workdays_of(co)) < 0)
			return -1;
		if (n == 0)
			return 0;
	}
	return 1;
}

static int
users_same(struct db *db, const struct config *c, struct err *err)
{
	const struct config_user *u;
	int64_t n;
	size_t i;

	if (db_get_int(db, &users_active, &n, err, "") < 0)
		return -1;
	if (n != (int64_t)c->n_users)
		return 0;
	for (i = 0; i < c->n_users; i++) {
		u = &c->users[i];
		if (db_get_int(db, &user_same, &n, err, "tttttt", u->login,
		    or_empty(u->name), or_empty(u->mail), or_empty(u->roles),
		    or_empty(u->companies), or_empty(u->workdays)) < 0)
			return -1;
		if (n == 0)
			return 0;
	}
	return 1;
}

static int
sync_companies(struct db *db, const struct config *c, int64_t now,
    struct err *err)
{
	struct db_query *q;
	const char *code;
	int64_t id;
	size_t i;
	int r;

	for (i = 0; i < c->n_companies; i++) {
		code = c->companies[i].code;
		r = db_get_maybe(db, &company_get, &q, err, "t", code);
		if (r < 0)
			return -1;
		if (r > 0)
			db_done(q);
		else if (db_get_int(db, &company_add, &id, err, "t",
		    code) < 0 || events_append(db, id, 0, now,
		    "company-added", "config", json_pack("{s:s}", "code",
		    code), NULL, err) < 0)
			return -1;
		if (db_run(db, &company_put, err, "ttt", code,
		    zone_of(&c->companies[i]),
		    workdays_of(&c->companies[i])) < 0)
			return -1;
	}
	return 0;
}

static int
sync_tx(struct db *db, void *arg, struct err *err)
{
	const struct sync *s = arg;
	const struct config_user *u;
	size_t i;

	if (sync_companies(db, s->config, s->now, err) < 0)
		return -1;
	if (db_run(db, &users_retire, err, "") < 0)
		return -1;
	for (i = 0; i < s->config->n_users; i++) {
		u = &s->config->users[i];
		if (db_run(db, &user_put, err, "tttttt", u->login,
		    or_empty(u->name), u->mail, or_empty(u->roles),
		    or_empty(u->companies), u->workdays) < 0)
			return -1;
	}
	return 0;
}

int
companies_sync(struct db *db, const struct config *c, int64_t now,
    struct err *err)
{
	struct sync s = { c, now };
	int r;

	r = companies_same(db, c, err);
	if (r > 0)
		r = users_same(db, c, err);
	if (r != 0)
		return r < 0 ? -1 : 0;
	return store_tx(db, sync_tx, &s, err);
}

int
companies_get(struct db *db, const char *code, struct company_row *ret,
    struct err *err)
{
	struct db_query *q;
	int r;

	r = db_get_maybe(db, &company_get, &q, err, "t", code);
	if (r < 0)
		return -1;
	if (r == 0)
		return err_set(err, ERR_CONFIG, "company %s is not in the "
		    "database yet: run any command that writes, such as "
		    "dunlin plan", code);
	ret->id = db_int(q, 0);
	ret->armed = strcmp(db_text(q, 1), "armed") == 0;
	ret->stopped = db_int(q, 2) != 0;
	ret->armed_at = db_int(q, 3);
	ret->intake_at = db_int(q, 4);
	db_done(q);
	return 0;
}

int
companies_arm(struct db *db, int64_t company_id, int64_t now,
    const char *actor, struct err *err)
{
	db_want_tx(db, "companies_arm");
	if (db_run(db, &company_arm, err, "ii", company_id, now) < 0)
		return -1;
	return events_append(db, company_id, 0, now, "company-armed", actor,
	    json_object(), NULL, err);
}

int
companies_stop(struct db *db, int64_t company_id, bool stopped,
    int64_t now, const char *actor, struct err *err)
{
	db_want_tx(db, "companies_stop");
	if (db_run(db, &company_stop, err, "ii", company_id,
	    (int64_t)stopped) < 0)
		return -1;
	return events_append(db, company_id, 0, now,
	    stopped ? "company-stopped" : "company-resumed", actor,
	    json_object(), NULL, err);
}
