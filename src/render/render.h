/* render.h - from facts and a template to the exact bytes of a mail.
 *
 * Pure: no I/O but reading template text that was loaded before.  All
 * strings UTF-8.  The same input gives the same bytes.  Whatever a template
 * says, the rendered text passes the linter (lint.h), and what the rule pack
 * of the debtor demands (opt-out line, neutral subject) is in it. */
#ifndef DUNLIN_RENDER_RENDER_H
#define DUNLIN_RENDER_RENDER_H

#include "base/err.h"
#include "base/hash.h"
#include "config/config.h"
#include "core/facts.h"
#include "core/talk.h"
#include "plan/plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct templates;	/* all templates of a workspace, parsed and checked */

/* Embedded ones, then those of folder dir (NULL: none), which win by name.
 * Mistakes as "FILE:LINE: ..." like config_read.  ret_problems NULL: the words
 * of the embedded ones are not looked at, as the tests did when they were
 * built. */
int templates_load(void *owner, const char *dir, struct templates **ret_t,
    struct config_problems *ret_problems, struct err *err);

/* Is there a template of that name in that language? */
bool templates_have(const struct templates *t, const char *name,
    const char *language);
bool templates_have_sms(const struct templates *t, const char *name,
    const char *language);
/* The language to write in: the first of the wanted one, its base ("zh-TW":
 * zh-CN, "en-GB": en) and "en" that has templates.  NULL wants "en". */
const char *templates_language(const struct templates *t,
    const char *wanted);

/* What a courtesy reminder or a thank-you is about. */
struct render_promise {
	int32_t day;
	struct money amount;	/* minor 0: all of it */
};
struct render_payment {
	int32_t day;
	struct money amount;
};

struct render_input {
	const struct config_company *company;
	const struct facts *facts;
	const struct plan_item *items;	/* what is named */
	size_t n_items;
	const char *template;		/* "m1-first" */
	const char *language;		/* "zh-CN" or "en"; others as
					 * templates_language says */
	enum class class;
	enum stage stage;
	const char *role;		/* sender role */
	int contact;			/* index of facts->contacts */
	int64_t now;
	int64_t as_of;			/* the instant that the text speaks
					 * of; 0: now.  An approved message
					 * says what was approved. */
	const char *token;		/* reply token */
	const char *message_id;		/* "<...@...>", ours */
	const char *const *references;	/* NULL-ended, oldest first */
	const char *in_reply_to;	/* answers; else NULL */
	const struct render_promise *promise;	/* CLASS_COURTESY */
	const struct render_payment *payment;	/* CLASS_THANKS, if known */
	const struct talk *talk;	/* CLASS_ANSWER, CLASS_OUTCOME */
	const char *talk_owner;		/* name of talk->owner, or NULL */
	const struct offer_terms *offer;	/* what it offers; NULL: nothing.  What
					 * was offered before and still holds
					 * is in the facts. */
	const char *calendar;		/* iCalendar of the days promised, for
					 * "Attach: calendar"; NULL: none */
};

/* A file that goes with a mail. */
struct mail_file {
	const char *name;	/* ASCII */
	const char *type;	/* "text/csv" */
	const char *text;	/* UTF-8, or bytes */
	size_t len;		/* of bytes; 0: a text that ends with NUL */
};
#define MAIL_FILES_MAX 4

/* What a message of now is about: the company, its facts, and all items that
 * may be named; the rest of the input is empty. */
void render_input_start(void *owner, const struct config_company *company,
    const struct facts *f, int64_t now, struct render_input *ret_in);

struct mail {
	char *bytes;		/* RFC 5322, CRLF, not dot-stuffed */
	size_t len;
	char *from, *to;	/* envelope: bounce address with token, and
				 * recipient; IDN domains as A-labels */
	char *subject;		/* decoded, for people */
	char *text;		/* the plain part, for preview */
	char *html;
	struct mail_file files[MAIL_FILES_MAX];
	size_t n_files;
	char *letter;		/* what the PDF among the files says, for
				 * people; NULL: there is none */
	int letter_pages;
	bool offers;		/* text and HTML say the sum and the day of
				 * in->offer: who gets it may rely on it */
};

/* A template that does not exist, a name it may not use, a wrong value:
 * ERR_CONFIG; only this row is affected. */
int render_mail(void *owner, const struct templates *t,
    const struct render_input *in, struct mail **ret_mail, struct err *err);

/* Does the mail of that name say what is offered, where something is? */
bool templates_offer(const struct templates *t, const char *name,
    const char *language);

/* The letter among its files; NULL: it has none. */
const struct mail_file *render_letter(const struct mail *m);

/* SHA-256 over what a person reads and approves: recipient, subject, text,
 * HTML, files.  Headers that differ for each attempt are not in it. */
void render_content_hash(const struct mail *m, char ret[HASH_HEX_MAX]);

#endif
