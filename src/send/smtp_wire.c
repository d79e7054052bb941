#define _GNU_SOURCE	/* POLLRDHUP */
#include "send/smtp_wire.h"

#include "base/clock.h"
#include "base/text.h"

#include <errno.h>
#include <linux/sockios.h>
#include <linux/tcp.h>	/* its tcp_info has tcpi_bytes_received */
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>

#define SEND_BUFFER (256 * 1024)
#define FD_MOST 1024
#define LIBRARY_WRITE 2048
#define AWAIT_MS 40		/* no longer than the delayed ACK */

/* The alarm of the session: a server that trickles is cut off. */
static volatile sig_atomic_t alarm_fd = -1;

static void
on_alarm(int sig)
{
	if (alarm_fd >= 0)
		shutdown(alarm_fd, SHUT_RDWR);
}

void
wire_alarm(const struct wire *w, int seconds)
{
	struct sigaction act;
	struct itimerval it;

	memset(&act, 0, sizeof(act));
	act.sa_handler = on_alarm;	/* connect(2) is to return */
	sigaction(SIGALRM, &act, NULL);
	alarm_fd = w->fd;
	memset(&it, 0, sizeof(it));
	it.it_value.tv_sec = seconds;
	setitimer(ITIMER_REAL, &it, NULL);
}

/* libESMTP does not tell its socket: it is the one whose peer has our port. */
static int
find_socket(int port)
{
	struct sockaddr_storage a;
	const struct sockaddr_in *v4 = (const void *)&a;
	const struct sockaddr_in6 *v6 = (const void *)&a;
	socklen_t len;
	int fd;

	for (fd = 3; fd < FD_MOST; fd++) {
		len = sizeof(a);
		if (getpeername(fd, (struct sockaddr *)&a, &len) < 0)
			continue;
		if ((a.ss_family == AF_INET && ntohs(v4->sin_port) == port) ||
		    (a.ss_family == AF_INET6 && ntohs(v6->sin6_port) == port))
			return fd;
	}
	return -1;
}

bool
wire_take(struct wire *w, int port)
{
	memset(w, 0, sizeof(*w));
	w->fd = find_socket(port);
	alarm_fd = w->fd;
	wire_buffer(w);
	return w->fd >= 0;
}

void
wire_buffer(const struct wire *w)
{
	int size = SEND_BUFFER;

	if (w->fd >= 0)
		setsockopt(w->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

void
wire_is_relay(struct wire *w)
{
	w->is_unix = true;
	wire_buffer(w);
}

void
wire_drop(struct wire *w)
{
	alarm_fd = w->fd = -1;
}

void
wire_cut(const struct wire *w)
{
	if (w->fd >= 0)
		shutdown(w->fd, SHUT_RDWR);
}

void
wire_ack(const struct wire *w)
{
	int one = 1, saved = errno;

	if (w->fd >= 0 && !w->is_unix && w->chunking)
		setsockopt(w->fd, IPPROTO_TCP, TCP_QUICKACK, &one,
		    sizeof(one));
	errno = saved;
}

static void
no_delay(const struct wire *w)
{
	int one = 1, saved = errno;

	if (w->fd >= 0 && !w->is_unix)
		setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &one,
		    sizeof(one));
	errno = saved;
}

void
wire_clean(char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || (unsigned char)*s > 0x7e)
			*s = *s == '\r' || *s == '\n' ? '\0' : '?';
}

static void
reply_line(struct wire *w, const char *line)
{
	char word[16] = "";

	snprintf(w->last, sizeof(w->last), "%.*s", WIRE_REPLY_MAX - 1, line);
	wire_clean(w->last);
	if (w->auth_sent && strncmp(line, "235", 3) == 0)
		w->auth_ok = true;
	if (!w->ehlo)
		return;
	if (sscanf(line, "250%*1[- ]%15s", word) == 1 &&
	    text_eq_nocase(word, "CHUNKING"))
		w->chunking = true;
	if (strlen(line) > 3 && line[3] == ' ') {
		w->ehlo = false;
		no_delay(w);
	}
}

void
wire_read(struct wire *w, const char *buf, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (w->line_len + 1 < sizeof(w->line))
			w->line[w->line_len++] = buf[i];
		if (buf[i] != '\n')
			continue;
		w->line[w->line_len] = '\0';
		w->line_len = 0;
		reply_line(w, w->line);
		/* What came behind the go-ahead in the clear would be taken
		 * for an answer inside TLS (CVE-2011-0411). */
		if (w->tls_asked && w->line[3] == ' ' && i + 1 < n)
			w->injected = true;
	}
}

void
wire_write(struct wire *w, const char *buf, size_t n)
{
	w->tls_asked = false;
	if (n >= 5 && memcmp(buf, "EHLO ", 5) == 0) {
		w->ehlo = true;
		w->chunking = false;
	} else if (n >= 8 && memcmp(buf, "STARTTLS", 8) == 0) {
		w->tls_asked = true;
	} else if (n >= 5 && memcmp(buf, "AUTH ", 5) == 0) {
		w->auth_sent = true;
	}
}

bool
wire_drained(const struct wire *w, int timeout)
{
	int64_t until = clock_mono_ms() + timeout * 1000L;
	int queued;

	while (ioctl(w->fd, SIOCOUTQ, &queued) == 0 &&
	    queued > SEND_BUFFER / 4) {
		if (clock_mono_ms() > until)
			return false;
		clock_sleep_ms(2);
	}
	return true;
}

/* Bytes that the peer has sent so far, read or not; 0: not known. */
static uint64_t
received(const struct wire *w)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	memset(&info, 0, sizeof(info));
	if (getsockopt(w->fd, IPPROTO_TCP, TCP_INFO, &info, &len) < 0)
		return 0;
	return info.tcpi_bytes_received;
}

static bool
is_chunked(const struct wire *w)
{
	return w->fd >= 0 && w->chunking && !w->is_unix;
}

void
wire_mark(struct wire *w)
{
	if (is_chunked(w))
		w->received = received(w);
}

void
wire_await(const struct wire *w, size_t len)
{
	struct pollfd p = { w->fd, POLLIN, 0 };

	if (is_chunked(w) && len > LIBRARY_WRITE &&
	    received(w) == w->received)
		poll(&p, 1, AWAIT_MS);
}

bool
wire_is_alive(const struct wire *w)
{
	struct pollfd p = { w->fd, POLLRDHUP, 0 };

	return poll(&p, 1, 0) >= 0 &&
	    (p.revents & (POLLERR | POLLHUP | POLLRDHUP | POLLNVAL)) == 0;
}
