/* chart.h - the charts of a rehearsal as inline SVG. */
#ifndef DUNLIN_REHEARSE_CHART_H
#define DUNLIN_REHEARSE_CHART_H

#include "base/text.h"
#include "rehearse/report.h"

/* Text as HTML; NULL adds nothing. */
void chart_escape(struct text *t, const char *s);

/* named: with the policy's name above. */
void chart_messages(struct text *t, const struct report *r, bool named,
    const char *language);
/* Open, overdue and contact-free debt in the i-th currency. */
void chart_debt(struct text *t, const struct report *r, size_t i, bool named,
    const char *language);

#endif
