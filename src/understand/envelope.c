#include "understand/envelope.h"

#include "base/mem.h"
#include "understand/meaning.h"

#include <string.h>
#include <strings.h>

#define ADDRESS_BYTES 320
#define ID_BYTES 998

static bool
is_word(char c)
{
	return (unsigned char)c > ' ' && c != 0x7f &&
	    strchr("<>,;:()\"[]", c) == NULL;
}

/* Past a quoted string or a comment; s stands on its first sign. */
static const char *
skip(const char *s)
{
	char end = *s == '"' ? '"' : ')';

	for (s++; *s != '\0' && *s != end; s++)
		if (*s == '\\' && s[1] != '\0')
			s++;
	return *s == '\0' ? s : s + 1;
}

static size_t
words(void *owner, const char *value, bool angles, char **ret, size_t max)
{
	const char *s = value, *from;
	bool inside = false;
	size_t n = 0;

	while (*s != '\0') {
		if (*s == '"' || *s == '(') {
			s = skip(s);
			continue;
		}
		if (!is_word(*s)) {
			inside = *s == '<' || (inside && *s != '>');
			s++;
			continue;
		}
		for (from = s; is_word(*s); s++)
			continue;
		if ((angles && !inside) || (size_t)(s - from) >=
		    ADDRESS_BYTES || memchr(from, '@',
		    (size_t)(s - from)) == NULL)
			continue;
		if (n < max)
			ret[n] = text_lower(owner, mem_strn(owner, from,
			    (size_t)(s - from)));
		n++;
	}
	return n;
}

size_t
envelope_addresses(void *owner, const char *value, char **ret, size_t max)
{
	size_t n = words(owner, value, true, ret, max);

	return n > 0 ? n : words(owner, value, false, ret, max);
}

static void
member(struct text *out, const char *name, const char *value)
{
	if (value == NULL)
		return;
	text_addf(out, "%s\"%s\":", text_len(out) > 0 &&
	    text_str(out)[text_len(out) - 1] != '{' ? "," : "", name);
	meaning_json_text(out, value);
}

static void
from(void *tmp, const struct mail *mail, struct text *out)
{
	const char *value = NULL;
	char *one[2];
	size_t i, n = 0;

	for (i = 0; i < mail->n_headers; i++)
		if (strcasecmp(mail->headers[i].name, "From") == 0) {
			value = mail->headers[i].value;
			n++;
		}
	if (n == 1 && envelope_addresses(tmp, value, one, 2) == 1)
		member(out, "from", one[0]);
	value = mail_get(mail, "Return-Path");
	if (value != NULL)
		member(out, "path", envelope_addresses(tmp, value, one, 1) ==
		    1 ? one[0] : "");
}

struct list {
	struct text *out;
	size_t n;
};

static void
entry(struct list *l, const char *value)
{
	if (l->n >= ENVELOPE_LIST)
		return;
	text_add(l->out, l->n++ > 0 ? "," : "");
	meaning_json_text(l->out, value);
}

static void
to(void *tmp, const struct mail *mail, struct list *l)
{
	static const char *const names[] = { "Delivered-To", "X-Original-To",
		"Envelope-To", "X-Envelope-To", "To", "Cc" };
	char *found[ENVELOPE_LIST];
	size_t i, k, n, h;

	for (k = 0; k < sizeof(names) / sizeof(names[0]); k++)
		for (h = 0; h < mail->n_headers; h++) {
			if (strcasecmp(mail->headers[h].name, names[k]) != 0)
				continue;
			n = envelope_addresses(tmp, mail->headers[h].value,
			    found, ENVELOPE_LIST);
			for (i = 0; i < n && i < ENVELOPE_LIST; i++)
				entry(l, found[i]);
		}
}

/* Message-IDs keep their letters; References has the newest last. */
static void
ids(void *tmp, const char *value, struct list *l)
{
	const char *end, *start;
	char *id;

	if (value == NULL)
		return;
	for (end = value + strlen(value); end > value; end--) {
		if (end[-1] != '>')
			continue;
		for (start = end - 1; start > value && *start != '<'; start--)
			continue;
		if (*start == '<' && end - start < ID_BYTES) {
			id = mem_strn(tmp, start, (size_t)(end - start));
			entry(l, id);
		}
		end = start + 1;
	}
}

static void
auth(const struct mail *mail, struct list *l)
{
	size_t h;

	for (h = 0; h < mail->n_headers && l->n < 10; h++)
		if (strcasecmp(mail->headers[h].name,
		    "Authentication-Results") == 0)
			entry(l, mail->headers[h].value);
}

/* The value of a field in the lines of a report, or NULL. */
static char *
field(void *tmp, const struct mail *mail, const char *name)
{
	size_t i, n = strlen(name);
	const char *s;

	for (i = 0; i < mail->n_parts; i++) {
		if (mail->parts[i].text == NULL || strncmp(
		    mail->parts[i].type, "message/", 8) != 0)
			continue;
		for (s = mail->parts[i].text; s != NULL;
		    s = strchr(s, '\n') != NULL ? strchr(s, '\n') + 1 : NULL)
			if (strncasecmp(s, name, n) == 0)
				return text_trim(tmp, mem_strn(tmp, s + n,
				    strcspn(s + n, "\r\n")));
	}
	return NULL;
}

void
envelope_json(void *tmp, const struct mail *mail, struct text *out)
{
	struct list l = { out, 0 };
	const char *id = mail->inner_id;

	text_addc(out, '{');
	from(tmp, mail, out);
	member(out, "subject", mail_get(mail, "Subject"));
	member(out, "message_id", mail_get(mail, "Message-ID"));
	member(out, "auto", mail_get(mail, "Auto-Submitted"));
	member(out, "report_to", mail->inner_to);
	if (id == NULL)
		id = field(tmp, mail, "Original-Message-ID:");
	member(out, "report_id", id);
	member(out, "envid", field(tmp, mail, "Original-Envelope-Id:"));
	text_add(out, text_str(out)[text_len(out) - 1] == '{' ? "\"to\":[" :
	    ",\"to\":[");
	to(tmp, mail, &l);
	text_add(out, "],\"thread\":[");
	l.n = 0;
	ids(tmp, mail_get(mail, "In-Reply-To"), &l);
	ids(tmp, mail_get(mail, "References"), &l);
	text_add(out, "],\"auth\":[");
	l.n = 0;
	auth(mail, &l);
	text_add(out, "]}");
}
