/* chart.h - the charts of a rehearsal as inline SVG. */
#ifndef DUNLIN_REHEARSE_CHART_H
#define DUNLIN_REHEARSE_CHART_H

#include "base/text.h"
#include "rehearse/report.h"

/* Text as HTML; NULL adds nothing. */
void chart_escape(struct text *t, const char *s);

/* One chart for each of the n reports, all to the same scale, with the
 * policy's name above where there are two. */
void chart_messages(struct text *t, const struct report *const *r, size_t n,
    const char *language);
/* Open, overdue and contact-free debt in the i-th currency of the first. */
void chart_debt(struct text *t, const struct report *const *r, size_t n,
    size_t i, const char *language);

#endif
