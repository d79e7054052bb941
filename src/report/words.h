/* words.h - our own words, as people read them in logs and reports: the lists
 * of log_words.def.  Pure. */
#ifndef DUNLIN_REPORT_WORDS_H
#define DUNLIN_REPORT_WORDS_H

#include <stddef.h>

enum words_list {
#define WORDS_LIST(NAME) WORDS_##NAME,
#include "report/word_lists.def"
#undef WORDS_LIST
	WORDS_COUNT
};

/* In language; NULL: it is no word of that list.  WORDS_SENTENCE: of any list,
 * sentences first. */
const char *words_say(enum words_list list, const char *word,
    const char *language);
/* A sentence that goes on with what somebody wrote: *ret_rest is that.  NULL:
 * it begins with none. */
const char *words_begin(const char *text, const char *language,
    const char **ret_rest);

#endif
