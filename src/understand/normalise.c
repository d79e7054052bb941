#include "understand/normalise.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

#define HAN_FIRST 0x3400
#define HAN_LAST 0x9fff
#define HAN_COUNT (HAN_LAST - HAN_FIRST + 1)

/* What a code point is read as; 0 drops it.  Ranges map one to one. */
static const struct fold {
	uint32_t first, last, to;
	bool range;		/* to + (cp - first), else to */
} folds[] = {
	{ 0x00a0, 0x00a0, ' ', false },
	{ 0x00ad, 0x00ad, 0, false },
	{ 0x2000, 0x200a, ' ', false },
	{ 0x200b, 0x200f, 0, false },
	{ 0x2010, 0x2015, '-', false },
	{ 0x2018, 0x201b, '\'', false },
	{ 0x201c, 0x201f, '"', false },
	{ 0x2028, 0x2029, '\n', false },
	{ 0x202a, 0x202e, 0, false },
	{ 0x202f, 0x202f, ' ', false },
	{ 0x2060, 0x2064, 0, false },
	{ 0x20e3, 0x20e3, 0, false },
	{ 0x2212, 0x2212, '-', false },
	{ 0x3000, 0x3000, ' ', false },
	{ 0x301c, 0x301c, '~', false },
	{ 0x3007, 0x3007, 0x96f6, false },	/* 〇 as 零 */
	{ 0xfe00, 0xfe0f, 0, false },
	{ 0xfe63, 0xfe63, '-', false },
	{ 0xfeff, 0xfeff, 0, false },
	{ 0xff01, 0xff5e, '!', true },
	{ 0xffe0, 0xffe0, 0xa2, false },
	{ 0xffe1, 0xffe1, 0xa3, false },
	{ 0xffe5, 0xffe5, 0xa5, false },
	{ 0x1f3fb, 0x1f3ff, 0, false },
};

static uint16_t *simple;	/* [HAN_COUNT], built at the first need */

static const char traditional[] =
#include "understand/simplified.def"
;

static void
build_simple(void)
{
	uint16_t *map = mem_array(NULL, uint16_t, HAN_COUNT);
	size_t i, n = sizeof(traditional) - 1;
	uint32_t from, to;

	for (i = 0; i < HAN_COUNT; i++)
		map[i] = (uint16_t)(HAN_FIRST + i);
	for (i = 0; i < n; ) {
		i += text_decode(traditional + i, n - i, &from);
		i += text_decode(traditional + i, n - i, &to);
		map[from - HAN_FIRST] = (uint16_t)to;
	}
	simple = map;
}

static uint32_t
fold(uint32_t cp)
{
	size_t lo = 0, hi = sizeof(folds) / sizeof(folds[0]), mid;

	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (cp > folds[mid].last)
			lo = mid + 1;
		else if (cp < folds[mid].first)
			hi = mid;
		else if (folds[mid].range)
			return folds[mid].to + (cp - folds[mid].first);
		else
			return folds[mid].to;
	}
	return cp;
}

static uint32_t
read_as(struct norm *t, uint32_t cp)
{
	if (cp >= HAN_FIRST && cp <= HAN_LAST) {
		t->han = true;
		if (simple == NULL)
			build_simple();
		return simple[cp - HAN_FIRST];
	}
	return fold(cp);
}

static void
put(struct norm *t, uint32_t cp, uint32_t at)
{
	char buf[4];
	size_t n = text_encode(cp, buf), i;

	for (i = 0; i < n; i++) {
		t->text[t->len] = buf[i];
		t->low[t->len] = buf[i] >= 'A' && buf[i] <= 'Z' ?
		    (char)(buf[i] + 32) : buf[i];
		t->at[t->len++] = at;
	}
}

struct norm *
norm_new(void *owner, const char *s, size_t n)
{
	struct norm *t = mem_new(owner, struct norm);
	size_t i = 0, k;
	uint32_t cp;

	t->orig = s;
	if (n > NORM_MAX) {
		t->cut = true;
		n = NORM_MAX;
	}
	/* No fold makes a character longer than one byte more than it was. */
	t->text = mem_array(t, char, n + n / 2 + 8);
	t->low = mem_array(t, char, n + n / 2 + 8);
	t->at = mem_array(t, uint32_t, n + n / 2 + 8);
	while (i < n) {
		k = text_decode(s + i, n - i, &cp);
		if (k == 0) {
			k = 1;
			cp = ' ';
		} else if (cp == '\r') {
			cp = i + 1 < n && s[i + 1] == '\n' ? 0 : '\n';
		} else if (cp >= 0x80) {
			cp = read_as(t, cp);
		} else if (cp < 0x20 && cp != '\n') {
			cp = ' ';
		}
		if (cp != 0)
			put(t, cp, (uint32_t)i);
		i += k;
	}
	t->at[t->len] = (uint32_t)n;
	t->text[t->len] = t->low[t->len] = '\0';
	return t;
}

char *
norm_quote(void *owner, const struct norm *t, size_t from, size_t to)
{
	if (to > t->len)
		to = t->len;
	if (from >= to)
		return mem_str(owner, "");
	return mem_strn(owner, t->orig + t->at[from],
	    t->at[to] - t->at[from]);
}
