#include "core/money.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINOR_LIMIT INT64_C(1000000000000000)	/* 15 digits */

static const struct {
	char code[MONEY_CUR_MAX];
	int digits;
} currencies[] = {
#define CURRENCY(code, digits) { #code, digits },
#include "core/currencies.def"
#undef CURRENCY
};

int
money_digits(const char *cur)
{
	size_t lo = 0, hi = sizeof(currencies) / sizeof(currencies[0]), mid;
	int c;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		c = strcmp(cur, currencies[mid].code);
		if (c == 0)
			return currencies[mid].digits;
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return -1;
}

bool
money_cur_parse(const char *text, char ret_cur[MONEY_CUR_MAX])
{
	char up[MONEY_CUR_MAX];
	int i;

	for (i = 0; i < 3; i++) {
		if (text[i] >= 'a' && text[i] <= 'z')
			up[i] = (char)(text[i] - 32);
		else if (text[i] >= 'A' && text[i] <= 'Z')
			up[i] = text[i];
		else
			return false;
	}
	up[3] = '\0';
	if (text[3] != '\0' || money_digits(up) < 0)
		return false;
	memcpy(ret_cur, up, MONEY_CUR_MAX);
	return true;
}

int
money_parse(const char *text, const char *cur, struct money *ret_m,
    struct err *err)
{
	int digits = money_digits(cur), after = -1;
	const char *p = text;
	bool minus = false, any = false;
	int64_t v = 0;

	if (digits < 0)
		return err_set(err, ERR_PERM, "'%.10s' is not an ISO 4217 "
		    "currency", cur);
	if (*p == '-' || *p == '+')
		minus = *p++ == '-';
	for (; *p != '\0'; p++) {
		if (*p == '.' && after < 0) {
			after = 0;
			continue;
		}
		if (*p < '0' || *p > '9')
			return err_set(err, ERR_PERM, "'%.40s' is not an "
			    "amount", text);
		any = true;
		if (after >= 0 && ++after > digits) {
			if (*p != '0')
				return err_set(err, ERR_PERM, "'%.40s' has "
				    "more decimals than %s (%d)", text, cur,
				    digits);
			continue;
		}
		v = v * 10 + (*p - '0');
		if (v >= MINOR_LIMIT)
			return err_set(err, ERR_PERM, "'%.40s' is too large",
			    text);
	}
	if (!any)
		return err_set(err, ERR_PERM, "'%.40s' is not an amount",
		    text);
	for (after = after < 0 ? 0 : after > digits ? digits : after;
	    after < digits; after++)
		v *= 10;
	if (v >= MINOR_LIMIT)
		return err_set(err, ERR_PERM, "'%.40s' is too large", text);
	ret_m->minor = minus ? -v : v;
	memset(ret_m->cur, 0, sizeof(ret_m->cur));
	snprintf(ret_m->cur, sizeof(ret_m->cur), "%s", cur);
	return 0;
}

char *
money_format(struct money m, char buf[MONEY_TEXT_MAX])
{
	unsigned digits = (unsigned)money_digits(m.cur) & 7, n = 0;
	uint64_t v = m.minor < 0 ? 0 - (uint64_t)m.minor : (uint64_t)m.minor;
	char back[MONEY_TEXT_MAX], *p = buf;

	/* From the end; at least one digit before the point. */
	for (; v > 0 || n <= digits; v /= 10) {
		if (n++ == digits && digits > 0)
			*p++ = '.';
		*p++ = (char)('0' + v % 10);
	}
	if (m.minor < 0)
		*p++ = '-';
	*p = '\0';
	for (n = 0; p > buf; n++)
		back[n] = *--p;
	back[n] = '\0';
	return memcpy(buf, back, n + 1);
}

struct money
money_add(struct money a, struct money b)
{
	if (strcmp(a.cur, b.cur) != 0 ||
	    __builtin_add_overflow(a.minor, b.minor, &a.minor)) {
		fprintf(stderr, "dunlin: defect: %s + %s\n", a.cur, b.cur);
		abort();
	}
	return a;
}

struct money
money_zero(const char *cur)
{
	struct money m = { 0, "" };

	snprintf(m.cur, sizeof(m.cur), "%s", cur);
	return m;
}
