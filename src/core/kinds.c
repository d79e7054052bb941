#include "core/kinds.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static bool
find(const char *const *words, int n, const char *word, int *ret_i)
{
	int i;

	for (i = 0; i < n; i++)
		if (strcmp(words[i], word) == 0) {
			*ret_i = i;
			return true;
		}
	return false;
}

static const char *
join(const char *const *words, int n, const char *quote, char *buf,
    size_t size)
{
	size_t len = 0;
	int i;

	for (i = 0; i < n; i++)
		len += (size_t)snprintf(buf + len, size - len, "%s%s%s%s",
		    i > 0 ? ", " : "", quote, words[i], quote);
	return buf;
}

#define KIND_LIST(list, PREFIX) static const char *const list##_table[] = {
#define KIND(name, word) word,
#define KIND_END(list, PREFIX) };					\
	const char *							\
	list##_name(enum list v)					\
	{								\
		return (unsigned)v < PREFIX##_COUNT ? list##_table[v]	\
		    : "?";						\
	}								\
	bool								\
	list##_parse(const char *word, enum list *ret_v)		\
	{								\
		int i;							\
									\
		if (!find(list##_table, PREFIX##_COUNT, word, &i))	\
			return false;					\
		*ret_v = (enum list)i;					\
		return true;						\
	}								\
	const char *							\
	list##_words(void)						\
	{								\
		static char buf[256];					\
									\
		return join(list##_table, PREFIX##_COUNT, "", buf,	\
		    sizeof(buf));					\
	}
#include "core/kinds.def"
#undef KIND_LIST
#undef KIND
#undef KIND_END

static const struct {
	const char *list;
	const char *const *words;
	int n;
} lists[] = {
#define KIND_LIST(list, PREFIX) { #list, list##_table, PREFIX##_COUNT },
#define KIND(name, word)
#define KIND_END(list, PREFIX)
#include "core/kinds.def"
#undef KIND_LIST
#undef KIND
#undef KIND_END
};

const char *
kinds_sql(const char *list)
{
	static char buf[512];
	size_t i;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (strcmp(lists[i].list, list) == 0)
			return join(lists[i].words, lists[i].n, "'", buf,
			    sizeof(buf));
	return NULL;
}
