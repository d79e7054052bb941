#include "send/smtp_tls.h"

#include "base/mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define TICKETS 2		/* OpenSSL servers send two */
#define TICKET_MS 50
#define PUMP 16384
#define WHY_MAX 256

struct smtp_tls_state {
	SSL_CTX *ctx;
	const struct config_transport *t;
	SSL *ssl;		/* of the last handshake */
	int tickets;
	char refusal[WHY_MAX];
};

static int
state_free(struct smtp_tls_state *s)
{
	SSL_CTX_free(s->ctx);
	return 0;
}

static struct smtp_tls_state *
state_of(const SSL *ssl)
{
	return SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
}

static bool
is_address(const char *host)
{
	unsigned char buf[16];

	return inet_pton(AF_INET, host, buf) == 1 ||
	    inet_pton(AF_INET6, host, buf) == 1;
}

/* libESMTP makes the SSL itself: here is the first chance to see it. */
static void
on_info(const SSL *ssl, int where, int ret)
{
	struct smtp_tls_state *s = state_of(ssl);

	if ((where & SSL_CB_HANDSHAKE_START) == 0 || s->ssl == ssl)
		return;
	s->ssl = (SSL *)ssl;
	s->tickets = 0;
	if (!is_address(s->t->host))
		SSL_set_tlsext_host_name(s->ssl, s->t->host);
}

static int
on_ticket(SSL *ssl, SSL_SESSION *session)
{
	state_of(ssl)->tickets++;
	return 0;
}

static int
on_verify(int ok, X509_STORE_CTX *store)
{
	struct smtp_tls_state *s;
	SSL *ssl;

	if (ok)
		return ok;
	ssl = X509_STORE_CTX_get_ex_data(store,
	    SSL_get_ex_data_X509_STORE_CTX_idx());
	s = state_of(ssl);
	snprintf(s->refusal, sizeof(s->refusal), "%s",
	    X509_verify_cert_error_string(X509_STORE_CTX_get_error(store)));
	return 0;
}

static int
set_checks(struct smtp_tls_state *s, struct err *err)
{
	const struct config_transport *t = s->t;
	X509_VERIFY_PARAM *param;
	int ok;

	if (!t->tls_verify) {
		SSL_CTX_set_verify(s->ctx, SSL_VERIFY_NONE, NULL);
		return 0;
	}
	SSL_CTX_set_verify(s->ctx, SSL_VERIFY_PEER, on_verify);
	if (t->tls_ca != NULL)
		ok = SSL_CTX_load_verify_locations(s->ctx, t->tls_ca, NULL);
	else
		ok = SSL_CTX_set_default_verify_paths(s->ctx);
	if (!ok)
		return err_set(err, ERR_CONFIG, "%s: no certificates can be "
		    "read: tls_ca names a PEM file", t->tls_ca != NULL ?
		    t->tls_ca : "the system's certificates");
	param = SSL_CTX_get0_param(s->ctx);
	X509_VERIFY_PARAM_set_hostflags(param,
	    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	ok = is_address(t->host) ?
	    X509_VERIFY_PARAM_set1_ip_asc(param, t->host) :
	    X509_VERIFY_PARAM_set1_host(param, t->host, 0);
	if (!ok)
		return err_set(err, ERR_CONFIG, "%s: no host name that a "
		    "certificate can be checked for", t->host);
	return 0;
}

int
smtp_tls_new(void *owner, const struct config_transport *t,
    struct smtp_tls_state **ret_tls, struct err *err)
{
	struct smtp_tls_state *s;

	s = mem_new(owner, struct smtp_tls_state);
	s->t = t;
	s->ctx = SSL_CTX_new(TLS_client_method());
	talloc_set_destructor(s, state_free);
	if (s->ctx == NULL || !SSL_CTX_set_min_proto_version(s->ctx,
	    t->tls_min == 13 ? TLS1_3_VERSION : TLS1_2_VERSION)) {
		talloc_free(s);
		return err_set(err, ERR_CONFIG, "TLS cannot be set up");
	}
	SSL_CTX_set_app_data(s->ctx, s);
	SSL_CTX_set_info_callback(s->ctx, on_info);
	SSL_CTX_set_session_cache_mode(s->ctx, SSL_SESS_CACHE_CLIENT |
	    SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(s->ctx, on_ticket);
	if (set_checks(s, err) < 0) {
		talloc_free(s);
		return -1;
	}
	*ret_tls = s;
	return 0;
}

SSL_CTX *
smtp_tls_ctx(struct smtp_tls_state *s)
{
	s->ssl = NULL;
	s->refusal[0] = '\0';
	return s->ctx;
}

const char *
smtp_tls_refusal(const struct smtp_tls_state *s)
{
	return s->refusal[0] == '\0' ? NULL : s->refusal;
}

void
smtp_tls_drain(struct smtp_tls_state *s)
{
	struct pollfd p;
	char c;

	if (s->ssl == NULL || SSL_version(s->ssl) < TLS1_3_VERSION)
		return;
	p.fd = SSL_get_fd(s->ssl);
	p.events = POLLIN;
	while (s->tickets < TICKETS && poll(&p, 1, TICKET_MS) > 0)
		if (SSL_peek(s->ssl, &c, 1) > 0)
			break;
}

/* --- the relay --- */

static void
say(int fd, const struct smtp_tls_state *s, const char *what)
{
	char buf[3 * WHY_MAX], text[2 * WHY_MAX] = "";
	unsigned long e;
	int n;

	if ((e = ERR_get_error()) != 0)
		ERR_error_string_n(e, text, sizeof(text));
	if (s->refusal[0] != '\0')
		snprintf(text, sizeof(text), "certificate refused: %s",
		    s->refusal);
	n = snprintf(buf, sizeof(buf), "%s%s%s", what, text[0] == '\0' ? "" :
	    ": ", text);
	if (n > 0 && write(fd, buf, strlen(buf)) < 0)
		_exit(1);
}

static bool
to_server(SSL *ssl, int plain)
{
	char buf[PUMP];
	ssize_t n;

	n = read(plain, buf, sizeof(buf));
	return n > 0 && SSL_write(ssl, buf, (int)n) == (int)n;
}

static bool
to_us(SSL *ssl, int plain)
{
	char buf[PUMP];
	ssize_t w;
	int n, done, one = 1;

	n = SSL_read(ssl, buf, sizeof(buf));
	setsockopt(SSL_get_fd(ssl), IPPROTO_TCP, TCP_QUICKACK, &one,
	    sizeof(one));
	if (n <= 0)	/* a ticket, no data, is no end */
		return SSL_get_error(ssl, n) == SSL_ERROR_WANT_READ;
	for (done = 0; done < n; done += (int)w)
		if ((w = write(plain, buf + done, (size_t)(n - done))) <= 0)
			return false;
	return true;
}

static void
pump(SSL *ssl, int net, int plain)
{
	struct pollfd p[2] = { { net, POLLIN, 0 }, { plain, POLLIN, 0 } };

	for (;;) {
		if (!SSL_has_pending(ssl) && poll(p, 2, -1) < 0 &&
		    errno != EINTR)
			return;
		if ((SSL_has_pending(ssl) || p[0].revents != 0) &&
		    !to_us(ssl, plain))
			return;
		if (p[1].revents != 0 && !to_server(ssl, plain))
			return;
		p[0].revents = p[1].revents = 0;
	}
}

static void
relay(struct smtp_tls_state *s, int net, int plain, int why, int timeout)
{
	struct timeval limit = { timeout, 0 };
	int one = 1;
	SSL *ssl;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGALRM, SIG_IGN);
	signal(SIGTERM, SIG_IGN);	/* ends with its parent's message */
	signal(SIGINT, SIG_IGN);
	fcntl(net, F_SETFL, 0);
	setsockopt(net, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(net, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	setsockopt(net, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	ssl = SSL_new(s->ctx);
	if (ssl == NULL || !SSL_set_fd(ssl, net) || SSL_connect(ssl) != 1) {
		say(why, s, "no TLS");
		return;
	}
	SSL_clear_mode(ssl, SSL_MODE_AUTO_RETRY);
	limit.tv_sec = 1;
	setsockopt(net, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	pump(ssl, net, plain);
	SSL_shutdown(ssl);
}

/* What the child has no business with, the database above all. */
static void
close_others(int a, int b, int c)
{
	int fd, most = 1024;

	for (fd = 3; fd < most; fd++)
		if (fd != a && fd != b && fd != c)
			close(fd);
}

int
smtp_relay_start(struct smtp_tls_state *s, int fd, int timeout,
    struct smtp_relay *ret_relay)
{
	int pair[2], why[2], net;
	pid_t pid;

	net = dup(fd);
	if (net < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		return -1;
	if (pipe(why) < 0 || (pid = fork()) < 0)
		return -1;
	if (pid == 0) {
		close_others(net, pair[1], why[1]);
		relay(s, net, pair[1], why[1], timeout);
		_exit(0);
	}
	close(net);
	close(pair[1]);
	close(why[1]);
	fcntl(pair[0], F_SETFL, O_NONBLOCK);
	if (dup2(pair[0], fd) < 0)
		return -1;
	close(pair[0]);
	ret_relay->pid = pid;
	ret_relay->why_fd = why[0];
	return 0;
}

void
smtp_relay_end(struct smtp_relay *r, char *buf, size_t n)
{
	ssize_t got;

	buf[0] = '\0';
	if (r->pid == 0)
		return;
	got = read(r->why_fd, buf, n - 1);
	buf[got > 0 ? got : 0] = '\0';
	close(r->why_fd);
	while (waitpid(r->pid, NULL, 0) < 0 && errno == EINTR)
		;
	r->pid = 0;
}
