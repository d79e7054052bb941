#include "render/mail_compose.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdbool.h>
#include <string.h>

#include <gmime/gmime.h>

#define WORD_OPEN "=?UTF-8?B?"
#define WORD_CLOSE "?="
#define WORD_LINE 76		/* RFC 2047 2 */

static void
start_gmime(void)
{
	static bool started;

	if (!started)
		g_mime_init();
	started = true;
}

static int
check_header(const char *name, const char *value, struct err *err)
{
	if (value == NULL)
		return 0;
	if (!text_is_utf8(value, strlen(value)))
		return err_set(err, ERR_CONFIG, "the header %s is not UTF-8",
		    name);
	if (text_has_control(value))
		return err_set(err, ERR_CONFIG, "the header %s has a line "
		    "break or another control character", name);
	return 0;
}

static int
check_headers(const struct mail_parts *p, struct err *err)
{
	const struct {
		const char *name, *value;
	} all[] = {
		{ "From", p->from_name }, { "From", p->from },
		{ "To", p->to_name }, { "To", p->to },
		{ "Reply-To", p->reply_to }, { "Subject", p->subject },
		{ "Content-Language", p->language },
		{ "Message-ID", p->message_id },
		{ "In-Reply-To", p->in_reply_to },
		{ "Auto-Submitted", p->auto_submitted },
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (check_header(all[i].name, all[i].value, err) < 0)
			return -1;
	for (i = 0; p->references != NULL && p->references[i] != NULL; i++)
		if (check_header("References", p->references[i], err) < 0)
			return -1;
	if (p->message_id[0] != '<' || strchr(p->message_id, '@') == NULL ||
	    p->message_id[strlen(p->message_id) - 1] != '>')
		return err_set(err, ERR_CONFIG, "the Message-ID '%.100s' is "
		    "not of the form <...@...>", p->message_id);
	return 0;
}

/* Base64 where most is not ASCII, else quoted-printable: of a Chinese text
 * it is the shorter one by a third. */
static GMimeContentEncoding
encoding_for(const char *s)
{
	size_t high = 0, n = strlen(s), i;

	for (i = 0; i < n; i++)
		high += (unsigned char)s[i] >= 0x80;
	return high * 6 > n ? GMIME_CONTENT_ENCODING_BASE64 :
	    GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
}

/* Adds text with CRLF for each line end, as base64 must carry it too (RFC
 * 2046 4.1.1). */
static void
add_crlf(struct text *out, const char *s, size_t n)
{
	const char *end = s + n, *nl, *cr;

	for (; s < end; s = nl + 1) {
		nl = memchr(s, '\n', (size_t)(end - s));
		if (nl == NULL)
			nl = end;
		while ((cr = memchr(s, '\r', (size_t)(nl - s))) != NULL) {
			text_addn(out, s, (size_t)(cr - s));
			s = cr + 1;
		}
		text_addn(out, s, (size_t)(nl - s));
		if (nl < end)
			text_addn(out, "\r\n", 2);
	}
}

/* GMime encodes; the frame of the two parts is always the same, so that it
 * is written here. */
static void
add_part(struct text *out, const char *boundary, const char *type,
    const char *more, const char *body)
{
	void *tmp MEM_AUTO = talloc_new(NULL);
	GMimeContentEncoding encoding = encoding_for(body);
	struct text *crlf = text_new(tmp);
	GMimeEncoding state;
	char *coded;
	size_t n;

	add_crlf(crlf, body, strlen(body));
	g_mime_encoding_init_encode(&state, encoding);
	n = g_mime_encoding_outlen(&state, text_len(crlf));
	coded = mem_check(talloc_size(tmp, n + 1));
	n = g_mime_encoding_flush(&state, text_str(crlf), text_len(crlf),
	    coded);
	text_addf(out, "--%s\r\nContent-Type: %s; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: %s\r\n%s\r\n", boundary, type,
	    g_mime_content_encoding_to_string(encoding), more);
	add_crlf(out, coded, n);
	text_add(out, "\r\n");
}

static void
add_texts(struct text *out, const struct mail_parts *p, const char *boundary)
{
	text_addf(out, "Content-Type: multipart/alternative;\r\n"
	    "\tboundary=\"%s\"\r\n\r\n", boundary);
	add_part(out, boundary, "text/plain", "", p->text);
	add_part(out, boundary, "text/html", "", p->html);
	text_addf(out, "--%s--\r\n", boundary);
}

static void
add_body(struct text *out, const struct mail_parts *p)
{
	void *tmp MEM_AUTO = talloc_new(NULL);
	unsigned char hash[HASH_LEN];
	char hex[HASH_HEX_MAX], boundary[64], mixed[64];
	size_t i;

	hash_bytes(p->message_id, strlen(p->message_id), hash);
	hash_hex(hash, hex);
	/* "=_" cannot be in quoted-printable or base64 (RFC 2045 6.7) */
	g_snprintf(boundary, sizeof(boundary), "=_%.32s", hex);
	text_add(out, "MIME-Version: 1.0\r\n");
	if (p->n_files == 0) {
		add_texts(out, p, boundary);
		return;
	}
	g_snprintf(mixed, sizeof(mixed), "=_m%.31s", hex);
	text_addf(out, "Content-Type: multipart/mixed;\r\n"
	    "\tboundary=\"%s\"\r\n\r\n--%s\r\n", mixed, mixed);
	add_texts(out, p, boundary);
	for (i = 0; i < p->n_files; i++)
		add_part(out, mixed, p->files[i].type, mem_fmt(tmp,
		    "Content-Disposition: attachment;\r\n"
		    "\tfilename=\"%s\"\r\n", p->files[i].name),
		    p->files[i].text);
	text_addf(out, "--%s--\r\n", mixed);
}

static void
add_mailbox(InternetAddressList *list, const char *name, const char *address)
{
	InternetAddress *a = internet_address_mailbox_new(name, address);

	internet_address_set_charset(a, "utf-8");
	internet_address_list_add(list, a);
	g_object_unref(a);
}

/* Encoded words (RFC 2047): at most 75 characters each, whole characters in
 * each, lines of at most 76 where GMime would let the first one run over.
 * column is where the first word starts. */
static char *
encode_words(void *owner, const char *s, size_t column)
{
	struct text *out = text_new(owner);
	size_t room, n, step;
	uint32_t cp;
	char *base64;

	while (*s != '\0') {
		room = (WORD_LINE - column - strlen(WORD_OPEN WORD_CLOSE)) /
		    4 * 3;
		for (n = 0; s[n] != '\0'; n += step) {
			step = text_decode(s + n, strlen(s + n), &cp);
			if (n + step > room || step == 0)
				break;
		}
		base64 = g_base64_encode((const guchar *)s, n);
		text_addf(out, "%s" WORD_OPEN "%s" WORD_CLOSE,
		    text_len(out) > 0 ? "\n " : "", base64);
		g_free(base64);
		s += n;
		column = 1;
	}
	return mem_str(owner, text_str(out));
}

static void
set_raw(GMimeMessage *m, const char *name, const char *value)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(
	    GMIME_OBJECT(m));
	GMimeHeader *h;

	g_mime_object_set_header(GMIME_OBJECT(m), name, "", "utf-8");
	h = g_mime_header_list_get_header(list, name);
	g_mime_header_set_raw_value(h, value);
}

/* GMime writes what is ASCII; the rest is written here. */
static void
set_subject(GMimeMessage *m, const char *subject)
{
	void *tmp MEM_AUTO = talloc_new(NULL);

	if (text_is_ascii(subject))
		g_mime_message_set_subject(m, subject, "utf-8");
	else
		set_raw(m, "Subject", mem_fmt(tmp, " %s\n", encode_words(tmp,
		    subject, strlen("Subject: "))));
}

static void
set_mailbox(GMimeMessage *m, const char *header, InternetAddressList *list,
    const char *name, const char *address)
{
	void *tmp MEM_AUTO = talloc_new(NULL);

	if (name == NULL || text_is_ascii(name))
		add_mailbox(list, name, address);
	else
		set_raw(m, header, mem_fmt(tmp, " %s\n <%s>\n", encode_words(
		    tmp, name, strlen(header) + 2), address));
}

static void
set_header(GMimeMessage *m, const char *name, const char *value)
{
	if (value != NULL)
		g_mime_object_set_header(GMIME_OBJECT(m), name, value,
		    "utf-8");
}

static void
set_date(GMimeMessage *m, int64_t date, int32_t offset)
{
	GTimeZone *zone = g_time_zone_new_offset(offset / 60 * 60);
	GDateTime *utc = g_date_time_new_from_unix_utc(date);
	GDateTime *local = g_date_time_to_timezone(utc, zone);

	g_mime_message_set_date(m, local);
	g_date_time_unref(local);
	g_date_time_unref(utc);
	g_time_zone_unref(zone);
}

static void
set_thread(GMimeMessage *m, const struct mail_parts *p)
{
	void *tmp MEM_AUTO = talloc_new(NULL);
	struct text *ids = text_new(tmp);
	size_t n = strlen(p->message_id), i;

	g_mime_message_set_message_id(m, mem_strn(tmp, p->message_id + 1,
	    n - 2));
	set_header(m, "In-Reply-To", p->in_reply_to);
	for (i = 0; p->references != NULL && p->references[i] != NULL; i++)
		text_addf(ids, "%s%s", i > 0 ? " " : "", p->references[i]);
	if (text_len(ids) > 0)
		set_header(m, "References", text_str(ids));
}

static GMimeMessage *
message_new(const struct mail_parts *p)
{
	GMimeMessage *m = g_mime_message_new(FALSE);

	set_date(m, p->date, p->offset);
	set_mailbox(m, "From", g_mime_message_get_from(m), p->from_name,
	    p->from);
	add_mailbox(g_mime_message_get_reply_to(m), NULL, p->reply_to);
	set_mailbox(m, "To", g_mime_message_get_to(m), p->to_name, p->to);
	set_subject(m, p->subject);
	set_thread(m, p);
	set_header(m, "Auto-Submitted", p->auto_submitted);
	set_header(m, "Content-Language", p->language);
	return m;
}

static void
add_headers(struct text *out, const struct mail_parts *p)
{
	GMimeMessage *m = message_new(p);
	GMimeFormatOptions *format = g_mime_format_options_new();
	GMimeStream *stream = g_mime_stream_mem_new();
	GByteArray *bytes;

	g_mime_format_options_set_param_encoding_method(format,
	    GMIME_PARAM_ENCODING_METHOD_RFC2231);
	g_mime_header_list_write_to_stream(g_mime_object_get_header_list(
	    GMIME_OBJECT(m)), format, stream);
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
	add_crlf(out, (const char *)bytes->data, bytes->len);
	g_object_unref(stream);
	g_mime_format_options_free(format);
	g_object_unref(m);
}

int
mail_compose(void *owner, const struct mail_parts *p, char **ret_bytes,
    size_t *ret_len, struct err *err)
{
	void *tmp MEM_AUTO = talloc_new(NULL);
	struct text *out = text_new(tmp);

	if (check_headers(p, err) < 0)
		return -1;
	start_gmime();
	add_headers(out, p);
	add_body(out, p);
	*ret_bytes = mem_check(talloc_memdup(owner, text_str(out),
	    text_len(out)));
	*ret_len = text_len(out);
	return 0;
}
