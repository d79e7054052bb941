/* robot.h - what goes to the robot of a chat group.  Pure.
 *
 * The address of a robot is its only secret with most of them: whoever has it
 * can write to the group.  It is read from a file, and never shown. */
#ifndef DUNLIN_SMS_ROBOT_H
#define DUNLIN_SMS_ROBOT_H

#include "base/err.h"
#include "sms/compose.h"

#include <stdbool.h>
#include <stddef.h>

/* An address that a robot may have: https, or http to this machine (for
 * tests).  The message does not show it. */
int robot_url(const char *url, struct err *err);
bool robot_url_is_local(const char *url);

/* At most limit bytes: what is more is left out from the end of a line on, and
 * the last line says how many lines there are. */
char *robot_cut(void *owner, const char *text, size_t limit,
    const char *language);

/* The message, as one that sms_compose makes; its number is the robot. */
struct sms *robot_sms(void *owner, const char *robot, const char *text,
    const char *token);

/* what, unless it shows a part of a secret address: then NULL. */
const char *robot_hide(const char *what, const char *url, const char *secret);

#endif
