/* embed.h - files compiled into the program: templates, the default policy,
 * holiday data, the schema.  Names are paths in the source tree, such as
 * "templates/en/m1.mail"; the list is EMBED_FILES of the makefile. */
#ifndef DUNLIN_BASE_EMBED_H
#define DUNLIN_BASE_EMBED_H

struct embed_file {
	const char *name;	/* NULL ends the table */
	const char *text;
};

extern const struct embed_file embed_files[];

const char *embed_find(const char *name);	/* its text, or NULL */

#endif
