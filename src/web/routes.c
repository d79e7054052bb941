#include "web/routes.h"

#include "base/text.h"

#include <string.h>

static const struct web_route routes[] = {
#define WEB_ROUTE(methods, first, most, handler) \
	{ methods, first, most, handler },
#include "web/routes.def"
#undef WEB_ROUTE
};

const struct web_route *
web_route(const char *path)
{
	size_t i, n;

	if (path[0] != '/')
		return NULL;
	n = strcspn(path + 1, "/");
	for (i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
		if (strlen(routes[i].first) == n &&
		    memcmp(routes[i].first, path + 1, n) == 0)
			return &routes[i];
	return NULL;
}

bool
web_route_takes(const struct web_route *route, const char *method)
{
	const char *p = route->methods;
	size_t n = strlen(method);

	while ((p = strstr(p, method)) != NULL) {
		if ((p == route->methods || p[-1] == ' ') &&
		    (p[n] == ' ' || p[n] == '\0'))
			return true;
		p += n;
	}
	return false;
}

int
web_say(struct web_answer *a, int status, const char *text)
{
	a->status = status;
	a->body = text;
	a->len = strlen(text);
	return 0;
}

/* For a load balancer: the role runs and its database answers. */
int
web_health(const struct web_request *r, struct web_answer *a,
    struct err *err)
{
	if (db_data_version(r->db) < 0)
		return err_set(err, ERR_TEMP, "the database does not answer");
	return web_say(a, 200, "ok\n");
}
