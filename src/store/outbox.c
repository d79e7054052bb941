/* The planner's side and the lists; outbox_claim.c, outbox_finish.c: the
 * sender's. */
#include "store/outbox.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/accounts.h"

#include <string.h>

/* clang-format off */
DB_STMT(occurrence_taken,
    "SELECT id FROM communication WHERE company_id = $1 AND account_id = $2"
    " AND class = $3 AND cause = $4 AND cancelled = 0");
DB_STMT(free_refused,
    "UPDATE communication SET cancelled = 1 WHERE company_id = $1"
    " AND account_id = $2 AND class = 'reminder' AND cause = $3"
    " AND cancelled = 0 AND at IS NULL AND NOT EXISTS (SELECT 1 FROM outbox o"
    " WHERE o.communication_id = communication.id AND o.state <> 'failed')"
    " AND NOT EXISTS (SELECT 1 FROM task t WHERE t.account_id = $2"
    " AND t.reason = 'delivery-failed' AND t.state <> 'closed')");
DB_STMT(insert_communication,
    "INSERT INTO communication (company_id, account_id, class, cause,"
    " channel, policy, step, stage, level, episode, nth, created_at, topic,"
    " in_reply_to, reply_refs, first_contact, wording) VALUES ($1, $2, $3, $4,"
    " $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
    " RETURNING id");
DB_STMT(insert_communication_item,
    "INSERT INTO communication_item (communication_id, item_id, amount)"
    " VALUES ($1, $2, $3)");
DB_STMT(insert_row,
    "INSERT INTO outbox (company_id, account_id, communication_id,"
    " contact_id, address_id, channel, state, template, language, due_at,"
    " not_after, priority, first_contact, approve, created_at, changed_at,"
    " route) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
    " $14, $15, $15, $16)");
DB_STMT(count_answers,
    "SELECT count(*), COALESCE(sum(CASE WHEN topic = $2 THEN 1 ELSE 0 END),"
    " 0), max(created_at) FROM communication WHERE account_id = $1"
    " AND company_id = (SELECT company_id FROM account WHERE id = $1)"
    " AND class = 'answer' AND cancelled = 0 AND created_at > $3");
DB_STMT(cancelable,
    "SELECT o.id, o.state, o.communication_id FROM outbox o"
    " JOIN communication c ON c.id = o.communication_id"
    " WHERE o.account_id = $1 AND c.class = $2"
    " AND ($3 = '' OR c.cause = $3)"
    " AND o.state IN ('draft', 'queued', 'deferred') ORDER BY o.id");
DB_STMT(cancel_row,
    "UPDATE outbox SET state = $1, changed_at = $2, detail = $3"
    " WHERE id = $4 AND state = $5");
DB_STMT(cancel_communication,
    "UPDATE communication SET cancelled = 1 WHERE id = $1 AND at IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM outbox WHERE communication_id = $1"
    " AND state <> 'cancelled')");
DB_STMT(select_planned,
    "SELECT c.id, c.cause, o.template, o.language, o.contact_id,"
    " o.address_id, o.due_at, o.not_after, o.priority, o.state"
    " FROM outbox o JOIN communication c ON c.id = o.communication_id"
    " WHERE o.account_id = $1 AND c.class = $2 AND o.state IN"
    " ('draft', 'queued', 'claimed', 'sending', 'deferred')"
    " ORDER BY c.id DESC, o.id LIMIT 1");
DB_STMT(select_lines,
    "SELECT o.id, o.due_at, o.changed_at, o.not_after, o.priority,"
    " coalesce(a.code, ''), coalesce(p.name, ''), o.template, o.language, d.value, o.detail, c.cause, o.state,"
    " c.class, o.channel, o.tries"
    " FROM outbox o JOIN communication c ON c.id = o.communication_id"
    " LEFT JOIN account a ON a.id = o.account_id"
    " LEFT JOIN party p ON p.id = a.party_id"
    " JOIN address d ON d.id = o.address_id"
    " WHERE o.company_id = $1 AND o.changed_at >= $2"
    " AND (o.state = $3 OR ($3 = '' AND o.state NOT IN"
    " ('accepted', 'failed', 'cancelled'))) ORDER BY o.due_at, o.id");
DB_STMT(orphan_routes,
    "SELECT DISTINCT o.route FROM outbox o WHERE o.company_id = $1"
    " AND o.route <> '' AND o.state IN ('queued', 'deferred')");
DB_STMT(orphan_rows,
    "SELECT o.id, o.state, o.communication_id, o.account_id FROM outbox o"
    " WHERE o.company_id = $1 AND o.route = $2"
    " AND o.state IN ('queued', 'deferred') ORDER BY o.id LIMIT 500");
/* clang-format on */

static int
insert_row_to(struct db *db, const struct outbox_new *o, int64_t id,
    const struct outbox_recipient *to, int64_t now, struct err *err)
{
	enum outbox_state state;

	state = o->approve > 0 ? OUTBOX_DRAFT : OUTBOX_QUEUED;
	return db_run(db, &insert_row, err, "iiiiittttiiiiiit", o->company_id,
	    o->account_id, id, to->contact_id, to->address_id,
	    channel_name(to->channel), outbox_state_name(state), o->template,
	    to->language, o->due_at, o->not_after, o->priority,
	    (int64_t)o->first_contact, (int64_t)o->approve, now,
	    to->route != NULL ? to->route : "");
}

static int64_t
or_null(int64_t v)
{
	return v < 0 ? CLOCK_NONE : v;
}

static int
insert(struct db *db, const struct outbox_new *o, int64_t now,
    int64_t *ret_id, struct err *err)
{
	struct db_query *q;

	if (db_get(db, &insert_communication, &q, err, "iitttttiiiiitttii",
	    o->company_id, o->account_id, class_name(o->class), o->cause,
	    channel_name(o->channel), o->policy, o->step, or_null(o->stage),
	    or_null(o->level), o->episode, (int64_t)o->nth, now, o->topic,
	    o->in_reply_to, o->references, (int64_t)o->first_contact,
	    (int64_t)o->wording) < 0)
		return -1;
	*ret_id = db_int(q, 0);
	db_done(q);
	return 0;
}

int
outbox_plan(struct db *db, const struct outbox_new *o, int64_t now,
    int64_t *ret_communication_id, struct err *err)
{
	struct db_query *q;
	int64_t id;
	size_t i;
	int r;

	if (o->class == CLASS_REMINDER && db_run(db, &free_refused, err,
	    "iit", o->company_id, o->account_id, o->cause) < 0)
		return -1;
	q = db_query(db, &occurrence_taken);
	db_bind_int(q, 1, o->company_id);
	db_bind_int(q, 2, o->account_id);
	db_bind_text(q, 3, class_name(o->class));
	db_bind_text(q, 4, o->cause);
	if ((r = db_step(q, err)) < 0)
		return -1;
	if (r > 0) {
		db_done(q);
		*ret_communication_id = 0;
		return 0;
	}
	if (insert(db, o, now, &id, err) < 0)
		return -1;
	for (i = 0; i < o->n_items; i++)
		if (db_run(db, &insert_communication_item, err, "iii", id,
		    o->items[i].item_id, o->items[i].amount) < 0)
			return -1;
	for (i = 0; i < o->n_to; i++)
		if (insert_row_to(db, o, id, &o->to[i], now, err) < 0)
			return -1;
	*ret_communication_id = id;
	return 0;
}

struct found {
	int64_t id, communication_id;
	enum outbox_state state;
};

static int
find_cancelable(void *owner, struct db *db, int64_t account_id,
    enum class class, const char *cause, struct found **ret_f, size_t *ret_n,
    struct err *err)
{
	struct found *f = NULL;
	struct db_query *q;
	size_t n = 0;
	int r;

	q = db_query(db, &cancelable);
	db_bind_int(q, 1, account_id);
	db_bind_text(q, 2, class_name(class));
	db_bind_text(q, 3, cause);
	while ((r = db_step(q, err)) > 0) {
		f = mem_grow(owner, f, struct found, n + 1);
		f[n].id = db_int(q, 0);
		if (!outbox_state_parse(db_text(q, 1), &f[n].state))
			f[n].state = OUTBOX_COUNT;
		f[n++].communication_id = db_int(q, 2);
	}
	if (r < 0)
		return -1;
	*ret_f = f;
	*ret_n = n;
	return 0;
}

static int
cancel(struct db *db, int64_t account_id, enum class class,
    const char *cause, int64_t now, const char *why, int64_t *ret_n,
    struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	enum outbox_state next;
	struct found *f;
	size_t i, n;

	if (find_cancelable(pool, db, account_id, class, cause, &f, &n,
	    err) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		if (!outbox_next(f[i].state, OUTBOX_EV_CANCEL, &next))
			continue;
		if (db_run(db, &cancel_row, err, "titit",
		    outbox_state_name(next), now, why, f[i].id,
		    outbox_state_name(f[i].state)) < 0 ||
		    db_run(db, &cancel_communication, err, "i",
		    f[i].communication_id) < 0)
			return -1;
	}
	if (ret_n != NULL)
		*ret_n = (int64_t)n;
	return 0;
}

int
outbox_cancel_planned(struct db *db, int64_t account_id, enum class class,
    int64_t now, const char *why, int64_t *ret_n, struct err *err)
{
	return cancel(db, account_id, class, "", now, why, ret_n, err);
}

int
outbox_cancel_cause(struct db *db, int64_t account_id, enum class class,
    const char *cause, int64_t now, const char *why, struct err *err)
{
	return cancel(db, account_id, class, cause, now, why, NULL, err);
}

int
outbox_answers(struct db *db, int64_t account_id, const char *topic,
    int64_t since, int64_t *ret_all, int64_t *ret_topic, int64_t *ret_last,
    struct err *err)
{
	struct db_query *q;

	if (db_get(db, &count_answers, &q, err, "iti", account_id, topic,
	    since) < 0)
		return -1;
	*ret_all = db_int(q, 0);
	*ret_topic = db_int(q, 1);
	*ret_last = db_int(q, 2);
	db_done(q);
	return 0;
}

int
outbox_planned(void *owner, struct db *db, int64_t account_id,
    enum class class, struct outbox_planned **ret_planned, struct err *err)
{
	struct outbox_planned *p;
	struct db_query *q;
	int r;

	q = db_query(db, &select_planned);
	db_bind_int(q, 1, account_id);
	db_bind_text(q, 2, class_name(class));
	if ((r = db_step(q, err)) < 0)
		return -1;
	if (r == 0) {
		*ret_planned = NULL;
		return 0;
	}
	p = mem_new(owner, struct outbox_planned);
	p->communication_id = db_int(q, 0);
	p->cause = mem_str(p, db_text(q, 1));
	p->template = mem_str(p, db_text(q, 2));
	p->language = mem_str(p, db_text(q, 3));
	p->contact_id = db_int(q, 4);
	p->address_id = db_int(q, 5);
	p->due_at = db_int(q, 6);
	p->not_after = db_int(q, 7);
	p->priority = db_int(q, 8);
	if (!outbox_state_parse(db_text(q, 9), &p->state))
		p->state = OUTBOX_COUNT;
	db_done(q);
	*ret_planned = p;
	return 0;
}

static void
read_line(struct db_query *q, struct outbox_line *l)
{
	l->id = db_int(q, 0);
	l->due_at = db_int(q, 1);
	l->changed_at = db_int(q, 2);
	l->not_after = db_int(q, 3);
	l->priority = db_int(q, 4);
	l->account = db_text(q, 5);
	l->name = db_text(q, 6);
	l->template = db_text(q, 7);
	l->language = db_text(q, 8);
	l->address = db_text(q, 9);
	l->detail = db_text(q, 10);
	l->cause = db_text(q, 11);
	if (!outbox_state_parse(db_text(q, 12), &l->state) ||
	    !class_parse(db_text(q, 13), &l->class) ||
	    !channel_parse(db_text(q, 14), &l->channel))
		l->state = OUTBOX_COUNT;
	l->tries = (int)db_int(q, 15);
}

int
outbox_each(struct db *db, int64_t company_id, enum outbox_state state,
    int64_t since, int (*fn)(const struct outbox_line *l, void *arg),
    void *arg, struct err *err)
{
	struct outbox_line line;
	struct db_query *q;
	int r;

	q = db_query(db, &select_lines);
	db_bind_int(q, 1, company_id);
	db_bind_int(q, 2, since);
	db_bind_text(q, 3, state == OUTBOX_COUNT ? "" :
	    outbox_state_name(state));
	while ((r = db_step(q, err)) > 0) {
		read_line(q, &line);
		if (fn(&line, arg) != 0) {
			db_done(q);
			return 0;
		}
	}
	return r;
}

struct orphans {
	int64_t company_id, now;
	const char *route;
	bool more;
};

static int
cancel_orphans(struct db *db, void *arg, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct orphans *k = arg;
	struct found *f = NULL;
	int64_t *accounts = NULL;
	enum outbox_state next;
	struct db_query *q;
	size_t n = 0, i;
	int r;

	q = db_query(db, &orphan_rows);
	db_bind_int(q, 1, k->company_id);
	db_bind_text(q, 2, k->route);
	while ((r = db_step(q, err)) > 0) {
		f = mem_grow(pool, f, struct found, n + 1);
		accounts = mem_grow(pool, accounts, int64_t, n + 1);
		f[n].id = db_int(q, 0);
		if (!outbox_state_parse(db_text(q, 1), &f[n].state))
			f[n].state = OUTBOX_COUNT;
		f[n].communication_id = db_int(q, 2);
		accounts[n++] = db_int(q, 3);
	}
	if (r < 0)
		return -1;
	for (i = 0; i < n; i++) {
		if (!outbox_next(f[i].state, OUTBOX_EV_CANCEL, &next))
			continue;
		if (db_run(db, &cancel_row, err, "titit",
		    outbox_state_name(next), k->now, "its route is no "
		    "more", f[i].id, outbox_state_name(f[i].state)) < 0 ||
		    db_run(db, &cancel_communication, err, "i",
		    f[i].communication_id) < 0 ||
		    accounts_touch(db, accounts[i], err) < 0)
			return -1;
	}
	k->more = n == 500;
	return 0;
}

static bool
is_there(const struct config_company *c, const char *route)
{
	return text_starts(route, ROBOT_PREFIX) ? config_robot(c, route +
	    strlen(ROBOT_PREFIX)) != NULL : config_sms_named(c, route) != NULL;
}

int
outbox_orphans(struct db *db, int64_t company_id,
    const struct config_company *c, int64_t now, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct orphans k = { .company_id = company_id, .now = now };
	struct db_query *q = db_query(db, &orphan_routes);
	const char **routes = NULL;
	size_t n = 0, i;
	int r;

	db_bind_int(q, 1, company_id);
	while ((r = db_step(q, err)) > 0) {
		if (is_there(c, db_text(q, 0)))
			continue;
		routes = mem_grow(pool, routes, const char *, n + 1);
		routes[n++] = mem_str(pool, db_text(q, 0));
	}
	if (r < 0)
		return -1;
	for (i = 0; i < n; i++) {
		k.route = routes[i];
		do {
			if (store_tx(db, cancel_orphans, &k, err) < 0)
				return -1;
		} while (k.more);
	}
	return 0;
}
