#include "render/locale.h"

#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"

#include <stdio.h>
#include <string.h>

#include <unicode/ucurr.h>
#include <unicode/ustring.h>

#define NAME_BYTES 128	/* of a currency's name */

struct locale {
	const char *tag, *icu;
	const char *comma, *and;	/* of a list */
	char *(*money)(void *owner, const struct locale *l, const char *cur,
	    const char *number);
	char *(*date)(void *owner, int y, int m, int d);
};

static char *
money_en(void *owner, const struct locale *l, const char *cur,
    const char *number)
{
	return mem_fmt(owner, "%s %s", cur, number);
}

static char *
date_en(void *owner, int y, int m, int d)
{
	static const char *const months[] = { "January", "February", "March",
	    "April", "May", "June", "July", "August", "September", "October",
	    "November", "December" };

	return mem_fmt(owner, "%d %s %d", d, months[m - 1], y);
}

/* The currency's name in the locale's language, or "". */
static void
find_name(const struct locale *l, const char *cur, char ret[NAME_BYTES])
{
	UChar code[MONEY_CUR_MAX];
	UErrorCode status = U_ZERO_ERROR;
	const UChar *name;
	char utf8[NAME_BYTES];
	int32_t len, n;

	ret[0] = '\0';
	u_uastrcpy(code, cur);
	name = ucurr_getName(code, l->icu, UCURR_LONG_NAME, NULL, &len,
	    &status);
	if (U_FAILURE(status) || status == U_USING_DEFAULT_WARNING)
		return;
	status = U_ZERO_ERROR;
	u_strToUTF8(utf8, sizeof(utf8), &n, name, len, &status);
	if (U_SUCCESS(status) && n < (int32_t)sizeof(utf8) &&
	    strcmp(utf8, cur) != 0)
		strcpy(ret, utf8);
}

/* The same, or NULL; a name is looked up once. */
static const char *
currency_name(const struct locale *l, const char *cur)
{
	static struct {
		const struct locale *l;
		char cur[MONEY_CUR_MAX], name[NAME_BYTES];
	} known[64];
	size_t i = text_hash(cur) % 64;

	if (known[i].l != l || strcmp(known[i].cur, cur) != 0) {
		find_name(l, cur, known[i].name);
		known[i].l = l;
		strcpy(known[i].cur, cur);
	}
	return known[i].name[0] != '\0' ? known[i].name : NULL;
}

static char *
money_zh(void *owner, const struct locale *l, const char *cur,
    const char *number)
{
	const char *name;

	if (strcmp(cur, "CNY") == 0)
		return mem_fmt(owner, "人民币%s元", number);
	name = currency_name(l, cur);
	return name != NULL ? mem_fmt(owner, "%s%s", number, name) :
	    mem_fmt(owner, "%s %s", cur, number);
}

static char *
date_zh(void *owner, int y, int m, int d)
{
	return mem_fmt(owner, "%d年%d月%d日", y, m, d);
}

static const struct locale locales[] = {
	{ "en", "en", ", ", " and ", money_en, date_en },
	{ "zh-CN", "zh_CN", "、", "和", money_zh, date_zh },
};

const struct locale *
locale_find(const char *language)
{
	size_t i;

	for (i = 0; i < locale_count(); i++)
		if (strcmp(locales[i].tag, language) == 0)
			return &locales[i];
	return NULL;
}

const struct locale *
locale_for(const char *wish)
{
	if (wish != NULL && (wish[0] == 'z' || wish[0] == 'Z') &&
	    (wish[1] == 'h' || wish[1] == 'H') &&
	    (wish[2] == '\0' || strchr("-_.@", wish[2]) != NULL))
		return &locales[1];
	return &locales[0];
}

const char *
locale_tag(const struct locale *l)
{
	return l->tag;
}

size_t
locale_count(void)
{
	return sizeof(locales) / sizeof(locales[0]);
}

const struct locale *
locale_at(size_t i)
{
	return &locales[i];
}

char *
locale_money(void *owner, const struct locale *l, struct money m)
{
	char plain[MONEY_TEXT_MAX], grouped[MONEY_TEXT_MAX * 2];
	const char *p = money_format(m, plain);
	size_t digits, i, n = 0;

	if (*p == '-')
		grouped[n++] = *p++;
	digits = strcspn(p, ".");
	for (i = 0; i < digits; i++) {
		if (i > 0 && (digits - i) % 3 == 0)
			grouped[n++] = ',';
		grouped[n++] = p[i];
	}
	strcpy(grouped + n, p + digits);
	return l->money(owner, l, m.cur, grouped);
}

char *
locale_date(void *owner, const struct locale *l, int32_t day)
{
	int y, m, d;

	date_split(day, &y, &m, &d);
	return l->date(owner, y, m, d);
}

char *
locale_join(void *owner, const struct locale *l, const char *const *parts,
    size_t n)
{
	struct text *t = text_new(owner);
	char *s;
	size_t i;

	for (i = 0; i < n; i++) {
		if (i > 0)
			text_add(t, i + 1 < n ? l->comma : l->and);
		text_add(t, parts[i]);
	}
	s = mem_str(owner, text_str(t));
	text_free(t);
	return s;
}
