/* verb.h - commands about tasks, read from a line (verbs.def).  Pure.
 *
 *   ack            done 12 paid        hold until 12-05     assign li
 *   收到           已处理 12 已付款     暂停到12月5日         转给李
 *
 * A task is named by its number after the verb ("done 12", "note #12 ...") or
 * before it ("12 ack", "任务12 收到"); a mail about one task needs none.  Days
 * are 2026-12-05, 12-05, 12月5日 or 5 December: what was meant is the next such
 * day.  Full-width letters, digits and stops are as others; letter case says
 * nothing. */
#ifndef DUNLIN_ESCALATE_VERB_H
#define DUNLIN_ESCALATE_VERB_H

#include "core/money.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum verb {
#define VERB(NAME, operand, mail, en, zh, en_form, en_help, zh_form,	\
	zh_help) VERB_##NAME,
#include "escalate/verbs.def"
#undef VERB
	VERB_COUNT
};

enum outcome_kind {
#define OUTCOME(NAME, en, zh, en_done, zh_done) DONE_##NAME,
#include "escalate/outcomes.def"
#undef OUTCOME
	DONE_COUNT
};

#define VERB_DAYS 24		/* parts of a plan */
#define VERB_TEXT 1000		/* bytes of a line that are read */

struct verb_day {
	int32_t day;
	int64_t hundredths;	/* of the currency's unit; 0: not said */
};

struct verb_command {
	enum verb verb;
	int64_t task;		/* 0: not said */
	enum outcome_kind outcome;
	struct verb_day days[VERB_DAYS];	/* HOLD, PROMISE, PLAN */
	size_t n_days;
	char text[VERB_TEXT + 1];	/* user, note; UNDO: none */
	int64_t number;		/* UNDO */
};

/* What a line that is none lacks. */
enum verb_fault {
	FAULT_NONE,
	FAULT_UNKNOWN,		/* does not begin with a verb */
	FAULT_OPERAND,		/* its operand is missing, or not understood */
	FAULT_DAY		/* a day that is not understood, is past, or is
				 * too far away */
};

/* today: at the writer's place. */
enum verb_fault verb_read(const char *line, int32_t today,
    struct verb_command *ret);

/* All of a mail: the lines of its first paragraph, and later ones that begin
 * with a verb.  At most max.  Lines point into owner's copy. */
struct verb_line {
	const char *line;
	enum verb_fault fault;
	struct verb_command command;
};
size_t verb_mail(void *owner, const char *text, int32_t today,
    struct verb_line *ret, size_t max);

/* One outcome word with its days, as after "done". */
enum verb_fault verb_outcome(const char *text, int32_t today,
    struct verb_command *ret);

bool verb_is_firm(enum verb v);
/* First English word; how it is written, and what it does, in language. */
const char *verb_word(enum verb v);
const char *verb_form(enum verb v, const char *language);
const char *verb_help(enum verb v, const char *language);
const char *outcome_word(enum outcome_kind o);
/* "done 12 paid", "已处理 12 已付款" */
char *verb_done(void *owner, int64_t task, enum outcome_kind o,
    const char *language);
const char *outcome_said(enum outcome_kind o, const char *language);

#endif
