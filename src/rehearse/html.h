/* html.h - the report of a rehearsal as one HTML page with charts (SVG), on
 * its own: no scripts, nothing from elsewhere. */
#ifndef DUNLIN_REHEARSE_HTML_H
#define DUNLIN_REHEARSE_HTML_H

#include "rehearse/report.h"

char *rehearse_html(void *owner, const struct report *const *r, size_t n,
    const char *language);

#endif
