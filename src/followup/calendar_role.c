#include "followup/calendar_role.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "followup/calendar_int.h"
#include "store/companies.h"
#include "store/highwater.h"
#include "store/meta.h"
#include "store/tasks.h"

#include <string.h>

#define DAY 86400
#define WAIT_FIRST 60		/* seconds after a failure; doubled */
#define WAIT_MOST 3600
#define CHECK_AGAIN 300		/* for what waits for a time */
#define REASON "calendar-down"
#define ACTOR "calendar"

struct calendar_role {
	struct db *db;
	const struct config *config;
	const volatile sig_atomic_t *stop;
	struct highwater *highwater;
	struct dav_child *child;
	struct shelf **shelves;
	size_t n_shelves;
	int64_t version;	/* of the data when it was refreshed last */
	int64_t day;		/* on that day; 0: never */
};

/* " anna ben ": the logins that have calendars of their own. */
static char *
others(void *owner, const struct config_company *co)
{
	struct text *t = text_new(owner);
	size_t i;

	text_addc(t, ' ');
	for (i = 0; i < co->n_calendars; i++)
		if (co->calendars[i].owner != NULL)
			text_addf(t, "%s ", co->calendars[i].owner);
	return mem_str(owner, text_str(t));
}

static struct shelf *
shelf_new(void *owner, struct calendar_role *r,
    const struct config_company *co, const struct config_calendar *cal,
    int64_t company_id)
{
	struct shelf *l = mem_new(owner, struct shelf);

	l->db = r->db;
	l->stop = r->stop;
	l->child = r->child;
	l->company = co;
	l->cal = cal;
	l->done_memory = mem_check(talloc_new(l));
	l->row_memory = mem_check(talloc_new(l));
	l->where = mem_fmt(l, "%s/%s", co->code, cal->name);
	l->actor = mem_fmt(l, "calendar:%s", cal->owner != NULL ?
	    cal->owner : cal->name);
	l->of.of.company_id = company_id;
	l->of.of.owner = cal->owner;
	if (cal->owner == NULL && !cal->all)
		l->of.of.others = others(l, co);
	l->of.calendar = cal->name;
	l->of.form = mem_fmt(l, "%s%s", cal->language != NULL ?
	    cal->language : co->languages[0], cal->details ? "+" : "");
	l->row.failing_since = CLOCK_NONE;
	return l;
}

int
calendar_role_new(void *owner, struct db *db, const struct config *config,
    const volatile sig_atomic_t *stop, struct calendar_role **ret_role,
    struct err *err)
{
	struct calendar_role *r = mem_new(owner, struct calendar_role);
	const struct config_company *co;
	struct company_row row;
	size_t i, k;

	r->db = db;
	r->config = config;
	r->stop = stop;
	r->child = dav_child_new(r, NULL);
	if (highwater_open(r, config->state_file, &r->highwater, err) < 0)
		goto fail;
	for (i = 0; i < config->n_companies; i++) {
		co = &config->companies[i];
		if (companies_get(db, co->code, &row, err) < 0)
			goto fail;
		for (k = 0; k < co->n_calendars; k++) {
			r->shelves = mem_grow(r, r->shelves, struct shelf *,
			    r->n_shelves + 1);
			r->shelves[r->n_shelves++] = shelf_new(r, r, co,
			    &co->calendars[k], row.id);
		}
	}
	*ret_role = r;
	return 0;
fail:
	talloc_free(r);
	return -1;
}

int
calendar_role_requests(const struct calendar_role *r)
{
	size_t i;
	int n = 0;

	for (i = 0; i < r->n_shelves; i++) {
		if (r->shelves[i]->dav == NULL)
			continue;
		n += dav_count(r->shelves[i]->dav);
		if (r->shelves[i]->read != r->shelves[i]->dav)
			n += dav_count(r->shelves[i]->read);
	}
	return n;
}

/* --- connecting --- */

static int
session(struct shelf *l, const char *user, const char *password_file,
    struct dav **ret_dav, struct err *err)
{
	const struct config_calendar *cal = l->cal;
	struct dav_login login = { .url = cal->url, .user = user,
	    .tls_verify = cal->tls_verify, .tls_ca = cal->tls_ca,
	    .timeout = cal->timeout, .child = l->child };
	char *password;

	if (file_secret(l, password_file, &password, err) < 0)
		return -1;
	login.password = password;
	return dav_new(l, &login, ret_dav, err);
}

static int
connect_shelf(struct shelf *l, struct err *err)
{
	const struct config_calendar *cal = l->cal;

	if (l->dav == NULL && session(l, cal->user, cal->password_file,
	    &l->dav, err) < 0)
		return -1;
	if (l->read != NULL)
		return 0;
	if (cal->read_user == NULL) {
		l->read = l->dav;
		return 0;
	}
	return session(l, cal->read_user, cal->read_password_file, &l->read,
	    err);
}

struct save {
	struct shelf *l;
	const char *why;	/* NULL: all is well */
	bool forget, tell;
};

static int
save_tx(struct db *db, void *arg, struct err *err)
{
	const struct save *s = arg;
	const struct shelf *l = s->l;
	int64_t company = l->of.of.company_id, now = clock_now();
	struct task_new t = { .company_id = company, .reason = REASON,
	    .detail = s->why };

	if (s->forget && calendars_forget(db, company, l->cal->name, err) < 0)
		return -1;
	if (calendars_put(db, company, l->cal->name, &l->row, s->why,
	    err) < 0)
		return -1;
	if (!s->tell)
		return 0;
	if (s->why == NULL)
		return tasks_close_reason(db, company, 0, REASON, now, ACTOR,
		    "works again", err);
	return tasks_open(db, &t, now, ACTOR, NULL, NULL, err);
}

/* Where the calendar is; asked of the server once. */
static int
find(struct shelf *l, struct err *err)
{
	struct save s = { .l = l, .forget = true };
	void *tmp MEM_AUTO = talloc_new(NULL);
	char *url;

	if (l->row.url != NULL && l->row.url[0] != '\0' &&
	    strcmp(l->row.source, l->cal->url) == 0)
		return 0;
	if (caldav_find(l->dav, tmp, l->cal->url, l->cal->collection, &url,
	    err) < 0)
		return -1;
	/* What was in another collection is not taken away from there. */
	s.forget = l->row.source != NULL &&
	    strcmp(l->row.source, l->cal->url) != 0;
	l->row.source = l->cal->url;
	l->row.url = mem_str(l->row_memory, url);
	l->row.token = NULL;
	l->row.next_at = 0;
	log_info("calendar: %s is at %s", l->where, url);
	return store_tx(l->db, save_tx, &s, err);
}

/* --- failing --- */

static int
failed(struct shelf *l, const struct err *why, struct err *err)
{
	int64_t now = clock_now(), wait;
	struct save s = { .l = l, .why = why->text };

	log_warn("calendar: %s: %s", l->where, why->text);
	if (l->row.failing_since == CLOCK_NONE)
		l->row.failing_since = now;
	wait = (int64_t)WAIT_FIRST << (l->row.failures < 6 ?
	    l->row.failures : 6);
	l->row.failures++;
	l->row.next_at = now + (wait < WAIT_MOST ? wait : WAIT_MOST);
	if (l->row.source == NULL)
		l->row.source = l->cal->url;
	if (l->row.url == NULL)
		l->row.url = "";
	/* A collection that is gone is looked for anew. */
	if (why->kind == ERR_CONFIG)
		l->row.url = "";
	s.tell = why->kind == ERR_CONFIG || why->kind == ERR_CORRUPT ||
	    now - l->row.failing_since >= DAY;
	if (shelf_flush(l, err) < 0)
		return -1;
	return store_tx(l->db, save_tx, &s, err);
}

static int
works(struct shelf *l, struct err *err)
{
	struct save s = { .l = l, .tell = l->row.failures > 0 };

	l->row.failing_since = CLOCK_NONE;
	l->row.failures = 0;
	l->row.next_at = clock_now() + l->cal->every;
	return store_tx(l->db, save_tx, &s, err);
}

/* --- a step --- */

/* With a test clock nothing may leave the machine (DESIGN 5.8). */
static bool
may_open(const struct calendar_role *r, const struct shelf *l)
{
	const char *host = strstr(l->cal->url, "://") + 3;

	return r->config->test || !clock_is_test() ||
	    text_starts(host, "127.") || text_starts(host, "localhost") ||
	    text_starts(host, "[::1]");
}

static int
shelf_work(struct shelf *l, bool look, size_t *ret_n, struct err *err)
{
	if (connect_shelf(l, err) < 0 || find(l, err) < 0 ||
	    shelf_settle(l, ret_n, err) < 0)
		return -1;
	if (look && shelf_pull(l, err) < 0)
		return -1;
	return shelf_push(l, ret_n, err);
}

/* *ret_any: there may be something to do.  All entries are compared with what
 * is there only after one of them has changed, and now and then for those that
 * wait for a time. */
static int
is_idle(struct shelf *l, int64_t now, bool look, bool *ret_any,
    struct err *err)
{
	int64_t changed;
	bool any = true;

	if (entries_changed_at(l->db, l->of.of.company_id, &changed, err) < 0)
		return -1;
	*ret_any = false;
	if (!look && changed < l->idle_at && now >= l->idle_at &&
	    now - l->idle_at < CHECK_AGAIN)
		return 0;
	if (!look && copies_any(l->db, &l->of, now, &any, err) < 0)
		return -1;
	l->idle_at = any ? 0 : now;
	*ret_any = any;
	return 0;
}

/* ret_n: entries worked on; ret_failed: the server was no good. */
static int
shelf_step(struct calendar_role *r, struct shelf *l, size_t *ret_n,
    bool *ret_failed, struct err *err)
{
	void *tmp MEM_AUTO = talloc_new(NULL);
	struct calendar_row row = { .failing_since = CLOCK_NONE };
	struct company_row company;
	int64_t now = clock_now();
	bool any, look;
	struct err why;
	int got;

	if (companies_get(l->db, l->company->code, &company, err) < 0)
		return -1;
	got = calendars_get(tmp, l->db, l->of.of.company_id, l->cal->name,
	    &row, err);
	if (got < 0)
		return -1;
	if (got > 0) {
		l->row = row;
		talloc_free_children(l->row_memory);
		l->row.source = mem_str(l->row_memory, row.source);
		l->row.url = mem_str(l->row_memory, row.url);
		l->row.token = mem_str(l->row_memory, row.token);
	}
	look = got == 0 || row.next_at <= now;
	if (company.stopped || !may_open(r, l) || (row.failures > 0 && !look))
		return 0;
	if (is_idle(l, now, look, &any, err) < 0)
		return -1;
	if (!any)
		return 0;
	if (shelf_work(l, look, ret_n, &why) < 0) {
		*ret_failed = true;
		return failed(l, &why, err);
	}
	return look ? works(l, err) : 0;
}

static int
refresh(struct calendar_role *r, struct err *err)
{
	int64_t version = db_data_version(r->db), last = 0;
	int64_t day = clock_now() / DAY;
	bool dirty = version != r->version || day != r->day;
	size_t i;

	for (i = 0; i < r->n_shelves; i++)
		dirty |= r->shelves[i]->dirty;
	for (i = 0; dirty && i < r->n_shelves; i++) {
		r->shelves[i]->dirty = false;
		if (r->shelves[i]->of.of.company_id == last)
			continue;
		last = r->shelves[i]->of.of.company_id;
		if (entries_refresh(r->db, last, clock_now(), NULL, err) < 0)
			return -1;
	}
	r->version = version;
	r->day = day;
	return 0;
}

static int
may_write(struct calendar_role *r, struct err *err)
{
	enum highwater_state state;
	char why[META_WHY_MAX];
	bool ok;

	if (meta_clock_check(r->db, clock_now(), &ok, why, err) < 0)
		return -1;
	if (!ok)
		return err_set(err, ERR_CONFIG, "calendars wait: %s", why);
	if (highwater_check(r->highwater, r->db, &state, why, err) < 0)
		return -1;
	if (state != HIGHWATER_OK)
		return err_set(err, ERR_CONFIG, "calendars wait: %s", why);
	return 0;
}

int
calendar_role_step(struct calendar_role *r, struct err *err)
{
	bool bad = false, failing;
	size_t i, n = 0;

	if (r->n_shelves == 0)
		return 0;
	if (may_write(r, err) < 0 || refresh(r, err) < 0)
		return -1;
	for (i = 0; i < r->n_shelves && !(r->stop != NULL && *r->stop); i++) {
		failing = false;
		if (shelf_step(r, r->shelves[i], &n, &failing, err) < 0)
			return -1;
		bad |= failing;
	}
	if (n == 0 && bad)
		return err_set(err, ERR_TEMP, "a calendar could not be "
		    "reached");
	for (i = 0; i < r->n_shelves; i++)
		n += r->shelves[i]->dirty;
	return n > 0;
}
