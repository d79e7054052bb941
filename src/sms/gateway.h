/* gateway.h - how an SMS gateway is spoken with, by its description.
 *
 * A description is a YAML file (gateways/NAME.yaml of the workspace, else a
 * built-in one of contrib/gateways): how a request is made and signed, what
 * its answers mean, how its webhooks prove themselves and what they say.
 * dunlin-gateway(5) has the words.  Pure: bytes in, bytes out; what comes
 * from a gateway is hostile and has limits. */
#ifndef DUNLIN_SMS_GATEWAY_H
#define DUNLIN_SMS_GATEWAY_H

#include "base/err.h"
#include "config/config.h"
#include "core/kinds.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GATEWAY_ANSWER_MAX (64 * 1024)	/* bytes of an answer that are read */
#define GATEWAY_HOOK_MAX (256 * 1024)	/* bytes of a webhook's body */
#define GATEWAY_EVENTS_MAX 500		/* reports in one call */

struct gateway;

/* The bytes of a description: of the workspace's file, else built in.  dir:
 * of the workspace; NULL: built-in ones only. */
int gateway_text(void *owner, const char *dir, const char *name,
    const char **ret_file, const char **ret_text, size_t *ret_n,
    struct err *err);
int gateway_load(void *owner, const char *dir, const char *name,
    struct gateway **ret_gateway, struct config_problems *ret_problems,
    struct err *err);
/* From text that is here already; file is its name in mistakes. */
int gateway_parse(void *owner, const char *file, const char *text, size_t n,
    struct gateway **ret_gateway, struct config_problems *ret_problems,
    struct err *err);

/* It takes approved templates only. */
bool gateway_is_cloud(const struct gateway *g);
bool gateway_counts_chars(const struct gateway *g);
/* It is a group robot: most bytes of a text; 0: it is none. */
size_t gateway_limit(const struct gateway *g);
/* It refuses messages for others' debts (RULES C7). */
bool gateway_refuses_agency(const struct gateway *g);
/* Whether values of a route are those it knows; adds to problems. */
void gateway_check_route(const struct gateway *g, const struct config *c,
    const struct config_sms *route, void *owner,
    struct config_problems *problems);

/* --- sending --- */

struct gateway_message {
	const char *to;			/* E.164 */
	int code_len;			/* digits of its country code; 0 */
	const char *text;		/* all that people read */
	const char *token;		/* our reference */
	const char *template;		/* id of an approved one; NULL */
	const struct config_value *params;	/* of it, with their values */
	size_t n_params;
	/* A query: */
	const char *id;			/* their reference; NULL: not known */
	int64_t sent_at;
};

/* What a route brings along. */
struct gateway_use {
	const struct config_sms *route;
	const char *url;		/* a secret one; NULL: the route's */
	const char *secret;		/* NULL: none */
	const char *report_url, *message_url;	/* NULL: no webhooks */
	int64_t now;
	const char *nonce;		/* random */
};

struct gateway_header {
	const char *name, *value;
};

struct gateway_request {
	const char *method, *url;
	struct gateway_header *headers;
	size_t n_headers;
	const char *body;		/* NULL: none */
	size_t len;
};

int gateway_request(void *owner, const struct gateway *g,
    const struct gateway_use *use, const struct gateway_message *m,
    struct gateway_request **ret_request, struct err *err);

/* Messages to us that it has kept: where it lists them.  The answer is read as
 * a call of kind GATEWAY_POLL; it may list what a webhook brought before. */
bool gateway_can_poll(const struct gateway *g);
/* An answer that lists nothing, as far as its bytes show. */
bool gateway_polled_nothing(const struct gateway *g, const char *body);
int gateway_poll(void *owner, const struct gateway *g,
    const struct gateway_use *use, struct gateway_request **ret_request,
    struct err *err);

/* What became of a message: how to ask, where it can be asked.  The answer is
 * read as a call of kind GATEWAY_QUERY. */
bool gateway_can_ask(const struct gateway *g);
int gateway_query(void *owner, const struct gateway *g,
    const struct gateway_use *use, const struct gateway_message *m,
    struct gateway_request **ret_request, struct err *err);

enum gateway_result {
	GATEWAY_ACCEPTED,
	GATEWAY_LATER,			/* throttled, down: certainly not sent */
	GATEWAY_REFUSED,		/* this message never */
	GATEWAY_NUMBER,			/* this number never */
	GATEWAY_OPTED_OUT,
	GATEWAY_NOT_PERMITTED,		/* the channel for such messages */
	GATEWAY_CREDENTIALS,		/* the route, until a person looks */
	GATEWAY_UNCERTAIN,
	GATEWAY_RESULT_COUNT
};
const char *gateway_result_name(enum gateway_result r);

struct gateway_answer {
	enum gateway_result result;
	char *id;			/* theirs; NULL */
	char *words;			/* one line for people */
};

/* status: of HTTP. */
void gateway_answer(void *owner, const struct gateway *g, int status,
    const char *body, size_t n, struct gateway_answer *ret);

/* --- webhooks --- */

enum gateway_hook {
	GATEWAY_REPORT,
	GATEWAY_MESSAGE,
	GATEWAY_QUERY,		/* no webhook: what it answered when asked */
	GATEWAY_POLL,		/* nor this: the messages it has for us */
	GATEWAY_HOOK_COUNT
};
/* "report", "message", "query", "poll" */
bool gateway_hook_parse(const char *word, enum gateway_hook *ret_hook);
/* It says what people wrote to us. */
bool gateway_hook_hears(enum gateway_hook hook);
/* Somebody calls us with it. */
bool gateway_hook_is_call(enum gateway_hook hook);

struct gateway_call {
	const char *method;
	const char *url;		/* public, with query */
	const char *query;		/* as it came */
	const char *type;		/* Content-Type; NULL */
	const char *signature;		/* of the header that
					 * gateway_signature_header names */
	const char *body;
	size_t len;
};

/* The header to be kept for gateway_verify; NULL: it signs nothing. */
const char *gateway_signature_header(const struct gateway *g);
/* True: it is signed well, or this gateway signs nothing. */
bool gateway_verify(const struct gateway *g, const struct gateway_use *use,
    const struct gateway_call *call);
bool gateway_signs(const struct gateway *g);

struct gateway_event {
	/* A report: */
	const char *token, *id;		/* our reference, theirs; NULL */
	enum delivery state;
	const char *error;		/* its code; NULL */
	/* A message; a query that knows no reference of ours: */
	const char *text;		/* NULL: a report */
	/* Both: */
	const char *number;		/* the phone's; NULL */
	const char *to;			/* a message: our number */
};

/* A call as the inbox keeps it: "METHOD URI", "Content-Type: TYPE" where it
 * has one, an empty line, the body. */
int gateway_call_read(void *owner, const char *raw, size_t n,
    struct gateway_call *ret_call, struct err *err);
/* Its head; the body follows. */
char *gateway_call_head(void *owner, const char *method, const char *path,
    const char *query, const char *type);

/* What a call says.  -1 with ERR_PERM: it is broken, and why. */
int gateway_read(void *owner, const struct gateway *g,
    enum gateway_hook hook, const struct gateway_call *call,
    struct gateway_event **ret_events, size_t *ret_n, struct err *err);

/* What the gateway wants to be answered. */
const char *gateway_say(const struct gateway *g, enum gateway_hook hook,
    const char **ret_type);

#endif
