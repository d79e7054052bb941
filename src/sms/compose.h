/* compose.h - from facts and a template to an SMS.
 *
 * Pure.  The text of NAME.sms in the layout of its language, or the words
 * that the route's gateway has approved; the general linter and the rules of
 * the route hold for both (RULES C1-C4, C8, C11).  Where the rule pack wants
 * nothing of a debt to be seen by others, an unasked message only asks to
 * get in touch: phones show texts to whoever is near. */
#ifndef DUNLIN_SMS_COMPOSE_H
#define DUNLIN_SMS_COMPOSE_H

#include "render/render.h"
#include "sms/gateway.h"
#include "sms/text.h"

struct sms {
	char *bytes;		/* what an attempt keeps: JSON, one line */
	size_t len;
	char *to;		/* E.164 */
	char *text;		/* all that people read */
	struct sms_count count;
	struct gateway_message message;	/* what bytes say */
};

/* in->contact has a phone.  ERR_CONFIG as render_mail; ERR_PERM: the number
 * is none that SMS can go to. */
int sms_compose(void *owner, const struct templates *t,
    const struct render_input *in, const struct config_sms *route,
    const struct gateway *g, struct sms **ret_sms, struct err *err);

/* The message that bytes of an attempt stand for. */
int sms_message(void *owner, const char *bytes, size_t n,
    struct gateway_message *ret_m, struct err *err);

/* As the message that attempts and approvals know: a mail of its bytes, its
 * number and its text, without subject. */
struct mail *sms_as_mail(void *owner, const struct sms *s);

/* A route's approved messages: their names, words, signature. */
void sms_check_route(const struct config *c, const struct config_sms *route,
    const struct gateway *g, void *owner, struct config_problems *problems);

#endif
