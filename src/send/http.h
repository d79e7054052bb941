/* http.h - one request over libcurl, on a connection that is kept.
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

/* ca: PEM file, NULL: the system's.  One at a time. */
struct http *http_new(void *owner, int timeout, const char *ca);

struct http_header {
	const char *name, *value;
};

struct http_request {
	const char *method, *url;
	const struct http_header *headers;
	size_t n_headers;
	const char *body;		/* NULL: none */
	size_t len;
	void (*idle)(void *arg);	/* NULL; called once, while the answer
					 * is waited for */
	void *arg;
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

#endif
