/* config_limitation.c - when the claims of a company are barred. */
#include "config/config.h"

#include "base/mem.h"
#include "config/config_types.h"
#include "config/values.h"
#include "policy/limitation.h"

#include <string.h>

#define FIELD(dest, s) \
	((const char **)(void *)((char *)(dest) + (s)->offset))

void
read_limitation(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config_company *co = dest;

	(void)s;
	settings_read(r, SECTION_limitation, n, &co->limitation);
}

void
read_limitation_pack(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);

	if (v == NULL)
		return;
	if (strcmp(v, "none") != 0 && limitation_pack(v) == NULL) {
		reader_problem(r, n->line, "\"%.40s\" is none of cn, gb, "
		    "gb-scotland, none: give years and interrupts for others",
		    v);
		return;
	}
	*FIELD(dest, s) = mem_str(r->owner, v);
}

void
read_limitation_events(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	unsigned bits;
	const char *words;

	read_words(r, s, n, dest);
	words = *FIELD(dest, s);
	if (words == NULL)
		return;
	if (!limitation_bits(words, &bits)) {
		reader_problem(r, n->line, "\"%.60s\": words of %s", words,
		    limitation_event_words());
		*FIELD(dest, s) = NULL;
	}
}

void
read_limitation_proof(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);
	enum limitation_proof proof;

	if (v == NULL)
		return;
	if (!limitation_proof_parse(v, &proof)) {
		reader_problem(r, n->line, "\"%.40s\" is none of unproven, "
		    "accepted, delivered, replied", v);
		return;
	}
	*FIELD(dest, s) = mem_str(r->owner, v);
}
