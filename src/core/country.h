/* country.h - ISO 3166-1 alpha-2 codes, the zones of countries that have
 * one, and the languages Dunlin writes in. */
#ifndef DUNLIN_CORE_COUNTRY_H
#define DUNLIN_CORE_COUNTRY_H

#include <stdbool.h>

#define COUNTRY_MAX 3

/* Sets code from text in any letter case; false when it is none. */
bool country_parse(const char *text, char ret_code[COUNTRY_MAX]);

/* Exactly such a code, in capital letters; NULL is none. */
bool country_is(const char *code);
bool country_is_eu(const char *code);	/* a member state of the EU */

/* The weekend of a country as bits 1 << enum weekday; Saturday and Sunday
 * where nothing else is known (code may be NULL). */
unsigned country_weekend(const char *code);

/* The zone of a country whose business keeps one time (countries.def);
 * NULL for those with several, and unknown ones. */
const char *country_zone(const char *code);

/* What is paid with there today; false when unknown. */
bool country_currency(const char *code, char ret_cur[4]);

/* "zh-CN" or "en" for the ways of writing them (zh, zh_CN, zh-Hans-CN, cn,
 * 中文, en-GB, English); NULL for other languages. */
const char *language_find(const char *text);

#endif
