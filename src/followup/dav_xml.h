/* dav_xml.h - what a WebDAV server answers (207, RFC 4918), read as it comes:
 * one response at a time, nothing kept.  The only file that knows expat.
 *
 * Bytes of strangers: no document type, no entities but the usual five, at
 * most DAV_DEPTH levels and DAV_TEXT_MAX bytes of text in an element. */
#ifndef DUNLIN_FOLLOWUP_DAV_XML_H
#define DUNLIN_FOLLOWUP_DAV_XML_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define DAV_DEPTH 32
#define DAV_TEXT_MAX (64 * 1024)

/* Properties count only where their propstat says 200.  NULL: not there. */
struct dav_response {
	const char *href;
	int status;		/* of the response as a whole; 0: none */
	const char *etag, *ctag, *token, *name;
	const char *principal, *home;
	bool is_calendar, is_collection;
	bool events, todos;	/* both where the server does not say */
};

struct dav_xml;

/* fn is called for each response, its memory is valid during the call; -1
 * with err ends it. */
struct dav_xml *dav_xml_new(void *owner,
    int (*fn)(const struct dav_response *r, void *arg, struct err *err),
    void *arg);
/* ERR_PERM: it is no such answer. */
int dav_xml_feed(struct dav_xml *x, const char *data, size_t n,
    struct err *err);
int dav_xml_end(struct dav_xml *x, struct err *err);
/* The sync-token of the answer itself; NULL: none. */
const char *dav_xml_token(const struct dav_xml *x);

#endif
