/* bench_sms - what sms.py measures the sender of SMS against.
 *
 *	bench_sms sink
 *		an HTTP server on loopback that takes everything as Kannel
 *		does, on connections that are kept; prints its port, at
 *		SIGTERM its requests
 *	bench_sms loop URL FROM TO bare|rows|same SHARE SHARES WAVE
 *		the messages that the workspace database FROM has sent, once
 *		more through libcurl alone on kept connections, stored first
 *		(bench_rows.h): WAVE of them in one commit, then at once
 *
 * The loop is what libcurl can do on this machine now: it asks for the same
 * fields of Kannel, and shares no code with src/send. */
#include "bench_rows.h"

#include <curl/curl.h>
#include <jansson.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- the sink --- */

#define CONNECTIONS 64
#define TAKEN "HTTP/1.1 202 Accepted\r\nContent-Type: text/html\r\n" \
    "Content-Length: 24\r\n\r\n0: Accepted for delivery"

static volatile sig_atomic_t over;

static void
on_term(int sig)
{
	over = sig;
}

struct client {
	char end[4];			/* the last bytes that came */
};

/* Requests without a body: each empty line ends one.  False: it hung up. */
static bool
serve(int fd, struct client *c, long *n)
{
	char buf[16384];
	ssize_t got = read(fd, buf, sizeof(buf)), i;

	for (i = 0; i < got; i++) {
		memmove(c->end, c->end + 1, 3);
		c->end[3] = buf[i];
		if (memcmp(c->end, "\r\n\r\n", 4) != 0)
			continue;
		(*n)++;
		if (write(fd, TAKEN, sizeof(TAKEN) - 1) < 0)
			return false;
	}
	return got > 0;
}

static int
listening(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	int s = socket(AF_INET, SOCK_STREAM, 0);

	if (s < 0 || bind(s, (struct sockaddr *)&a, len) < 0 ||
	    listen(s, 64) < 0 ||
	    getsockname(s, (struct sockaddr *)&a, &len) < 0)
		die("sink", "no socket");
	printf("%d\n", ntohs(a.sin_port));
	fflush(stdout);
	return s;
}

static int
sink(void)
{
	static struct client clients[CONNECTIONS];
	struct pollfd p[CONNECTIONS];
	struct sigaction act;
	int i, one = 1;
	nfds_t n_fds = 1, k;
	long n = 0;

	memset(&act, 0, sizeof(act));
	act.sa_handler = on_term;
	sigaction(SIGTERM, &act, NULL);
	p[0].fd = listening();
	p[0].events = POLLIN;
	while (!over) {
		if (poll(p, n_fds, -1) < 0)
			continue;
		for (k = n_fds; k-- > 1;)
			if (p[k].revents != 0 && !serve(p[k].fd, &clients[k],
			    &n)) {
				close(p[k].fd);
				p[k] = p[--n_fds];
				clients[k] = clients[n_fds];
			}
		if (p[0].revents == 0 || n_fds == CONNECTIONS ||
		    (i = accept(p[0].fd, NULL, NULL)) < 0)
			continue;
		setsockopt(i, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		p[n_fds].fd = i;
		p[n_fds].events = POLLIN;
		memset(&clients[n_fds++], 0, sizeof(clients[0]));
	}
	printf("%ld\n", n);
	return 0;
}

/* --- the loop --- */

static size_t
take(char *data, size_t size, size_t n, void *arg)
{
	return n;
}

static char *
field(CURL *curl, const json_t *j, const char *name)
{
	const char *s = json_string_value(json_object_get(j, name));

	return curl_easy_escape(curl, s != NULL ? s : "", 0);
}

/* The fields that a message has at Kannel. */
static void
url_of(CURL *curl, const struct rows *r, const char *base, char *url,
    size_t most)
{
	const char *text;
	json_t *j;
	char *to, *say;
	int len;

	text = rows_bytes(r, &len);
	j = json_loadb(text, (size_t)len, 0, NULL);
	to = field(curl, j, "to");
	say = field(curl, j, "text");
	snprintf(url, most, "%s?username=me&password=s3cret&from=10690000&"
	    "to=%s&text=%s&charset=UTF-8&coding=%d", base, to, say,
	    strstr(say, "%E") != NULL ? 2 : 0);
	curl_free(to);
	curl_free(say);
	json_decref(j);
}

/* One message: the simple way, as long as there is but one connection. */
static void
perform_one(CURL *curl)
{
	if (curl_easy_perform(curl) != CURLE_OK)
		die("loop", "not taken");
}

static void
perform(CURLM *multi, CURL **curl, int n)
{
	int i, running = 1, left;
	CURLMsg *said;

	for (i = 0; i < n; i++)
		curl_multi_add_handle(multi, curl[i]);
	while (running > 0) {
		curl_multi_perform(multi, &running);
		if (running > 0)
			curl_multi_poll(multi, NULL, 0, 1000, NULL);
	}
	while ((said = curl_multi_info_read(multi, &left)) != NULL)
		if (said->msg == CURLMSG_DONE && said->data.result != CURLE_OK)
			die("loop", "not taken");
	for (i = 0; i < n; i++)
		curl_multi_remove_handle(multi, curl[i]);
}

static int
loop(char **argv)
{
	static CURL *curl[CONNECTIONS];
	struct rows r = { NULL };
	CURLM *multi = curl_multi_init();
	int wave = atoi(argv[6]), n, i;
	char url[8192];
	long status, sent = 0;

	signal(SIGPIPE, SIG_IGN);
	for (i = 0; i < wave; i++) {
		curl[i] = curl_easy_init();
		curl_easy_setopt(curl[i], CURLOPT_WRITEFUNCTION, take);
	}
	rows_open(&r, argv[1], argv[2], argv[3], atoi(argv[4]),
	    atoi(argv[5]), wave);
	while (r.more) {
		rows_begin(&r);
		for (n = 0; n < wave && r.more; rows_step(&r)) {
			rows_store(&r);
			url_of(curl[n], &r, argv[0], url, sizeof(url));
			curl_easy_setopt(curl[n++], CURLOPT_URL, url);
		}
		rows_commit(&r);
		if (wave == 1)
			perform_one(curl[0]);
		else
			perform(multi, curl, n);
		for (i = 0; i < n; i++)
			if (curl_easy_getinfo(curl[i], CURLINFO_RESPONSE_CODE,
			    &status) != CURLE_OK || status != 202)
				die("loop", "not taken");
		sent += n;
	}
	for (i = 0; i < wave; i++)
		curl_easy_cleanup(curl[i]);
	curl_multi_cleanup(multi);
	printf("%ld\n", sent);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "sink") == 0)
		return sink();
	if (argc == 9 && strcmp(argv[1], "loop") == 0)
		return loop(argv + 2);
	die("usage", "see the source; sms.py runs it");
	return 1;
}
