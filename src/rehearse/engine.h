/* engine.h - a policy over time: what the planner and the sender would do
 * with one account after the other, from day to day.
 *
 * Nothing is looked at on days on which nothing can happen: as with the real
 * planner, an account is planned when its facts change, when its plan says
 * so, and when a slot has come; at the slot it is planned once more, and
 * sent only when that says the same.  News of the ledger come at six in the
 * morning of the debtor's day.  The company counts as armed and its ledger
 * as fresh.  What a message offers for paying by a day holds the items that it
 * covers until then; nobody takes it.  Accounts are taken one by one, so their order stands for the
 * order in which first contacts share the days (max_new_per_day). */
#ifndef DUNLIN_REHEARSE_ENGINE_H
#define DUNLIN_REHEARSE_ENGINE_H

#include "plan/plan.h"
#include "rehearse/world.h"

#define RE_DAYS_MAX 4000

/* An item in a message, and the amount that was named. */
struct re_named {
	size_t item;		/* index into the account's items */
	int64_t amount;
};

struct re_message {
	int64_t at;
	enum channel channel;
	const struct policy_step *step;
	int nth;
	int64_t episode;
	char cause[64];
	size_t contact;		/* the first recipient */
	size_t recipients;
	const char *language;
	struct re_named *items;
	size_t n_items;
	const char *template;	/* of its wording */
	struct offer_terms offer;	/* what it offers */
};

/* The decisions under rehearsal.  A test puts a faulty planner here. */
struct re_planner {
	void (*plan)(const struct facts *f, const struct policy *p,
	    int64_t now, struct plan *ret_plan);
	size_t (*items)(const struct facts *f, int64_t now,
	    struct plan_item *out);
	int behind;	/* days that its ledger is behind; 0 */
};
extern const struct re_planner re_real_planner;

struct re_engine;

/* Who watches; each may be NULL. */
struct re_watch {
	void *arg;
	/* A decision, at an instant. */
	void (*planned)(void *arg, const struct re_account *a,
	    const struct facts *f, const struct plan *p, int64_t now);
	/* A message was handed over; it is the last of log.  What is known
	 * of the account from then on may be changed. */
	void (*sent)(void *arg, struct re_account *a, const struct facts *f,
	    const struct re_message *log, size_t n);
	/* The end of an account. */
	void (*done)(void *arg, const struct re_account *a,
	    const struct re_message *log, size_t n);
};

struct re_setup {
	const struct policy *policy;
	const struct fact_company *company;
	int32_t from, to;		/* days, both inclusive */
	const struct re_planner *planner;	/* NULL: the real one */
	bool approve;			/* people do, at once */
	struct re_watch watch;
};

struct re_engine *re_engine_new(void *owner, const struct re_setup *setup);
void re_engine_run(struct re_engine *e, struct re_account *a);

/* The instant at which the news of a day are known. */
int64_t re_morning(const struct re_account *a, int32_t day);

#endif
