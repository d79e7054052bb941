#include "report/words.h"

#include "base/text.h"

#include <string.h>

static const struct {
	enum words_list list;
	const char *word, *en, *zh;
} words[] = {
#define LOG_WORD(list, word, en, zh) { WORDS_##list, word, en, zh },
#include "report/log_words.def"
#undef LOG_WORD
};
#define N_WORDS (sizeof(words) / sizeof(words[0]))

static const char *
said(size_t i, const char *language)
{
	return strcmp(language, "zh-CN") == 0 ? words[i].zh : words[i].en;
}

const char *
words_say(enum words_list list, const char *word, const char *language)
{
	const char *found = NULL;
	size_t i;

	for (i = 0; i < N_WORDS; i++) {
		if (strcmp(words[i].word, word) != 0)
			continue;
		if (words[i].list == list)
			return said(i, language);
		if (list == WORDS_SENTENCE && found == NULL)
			found = said(i, language);
	}
	return found;
}

const char *
words_begin(const char *text, const char *language, const char **ret_rest)
{
	size_t i, n;

	for (i = 0; i < N_WORDS; i++) {
		n = strlen(words[i].word);
		if (words[i].list != WORDS_SENTENCE ||
		    words[i].word[n - 1] != ' ' ||
		    !text_starts(text, words[i].word))
			continue;
		*ret_rest = text + n;
		return said(i, language);
	}
	return NULL;
}
