/* The message of a row, from the facts of one snapshot. */
#include "send/sender.h"

#include "base/clock.h"
#include "base/mem.h"
#include "followup/invite.h"
#include "render/staff.h"
#include "sms/compose.h"
#include "sms/robot.h"
#include "store/attempts.h"
#include "store/staff.h"

#include <string.h>

#define REFERENCES 10
#define DAY 86400
#define POOL 8192		/* bytes of facts and message, mostly */

/* What it is about, where that is less than all that is open.  Of what is
 * promised the part that is disputed is no part. */
static size_t
talk_items(const struct facts *f, const struct talk *t, int64_t now,
    struct plan_item *out)
{
	bool promised = t->n_days > 0 && t->document == NULL;
	size_t i, k, n = 0;

	for (i = 0; i < f->n_items; i++)
		for (k = 0; k < t->n_items; k++) {
			if (f->items[i].id != t->items[k])
				continue;
			out[n].i = i;
			out[n].amount = promised ? plan_amount(f, i,
			    CLASS_COURTESY, now) : f->items[i].open;
			n += out[n].amount != 0;
		}
	return n;
}

static const char *
user_name(const struct config *c, const char *login)
{
	size_t i;

	for (i = 0; login != NULL && i < c->n_users; i++)
		if (strcmp(c->users[i].login, login) == 0)
			return c->users[i].name;
	return NULL;
}

/* Our thread, and what is answered last. */
static const char *const *
with_reply(void *owner, char **references, const struct outbox_row *row)
{
	const char **all;
	size_t n = 0, i;

	while (references[n] != NULL)
		n++;
	all = mem_array(owner, const char *, n + 2);
	for (i = 0; i < n; i++)
		all[i] = references[i];
	all[n] = row->in_reply_to;
	return all;
}

static int
render_sms(struct ready *r, struct lane *l, const struct render_input *in,
    struct err *err)
{
	if (l->sms == NULL)
		return err_set(err, ERR_TEMP, "the route is not open");
	if (sms_compose(r, l->sender->templates, in, l->route,
	    sms_gateway(l->sms), &r->sms, err) < 0)
		return -1;
	r->mail = sms_as_mail(r, r->sms);
	return 0;
}

static int
render(struct ready *r, struct lane *l, const struct look *k, int64_t now,
    struct err *err)
{
	const struct outbox_row *row = r->row;
	struct render_promise promise;
	struct render_input in;
	struct plan_item *items;
	char **references = NULL;

	/* An SMS has no thread. */
	if (row->channel == CHANNEL_MAIL && attempts_references(r,
	    l->sender->db, row->account_id, row->address_id, REFERENCES,
	    &references, err) < 0)
		return -1;
	render_input_start(r, l->company, &k->facts, now, &in);
	in.template = row->template;
	in.language = row->language;
	in.class = row->class;
	in.stage = row->stage < 0 ? STAGE_M0 : (enum stage)row->stage;
	in.role = k->plan.step == NULL ? NULL : k->plan.step->role;
	in.contact = k->contact;
	in.as_of = row->approve > 0 ? row->approved_as_of : 0;
	in.token = r->token;
	in.message_id = r->message_id;
	in.offer = row->class == CLASS_REMINDER && k->plan.offer.made ?
	    &k->plan.offer : NULL;
	in.references = (const char *const *)references;
	if (k->talk != NULL) {
		if (k->talk->n_items > 0) {
			items = mem_array(r, struct plan_item,
			    k->facts.n_items + 1);
			in.items = items;
			in.n_items = talk_items(&k->facts, k->talk, now,
			    items);
		}
		in.talk = k->talk;
		in.talk_owner = user_name(l->sender->config, k->talk->owner);
		in.role = NULL;
		if (k->talk->n_days > 0) {
			promise.day = k->talk->days[0].day;
			promise.amount = k->talk->days[0].amount;
			in.promise = &promise;
		}
		in.in_reply_to = row->in_reply_to;
		if (row->in_reply_to != NULL && references != NULL)
			in.references = with_reply(r, references, row);
	}
	if (row->channel == CHANNEL_SMS)
		return render_sms(r, l, &in, err);
	in.calendar = invite_make(r, &in, row->cause);
	if (render_mail(r, l->sender->templates, &in, &r->mail, err) < 0)
		return -1;
	if (r->mail->offers)
		r->offer = k->plan.offer;
	return 0;
}

/* What needs approval goes out as it was approved, or not at all. */
static bool
is_as_approved(const struct ready *r)
{
	char hash[HASH_HEX_MAX];

	if (r->row->approve == 0)
		return true;
	if (r->row->approved_hash == NULL)
		return false;
	render_content_hash(r->mail, hash);
	return strcmp(hash, r->row->approved_hash) == 0;
}

static void
name_attempt(struct ready *r, const struct config_company *company)
{
	char token[ID_TOKEN_MAX], left[ID_TOKEN_MAX];

	id_token(token);
	id_token(left);
	r->token = mem_str(r, token);
	r->message_id = mem_fmt(r, "<%s.dunlin@%s>", left,
	    company->message_domain);
}

/* As many SMS to one number in a day as its route allows. */
static int
look_number(void *owner, const struct lane *l, const struct outbox_row *row,
    int64_t now, enum verdict *ret_verdict, char **ret_why, struct err *err)
{
	int64_t n;

	if (l->route == NULL || l->route->per_number == 0)
		return 0;
	if (attempts_since(l->sender->db, row->address_id, now - DAY, &n,
	    err) < 0)
		return -1;
	if (n < l->route->per_number)
		return 0;
	*ret_verdict = GUARD_DELAY;
	*ret_why = mem_str(owner, "as many SMS to that number as its route "
	    "allows in a day");
	return 0;
}

/* The text as it was made, as far as the group's robot takes it. */
static int
make_robot(struct lane *l, struct ready *r, const struct staff_mail *text,
    struct err *err)
{
	char *all;

	if (l->sms == NULL)
		return err_set(err, ERR_TEMP, "the robot is not open");
	all = mem_fmt(r, "%s\n\n%s", text->subject, text->text);
	r->sms = robot_sms(r, l->route->name, robot_cut(r, all,
	    gateway_limit(sms_gateway(l->sms)), r->row->language), r->token);
	r->mail = sms_as_mail(r, r->sms);
	return 0;
}

/* One of us gets the text as it was made. */
static int
make_staff(struct ready *r, struct lane *l, int64_t now, struct err *err)
{
	struct staff_mail *text;
	struct mail_file *pictures;
	size_t i;
	struct staff_letter in = { .company = l->company, .now = now,
	    .language = r->row->language };

	if (staff_get(r, l->sender->db, r->row->communication_id, &text,
	    err) < 0)
		return -1;
	if (r->row->channel == CHANNEL_ROBOT)
		return make_robot(l, r, text, err);
	in.to = text->mail;
	in.to_name = text->name;
	in.subject = text->subject;
	in.text = text->text;
	in.html = text->html;
	pictures = mem_array(r, struct mail_file, text->n_pictures + 1);
	in.pictures = pictures;
	in.n_pictures = text->n_pictures;
	for (i = 0; i < text->n_pictures; i++)
		pictures[i] = (struct mail_file){ text->pictures[i].name,
		    "image/png", text->pictures[i].bytes,
		    text->pictures[i].len };
	in.token = r->token;
	in.message_id = r->message_id;
	in.in_reply_to = r->row->in_reply_to;
	return staff_compose(r, &in, &r->mail, err);
}

/* May it go?  As of now, before it is made. */
static int
judge(void *owner, struct lane *l, struct ready *r, int64_t now,
    enum verdict *ret_verdict, char **ret_why, struct err *err)
{
	if (r->row->class == CLASS_STAFF)
		return staff_judge(owner, l, r->row, now, ret_verdict,
		    ret_why, err);
	if (look_load(r, l, r->row, now, &r->look, err) < 0)
		return -1;
	*ret_verdict = look_judge(owner, l, r->row, r->look, now, ret_why);
	return *ret_verdict != GUARD_GO ? 0 : look_number(owner, l, r->row,
	    now, ret_verdict, ret_why, err);
}

/* Reads only; GUARD_GO leaves *ret_ready without its message being checked
 * against what was approved. */
static int
make_in_snapshot(void *owner, struct lane *l, struct outbox_row *row,
    int64_t now, enum verdict *ret_verdict, struct ready **ret_ready,
    char **ret_why, struct err *err)
{
	struct ready *r = mem_new_pool(owner, struct ready, POOL);
	int done;

	r->row = row;
	done = judge(owner, l, r, now, ret_verdict, ret_why, err);
	if (done == 0 && *ret_verdict == GUARD_GO) {
		name_attempt(r, l->company);
		done = row->class == CLASS_STAFF ? make_staff(r, l, now, err) :
		    render(r, l, r->look, now, err);
	}
	if (done < 0 || *ret_verdict != GUARD_GO)
		talloc_free(r);
	else
		*ret_ready = r;
	return done;
}

int
sender_make(void *owner, struct lane *l, struct outbox_row *row,
    int64_t now, enum verdict *ret_verdict, struct ready **ret_ready,
    char **ret_why, struct err *err)
{
	struct ready *r = NULL;
	int done;

	if (db_snapshot_begin(l->sender->db, err) < 0)
		return -1;
	done = make_in_snapshot(owner, l, row, now, ret_verdict, &r, ret_why,
	    err);
	db_snapshot_end(l->sender->db);
	if (done < 0 || *ret_verdict != GUARD_GO)
		return done;
	if (!is_as_approved(r)) {
		talloc_free(r);
		*ret_verdict = GUARD_STALE;
		*ret_why = mem_str(owner, "changed since it was approved");
		return 0;
	}
	*ret_ready = r;
	return 0;
}
