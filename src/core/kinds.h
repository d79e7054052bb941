/* kinds.h - the closed lists of kinds.def as enums with their words.
 *
 * For a list "class" with prefix CLASS: enum class (CLASS_REMINDER, ...,
 * CLASS_COUNT); class_name(v); class_parse(word, &v) is false for an unknown
 * word; class_words() gives all, separated by ", ", for error texts. */
#ifndef DUNLIN_CORE_KINDS_H
#define DUNLIN_CORE_KINDS_H

#include <stdbool.h>

#define KIND_LIST(list, PREFIX) enum list {
#define KIND(name, word) name,
#define KIND_END(list, PREFIX) \
	PREFIX##_COUNT };		\
	const char *list##_name(enum list v);				\
	bool list##_parse(const char *word, enum list *ret_v);		\
	const char *list##_words(void);
#include "core/kinds.def"
#undef KIND_LIST
#undef KIND
#undef KIND_END

/* The words of the list named, separated by ", " and quoted for SQL
 * ("'reminder', 'answer'"); NULL when there is no such list. */
const char *kinds_sql(const char *list);

#endif
