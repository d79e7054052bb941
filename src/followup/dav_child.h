/* dav_child.h - the confined child (base/confined.h) that reads what calendar
 * servers send: "dunlin understand --frames --calendar".  The role itself
 * parses neither their XML nor their iCalendar.
 *
 * ERR_PERM: it is no such answer; ERR_CORRUPT: reading it killed the child or
 * took too long, an object twice; ERR_TEMP: it could not be started. */
#ifndef DUNLIN_FOLLOWUP_DAV_CHILD_H
#define DUNLIN_FOLLOWUP_DAV_CHILD_H

#include "followup/dav_xml.h"
#include "followup/ical.h"

struct dav_child;

/* program: NULL for this one. */
struct dav_child *dav_child_new(void *owner, const char *program);

/* ical_read */
int dav_child_read(struct dav_child *c, void *owner, const char *bytes,
    size_t n, const struct zone *home, struct ical_seen **ret_seen,
    struct err *err);
/* ical_merge; base may be NULL. */
int dav_child_merge(struct dav_child *c, void *owner, const char *own,
    const char *base, const char *theirs, char **ret_text, struct err *err);

/* A 207 as it comes, one at a time.  fn as of dav_xml_new. */
struct dav_list;
struct dav_list *dav_list_new(void *owner, struct dav_child *c,
    int (*fn)(const struct dav_response *r, void *arg, struct err *err),
    void *arg);
int dav_list_feed(struct dav_list *l, const char *data, size_t n,
    struct err *err);
int dav_list_end(struct dav_list *l, struct err *err);
/* Of the answer itself, after its end; NULL: none. */
const char *dav_list_token(const struct dav_list *l);

#endif
