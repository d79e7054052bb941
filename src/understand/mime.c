#include "understand/mime.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

#include <string.h>

#include <gmime/gmime.h>

struct walk {
	void *owner;
	struct mail *m;
	const char *raw;
	size_t n;
	bool plain;		/* a text/plain with something in it was read */
};

static char *
lower(void *owner, const char *s)
{
	return text_lower(owner, s != NULL ? s : "");
}

/* Soft line breaks of format=flowed (RFC 3676). */
static char *
unflow(void *owner, const char *s)
{
	struct text *t = text_new(owner);
	const char *e;
	size_t n;

	for (; *s != '\0'; s = *e != '\0' ? e + 1 : e) {
		e = s + strcspn(s, "\n");
		n = (size_t)(e - s);
		if (n > 0 && s[n - 1] == '\r')
			n--;
		if (n > 1 && s[n - 1] == ' ' && s[0] != '>' &&
		    !(n == 3 && memcmp(s, "-- ", 3) == 0) && e[0] != '\0' &&
		    e[1] != '>') {
			text_addn(t, s, n);
		} else {
			text_addn(t, s, n);
			text_addc(t, '\n');
		}
	}
	return mem_str(owner, text_str(t));
}

/* The bytes of a part as they stand in the mail, and what they are encoded
 * with; they live as long as the part.  False where that is not known. */
static bool
slice(GMimeObject *part, const char **ret_s, size_t *ret_n,
    GMimeContentEncoding *ret_encoding)
{
	GMimeDataWrapper *data;
	GMimeStream *stream;
	GByteArray *all;

	if (!GMIME_IS_PART(part))
		return false;
	data = g_mime_part_get_content((GMimePart *)part);
	stream = data != NULL ? g_mime_data_wrapper_get_stream(data) : NULL;
	if (stream == NULL || !GMIME_IS_STREAM_MEM(stream) ||
	    stream->bound_start < 0 || stream->bound_end <
	    stream->bound_start)
		return false;
	all = g_mime_stream_mem_get_byte_array((GMimeStreamMem *)stream);
	if (all == NULL || stream->bound_end > (gint64)all->len)
		return false;
	*ret_s = (const char *)all->data + stream->bound_start;
	*ret_n = (size_t)(stream->bound_end - stream->bound_start);
	*ret_encoding = g_mime_data_wrapper_get_encoding(data);
	return *ret_encoding != GMIME_CONTENT_ENCODING_UUENCODE;
}

static char *
decoded(void *owner, const char *s, size_t n, GMimeContentEncoding encoding,
    size_t *ret_n)
{
	GMimeEncoding state;
	char *out;

	g_mime_encoding_init_decode(&state, encoding);
	/* A byte takes three at most. */
	if (n > 3 * MIME_TEXT_MAX + 4096)
		n = 3 * MIME_TEXT_MAX + 4096;
	out = mem_check(talloc_size(owner, g_mime_encoding_outlen(&state,
	    n) + 16));
	*ret_n = g_mime_encoding_step(&state, s, n, out);
	*ret_n += g_mime_encoding_flush(&state, "", 0, out + *ret_n);
	return out;
}

static GByteArray *
written(GMimeObject *part)
{
	GMimeStream *mem = g_mime_stream_mem_new();
	GMimeDataWrapper *w;
	GByteArray *a;

	if (GMIME_IS_PART(part)) {
		w = g_mime_part_get_content((GMimePart *)part);
		if (w != NULL)
			g_mime_data_wrapper_write_to_stream(w, mem);
	} else {
		g_mime_object_write_content_to_stream(part, NULL, mem);
	}
	a = g_mime_stream_mem_get_byte_array((GMimeStreamMem *)mem);
	g_mime_stream_mem_set_owner((GMimeStreamMem *)mem, FALSE);
	g_object_unref(mem);
	return a;
}

/* The content of a part in the charset it says. */
static char *
content(struct walk *w, GMimeObject *part)
{
	const char *charset = g_mime_object_get_content_type_parameter(part,
	    "charset");
	GMimeContentEncoding encoding;
	GByteArray *a;
	const char *s;
	char *text, *mem = NULL;
	size_t n;

	if (!slice(part, &s, &n, &encoding)) {
		a = written(part);
		text = charset_text(w->owner, charset, (const char *)a->data,
		    a->len > MIME_TEXT_MAX ? MIME_TEXT_MAX : a->len);
		g_byte_array_free(a, TRUE);
		return text;
	}
	if (encoding == GMIME_CONTENT_ENCODING_BASE64 ||
	    encoding == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE)
		s = mem = decoded(w->owner, s, n, encoding, &n);
	text = charset_text(w->owner, charset, s,
	    n > MIME_TEXT_MAX ? MIME_TEXT_MAX : n);
	talloc_free(mem);
	return text;
}

static struct mail_part *
part_new(struct walk *w, GMimeObject *o, int depth, bool inner)
{
	GMimeContentType *type = g_mime_object_get_content_type(o);
	const char *filename = GMIME_IS_PART(o) ?
	    g_mime_part_get_filename((GMimePart *)o) : NULL;
	const char *disposition = g_mime_object_get_disposition(o);
	struct mail_part *p;
	char *mime;

	if (w->m->n_parts >= MIME_PARTS)
		return NULL;
	p = &w->m->parts[w->m->n_parts++];
	mime = type != NULL ? g_mime_content_type_get_mime_type(type) : NULL;
	p->type = lower(w->owner, mime);
	g_free(mime);
	p->filename = mem_str(w->owner, filename);
	p->attachment = disposition != NULL &&
	    g_ascii_strcasecmp(disposition, "attachment") == 0;
	p->depth = depth;
	p->inner = inner;
	return p;
}

static bool
is_readable(const struct mail_part *p)
{
	return strncmp(p->type, "text/", 5) == 0 ||
	    strncmp(p->type, "message/", 8) == 0 || p->type[0] == '\0' ||
	    (strncmp(p->type, "application/octet", 17) != 0 &&
	    strncmp(p->type, "application/", 12) != 0 &&
	    strncmp(p->type, "image/", 6) != 0 &&
	    strncmp(p->type, "audio/", 6) != 0 &&
	    strncmp(p->type, "video/", 6) != 0 &&
	    strncmp(p->type, "multipart/", 10) != 0);
}

static bool
is_blank(const char *s)
{
	return s[strspn(s, " \t\r\n")] == '\0';
}

static void
read_part(struct walk *w, GMimeObject *o, struct mail_part *p)
{
	const char *format;
	char *s = content(w, o);

	format = g_mime_object_get_content_type_parameter(o, "format");
	if (strcmp(p->type, "text/html") == 0) {
		/* Another form of what can be read as it is. */
		p->html = p->alternative && w->plain ? s : NULL;
		s = p->html != NULL ? NULL : html_text(w->owner, s,
		    strlen(s));
	} else if (format != NULL &&
	    g_ascii_strcasecmp(format, "flowed") == 0) {
		s = unflow(w->owner, s);
	}
	p->text = s;
	if (!p->attachment && !w->plain && s != NULL)
		w->plain = strcmp(p->type, "text/plain") == 0 &&
		    !is_blank(s);
}

const char *
mail_text(void *owner, const struct mail_part *p)
{
	return p->html != NULL ? html_text(owner, p->html, strlen(p->html)) :
	    p->text;
}

static void
inner_headers(struct walk *w, GMimeMessage *inner)
{
	GMimeObject *o = (GMimeObject *)inner;

	if (w->m->inner_to != NULL)
		return;
	w->m->inner_to = mem_str(w->owner,
	    g_mime_object_get_header(o, "To"));
	w->m->inner_from = mem_str(w->owner,
	    g_mime_object_get_header(o, "From"));
	w->m->inner_id = mem_str(w->owner,
	    g_mime_object_get_header(o, "Message-ID"));
}

/* One header of a text of headers, unfolded; NULL: it is not there. */
static char *
header_in(void *owner, const char *s, const char *name)
{
	size_t n = strlen(name), k;
	char *value;

	for (; s != NULL && *s != '\0'; s = strchr(s, '\n'), s += s != NULL) {
		if (g_ascii_strncasecmp(s, name, n) != 0 || s[n] != ':')
			continue;
		for (k = n + 1; s[k] != '\0' && (s[k] != '\n' ||
		    s[k + 1] == ' ' || s[k + 1] == '\t'); k++)
			continue;
		value = mem_strn(owner, s + n + 1, k - n - 1);
		for (k = 0; value[k] != '\0'; k++)
			if (value[k] == '\r' || value[k] == '\n')
				value[k] = ' ';
		return text_trim(owner, value);
	}
	return NULL;
}

/* Reports may bring back the headers alone (RFC 3462). */
static void
inner_text(struct walk *w, const char *s)
{
	if (w->m->inner_to != NULL || s == NULL)
		return;
	w->m->inner_to = header_in(w->owner, s, "To");
	w->m->inner_from = header_in(w->owner, s, "From");
	w->m->inner_id = header_in(w->owner, s, "Message-ID");
}

static void
walk(struct walk *w, GMimeObject *o, int depth, bool inner, bool alternative)
{
	struct mail_part *p;
	GMimeMessage *message;
	int i, n;

	if (o == NULL || depth > MIME_DEPTH || w->m->n_parts >= MIME_PARTS)
		return;
	if (GMIME_IS_MULTIPART(o)) {
		GMimeContentType *t = g_mime_object_get_content_type(o);
		bool alt = g_mime_content_type_is_type(t, "multipart",
		    "alternative");

		n = g_mime_multipart_get_count((GMimeMultipart *)o);
		for (i = 0; i < n; i++)
			walk(w, g_mime_multipart_get_part((GMimeMultipart *)o,
			    i), depth + 1, inner, alternative || alt);
		return;
	}
	p = part_new(w, o, depth, inner);
	if (p == NULL)
		return;
	p->alternative = alternative;
	if (GMIME_IS_MESSAGE_PART(o)) {
		message = g_mime_message_part_get_message((GMimeMessagePart *)
		    o);
		if (message == NULL)
			return;
		inner_headers(w, message);
		walk(w, g_mime_message_get_mime_part(message), depth + 1,
		    true, false);
		return;
	}
	/* Nobody asks what is in a message that is attached. */
	if (is_readable(p) && (!inner || strncmp(p->type, "message/", 8) ==
	    0))
		read_part(w, o, p);
	if (!inner && strcmp(p->type, "text/rfc822-headers") == 0)
		inner_text(w, p->text);
}

static void
read_headers(struct walk *w, GMimeObject *message)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(message);
	int n = g_mime_header_list_get_count(list), i;
	struct mail_header *h;
	GMimeHeader *x;
	const char *v;

	w->m->headers = mem_array(w->owner, struct mail_header,
	    n < MIME_HEADERS ? n + 1 : MIME_HEADERS + 1);
	for (i = 0; i < n && i < MIME_HEADERS; i++) {
		x = g_mime_header_list_get_header_at(list, i);
		h = &w->m->headers[w->m->n_headers++];
		h->name = mem_str(w->owner, g_mime_header_get_name(x));
		v = g_mime_header_get_value(x);
		if (v == NULL)
			v = "";
		h->value = charset_text(w->owner, NULL, v,
		    strnlen(v, 4000));
	}
}

static void
plain_mail(struct walk *w, const char *raw, size_t n)
{
	const char *body;
	size_t i;

	for (i = 0; i + 1 < n && !(raw[i] == '\n' && (raw[i + 1] == '\n' ||
	    raw[i + 1] == '\r')); i++)
		;
	body = raw + (i < n ? i + 1 : n);
	n = (size_t)(raw + n - body);
	w->m->body = charset_text(w->owner, NULL, body,
	    n > MIME_TEXT_MAX ? MIME_TEXT_MAX : n);
	if (w->m->type == NULL || w->m->type[0] == '\0')
		w->m->type = "text/plain";
}

/* What a person would read first: plain text, or HTML where there is none. */
static void
choose_body(struct walk *w)
{
	struct text *t = NULL;
	const struct mail_part *p;
	const char *only = NULL;
	size_t i;
	int pass;

	for (pass = 0; pass < 2 && only == NULL; pass++)
		for (i = 0; i < w->m->n_parts; i++) {
			p = &w->m->parts[i];
			if (p->text == NULL || p->inner || p->attachment ||
			    strcmp(p->type, pass == 0 ? "text/plain" :
			    "text/html") != 0)
				continue;
			if (only == NULL) {
				only = p->text;
				continue;
			}
			if (p->filename != NULL)
				continue;
			if (t == NULL) {
				t = text_new(w->owner);
				text_add(t, only);
			}
			text_add(t, "\n");
			text_add(t, p->text);
		}
	for (i = 0; i < w->m->n_parts && only == NULL; i++)
		if (!w->m->parts[i].inner)
			only = w->m->parts[i].text;
	w->m->body = t != NULL ? text_str(t) : only != NULL ? only : "";
	/* Boundaries that do not fit: read what is there as it stands. */
	if (is_blank(w->m->body) &&
	    strncmp(w->m->type, "multipart/", 10) == 0)
		plain_mail(w, w->raw, w->n);
}

/* How often word stands in the mail where its sign at offset off is. */
static int
count_words(const char *raw, size_t n, const char *word, char sign,
    size_t off, int most)
{
	const char *p = raw, *end = raw + n;
	size_t len = strlen(word);
	int count = 0;

	while (count <= most && p < end &&
	    (p = memchr(p, sign, (size_t)(end - p))) != NULL) {
		if ((size_t)(p - raw) >= off &&
		    (size_t)(end - p) >= len - off &&
		    g_ascii_strncasecmp(p - off, word, len) == 0)
			count++;
		p++;
	}
	return count;
}

/* More boundaries than any honest mail has: do not build a tree. */
static bool
too_nested(const char *raw, size_t n)
{
	return count_words(raw, n, "boundary=", '=', 8, MIME_BOUNDARIES) +
	    count_words(raw, n, "message/rfc822", '/', 7, MIME_BOUNDARIES) >
	    MIME_BOUNDARIES;
}

static void
read_message(struct walk *w, GMimeMessage *message)
{
	GMimeObject *o = (GMimeObject *)message, *top;
	GMimeContentType *type;
	GDateTime *date;
	char *mime;

	read_headers(w, o);
	date = g_mime_message_get_date(message);
	if (date != NULL) {
		w->m->date = g_date_time_to_unix(date);
		w->m->date_offset = (int)(g_date_time_get_utc_offset(date) /
		    1000000);
	}
	top = g_mime_message_get_mime_part(message);
	if (top != NULL) {
		type = g_mime_object_get_content_type(top);
		mime = g_mime_content_type_get_mime_type(type);
		w->m->type = lower(w->owner, mime);
		g_free(mime);
		w->m->report_type = mem_str(w->owner,
		    g_mime_content_type_get_parameter(type, "report-type"));
	}
	walk(w, top, 0, false, false);
	choose_body(w);
}

void
mime_init(void)
{
	static bool ready;

	if (!ready)
		g_mime_init();
	ready = true;
}

struct mail *
mime_parse(void *owner, const char *raw, size_t n)
{
	struct walk w = { owner, mem_new(owner, struct mail), raw, n, false };
	GMimeMessage *message;
	GMimeStream *stream;
	GMimeParser *parser;
	const char *e;

	mime_init();
	if (n > MIME_MAX)
		n = MIME_MAX;
	/* A mailbox line in front is not a header. */
	if (n > 5 && memcmp(raw, "From ", 5) == 0 &&
	    (e = memchr(raw, '\n', n)) != NULL) {
		n -= (size_t)(e + 1 - raw);
		raw = e + 1;
	}
	w.raw = raw;
	w.n = n;
	w.m->date = CLOCK_NONE;
	w.m->body = "";
	w.m->type = "";
	w.m->parts = mem_array(owner, struct mail_part, MIME_PARTS + 1);
	if (n == 0 || too_nested(raw, n)) {
		plain_mail(&w, raw, n);
		return w.m;
	}
	stream = g_mime_stream_mem_new_with_buffer(raw, n);
	parser = g_mime_parser_new_with_stream(stream);
	message = g_mime_parser_construct_message(parser, NULL);
	g_object_unref(parser);
	g_object_unref(stream);
	if (message == NULL) {
		plain_mail(&w, raw, n);
		return w.m;
	}
	read_message(&w, message);
	g_object_unref(message);
	return w.m;
}

const char *
mail_get(const struct mail *m, const char *name)
{
	size_t i;

	for (i = 0; i < m->n_headers; i++)
		if (text_eq_nocase(m->headers[i].name, name))
			return m->headers[i].value;
	return NULL;
}
