/* config_sms.c - routes for SMS: who takes them, and what they may say. */
#include "config/config.h"

#include "base/mem.h"
#include "base/text.h"
#include "config/config_types.h"
#include "config/values.h"
#include "core/country.h"

#include <stddef.h>
#include <string.h>

#define ROUTES_MOST 20
#define TEMPLATES_MOST 200
#define VALUES_MOST 40
#define FIELD(type, dest, s) ((type *)(void *)((char *)(dest) + (s)->offset))

static bool
few(struct reader *r, const struct yaml_node *n, size_t most)
{
	if (n->n <= most)
		return true;
	reader_problem(r, n->line, "more than %zu: take some out", most);
	return false;
}

void
read_countries(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	size_t i, count = n->kind == YAML_LIST ? n->n : 1, k = 0;
	const char **list, *v;
	char code[COUNTRY_MAX];

	list = mem_array(r->owner, const char *, count + 1);
	for (i = 0; i < count; i++) {
		v = value_scalar(r, n->kind == YAML_LIST ?
		    n->entries[i].value : n);
		if (v == NULL)
			continue;
		if (!country_parse(v, code))
			reader_problem(r, n->line, "\"%.20s\" is no country: "
			    "write two letters, such as HK", v);
		else
			list[k++] = mem_str(r->owner, code);
	}
	*FIELD(const char **, dest, s) = list;
}

static void
read_pairs(struct reader *r, const struct yaml_node *n,
    struct config_value **ret_list, size_t *ret_n)
{
	const char *v;
	size_t i;

	if (!value_entries(r, n) || !few(r, n, VALUES_MOST))
		return;
	*ret_list = mem_array(r->owner, struct config_value, n->n);
	for (i = 0; i < n->n; i++) {
		v = value_scalar(r, n->entries[i].value);
		if (v == NULL || !value_key(r, &n->entries[i], "value"))
			continue;
		(*ret_list)[*ret_n].name = n->entries[i].key;
		(*ret_list)[(*ret_n)++].text = mem_str(r->owner, v);
	}
}

void
read_config_values(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config_sms *c = dest;

	read_pairs(r, n, &c->values, &c->n_values);
}

void
read_sms_params(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config_sms_template *t = dest;

	read_pairs(r, n, &t->params, &t->n_params);
}

void
read_sms_templates(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config_sms *c = dest;
	size_t i, mark;

	if (n->kind != YAML_LIST || n->n == 0) {
		reader_problem(r, n->line, "not a list: start each entry "
		    "with \"- \"");
		return;
	}
	if (!few(r, n, TEMPLATES_MOST))
		return;
	c->templates = mem_array(r->owner, struct config_sms_template, n->n);
	c->n_templates = n->n;
	for (i = 0; i < n->n; i++) {
		mark = reader_down_nth(r, i);
		settings_read(r, SECTION_sms_template, n->entries[i].value,
		    &c->templates[i]);
		reader_up(r, mark);
	}
}

static bool
serves_china(const struct config_sms *s)
{
	const char **p;

	for (p = s->countries; p != NULL && *p != NULL; p++)
		if (strcmp(*p, "CN") == 0)
			return true;
	return false;
}

static void
check_route(struct reader *r, const struct config_sms *s)
{
	const char *p;

	if (serves_china(s) && s->sign == NULL)
		reader_problem(r, s->line, "numbers of mainland China need "
		    "\"sign\", the approved signature");
	if (serves_china(s) && s->n_templates == 0 && !s->own_texts)
		reader_problem(r, s->line, "numbers of mainland China need "
		    "\"templates\", the approved messages; a carrier's route "
		    "that takes other texts says \"own_texts: yes\"");
	for (p = s->letters; p != NULL && *p != '\0'; p++)
		if (*p != ' ' && ((*p | 32) < 'a' || (*p | 32) > 'z' ||
		    (p[1] != ' ' && p[1] != '\0')))
			break;
	if (p != NULL && *p != '\0')
		reader_problem(r, s->line, "\"letters\": single letters with "
		    "spaces between them, such as R T");
	if (!s->replies && s->letters != NULL)
		reader_problem(r, s->line, "\"letters\" without \"replies\": "
		    "nobody can answer with one");
}

void
read_sms(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config_company *c = dest;
	struct config_sms *one, tmp;
	size_t i, k, mark;

	if (!value_entries(r, n) || !few(r, n, ROUTES_MOST))
		return;
	c->sms = mem_array(r->owner, struct config_sms, n->n);
	for (i = 0; i < n->n; i++) {
		if (!value_key(r, &n->entries[i], "route"))
			continue;
		one = &c->sms[c->n_sms++];
		one->name = n->entries[i].key;
		one->label = mem_fmt(r->owner, "sms.%s", one->name);
		one->line = n->entries[i].line;
		mark = reader_down(r, one->name);
		settings_read(r, SECTION_sms, n->entries[i].value, one);
		check_route(r, one);
		reader_up(r, mark);
	}
	for (i = 1; i < c->n_sms; i++)	/* stable */
		for (k = i; k > 0 && c->sms[k].cost < c->sms[k - 1].cost; k--) {
			tmp = c->sms[k];
			c->sms[k] = c->sms[k - 1];
			c->sms[k - 1] = tmp;
		}
}

const struct config_sms *
config_sms(const struct config_company *c, const char *country)
{
	const char **p;
	size_t i;

	for (i = 0; i < c->n_sms; i++) {
		p = c->sms[i].countries;
		if (p == NULL && strcmp(country, "CN") != 0)
			return &c->sms[i];
		for (; p != NULL && *p != NULL; p++)
			if (strcmp(*p, country) == 0)
				return &c->sms[i];
	}
	return NULL;
}

const struct config_sms *
config_sms_named(const struct config_company *c, const char *name)
{
	size_t i;

	for (i = 0; name != NULL && i < c->n_sms; i++)
		if (strcmp(c->sms[i].name, name) == 0)
			return &c->sms[i];
	return NULL;
}

/* --- group robots --- */

static bool
add_tell(const char *word, unsigned *tells)
{
	static const char *const words[] = { "severe", "daily", "weekly" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(word, words[i]) == 0) {
			*tells |= 1u << i;
			return true;
		}
	return false;
}

void
read_robot_tells(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	char *list = NULL, *word, *save = NULL;
	unsigned tells = 0;

	read_words(r, s, n, dest);
	list = mem_str(r->owner, *FIELD(const char *, dest, s));
	for (word = strtok_r(list, " ", &save); word != NULL;
	    word = strtok_r(NULL, " ", &save))
		if (!add_tell(word, &tells))
			reader_problem(r, n->line, "\"%.20s\": a robot tells "
			    "of severe, daily, weekly, or some of them", word);
	((struct config_sms *)dest)->tells = tells;
}

void
read_robots(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config_company *c = dest;
	struct config_sms *one;
	const char *name;
	size_t i, mark;

	if (!value_entries(r, n) || !few(r, n, ROUTES_MOST))
		return;
	c->robots = mem_array(r->owner, struct config_sms, n->n);
	for (i = 0; i < n->n; i++) {
		if (!value_key(r, &n->entries[i], "robot"))
			continue;
		name = n->entries[i].key;
		one = &c->robots[c->n_robots++];
		one->name = mem_fmt(r->owner, ROBOT_PREFIX "%s", name);
		one->label = mem_fmt(r->owner, "robots.%s", name);
		one->robot = true;
		one->connections = 1;
		one->line = n->entries[i].line;
		mark = reader_down(r, name);
		settings_read(r, SECTION_robot, n->entries[i].value, one);
		reader_up(r, mark);
	}
}

const struct config_sms *
config_robot(const struct config_company *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->n_robots; i++)
		if (strcmp(c->robots[i].name + strlen(ROBOT_PREFIX),
		    name) == 0)
			return &c->robots[i];
	return NULL;
}

const struct config_sms_template *
config_sms_template(const struct config_sms *s, const char *name,
    const char *language)
{
	size_t i;

	for (i = 0; i < s->n_templates; i++)
		if (s->templates[i].name != NULL &&
		    strcmp(s->templates[i].name, name) == 0 &&
		    s->templates[i].language != NULL &&
		    strcmp(s->templates[i].language, language) == 0)
			return &s->templates[i];
	return NULL;
}
