#define PCRE2_CODE_UNIT_WIDTH 8
#include "render/lint.h"

#include "base/mem.h"
#include "base/text.h"
#include "render/lint_memo.h"
#include "render/lint_text.h"

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
	pcre2_code *code;	/* anchored */
} rules[] = {
#define LINT(rule, scope, pattern, why) { rule, scope, pattern, why, NULL },
#include "render/lint.def"
#undef LINT
};

#define N_RULES (sizeof(rules) / sizeof(rules[0]))

typedef uint64_t rule_set;	/* a bit for each rule */
_Static_assert(N_RULES <= 64, "a rule_set has 64 bits");

/* Mails are made of few words, and hardly one of them can begin a match.
 * Which rules it can begin is asked of PCRE2 once (a partial match of the
 * word's first bytes) and kept; rules are tried only where they can. */
#define BEGIN_SHORT 3	/* bytes that are looked at first */
#define BEGIN_LONG 6	/* two Chinese characters */
#define BEGIN_BITS 14

struct beginning {
	unsigned char key[8];	/* scope and what stands before, the bytes */
	rule_set can;
};

enum {
	IN_WORD = 1,		/* is of a word */
	BEGINS = 2,		/* may begin a match after none of a word */
	BEGINS_INSIDE = 4	/* or after one of a word */
};

static struct {
	pcre2_match_data *data;
	pcre2_match_context *context;
	rule_set of[2];		/* all rules of a scope */
	rule_set can[2][2][128];	/* by scope, after a word?, ASCII */
	unsigned char class[2][256];	/* by scope and byte: see below */
	/* What is known: 0 nothing, 1 begins no match, 2 may begin one. */
	unsigned char pairs[2][2][128][128];	/* of ASCII */
	unsigned char others[2][0x10000];	/* of three bytes */
	struct beginning known[1 << BEGIN_BITS];
} l;

/* What is known of paragraphs (lint_memo.h) rests on that. */
static bool
reads_digits(const char *pattern)
{
	for (; *pattern != '\0'; pattern++) {
		if (*pattern == '{')
			pattern += strcspn(pattern, "}");
		if (*pattern >= '0' && *pattern <= '9')
			return true;
	}
	return false;
}

/* A pattern that does not compile is a defect: end at once. */
static void
compile(size_t i)
{
	PCRE2_SIZE at;
	PCRE2_UCHAR text[128];
	int code;

	rules[i].code = pcre2_compile((PCRE2_SPTR)rules[i].pattern,
	    PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_ANCHORED |
	    (rules[i].scope == HTML ? PCRE2_CASELESS : 0), &code, &at, NULL);
	if (rules[i].code == NULL) {
		pcre2_get_error_message(code, text, sizeof(text));
		fprintf(stderr, "dunlin: defect: lint.def: %s at %zu of %s\n",
		    (char *)text, (size_t)at, rules[i].pattern);
		abort();
	}
	if (reads_digits(rules[i].pattern)) {
		fprintf(stderr, "dunlin: defect: lint.def: a digit in %s\n",
		    rules[i].pattern);
		abort();
	}
	pcre2_jit_compile(rules[i].code, PCRE2_JIT_COMPLETE |
	    PCRE2_JIT_PARTIAL_HARD);
	l.of[rules[i].scope] |= (rule_set)1 << i;
}

/* Those of the rules in set that can match from s[1] on if any text follows
 * the n bytes. */
static rule_set
rules_beginning(rule_set set, const char *s, size_t n)
{
	rule_set can = 0;
	size_t i;

	for (i = 0; i < N_RULES; i++)
		if ((set >> i & 1) != 0 && pcre2_match(rules[i].code,
		    (PCRE2_SPTR)s, n, 1, PCRE2_NO_UTF_CHECK |
		    PCRE2_PARTIAL_HARD, l.data, l.context) !=
		    PCRE2_ERROR_NOMATCH)
			can |= (rule_set)1 << i;
	return can;
}

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_';
}

static unsigned char
class_of(enum scope scope, int c)
{
	if (c >= 128)	/* but not in the middle of a character */
		return c >= 0xc0 ? BEGINS | BEGINS_INSIDE : 0;
	return (unsigned char)((is_word((char)c) ? IN_WORD : 0) |
	    (l.can[scope][0][c] != 0 ? BEGINS : 0) |
	    (l.can[scope][1][c] != 0 ? BEGINS_INSIDE : 0));
}

static void
start(void)
{
	char s[3] = "";
	size_t i;
	int c;

	if (l.data != NULL)
		return;
	l.data = mem_check(pcre2_match_data_create(1, NULL));
	l.context = mem_check(pcre2_match_context_create(NULL));
	pcre2_set_match_limit(l.context, MATCH_LIMIT);
	for (i = 0; i < N_RULES; i++)
		compile(i);
	for (i = 0; i < 4; i++) {
		for (c = 1; c < 128; c++) {
			s[0] = i % 2 == 1 ? 'a' : ' ';
			s[1] = (char)c;
			l.can[i / 2][i % 2][c] = rules_beginning(l.of[i / 2],
			    s, 2);
		}
	}
	for (i = 0; i < 2; i++)
		for (c = 1; c < 256; c++)
			l.class[i][c] = class_of((enum scope)i, c);
}

/* Those of the rules in set that can match where the first bytes of s, at
 * most max, stand; set follows from the scope and from fewer of the bytes. */
static rule_set
rules_from(rule_set set, enum scope scope, bool in_word, const char *s,
    size_t left, size_t max)
{
	unsigned char key[8] = { 0 };
	size_t n = left < max ? left : max;
	struct beginning *b;
	uint64_t hash;

	while (n < left && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	key[0] = (unsigned char)(1 + scope * 2 + in_word);
	memcpy(key + 2, s, n);
	memcpy(&hash, key, sizeof(hash));
	b = &l.known[hash * UINT64_C(0x9e3779b97f4a7c15) >>
	    (64 - BEGIN_BITS)];
	if (memcmp(b->key, key, sizeof(key)) != 0) {
		memcpy(b->key, key, sizeof(key));
		key[1] = in_word ? 'a' : ' ';
		b->can = rules_beginning(set, (char *)key + 1, n + 1);
	}
	return b->can;
}

/* Two letters, or a Chinese character, are a small table. */
static bool
may_begin(enum scope scope, bool in_word, const char *s, size_t left)
{
	const unsigned char *u = (const unsigned char *)s;
	unsigned char *known;
	rule_set can;

	if (left >= 2 && u[0] < 128 && u[1] < 128)
		known = &l.pairs[scope][in_word][u[0]][u[1]];
	else if (left >= 3 && (u[0] & 0xf0) == 0xe0)
		known = &l.others[scope][(u[0] & 15) << 12 |
		    (u[1] & 63) << 6 | (u[2] & 63)];
	else
		return true;
	if (*known == 0 && u[0] < 128) {
		char pair[3] = { in_word ? 'a' : ' ', s[0], s[1] };

		*known = rules_beginning(l.can[scope][in_word][u[0]], pair,
		    3) != 0 ? 2 : 1;
	} else if (*known == 0) {
		can = rules_from(l.of[scope], scope, false, s, left,
		    BEGIN_SHORT) | rules_from(l.of[scope], scope, true, s,
		    left, BEGIN_SHORT);
		*known = can != 0 ? 2 : 1;
	}
	return *known == 2;
}

static rule_set
rules_at(enum scope scope, bool in_word, const char *s, size_t left)
{
	unsigned char c = (unsigned char)s[0];
	rule_set can = c < 128 ? l.can[scope][in_word][c] : l.of[scope];

	if (can == 0 || !may_begin(scope, in_word, s, left))
		return 0;
	can = rules_from(can, scope, in_word, s, left, BEGIN_SHORT);
	return can == 0 ? 0 :
	    rules_from(can, scope, in_word, s, left, BEGIN_LONG);
}

/* The first rule of the table that matches, where it does so first. */
struct found {
	size_t rule, at, len;	/* rule N_RULES: none */
	bool failed;
};

static void
try_rules(rule_set set, const char *s, size_t n, size_t at, struct found *f)
{
	PCRE2_SIZE *where;
	size_t i;
	int r;

	for (i = 0; i < f->rule && set >> i != 0; i++) {
		if ((set >> i & 1) == 0)
			continue;
		r = pcre2_match(rules[i].code, (PCRE2_SPTR)s, n, at,
		    PCRE2_NO_UTF_CHECK, l.data, l.context);
		if (r == PCRE2_ERROR_NOMATCH)
			continue;
		where = pcre2_get_ovector_pointer(l.data);
		f->rule = i;
		f->failed = r < 0;
		f->at = r < 0 ? 0 : where[0];
		f->len = r < 0 ? 0 : where[1] - where[0];
	}
}

static struct found
scan(enum scope scope, const char *s, size_t n)
{
	const unsigned char *class = l.class[scope];
	struct found f = { .rule = N_RULES };
	unsigned k, begins = BEGINS;
	rule_set can;
	size_t i;

	for (i = 0; i < n; i++) {
		k = class[(unsigned char)s[i]];
		if ((k & begins) != 0) {
			can = rules_at(scope, begins == BEGINS_INSIDE, s + i,
			    n - i);
			if (can != 0)
				try_rules(can, s, n, i, &f);
		}
		begins = BEGINS << (k & IN_WORD);
	}
	return f;
}

static void
tell(const struct found *f, const char *s, struct lint_hit *ret_hit)
{
	size_t n = f->len;

	ret_hit->rule = rules[f->rule].rule;
	ret_hit->why = f->failed ? "cannot be checked" : rules[f->rule].why;
	ret_hit->line = 1;
	if (n >= sizeof(ret_hit->words)) {
		n = sizeof(ret_hit->words) - 1;
		while (n > 0 && (s[f->at + n] & 0xc0) == 0x80)
			n--;
	}
	memcpy(ret_hit->words, s + f->at, n);
	ret_hit->words[n] = '\0';
}

/* Does a paragraph's end stand at the line feed s?  Of HTML where a tag that
 * parts paragraphs begins a line after another tag. */
static bool
ends_paragraph(const char *start, const char *s, const char *end,
    enum lint_form form)
{
	static const char tags[] = "p>p ditatrtdthtbtfti"
	    "liheh1h2h3h4bome";
	const char *tag;

	if (form != LINT_HTML)
		return s + 1 < end && s[1] == '\n';
	if (s == start || s[-1] != '>')
		return false;
	while (s < end && *s == '\n')
		s++;
	if (s == end || *s++ != '<')
		return false;
	s += *s == '/';
	for (tag = tags; *tag != '\0' && s < end; tag += 2)
		if (tag[0] == s[0] && tag[1] == s[1])
			return true;
	return false;
}

static size_t
paragraph_length(const char *s, const char *end, enum lint_form form)
{
	const char *p;

	for (p = s; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++) {
		if (!ends_paragraph(s, p, end, form))
			continue;
		while (p < end && *p == '\n')
			p++;
		return (size_t)(p - s);
	}
	return (size_t)(end - s);
}

static bool
check(void *owner, const char *text, enum lint_form form,
    const char *const *masks, struct lint_hit *ret_hit)
{
	struct found read, markup = { .rule = N_RULES };
	struct lint_text t;

	lint_text_make(owner, text, form, masks, &t);
	read = scan(ANY, t.s, t.len);
	if (form == LINT_HTML)
		markup = scan(HTML, text, strlen(text));
	if (read.rule == N_RULES && markup.rule == N_RULES)
		return false;
	if (markup.rule < read.rule) {
		tell(&markup, text, ret_hit);
		return true;
	}
	tell(&read, t.s, ret_hit);
	if (!read.failed)
		ret_hit->line = lint_text_line(&t, read.at);
	return true;
}

/* Most paragraphs are known to be clean, whatever the names are. */
static bool
check_paragraph(const char *s, size_t n, enum lint_form form,
    const char *const *masks, struct lint_hit *ret_hit)
{
	void *tmp;
	struct lint_key key;
	char *text;
	bool hit;

	lint_key_make(form, s, n, &key);
	if (lint_memo_has(&key))
		return false;
	if (!text_is_utf8(s, n)) {
		*ret_hit = (struct lint_hit){ "encoding", "is not UTF-8", 1,
		    "" };
		return true;
	}
	tmp = talloc_new(NULL);
	text = mem_check(talloc_strndup(tmp, s, n));
	hit = check(tmp, text, form, NULL, ret_hit);
	if (!hit)
		lint_memo_add(&key);
	else if (masks != NULL)
		hit = check(tmp, text, form, masks, ret_hit);
	talloc_free(tmp);
	return hit;
}

bool
lint_check(const char *text, enum lint_form form, const char *const *masks,
    struct lint_hit *ret_hit)
{
	const char *s = text, *end = text + strlen(text);
	size_t n;

	start();
	for (; s < end; s += n) {
		n = paragraph_length(s, end, form);
		if (!check_paragraph(s, n, form, masks, ret_hit))
			continue;
		while (s-- > text)
			ret_hit->line += *s == '\n';
		return true;
	}
	return false;
}
