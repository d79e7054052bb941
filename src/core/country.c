#include "core/country.h"

#include "base/text.h"

#include <stddef.h>
#include <string.h>

#include <unicode/uloc.h>

bool
country_parse(const char *text, char ret_code[COUNTRY_MAX])
{
	const char *const *all;
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
	for (all = uloc_getISOCountries(); *all != NULL; all++)
		if (strcmp(*all, up) == 0) {
			memcpy(ret_code, up, COUNTRY_MAX);
			return true;
		}
	return false;
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
