#include "render/lint_text.h"

#include "base/mem.h"
#include "base/text.h"
#include "render/fold.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Every step gives at most as many bytes as it gets, and fold as many as
 * NFKC gives: the buffers are made once, as long as that. */

/* Reads "&amp;" or "&#38;" into *out; 0: it is none. */
static size_t
read_reference(const char *s, char **out)
{
	static const struct {
		const char *name, *text;
	} names[] = {
		{ "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" },
		{ "&quot;", "\"" }, { "&apos;", "'" }, { "&nbsp;", " " },
		{ "&shy;", "" }, { "&zwnj;", "" }, { "&zwj;", "" },
	};
	unsigned long cp;
	char *end;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!text_starts(s, names[i].name))
			continue;
		*out = stpcpy(*out, names[i].text);
		return strlen(names[i].name);
	}
	if (s[1] != '#')
		return 0;
	cp = s[2] == 'x' || s[2] == 'X' ? strtoul(s + 3, &end, 16) :
	    strtoul(s + 2, &end, 10);
	if (cp == 0 || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000))
		return 0;
	*out += text_encode((uint32_t)cp, *out);
	return (size_t)(end - s) + (*end == ';');
}

/* A tag that parts words: all but those inside a line. */
static bool
is_block(const char *s)
{
	static const char *const inside[] = { "<b>", "</b", "<span",
		"</span", "<strong", "</strong", "<i>", "</i" };
	size_t i;

	if (strchr("bsi", s[1] == '/' ? s[2] : s[1]) == NULL)
		return true;
	for (i = 0; i < sizeof(inside) / sizeof(inside[0]); i++)
		if (text_starts(s, inside[i]))
			return false;
	return true;
}

/* What people read of HTML; newlines inside tags are kept for the count. */
static char *
html_text(void *owner, const char *s)
{
	char *r = mem_check(talloc_size(owner, strlen(s) + 1)), *out = r;
	size_t n;

	while (*s != '\0') {
		if (*s == '<') {
			bool block = is_block(s);

			for (; *s != '\0' && *s != '>'; s++)
				if (*s == '\n')
					*out++ = '\n';
			if (*s == '>')
				s++;
			if (block)
				*out++ = ' ';
			continue;
		}
		n = *s == '&' ? read_reference(s, &out) : 0;
		if (n == 0)
			*out++ = *s++;
		else
			s += n;
	}
	*out = '\0';
	return r;
}

static bool
is_invisible(uint32_t cp)
{
	return cp == 0xad || (cp >= 0x200b && cp <= 0x200f) ||
	    (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x2069) ||
	    cp == 0xfeff || cp == 0x180e || (cp >= 0xfe00 && cp <= 0xfe0f);
}

static bool
is_blank(uint32_t cp)
{
	return cp == ' ' || cp == '\t' || cp == '\r' || cp == 0xa0 ||
	    cp == 0x3000;
}

/* Invisible characters out, white space to one space, quotes to ASCII; lines
 * stay, as patterns do not match across a paragraph's end but do across a
 * fold. */
static char *
fold(void *owner, const char *text)
{
	char *r = fold_nfkc(owner, text), *s = r, *out = r;
	size_t n, left = strlen(r);
	uint32_t cp;
	bool space = true;

	for (; left > 0; s += n, left -= n) {
		n = 1;
		if (*s > ' ') {		/* most of Latin texts */
			*out++ = *s;
			space = false;
			continue;
		}
		n = text_decode(s, left, &cp);
		if (n == 0) {
			n = 1;
			continue;
		}
		if (cp >= 0x80 && is_invisible(cp))
			continue;
		if (is_blank(cp)) {
			if (!space)
				*out++ = ' ';
			space = true;
			continue;
		}
		if (cp == 0x2018 || cp == 0x2019) {
			*out++ = '\'';
		} else {
			memmove(out, s, n);
			out += n;
		}
		space = cp == '\n';
	}
	*out = '\0';
	return r;
}

/* Folded lines run on: a newline between Latin letters is a space, between
 * Chinese ones nothing.  Writes until bytes of that at the most; gives their
 * number and the line of what comes next. */
static size_t
join_lines(const char *s, char *r, size_t until, int *ret_line)
{
	size_t at = 0, i;
	int line = 1;

	for (i = 0; s[i] != '\0'; i++) {
		char c = s[i];

		if (c == '\n') {
			line++;
			if (s[i + 1] != '\n' && (i == 0 || s[i - 1] != '\n'))
				c = i > 0 && (s[i - 1] & 0x80) == 0 &&
				    s[i - 1] != ' ' ? ' ' : '\0';
		}
		if (c == '\0')
			continue;
		if (at == until)
			break;
		r[at++] = c;
	}
	*ret_line = line;
	return at;
}

static void
blank_out(char *s, const char *mask)
{
	size_t n = strlen(mask);
	char *p = s;

	if (n < 3)
		return;
	while ((p = strstr(p, mask)) != NULL) {
		bool inside = (unsigned char)mask[0] < 0x80 &&
		    ((p > s && p[-1] >= 'a' && p[-1] <= 'z') ||
		    (p[n] >= 'a' && p[n] <= 'z'));

		if (!inside)
			memset(p, '#', n);
		p += n;
	}
}

/* ASCII letters: NFKC has made others that look like them plain. */
static void
lower(char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		s[i] = (char)(s[i] + (s[i] >= 'A' && s[i] <= 'Z' ? 32 : 0));
}

void
lint_text_make(void *owner, const char *text, enum lint_form form,
    const char *const *masks, struct lint_text *ret_t)
{
	size_t room;
	int line;

	if (form == LINT_HTML)
		text = html_text(owner, text);
	ret_t->folded = fold(owner, text);
	room = strlen(ret_t->folded);
	ret_t->s = mem_check(talloc_size(owner, room + 1));
	ret_t->len = join_lines(ret_t->folded, ret_t->s, room, &line);
	ret_t->s[ret_t->len] = '\0';
	for (; masks != NULL && *masks != NULL; masks++)
		blank_out(ret_t->s, fold(owner, *masks));
	lower(ret_t->s, ret_t->len);
}

int
lint_text_line(struct lint_text *t, size_t at)
{
	int line;

	join_lines(t->folded, t->s, at, &line);
	return line;
}
