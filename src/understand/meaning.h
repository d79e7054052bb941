/* meaning.h - what a message means: the result of understanding.
 *
 * Plain data owned by whoever asked.  Strings are UTF-8; quotes are the
 * writer's own words; days as in core/date.h, DATE_NONE for an open end. */
#ifndef DUNLIN_UNDERSTAND_MEANING_H
#define DUNLIN_UNDERSTAND_MEANING_H

#include "base/text.h"
#include "core/date.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORD(name) name,
enum mean_kind {
#define MEAN_KIND(name, word) MEAN_##name,
#define MEAN_INTENT(name, word, safety, stops)
#define MEAN_ROLE(name, word)
#define MEAN_REF(name, word)
#include "understand/meaning.def"
#undef MEAN_KIND
	MEAN_KIND_COUNT
};
enum mean_intent {
#define MEAN_KIND(name, word)
#undef MEAN_INTENT
#define MEAN_INTENT(name, word, safety, stops) INTENT_##name,
#include "understand/meaning.def"
#undef MEAN_INTENT
	INTENT_COUNT
};
enum mean_role {
#define MEAN_INTENT(name, word, safety, stops)
#undef MEAN_ROLE
#define MEAN_ROLE(name, word) ROLE_##name,
#include "understand/meaning.def"
#undef MEAN_ROLE
	ROLE_COUNT
};
enum mean_ref {
#define MEAN_ROLE(name, word)
#undef MEAN_REF
#define MEAN_REF(name, word) REF_##name,
#include "understand/meaning.def"
	REF_COUNT
};
#undef MEAN_KIND
#undef MEAN_INTENT
#undef MEAN_ROLE
#undef MEAN_REF
#undef WORD

const char *mean_kind_name(enum mean_kind k);
const char *mean_intent_name(enum mean_intent i);
bool mean_intent_is_safety(enum mean_intent i);
const char *mean_role_name(enum mean_role r);
const char *mean_ref_name(enum mean_ref r);

struct mean_date {
	int32_t from, to;
	int32_t old_from, old_to;	/* the reading that lies behind, for a
					 * clause in the past tense */
	enum mean_role role;
	const char *quote;
	size_t at, end;		/* in the normalised text */
	int confidence;		/* per cent */
	bool second;		/* the less likely reading of its words */
	bool vague;
};

struct mean_amount {
	char value[32];		/* decimal; "" for a share or the rest */
	char cur[4];		/* "" not said */
	int share;		/* 1/10,000 of the debt, 0 none */
	bool rest;
	bool disputed;		/* this part of the debt, not the rest */
	const char *quote;
	size_t at, end;
};

struct mean_promise {
	int32_t from, to;
	bool exact;		/* one day was named */
	const struct mean_amount *amount;	/* or NULL */
	const char *item;			/* or NULL */
	const char *quote;
	int confidence;
};

struct mean_reference {
	enum mean_ref type;
	const char *value, *quote;
	size_t at, end;
	bool said[INTENT_COUNT];	/* of this one, and not of others */
};

struct mean_contact {
	const char *name, *phone, *email, *quote;
	size_t at, end;
};

struct mean_bounced {
	const char *recipient, *status, *diagnostic;
	bool permanent, address_dead;
};

struct meaning {
	enum mean_kind kind;
	const char *text;		/* the writer's own words */
	enum mean_intent lead;
	bool also[INTENT_COUNT];
	struct mean_promise *promises;
	size_t n_promises;
	struct mean_date *dates;
	size_t n_dates;
	struct mean_amount *amounts;
	size_t n_amounts;
	struct mean_reference *refs;
	size_t n_refs;
	struct mean_contact *contacts;
	size_t n_contacts;
	int32_t back;			/* "return": when they are back */
	const char *reason, *means;	/* words, or NULL */
	/* What is asked for: "statement", "invoice", "bank", "other". */
#define MEAN_PAPERS 4
	const char *papers[MEAN_PAPERS];
	size_t n_papers;
	int32_t maturity;		/* of an acceptance bill, or DATE_NONE */
	struct mean_bounced *bounced;
	size_t n_bounced;
	int confidence;			/* per cent */
	const char **why;		/* names of the rules that fired */
	size_t n_why;
};

/* One line of JSON as the command prints it, without the line's end; id may
 * be NULL.  Appended to out. */
void meaning_json(const struct meaning *m, const char *id, struct text *out);
void meaning_json_text(struct text *out, const char *s);

#endif
