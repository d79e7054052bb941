/* config_web.c - where the role web listens, and how it is reached. */
#include "config/config.h"

#include "base/mem.h"
#include "base/text.h"
#include "config/config_types.h"
#include "config/values.h"

#include <stdlib.h>
#include <string.h>

void
read_web(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config *c = dest;

	settings_read(r, SECTION_web, n, &c->web);
}

/* ADDRESS:PORT or [IPV6]:PORT; an address in numbers, so that what a name
 * resolves to cannot open it to the world. */
void
read_listen(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config_web *w = dest;
	const char *v = value_scalar(r, n), *colon;
	char *host, *rest;
	size_t len;
	long port;

	if (v == NULL)
		return;
	colon = strrchr(v, ':');
	port = colon != NULL && strspn(colon + 1, "0123456789") ==
	    strlen(colon + 1) && colon[1] != '\0' ?
	    strtol(colon + 1, &rest, 10) : 0;
	len = colon != NULL ? (size_t)(colon - v) : 0;
	host = mem_strn(r->owner, v, len);
	if (len > 2 && host[0] == '[' && host[len - 1] == ']') {
		host[len - 1] = '\0';
		host++;
	} else if (strchr(host, ':') != NULL) {
		port = 0;
	}
	if (port < 1 || port > 65535 || host[0] == '\0' ||
	    strspn(host, "0123456789abcdefABCDEF.:") != strlen(host)) {
		reader_problem(r, n->line, "\"%.60s\" is nothing to listen "
		    "on: write an address in numbers and a port, such as "
		    "127.0.0.1:8025", v);
		return;
	}
	w->host = host;
	w->port = (int)port;
}

void
read_public_url(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config_web *w = dest;
	const char *v = value_scalar(r, n);
	size_t len;

	if (v == NULL)
		return;
	if ((!text_starts(v, "https://") && !text_starts(v, "http://")) ||
	    text_has_control(v) || strpbrk(v, " ?#\"<>") != NULL ||
	    strlen(v) > 300) {
		reader_problem(r, n->line, "\"%.60s\" is no address of the "
		    "web role: write https://HOST or https://HOST/PATH", v);
		return;
	}
	len = strlen(v);
	while (v[len - 1] == '/')
		len--;
	w->public_url = mem_strn(r->owner, v, len);
}
