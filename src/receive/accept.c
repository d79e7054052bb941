#include "receive/accept.h"

#include "receive/effects.h"
#include "store/events.h"
#include "store/holds.h"
#include "store/inbox.h"
#include "store/tasks.h"
#include "track/undo.h"

#include <string.h>

#define TASKS_MOST 20

static int
close_tasks(struct db *db, const struct accept *a, struct err *err)
{
	struct task_of_mail list[TASKS_MOST];
	size_t n, i;

	if (tasks_of_mail(db, a->inbox_id, list, TASKS_MOST, &n, err) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		if (list[i].hold_id != 0 && holds_end(db, list[i].hold_id,
		    a->now, a->actor, "the mail was accepted", err) < 0)
			return -1;
		if (tasks_close(db, list[i].id, a->now, a->actor,
		    "the mail was accepted", err) < 0)
			return -1;
	}
	return 0;
}

static enum mean_intent
lead_of(const json_t *meaning)
{
	const char *word = json_string_value(json_object_get(meaning,
	    "lead"));
	int i;

	for (i = 0; word != NULL && i < INTENT_COUNT; i++)
		if (strcmp(word, mean_intent_name((enum mean_intent)i)) == 0)
			return (enum mean_intent)i;
	return INTENT_UNCLEAR;
}

static int
apply(struct db *db, const struct accept *a, const json_t *meaning,
    struct err *err)
{
	struct reply r = { .inbox_id = a->inbox_id,
	    .company_id = a->company_id, .account_id = a->account_id,
	    .trust = TRUST_COMMIT, .known_sender = true, .by = "a person",
	    .received_at = a->received_at, .now = a->now,
	    .intent = lead_of(meaning), .meaning = meaning,
	    .config = a->config, .company = a->company };

	r.text = json_string_value(json_object_get(meaning, "text"));
	if (r.text == NULL || r.intent == INTENT_UNCLEAR)
		return err_set(err, ERR_PERM, "mail %lld says nothing that "
		    "could be noted by itself: use the command for it",
		    (long long)a->inbox_id);
	if (undo_elsewhere(db, a->inbox_id, a->account_id, a->now, a->actor,
	    err) < 0 || close_tasks(db, a, err) < 0 || inbox_accepted(db, a->inbox_id,
	    a->account_id, err) < 0 || events_append(db, a->company_id,
	    a->account_id, a->now, "reply-accepted", a->actor,
	    json_pack("{s:I}", "inbox", (json_int_t)a->inbox_id), NULL,
	    err) < 0 || effects_event(db, &r, err) < 0)
		return -1;
	return effects_apply(db, &r, err);
}

int
accept_reply(struct db *db, const struct accept *a, struct err *err)
{
	json_t *meaning = a->meaning != NULL ? json_loads(a->meaning, 0,
	    NULL) : NULL;
	int r = apply(db, a, meaning, err);

	json_decref(meaning);
	return r;
}
