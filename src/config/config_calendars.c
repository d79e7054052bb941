/* config_calendars.c - calendars on servers (CalDAV) that entries go to. */
#include "config/config.h"

#include "base/mem.h"
#include "base/text.h"
#include "config/config_types.h"
#include "config/values.h"

#include <string.h>

/* https://HOST[:PORT]/PATH; http to this machine alone. */
void
read_calendar_url(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config_calendar *c = dest;
	const char *v = value_scalar(r, n), *host, *end;
	char *name;
	bool tls;

	if (v == NULL)
		return;
	tls = text_starts(v, "https://");
	host = v + (tls ? 8 : 7);
	if ((!tls && !text_starts(v, "http://")) || text_has_control(v) ||
	    !text_is_ascii(v, strlen(v)) || strpbrk(v, " ?#\"<>@\\") != NULL ||
	    strlen(v) > 500 || strchr("/:", *host) != NULL) {
		reader_problem(r, n->line, "\"%.60s\" is no calendar: write "
		    "https://HOST/PATH, with user and password_file beside "
		    "it", v);
		return;
	}
	end = *host == '[' ? strchr(host, ']') : NULL;
	if (end == NULL)
		end = host + strcspn(host, ":/");
	name = mem_strn(r->owner, *host == '[' ? host + 1 : host,
	    (size_t)(end - (*host == '[' ? host + 1 : host)));
	if (!tls && !config_is_loopback(name)) {
		reader_problem(r, n->line, "a password without TLS: use "
		    "https");
		return;
	}
	c->url = mem_str(r->owner, v);
}

static void
check_one(struct reader *r, const struct config_calendar *c)
{
	if ((c->read_user == NULL) != (c->read_password_file == NULL))
		reader_problem(r, c->line, "read_user and "
		    "read_password_file belong together: give both or none");
	if (c->owner != NULL && c->all)
		reader_problem(r, c->line, "owner and all exclude each "
		    "other: a person's calendar has that person's entries");
}

void
read_calendars(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config_company *co = dest;
	struct config_calendar *c;
	size_t i, mark;

	if (!value_entries(r, n))
		return;
	co->calendars = mem_array(r->owner, struct config_calendar, n->n);
	for (i = 0; i < n->n; i++) {
		if (!value_key(r, &n->entries[i], "calendar"))
			continue;
		c = &co->calendars[co->n_calendars++];
		c->name = n->entries[i].key;
		c->line = n->entries[i].line;
		mark = reader_down(r, c->name);
		settings_read(r, SECTION_calendar, n->entries[i].value, c);
		check_one(r, c);
		reader_up(r, mark);
	}
}
