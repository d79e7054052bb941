#include "escalate/reason.h"

#include <string.h>

static const struct {
	const char *en, *zh;
} meanwhiles[MEANWHILE_COUNT] = {
#define MEANWHILE(NAME, en, zh) { en, zh },
#include "escalate/meanwhile.def"
#undef MEANWHILE
};

#define REASON(word, severity, role, hours, meanwhile, again, en, zh)	\
	{ word, severity, USER_##role, hours, MEANWHILE_##meanwhile,	\
	    AGAIN_##again, en, zh },
static const struct reason reasons[] = {
#include "escalate/reasons.def"
};
#undef REASON

#define COUNT (sizeof(reasons) / sizeof(reasons[0]))

static bool
is_zh(const char *language)
{
	return language != NULL && strcmp(language, "zh-CN") == 0;
}

const char *
meanwhile_text(enum meanwhile m, const char *language)
{
	return is_zh(language) ? meanwhiles[m].zh : meanwhiles[m].en;
}

const struct reason *
reason_find(const char *word)
{
	size_t i;

	for (i = 0; word != NULL && i < COUNT; i++)
		if (strcmp(reasons[i].word, word) == 0)
			return &reasons[i];
	return NULL;
}

size_t
reason_count(void)
{
	return COUNT;
}

const struct reason *
reason_get(size_t i)
{
	return &reasons[i];
}

const char *
reason_text(const struct reason *r, const char *language)
{
	return is_zh(language) ? r->zh : r->en;
}

const char *
reason_title(const char *title, const char *language)
{
	size_t i;

	for (i = 0; title != NULL && is_zh(language) && i < COUNT; i++)
		if (strcmp(reasons[i].en, title) == 0)
			return reasons[i].zh;
	return title;
}

const char *
severity_text(int severity, const char *language)
{
	static const char *const en[] = { "", "routine", "soon", "at once" };
	static const char *const zh[] = { "", "一般", "尽快", "立即" };

	return (is_zh(language) ? zh : en)[severity];
}
