/* config_workdays.c - holidays, and working-day calendars of their own. */
#include "config/config.h"

#include "base/mem.h"
#include "config/config_types.h"
#include "config/values.h"
#include "core/country.h"
#include "policy/calendar.h"

void
read_workdays(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config *c = dest;
	struct config_workdays *w;
	size_t i, mark;

	(void)s;
	if (!value_entries(r, n))
		return;
	c->workdays = mem_array(r->owner, struct config_workdays, n->n);
	for (i = 0; i < n->n; i++) {
		if (!value_key(r, &n->entries[i], "calendar"))
			continue;
		w = &c->workdays[c->n_workdays++];
		w->name = n->entries[i].key;
		w->line = n->entries[i].line;
		mark = reader_down(r, w->name);
		if (country_is(w->name))
			reader_problem(r, w->line, "a country has this name: "
			    "give it another, or put its file under "
			    "holidays:");
		settings_read(r, SECTION_workdays, n->entries[i].value, w);
		reader_up(r, mark);
	}
}

static void
load_one(struct reader *r, const struct config_workdays *w)
{
	struct calendar_spec spec = { .name = w->name, .country = w->country,
	    .files = w->files, .weekend = w->weekend };
	struct err err;
	size_t mark;

	if (country_is(w->name) || calendar_define(&spec, &err) == 0)
		return;
	mark = reader_down(r, "workdays");
	reader_down(r, w->name);
	reader_problem(r, w->line, "%s", err.text);
	reader_up(r, mark);
}

static void
check_one(struct reader *r, const char *section, const char *whose,
    const char *name, int line)
{
	size_t mark;

	if (name == NULL || calendar_is_known(name))
		return;
	mark = reader_down(r, section);
	reader_down(r, whose);
	reader_problem(r, line, "workdays: there is no calendar \"%.40s\": "
	    "name a country such as CN, or one of workdays:", name);
	reader_up(r, mark);
}

void
workdays_load(struct reader *r, const struct config *c)
{
	const char **p;
	struct err err;
	size_t i;

	for (p = c->holidays; p != NULL && *p != NULL; p++)
		if (calendar_load(*p, &err) != 0)
			problems_add(r->owner, r->problems, r->file, 0,
			    "%s", err.text);
	for (i = 0; i < c->n_workdays; i++)
		load_one(r, &c->workdays[i]);
	for (i = 0; i < c->n_companies; i++)
		check_one(r, "companies", c->companies[i].code,
		    c->companies[i].workdays, c->companies[i].line);
	for (i = 0; i < c->n_users; i++)
		check_one(r, "users", c->users[i].login,
		    c->users[i].workdays, c->users[i].line);
}
