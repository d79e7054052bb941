/* sms.h - the channel of one SMS route, or of one group robot: DESIGN §5 over
 * HTTP.
 *
 * What a gateway answers decides (sms/gateway.h).  No connection: not sent.
 * No whole answer after the request was begun: uncertain, never repeated.
 * Bad credentials end the session with ERR_CONFIG: the route waits for a
 * person, its messages for the route. */
#ifndef DUNLIN_SEND_SMS_H
#define DUNLIN_SEND_SMS_H

#include "config/config.h"
#include "send/channel.h"
#include "sms/gateway.h"

struct sms_channel;

/* Reads the description and the secrets. */
int sms_open(void *owner, const struct config *config,
    const struct config_company *company, const struct config_sms *route,
    struct sms_channel **ret_sms, struct err *err);
int sms_run(struct sms_channel *s, const struct channel_feed *feed,
    struct err *err);

/* What became of the message of an attempt's bytes, which began at at; id: the
 * gateway's reference, NULL: not known.  The answer as it came; ERR_TEMP,
 * ERR_UNCERTAIN: none. */
struct sms_question {
	const char *bytes;
	size_t len;
	const char *id;
	int64_t at;
};
int sms_ask(void *owner, struct sms_channel *s, const struct sms_question *a,
    const char **ret_body, size_t *ret_n, struct err *err);

/* The messages that the gateway has for us, as it lists them. */
int sms_poll(void *owner, struct sms_channel *s, const char **ret_body,
    size_t *ret_n, struct err *err);

const struct gateway *sms_gateway(const struct sms_channel *s);
int sms_message_seconds(const struct config_sms *route);
/* A robot's address, from its file; a route of SMS leaves *ret_url alone.  The
 * message never shows it. */
int sms_secret_url(void *owner, const struct config_sms *route,
    char **ret_url, struct err *err);
/* Another one where address or secret are others; tells nothing of them. */
char *sms_fingerprint(void *owner, const struct config_sms *route);
/* Its address is one of this machine. */
bool sms_is_loopback(const struct config_sms *route);

#endif
