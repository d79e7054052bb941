#include "understand/sieve.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD_MAX 14		/* bytes of a word that are compared */
#define SLOTS 4096

struct word {
	char s[WORD_MAX];
	uint8_t n;
	int16_t pattern;
	int32_t next;		/* in its slot, 0: none */
};

struct sieve {
	bool fold;
	int n_patterns, n_words, cap_words;
	struct sieved always;
	struct word *words;	/* from 1 */
	/* Words of two bytes, and longer ones by their first three. */
	int32_t slot[2][SLOTS];
	/* A bit for each pair of bytes that is, or begins, a word. */
	uint8_t pairs[8192], starts[8192];
	char *buf;		/* the text in lower case */
	size_t cap;
};

/* Of these words one must be there. */
struct set {
	struct word *word;
	int n, cap;		/* n 0: nothing is known */
};

struct parse {
	const char *p;
	bool fold;
};

static struct set *alternation(struct parse *x, void *owner);

static char
folded(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

/* The shortest word of a set is the one that is found most often. */
static int
worth(const struct set *s)
{
	int i, least = WORD_MAX;

	for (i = 0; i < s->n; i++)
		if (s->word[i].n < least)
			least = s->word[i].n;
	return s->n == 0 || least < 2 ? 0 : least * 10000 - s->n;
}

static void
set_add(struct set *s, const struct word *w)
{
	if (s->n >= s->cap) {
		s->cap = s->cap == 0 ? 1 : 2 * s->cap;
		s->word = mem_grow(s, s->word, struct word, s->cap);
	}
	s->word[s->n++] = *w;
}

static void
consider(struct set **best, struct set *s)
{
	if (worth(s) > worth(*best))
		*best = s;
}

static void
take_run(struct set **best, struct word *run, void *owner)
{
	struct set *s;

	if (run->n == 0)
		return;
	s = mem_new(owner, struct set);
	set_add(s, run);
	consider(best, s);
	run->n = 0;
}

/* What follows an atom: whether it may be missing, or come again. */
static void
quantifier(struct parse *x, bool *ret_optional, bool *ret_many)
{
	char c = *x->p;

	*ret_optional = c == '?' || c == '*' || (c == '{' &&
	    (x->p[1] == '0' || x->p[1] == ','));
	*ret_many = c == '*' || c == '+' || c == '{';
	if (c == '{')
		x->p += strcspn(x->p, "}") + 1;
	else if (c == '?' || c == '*' || c == '+')
		x->p++;
	else
		return;
	if (*x->p == '?' || *x->p == '+')	/* lazy, possessive */
		x->p++;
}

static void
skip_class(struct parse *x)
{
	x->p++;
	if (*x->p == '^')
		x->p++;
	if (*x->p == ']')
		x->p++;
	while (*x->p != ']' && *x->p != '\0')
		x->p += *x->p == '\\' && x->p[1] != '\0' ? 2 : 1;
	if (*x->p == ']')
		x->p++;
}

/* At "(": what it must hold, or nothing where it only looks around. */
static struct set *
group(struct parse *x, void *owner)
{
	struct set *s;
	bool looks = false;

	x->p++;
	if (*x->p == '?') {
		if (x->p[1] == ':') {
			x->p += 2;
		} else if (x->p[1] == 'm' && x->p[2] == ')') {
			x->p += 2;
			looks = true;
		} else {
			looks = true;
			x->p += x->p[1] == '<' ? 3 : 2;
		}
	}
	s = alternation(x, owner);
	if (*x->p == ')')
		x->p++;
	if (looks)
		s->n = 0;
	return s;
}

/* One character that stands for itself; false for what matches several. */
static bool
literal(struct parse *x, char buf[4], size_t *ret_n)
{
	uint32_t cp;
	size_t n;

	if (*x->p == '\\') {
		x->p++;
		if (*x->p == 'p' || *x->p == 'P') {
			x->p += x->p[1] == '{' ? strcspn(x->p, "}") + 1 : 2;
			return false;
		}
		buf[0] = *x->p;
		*ret_n = 1;
		x->p += *x->p != '\0';
		return strchr(".\\$^*+?()[]{}|-/'\"", buf[0]) != NULL &&
		    buf[0] != '\0';
	}
	n = text_decode(x->p, strlen(x->p), &cp);
	if (n == 0)
		n = 1;
	memcpy(buf, x->p, n);
	*ret_n = n;
	x->p += n;
	if (n == 1) {
		if (buf[0] == '.' || buf[0] == '^' || buf[0] == '$')
			return false;
		if (x->fold)
			buf[0] = folded(buf[0]);
		return true;
	}
	/* Other letters have cases that are not compared here. */
	return !x->fold || cp >= 0x2e80;
}

static struct set *
branch(struct parse *x, void *owner)
{
	struct set *best = mem_new(owner, struct set), *s;
	struct word run = { .n = 0 };
	bool optional, many, one;
	char buf[4];
	size_t n;

	while (*x->p != '\0' && *x->p != '|' && *x->p != ')') {
		if (*x->p == '(' || *x->p == '[') {
			s = NULL;
			if (*x->p == '(')
				s = group(x, owner);
			else
				skip_class(x);
			quantifier(x, &optional, &many);
			take_run(&best, &run, owner);
			if (s != NULL && !optional)
				consider(&best, s);
			continue;
		}
		one = literal(x, buf, &n);
		quantifier(x, &optional, &many);
		if (one && !optional && run.n + n <= WORD_MAX) {
			memcpy(run.s + run.n, buf, n);
			run.n = (uint8_t)(run.n + n);
			if (!many)
				continue;
		}
		take_run(&best, &run, owner);
	}
	take_run(&best, &run, owner);
	return best;
}

static struct set *
alternation(struct parse *x, void *owner)
{
	struct set *all = mem_new(owner, struct set), *s;
	bool none = false;
	int i;

	for (;;) {
		s = branch(x, owner);
		none = none || s->n == 0;
		for (i = 0; i < s->n && !none; i++)
			set_add(all, &s->word[i]);
		if (*x->p != '|')
			break;
		x->p++;
	}
	if (none)
		all->n = 0;
	return all;
}

struct sieve *
sieve_new(void *owner, bool fold)
{
	struct sieve *v = mem_new(owner, struct sieve);

	v->fold = fold;
	v->n_words = 1;
	v->cap_words = 256;
	v->words = mem_array(v, struct word, v->cap_words);
	return v;
}

static uint32_t
slot(const char *s, size_t n)
{
	uint32_t h = (unsigned char)s[0] * 131u + (unsigned char)s[1];

	if (n > 2)
		h = h * 131 + (unsigned char)s[2];
	return (h ^ h >> 12) % SLOTS;
}

static unsigned
first_two(const char *s)
{
	return (unsigned char)s[0] * 256u + (unsigned char)s[1];
}

static void
keep(struct sieve *v, const struct word *word, int row)
{
	struct word *w;
	int32_t *at;
	unsigned pair;

	if (v->n_words >= v->cap_words) {
		v->cap_words *= 2;
		v->words = mem_grow(v, v->words, struct word, v->cap_words);
	}
	w = &v->words[v->n_words];
	*w = *word;
	w->pattern = (int16_t)row;
	pair = first_two(w->s);
	(w->n > 2 ? v->starts : v->pairs)[pair / 8] |=
	    (uint8_t)(1u << pair % 8);
	at = &v->slot[w->n > 2][slot(w->s, w->n)];
	w->next = *at;
	*at = v->n_words++;
}

int
sieve_add(struct sieve *v, const char *pattern)
{
	void *tmp = talloc_new(v);
	struct parse x = { pattern, v->fold };
	struct set *s = alternation(&x, tmp);
	int i, row = v->n_patterns++;

	if (row >= SIEVE_MAX || *x.p != '\0') {
		fprintf(stderr, "understand: sieve: '%.60s'\n", x.p);
		abort();
	}
	/* A single letter is in every text. */
	if (worth(s) < 1000)
		v->always.bits[row / 64] |= UINT64_C(1) << (row % 64);
	else
		for (i = 0; i < s->n; i++)
			keep(v, &s->word[i], row);
	talloc_free(tmp);
	return row;
}

static void
look_up(const struct sieve *v, const char *s, size_t n, size_t by,
    struct sieved *ret)
{
	const struct word *w;
	int32_t k;

	for (k = v->slot[by > 2][slot(s, by)]; k != 0; k = w->next) {
		w = &v->words[k];
		if (w->n <= n && memcmp(s, w->s, w->n) == 0)
			ret->bits[w->pattern / 64] |= UINT64_C(1) <<
			    (w->pattern % 64);
	}
}

void
sieve_run(struct sieve *v, const char *s, size_t n, struct sieved *ret)
{
	unsigned pair;
	size_t i;

	*ret = v->always;
	if (v->fold) {
		if (n > v->cap) {
			v->cap = 2 * n;
			v->buf = mem_grow(v, v->buf, char, v->cap);
		}
		for (i = 0; i < n; i++)
			v->buf[i] = folded(s[i]);
		s = v->buf;
	}
	for (i = 0; i + 1 < n; i++) {
		pair = first_two(s + i);
		if ((v->starts[pair / 8] >> pair % 8 & 1) != 0 && i + 2 < n)
			look_up(v, s + i, n - i, 3, ret);
		if ((v->pairs[pair / 8] >> pair % 8 & 1) != 0)
			look_up(v, s + i, n - i, 2, ret);
	}
}
