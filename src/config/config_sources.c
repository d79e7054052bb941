/* config_sources.c - profiles of ledger files, and the folder they are
 * dropped into. */
#include "config/config.h"

#include "base/mem.h"
#include "base/text.h"
#include "config/config_types.h"
#include "config/values.h"
#include "core/zone.h"

#include <string.h>

#define FIELD(type, dest, s) ((type *)(void *)((char *)(dest) + (s)->offset))

struct choice {
	const char *word;
	int value;
};

/* The value of one of the words; -1 after reporting that it is none. */
static int
choose(struct reader *r, const struct yaml_node *n, const struct choice *list)
{
	const char *v = value_scalar(r, n);
	struct text *t;
	size_t i;

	if (v == NULL)
		return -1;
	for (i = 0; list[i].word != NULL; i++)
		if (strcmp(list[i].word, v) == 0)
			return list[i].value;
	t = text_new(r->owner);
	for (i = 0; list[i].word != NULL; i++)
		text_addf(t, "%s%s", i > 0 ? ", " : "", list[i].word);
	reader_problem(r, n->line, "\"%.60s\" is none of %s", v,
	    text_str(t));
	text_free(t);
	return -1;
}

void
read_mode(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	static const struct choice list[] = { { "full", 1 }, { "delta", 0 },
		{ NULL, 0 } };
	struct config_source *c = dest;
	int v = choose(r, n, list);

	(void)s;
	if (v >= 0)
		c->full = v == 1;
}

void
read_date_order(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	static const struct choice list[] = { { "iso", DATE_ISO },
		{ "ymd", DATE_YMD }, { "dmy", DATE_DMY }, { "mdy", DATE_MDY },
		{ NULL, 0 } };
	int v = choose(r, n, list);

	if (v >= 0)
		*FIELD(enum date_order, dest, s) = (enum date_order)v;
}

void
read_decimal(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	static const struct choice list[] = { { "point", '.' },
		{ "comma", ',' }, { NULL, 0 } };
	int v = choose(r, n, list);

	if (v >= 0)
		*FIELD(char, dest, s) = (char)v;
}

void
read_delimiter(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	static const struct choice list[] = { { "comma", ',' },
		{ "semicolon", ';' }, { "tab", '\t' }, { "bar", '|' },
		{ NULL, 0 } };
	int v = choose(r, n, list);

	if (v >= 0)
		*FIELD(char, dest, s) = (char)v;
}

void
read_encoding(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	static const char *const words[] = { "utf-8", "utf-16le", "utf-16be",
		"gb18030", "big5", "windows-1252" };
	struct choice list[sizeof(words) / sizeof(words[0]) + 1] = {
		{ NULL, 0 } };
	size_t i;
	int v;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		list[i].word = words[i];
		list[i].value = (int)i;
	}
	if ((v = choose(r, n, list)) >= 0)
		*FIELD(const char *, dest, s) = words[v];
}

void
read_zone_name(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);
	const struct zone *z;

	if (v == NULL)
		return;
	if (zone_open(v, &z, NULL) != 0)
		reader_problem(r, n->line, "\"%.60s\" is no time zone: use a "
		    "name such as Asia/Shanghai or Europe/London", v);
	else
		*FIELD(const char *, dest, s) = mem_str(r->owner, v);
}

void
read_columns(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config_source *c = dest;
	const char *v;
	size_t i;

	(void)s;
	if (!value_entries(r, n))
		return;
	c->columns = mem_array(r->owner, struct config_column, n->n);
	for (i = 0; i < n->n; i++) {
		v = value_scalar(r, n->entries[i].value);
		if (v == NULL)
			continue;
		c->columns[c->n_columns].name = n->entries[i].key;
		c->columns[c->n_columns++].column = v;
	}
}

void
read_import(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config *c = dest;

	(void)s;
	settings_read(r, SECTION_import, n, &c->import);
}

void
read_sources(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config *c = dest;
	struct config_source *src;
	size_t i, mark;

	(void)s;
	if (!value_entries(r, n))
		return;
	c->sources = mem_array(r->owner, struct config_source, n->n);
	for (i = 0; i < n->n; i++) {
		if (!value_key(r, &n->entries[i], "source"))
			continue;
		src = &c->sources[c->n_sources++];
		src->name = n->entries[i].key;
		src->line = n->entries[i].line;
		mark = reader_down(r, src->name);
		settings_read(r, SECTION_source, n->entries[i].value, src);
		reader_up(r, mark);
	}
}
