/* invite.h - the calendar file that goes with the confirmation of a promise
 * to the debtor: the days, what for, and how to pay.  METHOD:PUBLISH, nobody
 * is invited; no mail is ever sent only to change it. */
#ifndef DUNLIN_FOLLOWUP_INVITE_H
#define DUNLIN_FOLLOWUP_INVITE_H

#include "render/render.h"

/* NULL when in->talk promises no payment on a day.  cause: "promise/12", names the same
 * entry in every mail about it. */
char *invite_make(void *owner, const struct render_input *in,
    const char *cause);

#endif
