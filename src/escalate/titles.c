#include "escalate/titles.h"

#include "plan/hold.h"

#include <string.h>

static const struct {
	const char *en, *zh;
} titles[] = {
#define TITLE(en, zh) { en, zh },
#include "escalate/titles.def"
#undef TITLE
};

const char *
titles_text(const char *title, const char *language)
{
	size_t i;
	int kind;

	if (title == NULL || language == NULL ||
	    strcmp(language, "zh-CN") != 0)
		return title;
	for (i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (strcmp(titles[i].en, title) == 0)
			return titles[i].zh;
	/* The planner opens tasks that say what holds. */
	for (kind = 0; kind < HOLD_COUNT; kind++)
		if (strcmp(hold_text(kind, "en"), title) == 0)
			return hold_text(kind, language);
	return title;
}
