/* The message in hand: its bytes, and what the server's answers mean for it.
 * Outcomes rest on what was seen in the protocol's events. */
#include "send/smtp_call.h"

#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define CHUNK (32 * 1024)	/* what the library is given at once */
#define REPLY_MAX 256

bool
message_begin(struct call *c)
{
	int r;

	r = c->feed->begin(c->feed->arg, &c->m, 1, &c->err);
	if (r <= 0) {
		if (r < 0 && c->err.kind == ERR_NONE)
			err_set(&c->err, ERR_TEMP, "nothing begun");
		c->at = IDLE;
		return false;
	}
	c->at = BEGUN;
	c->rcpt_ok = false;
	c->off = 0;
	c->n++;
	wire_alarm(&c->wire, smtp_message_seconds(c->smtp->t));
	return true;
}

/* --- its bytes --- */

/* The library asks three times: rewind (len NULL), bytes, the end.  What it
 * is told at the end decides whether the final dot or LAST is written. */
static const char *
on_bytes(void **ctx, int *len, void *arg)
{
	struct call *c = arg;
	const char *p;
	size_t n;

	wire_ack(&c->wire);
	if (len == NULL) {
		c->off = 0;
		wire_mark(&c->wire);
		return NULL;
	}
	*len = 0;
	if (c->at != BEGUN && c->at != ENDED) {
		call_cut(c, ERR_TEMP, "no message in hand");
		errno = EPIPE;
		return NULL;
	}
	n = c->m.len - c->off;
	if (n == 0 && c->at == BEGUN)
		wire_await(&c->wire, c->m.len);
	if (c->at == BEGUN && (!wire_drained(&c->wire,
	    c->smtp->t->timeout) || (n == 0 && !wire_is_alive(&c->wire)))) {
		call_cut(c, ERR_TEMP, "%s: the connection was lost while sending",
		    c->smtp->t->host);
		errno = EPIPE;
		return NULL;
	}
	errno = 0;
	if (n == 0) {
		c->at = ENDED;
		return NULL;
	}
	p = c->m.bytes + c->off;
	n = n > CHUNK ? CHUNK : n;
	c->off += n;
	*len = (int)n;
	return p;
}

bool
message_add(struct call *c, smtp_session_t session)
{
	smtp_recipient_t to;
	smtp_message_t msg;

	msg = smtp_add_message(session);
	if (msg == NULL || !smtp_set_reverse_path(msg, c->m.from) ||
	    (to = smtp_add_recipient(msg, c->m.to)) == NULL)
		return false;
	smtp_set_messagecb(msg, on_bytes, c);
	smtp_size_set_estimate(msg, (unsigned long)c->m.len);
	if (!text_is_ascii(c->m.bytes, c->m.len))
		smtp_8bitmime_set_body(msg, E8bitmime_8BITMIME);
	/* Written only where the server offers DSN (RFC 3461). */
	smtp_dsn_set_ret(msg, Ret_HDRS);
	smtp_dsn_set_envid(msg, c->m.envid);
	smtp_dsn_set_notify(to, Notify_FAILURE | Notify_DELAY);
	smtp_dsn_set_orcpt(to, "rfc822", c->m.to);
	return true;
}

/* Into the running session, begun: outcome k and begin k+1 in one commit. */
static void
chain(struct call *c, smtp_session_t session)
{
	int r;

	while (c->err.kind == ERR_NONE) {
		r = c->feed->next(c->feed->arg, &c->m, &c->err);
		if (r <= 0) {
			c->no_more = true;
			return;
		}
		c->at = READY;
		if (!message_begin(c))
			continue;
		if (!message_add(c, session))
			call_cut(c, ERR_TEMP, "no memory for a message");
		return;
	}
}

/* --- outcomes --- */

/* The library cuts a line that is too long and takes the rest for the next
 * reply; and it leaves no text where a reply was broken off. */
static bool
is_whole(const smtp_status_t *s)
{
	size_t n;

	n = s->text == NULL ? 0 : strlen(s->text);
	return n > 0 && s->text[n - 1] == '\n';
}

/* RFC 3463: X.7.X is about policy and security.  A server that does not relay
 * for us does not know the address at all. */
static bool
speaks_of_us(const smtp_status_t *s)
{
	return (s->code / 100 == 5 && s->enh_class == 5 &&
	    s->enh_subject == 7) || (s->text != NULL &&
	    text_find_nocase(s->text, "relay") != NULL);
}

static void
report(struct call *c, enum outcome outcome, const smtp_status_t *s,
    const char *text, bool recipient)
{
	char reply[REPLY_MAX], enhanced[40];
	struct channel_outcome o;

	memset(&o, 0, sizeof(o));
	o.outcome = outcome;
	o.recipient = recipient;
	if (s != NULL) {
		o.code = s->code;
		snprintf(reply, sizeof(reply), "%d ", s->code);
		if (s->enh_class > 0 && s->enh_class < 10 &&
		    s->enh_subject < 1000 && s->enh_detail < 1000) {
			snprintf(enhanced, sizeof(enhanced), "%d.%d.%d",
			    s->enh_class, s->enh_subject, s->enh_detail);
			o.enhanced = enhanced;
			snprintf(reply, sizeof(reply), "%d %s ", s->code,
			    enhanced);
		}
		text = s->text;
		o.about_us = recipient && speaks_of_us(s);
	} else {
		reply[0] = '\0';
	}
	snprintf(reply + strlen(reply), sizeof(reply) - strlen(reply), "%s",
	    text == NULL ? "" : text);
	wire_clean(reply);
	o.reply = reply;
	c->at = IDLE;
	c->feed->outcome(c->feed->arg, &c->m, &o);
}

/* A whole 4xx or 5xx answer: what it means for the message. */
static bool
refused(struct call *c, const smtp_status_t *s, bool recipient)
{
	if (!is_whole(s) || (s->code / 100 != 4 && s->code / 100 != 5))
		return false;
	report(c, s->code / 100 == 4 ? OUTCOME_DEFERRED : OUTCOME_FAILED, s,
	    NULL, recipient);
	return true;
}

static bool
wants_auth(int code)
{
	return code == 530 || code == 534 || code == 535 || code == 538;
}

/* MAIL refused says nothing about the recipient, and the next one would be
 * refused as well: the session ends. */
void
message_on_mail(struct call *c, smtp_message_t msg)
{
	const smtp_status_t *s = smtp_reverse_path_status(msg);

	if (c->at != BEGUN || s->code / 100 == 2)
		return;
	if (wants_auth(s->code) || s->code == 421) {
		report(c, OUTCOME_NOT_SENT, s, NULL, false);
		call_cut(c, s->code == 421 ? ERR_TEMP : ERR_CONFIG,
		    "the server answered %s", c->wire.last);
		return;
	}
	if (!refused(c, s, false))
		report(c, OUTCOME_NOT_SENT, s, NULL, false);
	if (c->err.kind == ERR_NONE)
		err_set(&c->err, s->code / 100 == 5 ? ERR_CONFIG : ERR_TEMP,
		    "the server refused our sender: %s", c->wire.last);
}

/* One message has one recipient and the session requires all: the library
 * goes on with the next message, no content is sent. */
void
message_on_rcpt(struct call *c, smtp_session_t session, smtp_recipient_t to)
{
	const smtp_status_t *s = smtp_recipient_status(to);

	if (c->at != BEGUN)
		return;
	c->rcpt_ok = s->code / 100 == 2;
	if (c->rcpt_ok)
		return;
	if (s->code == 421 || wants_auth(s->code)) {
		report(c, OUTCOME_NOT_SENT, s, NULL, false);
		call_cut(c, s->code == 421 ? ERR_TEMP : ERR_CONFIG,
		    "the server answered %s", c->wire.last);
		return;
	}
	if (!refused(c, s, true))
		report(c, OUTCOME_NOT_SENT, s, NULL, false);
	chain(c, session);
}

void
message_on_sent(struct call *c, smtp_session_t session, smtp_message_t msg)
{
	const smtp_status_t *s = smtp_message_transfer_status(msg);

	if (c->at == BEGUN) {
		/* DATA or a chunk was refused: its end was not written.  The
		 * library has decided to quit before it says so. */
		if (!refused(c, s, false))
			report(c, OUTCOME_NOT_SENT, NULL,
			    "no answer that allows the content", false);
		c->no_more = true;
		return;
	}
	if (c->at != ENDED)
		return;
	if (is_whole(s) && s->code / 100 == 2 && c->rcpt_ok)
		report(c, OUTCOME_ACCEPTED, s, NULL, false);
	else if (!refused(c, s, false))
		return;		/* told when the session has ended */
	chain(c, session);
}

/* The message that was in hand when the session ended without an answer. */
void
message_account_for(struct call *c)
{
	if (c->at == BEGUN)
		report(c, OUTCOME_NOT_SENT, NULL, c->err.kind == ERR_NONE ?
		    "the session ended before the end of the message" :
		    c->err.text, false);
	else if (c->at == ENDED)
		report(c, OUTCOME_UNCERTAIN, NULL,
		    "no whole answer after the end of the message", false);
	c->at = IDLE;
}
