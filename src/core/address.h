/* address.h - mail addresses and phone numbers as they are compared. */
#ifndef DUNLIN_CORE_ADDRESS_H
#define DUNLIN_CORE_ADDRESS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define ADDRESS_MAX 255		/* with its NUL */

/* What stands before the @: a dot-atom (RFC 5322) of at most 64 bytes, with
 * UTF-8 (RFC 6532). */
bool address_is_local(const char *s, size_t n);
/* What stands after it: `least` labels or more; "localhost" has one, and is
 * no place to send a reminder to. */
bool address_is_domain(const char *s, int least);

/* A mail address that a message can be sent to: dot-atom @ domain name,
 * lengths of RFC 5321 (64, 254), no quoted local parts, no comments, no
 * control characters; UTF-8 on both sides is let through.  norm gets it in
 * lower case.  ERR_PERM with a text otherwise. */
int address_email(const char *text, char ret_norm[ADDRESS_MAX],
    struct err *err);

/* A phone number: digits with an optional leading +; spaces and the signs
 * - . ( ) / are left out of norm; 5 to 15 digits. */
int address_phone(const char *text, char ret_norm[ADDRESS_MAX],
    struct err *err);

#endif
