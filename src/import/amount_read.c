/* amount_read.c - the forms of amounts that ledgers have (amount.h). */
#include "import/amount.h"

#include "base/text.h"

#include <string.h>

#define PLAIN_MAX 96

static const struct {
	const char *word, *cur, *other;
} words[] = {
#define WORD(word, cur, other) { word, cur, other },
#include "import/currency_words.def"
#undef WORD
};

struct shape {
	char s[PLAIN_MAX];	/* digits, points and commas */
	size_t n;
	bool negative;
	const char *text, *cur;
};

static int
not_amount(const char *text, struct err *err)
{
	return err_set(err, ERR_PERM, "'%.40s' is not an amount: write "
	    "1234.56 or 1,234.56", text);
}

bool
amount_currency(const char *text, char ret_cur[MONEY_CUR_MAX])
{
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].other == NULL &&
		    strcmp(words[i].word, text) == 0) {
			memcpy(ret_cur, words[i].cur, MONEY_CUR_MAX);
			return true;
		}
	return money_cur_parse(text, ret_cur);
}

/* Full-width signs become plain ones, spaces inside go. */
static bool
fold(const char *text, char *out, size_t size)
{
	size_t left = strlen(text), len, n = 0;
	uint32_t cp;

	for (; left > 0; text += len, left -= len) {
		len = text_decode(text, left, &cp);
		if (len == 0 || n + 5 > size)
			return false;
		if (cp == ' ' || cp == 0xa0 || cp == 0x3000 || cp == 0x202f ||
		    cp == 0x2009)
			continue;
		if (cp == 0x2212 || cp == 0x2013)
			cp = '-';
		if (cp >= 0xff01 && cp <= 0xff5e)
			cp -= 0xfee0;
		n += text_encode(cp, out + n);
	}
	out[n] = '\0';
	return true;
}

static bool
fits(size_t i, const char *cur)
{
	if (strcmp(words[i].cur, cur) == 0)
		return true;
	if (words[i].other == NULL)
		return false;
	return words[i].other[0] == '*' ? cur[2] == words[i].other[1] :
	    strcmp(words[i].other, cur) == 0;
}

/* Takes a currency from one end of s; -1 when it is another one. */
static int
strip(char *s, bool front, const char *cur)
{
	size_t n = strlen(s), len, i;
	char code[4], found[MONEY_CUR_MAX];

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		len = strlen(words[i].word);
		if (len > n || memcmp(front ? s : s + n - len, words[i].word,
		    len) != 0)
			continue;
		if (front)
			memmove(s, s + len, n - len + 1);
		else
			s[n - len] = '\0';
		return fits(i, cur) ? 1 : -1;
	}
	if (n <= 3)
		return 0;
	memcpy(code, front ? s : s + n - 3, 3);
	code[3] = '\0';
	if (!money_cur_parse(code, found))
		return 0;
	if (front)
		memmove(s, s + 3, n - 2);
	else
		s[n - 3] = '\0';
	return strcmp(found, cur) == 0 ? 1 : -1;
}

/* Signs and brackets around the digits. */
static bool
unsign(char *s, bool *ret_negative)
{
	size_t n = strlen(s);

	if (n > 2 && s[0] == '(' && s[n - 1] == ')') {
		s[n - 1] = '\0';
		memmove(s, s + 1, n - 1);
	} else if (n > 1 && s[n - 1] == '-')
		s[n - 1] = '\0';
	else if (s[0] == '-')
		memmove(s, s + 1, n);
	else {
		if (s[0] == '+')
			memmove(s, s + 1, n);
		return true;
	}
	if (*ret_negative)
		return false;
	*ret_negative = true;
	return true;
}

static int
take_apart(struct shape *a, struct err *err)
{
	int k = 0, i;

	if (!fold(a->text, a->s, sizeof(a->s)))
		return not_amount(a->text, err);
	/* "-¥5", "¥-5", "(US$5)", "5.00 CNY-" */
	for (i = 0; i < 2; i++) {
		if (!unsign(a->s, &a->negative))
			return not_amount(a->text, err);
		if (k == 0)
			k = strip(a->s, true, a->cur);
		if (k == 0)
			k = strip(a->s, false, a->cur);
		if (k < 0)
			return err_set(err, ERR_PERM, "'%.40s' names another "
			    "currency than %s, that of the row", a->text,
			    a->cur);
	}
	a->n = strlen(a->s);
	if (a->n == 0 || strspn(a->s, "0123456789.,'") != a->n)
		return not_amount(a->text, err);
	return 0;
}

static size_t
count(const char *s, char c)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += *s == c;
	return n;
}

/* The decimal sign of the amount: '.', ',', '\0' (it has none) or '?'. */
static char
decimal_sign(const struct shape *a, char style)
{
	size_t points = count(a->s, '.'), commas = count(a->s, ',');
	const char *last;
	char sign;

	if (points == 0 && commas == 0)
		return '\0';
	if (points > 0 && commas > 0)
		return strrchr(a->s, '.') > strrchr(a->s, ',') ? '.' : ',';
	sign = points > 0 ? '.' : ',';
	if (points + commas > 1)
		return '\0';		/* groups only */
	last = strchr(a->s, sign);
	if (style != '\0')
		return style == sign ? sign : '\0';
	if (a->s + a->n - last != 4 || last == a->s || last - a->s > 3 ||
	    a->s[0] == '0')
		return sign;
	if (money_digits(a->cur) == 0)
		return '\0';
	return sign == '.' ? '.' : '?';	/* a point is native */
}

/* Groups of three before the decimal sign. */
static bool
ungroup(const struct shape *a, char sign, char plain[PLAIN_MAX])
{
	const char *p = a->s;
	size_t n = 0;
	int run = 0;
	char group = '\0';

	if (a->negative)
		plain[n++] = '-';
	for (; *p != '\0' && (*p != sign || sign == '\0'); p++) {
		if (*p >= '0' && *p <= '9') {
			plain[n++] = *p;
			run++;
			continue;
		}
		if (run == 0 || run > 3 || (group != '\0' &&
		    (run != 3 || *p != group)))
			return false;
		group = *p;
		run = 0;
	}
	if (run == 0 || (group != '\0' && run != 3))
		return false;
	if (*p != '\0') {
		plain[n++] = '.';
		if (strspn(p + 1, "0123456789") != strlen(p + 1) ||
		    p[1] == '\0')
			return false;
		strcpy(plain + n, p + 1);
	} else
		plain[n] = '\0';
	return true;
}

static bool
is_plain(const char *s, char *ret_style)
{
	*ret_style = '\0';
	if (*s == '-')
		s++;
	for (; *s != '\0'; s++)
		if (*s == '.' && *ret_style == '\0')
			*ret_style = '.';
		else if (*s < '0' || *s > '9')
			return false;
	return true;
}

int
amount_read(const char *text, const char *cur, char style,
    struct money *ret_m, char *ret_style, struct err *err)
{
	struct shape a = { .text = text, .cur = cur };
	char plain[PLAIN_MAX + 2], sign;

	if (style != ',' && money_digits(cur) > 0 && is_plain(text, &sign) &&
	    money_parse(text, cur, ret_m, err) == 0) {
		*ret_style = sign;
		return 0;
	}
	if (take_apart(&a, err) < 0)
		return -1;
	sign = decimal_sign(&a, style);
	if (sign == '?')
		return err_set(err, ERR_PERM, "'%.40s' can be read in two "
		    "ways: say --decimal point or comma", text);
	if ((style != '\0' && sign != '\0' && sign != style) ||
	    !ungroup(&a, sign, plain))
		return style == ',' ? err_set(err, ERR_PERM, "'%.40s' is not "
		    "an amount with a decimal comma: write 1234,56 or "
		    "1.234,56", text) : not_amount(text, err);
	*ret_style = sign;
	return money_parse(plain, cur, ret_m, err);
}
