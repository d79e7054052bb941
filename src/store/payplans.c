#include "store/payplans.h"

#include "base/clock.h"
#include "base/mem.h"
#include "store/accounts.h"
#include "store/events.h"

/* clang-format off */
DB_STMT(payplan_promises,
    "SELECT id FROM promise WHERE payplan_id = $1 ORDER BY id LIMIT $2");
DB_STMT(payplan_ended,
    "SELECT id FROM promise WHERE payplan_id = $1 AND closed_at ="
    " (SELECT closed_at FROM payplan WHERE id = $1) ORDER BY id LIMIT $2");
DB_STMT(payplan_add,
    "INSERT INTO payplan (company_id, account_id, state, made_at, made_by,"
    " inbox_id) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id");
DB_STMT(payplan_get,
    "SELECT id, company_id, account_id, state, made_at, made_by, inbox_id"
    " FROM payplan WHERE id = $1");
DB_STMT(payplan_state,
    "UPDATE payplan SET state = $2, closed_at = $3 WHERE id = $1"
    " AND state = $4");
DB_STMT(payplan_open,
    "SELECT count(*) FROM promise WHERE payplan_id = $1"
    " AND closed_at IS NULL");
DB_STMT(payplan_sums,
    "SELECT COALESCE(sum(amount), 0), COALESCE(sum(CASE WHEN closed_at"
    " IS NULL THEN amount ELSE 0 END), 0) FROM promise"
    " WHERE payplan_id = $1");
/* clang-format on */

static int
tell_plan(struct db *db, const struct payplan *p, enum payplan_state state,
    int64_t now, const char *actor, struct err *err)
{
	json_t *j = json_pack("{s:I, s:s}", "plan", (json_int_t)p->id,
	    "state", payplan_state_name(state));

	if (accounts_touch(db, p->account_id, err) < 0)
		return -1;
	return events_append(db, p->company_id, p->account_id, now,
	    "plan-changed", actor, j, NULL, err);
}

int
payplans_add(struct db *db, struct payplan *p, struct err *err)
{
	db_want_tx(db, "payplans_add");
	if (db_get_int(db, &payplan_add, &p->id, err, "iititi",
	    p->company_id, p->account_id, payplan_state_name(p->state),
	    p->made_at, p->made_by, db_or_null(p->inbox_id)) < 0)
		return -1;
	return tell_plan(db, p, p->state, p->made_at, p->made_by, err);
}

int
payplans_get(void *owner, struct db *db, int64_t id,
    struct payplan **ret_plan, struct err *err)
{
	struct payplan *p = mem_new(owner, struct payplan);
	struct db_query *q;

	if (db_get(db, &payplan_get, &q, err, "i", id) < 0)
		return err_add(err, "plan %lld", (long long)id);
	p->id = db_int(q, 0);
	p->company_id = db_int(q, 1);
	p->account_id = db_int(q, 2);
	if (!payplan_state_parse(db_text(q, 3), &p->state))
		p->state = PAYPLAN_IS_WITHDRAWN;
	p->made_at = db_int(q, 4);
	p->made_by = mem_str(p, db_text(q, 5));
	p->inbox_id = db_id(q, 6);
	db_done(q);
	*ret_plan = p;
	return 0;
}

int
payplans_move(struct db *db, const struct payplan *p, enum plan_event ev,
    int64_t now, const char *actor, struct err *err)
{
	int next;

	if (!machine_next(&plan_machine, (int)p->state, (int)ev, &next))
		return err_set(err, ERR_PERM, "plan %lld is %s: it cannot be "
		    "changed so (%s)", (long long)p->id,
		    payplan_state_name(p->state), plan_machine.events[ev]);
	if (db_run(db, &payplan_state, err, "itit", p->id,
	    payplan_state_name((enum payplan_state)next),
	    machine_is_final(&plan_machine, next) ? now : CLOCK_NONE,
	    payplan_state_name(p->state)) < 0)
		return -1;
	return tell_plan(db, p, (enum payplan_state)next, now, actor, err);
}

int
payplans_open(struct db *db, int64_t plan_id, int64_t *ret_n,
    struct err *err)
{
	return db_get_int(db, &payplan_open, ret_n, err, "i", plan_id);
}

int
payplans_sums(struct db *db, int64_t plan_id, int64_t *ret_all,
    int64_t *ret_open, struct err *err)
{
	struct db_query *q;

	if (db_get(db, &payplan_sums, &q, err, "i", plan_id) < 0)
		return -1;
	*ret_all = db_int(q, 0);
	*ret_open = db_int(q, 1);
	db_done(q);
	return 0;
}

static int
ids_of(struct db *db, struct db_stmt *stmt, int64_t plan_id, size_t max,
    int64_t *ret_ids, size_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(db, stmt);
	size_t n = 0;
	int r;

	db_bind_int(q, 1, plan_id);
	db_bind_int(q, 2, (int64_t)max);
	while ((r = db_step(q, err)) > 0)
		ret_ids[n++] = db_int(q, 0);
	*ret_n = n;
	return r;
}

int
payplans_promises(struct db *db, int64_t plan_id, size_t max,
    int64_t *ret_ids, size_t *ret_n, struct err *err)
{
	return ids_of(db, &payplan_promises, plan_id, max, ret_ids, ret_n,
	    err);
}

int
payplans_ended(struct db *db, int64_t plan_id, size_t max, int64_t *ret_ids,
    size_t *ret_n, struct err *err)
{
	return ids_of(db, &payplan_ended, plan_id, max, ret_ids, ret_n, err);
}
