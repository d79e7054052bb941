/* mustache_int.h - the parsed form, shared by the files of the renderer. */
#ifndef DUNLIN_RENDER_MUSTACHE_INT_H
#define DUNLIN_RENDER_MUSTACHE_INT_H

#include "render/mustache.h"

enum mst_node_kind {
	NODE_TEXT,
	NODE_VAR,
	NODE_RAW,		/* {{{name}}} and {{&name}} */
	NODE_SECTION,
	NODE_INVERTED,
	NODE_PARTIAL
};

/* A part of a dotted name, with a hash that most comparisons end at. */
struct mst_name {
	const char *s;
	uint32_t hash;
};
struct mst_name mst_name(const char *s);

struct mst_node {
	enum mst_node_kind kind;
	int line;
	const char *text;	/* NODE_TEXT: not ended by NUL */
	size_t len;
	const char *name;	/* of a tag */
	struct mst_name *path;	/* of a value: its parts */
	size_t n_path;		/* 0: "." */
	const char *indent;	/* standalone partial: put before each line */
	struct mst_node *child;	/* of a section */
	struct mst_node *next;
};

struct mst {
	const char *file;
	int line;		/* of the first line */
	const char *source;
	size_t len;
	struct mst_node *first;
};

enum mst_value_kind {
	VALUE_NULL,
	VALUE_BOOL,
	VALUE_TEXT,
	VALUE_LIST,
	VALUE_MAP
};

struct mst_value {
	enum mst_value_kind kind;
	bool truth;
	const char *text;
	struct mst_slot {
		struct mst_name name;		/* of a map */
		struct mst_value *value;
	} *slots;
	size_t n, room;
};

const struct mst_value *mst_find(const struct mst_value *map,
    struct mst_name name);

#endif
