#include "daemon/roles.h"

#include "base/clock.h"
#include "daemon/importer.h"
#include "followup/calendar_role.h"
#include "plan/planner_step.h"
#include "receive/reader.h"
#include "send/sender_step.h"
#include "store/entry_copies.h"
#include "store/status.h"
#include "web/web.h"

#include <string.h>

static int
sender_role_open(void *owner, const struct role_env *env, void **ret_state,
    struct err *err)
{
	struct templates *templates;
	struct sender *sender;

	if (templates_load(owner, env->config->templates, &templates, NULL,
	    err) < 0)
		return -1;
	if (sender_new(owner, env->db, env->config, templates, env->stop,
	    &sender, err) < 0)
		return -1;
	*ret_state = sender;
	return 0;
}

static int
sender_role_step(void *state, struct err *err)
{
	return sender_step(state, err);
}

/* What is due and was not sent waits for something else: a hold, a pause, a
 * server.  It is looked at each second, not all the time. */
static int
sender_role_due(struct db *db, int64_t *ret_at, struct err *err)
{
	int64_t now = clock_now();

	if (status_next_send(db, ret_at, err) < 0)
		return -1;
	if (*ret_at != CLOCK_NONE && *ret_at <= now)
		*ret_at = now + 1;
	return 0;
}

static int
planner_role_open(void *owner, const struct role_env *env, void **ret_state,
    struct err *err)
{
	struct planner *planner;

	if (planner_new(owner, env->db, env->config, env->stop, &planner,
	    err) < 0)
		return -1;
	*ret_state = planner;
	return 0;
}

static int
planner_role_step(void *state, struct err *err)
{
	return planner_step(state, err);
}

static int
importer_role_open(void *owner, const struct role_env *env,
    void **ret_state, struct err *err)
{
	struct importer *importer;

	if (importer_new(owner, env->db, env->config, &importer, err) < 0)
		return -1;
	*ret_state = importer;
	return 0;
}

static int
importer_role_step(void *state, struct err *err)
{
	return importer_step(state, err);
}

static int
reader_role_open(void *owner, const struct role_env *env, void **ret_state,
    struct err *err)
{
	struct reader_role *reader;

	if (reader_new(owner, env->db, env->config, env->stop, NULL, &reader,
	    err) < 0)
		return -1;
	*ret_state = reader;
	return 0;
}

static int
reader_role_step(void *state, struct err *err)
{
	return reader_step(state, err);
}

static int
web_role_open(void *owner, const struct role_env *env, void **ret_state,
    struct err *err)
{
	struct web *web;

	if (web_open(owner, env->db, env->config, env->stop, &web, err) < 0)
		return -1;
	*ret_state = web;
	return 0;
}

static int
web_role_step(void *state, struct err *err)
{
	return web_step(state, err);
}

static int
calendar_role_open(void *owner, const struct role_env *env,
    void **ret_state, struct err *err)
{
	struct calendar_role *calendar;

	if (calendar_role_new(owner, env->db, env->config, env->stop,
	    &calendar, err) < 0)
		return -1;
	*ret_state = calendar;
	return 0;
}

static int
calendar_step(void *state, struct err *err)
{
	return calendar_role_step(state, err);
}

const struct role roles[] = {
	{ "importer", importer_role_open, importer_role_step, importer_due },
	{ "planner", planner_role_open, planner_role_step, status_next_plan },
	{ "sender", sender_role_open, sender_role_step, sender_role_due },
	{ "calendar", calendar_role_open, calendar_step, calendars_due },
	{ "reader", reader_role_open, reader_role_step, reader_due },
	{ "web", web_role_open, web_role_step, web_due },
	{ NULL, NULL, NULL, NULL }
};

const struct role *
role_find(const char *name)
{
	const struct role *r;

	for (r = roles; r->name != NULL; r++)
		if (strcmp(r->name, name) == 0)
			return r;
	return NULL;
}
