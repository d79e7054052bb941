#include "render/capital.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

#include <unicode/unum.h>
#include <unicode/ustring.h>

#define PREFIX "人民币"
#define SPELLED_MAX 128
#define YI INT64_C(100000000)

static const char *const digits[] = { "零", "壹", "贰", "叁", "肆", "伍",
    "陆", "柒", "捌", "玖" };

static int
icu_failed(struct err *err, UErrorCode status)
{
	return err_set(err, ERR_CONFIG, "ICU cannot write Chinese capital "
	    "figures: %s", u_errorName(status));
}

/* A number below 10^8 in ICU's financial numerals, which begin a ten with
 * 拾 as people say it; on bills it is 壹拾. */
static int
spell(struct text *t, int64_t n, bool middle, struct err *err)
{
	static const char rules[] = "%spellout-cardinal-financial";
	UChar name[sizeof(rules)], out[SPELLED_MAX];
	UErrorCode status = U_ZERO_ERROR;
	char s[SPELLED_MAX];
	UNumberFormat *f = unum_open(UNUM_SPELLOUT, NULL, 0, "zh_CN", NULL,
	    &status);
	int32_t len;

	if (U_FAILURE(status))
		return icu_failed(err, status);
	u_uastrcpy(name, rules);
	unum_setTextAttribute(f, UNUM_DEFAULT_RULESET, name, -1, &status);
	len = unum_formatInt64(f, n, out, SPELLED_MAX, NULL, &status);
	unum_close(f);
	if (U_SUCCESS(status))
		u_strToUTF8(s, SPELLED_MAX, NULL, out, len, &status);
	if (U_FAILURE(status))
		return icu_failed(err, status);
	if (middle && n < YI / 10 && !text_starts(s, digits[0]))
		text_add(t, digits[0]);
	text_addf(t, "%s%s", text_starts(s, "拾") ? digits[1] : "", s);
	return 0;
}

/* Above 亿 in two halves: ICU goes on to 兆, which banks do not write. */
static int
put_yuan(struct text *t, int64_t yuan, struct err *err)
{
	if (yuan >= YI) {
		if (spell(t, yuan / YI, false, err) < 0)
			return -1;
		text_add(t, "亿");
	}
	if (yuan % YI > 0 && spell(t, yuan % YI, yuan >= YI, err) < 0)
		return -1;
	text_add(t, "元");
	return 0;
}

static void
put_cents(struct text *t, int64_t yuan, int64_t cents)
{
	if (cents == 0) {
		text_add(t, "整");
		return;
	}
	if (cents >= 10)
		text_addf(t, "%s角", digits[cents / 10]);
	else if (yuan > 0)
		text_add(t, digits[0]);
	if (cents % 10 > 0)
		text_addf(t, "%s分", digits[cents % 10]);
}

/* --- read again --- */

static int
digit_at(const char **s)
{
	int i;

	for (i = 0; i < 10; i++)
		if (text_starts(*s, digits[i])) {
			*s += strlen(digits[i]);
			return i;
		}
	return -1;
}

static bool
word_at(const char **s, const char *word)
{
	if (!text_starts(*s, word))
		return false;
	*s += strlen(word);
	return true;
}

/* Four digits with 仟佰拾; false: not a figure there. */
static bool
read_four(const char **s, int64_t *ret_n)
{
	static const struct {
		const char *word;
		int64_t value;
	} units[] = { { "仟", 1000 }, { "佰", 100 }, { "拾", 10 } };
	int64_t n = 0, last = 10000;
	size_t i;
	int d;

	while ((d = digit_at(s)) >= 0) {
		if (d == 0)
			continue;
		for (i = 0; i < 3; i++)
			if (word_at(s, units[i].word))
				break;
		if (i == 3) {
			*ret_n = n + d;
			return last > 1;
		}
		if (units[i].value >= last)
			return false;
		last = units[i].value;
		n += d * last;
	}
	*ret_n = n;
	return n > 0;
}

static bool
read_eight(const char **s, int64_t *ret_n)
{
	int64_t high = 0, low = 0;

	if (!read_four(s, &high))
		return false;
	if (!word_at(s, "万")) {
		*ret_n = high;
		return true;
	}
	*ret_n = high * 10000;
	if (**s != '\0' && !text_starts(*s, "元") && !text_starts(*s, "亿")) {
		if (!read_four(s, &low))
			return false;
		*ret_n += low;
	}
	return true;
}

static bool
read_yuan(const char **s, int64_t *ret_n)
{
	int64_t high, low = 0;

	if (!read_eight(s, &high))
		return false;
	if (word_at(s, "亿")) {
		if (!text_starts(*s, "元") && !read_eight(s, &low))
			return false;
		high = high * YI + low;
	}
	*ret_n = high;
	return word_at(s, "元");
}

bool
capital_read(const char *s, int64_t *ret_minor)
{
	const char *at = s;
	int64_t yuan = 0, cents = 0;
	int d;

	if (!word_at(&at, PREFIX))
		return false;
	if (strstr(at, "元") != NULL && !read_yuan(&at, &yuan))
		return false;
	if (word_at(&at, "整")) {
		*ret_minor = yuan * 100;
		return *at == '\0' && yuan > 0;
	}
	while (*at != '\0') {
		d = digit_at(&at);
		if (d == 0 && cents == 0)
			continue;
		if (d > 0 && cents == 0 && word_at(&at, "角"))
			cents = d * 10;
		else if (d > 0 && cents % 10 == 0 && word_at(&at, "分"))
			cents += d;
		else
			return false;
	}
	*ret_minor = yuan * 100 + cents;
	return *ret_minor > 0;
}

int
capital_money(void *owner, struct money m, char **ret_s, struct err *err)
{
	void *tmp MEM_AUTO = talloc_new(NULL);
	struct text *t = text_new(tmp);
	int64_t again;

	if (strcmp(m.cur, "CNY") != 0 || m.minor <= 0)
		return err_set(err, ERR_PERM, "only amounts of renminbi above "
		    "zero have capital figures");
	text_add(t, PREFIX);
	if (m.minor >= 100 && put_yuan(t, m.minor / 100, err) < 0)
		return -1;
	put_cents(t, m.minor / 100, m.minor % 100);
	if (!capital_read(text_str(t), &again) || again != m.minor)
		return err_set(err, ERR_CONFIG, "the capital figures \"%.200s\""
		    " are not the amount that they stand for", text_str(t));
	*ret_s = mem_str(owner, text_str(t));
	return 0;
}
