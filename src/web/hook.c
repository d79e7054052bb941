/* hook.c - webhooks of SMS gateways:
 *
 *	/hook/COMPANY/ROUTE/report|message[/SECRET]
 *
 * Who calls is proven by the gateway's signature, or by the secret part of
 * the path; where the route names its callers' addresses, by these as well.
 * The call is stored as it came, and committed before it is answered. */
#include "web/routes.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "sms/gateway.h"
#include "store/companies.h"
#include "store/inbox.h"

#include <string.h>

struct hook_job {
	const struct web_request *r;
	const struct config_company *company;
	const struct config_sms *route;
	struct gateway *gateway;
	enum gateway_hook hook;
	struct inbox_new new;
};

static bool
is_caller(const char *list, const char *client)
{
	size_t n = strlen(client);
	const char *p = list;

	while (n > 0 && (p = strstr(p, client)) != NULL) {
		if ((p == list || p[-1] == ' ') &&
		    (p[n] == ' ' || p[n] == '\0'))
			return true;
		p += n;
	}
	return false;
}

/* 1: found; 0: not. */
static int
find(struct hook_job *j, struct err *err)
{
	const struct web_request *r = j->r;

	if (r->n_parts < 3 || r->n_parts > 4 ||
	    !gateway_hook_parse(r->parts[2], &j->hook) ||
	    !gateway_hook_is_call(j->hook))
		return 0;
	j->company = config_company(r->config, r->parts[0]);
	j->route = j->company != NULL ? config_sms_named(j->company,
	    r->parts[1]) : NULL;
	if (j->route == NULL)
		return 0;
	return gateway_load(r->memory, r->config->dir, j->route->gateway,
	    &j->gateway, NULL, err) < 0 ? -1 : 1;
}

/* 1: it is who it says; 0: not. */
static int
is_proven(const struct hook_job *j, struct err *err)
{
	const struct web_request *r = j->r;
	const char *public = r->config->web.public_url, *name;
	struct gateway_use use = { .route = j->route };
	struct gateway_call call = { .method = r->method, .query = r->query,
	    .type = r->header(r, "Content-Type"), .body = r->body,
	    .len = r->len };
	char *secret = NULL, *hook = NULL;

	if (j->route->callers != NULL && !is_caller(j->route->callers,
	    r->client))
		return 0;
	if (j->route->hook_file != NULL) {
		if (file_secret(r->memory, j->route->hook_file, &hook,
		    err) < 0)
			return -1;
		if (r->n_parts != 4 || !hash_same(hook, r->parts[3]))
			return 0;
	}
	if (!gateway_signs(j->gateway))
		return hook != NULL;
	if (j->route->secret_file != NULL && file_secret(r->memory,
	    j->route->secret_file, &secret, err) < 0)
		return -1;
	use.secret = secret;
	name = gateway_signature_header(j->gateway);
	call.signature = name != NULL ? r->header(r, name) : NULL;
	call.url = mem_fmt(r->memory, "%s%s", public != NULL ? public : "",
	    r->uri);
	return gateway_verify(j->gateway, &use, &call);
}

static int
store(struct db *db, void *arg, struct err *err)
{
	struct hook_job *j = arg;
	int64_t id;
	bool fresh;

	return inbox_add(db, &j->new, j->r->now, &id, &fresh, err);
}

/* The path's secret is not kept. */
static int
keep(struct hook_job *j, struct err *err)
{
	const struct web_request *r = j->r;
	const char *type = r->header(r, "Content-Type");
	unsigned char hash[HASH_LEN];
	char hex[HASH_HEX_MAX], *head, *raw;
	struct company_row row;
	size_t n;

	head = gateway_call_head(r->memory, r->method, mem_fmt(r->memory,
	    "/hook/%s/%s/%s", r->parts[0], r->parts[1], r->parts[2]),
	    r->query, type);
	n = strlen(head);
	raw = mem_array(r->memory, char, n + r->len + 1);
	memcpy(raw, head, n);
	memcpy(raw + n, r->body, r->len);
	hash_bytes(raw, n + r->len, hash);
	if (companies_get(r->db, j->company->code, &row, err) < 0)
		return -1;
	j->new.company_id = row.id;
	j->new.channel = CHANNEL_SMS;
	j->new.intake = mem_fmt(r->memory, "hook/%s/%s", j->route->name,
	    r->parts[2]);
	j->new.raw = raw;
	j->new.len = n + r->len;
	j->new.hash = hash_hex(hash, hex);
	return store_tx(r->db, store, j, err);
}

int
web_hook(const struct web_request *r, struct web_answer *a, struct err *err)
{
	struct hook_job j = { .r = r };
	int ok = find(&j, err);

	if (ok < 0)
		return -1;
	if (ok == 0)
		return web_say(a, 404, "not here\n");
	ok = is_proven(&j, err);
	if (ok < 0)
		return -1;
	if (ok == 0) {
		log_warn("refused a call of route=%s from=%s", j.route->name,
		    r->client);
		return web_say(a, 403, "not proven\n");
	}
	if (keep(&j, err) < 0)
		return -1;
	a->body = gateway_say(j.gateway, j.hook, &a->type);
	a->len = strlen(a->body);
	a->body = mem_str(r->memory, a->body);
	a->type = mem_str(r->memory, a->type);
	return 0;
}
