#include "store/wrong.h"

#include "base/mem.h"
#include "core/date.h"
#include "core/zone.h"
#include "store/events.h"
#include "store/tasks.h"

#include <stdio.h>
#include <string.h>

#define TASK_DAYS 1
#define REMINDERS_MAX 64

DB_STMT(wrong_sent, "SELECT c.id, c.at, c.stage, n.amount "
	"FROM communication c JOIN communication_item n "
	"ON n.communication_id = c.id AND n.item_id = $2 "
	"WHERE c.account_id = $1 AND c.at IS NOT NULL AND c.cancelled = 0 "
	"AND c.class IN ('reminder', 'letter') ORDER BY c.at DESC LIMIT 64");

struct sent {
	int64_t id;
	int32_t day;
	enum stage stage;
	int64_t amount;		/* that it named */
};

static int
load(struct db *db, const struct correction *c, struct sent *list,
    size_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(db, &wrong_sent);
	int32_t second;
	size_t n = 0;
	int r;

	db_bind_int(q, 1, c->old->account_id);
	db_bind_int(q, 2, c->old->id);
	while ((r = db_step(q, err)) == 1 && n < REMINDERS_MAX) {
		list[n].id = db_int(q, 0);
		list[n].day = zone_day(c->zone, db_int(q, 1), &second);
		list[n].stage = db_is_null(q, 2) ? STAGE_M0 :
		    (enum stage)db_int(q, 2);
		list[n++].amount = db_int(q, 3);
	}
	if (r == 1)
		db_done(q);
	*ret_n = n;
	return r < 0 ? -1 : 0;
}

static const char *
money_text(int64_t minor, const char *cur, char *buf, size_t size)
{
	char amount[MONEY_TEXT_MAX];
	struct money m = { .minor = minor };

	memcpy(m.cur, cur, MONEY_CUR_MAX);
	snprintf(buf, size, "%s %s", cur, money_format(m, amount));
	return buf;
}

/* What was wrong with it; false: nothing that is known. */
static bool
judge(const struct correction *c, const struct sent *s, char *why,
    size_t size)
{
	const struct item_row *old = c->old, *new = c->new;
	char a[MONEY_TEXT_MAX + 8], b[MONEY_TEXT_MAX + 8];
	char day[DATE_TEXT_MAX];

	if (new->account_id != old->account_id)
		snprintf(why, size, "it belongs to another account");
	else if (strcmp(new->cur, old->cur) != 0)
		snprintf(why, size, "it is in %s, not %s", new->cur,
		    old->cur);
	else if (new->state == ITEM_IS_CLEARED && new->paid != DATE_NONE &&
	    new->paid < s->day)
		snprintf(why, size, "it was paid on %s already",
		    date_format(new->paid, day));
	else if (new->amount != old->amount && s->amount > new->amount)
		snprintf(why, size, "it named %s, the invoice is of %s",
		    money_text(s->amount, new->cur, a, sizeof(a)),
		    money_text(new->amount, new->cur, b, sizeof(b)));
	else if (new->due != old->due && s->stage > STAGE_M0 &&
	    new->due >= s->day)
		snprintf(why, size, "it is due on %s only",
		    date_format(new->due, day));
	else
		return false;
	return true;
}

static int
tell(struct db *db, const struct correction *c, const char *detail,
    struct err *err)
{
	struct task_new t = { .company_id = c->company_id,
		.account_id = c->old->account_id, .reason = WRONG_TASK,
		.severity = 2, .title = "A reminder was wrong: apologise?",
		.detail = detail,
		.due_at = c->now + TASK_DAYS * (int64_t)86400 };
	int64_t id;
	bool is_new;

	return tasks_open(db, &t, c->now, c->actor, &id, &is_new, err);
}

int
wrong_reminders(struct db *db, const struct correction *c, struct err *err)
{
	struct sent list[REMINDERS_MAX];
	char why[160], day[DATE_TEXT_MAX], detail[320], last[320] = "";
	size_t n, i;

	if (load(db, c, list, &n, err) < 0)
		return -1;
	for (i = n; i-- > 0;) {
		if (!judge(c, &list[i], why, sizeof(why)))
			continue;
		date_format(list[i].day, day);
		snprintf(detail, sizeof(detail), "The reminder of %s named "
		    "%.80s, but %s", day, c->document, why);
		memcpy(last, detail, sizeof(last));
		if (events_append(db, c->company_id, c->old->account_id,
		    c->now, "reminder-wrong", c->actor, json_pack(
		    "{s:I, s:s, s:s, s:s}", "communication",
		    (json_int_t)list[i].id, "item", c->document, "sent", day,
		    "why", why), NULL, err) < 0)
			return -1;
	}
	return last[0] == '\0' ? 0 : tell(db, c, last, err);
}
