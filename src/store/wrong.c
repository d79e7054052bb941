#include "store/wrong.h"

#include "base/mem.h"
#include "core/date.h"
#include "core/zone.h"
#include "store/events.h"
#include "store/tasks.h"

#include <stdio.h>
#include <string.h>

#define REMINDERS_MAX 64

DB_STMT(wrong_sent, "SELECT c.id, c.at, c.stage, n.amount, i.document "
	"FROM communication c JOIN communication_item n "
	"ON n.communication_id = c.id JOIN item i ON i.id = n.item_id "
	"WHERE c.account_id = $1 AND ($2 = 0 OR n.item_id = $2) "
	"AND ($3 = '' OR i.currency = $3) "
	"AND c.at IS NOT NULL AND c.cancelled = 0 "
	"AND c.class IN ('reminder', 'letter') ORDER BY c.at DESC LIMIT 64");
DB_STMT(wrong_known, "SELECT count(*) FROM stream s "
	"JOIN event e ON e.stream_id = s.id "
	"JOIN event_payload p ON p.event_id = e.id "
	"WHERE s.account_id = $1 AND e.kind = 'reminder-wrong' "
	"AND p.payload LIKE $2");

struct sent {
	int64_t id;
	int32_t day;
	enum stage stage;
	int64_t amount;		/* that it named */
	const char *document;
};

/* Where it is told: an account, and the last that was wrong. */
struct teller {
	struct db *db;
	int64_t company_id, account_id, now;
	const char *actor;
	char last[320];
};

/* What was sent, the last first; item_id 0: of all items in a currency. */
static int
load(void *owner, struct teller *t, const struct zone *zone, int64_t item_id,
    const char *cur, struct sent *list, size_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(t->db, &wrong_sent);
	int32_t second;
	size_t n = 0;
	int r;

	db_bind_int(q, 1, t->account_id);
	db_bind_int(q, 2, item_id);
	db_bind_text(q, 3, cur);
	while ((r = db_step(q, err)) == 1 && n < REMINDERS_MAX) {
		list[n].id = db_int(q, 0);
		list[n].day = zone_day(zone, db_int(q, 1), &second);
		list[n].stage = db_is_null(q, 2) ? STAGE_M0 :
		    (enum stage)db_int(q, 2);
		list[n].amount = db_int(q, 3);
		list[n++].document = mem_str(owner, db_text(q, 4));
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
	else if (new->state == ITEM_IS_CLEARED && new->paid == DATE_NONE &&
	    new->as_of < s->day)
		snprintf(why, size, "as of %s it was no longer open",
		    date_format(new->as_of, day));
	else if (new->amount != old->amount && s->amount > new->amount)
		snprintf(why, size, "it named %s, the invoice is of %s",
		    money_text(s->amount, new->cur, a, sizeof(a)),
		    money_text(new->amount, new->cur, b, sizeof(b)));
	else if (new->as_of < s->day && new->balance < old->balance &&
	    s->amount > new->balance)
		snprintf(why, size, "it named %s, and as of %s only %s was "
		    "open", money_text(s->amount, new->cur, a, sizeof(a)),
		    date_format(new->as_of, day),
		    money_text(new->balance, new->cur, b, sizeof(b)));
	else if (new->due != old->due && s->stage > STAGE_M0 &&
	    new->due >= s->day)
		snprintf(why, size, "it is due on %s only",
		    date_format(new->due, day));
	else
		return false;
	return true;
}

static int
tell(struct teller *t, const struct sent *s, const char *why,
    struct err *err)
{
	char day[DATE_TEXT_MAX], detail[320], known[64];
	int64_t n;

	/* Nobody apologises twice for one reminder. */
	snprintf(known, sizeof(known), "%%\"communication\":%lld,%%",
	    (long long)s->id);
	if (db_get_int(t->db, &wrong_known, &n, err, "it", t->account_id,
	    known) < 0)
		return -1;
	if (n > 0)
		return 0;
	date_format(s->day, day);
	snprintf(detail, sizeof(detail), "The reminder of %s named %.80s, "
	    "but %s", day, s->document, why);
	memcpy(t->last, detail, sizeof(detail));
	return events_append(t->db, t->company_id, t->account_id, t->now,
	    "reminder-wrong", t->actor, json_pack("{s:I, s:s, s:s, s:s}",
	    "communication", (json_int_t)s->id, "item", s->document, "sent",
	    day, "why", why), NULL, err);
}

static int
ask(struct teller *t, struct err *err)
{
	struct task_new task = { .company_id = t->company_id,
		.account_id = t->account_id, .reason = WRONG_TASK,
		.detail = t->last };
	int64_t id;
	bool is_new;

	return t->last[0] == '\0' ? 0 : tasks_open(t->db, &task, t->now,
	    t->actor, &id, &is_new, err);
}

int
wrong_reminders(struct db *db, const struct correction *c, struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct teller t = { .db = db, .company_id = c->company_id,
		.account_id = c->old->account_id, .now = c->now,
		.actor = c->actor };
	struct sent list[REMINDERS_MAX];
	char why[160];
	size_t n, i;

	if (load(ctx, &t, c->zone, c->old->id, "", list, &n, err) < 0)
		return -1;
	for (i = n; i-- > 0;) {
		list[i].document = c->document;
		if (judge(c, &list[i], why, sizeof(why)) &&
		    tell(&t, &list[i], why, err) < 0)
			return -1;
	}
	return ask(&t, err);
}

int
wrong_by_receipt(struct db *db, const struct wrong_receipt *r,
    struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct teller t = { .db = db, .company_id = r->company_id,
		.account_id = r->account_id, .now = r->now,
		.actor = r->actor };
	char why[160], day[DATE_TEXT_MAX], amount[MONEY_TEXT_MAX + 8];
	struct sent list[REMINDERS_MAX];
	size_t n, i;

	if (load(ctx, &t, r->zone, r->item != NULL ? r->item->id : 0,
	    r->received.cur, list, &n, err) < 0)
		return -1;
	snprintf(why, sizeof(why), "%s had come in %s on %s",
	    money_text(r->received.minor, r->received.cur, amount,
	    sizeof(amount)), r->item != NULL ? "for it" : "on account",
	    date_format(r->day, day));
	for (i = n; i-- > 0;)
		if (list[i].day > r->day && (r->item != NULL ||
		    list[i].amount <= r->received.minor) &&
		    tell(&t, &list[i], why, err) < 0)
			return -1;
	return ask(&t, err);
}
