/* imap.c - a mailbox over IMAP (RFC 9051, 3501) through libcurl.  EXAMINE
 * gives UIDVALIDITY, UID SEARCH what is new, a URL with ;UID= each mail,
 * which the server may mark as seen.  Nothing is moved or deleted. */
#include "receive/intake.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/inbox.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CONNECT_SECONDS 20L
#define STALL_SECONDS 30L	/* less than a byte a second for so long */
#define LIST_MAX (4 * 1024 * 1024)

struct imap {
	struct intake_look *look;
	CURL *curl;
	char *root;			/* "imaps://host:993/" */
	char *name;			/* of the progress */
	struct intake_progress at;
};

struct body {
	struct text *text;
	size_t max;
	bool cut;
};

static size_t
take(char *data, size_t size, size_t n, void *arg)
{
	struct body *b = arg;

	if (text_len(b->text) + n > b->max) {
		b->cut = true;
		return 0;		/* ends the transfer */
	}
	text_addn(b->text, data, n);
	return n;
}

static int
perform(struct imap *m, const char *url, const char *command,
    struct body *body, struct err *err)
{
	char why[CURL_ERROR_SIZE] = "";
	CURLcode code;

	curl_easy_setopt(m->curl, CURLOPT_URL, url);
	curl_easy_setopt(m->curl, CURLOPT_CUSTOMREQUEST, command);
	curl_easy_setopt(m->curl, CURLOPT_WRITEDATA, body);
	curl_easy_setopt(m->curl, CURLOPT_ERRORBUFFER, why);
	code = curl_easy_perform(m->curl);
	curl_easy_setopt(m->curl, CURLOPT_ERRORBUFFER, NULL);
	if (code == CURLE_OK || body->cut)
		return 0;
	return err_set(err, ERR_TEMP, "%s: %s", m->name, why[0] != '\0' ?
	    why : curl_easy_strerror(code));
}

static int
set_up(struct imap *m, void *tmp, struct err *err)
{
	const struct config_intake *in = m->look->intake;
	CURL *c = m->curl;
	char *password;

	if (file_secret(tmp, in->password_file, &password, err) < 0)
		return -1;
	m->root = mem_fmt(tmp, strchr(in->host, ':') != NULL ?
	    "%s://[%s]:%d/" : "%s://%s:%d/", in->tls == TLS_IMPLICIT ?
	    "imaps" : "imap", in->host, in->port);
	m->name = mem_fmt(tmp, "%s %s %s", in->url, in->user, in->mailbox);
	curl_easy_setopt(c, CURLOPT_USERNAME, in->user);
	curl_easy_setopt(c, CURLOPT_PASSWORD, password);
	curl_easy_setopt(c, CURLOPT_USE_SSL, in->tls == TLS_NONE ?
	    (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, in->tls_verify ? 1L : 0L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, in->tls_verify ? 2L : 0L);
	if (in->tls_ca != NULL)
		curl_easy_setopt(c, CURLOPT_CAINFO, in->tls_ca);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, STALL_SECONDS);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
	return 0;
}

/* A quoted string of IMAP. */
static char *
quoted(void *tmp, const char *s)
{
	struct text *t = text_new(tmp);

	text_addc(t, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			text_addc(t, '\\');
		text_addc(t, *s);
	}
	text_addc(t, '"');
	return mem_str(tmp, text_str(t));
}

/* The folder's UIDVALIDITY now; a change begins it anew. */
static int
examine(struct imap *m, void *tmp, struct err *err)
{
	struct body b = { text_new(tmp), LIST_MAX, false };
	const char *at;
	int64_t now;

	if (perform(m, m->root, mem_fmt(tmp, "EXAMINE %s", quoted(tmp,
	    m->look->intake->mailbox)), &b, err) < 0)
		return -1;
	at = strstr(text_str(b.text), "[UIDVALIDITY ");
	now = at == NULL ? 0 : strtoll(at + 13, NULL, 10);
	if (now <= 0)
		return err_set(err, ERR_TEMP, "%s: the server tells no "
		    "UIDVALIDITY", m->name);
	if (now != m->at.uidvalidity) {
		m->at.uidvalidity = now;
		m->at.uid = 0;
	}
	return 0;
}

static int
by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static char *
folder_url(struct imap *m, void *tmp)
{
	char *escaped = curl_easy_escape(m->curl, m->look->intake->mailbox,
	    0), *url;

	url = mem_fmt(tmp, "%s%s;UIDVALIDITY=%lld", m->root, escaped,
	    (long long)m->at.uidvalidity);
	curl_free(escaped);
	return url;
}

/* UIDs after the last one, in order. */
static int
search(struct imap *m, void *tmp, const char *folder, int64_t **ret_uids,
    size_t *ret_n, struct err *err)
{
	struct body b = { text_new(tmp), LIST_MAX, false };
	int64_t *uids = NULL, uid;
	const char *line, *s;
	size_t n = 0;
	char *end;

	if (perform(m, folder, mem_fmt(tmp, "UID SEARCH UID %lld:*",
	    (long long)m->at.uid + 1), &b, err) < 0)
		return -1;
	for (line = strstr(text_str(b.text), "* SEARCH"); line != NULL;
	    line = strstr(s, "* SEARCH")) {
		for (s = line + 8;; s = end) {
			uid = strtoll(s, &end, 10);
			if (end == s || *s == '\r' || *s == '\n')
				break;
			if (uid <= m->at.uid)
				continue;
			uids = mem_grow(tmp, uids, int64_t, n + 1);
			uids[n++] = uid;
		}
	}
	if (n > 1)
		qsort(uids, n, sizeof(*uids), by_number);
	*ret_uids = uids;
	*ret_n = n;
	return 0;
}

struct progress {
	struct imap *m;
	int64_t now;
};

static int
progress_tx(struct db *db, void *arg, struct err *err)
{
	struct progress *p = arg;

	return intake_put(db, p->m->look->company_id, p->m->name, &p->m->at,
	    p->now, err);
}

static int
fetch(struct imap *m, const char *folder, int64_t uid, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	const struct config_intake *in = m->look->intake;
	size_t max = (size_t)in->max_size * 1024 * 1024;
	struct body b = { text_new(tmp), max, false };
	struct progress p = { m, clock_now() };
	struct intake_mail mail = { .company_id = m->look->company_id,
	    .intake = in->url, .max = max };
	size_t fresh;

	if (perform(m, mem_fmt(tmp, "%s/;UID=%lld", folder, (long long)uid),
	    NULL, &b, err) < 0)
		return -1;
	mail.position = mem_fmt(tmp, "%lld/%lld",
	    (long long)m->at.uidvalidity, (long long)uid);
	mail.data = text_str(b.text);
	mail.len = text_len(b.text);
	mail.cut = b.cut;
	if (intake_store(m->look->db, &mail, 1, p.now, &fresh, err) < 0)
		return -1;
	m->look->seen++;
	m->look->stored += fresh;
	m->at.uid = uid;
	return store_tx(m->look->db, progress_tx, &p, err);
}

static int
read_folder(struct imap *m, void *tmp, struct err *err)
{
	const struct intake_look *look = m->look;
	int64_t *uids;
	char *folder;
	size_t i, n = 0;

	if (set_up(m, tmp, err) < 0 || intake_get(look->db, look->company_id,
	    m->name, &m->at, err) < 0 || examine(m, tmp, err) < 0)
		return -1;
	folder = folder_url(m, tmp);
	if (search(m, tmp, folder, &uids, &n, err) < 0)
		return -1;
	for (i = 0; i < n && i < INTAKE_LOOK_MAX; i++) {
		if (look->stop != NULL && *look->stop)
			break;
		if (fetch(m, folder, uids[i], err) < 0)
			return -1;
	}
	return 0;
}

int
intake_imap(struct intake_look *look, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct imap m = { .look = look };
	int r;

	curl_global_init(CURL_GLOBAL_DEFAULT);
	m.curl = curl_easy_init();
	if (m.curl == NULL)
		return err_set(err, ERR_TEMP, "libcurl does not start");
	r = read_folder(&m, tmp, err);
	curl_easy_cleanup(m.curl);
	return r;
}
