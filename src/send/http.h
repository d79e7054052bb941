/* http.h - requests over libcurl, on connections that are kept.
 *
 * Never sent twice: where the kept connection turns out to be dead after the
 * request was begun, libcurl would begin it again on another one; it is
 * stopped there. */
#ifndef DUNLIN_SEND_HTTP_H
#define DUNLIN_SEND_HTTP_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct http;

/* ca: PEM file, NULL: the system's.  connections: as many requests may be on
 * their way at once. */
struct http *http_new(void *owner, int timeout, const char *ca,
    size_t connections);

struct http_header {
	const char *name, *value;
};

struct http_request {
	const char *method, *url;
	const struct http_header *headers;
	size_t n_headers;
	const char *body;		/* NULL: none */
	size_t len;
};

struct http_answer {
	int status;
	const char *body;		/* until the next request */
	size_t len;
};

/* -1 with ERR_TEMP: nothing of it has left; ERR_UNCERTAIN: some of it may
 * have, and there is no whole answer. */
int http_send(struct http *h, const struct http_request *r, size_t most,
    struct http_answer *ret_answer, struct err *err);

/* Who wants to hear of several: */
struct http_ear {
	/* The i-th has ended, as http_send would have; answer NULL: why not.
	 * Once for each, in any order. */
	void (*done)(void *arg, size_t i, const struct http_answer *answer,
	    const struct err *err);
	/* NULL; while answers are waited for, until it says that it has
	 * nothing more to do. */
	bool (*idle)(void *arg);
	void *done_arg, *idle_arg;
};
/* At most `connections` of them. */
void http_send_all(struct http *h, const struct http_request *r, size_t n,
    size_t most, const struct http_ear *ear);

#endif
