/* The session: connection, TLS, AUTH, events, and why it ended. */
#include "send/smtp_call.h"

#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define STEPS 6			/* answers that one message waits for */

void
call_cut(struct call *c, enum err_kind kind, const char *fmt, ...)
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
		call_cut(c, ERR_TEMP, "no process for TLS: %s", strerror(errno));
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
		call_cut(c, ERR_CONFIG, "%s: no TLS: nothing is sent in the clear",
		    t->host);
		return false;
	}
	if (t->user != NULL && !c->wire.auth_ok) {
		call_cut(c, ERR_CONFIG, "%s: %s: %s", t->host, c->wire.auth_sent ?
		    "the user or password was refused" :
		    "the server offers no AUTH that we know", c->wire.last);
		return false;
	}
	return true;
}

/* The first message of a session is begun when its MAIL is about to leave:
 * name lookup, connection, TLS and AUTH lie behind. */
static void
on_first(struct call *c)
{
	if (is_ready(c) && message_begin(c))
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
			call_cut(c, ERR_PERM, "%s: the answer to STARTTLS has more "
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
		message_on_mail(c, va_arg(ap, smtp_message_t));
		break;
	case SMTP_EV_RCPTSTATUS:
		(void)va_arg(ap, const char *);
		message_on_rcpt(c, session, va_arg(ap, smtp_recipient_t));
		break;
	case SMTP_EV_MESSAGESENT:
		message_on_sent(c, session, va_arg(ap, smtp_message_t));
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
	else if (!started && smtp_errno() == 0)
		err_set(&c->err, ERR_TEMP, "%s:%d: the server takes no "
		    "session: it refused EHLO", host, c->smtp->t->port);
	else if (!started)
		err_set(&c->err, ERR_TEMP, "%s:%d: %s", host,
		    c->smtp->t->port, smtp_strerror(smtp_errno(), text,
		    sizeof(text)));
	else
		err_set(&c->err, ERR_TEMP, "%s: the connection was lost",
		    host);
}

static int
run_session(struct call *c)
{
	smtp_session_t session;
	auth_context_t auth;
	int started = 0;

	auth = make_auth(c->smtp);
	session = make_session(c, auth);
	if (session != NULL && message_add(c, session)) {
		wire_alarm(&c->wire, smtp_message_seconds(c->smtp->t));
		started = smtp_start_session(session);
		wire_alarm(&c->wire, 0);
	}
	explain(c, started);
	message_account_for(c);
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
