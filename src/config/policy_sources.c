#include "config/policy_sources.h"

#include "base/file.h"
#include "base/mem.h"
#include "config/config_types.h"
#include "config/policy_read.h"
#include "config/values.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define POLICIES_MAX 100

/* A policy somewhere, read when its base has been. */
struct source {
	const char *name, *file;
	const struct yaml_node *map;
	enum { WAITING, READING, DONE } state;
	const struct policy *policy;
	int line;			/* of its name */
};

struct policy_sources {
	struct source *sources;
	size_t n_sources;
};

static void
add_source(struct reader *r, const char *name, const char *file, int line,
    const struct yaml_node *map)
{
	struct policy_sources *l = r->context;
	struct source *s;
	size_t i;

	for (i = 0; i < l->n_sources; i++) {
		if (strcmp(l->sources[i].name, name) != 0)
			continue;
		problems_add(r->owner, r->problems, file, line, "there is "
		    "already a policy \"%.60s\" (%s): give this one another "
		    "name", name, l->sources[i].file);
		return;
	}
	if (l->n_sources >= POLICIES_MAX) {
		problems_add(r->owner, r->problems, file, line, "more than "
		    "%d policies", POLICIES_MAX);
		return;
	}
	l->sources = mem_grow(r->owner, l->sources, struct source,
	    l->n_sources + 1);
	s = &l->sources[l->n_sources++];
	memset(s, 0, sizeof(*s));
	s->name = mem_str(r->owner, name);
	s->file = file;
	s->line = line;
	s->map = map;
}

struct policy_sources *
policy_sources_new(void *owner)
{
	return mem_new(owner, struct policy_sources);
}

void
read_policies(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	size_t i;

	if (!value_entries(r, n))
		return;
	for (i = 0; i < n->n; i++)
		if (value_key(r, &n->entries[i], "policy"))
			add_source(r, n->entries[i].key, r->file,
			    n->entries[i].line, n->entries[i].value);
}

/* DIR/policies/NAME.yaml */
static void
policy_file(struct reader *r, const char *folder, const char *entry)
{
	size_t len = strlen(entry), n;
	struct yaml_node *map;
	char *name, *file, *text;
	struct err err;

	if (len < 6 || strcmp(entry + len - 5, ".yaml") != 0)
		return;
	name = mem_strn(r->owner, entry, len - 5);
	file = mem_fmt(r->owner, "%s/%s", folder, entry);
	if (!value_is_name(name)) {
		problems_add(r->owner, r->problems, file, 0, "no name for a "
		    "policy: use up to 40 letters, digits, - and _");
		return;
	}
	if (file_read(r->owner, file, YAML_BYTES_MAX, &text, &n, &err) != 0) {
		problems_add(r->owner, r->problems, file, 0, "%s", err.text);
		return;
	}
	map = yaml_tree(r->owner, file, text, n, r->problems);
	if (map != NULL)
		add_source(r, name, file, 1, map);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
policy_folder(struct reader *r)
{
	char *folder = file_join(r->owner, r->dir, "policies");
	char **names = NULL;
	struct dirent *e;
	size_t i, n = 0;
	DIR *d = opendir(folder);

	if (d == NULL)
		return;
	while ((e = readdir(d)) != NULL && n < POLICIES_MAX) {
		if (e->d_name[0] == '.')
			continue;
		names = mem_grow(r->owner, names, char *, n + 1);
		names[n++] = mem_str(r->owner, e->d_name);
	}
	closedir(d);
	if (n > 0)
		qsort(names, n, sizeof(names[0]), by_name);
	for (i = 0; i < n; i++)
		policy_file(r, folder, names[i]);
}

/* Reads source i after what it extends; NULL in a circle. */
static const struct policy *
resolve(struct reader *r, const struct policy *standard, const char *name,
    const char *file, int line)
{
	struct policy_sources *l = r->context;
	const struct policy *base = NULL;
	const struct yaml_node *extends;
	struct source *s = NULL;
	size_t i;

	for (i = 0; i < l->n_sources; i++)
		if (strcmp(l->sources[i].name, name) == 0)
			s = &l->sources[i];
	if (s == NULL && strcmp(name, "default") == 0)
		return standard;
	if (s == NULL || s->state == READING) {
		problems_add(r->owner, r->problems, file, line, s == NULL ?
		    "there is no policy \"%.60s\": give it under policies: "
		    "or as policies/%.60s.yaml" : "policy \"%.60s\" extends "
		    "itself, by way of \"%.60s\"", name, name);
		return NULL;
	}
	if (s->state == DONE)
		return s->policy;
	s->state = READING;
	extends = yaml_get(s->map, "extends");
	if (extends != NULL && extends->kind == YAML_SCALAR) {
		/* A policy named default may build on the embedded one. */
		base = strcmp(extends->text, "default") == 0 &&
		    strcmp(name, "default") == 0 ? standard :
		    resolve(r, standard, extends->text, s->file,
		    extends->line);
		if (base == NULL)
			base = standard;	/* its mistake is told */
	}
	s->policy = policy_read(r->owner, s->name, s->file, s->map, base,
	    r->problems);
	s->state = DONE;
	return s->policy;
}

void
policy_sources_resolve(struct reader *r, struct config *c)
{
	const struct policy *standard = policy_default(r->owner);
	struct policy_sources *l = r->context;
	struct config_company *co;
	size_t i;

	policy_folder(r);
	c->policies = mem_array(r->owner, const struct policy *,
	    l->n_sources + 1);
	c->policies[c->n_policies++] = standard;
	for (i = 0; i < l->n_sources; i++) {
		const struct policy *p = resolve(r, standard,
		    l->sources[i].name, l->sources[i].file,
		    l->sources[i].line);

		if (p != NULL && strcmp(p->name, "default") == 0)
			c->policies[0] = p;
		else if (p != NULL)
			c->policies[c->n_policies++] = p;
	}
	for (i = 0; i < c->n_companies; i++) {
		co = &c->companies[i];
		if (co->policy_name == NULL)
			continue;
		co->policy = config_policy(c, co->policy_name);
		if (co->policy == NULL)
			resolve(r, standard, co->policy_name, r->file,
			    co->line);
	}
}
