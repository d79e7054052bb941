#include "render/mail_encode.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define LINE 76			/* RFC 2045 6.7, RFC 2047 2 */
#define LINE_BYTES (LINE / 4 * 3)	/* of base64 */
#define WORD_OPEN "=?UTF-8?B?"
#define WORD_CLOSE "?="
#define WORD_PLAIN_MAX 70	/* a longer word is not left as it is */

static const char digits[] = "0123456789ABCDEF";

static char *
put(char *to, const char *s, size_t n)
{
	memcpy(to, s, n);
	return to + n;
}

/* Bytes of a character by its first one. */
static size_t
length_of(unsigned char c)
{
	return c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

static char *
quote(char *to, const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		*to++ = '=';
		*to++ = digits[(unsigned char)s[i] >> 4];
		*to++ = digits[(unsigned char)s[i] & 15];
	}
	return to;
}

/* Bytes of s, at most max, that stand for themselves. */
static size_t
plain_run(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n] >= ' ' && s[n] < 0x7f && s[n] != '=')
		n++;
	return n;
}

/* One line without its end.  Characters stay whole; a blank at the end would
 * be lost on the way. */
static char *
quote_line(char *to, const char *s, const char *end)
{
	size_t column = 0, n, left, last;

	last = end > s && (end[-1] == ' ' || end[-1] == '\t');
	for (; s < end; s += n) {
		left = (size_t)(end - s);
		n = plain_run(s, left - last < LINE - 1 - column ?
		    left - last : LINE - 1 - column);
		if (n == left - 1 && column + n == LINE - 1 &&
		    plain_run(s + n, 1 - last) == 1)
			n++;	/* the last column needs no soft break */
		if (n > 0) {
			to = put(to, s, n);
			column += n;
			continue;
		}
		n = length_of((unsigned char)*s);
		if (n > left)
			n = left;
		if (plain_run(s, 1 - (left == 1 && last)) == 1 ||
		    column + n * 3 > LINE - (n < left)) {
			to = put(to, "=\r\n", 3);
			column = 0;
			n = 0;
			continue;
		}
		to = quote(to, s, n);
		column += n * 3;
	}
	return to;
}

void
mail_quoted(struct text *out, const char *s, size_t n)
{
	const char *end = s + n, *nl, *stop;
	char *to;

	for (; s < end; s = nl + 1) {
		nl = memchr(s, '\n', (size_t)(end - s));
		stop = nl == NULL ? end : nl;
		if (nl == NULL)
			nl = end;
		if (stop > s && nl < end && stop[-1] == '\r')
			stop--;
		/* three for each byte, and as much for every 60 of them */
		to = text_room(out, (size_t)(stop - s) * 4 + 8);
		to = quote_line(to, s, stop);
		if (nl < end)
			to = put(to, "\r\n", 2);
		text_took(out, to);
	}
}

static char *
base64(char *to, const unsigned char *s, size_t n)
{
	static const char abc[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	static char pairs[4096][2];	/* the digits of twelve bits */
	unsigned v;

	if (pairs[0][0] == '\0')
		for (v = 0; v < 4096; v++) {
			pairs[v][0] = abc[v >> 6];
			pairs[v][1] = abc[v & 63];
		}
	for (; n >= 3; n -= 3, s += 3) {
		v = (unsigned)s[0] << 16 | (unsigned)s[1] << 8 | s[2];
		to = put(to, pairs[v >> 12], 2);
		to = put(to, pairs[v & 4095], 2);
	}
	if (n == 0)
		return to;
	v = (unsigned)s[0] << 16 | (n > 1 ? (unsigned)s[1] << 8 : 0);
	*to++ = abc[v >> 18];
	*to++ = abc[v >> 12 & 63];
	*to++ = n > 1 ? abc[v >> 6 & 63] : '=';
	*to++ = '=';
	return to;
}

/* Copies s with CRLF for each line end; to has room for twice of it. */
static char *
end_lines(char *to, const char *s, const char *end)
{
	const char *nl;

	for (; s < end; s = nl + 1) {
		nl = memchr(s, '\n', (size_t)(end - s));
		if (nl == NULL)
			return put(to, s, (size_t)(end - s));
		to = put(to, s, (size_t)(nl - s));
		if (nl == s || nl[-1] != '\r')
			*to++ = '\r';
		*to++ = '\n';
	}
	return to;
}

void
mail_base64_bytes(struct text *out, const void *bytes, size_t left)
{
	const unsigned char *from = bytes;
	size_t step;
	char *to;

	to = text_room(out, left / LINE_BYTES * (LINE + 2) + LINE + 6);
	for (; left > 0; left -= step, from += step) {
		step = left < LINE_BYTES ? left : LINE_BYTES;
		to = put(base64(to, from, step), "\r\n", 2);
	}
	text_took(out, to);
}

void
mail_base64(struct text *out, const char *s, size_t n)
{
	struct text *body = text_new(out);
	char *to = text_room(body, n * 2);

	text_took(body, end_lines(to, s, s + n));
	mail_base64_bytes(out, text_str(body), text_len(body));
	text_free(body);
}

/* Bytes of s that are not ASCII, counted eight at a time. */
static size_t
count_high(const char *s, size_t n)
{
	size_t high = 0, i;
	uint64_t eight;

	for (i = 0; i + 8 <= n; i += 8) {
		memcpy(&eight, s + i, 8);
		eight = eight >> 7 & UINT64_C(0x0101010101010101);
		high += eight * UINT64_C(0x0101010101010101) >> 56;
	}
	for (; i < n; i++)
		high += (unsigned char)s[i] >> 7;
	return high;
}

const char *
mail_body(struct text *out, const char *s)
{
	size_t n = strlen(s);
	bool most = count_high(s, n) * 6 > n;

	(most ? mail_base64 : mail_quoted)(out, s, n);
	return most ? "base64" : "quoted-printable";
}

/* How much of s goes into a word of room bytes: whole characters, and no
 * padding before the last word, as GMime stops reading there. */
static size_t
word_length(const char *s, size_t room)
{
	size_t n = 0, even = 0;

	while (s[n] != '\0') {
		if (n + length_of((unsigned char)s[n]) > room)
			return even > 0 ? even : n;
		n += length_of((unsigned char)s[n]);
		if (n % 3 == 0)
			even = n;
	}
	return n;
}

/* Encoded words of at most 75 characters; column is where the first one
 * starts. */
static void
add_words(struct text *out, const char *s, size_t column)
{
	size_t room, n;
	char *to;

	for (; *s != '\0'; s += n, column = 1) {
		room = (LINE - column - strlen(WORD_OPEN WORD_CLOSE)) / 4 * 3;
		n = word_length(s, room);
		if (column == 1)
			text_addn(out, "\r\n ", 3);
		text_add(out, WORD_OPEN);
		to = text_room(out, LINE);
		text_took(out, base64(to, (const unsigned char *)s, n));
		text_add(out, WORD_CLOSE);
	}
}

/* Can people and machines read it as it is? */
static bool
is_plain(const char *s)
{
	size_t word = 0;

	if (strstr(s, "=?") != NULL)
		return false;
	for (; *s != '\0'; s++) {
		word = *s == ' ' ? 0 : word + 1;
		if ((unsigned char)*s >= 0x80 || word > WORD_PLAIN_MAX)
			return false;
	}
	return true;
}

/* Adds words and the spaces before them, on a new line where they would run
 * over this one. */
static size_t
add_folded(struct text *out, const char *s, size_t column)
{
	size_t n;

	for (; *s != '\0'; s += n) {
		n = strspn(s, " ");
		n += strcspn(s + n, " ");
		if (column + n > LINE && *s == ' ') {
			text_addn(out, "\r\n", 2);
			column = 0;
		}
		text_addn(out, s, n);
		column += n;
	}
	return column;
}

void
mail_header(struct text *out, const char *name, const char *value)
{
	size_t column = strlen(name) + 2;

	text_add(out, name);
	text_addn(out, ": ", 2);
	if (is_plain(value))
		add_folded(out, value, column);
	else
		add_words(out, value, column);
	text_addn(out, "\r\n", 2);
}

void
mail_token(struct text *out, const char *name, const char *value)
{
	text_add(out, name);
	text_addn(out, ": ", 2);
	add_folded(out, value, strlen(name) + 2);
	text_addn(out, "\r\n", 2);
}

/* A phrase of atoms needs no quotes (RFC 5322 3.2.3). */
static bool
is_phrase(const char *s)
{
	char before = ' ';

	for (; *s != '\0'; before = *s++) {
		if (*s == ' ' ? before == ' ' : (*s < 'a' || *s > 'z') &&
		    (*s < 'A' || *s > 'Z') && (*s < '0' || *s > '9') &&
		    strchr("!#$%&'*+-/=?^_`{|}~", *s) == NULL)
			return false;
	}
	return before != ' ';
}

static void
add_quoted_string(struct text *out, const char *s)
{
	text_addc(out, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			text_addc(out, '\\');
		text_addc(out, *s);
	}
	text_addc(out, '"');
}

static size_t
quoted_length(const char *s)
{
	size_t n = 2;

	for (; *s != '\0'; s++)
		n += 1 + (*s == '"' || *s == '\\');
	return n;
}

/* Readers do not agree on line breaks inside quotes: what does not fit into
 * the line is written as encoded words. */
static size_t
add_display(struct text *out, const char *s, size_t column)
{
	bool phrase = is_phrase(s);

	if (is_plain(s) && (phrase || column + quoted_length(s) <= LINE)) {
		if (phrase)
			return add_folded(out, s, column);
		add_quoted_string(out, s);
		return column + quoted_length(s);
	}
	add_words(out, s, column);
	return LINE;
}

void
mail_mailbox(struct text *out, const char *name, const char *display,
    const char *address)
{
	size_t column = strlen(name) + 2;
	struct text *end = text_new(out);

	text_add(out, name);
	text_addn(out, ": ", 2);
	if (display == NULL || display[0] == '\0') {
		text_add(out, address);
	} else {
		column = add_display(out, display, column);
		text_add(end, " <");
		text_add(end, address);
		text_addc(end, '>');
		add_folded(out, text_str(end), column);
	}
	text_addn(out, "\r\n", 2);
	text_free(end);
}
