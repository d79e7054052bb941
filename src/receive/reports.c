#include "receive/reports.h"

#include "base/text.h"
#include "store/delivery.h"

#include <stdio.h>
#include <string.h>

#define ACTOR "reader"

struct failure {
	bool dead;
	char why[400];
};

/* What the report says about our recipient.  An envelope of ours has one
 * recipient, so a report that names another (it was forwarded) is about it
 * all the same. */
static void
failure_of(const struct reply *r, const struct match *m, struct failure *f)
{
	const json_t *all = json_object_get(json_object_get(r->meaning,
	    "bounce"), "recipients"), *one = NULL;
	const char *to, *status = NULL, *diagnostic = NULL;
	size_t i;

	for (i = 0; i < json_array_size(all); i++) {
		to = json_string_value(json_object_get(json_array_get(all,
		    i), "recipient"));
		if (one == NULL || (to != NULL && text_eq_nocase(to,
		    m->sent.recipient)))
			one = json_array_get(all, i);
	}
	f->dead = json_is_true(json_object_get(one, "address_dead"));
	status = json_string_value(json_object_get(one, "status"));
	diagnostic = json_string_value(json_object_get(one, "diagnostic"));
	snprintf(f->why, sizeof(f->why), "%s %s", status != NULL ? status :
	    "", diagnostic != NULL ? diagnostic : "delivery report");
}

/* The first answer about a message stays: it is evidence. */
static int
remember(struct db *db, const struct reply *r, enum delivery state,
    struct err *err)
{
	enum delivery was;
	int known;

	if (r->attempt_id == 0)
		return 0;
	known = delivery_get(db, r->attempt_id, &was, err);
	return known != 0 ? (known < 0 ? -1 : 0) : delivery_set(db,
	    r->attempt_id, state, r->now, err);
}

static int
bounce(struct db *db, const struct reply *r, const struct match *m,
    const char **ret_what, struct err *err)
{
	struct failure f;
	int64_t left;

	failure_of(r, m, &f);
	if (delivery_address(db, m->sent.address_id, f.dead ?
	    ADDRESS_EV_FAIL : ADDRESS_EV_DELAY, f.why, r->now, ACTOR,
	    err) < 0 || delivery_bounced(db, m->sent.outbox_id, f.dead, f.why,
	    r->now, ACTOR, err) < 0 || remember(db, r, DELIVERY_FAILED,
	    err) < 0 || delivery_contacts_left(db, r->account_id, &left,
	    err) < 0)
		return -1;
	*ret_what = f.dead ? "bounced: the address is dead" :
	    "bounced: not delivered this time";
	if (!f.dead)
		return effects_task(db, r, "delivery-failed", 0, err);
	return effects_task(db, r, left == 0 ? "no-contact" : "bounced", 0,
	    err);
}

static int
complaint(struct db *db, const struct reply *r, const struct match *m,
    struct err *err)
{
	if (delivery_address(db, m->sent.address_id, ADDRESS_EV_STOP,
	    "complaint: marked as spam", r->now, ACTOR, err) < 0)
		return -1;
	return effects_task(db, r, "complaint", 0, err);
}

int
reports_apply(struct db *db, const struct reply *r, const struct match *m,
    enum mean_kind kind, const char **ret_what, struct err *err)
{
	int changed;

	switch (kind) {
	case MEAN_BOUNCE:
		return bounce(db, r, m, ret_what, err);
	case MEAN_DELAY:
		changed = delivery_address(db, m->sent.address_id,
		    ADDRESS_EV_DELAY, "delivery is delayed", r->now, ACTOR,
		    err);
		*ret_what = "delayed";
		return changed < 0 ? -1 : 0;
	case MEAN_FEEDBACK:
		*ret_what = "complaint";
		return complaint(db, r, m, err);
	case MEAN_CHALLENGE:
		*ret_what = "wants a proof that a person writes";
		return effects_task(db, r, "challenge", 0, err);
	default:
		*ret_what = "receipt";
		if (remember(db, r, DELIVERY_DELIVERED, err) < 0)
			return -1;
		return delivery_works(db, m->sent.address_id, "a receipt",
		    r->now, ACTOR, err) < 0 ? -1 : 0;
	}
}
