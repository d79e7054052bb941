#include "core/country.h"

#include "base/text.h"
#include "core/date.h"

#include <stddef.h>
#include <string.h>

#include <unicode/ucurr.h>
#include <unicode/uloc.h>

#define LETTERS 26

/* ICU's list, by its two letters. */
static bool
is_listed(const char *up)
{
	static bool listed[LETTERS][LETTERS], known;
	const char *const *all;

	if (!known)
		for (all = uloc_getISOCountries(); *all != NULL; all++)
			listed[(*all)[0] - 'A'][(*all)[1] - 'A'] = true;
	known = true;
	return listed[up[0] - 'A'][up[1] - 'A'];
}

bool
country_parse(const char *text, char ret_code[COUNTRY_MAX])
{
	char up[COUNTRY_MAX];
	int i;

	for (i = 0; i < 2; i++) {
		up[i] = text[i] >= 'a' && text[i] <= 'z' ? text[i] - 32 :
		    text[i];
		if (up[i] < 'A' || up[i] > 'Z')
			return false;
	}
	up[2] = '\0';
	if (text[2] != '\0')
		return false;
	if (!is_listed(up))
		return false;
	memcpy(ret_code, up, COUNTRY_MAX);
	return true;
}

/* Whether code is one of list, in which each code has a space after it. */
static bool
in(const char *list, const char *code)
{
	if (code == NULL || strlen(code) != 2)
		return false;
	for (; *list != '\0'; list += 3)
		if (list[0] == code[0] && list[1] == code[1])
			return true;
	return false;
}

bool
country_is(const char *code)
{
	char found[COUNTRY_MAX];

	return code != NULL && country_parse(code, found) &&
	    strcmp(code, found) == 0;
}

bool
country_is_eu(const char *code)
{
	return in("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV "
	    "MT NL PL PT RO SE SI SK ", code);
}

unsigned
country_weekend(const char *code)
{
	static const struct {
		const char *countries;
		unsigned days;
	} known[] = {
		{ "BD BH DZ EG IL IQ JO KW LY MV OM QA SA SD SY YE ",
		    1u << FRI | 1u << SAT },
		{ "AF ", 1u << THU | 1u << FRI },
		{ "DJ IR ", 1u << FRI },
		{ "BN ", 1u << FRI | 1u << SUN },
		{ "NP ", 1u << SAT },
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (in(known[i].countries, code))
			return known[i].days;
	return 1u << SAT | 1u << SUN;
}

bool
country_currency(const char *code, char ret_cur[4])
{
	char locale[8] = "und_";
	UChar cur[4];
	UErrorCode status = U_ZERO_ERROR;
	int i;

	if (!country_is(code))
		return false;
	memcpy(locale + 4, code, COUNTRY_MAX);
	if (ucurr_forLocale(locale, cur, 4, &status) != 3 ||
	    U_FAILURE(status))
		return false;
	for (i = 0; i < 4; i++)
		ret_cur[i] = (char)cur[i];
	return true;
}

const char *
country_zone(const char *code)
{
	static const struct {
		const char *code, *zone;
	} zones[] = {
#define COUNTRY(code, zone) { #code, zone },
#include "core/countries.def"
#undef COUNTRY
	};
	size_t i;

	for (i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		if (strcmp(zones[i].code, code) == 0)
			return zones[i].zone;
	return NULL;
}

const char *
language_find(const char *text)
{
	static const struct {
		const char *word, *language;
	} words[] = {
		{ "zh", "zh-CN" }, { "cn", "zh-CN" }, { "chs", "zh-CN" },
		{ "zho", "zh-CN" }, { "chi", "zh-CN" },
		{ "chinese", "zh-CN" }, { "中文", "zh-CN" },
		{ "简体中文", "zh-CN" }, { "汉语", "zh-CN" },
		{ "en", "en" }, { "eng", "en" }, { "english", "en" },
		{ "英文", "en" }, { "英语", "en" },
	};
	char first[32];
	size_t n = strcspn(text, "-_"), i;

	if (n >= sizeof(first))
		return NULL;
	/* zh-Hant is Chinese too: the nearest that Dunlin writes. */
	memcpy(first, text, n);
	first[n] = '\0';
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (text_eq_nocase(words[i].word, first))
			return words[i].language;
	return NULL;
}
