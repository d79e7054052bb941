/* settings.h - the table of settings.def and the reader that it drives. */
#ifndef DUNLIN_CONFIG_SETTINGS_H
#define DUNLIN_CONFIG_SETTINGS_H

#include "config/problems.h"
#include "config/yaml.h"

#include <stdbool.h>
#include <stddef.h>

#define READER_PATH_MAX 256

/* One reading.  Everything read belongs to owner. */
struct reader {
	void *owner;
	const char *file;		/* in the mistakes */
	const char *dir;		/* relative paths start here */
	struct config_problems *problems;
	bool partial;			/* changes a copy: no defaults, and
					 * nothing is missing */
	void *context;			/* of the caller's own types */
	char path[READER_PATH_MAX];	/* "companies.acme" */
};

enum section {
#define SECTION(section, path, type) SECTION_##section,
#define SETTING(section, key, field, type, need, def, min, max, help)
#include "config/settings.def"
#undef SECTION
#undef SETTING
	SECTION_COUNT
};

struct setting;

/* Reads n into the field of dest that s names. */
typedef void setting_fn(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest);

struct setting {
	enum section section;
	const char *key;
	setting_fn *read;
	size_t offset;
	bool need;
	const char *def;
	int min, max;
	const char *help;
};

extern const struct setting settings[];	/* ended by key NULL */
extern const char *const section_paths[SECTION_COUNT];

/* Reads a map into dest by the settings of its section: defaults first, then
 * what is there; reports unknown and missing keys. */
void settings_read(struct reader *r, enum section section,
    const struct yaml_node *map, void *dest);

/* "PATH: text" at line. */
void reader_problem(struct reader *r, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Goes down to key (NULL: nothing); give the result to reader_up. */
size_t reader_down(struct reader *r, const char *key);
size_t reader_down_nth(struct reader *r, size_t i);	/* i from 0 */
void reader_up(struct reader *r, size_t mark);

/* The word of list (separated by ", ") that was probably meant by word;
 * NULL when none is near. */
const char *settings_nearest(void *owner, const char *word, const char *list);

#endif
