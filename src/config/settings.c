#include "config/settings.h"

#include "base/mem.h"
#include "base/text.h"
#include "config/config.h"
#include "config/config_types.h"
#include "config/policy_read.h"
#include "config/values.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NEED true
#define MAY false
#define SECTION(section, path, type) typedef type section_##section;
#define SETTING(section, key, field, type, need, def, min, max, help)
#include "config/settings.def"
#undef SECTION
#undef SETTING

const struct setting settings[] = {
#define SECTION(section, path, type)
#define SETTING(section, key, field, type, need, def, min, max, help)	\
	{ SECTION_##section, key, read_##type,				\
	    offsetof(section_##section, field), need, def, min, max, help },
#include "config/settings.def"
#undef SECTION
#undef SETTING
	{ 0 }
};

const char *const section_paths[SECTION_COUNT] = {
#define SECTION(section, path, type) path,
#define SETTING(section, key, field, type, need, def, min, max, help)
#include "config/settings.def"
#undef SECTION
#undef SETTING
};

size_t
reader_down(struct reader *r, const char *key)
{
	size_t mark = strlen(r->path);

	if (key != NULL)
		snprintf(r->path + mark, sizeof(r->path) - mark, "%s%.60s",
		    mark > 0 ? "." : "", key);
	return mark;
}

size_t
reader_down_nth(struct reader *r, size_t i)
{
	char number[24];

	snprintf(number, sizeof(number), "%zu", i + 1);
	return reader_down(r, number);
}

void
reader_up(struct reader *r, size_t mark)
{
	r->path[mark] = '\0';
}

void
reader_problem(struct reader *r, int line, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = mem_check(talloc_vasprintf(r->owner, fmt, ap));
	va_end(ap);
	problems_add(r->owner, r->problems, r->file, line, "%s%s%s", r->path,
	    r->path[0] != '\0' ? ": " : "", text);
	talloc_free(text);
}

/* Edits (change, insert, drop, swap of neighbours) from a to b. */
static size_t
distance(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b), i, j, best;
	size_t d[3][64];

	if (la >= 64 || lb >= 64)
		return 64;
	for (j = 0; j <= lb; j++)
		d[0][j] = j;
	for (i = 1; i <= la; i++) {
		d[i % 3][0] = i;
		for (j = 1; j <= lb; j++) {
			best = d[(i + 2) % 3][j - 1] + (a[i - 1] != b[j - 1]);
			if (d[(i + 2) % 3][j] + 1 < best)
				best = d[(i + 2) % 3][j] + 1;
			if (d[i % 3][j - 1] + 1 < best)
				best = d[i % 3][j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] &&
			    d[(i + 1) % 3][j - 2] + 1 < best)
				best = d[(i + 1) % 3][j - 2] + 1;
			d[i % 3][j] = best;
		}
	}
	return d[la % 3][lb];
}

const char *
settings_nearest(void *owner, const char *word, const char *list)
{
	char *copy = mem_str(owner, list), *save = NULL, *w;
	const char *best = NULL;
	size_t d, least = strlen(word) / 3 + 1;

	for (w = strtok_r(copy, ", ", &save); w != NULL;
	    w = strtok_r(NULL, ", ", &save)) {
		d = distance(word, w);
		if (d < least || (d == least && best == NULL)) {
			least = d;
			best = w;
		}
	}
	return best;
}

static const struct setting *
find(enum section section, const char *key)
{
	const struct setting *s;

	for (s = settings; s->key != NULL; s++)
		if (s->section == section && strcmp(s->key, key) == 0)
			return s;
	return NULL;
}

static void
unknown(struct reader *r, enum section section, const struct yaml_entry *e)
{
	struct text *known = text_new(r->owner);
	const struct setting *s;
	const char *near;

	for (s = settings; s->key != NULL; s++)
		if (s->section == section)
			text_addf(known, "%s%s", text_len(known) > 0 ? ", " :
			    "", s->key);
	near = settings_nearest(r->owner, e->key, text_str(known));
	if (near != NULL)
		reader_problem(r, e->line, "\"%.60s\" is no setting, did you "
		    "mean \"%s\"?", e->key, near);
	else
		reader_problem(r, e->line, "\"%.60s\" is no setting; there "
		    "are: %s", e->key, text_str(known));
	text_free(known);
}

static void
set_default(struct reader *r, const struct setting *s, int line, void *dest)
{
	struct yaml_node n = { .kind = YAML_SCALAR, .line = line,
	    .text = s->def };
	size_t mark;

	mark = reader_down(r, s->key);
	s->read(r, s, &n, dest);
	reader_up(r, mark);
}

void
settings_read(struct reader *r, enum section section,
    const struct yaml_node *map, void *dest)
{
	const struct yaml_node *n;
	const struct setting *s;
	size_t i, mark;

	if (map->kind != YAML_MAP) {
		if (map->kind != YAML_BAD)
			reader_problem(r, map->line, "not a map: write "
			    "\"key: value\" lines");
		return;
	}
	for (s = settings; s->key != NULL; s++)
		if (s->section == section && s->def != NULL && !r->partial)
			set_default(r, s, map->line, dest);
	for (i = 0; i < map->n; i++)
		if (find(section, map->entries[i].key) == NULL)
			unknown(r, section, &map->entries[i]);
	/* In the table's order: later ones may build on earlier ones. */
	for (s = settings; s->key != NULL; s++) {
		if (s->section != section)
			continue;
		n = yaml_get(map, s->key);
		if (n == NULL && s->need && !r->partial)
			reader_problem(r, map->line, "\"%s\" is missing: add "
			    "it (%s)", s->key, s->help);
		if (n == NULL || n->kind == YAML_BAD)
			continue;
		mark = reader_down(r, s->key);
		s->read(r, s, n, dest);
		reader_up(r, mark);
	}
}
