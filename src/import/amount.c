#include "import/amount.h"

#include <string.h>

#define PLAIN_MAX 64

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Copies text without its grouping commas; how many there were, -1 when
 * they do not stand between groups of three. */
static int
ungroup(const char *text, char plain[PLAIN_MAX])
{
	int commas = 0, run = 0;	/* digits since the last comma */
	size_t n = 0;
	bool point = false;

	for (; *text != '\0'; text++) {
		if (*text == ',') {
			if (point || run == 0 || run > 3 ||
			    (commas > 0 && run != 3))
				return -1;
			commas++;
			run = 0;
			continue;
		}
		if (*text == '.') {
			if (commas > 0 && run != 3)
				return -1;
			point = true;
		} else if (is_digit(*text))
			run++;
		if (n + 1 == PLAIN_MAX)
			return -1;
		plain[n++] = *text;
	}
	plain[n] = '\0';
	return commas > 0 && !point && run != 3 ? -1 : commas;
}

int
amount_parse(const char *text, const char *cur, struct money *ret_m,
    struct err *err)
{
	char plain[PLAIN_MAX];
	int commas;

	if (strchr(text, ',') == NULL)
		return money_parse(text, cur, ret_m, err);
	commas = ungroup(text, plain);
	if (commas < 0)
		return err_set(err, ERR_PERM, "'%.40s' is not an amount: "
		    "write 1234.56 or 1,234.56", text);
	if (commas == 1 && strchr(plain, '.') == NULL &&
	    money_digits(cur) > 0)
		return err_set(err, ERR_PERM, "'%.40s' can be read in two "
		    "ways: write %s or %s.%.*s", text, plain, text,
		    money_digits(cur), "0000");
	return money_parse(plain, cur, ret_m, err);
}
