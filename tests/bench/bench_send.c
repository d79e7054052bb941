/* bench_send - what send.py measures the sender against.
 *
 *	bench_send sink
 *		an SMTP server on loopback that takes everything, one answer
 *		for one command; prints its port, at SIGTERM its messages
 *	bench_send loop PORT FROM TO PER_SESSION plain|tls bare|rows|same
 *		the messages that the workspace database FROM has sent, once
 *		more through libESMTP alone, one message at a time, stored
 *		first (bench_rows.h)
 *
 * The loop knows the same cures as src/send/smtp_wire.h and shares no code
 * with it: it is what libESMTP can do on this machine now. */
#include <stddef.h>
#include <stdarg.h>
#include <openssl/ssl.h>
#include <libesmtp.h>

#include "bench_rows.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- the sink --- */

static volatile sig_atomic_t over;

static void
on_term(int sig)
{
	over = sig;
}

static void
say(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) < 0)
		over = over;
}

/* True: the session goes on. */
static bool
answer(int fd, const char *line, bool *ret_data, long *n)
{
	if (*ret_data) {
		if (strcmp(line, ".\r\n") != 0)
			return true;
		*ret_data = false;
		(*n)++;
		say(fd, "250 2.0.0 taken\r\n");
	} else if (strncmp(line, "EHLO", 4) == 0) {
		say(fd, "250-sink.example.com\r\n250-8BITMIME\r\n250-SIZE\r\n"
		    "250-DSN\r\n250 ENHANCEDSTATUSCODES\r\n");
	} else if (strncmp(line, "DATA", 4) == 0) {
		*ret_data = true;
		say(fd, "354 go on\r\n");
	} else {
		say(fd, "250 2.0.0 ok\r\n");
	}
	return strncmp(line, "QUIT", 4) != 0 || *ret_data;
}

static void
serve(int fd, long *n)
{
	static char buf[65536];
	char line[4096];
	size_t len = 0;
	bool data = false, on = true;
	ssize_t got, i;

	say(fd, "220 sink.example.com ESMTP\r\n");
	while (on && (got = read(fd, buf, sizeof(buf))) > 0)
		for (i = 0; on && i < got; i++) {
			line[len++] = buf[i];
			if (buf[i] != '\n' && len + 1 < sizeof(line))
				continue;
			line[len] = '\0';
			len = 0;
			on = answer(fd, line, &data, n);
		}
	close(fd);
}

static int
sink(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	struct sigaction act;
	int fd, s, one = 1;
	long n = 0;

	memset(&act, 0, sizeof(act));
	act.sa_handler = on_term;
	sigaction(SIGTERM, &act, NULL);
	s = socket(AF_INET, SOCK_STREAM, 0);
	if (s < 0 || bind(s, (struct sockaddr *)&a, len) < 0 ||
	    listen(s, 16) < 0 ||
	    getsockname(s, (struct sockaddr *)&a, &len) < 0)
		die("sink", "no socket");
	printf("%d\n", ntohs(a.sin_port));
	fflush(stdout);
	while (!over) {
		if ((fd = accept(s, NULL, NULL)) < 0)
			continue;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		serve(fd, &n);
	}
	printf("%ld\n", n);
	return 0;
}

/* --- the loop --- */

struct loop {
	const char *server;
	int port, per_session;
	bool tls;
	SSL_CTX *ctx;
	SSL *ssl;
	int tickets;
	struct rows rows;

	int fd;
	bool chunking;
	int left;
	bool asked;		/* the bytes of this message were given */
	long sent;
	uint64_t received;	/* bytes of the server before the chunks */
};

static struct loop *the_loop;

static void
set_option(const struct loop *l, int option)
{
	int one = 1;

	if (l->fd >= 0)
		setsockopt(l->fd, IPPROTO_TCP, option, &one, sizeof(one));
}

static uint64_t
received(const struct loop *l)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	memset(&info, 0, sizeof(info));
	getsockopt(l->fd, IPPROTO_TCP, TCP_INFO, &info, &len);
	return info.tcpi_bytes_received;
}

static void
on_monitor(const char *buf, int n, int how, void *arg)
{
	struct loop *l = arg;

	if (how == SMTP_CB_READING && n > 0 && strncmp(buf, "250", 3) == 0 &&
	    strstr(buf, "CHUNKING") != NULL)
		l->chunking = true;
	if (l->chunking)
		set_option(l, TCP_QUICKACK);
}

static const char *
on_bytes(void **ctx, int *len, void *arg)
{
	struct loop *l = arg;
	struct pollfd p = { l->fd, POLLIN, 0 };

	if (l->chunking)
		set_option(l, TCP_QUICKACK);
	if (len == NULL) {
		l->asked = false;
		l->received = received(l);
		return NULL;
	}
	*len = 0;
	if (l->asked) {
		if (l->chunking && received(l) == l->received)
			poll(&p, 1, 40);
		return NULL;
	}
	l->asked = true;
	return rows_bytes(&l->rows, len);
}

/* Stored, one commit, before it goes out. */
static void
add(struct loop *l, smtp_session_t session)
{
	smtp_message_t m;

	if (!l->rows.more || l->left-- == 0)
		return;
	rows_begin(&l->rows);
	rows_store(&l->rows);
	rows_commit(&l->rows);
	m = smtp_add_message(session);
	smtp_set_reverse_path(m, "ar@seller.example.com");
	smtp_add_recipient(m, rows_recipient(&l->rows));
	smtp_8bitmime_set_body(m, E8bitmime_8BITMIME);
	smtp_set_messagecb(m, on_bytes, l);
}

static void
on_info(const SSL *ssl, int where, int ret)
{
	the_loop->ssl = (SSL *)ssl;
	if (where & SSL_CB_HANDSHAKE_START)
		the_loop->tickets = 0;
}

static int
on_ticket(SSL *ssl, SSL_SESSION *session)
{
	the_loop->tickets++;
	return 0;
}

static void
drain(struct loop *l)
{
	struct pollfd p = { l->fd, POLLIN, 0 };
	char c;

	while (l->tickets < 2 && poll(&p, 1, 50) > 0 &&
	    SSL_peek(l->ssl, &c, 1) <= 0)
		continue;
}

static void
find_socket(struct loop *l)
{
	struct sockaddr_in a;
	socklen_t len;

	for (l->fd = 3; l->fd < 64; l->fd++) {
		len = sizeof(a);
		if (getpeername(l->fd, (struct sockaddr *)&a, &len) == 0 &&
		    a.sin_family == AF_INET && ntohs(a.sin_port) == l->port)
			return;
	}
	die("loop", "no socket");
}

static void
on_event(smtp_session_t session, int event, void *arg, ...)
{
	struct loop *l = arg;
	const smtp_status_t *s;
	va_list ap;
	int *ok;

	va_start(ap, arg);
	if (event == SMTP_EV_CONNECT) {
		find_socket(l);
		set_option(l, TCP_NODELAY);
	} else if (event == SMTP_EV_STARTTLS_OK) {
		drain(l);
	} else if (event == SMTP_EV_MESSAGESENT) {
		s = smtp_message_transfer_status(va_arg(ap, smtp_message_t));
		if (s->code != 250)
			die("loop", s->text);
		l->sent++;
		rows_step(&l->rows);
		add(l, session);
	} else if (event == SMTP_EV_INVALID_PEER_CERTIFICATE ||
	    event == SMTP_EV_WRONG_PEER_CERTIFICATE) {
		if (event == SMTP_EV_INVALID_PEER_CERTIFICATE)
			(void)va_arg(ap, long);
		ok = va_arg(ap, int *);
		*ok = 1;
	}
	va_end(ap);
}

static void
one_session(struct loop *l)
{
	smtp_session_t session = smtp_create_session();
	char text[128];

	l->fd = -1;
	l->chunking = false;
	l->left = l->per_session;
	smtp_set_server(session, l->server);
	smtp_set_hostname(session, "bench.example.com");
	smtp_set_eventcb(session, on_event, l);
	smtp_set_monitorcb(session, on_monitor, l, 0);
	if (l->tls) {
		smtp_starttls_enable(session, Starttls_REQUIRED);
		SSL_CTX_up_ref(l->ctx);
		smtp_starttls_set_ctx(session, l->ctx);
	}
	add(l, session);
	if (!smtp_start_session(session))
		die("loop", smtp_strerror(smtp_errno(), text, sizeof(text)));
	smtp_destroy_session(session);
}

static int
loop(char **argv)
{
	struct loop l = { .port = atoi(argv[0]),
	    .per_session = atoi(argv[3]), .tls = argv[4][0] == 't' };
	char server[64];

	the_loop = &l;
	snprintf(server, sizeof(server), "127.0.0.1:%d", l.port);
	l.server = server;
	signal(SIGPIPE, SIG_IGN);
	l.ctx = SSL_CTX_new(TLS_client_method());
	SSL_CTX_set_info_callback(l.ctx, on_info);
	SSL_CTX_set_session_cache_mode(l.ctx, SSL_SESS_CACHE_CLIENT |
	    SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(l.ctx, on_ticket);
	rows_open(&l.rows, argv[1], argv[2], argv[5], 0, 1, 1);
	while (l.rows.more)
		one_session(&l);
	printf("%ld\n", l.sent);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "sink") == 0)
		return sink();
	if (argc == 8 && strcmp(argv[1], "loop") == 0)
		return loop(argv + 2);
	die("usage", "see the source; send.py runs it");
	return 1;
}
