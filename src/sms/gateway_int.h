/* gateway_int.h - a description as read; shared by the gateway*.c files. */
#ifndef DUNLIN_SMS_GATEWAY_INT_H
#define DUNLIN_SMS_GATEWAY_INT_H

#include "base/hash.h"
#include "base/text.h"
#include "render/mustache.h"
#include "sms/fields.h"
#include "sms/gateway.h"

struct field {
	const char *name;
	struct mst *value;
};

struct field_list {
	struct field *list;
	size_t n;
};

/* A body of JSON: values are templates, but where plain numbers and truths
 * stand. */
struct tree {
	enum { TREE_TEXT, TREE_RAW, TREE_LIST, TREE_MAP } kind;
	const char *key;
	struct mst *value;		/* TREE_TEXT */
	const char *raw;		/* TREE_RAW: "true", "5"; "@params",
					 * "@sent_unix" */
	struct tree *child, *next;
};

enum step_form { STEP_RAW, STEP_HEX, STEP_BASE64 };

/* One step of a signature. */
struct step {
	const char *name;
	bool keyed;
	enum hash_kind kind;
	struct mst *key;		/* keyed: a text, or... */
	int key_step;			/* ...the bytes of an earlier step;
					 * -1 */
	struct mst *text;
	enum step_form form;
};

struct step_list {
	struct step *list;
	size_t n;
};

struct outcome_rule {
	const char *status;		/* glob; NULL: any */
	const char *at;			/* place; NULL: none */
	const char *like;		/* glob of what stands there */
	enum gateway_result result;
};

struct state_rule {
	const char *word;		/* glob */
	enum delivery state;
};

struct hook {
	bool known;
	/* signature */
	const char *given;		/* place, or "header:NAME"; NULL */
	struct step_list verify;
	const char *digest;		/* place of a SHA-256 of the body */
	/* content */
	const char *each;		/* JSON path of a list; NULL */
	const char *nothing;		/* in an answer that has none; NULL */
	const char *token, *id, *state, *error, *number, *to, *text;
	const char *charset;		/* place: UTF-16BE means so */
	const char *only, *like;	/* only where it stands there: a place
					 * and a glob; NULL */
	struct state_rule *states, *errors;
	size_t n_states, n_errors;
	const char *say, *say_type;
};

/* How a request is made. */
struct recipe {
	const char *method;
	struct mst *url;
	struct mst *basic_user;		/* HTTP Basic, with the secret */
	struct field_list headers, query, form;
	struct tree *json;
	struct step_list sign;
	struct field_list signed_headers, signed_query, signed_form;
};

struct gateway {
	const char *file, *name;
	bool cloud, by_chars, no_agency;
	size_t limit;			/* a robot's, bytes; 0: for SMS */
	struct config_value *values;	/* with their defaults */
	size_t n_values;
	struct recipe send, query, poll; /* query, poll: url NULL: none */
	const char *id;			/* place in an answer */
	const char *words;		/* place */
	struct outcome_rule *rules;
	size_t n_rules;
	struct hook hooks[GATEWAY_HOOK_COUNT];
};

/* Runs steps with their variables; puts "signed.NAME" into the map.  The
 * last step's text is returned. */
int gateway_steps(void *owner, const struct step_list *steps,
    struct mst_value *data, char **ret_last, struct err *err);
/* A template with data as text. */
int gateway_fill(void *owner, const struct mst *m,
    const struct mst_value *data, char **ret_s, struct err *err);

#endif
