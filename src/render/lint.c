#define PCRE2_CODE_UNIT_WIDTH 8
#include "render/lint.h"

#include "base/mem.h"
#include "base/text.h"
#include "render/fold.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pcre2.h>

#define MATCH_LIMIT 200000

enum scope { ANY, HTML };

static struct {
	const char *rule;
	enum scope scope;
	const char *pattern, *why;
	pcre2_code *code;
} rules[] = {
#define LINT(rule, scope, pattern, why) { rule, scope, pattern, why, NULL },
#include "render/lint.def"
#undef LINT
};

#define N_RULES (sizeof(rules) / sizeof(rules[0]))

/* A pattern that does not compile is a defect: end at once. */
static void
compile(void)
{
	PCRE2_SIZE at;
	PCRE2_UCHAR text[128];
	size_t i;
	int code;

	for (i = 0; i < N_RULES && rules[i].code == NULL; i++) {
		rules[i].code = pcre2_compile((PCRE2_SPTR)rules[i].pattern,
		    PCRE2_ZERO_TERMINATED, PCRE2_UTF |
		    (rules[i].scope == HTML ? PCRE2_CASELESS : 0), &code,
		    &at, NULL);
		if (rules[i].code == NULL) {
			pcre2_get_error_message(code, text, sizeof(text));
			fprintf(stderr, "dunlin: defect: lint.def: %s at %zu "
			    "of %s\n", (char *)text, (size_t)at,
			    rules[i].pattern);
			abort();
		}
		pcre2_jit_compile(rules[i].code, PCRE2_JIT_COMPLETE);
	}
}

static size_t
read_reference(const char *s, struct text *out)
{
	static const struct {
		const char *name, *text;
	} names[] = {
		{ "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" },
		{ "&quot;", "\"" }, { "&apos;", "'" }, { "&nbsp;", " " },
		{ "&shy;", "" }, { "&zwnj;", "" }, { "&zwj;", "" },
	};
	char buf[4], *end;
	unsigned long cp;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!text_starts(s, names[i].name))
			continue;
		text_add(out, names[i].text);
		return strlen(names[i].name);
	}
	if (s[1] != '#')
		return 0;
	cp = s[2] == 'x' || s[2] == 'X' ? strtoul(s + 3, &end, 16) :
	    strtoul(s + 2, &end, 10);
	if (cp == 0 || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000))
		return 0;
	text_addn(out, buf, text_encode((uint32_t)cp, buf));
	return (size_t)(end - s) + (*end == ';');
}

/* What people read of HTML; newlines inside tags are kept for the count. */
static char *
html_text(void *owner, const char *s)
{
	struct text *out = text_new(owner);
	size_t n;

	while (*s != '\0') {
		if (*s == '<') {
			bool block = strncmp(s, "<b>", 3) != 0 &&
			    strncmp(s, "</b", 3) != 0 &&
			    strncmp(s, "<span", 5) != 0 &&
			    strncmp(s, "</span", 6) != 0 &&
			    strncmp(s, "<strong", 7) != 0 &&
			    strncmp(s, "</strong", 8) != 0 &&
			    strncmp(s, "<i>", 3) != 0 &&
			    strncmp(s, "</i", 3) != 0;

			for (; *s != '\0' && *s != '>'; s++)
				if (*s == '\n')
					text_addc(out, '\n');
			if (*s == '>')
				s++;
			if (block)
				text_addc(out, ' ');
			continue;
		}
		n = *s == '&' ? read_reference(s, out) : 0;
		if (n == 0)
			text_addc(out, *s++);
		else
			s += n;
	}
	return mem_str(owner, text_str(out));
}

static bool
is_invisible(uint32_t cp)
{
	return cp == 0xad || (cp >= 0x200b && cp <= 0x200f) ||
	    (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x2069) ||
	    cp == 0xfeff || cp == 0x180e || (cp >= 0xfe00 && cp <= 0xfe0f);
}

/* Invisible characters out, white space to one space, quotes to ASCII; lines
 * stay, as patterns do not match across a paragraph's end but do across a
 * fold: a single newline becomes a space, marked for the line count. */
static char *
fold(void *owner, const char *s)
{
	struct text *out = text_new(owner);
	size_t n, left = strlen(s);
	uint32_t cp;
	bool space = true;

	for (; left > 0; s += n, left -= n) {
		n = text_decode(s, left, &cp);
		if (n == 0) {
			n = 1;
			continue;
		}
		if (is_invisible(cp))
			continue;
		if (cp == ' ' || cp == '\t' || cp == '\r' || cp == 0xa0 ||
		    cp == 0x3000) {
			if (!space)
				text_addc(out, ' ');
			space = true;
			continue;
		}
		if (cp == 0x2018 || cp == 0x2019)
			text_addc(out, '\'');
		else
			text_addn(out, s, n);
		space = cp == '\n';
	}
	return mem_str(owner, text_str(out));
}

/* Folded lines run on: a newline between Latin letters is a space, between
 * Chinese ones nothing.  Returns a copy and, for each byte, its line. */
static char *
join_lines(void *owner, const char *s, int **ret_lines)
{
	size_t n = strlen(s), at = 0, i;
	char *r = mem_array(owner, char, n + 1);
	int *lines = mem_array(owner, int, n + 1), line = 1;

	for (i = 0; i < n; i++) {
		if (s[i] != '\n') {
			lines[at] = line;
			r[at++] = s[i];
			continue;
		}
		line++;
		if (s[i + 1] == '\n' || (i > 0 && s[i - 1] == '\n')) {
			lines[at] = line;
			r[at++] = '\n';
		} else if (i > 0 && (s[i - 1] & 0x80) == 0 &&
		    s[i - 1] != ' ') {
			lines[at] = line;
			r[at++] = ' ';
		}
	}
	r[at] = '\0';
	*ret_lines = lines;
	return r;
}

/* ASCII letters: NFKC has made others that look like them plain. */
static void
lower(char *s)
{
	for (; *s != '\0'; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s + 32);
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

static bool
match(size_t i, const char *s, const int *lines, struct lint_hit *ret_hit)
{
	pcre2_match_context *mc = pcre2_match_context_create(NULL);
	pcre2_match_data *md;
	PCRE2_SIZE *at;
	size_t n;
	int r;

	md = pcre2_match_data_create_from_pattern(rules[i].code, NULL);
	mem_check(mc);
	mem_check(md);
	pcre2_set_match_limit(mc, MATCH_LIMIT);
	r = pcre2_match(rules[i].code, (PCRE2_SPTR)s, strlen(s), 0,
	    PCRE2_NO_UTF_CHECK, md, mc);
	if (r != PCRE2_ERROR_NOMATCH) {
		at = pcre2_get_ovector_pointer(md);
		ret_hit->rule = rules[i].rule;
		ret_hit->why = r < 0 ? "cannot be checked" : rules[i].why;
		ret_hit->line = r < 0 || lines == NULL ? 1 : lines[at[0]];
		n = r < 0 ? 0 : at[1] - at[0];
		if (n >= sizeof(ret_hit->words)) {
			n = sizeof(ret_hit->words) - 1;
			while (n > 0 && (s[at[0] + n] & 0xc0) == 0x80)
				n--;
		}
		memcpy(ret_hit->words, s + (n > 0 ? at[0] : 0), n);
		ret_hit->words[n] = '\0';
	}
	pcre2_match_data_free(md);
	pcre2_match_context_free(mc);
	return r != PCRE2_ERROR_NOMATCH;
}

bool
lint_check(const char *text, enum lint_form form, const char *const *masks,
    struct lint_hit *ret_hit)
{
	void *tmp MEM_AUTO = talloc_new(NULL);
	const char *raw;
	int *lines;
	char *s;
	size_t i;

	compile();
	if (!text_is_utf8(text, strlen(text))) {
		*ret_hit = (struct lint_hit){ "encoding", "is not UTF-8", 1,
		    "" };
		return true;
	}
	raw = text;
	if (form == LINT_HTML)
		text = html_text(tmp, text);
	s = join_lines(tmp, fold(tmp, fold_nfkc(tmp, text)), &lines);
	for (; masks != NULL && *masks != NULL; masks++)
		blank_out(s, fold(tmp, fold_nfkc(tmp, *masks)));
	lower(s);
	for (i = 0; i < N_RULES; i++) {
		if (rules[i].scope == ANY && match(i, s, lines, ret_hit))
			return true;
		if (rules[i].scope == HTML && form == LINT_HTML &&
		    match(i, raw, NULL, ret_hit))
			return true;
	}
	return false;
}
