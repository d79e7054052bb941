/* yaml.h - YAML as a tree in which every node knows its line.
 *
 * A plain subset, the same for people and programs: maps, lists and scalars,
 * one document.  Anchors, aliases, tags, merge keys and keys given twice are
 * mistakes, so a file can neither grow when read nor say two things.  Scalars
 * stay text ("no" is a word): config/settings.def types them.
 *
 * Built on libyaml's events, not its documents: a document no longer knows
 * where an alias stood, and depth is checked while reading. */
#ifndef DUNLIN_CONFIG_YAML_H
#define DUNLIN_CONFIG_YAML_H

#include "config/problems.h"

#include <stdbool.h>
#include <stddef.h>

#define YAML_BYTES_MAX (1024 * 1024)
#define YAML_DEPTH_MAX 12
#define YAML_NODES_MAX 20000
#define YAML_TEXT_MAX 8192	/* of one scalar */

enum yaml_kind {
	YAML_SCALAR,
	YAML_LIST,
	YAML_MAP,
	YAML_BAD	/* already reported: say nothing more about it */
};

struct yaml_entry;

struct yaml_node {
	enum yaml_kind kind;
	int line;			/* from 1; maps and lists: of the key
					 * that they belong to */
	const char *text;		/* scalars; UTF-8, no control bytes
					 * but newline and tab */
	bool quoted;
	struct yaml_entry *entries;	/* lists and maps, in file order */
	size_t n;
};

struct yaml_entry {
	const char *key;		/* NULL in lists */
	int line;			/* of the key, or of the item */
	struct yaml_node *value;
};

/* Reads n bytes of any kind; name is FILE in the mistakes.  NULL when the
 * syntax is broken; other mistakes leave YAML_BAD nodes and the rest is
 * there.  An empty file is an empty map.  Nodes belong to owner. */
struct yaml_node *yaml_tree(void *owner, const char *name, const char *bytes,
    size_t n, struct config_problems *problems);

/* The value of key in map; NULL when it is not there. */
const struct yaml_node *yaml_get(const struct yaml_node *map,
    const char *key);

/* An empty plain scalar: "key:" with nothing after it. */
bool yaml_is_empty(const struct yaml_node *n);

#endif
