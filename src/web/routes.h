/* routes.h - what a handler of the web role is given and gives back. */
#ifndef DUNLIN_WEB_ROUTES_H
#define DUNLIN_WEB_ROUTES_H

#include "base/err.h"
#include "config/config.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WEB_PARTS 6		/* of a path */
#define WEB_PATH_MAX 1024

/* One request, whole.  Memory of the request; nothing of it is checked but
 * the lengths. */
struct web_request {
	void *memory;			/* freed after the answer */
	const char *method;		/* "GET", "POST" */
	const char *uri;		/* as it came: path and query */
	const char *parts[WEB_PARTS];	/* of the path, decoded, behind the
					 * first one; NULL: no more */
	size_t n_parts;
	const char *query;		/* behind the ?; "" */
	const char *body;		/* ended by a NUL that is not counted */
	size_t len;
	const char *client;		/* its address, in numbers */
	const char *(*header)(const struct web_request *r, const char *name);
	int64_t now;
	const struct config *config;
	struct db *db;
};

/* What is sent back; nothing set is 200 with an empty body. */
struct web_answer {
	int status;
	const char *type;		/* NULL: text/plain; charset=utf-8 */
	const char *body;		/* of the request's memory */
	size_t len;
	const char *etag;		/* with its quotes; NULL */
	bool is_private;		/* for no index and no shared cache */
};

/* -1: the error is logged, and answered 503 (ERR_TEMP) or 500. */
typedef int web_handler(const struct web_request *r, struct web_answer *a,
    struct err *err);

struct web_route {
	const char *methods;		/* "GET POST" */
	const char *first;		/* first part of the path: "hook" */
	size_t body_max;
	web_handler *handle;
};

/* NULL: there is none. */
const struct web_route *web_route(const char *path);
bool web_route_takes(const struct web_route *route, const char *method);

/* Sets status and body; returns 0. */
int web_say(struct web_answer *a, int status, const char *text);

web_handler web_feed;
web_handler web_health;
web_handler web_hook;		/* hook.c */

#endif
