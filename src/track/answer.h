/* answer.h - messages that answer, or follow what was said: one row for one
 * contact, outside the reminders' gaps and steps.  Inside store_tx. */
#ifndef DUNLIN_TRACK_ANSWER_H
#define DUNLIN_TRACK_ANSWER_H

#include "core/facts.h"
#include "track/act.h"

struct answer {
	enum class class;
	const char *template;	/* "answer-promise" */
	const char *cause;	/* store/talks.h */
	const char *topic;	/* answers: intent and content, for the caps */
	int64_t contact_id;	/* 0 or closed: the account's payables */
	const int64_t *contacts;	/* these and nobody else; NULL: the one
				 * above */
	size_t n_contacts;
	int32_t from, to;	/* days on which it may go; DATE_NONE: at once,
				 * within two weeks */
	const char *in_reply_to, *references;
};

/* Writes it; *ret_id 0: nobody can be written to, or it is there already. */
int answer_write(struct db *db, const struct config_company *company,
    const struct facts *f, const struct answer *a, int64_t now,
    int64_t *ret_id, struct err *err);

/* An answer to r within the caps (act.h), else a task `answer-owed`.
 * *ret_done: ACT_DONE, ACT_SAME (the topic was answered this week) or
 * ACT_TASK. */
int answer_reply(struct db *db, const struct act_reply *r,
    const char *template, const char *cause, const char *topic,
    enum act_done *ret_done, struct err *err);

/* The facts of the account, for those who act. */
int answer_facts(void *owner, struct db *db,
    const struct config_company *company, int64_t account_id, int64_t now,
    struct facts **ret_facts, struct err *err);

#endif
