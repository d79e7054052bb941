#include "send/smtp.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "send/smtp_tls.h"
#include "send/smtp_wire.h"

#include <auth-client.h>
#include <errno.h>
#include <libesmtp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define CHUNK (32 * 1024)	/* what the library is given at once */
#define REPLY_MAX 256
#define STEPS 6			/* answers that one message waits for */

struct smtp {
	const struct config_transport *t;
	char *password;
	struct smtp_tls_state *tls;
};

/* How far the message in hand has come. */
enum stage_of { IDLE, READY, BEGUN, ENDED };

/* One session. */
struct call {
	struct smtp *smtp;
	const struct channel_feed *feed;
	struct err err;			/* why it ended; kind ERR_NONE: well */
	struct wire wire;
	struct smtp_relay relay;
	bool tls_on;

	/* The message in hand. */
	enum stage_of at;
	struct channel_message m;
	size_t off;
	bool rcpt_ok, no_more;
	int n;				/* messages in this session */
};

/* End the session now: nothing that the library writes leaves any more. */
static void cut(struct call *c, enum err_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void
cut(struct call *c, enum err_kind kind, const char *fmt, ...)
{
	char text[ERR_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (c->err.kind == ERR_NONE)
		err_set(&c->err, kind, "%s", text);
	wire_cut(&c->wire);
}

static void
on_connect(struct call *c)
{
	const struct config_transport *t = c->smtp->t;

	c->tls_on = false;
	if (!wire_take(&c->wire, t->port) || t->tls != TLS_IMPLICIT)
		return;
	smtp_tls_ctx(c->smtp->tls);
	if (smtp_relay_start(c->smtp->tls, c->wire.fd, t->timeout,
	    &c->relay) < 0) {
		cut(c, ERR_TEMP, "no process for TLS: %s", strerror(errno));
		return;
	}
	wire_is_relay(&c->wire);
	c->tls_on = true;
}

static bool
is_ready(struct call *c)
{
	const struct config_transport *t = c->smtp->t;

	if (t->tls != TLS_NONE && !c->tls_on) {
		cut(c, ERR_CONFIG, "%s: no TLS: nothing is sent in the clear",
		    t->host);
		return false;
	}
	if (t->user != NULL && !c->wire.auth_ok) {
		cut(c, ERR_CONFIG, "%s: %s: %s", t->host, c->wire.auth_sent ?
		    "the user or password was refused" :
		    "the server offers no AUTH that we know", c->wire.last);
		return false;
	}
	return true;
}

static bool
begin(struct call *c)
{
	int r;

	r = c->feed->begin(c->feed->arg, &c->m, &c->err);
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

/* The first message of a session is begun when its MAIL is about to leave:
 * name lookup, connection, TLS and AUTH lie behind. */
static void
on_first(struct call *c)
{
	if (is_ready(c) && begin(c))
		return;
	c->at = IDLE;
	wire_cut(&c->wire);
}

static void
on_monitor(const char *buf, int n, int how, void *arg)
{
	struct call *c = arg;
	int saved = errno;

	if (how == SMTP_CB_READING && n > 0) {
		wire_read(&c->wire, buf, (size_t)n);
		if (c->wire.injected)
			cut(c, ERR_PERM, "%s: the answer to STARTTLS has more "
			    "behind it", c->smtp->t->host);
	} else if (how == SMTP_CB_WRITING && n > 0) {
		wire_write(&c->wire, buf, (size_t)n);
		if (n >= 10 && memcmp(buf, "MAIL FROM:", 10) == 0 &&
		    c->at == READY)
			on_first(c);
	}
	wire_ack(&c->wire);
	errno = saved;
}

/* --- the message --- */

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
		cut(c, ERR_TEMP, "no message in hand");
		errno = EPIPE;
		return NULL;
	}
	n = c->m.len - c->off;
	if (n == 0 && c->at == BEGUN)
		wire_await(&c->wire, c->m.len);
	if (c->at == BEGUN && (!wire_drained(&c->wire,
	    c->smtp->t->timeout) || (n == 0 && !wire_is_alive(&c->wire)))) {
		cut(c, ERR_TEMP, "%s: the connection was lost while sending",
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

static bool
has_8bit(const struct channel_message *m)
{
	size_t i;

	for (i = 0; i < m->len; i++)
		if ((unsigned char)m->bytes[i] > 0x7f)
			return true;
	return false;
}

static bool
add_to_session(struct call *c, smtp_session_t session)
{
	smtp_recipient_t to;
	smtp_message_t msg;

	msg = smtp_add_message(session);
	if (msg == NULL || !smtp_set_reverse_path(msg, c->m.from) ||
	    (to = smtp_add_recipient(msg, c->m.to)) == NULL)
		return false;
	smtp_set_messagecb(msg, on_bytes, c);
	smtp_size_set_estimate(msg, (unsigned long)c->m.len);
	if (has_8bit(&c->m))
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
		if (!begin(c))
			continue;
		if (!add_to_session(c, session))
			cut(c, ERR_TEMP, "no memory for a message");
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
static void
on_mail(struct call *c, smtp_message_t msg)
{
	const smtp_status_t *s = smtp_reverse_path_status(msg);

	if (c->at != BEGUN || s->code / 100 == 2)
		return;
	if (wants_auth(s->code) || s->code == 421) {
		report(c, OUTCOME_NOT_SENT, s, NULL, false);
		cut(c, s->code == 421 ? ERR_TEMP : ERR_CONFIG,
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
static void
on_rcpt(struct call *c, smtp_session_t session, smtp_recipient_t to)
{
	const smtp_status_t *s = smtp_recipient_status(to);

	if (c->at != BEGUN)
		return;
	c->rcpt_ok = s->code / 100 == 2;
	if (c->rcpt_ok)
		return;
	if (s->code == 421 || wants_auth(s->code)) {
		report(c, OUTCOME_NOT_SENT, s, NULL, false);
		cut(c, s->code == 421 ? ERR_TEMP : ERR_CONFIG,
		    "the server answered %s", c->wire.last);
		return;
	}
	if (!refused(c, s, true))
		report(c, OUTCOME_NOT_SENT, s, NULL, false);
	chain(c, session);
}

static void
on_sent(struct call *c, smtp_session_t session, smtp_message_t msg)
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

static void
on_starttls(struct call *c)
{
	c->tls_on = true;
	smtp_tls_drain(c->smtp->tls);
}

/* Certificates were checked while shaking hands: see smtp_tls.h. */
static void
on_certificate(int event, va_list ap)
{
	int *ok;

	if (event == SMTP_EV_WEAK_CIPHER)
		return;
	if (event == SMTP_EV_INVALID_PEER_CERTIFICATE)
		(void)va_arg(ap, long);
	ok = va_arg(ap, int *);
	if (ok != NULL)
		*ok = 1;
}

static void
on_event(smtp_session_t session, int event, void *arg, ...)
{
	struct call *c = arg;
	int saved = errno;
	va_list ap;

	wire_ack(&c->wire);
	va_start(ap, arg);
	switch (event) {
	case SMTP_EV_CONNECT:
		on_connect(c);
		break;
	case SMTP_EV_MAILSTATUS:
		(void)va_arg(ap, const char *);
		on_mail(c, va_arg(ap, smtp_message_t));
		break;
	case SMTP_EV_RCPTSTATUS:
		(void)va_arg(ap, const char *);
		on_rcpt(c, session, va_arg(ap, smtp_recipient_t));
		break;
	case SMTP_EV_MESSAGESENT:
		on_sent(c, session, va_arg(ap, smtp_message_t));
		break;
	case SMTP_EV_DISCONNECT:
		wire_drop(&c->wire);
		break;
	case SMTP_EV_STARTTLS_OK:
		on_starttls(c);
		break;
	case SMTP_EV_INVALID_PEER_CERTIFICATE:
	case SMTP_EV_WRONG_PEER_CERTIFICATE:
	case SMTP_EV_NO_PEER_CERTIFICATE:
	case SMTP_EV_WEAK_CIPHER:
		on_certificate(event, ap);
		break;
	default:
		break;
	}
	va_end(ap);
	errno = saved;
}

/* --- the session --- */

static int
on_login(auth_client_request_t request, char **result, int fields, void *arg)
{
	const struct smtp *s = arg;
	int i;

	for (i = 0; i < fields; i++) {
		if (request[i].flags & AUTH_USER)
			result[i] = (char *)s->t->user;
		else if (request[i].flags & AUTH_PASS)
			result[i] = s->password;
		else
			result[i] = NULL;
	}
	return 1;
}

static auth_context_t
make_auth(struct smtp *s)
{
	auth_context_t auth;

	if (s->t->user == NULL)
		return NULL;
	auth = auth_create_context();
	auth_set_mechanism_flags(auth, AUTH_PLUGIN_PLAIN, 0);
	auth_set_interact_cb(auth, on_login, s);
	return auth;
}

static void
set_timeouts(smtp_session_t session, int seconds)
{
	static const int which[] = { Timeout_GREETING, Timeout_ENVELOPE,
	    Timeout_DATA, Timeout_TRANSFER, Timeout_DATA2 };
	size_t i;

	for (i = 0; i < sizeof(which) / sizeof(which[0]); i++)
		smtp_set_timeout(session, which[i] |
		    Timeout_OVERRIDE_RFC2822_MINIMUM, seconds * 1000L);
}

static smtp_session_t
make_session(struct call *c, auth_context_t auth)
{
	const struct config_transport *t = c->smtp->t;
	smtp_session_t session;
	char server[512];

	snprintf(server, sizeof(server), "%s:%d", t->host, t->port);
	session = smtp_create_session();
	if (session == NULL)
		return NULL;
	smtp_set_server(session, server);
	if (t->helo != NULL)
		smtp_set_hostname(session, t->helo);
	set_timeouts(session, t->timeout);
	smtp_option_require_all_recipients(session, 1);
	smtp_set_eventcb(session, on_event, c);
	smtp_set_monitorcb(session, on_monitor, c, 0);
	if (t->tls == TLS_STARTTLS) {
		smtp_starttls_enable(session, Starttls_REQUIRED);
		smtp_starttls_set_ctx(session, smtp_tls_ctx(c->smtp->tls));
	}
	if (auth != NULL)
		smtp_auth_set_context(session, auth);
	return session;
}

/* Why it ended, where nobody has said it yet. */
static void
explain(struct call *c, int started)
{
	const char *host = c->smtp->t->host;
	char text[256] = "", why[256];
	const char *refusal;

	smtp_relay_end(&c->relay, why, sizeof(why));
	if (c->err.kind != ERR_NONE || c->no_more)
		return;
	refusal = c->smtp->tls == NULL ? NULL :
	    smtp_tls_refusal(c->smtp->tls);
	if (why[0] != '\0')
		err_set(&c->err, ERR_CONFIG, "%s: %s", host, why);
	else if (refusal != NULL)
		err_set(&c->err, ERR_CONFIG, "%s: certificate refused: %s",
		    host, refusal);
	else if (c->wire.last[0] == '4' || c->wire.last[0] == '5')
		err_set(&c->err, ERR_TEMP, "%s answered %s", host, c->wire.last);
	else if (c->smtp->t->tls == TLS_STARTTLS && !c->tls_on &&
	    c->wire.last[0] == '2')
		err_set(&c->err, ERR_CONFIG, "%s: no TLS: the server does "
		    "not offer STARTTLS, or the handshake failed", host);
	else if (!started)
		err_set(&c->err, ERR_TEMP, "%s:%d: %s", host,
		    c->smtp->t->port, smtp_strerror(smtp_errno(), text,
		    sizeof(text)));
	else
		err_set(&c->err, ERR_TEMP, "%s: the connection was lost",
		    host);
}

/* The message that was in hand when the session ended without an answer. */
static void
account_for(struct call *c)
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

static int
run_session(struct call *c)
{
	smtp_session_t session;
	auth_context_t auth;
	int started = 0;

	auth = make_auth(c->smtp);
	session = make_session(c, auth);
	if (session != NULL && add_to_session(c, session)) {
		wire_alarm(&c->wire, smtp_message_seconds(c->smtp->t));
		started = smtp_start_session(session);
		wire_alarm(&c->wire, 0);
	}
	explain(c, started);
	account_for(c);
	if (session != NULL)
		smtp_destroy_session(session);
	if (auth != NULL)
		auth_destroy_context(auth);
	return c->err.kind == ERR_NONE ? 0 : -1;
}

int
smtp_run(struct smtp *s, const struct channel_feed *feed, struct err *err)
{
	struct call c;
	int r;

	memset(&c, 0, sizeof(c));
	c.smtp = s;
	c.feed = feed;
	c.wire.fd = -1;
	if ((r = feed->next(feed->arg, &c.m, err)) <= 0)
		return r;
	c.at = READY;
	if (run_session(&c) == 0)
		return 0;
	if (err != NULL)
		*err = c.err;
	return -1;
}

int
smtp_open(void *owner, const struct config_transport *t,
    struct smtp **ret_smtp, struct err *err)
{
	struct smtp *s;

	if (t->user != NULL && t->tls == TLS_NONE && !smtp_is_loopback(t))
		return err_set(err, ERR_CONFIG, "%s: a password would go in "
		    "the clear: use tls: starttls or implicit", t->url);
	s = mem_new(owner, struct smtp);
	s->t = t;
	if ((t->user != NULL && file_secret(s, t->password_file,
	    &s->password, err) < 0) ||
	    (t->tls != TLS_NONE && smtp_tls_new(s, t, &s->tls, err) < 0)) {
		talloc_free(s);
		return -1;
	}
	signal(SIGPIPE, SIG_IGN);
	if (t->user != NULL)
		auth_client_init();
	*ret_smtp = s;
	return 0;
}

int
smtp_message_seconds(const struct config_transport *t)
{
	return STEPS * (t->timeout > 0 ? t->timeout : 60);
}

bool
smtp_is_loopback(const struct config_transport *t)
{
	return t->host != NULL && (strcmp(t->host, "localhost") == 0 ||
	    strncmp(t->host, "127.", 4) == 0 || strcmp(t->host, "::1") == 0 ||
	    strcmp(t->host, "[::1]") == 0);
}
