/* dav.h - requests to a calendar server, over one connection that is kept.
 * Through libcurl.  Never follows the server to another origin: the password
 * goes where the configuration says and nowhere else. */
#ifndef DUNLIN_FOLLOWUP_DAV_H
#define DUNLIN_FOLLOWUP_DAV_H

#include "base/err.h"
#include "followup/dav_child.h"

#include <stdbool.h>
#include <stddef.h>

#define DAV_BODY_MAX (300 * 1024)	/* of one object */
#define DAV_LIST_MAX (64 * 1024 * 1024)	/* of a list; it is not kept */

struct dav;

struct dav_login {
	const char *url;		/* of the configuration */
	const char *user, *password;
	bool tls_verify;
	const char *tls_ca;
	int timeout;			/* seconds for one answer in all */
	struct dav_child *child;	/* reads the lists */
};
int dav_new(void *owner, const struct dav_login *l, struct dav **ret_dav,
    struct err *err);

struct dav_ask {
	const char *method, *url;
	const char *if_match;		/* NULL: none */
	bool if_none;			/* If-None-Match: * */
	const char *depth;		/* NULL: none */
	const char *body, *type;	/* NULL: none */
	/* Takes the body of a 207, a response at a time, as dav_xml_new. */
	int (*each)(const struct dav_response *r, void *arg, struct err *err);
	void *arg;
};

struct dav_reply {
	int status;
	const char *etag;		/* NULL: none, or a weak one */
	const char *location;		/* whole; same origin or NULL */
	const char *body;		/* not of a 207 with each */
	size_t len;
	const char *token;		/* sync-token of a 207; NULL: none */
	int retry_after;		/* seconds; 0: not said */
};

/* 0 with any status.  ERR_TEMP: it did not get there; ERR_UNCERTAIN: it left,
 * and no whole answer came; ERR_PERM: the answer is too large or is none;
 * ERR_CORRUPT: reading it killed the child. */
int dav_request(struct dav *d, void *owner, const struct dav_ask *ask,
    struct dav_reply *ret, struct err *err);
/* Requests made so far. */
int dav_count(const struct dav *d);

/* href as the server gave it, whole; NULL when it is on another origin or
 * is none. */
char *dav_resolve(void *owner, const char *base, const char *href);
/* What stands behind the last slash; "" for a collection. */
const char *dav_file(const char *href);
/* For &<>" in text of an element. */
char *dav_escape(void *owner, const char *s);

#endif
