#include "understand/mime.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* TAG(name, what): n line end, p paragraph, q quotation, s skip content. */
static const struct { const char *name; char what; } tags[] = {
	{ "br", 'n' }, { "p", 'p' }, { "div", 'n' }, { "tr", 'n' },
	{ "li", 'n' }, { "h1", 'p' }, { "h2", 'p' }, { "h3", 'p' },
	{ "table", 'n' }, { "ul", 'n' }, { "ol", 'n' }, { "hr", 'r' },
	{ "blockquote", 'q' }, { "style", 's' }, { "script", 's' },
	{ "head", 's' }, { "title", 's' }, { "td", 't' }, { "pre", 'n' },
};

static const struct { const char *name; uint32_t cp; } entities[] = {
	{ "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' },
	{ "apos", '\'' }, { "nbsp", ' ' }, { "yen", 0xa5 },
	{ "pound", 0xa3 }, { "euro", 0x20ac }, { "cent", 0xa2 },
	{ "ndash", '-' }, { "mdash", 0x2014 }, { "rsquo", '\'' },
	{ "lsquo", '\'' }, { "ldquo", '"' }, { "rdquo", '"' },
	{ "hellip", 0x2026 }, { "copy", 0xa9 }, { "reg", 0xae },
	{ "ensp", ' ' }, { "emsp", ' ' }, { "times", 0xd7 },
};

struct html {
	struct text *out;
	int quotes;
	bool at_start;		/* of a line */
	bool space;		/* white space waits */
	bool open_end;		/* something hidden never ended */
};

static void
line_end(struct html *h, bool always)
{
	if (!h->at_start || always)
		text_addc(h->out, '\n');
	h->at_start = true;
	h->space = false;
}

static void
put(struct html *h, const char *s, size_t n)
{
	int i;

	if (h->at_start)
		for (i = 0; i < h->quotes && i < 8; i++)
			text_add(h->out, i + 1 < h->quotes && i < 7 ? ">" :
			    "> ");
	else if (h->space)
		text_addc(h->out, ' ');
	h->space = h->at_start = false;
	text_addn(h->out, s, n);
}

static size_t
entity(struct html *h, const char *s, size_t n)
{
	char buf[4];
	size_t i, k = 1;
	uint32_t cp = 0;

	while (k < n && k < 12 && s[k] != ';' && s[k] != ' ' && s[k] != '<')
		k++;
	if (k >= n || s[k] != ';')
		goto plain;
	if (s[1] == '#')
		cp = (uint32_t)strtoul(s + (s[2] == 'x' || s[2] == 'X' ? 3 :
		    2), NULL, s[2] == 'x' || s[2] == 'X' ? 16 : 10);
	for (i = 0; cp == 0 && i < sizeof(entities) / sizeof(entities[0]);
	    i++)
		if (strlen(entities[i].name) == k - 1 &&
		    memcmp(entities[i].name, s + 1, k - 1) == 0)
			cp = entities[i].cp;
	if (cp < 0x20 || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000))
		goto plain;
	if (cp == ' ' || cp == 0xa0)
		h->space = true;
	else
		put(h, buf, text_encode(cp, buf));
	return k + 1;
plain:
	put(h, s, 1);
	return 1;
}

static char
tag_kind(const char *name, size_t n)
{
	size_t i, k;

	for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		if (strlen(tags[i].name) != n)
			continue;
		for (k = 0; k < n && (name[k] | 32) == tags[i].name[k]; k++)
			;
		if (k == n || (n == 2 && (name[0] | 32) == 'h' &&
		    name[1] == tags[i].name[1] && tags[i].name[0] == 'h'))
			return tags[i].what;
	}
	return 0;
}

static bool
name_is(const char *s, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((s[i] | 32) != (name[i] | 32))
			return false;
	return (s[len] | 32) < 'a' || (s[len] | 32) > 'z';
}

/* "display:none" among the attributes. */
static bool
is_hidden(const char *s, const char *end)
{
	static const char what[] = "display:none";
	size_t k;

	for (; s < end; s++) {
		if ((*s | 32) != 'd')
			continue;
		for (k = 0; s < end && what[k] != '\0'; s++) {
			if (*s == ' ' && k > 6)
				continue;
			if ((*s | 32) != (what[k] | 32))
				break;
			k++;
		}
		if (what[k] == '\0' && (s == end || (*s | 32) < 'a' ||
		    (*s | 32) > 'z'))
			return true;
		s -= k > 0;
	}
	return false;
}

/* What nobody saw, nobody has said: to the end tag of the element at s.  0:
 * there is none. */
static size_t
hidden(struct html *h, const char *s, size_t n, size_t len)
{
	const char *name = s + 1;
	int depth = 0;
	size_t i;

	for (i = 0; i + len + 2 < n; i++) {
		if (s[i] != '<')
			continue;
		if (name_is(s + i + 1, name, len))
			depth++;
		else if (s[i + 1] == '/' && name_is(s + i + 2, name, len) &&
		    --depth == 0)
			return i;
	}
	h->open_end = true;
	return 0;
}

/* One tag at s: its effect, and how many bytes it takes. */
static size_t
tag(struct html *h, const char *s, size_t n)
{
	static const char *const raw[] = { "style", "script", "head",
	    "title" };
	const char *e = memchr(s, '>', n), *name = s + 1;
	bool closing = n > 1 && s[1] == '/';
	size_t len, i, k;
	char what;

	if (n > 3 && memcmp(s, "<!--", 4) == 0) {
		for (i = 4; i + 2 < n; i++)
			if (memcmp(s + i, "-->", 3) == 0)
				return i + 3;
		return n;
	}
	if (e == NULL)
		return n;
	name += closing;
	for (len = 0; name + len < e && ((name[len] | 32) >= 'a' ?
	    (name[len] | 32) <= 'z' : name[len] >= '0' && name[len] <= '9');
	    len++)
		;
	what = len > 0 ? tag_kind(name, len) : 0;
	if (!closing && len > 0 && !h->open_end && e[-1] != '/' &&
	    !name_is(name, "img", 3) && !name_is(name, "input", 5) &&
	    is_hidden(name + len, e) && (k = hidden(h, s, n, len)) > 0)
		return k;
	switch (what) {
	case 'n':
		line_end(h, len == 2 && (name[0] | 32) == 'b');
		break;
	case 'p':
		line_end(h, false);
		if (closing)
			text_addc(h->out, '\n');
		break;
	case 'r':
		line_end(h, false);
		put(h, "---", 3);
		line_end(h, false);
		break;
	case 't':
		h->space = true;
		break;
	case 'q':
		line_end(h, false);
		h->quotes += closing ? -1 : 1;
		if (h->quotes < 0)
			h->quotes = 0;
		break;
	case 's':
		if (closing)
			break;
		for (i = 0; i < 4; i++)
			if (strlen(raw[i]) == len && (raw[i][0] ==
			    (name[0] | 32)) && raw[i][1] == (name[1] | 32))
				break;
		/* To the end tag of the same name. */
		for (k = (size_t)(e - s); i < 4 && k + len + 2 < n; k++)
			if (s[k] == '<' && s[k + 1] == '/' &&
			    (s[k + 2] | 32) == raw[i][0] &&
			    (s[k + 3] | 32) == raw[i][1])
				return k;
		break;
	default:
		break;
	}
	return (size_t)(e - s) + 1;
}

/* What ends a run of plain characters: 1 white space, 2 another sign. */
static const char ends[256] = {
	[' '] = 1, ['\t'] = 1, ['\r'] = 1, ['\n'] = 1, ['<'] = 2, ['&'] = 2,
	['\0'] = 1,
};

char *
html_text(void *owner, const char *html, size_t n)
{
	struct html h = { text_new(owner), 0, true, false, false };
	const unsigned char *u = (const unsigned char *)html;
	size_t i = 0, k;

	while (i < n && text_len(h.out) < MIME_TEXT_MAX) {
		if (html[i] == '<' && i + 1 < n && (html[i + 1] == '/' ||
		    html[i + 1] == '!' || html[i + 1] == '?' ||
		    (html[i + 1] | 32) >= 'a')) {
			i += tag(&h, html + i, n - i);
		} else if (html[i] == '&') {
			i += entity(&h, html + i, n - i);
		} else if (ends[u[i]] == 1) {
			h.space = true;
			i++;
		} else {
			for (k = 1; i + k < n && ends[u[i + k]] == 0; k++)
				;
			put(&h, html + i, k);
			i += k;
		}
	}
	return mem_str(owner, text_str(h.out));
}
