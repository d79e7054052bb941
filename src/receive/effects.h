/* effects.h - what the meaning of a reply does to an account (DOMAIN §4),
 * by the table effects.def: one handler for each intent.
 *
 * Trust by effect (DESIGN §6): a reply that is trusted less than a row of
 * the table wants goes to a person instead, with its text.  Stopping intents
 * want a valid token or a known address; committing ones want both the
 * conversation (token or thread) and a known sender.
 *
 * A handler runs inside the one transaction that marks the mail as read.  It
 * writes holds, tasks, promises, answers; it must not look at anything but
 * the database, the reply and the configuration, as the transaction may be
 * run again. */
#ifndef DUNLIN_RECEIVE_EFFECTS_H
#define DUNLIN_RECEIVE_EFFECTS_H

#include "config/config.h"
#include "plan/hold.h"
#include "store/db.h"
#include "understand/meaning.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum trust {
	TRUST_NONE,	/* nobody knows who wrote, or about what */
	TRUST_STOP,	/* enough to stop writing */
	TRUST_COMMIT	/* enough to note what they commit themselves to */
};

const char *trust_name(enum trust t);

/* One reply of a person, matched to one account. */
struct reply {
	int64_t inbox_id, company_id, account_id;
	int64_t attempt_id, outbox_id;	/* that it answers; 0: not known */
	int64_t address_id;		/* of the sender; 0: a stranger */
	int64_t contact_id;		/* of the sender here; 0: none */
	int64_t sent_address_id;	/* that we had written to; 0: unknown */
	enum trust trust;
	bool known_sender;		/* a contact of the account */
	const char *by;			/* "token", "thread", "item",
					 * "address" */
	const char *from, *subject, *message_id;	/* NULL: none */
	int64_t received_at, now;
	enum mean_intent intent;	/* the one that leads */
	const char *text;		/* the writer's own words */
	const json_t *meaning;		/* as of "dunlin understand --mail" */
	bool besides;			/* not what leads: never answered */
	bool several;			/* it may be of other accounts too */
	bool rest;			/* what they promise is what they do not
					 * dispute */
	const struct config *config;
	const struct config_company *company;
};

/* 0, or -1: the transaction is rolled back and tried again later. */
typedef int effect_fn(struct db *db, const struct reply *r, struct err *err);

/* The handler of r->intent, or a task for a person where trust is too low.
 * Inside store_tx. */
int effects_apply(struct db *db, const struct reply *r, struct err *err);

/* What handlers share.  The task of a reply, for a reason of
 * escalate/reasons.def: its text and what was read in it are quoted in the
 * detail.  hold_id 0: none. */
int effects_task(struct db *db, const struct reply *r, const char *reason,
    int64_t hold_id, struct err *err);
/* A hold on the account, unless one of that kind is open already. */
int effects_hold(struct db *db, const struct reply *r, enum hold_kind kind,
    const char *note, int64_t *ret_hold_id, struct err *err);
/* The event "reply-read" with quotes, written for every reply before its
 * handler runs. */
int effects_event(struct db *db, const struct reply *r, struct err *err);

/* The answer that the rule has for it, from a template; NULL: none.  Only to
 * a known contact who is believed, and never where something else that they
 * say forbids it. */
int effects_answer(struct db *db, const struct reply *r,
    const char *template, struct err *err);

/* The rule that holds, with what the policy changes, to be shown. */
struct effects_rule {
	const char *intent;
	enum trust trust;
	bool person;		/* handed to a person as it is */
	const char *hold;	/* the provisional one; NULL: none */
	const char *reason;	/* of its task; NULL: none */
	int severity, within;	/* of its task; days */
	const char *answer;	/* template; NULL: none */
};
void effects_rule(const struct policy *p, enum mean_intent intent,
    struct effects_rule *ret);

/* Whether intent is in the reading, leading or besides. */
bool effects_says(const struct reply *r, enum mean_intent intent);

/* The sum that is said to be disputed, of the reading's amounts; NULL: not
 * told apart. */
const json_t *effects_part(const struct reply *r);

/* Handlers, named in effects.def. */
effect_fn effect_nothing;	/* chatter: no change */
effect_fn effect_person;	/* hold reply-unread and a task */
effect_fn effect_stop;		/* the row's hold and a task */
effect_fn effect_opt_out;	/* that address, for good */
effect_fn effect_wrong_person;	/* that address; the next contact */
effect_fn effect_away;		/* their return date as an event */

/* commit.c: recorded, followed and answered by track/act.h where a contact
 * wrote; else as above. */
effect_fn effect_promise;	/* one day, or several: a plan */
effect_fn effect_vague;		/* asks for the day, once */
effect_fn effect_dispute, effect_paid;
effect_fn effect_hardship;	/* a plan where they name one; else a
				 * person, and instalments are offered */
effect_fn effect_document;	/* sent where Dunlin has it */

#endif
