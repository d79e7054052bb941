#include "receive/staff.h"

#include "base/mem.h"
#include "base/text.h"
#include "core/zone.h"
#include "escalate/act.h"
#include "escalate/assign.h"
#include "escalate/mail.h"
#include "receive/match.h"
#include "store/staff.h"
#include "store/tasks.h"

#include <string.h>

#define ACTOR "reader"
#define DAY 86400
#define LINE_WIDTH 60		/* of a command that is quoted */

struct work {
	const struct staff_reply *r;
	void *pool;
	struct staff_sent *sent;
	const struct config_user *user;	/* who is proven */
	struct actor actor;
	struct verb_line lines[STAFF_LINES + 1];
	struct mail_done done[STAFF_LINES + 1];
	size_t n;
	size_t at;			/* the command in hand */
};

static const char *
text_of(const struct work *w, const char *name)
{
	return json_string_value(json_object_get(w->r->mail, name));
}

/* The staff mail whose token it was sent to: 1, 0. */
static int
find_sent(struct work *w, struct db *db, struct err *err)
{
	const json_t *to = json_object_get(w->r->mail, "to");
	char token[ID_TOKEN_MAX];
	const char *address, *envid = text_of(w, "envid");
	size_t i;
	int r = 0;

	for (i = 0; r == 0 && i < json_array_size(to); i++) {
		address = json_string_value(json_array_get(to, i));
		if (address != NULL && match_token(w->r->company, address,
		    token))
			r = staff_by_token(w->pool, db,
			    w->r->row->company_id, token, &w->sent, err);
	}
	if (r == 0 && envid != NULL)
		r = staff_by_token(w->pool, db, w->r->row->company_id, envid,
		    &w->sent, err);
	return r;
}

/* Why its commands are not believed; NULL: they are. */
static const char *
distrust(struct work *w)
{
	const char *from = text_of(w, "from");
	const struct config_user *u = config_user(w->r->config,
	    w->sent->login);
	enum match_auth auth = match_auth(w->r->company->authserv_id,
	    json_object_get(w->r->mail, "auth"), from);

	if (u == NULL || u->mail == NULL ||
	    !config_user_sees(u, w->r->company->code))
		return "its user is none of this company any more";
	if (from == NULL || !text_eq_nocase(from, u->mail))
		return "it is not from the user that the mail was sent to";
	if (auth != AUTH_OFF && auth != AUTH_PASS)
		return "the mail server has not authenticated the sender";
	w->user = u;
	return NULL;
}

/* Nothing is done, and a person sees it. */
static int
show(struct work *w, struct db *db, const char *why, struct err *err)
{
	const char *from = text_of(w, "from");
	struct task_new t = { .company_id = w->r->row->company_id,
	    .reason = "staff-command", .inbox_id = w->r->row->id };

	t.detail = mem_fmt(w->pool, "mail %lld from %s, in answer to a mail "
	    "to %s: %s", (long long)w->r->row->id, from != NULL ? from : "?",
	    w->sent->login, why);
	return tasks_open(db, &t, w->r->now, ACTOR, NULL, NULL, err);
}

static int
did_not_arrive(struct work *w, struct db *db, struct err *err)
{
	struct task_new t = { .company_id = w->r->row->company_id,
	    .reason = "staff-mail", .inbox_id = w->r->row->id };

	t.detail = mem_fmt(w->pool, "mail to %s (%s) came back",
	    w->sent->login, w->sent->mail);
	return tasks_open(db, &t, w->r->now, ACTOR, NULL, NULL, err);
}

/* --- commands --- */

static int
run_all(struct db *db, void *arg, struct err *err)
{
	struct work *w = arg;
	char *what;

	for (w->at = 0; w->at < w->n; w->at++) {
		what = NULL;
		if (act_command(w->pool, db, &w->actor, w->sent->task_id,
		    &w->lines[w->at].command, &what, &w->done[w->at].undo,
		    err) < 0)
			return -1;
		w->done[w->at].what = what;
	}
	return 0;
}

static void
refuse(struct work *w, size_t i, const char *why)
{
	w->done[i].refused = true;
	w->done[i].what = mem_str(w->pool, why);
	w->done[i].undo = 0;
}

static const char *
say(const struct work *w, const char *en, const char *zh)
{
	return strcmp(w->actor.language, "zh-CN") == 0 ? zh : en;
}

/* What is wrong with any line stops all of them. */
static bool
check(struct work *w)
{
	bool right = w->n > 0 && w->n <= STAFF_LINES;
	size_t i;

	if (w->n == 0)
		w->done[w->n++].line = "";
	for (i = 0; i < w->n; i++) {
		w->done[i].line = w->lines[i].line == NULL ? "" :
		    text_width(w->lines[i].line) > LINE_WIDTH ? text_fit(
		    w->pool, w->lines[i].line, LINE_WIDTH) :
		    w->lines[i].line;
		if (!right && w->lines[i].fault == FAULT_NONE)
			w->lines[i].fault = FAULT_UNKNOWN;
	}
	for (i = 0; i < w->n; i++)
		if (w->lines[i].fault != FAULT_NONE)
			right = false;
	for (i = 0; i < w->n && !right; i++)
		refuse(w, i, w->lines[i].fault == FAULT_NONE ? say(w,
		    "nothing was done, as another line is not understood",
		    "因另有一行无法识别，未执行任何指令") :
		    act_fault(w->lines[i].fault, w->actor.language));
	return right;
}

static int
obey(struct work *w, struct db *db, struct err *err)
{
	struct err why = { ERR_NONE, "" };
	size_t i;

	if (!check(w))
		return 0;
	if (w->sent->sent_at + (int64_t)STAFF_OLD * DAY < w->r->now) {
		for (i = 0; i < w->n; i++)
			refuse(w, i, say(w, "the mail that you answer is too "
			    "old: answer a newer one", "所回复的邮件已过期，请回复较新的邮件"));
		return 0;
	}
	if (store_part(db, run_all, w, &why) == 0)
		return 0;
	if (why.kind != ERR_PERM) {
		*err = why;
		return -1;
	}
	for (i = 0; i < w->n; i++)
		refuse(w, i, i == w->at ? why.text : say(w, "nothing was "
		    "done, as another line could not be", "因另有一行无法执行，未执行任何指令"));
	return 0;
}

static void
begin(struct work *w)
{
	const struct staff_reply *r = w->r;
	int32_t second, today = zone_day(assign_zone(w->user, r->company),
	    r->now, &second);

	w->actor = (struct actor){ .config = r->config,
	    .company = r->company, .company_id = r->row->company_id,
	    .actor = mem_fmt(w->pool, "user:%s", w->user->login),
	    .language = assign_language(w->user, r->company), .mail = true,
	    .inbox_id = r->row->id, .now = r->now };
	w->n = verb_mail(w->pool, r->text, today, w->lines,
	    STAFF_LINES + 1);
}

static int
person(struct work *w, struct db *db, const char **ret_what, struct err *err)
{
	const char *why = distrust(w);
	int64_t n;

	*ret_what = "commands that are not believed: nothing was done";
	if (why != NULL)
		return show(w, db, why, err);
	if (staff_count(db, w->r->row->company_id, w->user->login, "confirm/",
	    w->r->now - DAY, &n, err) < 0)
		return -1;
	if (n >= STAFF_DAY) {
		*ret_what = "too many commands today: nothing was done";
		return show(w, db, *ret_what, err);
	}
	begin(w);
	if (obey(w, db, err) < 0)
		return -1;
	*ret_what = w->n > 0 && w->done[0].refused ?
	    "commands that could not be done" : "commands, done";
	return mail_confirm(db, w->r->config, w->r->company,
	    w->r->row->company_id, w->user, w->done, w->n, w->r->row->id,
	    text_of(w, "message_id"), w->r->now, err);
}

int
staff_reply(struct db *db, const struct staff_reply *r,
    const char **ret_what, struct err *err)
{
	MEM_AUTO struct work *w = mem_new(NULL, struct work);
	int found;

	w->r = r;
	w->pool = w;
	found = find_sent(w, db, err);
	if (found <= 0)
		return found;
	if (r->kind == MEAN_BOUNCE) {
		*ret_what = "a mail to one of us came back";
		return did_not_arrive(w, db, err) < 0 ? -1 : 1;
	}
	if (r->kind != MEAN_HUMAN && r->kind != MEAN_EMPTY) {
		*ret_what = "machine mail in answer to a staff mail";
		return 1;
	}
	return person(w, db, ret_what, err) < 0 ? -1 : 1;
}
