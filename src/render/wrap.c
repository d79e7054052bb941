#include "render/wrap.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

#define INDENT_MAX 8

static bool
is_wide(uint32_t cp)
{
	char one[5] = "";

	if (cp < 0x1100)
		return false;
	/* most of Chinese and its points: no look-up */
	if ((cp >= 0x4e00 && cp < 0xa000) || (cp > 0x3000 && cp < 0x3030) ||
	    (cp > 0xff00 && cp < 0xff60))
		return true;
	text_encode(cp, one);
	return text_width(one) == 2;
}

static bool
is_in(const char *set, const char *c, size_t n)
{
	for (; *set != '\0'; set += 3)	/* all of three bytes */
		if (n == 3 && memcmp(set, c, n) == 0)
			return true;
	return false;
}

/* May a line end between character a (na bytes) and b?  Both are wide. */
static bool
may_part(const char *a, size_t na, const char *b, size_t nb)
{
	if (is_in("人民", a, na) && is_in("民币", b, nb))
		return false;	/* 人民币 with its amount */
	return !is_in("，。、；：！？）」』》〉】”’％元", b, nb) &&
	    !is_in("（「『《〈【“‘", a, na);
}

/* Columns that a line takes up to a break, and how much of it fits. */
static size_t
fitting(const char *s, size_t n, int columns, size_t *ret_next)
{
	size_t at = 0, step, before = 0, fit = 0, next = 0, used = 0;
	uint32_t cp = 0, last = 0;
	bool any = false;

	/* no character has more columns than bytes */
	if (n <= (size_t)columns) {
		*ret_next = n;
		return n;
	}
	for (; at < n; at += step, before = step, last = cp) {
		if ((unsigned char)s[at] < 0x80) {
			cp = (unsigned char)s[at];
			step = 1;
		} else if ((step = text_decode(s + at, n - at, &cp)) == 0) {
			cp = '?';
			step = 1;
		}
		if (at > 0 && cp == ' ' && last != ' ' && any) {
			fit = at;
			next = at + 1;
		} else if (at > 0 && is_wide(cp) && is_wide(last) &&
		    may_part(s + at - before, before, s + at, step)) {
			fit = at;
			next = at;
		}
		if (cp != ' ')
			any = true;
		used += is_wide(cp) ? 2 : 1;
		if (used > (size_t)columns && fit > 0) {
			*ret_next = next;
			return fit;
		}
	}
	*ret_next = n;
	return n;
}

static void
wrap_line(struct text *out, const char *s, size_t n, int columns)
{
	size_t indent = strspn(s, " "), fit, next = 0;
	bool first = true;

	if (indent > INDENT_MAX || indent > n)
		indent = 0;
	text_addn(out, s, indent);
	s += indent;
	n -= indent;
	if (n > 2 && strncmp(s, "- ", 2) == 0) {
		text_addn(out, s, 2);
		s += 2;
		n -= 2;
		indent += 2;
	}
	do {
		if (!first)
			text_addf(out, "\n%*s", (int)indent, "");
		first = false;
		fit = fitting(s, n, columns - (int)indent, &next);
		text_addn(out, s, fit);
		s += next;
		n -= next;
		while (n > 0 && *s == ' ') {
			s++;
			n--;
		}
	} while (n > 0);
}

char *
wrap_text(void *owner, const char *s, int columns)
{
	struct text *out = text_new(owner);
	const char *nl;
	size_t n;
	int blank = 0;
	char *r;

	for (;; s = nl + 1) {
		nl = strchr(s, '\n');
		n = nl != NULL ? (size_t)(nl - s) : strlen(s);
		while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t' ||
		    s[n - 1] == '\r'))
			n--;
		if (n == 0) {
			blank++;
		} else {
			if (blank > 0 && text_len(out) > 0)
				text_addc(out, '\n');
			blank = 0;
			wrap_line(out, s, n, columns);
			text_addc(out, '\n');
		}
		if (nl == NULL)
			break;
	}
	r = mem_str(owner, text_str(out));
	text_free(out);
	return r;
}
