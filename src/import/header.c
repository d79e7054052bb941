#include "import/header.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

#define ALIAS(NAME, word)
#define EITHER(NAME, OTHER, word)
#define BUCKET(word)
static const struct {
	const char *word;
	bool required;
} columns[COL_COUNT] = {
#define COLUMN(NAME, word, required) [COL_##NAME] = { word, required },
#include "import/header.def"
};
#undef COLUMN
#undef ALIAS
#undef EITHER
#undef BUCKET

#define COLUMN(NAME, word, required) { word, COL_##NAME, COL_##NAME, false },
#define ALIAS(NAME, word) { word, COL_##NAME, COL_##NAME, false },
#define EITHER(NAME, OTHER, word) { word, COL_##NAME, COL_##OTHER, true },
#define BUCKET(word)
static const struct {
	const char *word;
	enum column column, other;
	bool either;
} names[] = {
#include "import/header.def"
};
#undef COLUMN
#undef ALIAS
#undef EITHER
#undef BUCKET

#define COLUMN(NAME, word, required)
#define ALIAS(NAME, word)
#define EITHER(NAME, OTHER, word)
#define BUCKET(word) word,
static const char *const buckets[] = {
#include "import/header.def"
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

const char *
column_name(enum column c)
{
	return columns[c].word;
}

bool
column_find(const char *word, enum column *ret_column)
{
	int i;

	for (i = 0; i < COL_COUNT; i++)
		if (strcmp(columns[i].word, word) == 0) {
			*ret_column = (enum column)i;
			return true;
		}
	return false;
}

/* Letter case, spaces and joining signs do not count. */
void
header_squeeze(const char *name, char *buf, size_t size)
{
	size_t n = 0;

	for (; *name != '\0' && n + 1 < size; name++) {
		if (strchr(" \t_-./#", *name) != NULL)
			continue;
		buf[n++] = *name >= 'A' && *name <= 'Z' ? *name + 32 : *name;
	}
	buf[n] = '\0';
}

static bool
find(const char *name, enum column *ret_column, enum column *ret_other,
    bool *ret_either)
{
	char buf[64];
	size_t i;

	if (strlen(name) >= sizeof(buf))
		return false;
	header_squeeze(name, buf, sizeof(buf));
	for (i = 0; i < COUNT(names); i++)
		if (strcmp(names[i].word, buf) == 0) {
			*ret_column = names[i].column;
			*ret_other = names[i].other;
			*ret_either = names[i].either;
			return true;
		}
	return false;
}

bool
header_find(const char *name, enum column *ret_column)
{
	enum column other;
	bool either;

	return find(name, ret_column, &other, &either);
}

static bool
is_bucket(const char *name)
{
	char buf[64];
	size_t i;

	if (strlen(name) >= sizeof(buf))
		return false;
	header_squeeze(name, buf, sizeof(buf));
	for (i = 0; i < COUNT(buckets); i++)
		if (strcmp(buckets[i], buf) == 0)
			return true;
	return false;
}

/* A user's name is compared as it stands. */
static bool
find_own(const struct header_names *own, const char *name,
    enum column *ret_column)
{
	size_t i;

	for (i = 0; own != NULL && i < own->n; i++)
		if (strcmp(own->list[i].name, name) == 0) {
			*ret_column = own->list[i].column;
			return true;
		}
	return false;
}

/* A profile that names a column for itself leaves the other names of that
 * column alone: they are ignored, not a second one. */
static bool
is_taken(const struct header_names *own, enum column c)
{
	size_t i;

	for (i = 0; own != NULL && i < own->n; i++)
		if (own->list[i].column == c)
			return true;
	return false;
}

bool
header_knows(const char *name, const void *arg)
{
	enum column c;

	return find_own(arg, name, &c) || header_find(name, &c) ||
	    is_bucket(name);
}

/* What can stand for a column that every ledger needs. */
static bool
complete(const struct header *h, const char *file, size_t line,
    struct mistakes *p)
{
	bool ok = true, have;
	int i;

	for (i = 0; i < COL_COUNT; i++) {
		have = h->at[i] >= 0;
		if (i == COL_DUE)
			have |= h->at[COL_BASELINE] >= 0;
		else if (i == COL_AMOUNT)
			have |= h->at[COL_BALANCE] >= 0 || h->n_buckets > 0;
		else if (!columns[i].required)
			have = true;
		if (have)
			continue;
		mistakes_add(p, file, line, columns[i].word,
		    "this column is required and not in the header");
		ok = false;
	}
	return ok;
}

static bool
take(struct header *h, enum column c, size_t i, char *name, const char *file,
    size_t line, struct mistakes *p)
{
	if (h->at[c] >= 0) {
		mistakes_add(p, file, line, columns[c].word,
		    "columns %d ('%.60s') and %zu ('%.60s') mean the "
		    "same: keep one", h->at[c] + 1, h->names[c], i + 1, name);
		return false;
	}
	h->at[c] = (int)i;
	h->names[c] = name;
	return true;
}

/* The column of a name; COL_COUNT: an ageing bucket; -1: not understood. */
static int
meaning(const struct header_names *own, const char *name, bool *ret_either,
    enum column *ret_other)
{
	enum column c;

	*ret_either = false;
	if (find_own(own, name, &c))
		return (int)c;
	if (find(name, &c, ret_other, ret_either))
		return *ret_either || !is_taken(own, c) ? (int)c : -1;
	return is_bucket(name) ? COL_COUNT : -1;
}

/* Names of either column go where there is room. */
static void
place_either(struct header *h, const struct header_names *own,
    char **late, size_t n)
{
	enum column other;
	size_t i;
	bool either;
	int c;

	for (i = 0; i < n; i++) {
		if (late[i] == NULL)
			continue;
		c = meaning(own, late[i], &either, &other);
		if (h->at[c] >= 0 || is_taken(own, (enum column)c) ||
		    (c == COL_BALANCE && h->n_buckets == 0))
			c = (int)other;
		if (h->at[c] >= 0 || is_taken(own, (enum column)c)) {
			h->ignored[h->n_ignored++] = late[i];
			continue;
		}
		h->at[c] = (int)i;
		h->names[c] = late[i];
	}
}

bool
header_read(void *owner, char *const *fields, size_t n,
    const struct header_names *own, const char *file, size_t line,
    struct mistakes *p, struct header *ret_header)
{
	struct header h = { .n = n };
	char **late = mem_array(owner, char *, n + 1);
	enum column other;
	bool ok = true, either;
	char *name;
	size_t i;
	int c;

	for (i = 0; i < COL_COUNT; i++)
		h.at[i] = -1;
	h.ignored = mem_array(owner, char *, n + 1);
	for (i = 0; i < n; i++) {
		name = text_trim(owner, fields[i]);
		c = meaning(own, name, &either, &other);
		if (either)
			late[i] = name;
		else if (c == COL_COUNT && h.n_buckets < HEADER_BUCKETS_MAX)
			h.buckets[h.n_buckets++] = (int)i;
		else if (c < 0 || c == COL_COUNT)
			h.ignored[h.n_ignored++] = name;
		else if (!take(&h, (enum column)c, i, name, file, line, p))
			ok = false;
	}
	place_either(&h, own, late, n);
	if (!complete(&h, file, line, p))
		ok = false;
	*ret_header = h;
	return ok;
}
