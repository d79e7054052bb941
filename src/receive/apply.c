#include "receive/apply.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "receive/effects.h"
#include "receive/match.h"
#include "receive/reports.h"
#include "receive/staff.h"
#include "store/delivery.h"
#include "store/events.h"
#include "store/inbox.h"
#include "store/tasks.h"

#include <stdlib.h>
#include <string.h>

#define ACTOR "reader"
#define DETAIL_MOST 12000

struct job {
	const struct config *config;
	const struct config_company *company;
	const struct inbox_row *row;
	const json_t *mail, *meaning;
	const char *text;		/* of the meaning */
	int64_t now;
	enum mean_kind kind;
	enum mean_intent lead;
	struct match m;
};

static const char *
text_of(const json_t *j, const char *name)
{
	return json_string_value(json_object_get(j, name));
}

static void
words(struct job *j)
{
	const char *kind = text_of(j->meaning, "kind");
	const char *lead = text_of(j->meaning, "lead");
	int i;

	j->kind = MEAN_HUMAN;
	j->lead = INTENT_UNCLEAR;
	for (i = 0; kind != NULL && i < MEAN_KIND_COUNT; i++)
		if (strcmp(kind, mean_kind_name((enum mean_kind)i)) == 0)
			j->kind = (enum mean_kind)i;
	for (i = 0; lead != NULL && i < INTENT_COUNT; i++)
		if (strcmp(lead, mean_intent_name((enum mean_intent)i)) == 0)
			j->lead = (enum mean_intent)i;
	/* That they have left is news; that they are away is none. */
	if (j->kind == MEAN_AUTO_REPLY && j->lead != INTENT_WRONG_PERSON)
		j->lead = INTENT_AUTO_REPLY;
}

/* A task of the company for mail that belongs to no account. */
static int
loose_task(struct db *db, const struct job *j, const char *reason,
    struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct task_new t = {
		.company_id = j->row->company_id,
		.reason = reason,
		.inbox_id = j->row->id,
	};
	const char *from = text_of(j->mail, "from");

	t.detail = mem_fmt(tmp, "mail %lld from %s: %.1000s\naccept: dunlin "
	    "inbox accept %lld --account CUSTOMER", (long long)j->row->id,
	    from != NULL ? from : "?", j->text, (long long)j->row->id);
	return tasks_open(db, &t, j->now, ACTOR, NULL, NULL, err);
}

static void
fill(const struct job *j, int64_t account_id, struct reply *r)
{
	const struct match *m = &j->m;
	const char *name = m->by;

	memset(r, 0, sizeof(*r));
	r->inbox_id = j->row->id;
	r->company_id = j->row->company_id;
	r->account_id = account_id;
	if (m->has_sent) {
		r->attempt_id = m->sent.attempt_id;
		r->outbox_id = m->sent.outbox_id;
		r->sent_address_id = m->sent.address_id;
	}
	r->address_id = m->known_sender ? m->sender.address_id : 0;
	r->trust = m->trust;
	r->known_sender = m->known_sender;
	r->by = name != NULL ? name : "nothing";
	r->from = text_of(j->mail, "from");
	r->subject = text_of(j->mail, "subject");
	r->message_id = text_of(j->mail, "message_id");
	r->received_at = j->row->received_at;
	r->now = j->now;
	r->intent = j->lead;
	r->text = j->text;
	r->meaning = j->meaning;
	r->config = j->config;
	r->company = j->company;
}

/* A mail of a person, or of their absence, for each account that it may be
 * about. */
static int
reply_to_accounts(struct db *db, const struct job *j, struct err *err)
{
	struct reply r;
	size_t i;
	int found;

	for (i = 0; i < j->m.n; i++) {
		fill(j, j->m.accounts[i], &r);
		if (r.address_id != 0) {
			found = matching_contact(db, r.account_id,
			    r.address_id, &r.contact_id, err);
			if (found < 0)
				return -1;
		}
		r.several = j->m.n > 1;
		if (r.several)
			r.by = "address, which several accounts have";
		if (r.address_id != 0 && delivery_works(db, r.address_id,
		    "they wrote from it", r.now, ACTOR, err) < 0)
			return -1;
		if (effects_event(db, &r, err) < 0 ||
		    effects_apply(db, &r, err) < 0)
			return -1;
	}
	return 0;
}

static bool
is_report(enum mean_kind kind)
{
	return kind == MEAN_BOUNCE || kind == MEAN_DELAY ||
	    kind == MEAN_FEEDBACK || kind == MEAN_RECEIPT ||
	    kind == MEAN_CHALLENGE;
}

static int
report(struct db *db, const struct job *j, const char **ret_what,
    struct err *err)
{
	char content[HASH_HEX_MAX];
	struct reply r;

	if (!j->m.has_sent) {
		*ret_what = "a report that names no message of ours";
		return 0;
	}
	fill(j, j->m.sent.account_id, &r);
	if (inbox_content(db, r.inbox_id, content, err) < 0 ||
	    events_append(db, r.company_id, r.account_id, j->now,
	    "report-read", ACTOR, json_pack("{s:I, s:I, s:s, s:s}", "inbox",
	    (json_int_t)r.inbox_id, "outbox", (json_int_t)r.outbox_id,
	    "kind", mean_kind_name(j->kind), "content", content), NULL,
	    err) < 0)
		return -1;
	return reports_apply(db, &r, &j->m, j->kind, ret_what, err);
}

static int
act(struct db *db, struct job *j, const char **ret_what, struct err *err)
{
	*ret_what = NULL;
	if (j->m.has_sent && delivery_settle(db, j->m.sent.outbox_id,
	    "something came back that names it", j->now, ACTOR, err) < 0)
		return -1;
	if (is_report(j->kind))
		return report(db, j, ret_what, err);
	if (j->m.ours) {
		*ret_what = "refused: it says that it is from ourselves";
		return loose_task(db, j, "forged-sender", err);
	}
	if (j->m.n > 0)
		return reply_to_accounts(db, j, err);
	if (j->lead == INTENT_AUTO_REPLY) {
		*ret_what = "an automatic answer that belongs to no account";
		return 0;
	}
	*ret_what = "belongs to no account that is known";
	return loose_task(db, j, "unmatched-mail", err);
}

/* In answer to a mail to one of us: 1, it is done with. */
static int
to_staff(struct db *db, const struct job *j, struct err *err)
{
	struct staff_reply s = { .config = j->config, .company = j->company,
	    .row = j->row, .mail = j->mail, .text = j->text,
	    .kind = j->kind, .now = j->now };
	const char *what;
	int r;

	if (j->row->channel != CHANNEL_MAIL)
		return 0;
	r = staff_reply(db, &s, &what, err);
	return r <= 0 ? r : inbox_note(db, j->row->id, 0, 0, what, err) < 0 ?
	    -1 : 1;
}

static int
apply_one(struct db *db, struct job *j, struct err *err)
{
	const char *what;
	char *meaning;
	int r;

	meaning = json_dumps(j->meaning, JSON_COMPACT);
	r = inbox_done(db, j->row->id, meaning, err);
	free(meaning);
	if (r != 0)
		return r < 0 ? -1 : 0;
	r = to_staff(db, j, err);
	if (r != 0)
		return r < 0 ? -1 : 0;
	if ((j->row->channel == CHANNEL_SMS ? match_sms(db,
	    j->row->company_id, j->mail, j->meaning, j->now, &j->m, err) :
	    match_mail(db, j->company, j->row->company_id, j->mail,
	    j->meaning, &j->m, err)) < 0 || act(db, j, &what, err) < 0)
		return -1;
	return inbox_note(db, j->row->id, j->m.n == 1 && !j->m.ours ?
	    j->m.accounts[0] : 0, j->m.has_sent ? j->m.sent.attempt_id : 0,
	    what != NULL ? what : j->m.by, err);
}

static void
job_of(const struct apply *a, size_t i, struct job *ret)
{
	const json_t *answer = a->answers[i];

	*ret = (struct job){ .config = a->config, .company = a->company,
	    .row = &a->rows[i], .now = a->now,
	    .mail = json_object_get(answer, "mail"),
	    .meaning = json_object_get(answer, "meaning") };
	ret->text = text_of(ret->meaning, "text");
	if (ret->text == NULL)
		ret->text = "";
	words(ret);
}

static int
apply_tx(struct db *db, void *arg, struct err *err)
{
	int64_t until = clock_mono_ms() + APPLY_MS;
	struct apply *a = arg;

	for (a->done = 0; a->done < a->n; a->done++) {
		struct job j;

		if (a->answers[a->done] == NULL)
			continue;
		if (a->done > 0 && clock_mono_ms() > until)
			break;
		job_of(a, a->done, &j);
		if (apply_one(db, &j, err) < 0)
			return -1;
	}
	return 0;
}

int
apply_mails(struct db *db, struct apply *a, struct err *err)
{
	return store_tx(db, apply_tx, a, err);
}

/* What it says nobody knows: a person reads it, and no reminder before. */
static int
held_tx(struct db *db, void *arg, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct apply *a = arg;
	struct reply r;
	struct job j;
	int64_t hold;
	size_t i;

	job_of(a, 0, &j);
	if (match_mail(db, j.company, j.row->company_id, j.mail, j.meaning,
	    &j.m, err) < 0)
		return -1;
	if (j.m.ours)
		return 0;
	j.text = mem_fmt(tmp, "%s\ndunlin inbox show %lld", j.row->detail !=
	    NULL ? j.row->detail : "held", (long long)j.row->id);
	j.lead = INTENT_UNCLEAR;
	for (i = 0; i < j.m.n; i++) {
		fill(&j, j.m.accounts[i], &r);
		if (effects_hold(db, &r, HOLD_REPLY_UNREAD, NULL, &hold,
		    err) < 0 || effects_task(db, &r, "reply-held", hold,
		    err) < 0)
			return -1;
	}
	return inbox_note(db, j.row->id, j.m.n == 1 ? j.m.accounts[0] : 0,
	    j.m.n == 1 && j.m.has_sent ? j.m.sent.attempt_id : 0,
	    j.row->detail, err);
}

int
apply_held(struct db *db, struct apply *a, struct err *err)
{
	return store_tx(db, held_tx, a, err);
}
