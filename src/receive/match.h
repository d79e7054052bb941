/* match.h - which account a mail is about and how far its sender is
 * believed (DESIGN §6). */
#ifndef DUNLIN_RECEIVE_MATCH_H
#define DUNLIN_RECEIVE_MATCH_H

#include "base/id.h"
#include "config/config.h"
#include "receive/effects.h"
#include "store/db.h"
#include "store/matching.h"

#include <jansson.h>
#include <stdbool.h>

/* What our border host says about the sender (RFC 8601). */
enum match_auth {
	AUTH_OFF,	/* no authserv_id is configured */
	AUTH_NONE,	/* it says nothing */
	AUTH_PASS,
	AUTH_FAIL
};

struct match {
	bool ours;		/* it says that it is from ourselves */
	enum match_auth auth;
	bool has_sent;		/* a message of ours that it answers */
	struct matching_sent sent;
	const char *by;		/* "token", "thread", "item", "address";
				 * NULL: nothing */
	struct matching_sender sender;	/* address_id 0: a stranger */
	bool known_sender;	/* a contact of the account */
	enum trust trust;
	int64_t accounts[MATCHING_MAX];	/* more than one: it may be any */
	size_t n;
};

/* mail and meaning are of the child's answer. */
int match_mail(struct db *db, const struct config_company *company,
    int64_t company_id, const json_t *mail, const json_t *meaning,
    struct match *ret, struct err *err);
/* The same of an SMS (receive/hooks.h): by its number, and by the SMS that
 * went to it in the days before: that is the conversation. */
int match_sms(struct db *db, int64_t company_id, const json_t *mail,
    const json_t *meaning, int64_t now, struct match *ret, struct err *err);

/* --- pure parts, for tests --- */

/* The token in address, when it is a sub-address of reply_to or bounce_to:
 * "ar+r.TOKEN@example.com"; letters are compared without case. */
bool match_token(const struct config_company *company, const char *address,
    char ret_token[ID_TOKEN_MAX]);

/* Is address one of our own? */
bool match_is_ours(const struct config_company *company,
    const char *address);

/* The topmost value of our host counts; dmarc first, else dkim or spf of the
 * sender's own domain. */
enum match_auth match_auth(const char *authserv_id, const json_t *values,
    const char *from);

/* by_token, by_thread: found by it; known: the sender is a contact. */
enum trust match_trust(bool by_token, bool by_thread, bool known,
    enum match_auth auth);

#endif
