#include "import/header.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

static const struct {
	const char *word;
	bool required;
} columns[COL_COUNT] = {
#define COLUMN(NAME, word, required) [COL_##NAME] = { word, required },
#define ALIAS(NAME, word)
#include "import/header.def"
#undef COLUMN
#undef ALIAS
};

static const struct {
	const char *word;
	enum column column;
} names[] = {
#define COLUMN(NAME, word, required) { word, COL_##NAME },
#define ALIAS(NAME, word) { word, COL_##NAME },
#include "import/header.def"
#undef COLUMN
#undef ALIAS
};

const char *
column_name(enum column c)
{
	return columns[c].word;
}

/* Letter case, spaces and joining signs do not count. */
static void
squeeze(const char *name, char *buf, size_t size)
{
	size_t n = 0;

	for (; *name != '\0' && n + 1 < size; name++) {
		if (strchr(" \t_-./#", *name) != NULL)
			continue;
		buf[n++] = *name >= 'A' && *name <= 'Z' ? *name + 32 : *name;
	}
	buf[n] = '\0';
}

bool
header_find(const char *name, enum column *ret_column)
{
	char buf[64];
	size_t i;

	if (strlen(name) >= sizeof(buf))
		return false;
	squeeze(name, buf, sizeof(buf));
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].word, buf) == 0) {
			*ret_column = names[i].column;
			return true;
		}
	return false;
}

/* A file with one column is often one with another separator. */
static void
hint(const char *only, const char *file, size_t line, struct mistakes *p)
{
	static const char signs[] = ";\t|";
	size_t i;

	for (i = 0; signs[i] != '\0'; i++)
		if (strchr(only, signs[i]) != NULL) {
			mistakes_add(p, file, line, NULL, "the columns are "
			    "separated by %s: save the file with commas",
			    signs[i] == '\t' ? "tabs" : signs[i] == ';' ?
			    "semicolons" : "vertical bars");
			return;
		}
}

static bool
complete(const struct header *h, const char *file, size_t line,
    struct mistakes *p)
{
	bool ok = true;
	int i;

	for (i = 0; i < COL_COUNT; i++)
		if (columns[i].required && h->at[i] < 0) {
			mistakes_add(p, file, line, columns[i].word,
			    "this column is required and not in the header");
			ok = false;
		}
	return ok;
}

bool
header_read(void *owner, char *const *fields, size_t n, const char *file,
    size_t line, struct mistakes *p, struct header *ret_header)
{
	struct header h = { .n = n };
	enum column c;
	bool ok = true;
	char *name;
	size_t i;

	for (i = 0; i < COL_COUNT; i++)
		h.at[i] = -1;
	h.ignored = mem_array(owner, char *, n + 1);
	for (i = 0; i < n; i++) {
		name = text_trim(owner, fields[i]);
		if (!header_find(name, &c)) {
			h.ignored[h.n_ignored++] = name;
			continue;
		}
		if (h.at[c] >= 0) {
			mistakes_add(p, file, line, columns[c].word,
			    "columns %d ('%.60s') and %zu ('%.60s') mean the "
			    "same: keep one", h.at[c] + 1, h.names[c], i + 1,
			    name);
			ok = false;
			continue;
		}
		h.at[c] = (int)i;
		h.names[c] = name;
	}
	if (n == 1)
		hint(fields[0], file, line, p);
	if (!complete(&h, file, line, p))
		ok = false;
	*ret_header = h;
	return ok;
}
