/* smtp_wire.h - what smtp.c has to know about the wire and libESMTP does not
 * tell: its socket, what the server said, whether the kernel keeps up.
 *
 * Cures for what was measured with libESMTP 1.1, which writes 2 KiB at a
 * time: a short last write waits for the peer's delayed ACK, unless
 * TCP_NODELAY; where the body goes as BDAT the reply to the second chunk waits
 * for our own delayed ACK of the first one.  TCP_QUICKACK does not last over
 * our own writes, so wire_await lets the first reply come in before LAST is
 * written, which carries the ACK.  Each alone left 41 ms for each message
 * into Postfix.
 */
#ifndef DUNLIN_SEND_SMTP_WIRE_H
#define DUNLIN_SEND_SMTP_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_REPLY_MAX 256
#define WIRE_LINE_MAX 512

struct wire {
	int fd;				/* -1: none */
	bool is_unix;			/* the plain end of a relay */
	char line[WIRE_LINE_MAX];	/* of the server, incomplete */
	size_t line_len;
	char last[WIRE_REPLY_MAX];	/* its last whole line */
	bool ehlo, chunking;
	bool auth_sent, auth_ok;
	bool tls_asked;			/* STARTTLS is on its way */
	bool injected;			/* bytes behind its answer */
	uint64_t received;		/* of the server, at wire_mark */
};

/* A connection to port was made just now: take its socket.  false: lost. */
bool wire_take(struct wire *w, int port);
void wire_buffer(const struct wire *w);		/* a large send buffer */
void wire_is_relay(struct wire *w);
void wire_drop(struct wire *w);			/* it was closed */
/* End it now: nothing that is written from here on leaves. */
void wire_cut(const struct wire *w);
/* As wire_cut, after so many seconds from now; 0: never. */
void wire_alarm(const struct wire *w, int seconds);

void wire_ack(const struct wire *w);		/* renew TCP_QUICKACK */
void wire_read(struct wire *w, const char *buf, size_t n);
void wire_write(struct wire *w, const char *buf, size_t n);

/* Waits, at most timeout seconds, until the kernel has sent most of what it
 * was given: then no write of the library blocks.  One that times out there
 * loses bytes without a word. */
bool wire_drained(const struct wire *w, int timeout);
/* Before the first chunk: no reply is to come that is not of a chunk. */
void wire_mark(struct wire *w);
/* Before LAST of a message of len bytes: wait for the first reply, shortly,
 * unless it has come; the library may have read it already. */
void wire_await(const struct wire *w, size_t len);
/* The server has not closed or reset the connection. */
bool wire_is_alive(const struct wire *w);

/* One line of printable ASCII, in place. */
void wire_clean(char *s);

#endif
