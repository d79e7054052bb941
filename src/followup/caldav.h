/* caldav.h - a calendar on a server (RFC 4791, 5397, 6578, 6764). */
#ifndef DUNLIN_FOLLOWUP_CALDAV_H
#define DUNLIN_FOLLOWUP_CALDAV_H

#include "followup/dav.h"

#include <stdbool.h>

/* The collection that url is, or that is found from it: by redirects,
 * .well-known/caldav, the user's principal and calendar home, the one whose
 * display name is name; made there where it is missing.  ERR_CONFIG: refused,
 * or no calendar that takes events and to-dos; others: later. */
int caldav_find(struct dav *d, void *owner, const char *url,
    const char *name, char **ret_url, struct err *err);

/* What has changed since token (of the last look; NULL: everything).  fn is
 * called with each member's file name and ETag, NULL: it is gone.  Without
 * sync-collection the ctag is compared and everything listed. *ret_all: the
 * list is complete: what is not in it is not there. */
struct caldav_changes {
	int (*fn)(const char *file, const char *etag, void *arg,
	    struct err *err);
	void *arg;
	const char *token;	/* in */
	char *ret_token;	/* out, of owner */
	bool ret_all;
};
int caldav_changes(struct dav *d, void *owner, const char *url,
    struct caldav_changes *c, struct err *err);

/* The file whose object has uid; NULL: there is none. */
int caldav_file_of(struct dav *d, void *owner, const char *url,
    const char *uid, char **ret_file, struct err *err);

/* Errors that status stands for; 0 for 2xx and for those that say something
 * about the one object (404, 409, 412, ...). */
int caldav_status(const char *url, const struct dav_reply *r,
    struct err *err);

#endif
