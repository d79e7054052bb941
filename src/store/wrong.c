#include "store/wrong.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "core/zone.h"
#include "store/events.h"
#include "store/tasks.h"

#include <stdio.h>
#include <string.h>

#define REMINDERS_MAX 64

DB_STMT(wrong_sent, "SELECT c.id, c.at, c.stage, n.amount, i.document, "
	"n.item_id "
	"FROM communication c JOIN communication_item n "
	"ON n.communication_id = c.id JOIN item i ON i.id = n.item_id "
	"WHERE c.account_id = $1 AND ($2 = 0 OR n.item_id = $2) "
	"AND ($3 = '' OR i.currency = $3) "
	"AND c.at IS NOT NULL AND c.cancelled = 0 "
	"AND c.class IN ('reminder', 'letter') ORDER BY c.at DESC LIMIT 64");
DB_STMT(wrong_known, "SELECT count(*) FROM wrong_reminder "
	"WHERE communication_id = $1");
DB_STMT(wrong_add, "INSERT INTO wrong_reminder (communication_id, item_id, "
	"account_id, what, day, amount, currency, found_at) VALUES ($1, $2, "
	"$3, $4, $5, $6, $7, $8) "
	"ON CONFLICT (communication_id, item_id) DO NOTHING");
DB_STMT(wrong_not_ended, "SELECT DISTINCT w.communication_id, c.at, "
	"w.apology_id, a.at, coalesce(a.cancelled, 0) FROM wrong_reminder w "
	"JOIN communication c ON c.id = w.communication_id "
	"LEFT JOIN communication a ON a.id = w.apology_id "
	"WHERE w.account_id = $1 AND w.ended = 0 ORDER BY 2 DESC, 1 DESC");
DB_STMT(wrong_answer, "UPDATE wrong_reminder SET apology_id = $2 "
	"WHERE account_id = $1 AND ended = 0");
DB_STMT(wrong_end, "UPDATE wrong_reminder SET ended = 1 "
	"WHERE account_id = $1 AND ended = 0");
DB_STMT(wrong_to, "SELECT o.contact_id, (SELECT t.message_id FROM attempt t "
	"WHERE t.outbox_id = o.id ORDER BY t.n DESC LIMIT 1) FROM outbox o "
	"WHERE o.communication_id = $1 AND o.contact_id IS NOT NULL "
	"AND o.state IN ('accepted', 'uncertain') ORDER BY o.id");
/* All that one apology is about; before it is written: all that is open. */
DB_STMT(wrong_items, "SELECT i.document, w.what, w.day, w.amount, "
	"w.currency, c.at, co.zone FROM wrong_reminder x "
	"JOIN wrong_reminder w ON w.account_id = x.account_id "
	"AND coalesce(w.apology_id, 0) = coalesce(x.apology_id, 0) "
	"AND (w.apology_id IS NOT NULL OR w.ended = 0) "
	"JOIN communication c ON c.id = w.communication_id "
	"JOIN company co ON co.id = c.company_id "
	"JOIN item i ON i.id = w.item_id WHERE x.communication_id = $1 "
	"GROUP BY i.document, w.what, w.day, w.amount, w.currency, c.at, "
	"co.zone ORDER BY c.at DESC, i.document");

struct sent {
	int64_t id, item_id;
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
		list[n].item_id = db_int(q, 5);
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
judge(const struct correction *c, const struct sent *s,
    struct talk_wrong *ret)
{
	const struct item_row *old = c->old, *new = c->new;

	*ret = (struct talk_wrong){ .day = new->as_of };
	ret->amount = money_zero(new->cur);
	if (new->account_id != old->account_id)
		ret->what = WRONG_ACCOUNT;
	else if (strcmp(new->cur, old->cur) != 0)
		ret->what = WRONG_CURRENCY;
	else if (new->state == ITEM_IS_CLEARED && new->paid != DATE_NONE &&
	    new->paid < s->day) {
		ret->what = WRONG_PAID;
		ret->day = new->paid;
	} else if (new->state == ITEM_IS_CLEARED && new->paid == DATE_NONE &&
	    new->as_of < s->day)
		ret->what = WRONG_CLOSED;
	else if (new->amount != old->amount && s->amount > new->amount) {
		ret->what = WRONG_AMOUNT;
		ret->amount.minor = new->amount;
	} else if (new->as_of < s->day && new->balance < old->balance &&
	    s->amount > new->balance) {
		ret->what = WRONG_BALANCE;
		ret->amount.minor = new->balance;
	} else if (new->due != old->due && s->stage > STAGE_M0 &&
	    new->due >= s->day) {
		ret->what = WRONG_DUE;
		ret->day = new->due;
	} else if (new->disputed && !old->disputed && new->as_of < s->day)
		ret->what = WRONG_DISPUTED;
	else
		return false;
	return true;
}

/* For the collector; old_cur: what it was thought to be in. */
static void
say(const struct talk_wrong *w, const struct sent *s, const char *old_cur,
    const char *for_what, char *why, size_t size)
{
	char a[MONEY_TEXT_MAX + 8], b[MONEY_TEXT_MAX + 8];
	char day[DATE_TEXT_MAX] = "";
	const char *cur = w->amount.cur;

	if (w->day != DATE_NONE)
		date_format(w->day, day);
	money_text(s->amount, cur, a, sizeof(a));
	money_text(w->amount.minor, cur, b, sizeof(b));
	switch (w->what) {
	case WRONG_ACCOUNT:
		snprintf(why, size, "it belongs to another account");
		break;
	case WRONG_CURRENCY:
		snprintf(why, size, "it is in %s, not %s", cur, old_cur);
		break;
	case WRONG_PAID:
		snprintf(why, size, "it was paid on %s already", day);
		break;
	case WRONG_CLOSED:
		snprintf(why, size, "as of %s it was no longer open", day);
		break;
	case WRONG_AMOUNT:
		snprintf(why, size, "it named %s, the invoice is of %s", a,
		    b);
		break;
	case WRONG_BALANCE:
		snprintf(why, size, "it named %s, and as of %s only %s was "
		    "open", a, day, b);
		break;
	case WRONG_DUE:
		snprintf(why, size, "it is due on %s only", day);
		break;
	case WRONG_DISPUTED:
		snprintf(why, size, "as of %s it was disputed", day);
		break;
	default:
		snprintf(why, size, "%s had come in %s on %s", b, for_what,
		    day);
		break;
	}
}

static int
tell(struct teller *t, const struct sent *s, const struct talk_wrong *w,
    const char *why, struct err *err)
{
	char day[DATE_TEXT_MAX], detail[320];
	int64_t n;

	if (db_get_int(t->db, &wrong_known, &n, err, "i", s->id) < 0 ||
	    db_run(t->db, &wrong_add, err, "iiitiiti", s->id, s->item_id,
	    t->account_id, wrong_name(w->what), w->day == DATE_NONE ?
	    CLOCK_NONE : (int64_t)w->day, w->amount.minor, w->amount.cur,
	    t->now) < 0)
		return -1;
	/* Nobody apologises twice for one reminder. */
	if (n > 0)
		return 0;
	date_format(s->day, day);
	snprintf(detail, sizeof(detail), "The reminder of %s named %.80s, "
	    "but %s", day, s->document, why);
	memcpy(t->last, detail, sizeof(detail));
	return events_append(t->db, t->company_id, t->account_id, t->now,
	    "reminder-wrong", t->actor, json_pack("{s:I, s:s, s:s, s:s, "
	    "s:s}", "communication", (json_int_t)s->id, "item", s->document,
	    "sent", day, "why", why, "wrong", wrong_name(w->what)), NULL,
	    err);
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
	struct talk_wrong w;
	char why[160];
	size_t n, i;

	if (load(ctx, &t, c->zone, c->old->id, "", list, &n, err) < 0)
		return -1;
	for (i = n; i-- > 0;) {
		list[i].document = c->document;
		if (!judge(c, &list[i], &w))
			continue;
		say(&w, &list[i], c->old->cur, "", why, sizeof(why));
		if (tell(&t, &list[i], &w, why, err) < 0)
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
	struct talk_wrong w = { .what = WRONG_RECEIPT, .day = r->day,
		.amount = r->received };
	struct sent list[REMINDERS_MAX];
	char why[160];
	size_t n, i;

	if (load(ctx, &t, r->zone, r->item != NULL ? r->item->id : 0,
	    r->received.cur, list, &n, err) < 0)
		return -1;
	for (i = n; i-- > 0;) {
		if (list[i].day <= r->day || (r->item == NULL &&
		    list[i].amount > r->received.minor))
			continue;
		say(&w, &list[i], "", r->item != NULL ? "for it" :
		    "on account", why, sizeof(why));
		if (tell(&t, &list[i], &w, why, err) < 0)
			return -1;
	}
	return ask(&t, err);
}

/* --- what becomes of them --- */

int
wrongs_open(void *owner, struct db *db, int64_t account_id,
    struct wrong_open **ret_list, size_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(db, &wrong_not_ended);
	struct wrong_open *list = NULL;
	size_t n = 0;
	int r;

	db_bind_int(q, 1, account_id);
	while ((r = db_step(q, err)) > 0) {
		list = mem_grow(owner, list, struct wrong_open, n + 1);
		list[n].communication_id = db_int(q, 0);
		list[n].at = db_int(q, 1);
		list[n].apology_id = db_is_null(q, 2) ? 0 : db_int(q, 2);
		list[n].sent = !db_is_null(q, 3);
		list[n++].cancelled = db_int(q, 4) != 0;
	}
	*ret_list = list;
	*ret_n = n;
	return r;
}

int
wrongs_answer(struct db *db, int64_t account_id, int64_t apology_id,
    struct err *err)
{
	return db_run(db, &wrong_answer, err, "ii", account_id, apology_id);
}

int
wrongs_end(struct db *db, int64_t account_id, struct err *err)
{
	return db_run(db, &wrong_end, err, "i", account_id);
}

int
wrongs_recipients(void *owner, struct db *db, int64_t communication_id,
    int64_t **ret_contacts, size_t *ret_n, char **ret_message_id,
    struct err *err)
{
	struct db_query *q = db_query(db, &wrong_to);
	int64_t *list = NULL;
	size_t n = 0;
	int r;

	*ret_message_id = NULL;
	db_bind_int(q, 1, communication_id);
	while ((r = db_step(q, err)) > 0) {
		list = mem_grow(owner, list, int64_t, n + 1);
		list[n++] = db_int(q, 0);
		if (n == 1 && !db_is_null(q, 1))
			*ret_message_id = mem_str(owner, db_text(q, 1));
	}
	*ret_contacts = list;
	*ret_n = n;
	return r;
}

int
wrongs_told(struct talk *t, struct db *db, int64_t communication_id,
    struct err *err)
{
	struct db_query *q = db_query(db, &wrong_items);
	struct talk_wrong *list = NULL;
	const struct zone *zone;
	struct err ignore;
	int32_t second;
	size_t n = 0;
	int r;

	db_bind_int(q, 1, communication_id);
	while ((r = db_step(q, err)) > 0) {
		list = mem_grow(t, list, struct talk_wrong, n + 1);
		list[n].document = mem_str(t, db_text(q, 0));
		if (!wrong_parse(db_text(q, 1), &list[n].what))
			list[n].what = WRONG_CLOSED;
		list[n].day = db_is_null(q, 2) ? DATE_NONE :
		    (int32_t)db_int(q, 2);
		list[n].amount = money_zero(db_text(q, 4));
		list[n].amount.minor = db_int(q, 3);
		if (n++ == 0 && zone_open(db_text(q, 6), &zone, &ignore) == 0)
			t->sent = zone_day(zone, db_int(q, 5), &second);
	}
	t->wrongs = list;
	t->n_wrongs = n;
	return r;
}
