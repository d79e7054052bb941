#include "core/event_words.h"

#include <stdlib.h>
#include <string.h>

struct kind {
	const char *word, *en, *zh;
};

static const struct kind kinds[] = {
#define EVENT(kind, en, zh) { kind, en, zh },
#include "core/events.def"
#undef EVENT
};

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static int
by_word(const void *word, const void *kind)
{
	return strcmp(word, ((const struct kind *)kind)->word);
}

const char *
event_words(const char *kind, const char *language)
{
	const struct kind *k = bsearch(kind, kinds, N_KINDS, sizeof(*k),
	    by_word);

	if (k == NULL)
		return NULL;
	return strcmp(language, "zh-CN") == 0 ? k->zh : k->en;
}

const char *
event_kind_at(size_t i)
{
	return i < N_KINDS ? kinds[i].word : NULL;
}
