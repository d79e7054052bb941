/* rules.h - what a route's texts may not have (RULES C1-C4, C11).  Pure. */
#ifndef DUNLIN_SMS_RULES_H
#define DUNLIN_SMS_RULES_H

#include "base/err.h"
#include "config/config.h"

#include <stdbool.h>

struct sms_text {
	const char *text;		/* without signature */
	const char *country;		/* of the number; "" unknown */
	bool cloud;			/* approved messages only */
	const struct config_value *params;
	size_t n_params;
};

/* ERR_CONFIG with the rule and what to do. */
int sms_rules(const struct config_sms *route, const struct sms_text *t,
    struct err *err);

/* A signature: 2 to 12 characters, no brackets. */
int sms_rules_sign(const char *sign, struct err *err);
/* Approved words: variables stand apart from each other. */
int sms_rules_words(const char *text, struct err *err);

#endif
