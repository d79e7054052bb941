#include "render/lint_text.h"

#include "base/mem.h"
#include "base/text.h"
#include "render/fold.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

/* Goes over a tag; its newlines are kept for the count. */
static const char *
skip_tag(const char *s, const char *end, char **out)
{
	bool block = is_block(s);
	const char *stop = memchr(s, '>', (size_t)(end - s));

	if (stop == NULL)
		stop = end;
	while ((s = memchr(s, '\n', (size_t)(stop - s))) != NULL) {
		*(*out)++ = '\n';
		s++;
	}
	if (block && stop < end)
		*(*out)++ = ' ';
	return stop < end ? stop + 1 : end;
}

/* What people read of HTML. */
static char *
html_text(void *owner, const char *s)
{
	size_t len = strlen(s), n;
	char *r = mem_check(talloc_size(owner, len + 1)), *out = r;
	const char *end = s + len;

	while (s < end) {
		n = strcspn(s, "<&");
		memcpy(out, s, n);
		out += n;
		s += n;
		if (*s == '<') {
			s = skip_tag(s, end, &out);
		} else if (*s == '&') {
			n = read_reference(s, &out);
			if (n == 0)
				*out++ = *s++;
			else
				s += n;
		}
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

/* White space becomes one space, invisible characters go, quotes are ASCII.
 * Folded lines run on: a newline between Latin letters is a space, between
 * Chinese ones nothing; an empty line stays, as patterns do not match across
 * a paragraph's end. */
struct join {
	char *start, *out;
	size_t newlines;	/* that wait for what follows them */
	bool space;		/* stands before */
	int line;
};

static void
end_lines(struct join *j)
{
	if (j->newlines > 1) {
		memset(j->out, '\n', j->newlines);
		j->out += j->newlines;
	} else if (j->newlines == 1 && j->out > j->start &&
	    (j->out[-1] & 0x80) == 0 && j->out[-1] != ' ') {
		*j->out++ = ' ';
	}
	j->newlines = 0;
}

static void
add_char(struct join *j, const char *s, size_t n)
{
	static const char apostrophe[] = "'";
	uint32_t cp;

	if (n == 1)
		cp = (unsigned char)*s;
	else
		text_decode(s, n, &cp);
	if (is_blank(cp)) {
		if (!j->space && j->newlines == 0)
			*j->out++ = ' ';
		j->space = true;
		return;
	}
	if (cp == '\n') {
		j->newlines++;
		j->line++;
		j->space = true;
		return;
	}
	if (cp >= 0x80 && is_invisible(cp))
		return;
	if (cp == 0x2018 || cp == 0x2019) {
		s = apostrophe;
		n = 1;
	}
	end_lines(j);
	memcpy(j->out, s, n);
	j->out += n;
	j->space = false;
}

/* Bytes of letters that are their own folded form: ASCII and Chinese. */
static size_t
plain(const char *s, size_t left)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t n = 0;

	for (;;) {
		while (n < left && s[n] > ' ')
			n++;
		if (left - n < 3 || u[n] < 0xe4 || u[n] > 0xe9 ||
		    (u[n] == 0xe4 && u[n + 1] < 0xb8))
			return n;
		n += 3;
	}
}

/* Adds a character after folding it; 0: the text must be folded first. */
static size_t
add_folded(struct join *j, const char *s, size_t left)
{
	size_t n, m, i, step;
	const char *f;
	uint32_t cp;

	n = (unsigned char)*s < 0x80 ? 1 : text_decode(s, left, &cp);
	if (n <= 1) {
		if (n == 1)
			add_char(j, s, 1);
		return 1;
	}
	f = fold_char(cp, &m);
	for (i = 0; i < m; i += step) {
		step = text_decode(f + i, m - i, &cp);
		add_char(j, f + i, step);
	}
	return m > 0 ? n : 0;
}

/* Adds the text s until there are more bytes than that; whole: it is folded
 * already.  False: it must be folded as a whole first. */
static bool
add_text(struct join *j, const char *s, size_t bytes, bool whole)
{
	size_t left = strlen(s), n;
	uint32_t cp;

	for (; left > 0 && (size_t)(j->out - j->start) <= bytes;
	    s += n, left -= n) {
		n = plain(s, left);
		if (n > 0) {
			if (j->newlines > 0)
				end_lines(j);
			memcpy(j->out, s, n);
			j->out += n;
			j->space = false;
		} else if (!whole) {
			n = add_folded(j, s, left);
			if (n == 0)
				return false;
		} else if ((n = text_decode(s, left, &cp)) > 0) {
			add_char(j, s, n);
		} else {
			n = 1;
		}
	}
	if (left == 0)
		end_lines(j);
	return true;
}

/* NFKC makes at most eleven bytes of two: room for all that can come. */
static void
join(void *owner, const char *s, struct lint_text *ret_t)
{
	struct join j = { .space = true, .line = 1 };
	size_t room = strlen(s);

	if (!text_is_ascii(s, room))
		room *= 6;
	j.start = j.out = mem_check(talloc_size(owner, room + 1));
	ret_t->whole = !add_text(&j, s, SIZE_MAX, false);
	if (ret_t->whole) {
		s = fold_nfkc(owner, s);
		talloc_free(j.start);
		j = (struct join){ .space = true, .line = 1 };
		j.start = j.out = mem_check(talloc_size(owner, strlen(s) + 1));
		add_text(&j, s, SIZE_MAX, true);
	}
	*j.out = '\0';
	ret_t->s = j.start;
	ret_t->len = (size_t)(j.out - j.start);
	ret_t->source = s;
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
	struct lint_text mask;

	join(owner, form == LINT_HTML ? html_text(owner, text) : text, ret_t);
	for (; masks != NULL && *masks != NULL; masks++) {
		join(owner, *masks, &mask);
		blank_out(ret_t->s, mask.s);
	}
	lower(ret_t->s, ret_t->len);
}

int
lint_text_line(struct lint_text *t, size_t at)
{
	struct join j = { .start = t->s, .out = t->s, .space = true,
	    .line = 1 };

	add_text(&j, t->source, at, t->whole);
	return j.line;
}
