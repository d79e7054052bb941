#include "understand/numbers.h"

#include "base/text.h"
#include "core/date.h"

#include <string.h>

#define WORD_SLOTS 512
#define HAN_RUN 24

static bool
adjacent(const struct chart *c, int i)
{
	return i > 0 && i < c->n_units && !c->unit[i].space;
}

static char
first_byte(const struct chart *c, int i)
{
	return c->t->low[c->unit[i].at];
}

static struct number *
add(struct number *found, int *n, int cat, int to, int64_t num)
{
	struct number *x;

	if (*n >= NUMBERS_MAX)
		return NULL;
	x = &found[(*n)++];
	x->cat = cat;
	x->to = to;
	x->num = num;
	x->n = num % NUMBER_ONE == 0 && num / NUMBER_ONE < 1000000000 ?
	    (int32_t)(num / NUMBER_ONE) : -1;
	x->digits = 0;
	x->flags = 0;
	return x;
}

/* A full-width comma after a sum that has its sign, before one that has its
 * word, lists two: $20，300美元. */
static bool
lists(const struct chart *c, int comma)
{
	const struct unit *u = c->unit;

	return c->t->orig[c->t->at[u[comma].at]] != ',' && comma > 1 &&
	    strchr("$\xc2\xe2", first_byte(c, comma - 2)) != NULL &&
	    comma + 2 < c->n_units && u[comma + 2].kind == 'h';
}

/* The text of unit i is inside a longer number: 5 of 2.5, 600 of 38,600. */
static bool
inside_number(const struct chart *c, int i)
{
	char sep;

	if (i < 2 || !adjacent(c, i) || !adjacent(c, i - 1))
		return false;
	sep = first_byte(c, i - 1);
	return (sep == '.' || sep == ',') && c->unit[i - 2].kind == '0' &&
	    !lists(c, i - 1);
}

struct figure {
	int group[8], len[8];	/* units of the digit groups, their sizes */
	char sep[8];		/* the sign after each */
	int n;
};

/* The unit is the code or sign of a currency. */
static bool
is_code(const struct chart *c, int i)
{
	static const char codes[] = " usd eur gbp sek nok dkk chf zar pln czk "
	    "huf cad aud nzd inr rub uah $ £ € ";
	char word[8];
	size_t n;

	if (i < 0 || i >= c->n_units)
		return false;
	n = c->unit[i].end - c->unit[i].at;
	if (n > 4)
		return false;
	word[0] = ' ';
	memcpy(word + 1, c->t->low + c->unit[i].at, n);
	memcpy(word + 1 + n, " ", 2);
	return strstr(codes, word) != NULL;
}

/* "SEK 10 000", "1 250,00 EUR": thousands set apart by a space, where a
 * currency says that this is one number. */
static bool
spaced(const struct chart *c, int i)
{
	int k = i;

	if (c->unit[i].end - c->unit[i].at > 3)
		return false;
	while (k + 1 < c->n_units && c->unit[k + 1].kind == '0' &&
	    c->unit[k + 1].at - c->unit[k].end == 1 &&
	    c->unit[k + 1].end - c->unit[k + 1].at == 3)
		k++;
	if (k == i)
		return false;
	if (is_code(c, i - 1))
		return true;
	if (k + 2 < c->n_units && adjacent(c, k + 1) && adjacent(c, k + 2) &&
	    c->unit[k + 2].kind == '0')
		k += 2;		/* its decimals */
	return is_code(c, k + 1);
}

static void
figure_read(const struct chart *c, int i, struct figure *f)
{
	bool apart = spaced(c, i);
	char sep;

	memset(f, 0, sizeof(*f));
	for (;;) {
		f->group[f->n] = i;
		f->len[f->n] = (int)(c->unit[i].end - c->unit[i].at);
		f->n++;
		if (apart && f->n < 8 && i + 1 < c->n_units &&
		    c->unit[i + 1].kind == '0' &&
		    c->unit[i + 1].end - c->unit[i + 1].at == 3 &&
		    c->unit[i + 1].at - c->unit[i].end == 1) {
			f->sep[f->n - 1] = ' ';
			i++;
			continue;
		}
		if (f->n == 8 || i + 2 >= c->n_units ||
		    !adjacent(c, i + 1) || !adjacent(c, i + 2) ||
		    c->unit[i + 2].kind != '0')
			return;
		sep = first_byte(c, i + 1);
		if ((sep != '.' && sep != ',' && sep != '\'') ||
		    lists(c, i + 1))
			return;
		f->sep[f->n - 1] = sep;
		i += 2;
	}
}

/* How many groups belong to the whole part; the next one, if *ret_frac, is
 * the fraction. */
static int
figure_whole(const struct chart *c, const struct figure *f, bool *ret_frac)
{
	char sep = f->sep[0];
	int k = 1;
	bool comma_decimal;

	comma_decimal = c->country != NULL &&
	    strstr("DE AT FR ES IT NL BE PT BR PL SE NO DK FI ID AR CL",
	    c->country) != NULL;
	*ret_frac = false;
	if (f->n == 1 || f->len[0] > 3) {
		*ret_frac = f->n > 1 && sep != '\'' &&
		    (sep == '.' || f->len[1] <= 2);
		return 1;
	}
	if (sep == '.' && f->n == 2 && !(comma_decimal && f->len[1] == 3)) {
		*ret_frac = true;
		return 1;
	}
	while (k < f->n && f->sep[k - 1] == sep &&
	    (f->len[k] == 3 || (f->len[k] == 2 && k + 1 < f->n &&
	    f->sep[k] == sep)))
		k++;
	if (k == 1) {
		*ret_frac = f->len[1] <= 2 || sep == '.';
		return 1;
	}
	*ret_frac = k < f->n && f->sep[k - 1] != sep;
	return k;
}

static bool
figure_digits(const struct chart *c, int unit, int64_t *v)
{
	uint32_t p;

	for (p = c->unit[unit].at; p < c->unit[unit].end; p++) {
		if (*v > INT64_C(900000000000000))
			return false;
		*v = *v * 10 + (c->t->low[p] - '0');
	}
	return true;
}

static void
digits_at(const struct chart *c, int i, struct number *found, int *n)
{
	const struct unit *u = &c->unit[i];
	struct number *x;
	struct figure f;
	int64_t v = 0, frac = 0, scale = NUMBER_ONE / 10;
	int len = (int)(u->end - u->at), whole, k;
	bool has_frac, inside = inside_number(c, i);
	uint32_t p;

	if (len <= 8)
		figure_digits(c, i, &v);
	if (len <= 4) {
		x = add(found, n, C_INT, i + 1, v * NUMBER_ONE);
		x->digits = (int16_t)len;
	}
	if (len == 8 && date_is_valid((int)(v / 10000),
	    (int)(v / 100 % 100), (int)(v % 100)) && v / 10000 >= 1990 &&
	    v / 10000 <= 2100)
		add(found, n, C_YMD8, i + 1, v * NUMBER_ONE);
	if (len == 4 && v >= 1900 && v < 2200)
		add(found, n, C_YEAR, i + 1, v * NUMBER_ONE);
	if (inside || len > 15)
		return;
	figure_read(c, i, &f);
	whole = figure_whole(c, &f, &has_frac);
	if (whole == 1 && !has_frac && len <= 4) {
		x = add(found, n, C_N, i + 1, v * NUMBER_ONE);
		x->digits = (int16_t)len;
		if (adjacent(c, i + 1) && c->unit[i + 1].end -
		    c->unit[i + 1].at == 2 && v > 0 && strstr("st nd rd th",
		    (char[]){ first_byte(c, i + 1),
		    c->t->low[c->unit[i + 1].at + 1], 0 }) != NULL)
			add(found, n, C_ORD, i + 2, v * NUMBER_ONE);
	}
	for (v = 0, k = 0; k < whole; k++)
		if (!figure_digits(c, f.group[k], &v) ||
		    v > NUMBER_LIMIT / NUMBER_ONE)
			return;
	if (has_frac)
		for (p = c->unit[f.group[whole]].at;
		    p < c->unit[f.group[whole]].end && scale > 0; p++) {
			frac += (c->t->low[p] - '0') * scale;
			scale /= 10;
		}
	k = f.group[has_frac ? whole : whole - 1];
	x = add(found, n, C_NUM, k + 1, v * NUMBER_ONE + frac);
	if (x != NULL)
		x->digits = (int16_t)len;
}

static const struct number_word {
	const char *word;
	int64_t value;
	char kind;
} number_words[] = {
#define NUMBER_WORD(word, value, kind) { word, value, kind },
#include "understand/numbers.def"
#undef NUMBER_WORD
};

static const struct number_word *slots[WORD_SLOTS];

static uint32_t
word_hash(const char *s, size_t n)
{
	uint32_t h = 5381;
	size_t i;

	for (i = 0; i < n; i++)
		h = h * 33 + (unsigned char)s[i];
	return h & (WORD_SLOTS - 1);
}

static const struct number_word *
word_find(const struct chart *c, int i)
{
	const char *s;
	uint32_t h;
	size_t n, k;

	if (i >= c->n_units || c->unit[i].kind != 'a')
		return NULL;
	s = c->t->low + c->unit[i].at;
	n = c->unit[i].end - c->unit[i].at;
	if (slots[word_hash("one", 3)] == NULL)
		for (k = 0; k < sizeof(number_words) /
		    sizeof(number_words[0]); k++) {
			h = word_hash(number_words[k].word,
			    strlen(number_words[k].word));
			while (slots[h] != NULL)
				h = (h + 1) & (WORD_SLOTS - 1);
			slots[h] = &number_words[k];
		}
	for (h = word_hash(s, n); slots[h] != NULL;
	    h = (h + 1) & (WORD_SLOTS - 1))
		if (strlen(slots[h]->word) == n &&
		    memcmp(slots[h]->word, s, n) == 0)
			return slots[h];
	return NULL;
}

/* The next number word, over a hyphen or "and" where one may stand. */
static const struct number_word *
word_next(const struct chart *c, int i, bool tens, bool scaled, int *ret_i)
{
	const struct number_word *w;

	*ret_i = i;
	if (i >= c->n_units)
		return NULL;
	if (tens && first_byte(c, i) == '-' && c->unit[i].kind == '.') {
		*ret_i = i + 1;
		w = word_find(c, i + 1);
		return w != NULL && strchr("oO", w->kind) ? w : NULL;
	}
	if (scaled && c->unit[i].end - c->unit[i].at == 3 &&
	    memcmp(c->t->low + c->unit[i].at, "and", 3) == 0) {
		*ret_i = i + 1;
		return word_find(c, i + 1);
	}
	return word_find(c, i);
}

static void
words_at(const struct chart *c, int i, struct number *found, int *n)
{
	const struct number_word *w = word_find(c, i);
	int64_t total = 0, section = 0;
	char last = 0;
	int k = i, at, words = 0;
	bool ordinal = false;

	if (w == NULL || (w->kind == 's' && w->value == 100 && false))
		return;
	if (w->kind == 's')
		return;		/* "hundred" alone: a rule gives it "a" */
	for (at = i; w != NULL && !ordinal; words++) {
		if (w->kind == 's') {
			if (w->value == 100)
				section = (section ? section : 1) * 100;
			else {
				total += (section ? section : 1) * w->value;
				section = 0;
			}
		} else if ((w->kind == 't' || w->kind == 'T') ?
		    last == 't' || last == 'o' :
		    last == 'o' || (last == 't' && w->value > 9)) {
			break;
		} else {
			section += w->value;
			ordinal = w->kind == 'O' || w->kind == 'T';
		}
		if (total > INT64_C(90000000000000) ||
		    section > 1000000000)
			return;
		last = w->kind;
		k = at + 1;
		w = word_next(c, k, last == 't', last == 's', &at);
	}
	total += section;
	if (ordinal) {
		add(found, n, C_ORD, k, total * NUMBER_ONE);
		return;
	}
	if (words > 1 && total >= 1900 && total < 2200)
		add(found, n, C_YEAR, k, total * NUMBER_ONE);
	add(found, n, C_N, k, total * NUMBER_ONE);
	add(found, n, C_NUM, k, total * NUMBER_ONE);
}

static int64_t
han_value(const struct chart *c, int i)
{
	uint32_t cp;

	if (i < 0 || i >= c->n_units || c->unit[i].kind != 'h')
		return -1;
	text_decode(c->t->low + c->unit[i].at, 4, &cp);
	switch (cp) {
#define HAN_NUMBER(character, value) case character: return value;
#include "understand/numbers.def"
#undef HAN_NUMBER
	default:
		return -1;
	}
}

static bool
is_week_char(const struct chart *c, int i)
{
	uint32_t cp = 0;

	if (i < 0 || c->unit[i].kind != 'h')
		return false;
	text_decode(c->t->low + c->unit[i].at, 4, &cp);
	return cp == 0x5468 || cp == 0x671f || cp == 0x62dc; /* 周期拜 */
}

/* The value of v[0..n), written with units: 三百二十, 八万五. */
static int64_t
han_units(const int64_t *v, int n)
{
	int64_t total = 0, section = 0, digit = 0, unit = 1, big = 0;
	bool zero = false;
	int i;

	for (i = 0; i < n; i++) {
		if (v[i] < 10) {
			zero = zero || v[i] == 0;
			/* 四五千: the lower of the two. */
			if (i == 0 || v[i - 1] == 0 || v[i - 1] >= 10 ||
			    v[i] != v[i - 1] + 1)
				digit = v[i];
			continue;
		}
		if (v[i] == 20 || v[i] == 30) {
			section += v[i];
			unit = 10;
		} else if (v[i] < 10000) {
			section += (digit ? digit : 1) * v[i];
			unit = v[i];
		} else {
			int64_t by = section + digit ? section + digit : 1;

			/* 三万亿 multiplies, 三兆五亿 adds. */
			if (v[i] > big && total > 0)
				by = total + section + digit;
			if (by > INT64_C(90000000000000) / v[i])
				return -1;
			total = v[i] > big && total > 0 ? by * v[i] :
			    total + by * v[i];
			big = v[i];
			section = 0;
			unit = v[i];
		}
		if (total > INT64_C(90000000000000))
			return -1;
		digit = 0;
		zero = false;
	}
	/* 八万五: the last digit stands one unit below. */
	if (digit > 0 && !zero && unit >= 100)
		digit *= unit / 10;
	return total + section + digit;
}

static void
han_at(const struct chart *c, int i, struct number *found, int *n)
{
	int64_t v[HAN_RUN], value = 0;
	struct number *x;
	bool units = false;
	int k, len = 0;

	if (han_value(c, i) < 0)
		return;
	if (han_value(c, i - 1) >= 0 && !is_week_char(c, i - 2))
		return;
	for (k = i; len < HAN_RUN && (value = han_value(c, k)) >= 0; k++) {
		if (k > i && c->unit[k].space)
			break;
		v[len++] = value;
		units = units || value >= 10;
	}
	if (v[0] >= 100)
		return;		/* 万一, 百, 千: a rule takes 百万 */
	if (units) {
		value = han_units(v, len);
	} else if (len == 2 && v[1] == v[0] + 1 && v[0] > 0) {
		value = v[0];	/* 三四天 */
	} else {
		for (value = 0, k = 0; k < len && k < 14; k++)
			value = value * 10 + v[k];
	}
	if (value < 0)
		return;
	if (!units && len == 4 && value >= 1900 && value < 2200)
		add(found, n, C_YEAR, i + len, value * NUMBER_ONE);
	if (!units && len == 2 && v[0] > 0 && v[1] != v[0] + 1)
		add(found, n, C_INT, i + len, value * NUMBER_ONE);
	x = add(found, n, C_N, i + len, value * NUMBER_ONE);
	if (!units && len == 2 && v[1] == v[0] + 1)
		x->flags = SEM_VAGUE;
	x = add(found, n, C_NUM, i + len, value * NUMBER_ONE);
	/* 三百, 两万五: with its unit a number stands for money alone. */
	if (units && (v[len - 1] >= 100 || (len > 1 && v[len - 2] >= 1000)))
		x->flags = SEM_HAVE_SCALE;
}

int
numbers_at(const struct chart *c, int i, struct number found[NUMBERS_MAX])
{
	int n = 0;

	switch (c->unit[i].kind) {
	case '0':
		digits_at(c, i, found, &n);
		break;
	case 'a':
		words_at(c, i, found, &n);
		break;
	case 'h':
		han_at(c, i, found, &n);
		break;
	default:
		break;
	}
	return n;
}
