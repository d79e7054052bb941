#include "base/text.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <unicode/uchar.h>

struct text {
	char *s;
	size_t len, cap;
};

struct text *
text_new(void *owner)
{
	struct text *t = mem_new(owner, struct text);

	t->cap = 64;
	t->s = mem_array(t, char, t->cap);
	return t;
}

void
text_free(struct text *t)
{
	talloc_free(t);
}

void
text_clear(struct text *t)
{
	t->len = 0;
	t->s[0] = '\0';
}

static void
grow(struct text *t, size_t more)
{
	while (t->len + more + 1 > t->cap)
		t->cap *= 2;
	t->s = mem_grow(t, t->s, char, t->cap);
}

static inline void
reserve(struct text *t, size_t more)
{
	if (t->len + more + 1 > t->cap)
		grow(t, more);
}

void
text_addn(struct text *t, const char *s, size_t n)
{
	reserve(t, n);
	memcpy(t->s + t->len, s, n);
	t->len += n;
	t->s[t->len] = '\0';
}

void
text_add(struct text *t, const char *s)
{
	if (s != NULL)
		text_addn(t, s, strlen(s));
}

void
text_addc(struct text *t, char c)
{
	reserve(t, 1);
	t->s[t->len++] = c;
	t->s[t->len] = '\0';
}

void
text_addf(struct text *t, const char *fmt, ...)
{
	size_t room = t->cap - t->len;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->s + t->len, room, fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n >= room) {
		reserve(t, (size_t)n);
		va_start(ap, fmt);
		vsnprintf(t->s + t->len, (size_t)n + 1, fmt, ap);
		va_end(ap);
	}
	t->len += n > 0 ? (size_t)n : 0;
}

void
text_add_html(struct text *t, const char *s)
{
	for (; s != NULL && *s != '\0'; s++)
		switch (*s) {
		case '<':
			text_add(t, "&lt;");
			break;
		case '>':
			text_add(t, "&gt;");
			break;
		case '&':
			text_add(t, "&amp;");
			break;
		case '"':
			text_add(t, "&quot;");
			break;
		default:
			text_addc(t, (unsigned char)*s < ' ' && *s != '\n' && *s != '\t' ? ' ' : *s);
		}
}

char *
text_room(struct text *t, size_t n)
{
	reserve(t, n);
	return t->s + t->len;
}

void
text_took(struct text *t, const char *end)
{
	t->len = (size_t)(end - t->s);
	t->s[t->len] = '\0';
}

void
text_add_json(struct text *t, const char *s)
{
	static const char digits[] = "0123456789abcdef";
	const char *from = s;
	unsigned char c;

	text_addc(t, '"');
	for (; (c = (unsigned char)*s) != '\0'; s++) {
		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		text_addn(t, from, (size_t)(s - from));
		from = s + 1;
		text_addc(t, '\\');
		if (c >= 0x20) {
			text_addc(t, (char)c);
			continue;
		}
		text_addn(t, "u00", 3);
		text_addc(t, digits[c >> 4]);
		text_addc(t, digits[c & 15]);
	}
	text_addn(t, from, (size_t)(s - from));
	text_addc(t, '"');
}

const char *
text_str(const struct text *t)
{
	return t->s;
}

size_t
text_len(const struct text *t)
{
	return t->len;
}

size_t
text_decode(const char *s, size_t n, uint32_t *ret_cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *u = (const unsigned char *)s;
	size_t len, i;
	uint32_t cp;

	if (n == 0)
		return 0;
	if (u[0] < 0x80) {
		*ret_cp = u[0];
		return 1;
	}
	len = u[0] >= 0xf0 ? 4 : u[0] >= 0xe0 ? 3 : u[0] >= 0xc2 ? 2 : 0;
	if (len == 0 || len > n || u[0] > 0xf4)
		return 0;
	cp = u[0] & (0x7fu >> len);
	for (i = 1; i < len; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return 0;
		cp = cp << 6 | (u[i] & 0x3f);
	}
	if (cp < least[len] || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000))
		return 0;
	*ret_cp = cp;
	return len;
}

size_t
text_encode(uint32_t cp, char *buf)
{
	if (cp < 0x80) {
		buf[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		buf[0] = (char)(0xc0 | cp >> 6);
		buf[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		buf[0] = (char)(0xe0 | cp >> 12);
		buf[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		buf[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	buf[0] = (char)(0xf0 | cp >> 18);
	buf[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	buf[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	buf[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

/* Bytes of ASCII at the start of s, eight at a time. */
static size_t
ascii_run(const char *s, size_t n)
{
	uint64_t eight;
	size_t i;

	for (i = 0; i + 8 <= n; i += 8) {
		memcpy(&eight, s + i, 8);
		if ((eight & UINT64_C(0x8080808080808080)) != 0)
			break;
	}
	while (i < n && (unsigned char)s[i] < 0x80)
		i++;
	return i;
}

bool
text_is_utf8(const char *s, size_t n)
{
	uint32_t cp;
	size_t k;

	while (n > 0) {
		k = (unsigned char)*s < 0x80 ? ascii_run(s, n) :
		    text_decode(s, n, &cp);
		if (k == 0)
			return false;
		s += k;
		n -= k;
	}
	return true;
}

bool
text_is_ascii(const char *s, size_t n)
{
	return ascii_run(s, n) == n;
}

bool
text_has_control(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return true;
	return false;
}

static bool
is_space(uint32_t cp)
{
	return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0xa0 ||
	    cp == 0x3000 || cp == 0xfeff || cp == 0x202f;
}

char *
text_trim(void *owner, const char *s)
{
	size_t n = strlen(s), k, end;
	uint32_t cp;

	while ((k = text_decode(s, n, &cp)) > 0 && is_space(cp)) {
		s += k;
		n -= k;
	}
	while (n > 0) {
		for (end = n - 1; end > 0 && ((unsigned char)s[end] & 0xc0) ==
		    0x80;)
			end--;
		if (text_decode(s + end, n - end, &cp) == 0 || !is_space(cp))
			break;
		n = end;
	}
	return mem_strn(owner, s, n);
}

static int
lower(int c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

char *
text_lower(void *owner, const char *s)
{
	char *out = mem_str(owner, s), *p;

	for (p = out; *p != '\0'; p++)
		*p = (char)lower((unsigned char)*p);
	return out;
}

bool
text_eq_nocase(const char *a, const char *b)
{
	while (*a != '\0' && lower((unsigned char)*a) ==
	    lower((unsigned char)*b)) {
		a++;
		b++;
	}
	return *a == *b;
}

const char *
text_find_nocase(const char *s, const char *word)
{
	size_t i;

	for (; *s != '\0'; s++) {
		i = 0;
		while (word[i] != '\0' && lower((unsigned char)s[i]) ==
		    lower((unsigned char)word[i]))
			i++;
		if (word[i] == '\0')
			return s;
	}
	return NULL;
}

uint32_t
text_hash(const char *s)
{
	uint32_t h = 2166136261u;	/* FNV-1a */

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h;
}

bool
text_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

static size_t
cp_width(uint32_t cp)
{
	int w = u_getIntPropertyValue((UChar32)cp, UCHAR_EAST_ASIAN_WIDTH);
	int t = u_charType((UChar32)cp);

	if (t == U_NON_SPACING_MARK || t == U_ENCLOSING_MARK ||
	    t == U_FORMAT_CHAR)
		return 0;
	return w == U_EA_WIDE || w == U_EA_FULLWIDTH ? 2 : 1;
}

size_t
text_width(const char *s)
{
	size_t n = strlen(s), w = 0, k;
	uint32_t cp;

	for (; n > 0; s += k, n -= k) {
		k = text_decode(s, n, &cp);
		if (k == 0) {
			k = 1;
			cp = '?';
		}
		w += cp_width(cp);
	}
	return w;
}

char *
text_fit(void *owner, const char *s, size_t width)
{
	struct text *t = text_new(owner);
	size_t n = strlen(s), w = 0, k, total = text_width(s);
	size_t room = total > width ? width - (width > 0) : width;
	uint32_t cp;
	char *out;

	for (; n > 0; s += k, n -= k) {
		k = text_decode(s, n, &cp);
		if (k == 0) {
			k = 1;
			cp = '?';
		}
		if (w + cp_width(cp) > room)
			break;
		text_addn(t, s, k);
		w += cp_width(cp);
	}
	if (total > width && width > 0) {
		text_add(t, "…");
		w++;
	}
	for (; w < width; w++)
		text_addc(t, ' ');
	out = mem_str(owner, text_str(t));
	text_free(t);
	return out;
}
