/* phone.h - phone numbers as SMS need them: E.164 (ITU-T), from the ways in
 * which people write them, and whether such a number can be a mobile one.
 *
 * What is known of a country's numbers is in phones.def; a number of another
 * country is taken as it stands when it is written with + and its country
 * code. */
#ifndef DUNLIN_CORE_PHONE_H
#define DUNLIN_CORE_PHONE_H

#include "base/err.h"
#include "core/country.h"

#include <stdbool.h>

#define PHONE_MAX 17		/* '+', 15 digits, NUL */

enum phone_kind {
	PHONE_MOBILE,
	PHONE_EITHER,		/* the plan does not tell them apart, or is
				 * not known here */
	PHONE_FIXED,
	PHONE_SERVICE		/* toll-free, premium, machines, pagers */
};

struct phone {
	char e164[PHONE_MAX];	/* "+8613800138000" */
	char country[COUNTRY_MAX];	/* "" when it is not known */
	enum phone_kind kind;
	int code_len;		/* digits of the country code; 0: unknown */
};

/* text as written in country (two letters; NULL: unknown, then only
 * international forms are read).  Full-width digits, spaces, - . ( ) / and a
 * trunk prefix in brackets "(0)" are understood.  ERR_PERM with what is wrong
 * and what to write. */
int phone_parse(const char *text, const char *country, struct phone *ret,
    struct err *err);

/* The same, and refuses what is known not to be a mobile number. */
int phone_mobile(const char *text, const char *country, struct phone *ret,
    struct err *err);

#endif
