#include "config/config.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/config_types.h"
#include "config/policy_read.h"
#include "config/values.h"
#include "core/country.h"
#include "core/zone.h"
#include "policy/calendar.h"
#include "policy/rulepack.h"

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

/* Of the reading of one dunlin.yaml: reader.context. */
struct loading {
	struct source *sources;
	size_t n_sources;
};

static void
add_source(struct reader *r, const char *name, const char *file, int line,
    const struct yaml_node *map)
{
	struct loading *l = r->context;
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

static bool
good_name(struct reader *r, const struct yaml_entry *e, const char *what)
{
	if (value_is_name(e->key))
		return true;
	reader_problem(r, e->line, "\"%.60s\" is no name for a %s: use up to "
	    "40 letters, digits, - and _", e->key, what);
	return false;
}

static bool
want_entries(struct reader *r, const struct yaml_node *n)
{
	if (n->kind == YAML_MAP && n->n > 0)
		return true;
	reader_problem(r, n->line, "not a map: write the name with a colon, "
	    "and its settings below it, indented");
	return false;
}

void
read_policies(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	size_t i;

	if (!want_entries(r, n))
		return;
	for (i = 0; i < n->n; i++)
		if (good_name(r, &n->entries[i], "policy"))
			add_source(r, n->entries[i].key, r->file,
			    n->entries[i].line, n->entries[i].value);
}

void
read_users(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config *c = dest;
	struct config_user *u;
	size_t i, mark;

	if (!want_entries(r, n))
		return;
	c->users = mem_array(r->owner, struct config_user, n->n);
	for (i = 0; i < n->n; i++) {
		if (!good_name(r, &n->entries[i], "user"))
			continue;
		u = &c->users[c->n_users++];
		u->login = n->entries[i].key;
		u->line = n->entries[i].line;
		mark = reader_down(r, u->login);
		settings_read(r, SECTION_user, n->entries[i].value, u);
		reader_up(r, mark);
	}
}

/* What is left out follows from what is there. */
static void
complete_company(struct reader *r, struct config_company *c)
{
	const char **list, *at;

	if (c->languages == NULL) {
		list = mem_array(r->owner, const char *, 2);
		list[0] = c->country != NULL &&
		    strcmp(c->country, "CN") == 0 ? "zh-CN" : "en";
		c->languages = list;
	}
	if (c->bounce_to == NULL)
		c->bounce_to = c->reply_to;
	at = c->reply_to == NULL ? NULL : strrchr(c->reply_to, '@');
	if (c->message_domain == NULL && at != NULL)
		c->message_domain = at + 1;
}

void
read_companies(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config *c = dest;
	struct config_company *co;
	size_t i, mark;

	if (!want_entries(r, n))
		return;
	c->companies = mem_array(r->owner, struct config_company, n->n);
	for (i = 0; i < n->n; i++) {
		if (!good_name(r, &n->entries[i], "company"))
			continue;
		co = &c->companies[c->n_companies++];
		co->code = n->entries[i].key;
		co->line = n->entries[i].line;
		mark = reader_down(r, co->code);
		settings_read(r, SECTION_company, n->entries[i].value, co);
		complete_company(r, co);
		reader_up(r, mark);
	}
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
	struct loading *l = r->context;
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

static void
resolve_all(struct reader *r, struct config *c)
{
	const struct policy *standard = policy_default(r->owner);
	struct loading *l = r->context;
	struct config_company *co;
	size_t i;

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

/* A policy's hours must leave something of what its rule pack allows. */
static void
check_hours(struct reader *r, const struct config_company *c)
{
	struct rulepack pack = rulepack_find(c->country, PARTY_ORGANISATION,
	    c->agency, CHANNEL_MAIL);
	const struct policy *p = c->policy;
	size_t i;

	for (i = 0; i < p->n_hours; i++)
		if (p->hours[i].from < pack.to && p->hours[i].to > pack.from)
			return;
	reader_problem(r, c->line, "policy %s has no hours inside %02d:%02d "
	    "to %02d:%02d, which rule pack %s allows: nothing would ever be "
	    "sent", p->name, pack.from / 60, pack.from % 60, pack.to / 60,
	    pack.to % 60, pack.id);
}

static void
check_company(struct reader *r, const struct config_company *c)
{
	const struct policy *p = c->policy;
	size_t i, mark;

	if (p == NULL || c->country == NULL)
		return;
	mark = reader_down(r, "companies");
	reader_down(r, c->code);
	check_hours(r, c);
	for (i = 0; i < p->n_steps && c->n_senders > 0; i++) {
		size_t k;

		for (k = 0; k < i; k++)
			if (strcmp(p->steps[k].role, p->steps[i].role) == 0)
				break;
		if (k == i && p->steps[i].role != NULL &&
		    config_sender(c, p->steps[i].role, NULL) == NULL)
			reader_problem(r, c->line, "no sender has the role "
			    "%s, which step %s of policy %s needs: add one, "
			    "or a sender without role", p->steps[i].role,
			    p->steps[i].id, p->name);
	}
	reader_up(r, mark);
}

static void
check_user(struct reader *r, const struct config *c,
    const struct config_user *u)
{
	char *copy, *save = NULL, *w;
	size_t mark;

	if (u->companies == NULL || strcmp(u->companies, "*") == 0)
		return;
	mark = reader_down(r, "users");
	reader_down(r, u->login);
	copy = mem_str(r->owner, u->companies);
	for (w = strtok_r(copy, " ", &save); w != NULL;
	    w = strtok_r(NULL, " ", &save))
		if (config_company(c, w) == NULL)
			reader_problem(r, u->line, "there is no company "
			    "\"%.60s\"", w);
	reader_up(r, mark);
}

static void
load_holidays(struct reader *r, const struct config *c)
{
	const char **p;
	struct err err;

	for (p = c->holidays; p != NULL && *p != NULL; p++)
		if (calendar_load(*p, &err) != 0)
			problems_add(r->owner, r->problems, r->file, 0,
			    "%s", err.text);
}

static void
read_all(struct reader *r, struct config *c, const struct yaml_node *root)
{
	size_t i;

	settings_read(r, SECTION_workspace, root, c);
	policy_folder(r);
	resolve_all(r, c);
	for (i = 0; i < c->n_companies; i++)
		check_company(r, &c->companies[i]);
	for (i = 0; i < c->n_users; i++)
		check_user(r, c, &c->users[i]);
	load_holidays(r, c);
}

/* NULL when the syntax is broken. */
static struct config *
parse(void *owner, const char *dir, const char *file, const char *bytes,
    size_t n, struct config_problems *found)
{
	struct config *c = mem_new(owner, struct config);
	struct loading loading = { 0 };
	struct reader r = { .owner = owner, .file = mem_str(owner, file),
	    .dir = mem_str(owner, dir), .problems = found,
	    .context = &loading };
	const struct yaml_node *root;

	c->dir = r.dir;
	c->file = r.file;
	root = yaml_tree(owner, r.file, bytes, n, found);
	if (root == NULL)
		return NULL;
	read_all(&r, c, root);
	problems_sort(found);
	return c;
}

int
config_parse(void *owner, const char *dir, const char *file,
    const char *bytes, size_t n, struct config **ret_config,
    struct config_problems *ret_problems, struct err *err)
{
	struct config_problems found = { NULL, 0 };
	struct config *c = parse(owner, dir, file, bytes, n, &found);

	if (ret_problems != NULL)
		*ret_problems = found;
	if (problems_err(&found, err) != 0)
		return -1;
	*ret_config = c;
	return 0;
}

struct config *
config_load(void *owner, const char *dir,
    struct config_problems *ret_problems)
{
	char *file = file_join(owner, dir, "dunlin.yaml"), *bytes;
	struct err err;
	size_t n;

	ret_problems->lines = NULL;
	ret_problems->n = 0;
	if (!file_exists(file)) {
		problems_add(owner, ret_problems, file, 0, "not there: "
		    "\"dunlin init DIR\" makes a workspace, -C DIR names "
		    "one");
		return NULL;
	}
	if (file_read(owner, file, YAML_BYTES_MAX, &bytes, &n, &err) != 0) {
		problems_add(owner, ret_problems, file, 0, "%s", err.text);
		return NULL;
	}
	return parse(owner, dir, file, bytes, n, ret_problems);
}

int
config_read(void *owner, const char *dir, struct config **ret_config,
    struct config_problems *ret_problems, struct err *err)
{
	struct config_problems found;
	struct config *c = config_load(owner, dir, &found);

	if (ret_problems != NULL)
		*ret_problems = found;
	if (problems_err(&found, err) != 0)
		return -1;
	*ret_config = c;
	return 0;
}

const struct config_company *
config_company(const struct config *c, const char *code)
{
	size_t i;

	for (i = 0; i < c->n_companies; i++)
		if (strcmp(c->companies[i].code, code) == 0)
			return &c->companies[i];
	return NULL;
}

const struct policy *
config_policy(const struct config *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->n_policies; i++)
		if (strcmp(c->policies[i]->name, name) == 0)
			return c->policies[i];
	return NULL;
}

const struct config_sender *
config_sender(const struct config_company *c, const char *role,
    const char *language)
{
	const struct config_sender *s, *best = NULL;
	size_t i;

	for (i = 0; i < c->n_senders; i++) {
		s = &c->senders[i];
		if (strcmp(s->role, role) != 0)
			continue;
		if (s->language != NULL && language != NULL &&
		    strcmp(s->language, language) == 0)
			return s;
		if (best == NULL ||
		    (best->language != NULL && s->language == NULL))
			best = s;
	}
	return best;
}

const char *
config_company_name(const struct config_company *c, const char *language)
{
	size_t i;

	for (i = 0; i < c->n_names; i++)
		if (c->names[i].language != NULL && language != NULL &&
		    strcmp(c->names[i].language, language) == 0)
			return c->names[i].text;
	return c->n_names > 0 ? c->names[0].text : NULL;
}
