/* feed.c - GET /feed/SECRET.ics: the calendar of a person or team, for
 * programs that subscribe to it (webcal).  Who has the URL may read it, until
 * it is revoked; who has a wrong one is told nothing. */
#include "web/routes.h"

#include "base/mem.h"
#include "base/text.h"
#include "followup/publish.h"
#include "store/feeds.h"

#include <string.h>

#define REFRESH 60	/* minutes, told to the program */

/* "abc...xyz.ics" without its end; NULL: it can be none. */
static const char *
secret_of(const struct web_request *r)
{
	const char *part = r->n_parts == 1 ? r->parts[0] : NULL;
	size_t n = part == NULL ? 0 : strlen(part);

	if (n <= 4 || n >= FEED_SECRET_MAX + 4 ||
	    strcmp(part + n - 4, ".ics") != 0)
		return NULL;
	return mem_strn(r->memory, part, n - 4);
}

/* The person still works here, for this company. */
static const struct config_company *
allowed(const struct config *c, const struct feed *f)
{
	const struct config_company *co = config_company(c, f->company);
	size_t i;

	if (co == NULL || f->owner == NULL)
		return co;
	for (i = 0; i < c->n_users; i++)
		if (strcmp(c->users[i].login, f->owner) == 0)
			return config_user_sees(&c->users[i], co->code) ? co :
			    NULL;
	return NULL;
}

static bool
is_known(const char *header, const char *etag)
{
	return header != NULL && (strstr(header, etag) != NULL ||
	    strcmp(header, "*") == 0);
}

int
web_feed(const struct web_request *r, struct web_answer *a, struct err *err)
{
	const char *secret = secret_of(r);
	const struct config_company *co;
	struct publish p = { .name = "Dunlin", .refresh = REFRESH };
	struct feed *f = NULL;
	char *version, *text;
	size_t n;

	if (secret == NULL)
		return web_say(a, 404, "not found\n");
	if (feeds_find(r->memory, r->db, secret, &f, err) < 0)
		return -1;
	co = f == NULL ? NULL : allowed(r->config, f);
	if (co == NULL)
		return web_say(a, 404, "not found\n");
	p.of = (struct entries_of){ f->company_id, f->owner, NULL };
	p.language = f->language;
	p.details = f->details;
	p.zone = co->zone;
	if (entries_refresh(r->db, f->company_id, r->now, NULL, err) < 0 ||
	    feeds_version(r->memory, r->db, &p.of, &version, err) < 0)
		return -1;
	a->etag = mem_fmt(r->memory, "\"%lld-%s\"", (long long)f->id,
	    version);
	a->is_private = true;
	if (is_known(r->header(r, "If-None-Match"), a->etag)) {
		a->status = 304;
		return 0;
	}
	if (publish(r->memory, r->db, &p, &text, &n, err) < 0)
		return -1;
	a->type = "text/calendar; charset=utf-8";
	a->body = text;
	a->len = strlen(text);
	return 0;
}
