#include "escalate/act.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"
#include "core/zone.h"
#include "escalate/reason.h"
#include "plan/hold.h"
#include "render/locale.h"
#include "store/delivery.h"
#include "store/disputes.h"
#include "store/events.h"
#include "store/holds.h"
#include "store/promises.h"
#include "store/staff.h"
#include "store/tasks.h"
#include "track/act.h"
#include "track/undo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MORNING (9 * 3600)
#define DAY 86400
#define DISPUTES 50

struct doing {
	void *owner;
	struct db *db;
	const struct actor *a;
	const struct verb_command *c;
	struct task_case *t;
	char *what;
};

typedef int do_fn(struct doing *d, struct err *err);

static const char *
say(const struct actor *a, const char *en, const char *zh)
{
	return a->language != NULL && strcmp(a->language, "zh-CN") == 0 ?
	    zh : en;
}

static int
refuse(const struct doing *d, struct err *err, const char *en, const char *zh)
{
	return err_set(err, ERR_PERM, "%s", say(d->a, en, zh));
}

const char *
act_fault(enum verb_fault f, const char *language)
{
	static const struct {
		const char *en, *zh;
	} texts[] = {
		[FAULT_NONE] = { "", "" },
		[FAULT_UNKNOWN] = { "no command that is known",
		    "无法识别的指令" },
		[FAULT_OPERAND] = { "what should stand after it is missing "
		    "or not understood", "指令后的内容缺失或无法识别" },
		[FAULT_DAY] = { "the day is not understood, past, or more "
		    "than a year ahead: write 2026-12-05 or 12-05",
		    "日期无法识别、已过，或超过一年：请写 2026-12-05 或 12月5日" },
	};
	struct actor a = { .language = language };

	return say(&a, texts[f].en, texts[f].zh);
}

static char *
day_text(struct doing *d, int32_t day)
{
	return locale_date(d->owner, locale_for(d->a->language), day);
}

/* --- what outcomes do --- */

static void
start(const struct doing *d, struct act_reply *r)
{
	*r = (struct act_reply){ .company = d->a->company,
	    .company_id = d->a->company_id, .account_id = d->t->account_id,
	    .proven = true, .silent = true, .actor = d->a->actor,
	    .now = d->a->now };
}

static int
plain(struct doing *d, struct err *err)
{
	if (!d->a->mail || strcmp(d->t->reason, "approval") != 0)
		return 0;
	return refuse(d, err, "a formal message is approved with dunlin "
	    "approve, never by mail", "正式函件须用 dunlin approve 批准，不能通过邮件");
}

static int
paid(struct doing *d, struct err *err)
{
	struct act_paid p = { .day = DATE_NONE };
	struct act_reply r;
	enum act_done done;

	start(d, &r);
	return act_paid(d->db, &r, &p, &done, err);
}

/* In the currency in which most is open: minor units of it. */
static void
amount(const struct doing *d, int64_t hundredths, struct money *ret)
{
	size_t i, best = 0;
	int digits;

	for (i = 1; i < d->t->n_open; i++)
		if (d->t->open[i].minor > d->t->open[best].minor)
			best = i;
	if (hundredths == 0 || d->t->n_open == 0)
		return;
	*ret = money_zero(d->t->open[best].cur);
	digits = money_digits(ret->cur);
	for (ret->minor = hundredths; digits > 2; digits--)
		ret->minor *= 10;
	for (; digits < 2; digits++)
		ret->minor /= 10;
}

static int
promise(struct doing *d, struct err *err)
{
	struct act_day days[VERB_DAYS];
	struct act_reply r;
	enum act_done done;
	int64_t id;
	size_t i;

	memset(days, 0, sizeof(days));
	for (i = 0; i < d->c->n_days; i++) {
		days[i].day = d->c->days[i].day;
		amount(d, d->c->days[i].hundredths, &days[i].amount);
	}
	start(d, &r);
	if (act_promise(d->db, &r, days, d->c->n_days, &done, &id, err) < 0)
		return -1;
	if (done == ACT_TASK)
		return refuse(d, err, "it cannot be noted like that: nothing "
		    "is open that it could cover, or its parts lack amounts",
		    "无法登记：没有可对应的未付款项，或分期缺少金额");
	return 0;
}

struct disputed {
	int64_t ids[DISPUTES];
	size_t n;
};

static int
note_dispute(const struct dispute_line *l, void *arg)
{
	struct disputed *x = arg;

	x->ids[x->n++] = l->id;
	return x->n == DISPUTES;
}

static int
decide(struct doing *d, enum dispute_event ev, struct err *err)
{
	struct disputed x = { .n = 0 };
	struct act_reply r;

	if (disputes_each(d->db, d->a->company_id, d->t->account_id, false,
	    note_dispute, &x, err) < 0)
		return -1;
	if (x.n == 0)
		return refuse(d, err, "there is no open dispute",
		    "没有未关闭的异议");
	if (x.n > 1)
		return refuse(d, err, "there are several disputes: dunlin "
		    "dispute close", "有多项异议，请用 dunlin dispute close 逐项处理");
	start(d, &r);
	r.silent = false;	/* they are told how it ended */
	return act_dispute_close(d->db, &r, x.ids[0], ev, NULL, err);
}

static int
upheld(struct doing *d, struct err *err)
{
	return decide(d, DISPUTE_EV_ACCEPT, err);
}

static int
rejected(struct doing *d, struct err *err)
{
	return decide(d, DISPUTE_EV_REJECT, err);
}

/* The one promise, or plan, that waits for a person. */
static int
accept(struct doing *d, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct act_reply r;
	struct promise **list;
	enum act_done done;
	int64_t one = 0, id;
	size_t n, i;
	bool plan = false;

	if (promises_active(pool, d->db, d->t->account_id, &list, &n,
	    err) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		if (list[i]->state != PROMISE_IS_PROPOSED)
			continue;
		id = list[i]->plan_id != 0 ? list[i]->plan_id : list[i]->id;
		if (one != 0 && (one != id || plan !=
		    (list[i]->plan_id != 0)))
			return refuse(d, err, "several offers wait: dunlin "
			    "promise accept", "有多项提议待定，请用 dunlin "
			    "promise accept");
		one = id;
		plan = list[i]->plan_id != 0;
	}
	if (one == 0)
		return refuse(d, err, "no offer waits", "没有待确认的提议");
	start(d, &r);
	r.silent = false;
	return act_accept(d->db, &r, plan, one, &done, err);
}

static int
contact(struct doing *d, struct err *err)
{
	int64_t left;

	if (delivery_contacts_left(d->db, d->t->account_id, &left, err) < 0)
		return -1;
	return left > 0 ? 0 : refuse(d, err, "nobody can be written to yet: "
	    "dunlin contact add", "仍没有可用的联系人，请用 dunlin contact add 添加");
}

static int
place(struct doing *d, enum hold_kind kind, const char *note, int64_t review,
    int64_t ends, struct err *err)
{
	struct hold_new h = { .company_id = d->a->company_id, .kind = kind,
	    .scope = SCOPE_ACCOUNT, .account_id = d->t->account_id,
	    .owner = d->t->owner, .note = note, .review_at = review,
	    .ends_at = ends };
	int64_t id;
	int found = holds_find(d->db, &h, &id, err);

	if (found < 0 || (found > 0 && kind == HOLD_HUMAN && holds_release(
	    d->db, id, d->a->now, d->a->actor, "placed anew", err) < 0))
		return -1;
	return found > 0 && kind != HOLD_HUMAN ? 0 : holds_place(d->db, &h,
	    d->a->now, d->a->actor, &id, err);
}

static int
write_off(struct doing *d, struct err *err)
{
	return place(d, HOLD_HUMAN, "to be written off in the ledger",
	    d->a->now + (int64_t)30 * DAY, CLOCK_NONE, err);
}

static int
legal(struct doing *d, struct err *err)
{
	struct task_new t = { .company_id = d->a->company_id,
	    .account_id = d->t->account_id, .reason = "legal-handling",
	    .detail = d->a->actor };

	if (place(d, HOLD_LEGAL, "handed to legal", CLOCK_NONE, CLOCK_NONE,
	    err) < 0)
		return -1;
	return strcmp(d->t->reason, t.reason) == 0 ? 0 : tasks_open(d->db, &t,
	    d->a->now, d->a->actor, NULL, NULL, err);
}

static const struct {
	do_fn *fn;
	bool account;		/* it wants one */
} outcomes[DONE_COUNT] = {
	[DONE_PLAIN] = { plain, false }, [DONE_PAID] = { paid, true },
	[DONE_PROMISE] = { promise, true }, [DONE_PLAN] = { promise, true },
	[DONE_UPHELD] = { upheld, true }, [DONE_REJECTED] = { rejected, true },
	[DONE_ACCEPT] = { accept, true }, [DONE_CONTACT] = { contact, true },
	[DONE_WRITE_OFF] = { write_off, true }, [DONE_LEGAL] = { legal, true },
};

/* --- verbs --- */

/* What waited for somebody to read it goes on; firm holds stay. */
static int
end_soft_hold(struct doing *d, struct err *err)
{
	enum hold_kind kind;

	if (d->t->hold == NULL || !hold_parse(d->t->hold, &kind) ||
	    kind != HOLD_REPLY_UNREAD)
		return 0;
	return holds_end(d->db, d->t->hold_id, d->a->now, d->a->actor,
	    "somebody has dealt with it", err) < 0 ? -1 : 0;
}

static int
done(struct doing *d, struct err *err)
{
	enum outcome_kind o = d->c->outcome;
	char *reason;
	int open;

	if (outcomes[o].account && d->t->account_id == 0)
		return refuse(d, err, "this task is about no customer",
		    "该任务不涉及客户");
	if (outcomes[o].fn(d, err) < 0 || end_soft_hold(d, err) < 0)
		return -1;
	/* What was done may have closed it. */
	open = tasks_is_open(d->owner, d->db, d->t->id, &reason, err);
	if (open < 0 || (open > 0 && tasks_close(d->db, d->t->id, d->a->now,
	    d->a->actor, outcome_word(o), err) < 0) ||
	    staff_cancel_task(d->db, d->t->id, d->a->now, "it is done",
	    err) < 0)
		return -1;
	d->what = mem_str(d->owner, outcome_said(o, d->a->language));
	return 0;
}

static int
ack(struct doing *d, struct err *err)
{
	d->what = mem_str(d->owner, say(d->a, "seen", "已知悉"));
	return tasks_ack(d->db, d->t->id, d->a->now, d->a->actor, err);
}

static int
hold(struct doing *d, struct err *err)
{
	const struct zone *z = d->a->company->zone;
	int32_t day = d->c->days[0].day;
	int64_t until = zone_instant(z, day, 0);

	if (d->t->account_id != 0 && place(d, HOLD_HUMAN, "until a day named "
	    "by a person", until + DAY, until, err) < 0)
		return -1;
	d->what = mem_fmt(d->owner, "%s%s%s", say(d->a, "no reminders until ",
	    ""), day_text(d, day), say(d->a, "", "之前不发送提醒"));
	if (tasks_ack(d->db, d->t->id, d->a->now, d->a->actor, err) < 0)
		return -1;
	return tasks_move(d->db, d->t->id, zone_instant(z, day, MORNING),
	    d->a->now, d->a->actor, err);
}

/* By login, or by the one name that has the word in it. */
static const struct config_user *
find_user(const struct doing *d)
{
	const struct config *c = d->a->config;
	const struct config_user *found = NULL;
	size_t i;

	for (i = 0; i < c->n_users; i++) {
		if (!config_user_sees(&c->users[i], d->a->company->code))
			continue;
		if (strcasecmp(c->users[i].login, d->c->text) == 0 ||
		    strcasecmp(c->users[i].name, d->c->text) == 0)
			return &c->users[i];
		if (text_find_nocase(c->users[i].name, d->c->text) == NULL)
			continue;
		if (found != NULL)
			return NULL;
		found = &c->users[i];
	}
	return found;
}

static int
assign(struct doing *d, struct err *err)
{
	const struct config_user *u = find_user(d);

	if (u == NULL)
		return refuse(d, err, "nobody of this company is called that, "
		    "or more than one: write the login",
		    "本公司没有该用户或有重名，请写登录名");
	d->what = mem_fmt(d->owner, "%s%s", say(d->a, "given to ", "已转给"),
	    u->name);
	return tasks_assign(d->db, d->t->id, u->login, d->a->now,
	    d->a->actor, err);
}

static int
note(struct doing *d, struct err *err)
{
	d->what = mem_str(d->owner, say(d->a, "noted", "已备注"));
	return events_append(d->db, d->a->company_id, d->t->account_id,
	    d->a->now, "note", d->a->actor, json_pack("{s:s, s:I}", "text",
	    d->c->text, "task", (json_int_t)d->t->id), NULL, err);
}

static do_fn *const verbs[VERB_COUNT] = {
	[VERB_ACK] = ack, [VERB_DONE] = done, [VERB_HOLD] = hold,
	[VERB_ASSIGN] = assign, [VERB_NOTE] = note,
};

/* Only what the same person did. */
static int
undo(struct doing *d, struct err *err)
{
	struct event_found *e;

	if (events_get(d->owner, d->db, d->c->number, &e, err) < 0)
		return -1;
	if (e->company_id != d->a->company_id ||
	    strcmp(e->actor, d->a->actor) != 0)
		return refuse(d, err, "that is no command of yours",
		    "该编号不是您的指令");
	d->what = mem_str(d->owner, say(d->a, "taken back", "已撤回"));
	return undo_event(d->db, d->c->number, NULL, d->a->now, d->a->actor,
	    err);
}

static int
firm(struct doing *d, struct err *err)
{
	return d->c->verb == VERB_APPROVE ? refuse(d, err, "never by mail: "
	    "read it, then dunlin approve", "不能通过邮件批准：请阅读后使用 dunlin approve") :
	    refuse(d, err, "never by mail: dunlin hold, then dunlin release",
	    "不能通过邮件解除：请用 dunlin hold 查看，再用 dunlin release");
}

static int
find_task(struct doing *d, int64_t task_id, struct err *err)
{
	int r;

	if (task_id == 0)
		return refuse(d, err, "say which task: its number after the "
		    "command", "请在指令后写明任务编号");
	r = tasks_case(d->owner, d->db, task_id, &d->t, err);
	if (r < 0)
		return -1;
	if (r == 0 || d->t->company_id != d->a->company_id)
		return err_set(err, ERR_PERM, "%s %lld%s", say(d->a,
		    "no task", "任务"), (long long)task_id, say(d->a,
		    ", or it is closed already", " 已结束或不存在"));
	return 0;
}

/* "note 12 called them" in answer to a mail about several tasks: the number is
 * no part of the note there. */
static bool
note_of(const struct verb_command *c, struct verb_command *ret)
{
	char *end;
	long long task = strtoll(c->text, &end, 10);

	if (c->verb != VERB_NOTE || task <= 0 || *end != ' ')
		return false;
	*ret = *c;
	ret->task = task;
	snprintf(ret->text, sizeof(ret->text), "%s", end + 1);
	return true;
}

int
act_command(void *owner, struct db *db, const struct actor *a,
    int64_t task_id, const struct verb_command *c, char **ret_what,
    int64_t *ret_undo, struct err *err)
{
	struct doing d = { .owner = owner, .db = db, .a = a, .c = c };
	struct verb_command named;

	*ret_undo = 0;
	if (verb_is_firm(c->verb))
		return firm(&d, err);
	if (c->verb == VERB_HELP || c->verb == VERB_UNDO) {
		if (c->verb == VERB_UNDO && undo(&d, err) < 0)
			return -1;
		*ret_what = d.what;
		return 0;
	}
	if (c->task == 0 && task_id == 0 && note_of(c, &named))
		d.c = c = &named;
	if (find_task(&d, c->task != 0 ? c->task : task_id, err) < 0 ||
	    events_append(db, a->company_id, d.t->account_id, a->now,
	    "task-command", a->actor, json_pack("{s:I, s:s, s:s*, s:I, s:s*, "
	    "s:I}", "task", (json_int_t)d.t->id, "command",
	    verb_word(c->verb), "outcome", c->verb == VERB_DONE ?
	    outcome_word(c->outcome) : NULL, "inbox",
	    (json_int_t)a->inbox_id, "owner", d.t->owner, "due",
	    (json_int_t)d.t->due_at), ret_undo, err) < 0 ||
	    verbs[c->verb](&d, err) < 0)
		return -1;
	if (c->verb == VERB_NOTE || c->verb == VERB_ACK)
		*ret_undo = 0;
	*ret_what = mem_fmt(owner, "[%lld] %s%s%s", (long long)d.t->id,
	    d.t->name != NULL ? d.t->name : "", d.t->name != NULL ?
	    say(a, ": ", "：") : "", d.what);
	return 0;
}
