/* event_words.h - the kinds of events (events.def).  A kind that is not there
 * cannot be written, so whoever reads a log finds words for all of it. */
#ifndef DUNLIN_CORE_EVENT_WORDS_H
#define DUNLIN_CORE_EVENT_WORDS_H

#include <stddef.h>

/* What a kind is called in "zh-CN", else English; NULL: there is none. */
const char *event_words(const char *kind, const char *language);
/* By number, NULL after the last. */
const char *event_kind_at(size_t i);

#endif
