/* gateway_hook.c - what gateways tell us: receipts and messages. */
#define _GNU_SOURCE
#include "sms/gateway_int.h"

#include "base/mem.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TEXT_MOST 4000		/* bytes of a message: ten parts and more */

bool
gateway_hook_parse(const char *word, enum gateway_hook *ret_hook)
{
	if (strcmp(word, "report") == 0)
		*ret_hook = GATEWAY_REPORT;
	else if (strcmp(word, "message") == 0)
		*ret_hook = GATEWAY_MESSAGE;
	else if (strcmp(word, "query") == 0)
		*ret_hook = GATEWAY_QUERY;
	else if (strcmp(word, "poll") == 0)
		*ret_hook = GATEWAY_POLL;
	else
		return false;
	return true;
}

bool
gateway_hook_hears(enum gateway_hook hook)
{
	return hook == GATEWAY_MESSAGE || hook == GATEWAY_POLL;
}

bool
gateway_hook_is_call(enum gateway_hook hook)
{
	return hook == GATEWAY_REPORT || hook == GATEWAY_MESSAGE;
}

const char *
gateway_signature_header(const struct gateway *g)
{
	int i;

	for (i = 0; i < GATEWAY_HOOK_COUNT; i++)
		if (g->hooks[i].given != NULL &&
		    text_starts(g->hooks[i].given, "header:"))
			return g->hooks[i].given + 7;
	return NULL;
}

bool
gateway_signs(const struct gateway *g)
{
	return g->hooks[GATEWAY_REPORT].given != NULL ||
	    g->hooks[GATEWAY_MESSAGE].given != NULL;
}

const char *
gateway_say(const struct gateway *g, enum gateway_hook hook,
    const char **ret_type)
{
	*ret_type = g->hooks[hook].say_type;
	return g->hooks[hook].say != NULL ? g->hooks[hook].say : "";
}

char *
gateway_call_head(void *owner, const char *method, const char *path,
    const char *query, const char *type)
{
	return mem_fmt(owner, "%s %s%s%s\n%s%.200s%s\n", method, path,
	    query[0] != '\0' ? "?" : "", query, type != NULL ?
	    "Content-Type: " : "", type != NULL ? type : "", type != NULL ?
	    "\n" : "");
}

int
gateway_call_read(void *owner, const char *raw, size_t n,
    struct gateway_call *ret_call, struct err *err)
{
	const char *end = memchr(raw, '\n', n), *body, *q;
	struct gateway_call c = { .url = "" };
	char *line, *uri, *copy;

	body = memmem(raw, n, "\n\n", 2);
	line = end != NULL ? mem_strn(owner, raw, (size_t)(end - raw)) : NULL;
	uri = line != NULL ? strchr(line, ' ') : NULL;
	if (body == NULL || uri == NULL)
		return err_set(err, ERR_PERM, "no call of a gateway");
	*uri = '\0';
	c.method = line;
	c.url = uri + 1;
	q = strchr(c.url, '?');
	c.query = q != NULL ? q + 1 : "";
	if (end < body && text_starts(end + 1, "Content-Type: "))
		c.type = mem_strn(owner, end + 15, strcspn(end + 15, "\n"));
	c.len = n - (size_t)(body + 2 - raw);
	copy = mem_array(owner, char, c.len + 1);
	memcpy(copy, body + 2, c.len);	/* it may have NULs */
	c.body = copy;
	*ret_call = c;
	return 0;
}

static bool
is_json(const struct gateway_call *c)
{
	return c->type != NULL && (strncasecmp(c->type, "application/json",
	    16) == 0 || strstr(c->type, "+json") != NULL);
}

static bool
has_json(const struct gateway_call *call)
{
	return call->len > 0 && (is_json(call) || call->body[0] == '{' ||
	    call->body[0] == '[');
}

/* json false: a body of JSON stays as it is, unread. */
static int
take(void *owner, const struct gateway_call *call, bool json,
    struct fields *f, json_t **ret_json, struct err *err)
{
	struct pair *pairs;
	json_error_t why;

	memset(f, 0, sizeof(*f));
	*ret_json = NULL;
	f->body = mem_strn(owner, call->body, call->len);
	if (fields_form(owner, call->query, strlen(call->query), &pairs,
	    &f->n_query, err) < 0)
		return -1;
	f->query = pairs;
	if (has_json(call) && !json)
		return 0;
	if (has_json(call)) {
		*ret_json = json_loadb(call->body, call->len,
		    JSON_REJECT_DUPLICATES, &why);
		if (*ret_json == NULL)
			return err_set(err, ERR_PERM, "broken JSON: %s",
			    why.text);
		f->json = *ret_json;
		return 0;
	}
	if (fields_form(owner, call->body, call->len, &pairs, &f->n_form,
	    err) < 0)
		return -1;
	f->form = pairs;
	return 0;
}

static bool
digest_is_right(void *owner, const struct hook *h, const struct fields *f,
    const struct gateway_call *call)
{
	unsigned char hash[HASH_LEN];
	char hex[HASH_HEX_MAX], *said;

	if (h->digest == NULL || !has_json(call))
		return true;
	said = fields_get(owner, f, h->digest);
	hash_bytes(call->body, call->len, hash);
	return said != NULL && hash_same(said, hash_hex(hash, hex));
}

static bool
verify(void *owner, const struct hook *h, const struct gateway_use *use,
    const struct gateway_call *call, const struct fields *f)
{
	struct mst_value *data = mst_map(owner);
	const char *given = call->signature, *name;
	bool get = f->n_form == 0;
	char *want;

	if (!text_starts(h->given, "header:"))
		given = fields_get(owner, f, h->given);
	if (given == NULL || use->secret == NULL)
		return false;
	name = strchr(h->given, ':') + 1;
	mst_put_text(data, "url", call->url);
	mst_put_text(data, "secret", use->secret);
	mst_put_text(data, "user", use->route->user != NULL ?
	    use->route->user : "");
	mst_put_text(data, "method", call->method);
	mst_put_text(data, "body", f->body);
	mst_put_text(data, "form_joined", fields_joined(owner, f->form, f->n_form,
	    false, NULL));
	mst_put_text(data, "form_amp", fields_joined(owner, get ? f->query :
	    f->form, get ? f->n_query : f->n_form, true, name));
	if (gateway_steps(owner, &h->verify, data, &want, NULL) < 0 ||
	    want == NULL)
		return false;
	return hash_same(want, given) && digest_is_right(owner, h, f, call);
}

/* The caller may be anybody, and the reader's confined child will read what
 * is proven: here only the names and values that the signature is made over
 * are taken apart, and JSON only where the signature stands in it. */
bool
gateway_verify(const struct gateway *g, const struct gateway_use *use,
    const struct gateway_call *call)
{
	void *pool MEM_AUTO = mem_check(talloc_new(NULL));
	const struct hook *h = &g->hooks[GATEWAY_REPORT];
	struct fields f;
	json_t *j;
	bool ok;

	if (h->given == NULL)
		h = &g->hooks[GATEWAY_MESSAGE];
	if (h->given == NULL)
		return true;
	if (call->len > GATEWAY_HOOK_MAX || take(pool, call,
	    text_starts(h->given, "json:"), &f, &j, NULL) < 0)
		return false;
	ok = verify(pool, h, use, call, &f);
	json_decref(j);
	return ok;
}

static bool
state_of(const struct state_rule *rules, size_t n, const char *word,
    enum delivery *ret)
{
	size_t i;

	for (i = 0; word != NULL && i < n; i++)
		if (fnmatch(rules[i].word, word, 0) == 0) {
			*ret = rules[i].state;
			return true;
		}
	return false;
}

static char *
message_text(void *owner, const struct hook *h, const struct fields *f)
{
	const char *charset = fields_get(owner, f, h->charset);
	const struct pair *p = fields_pair(f, h->text);
	char *s = fields_get(owner, f, h->text);

	if (p != NULL && charset != NULL &&
	    (strcasecmp(charset, "UTF-16BE") == 0 ||
	    strcasecmp(charset, "UCS-2") == 0))
		s = fields_utf16(owner, p->value, p->len);
	if (s == NULL && text_starts(h->text, "json:") &&
	    json_is_string(fields_json(f->json, h->text + 5)))
		s = mem_str(owner, "\xef\xbf\xbd");	/* a picture alone */
	if (s == NULL && p != NULL)	/* an empty one, or in no code */
		s = mem_str(owner, text_is_utf8(p->value, strlen(p->value)) ?
		    p->value : "\xef\xbf\xbd");
	return s;
}

/* 1: an event; 0: says nothing that we know. */
static int
event_of(void *owner, const struct hook *h, bool report,
    const struct fields *f, struct gateway_event *e, struct err *err)
{
	char *word;

	memset(e, 0, sizeof(*e));
	word = fields_get(owner, f, h->only);
	if (h->only != NULL && (word == NULL || fnmatch(h->like, word, 0) !=
	    0))
		return 0;
	e->number = fields_get(owner, f, h->number);
	if (!report) {
		e->text = message_text(owner, h, f);
		e->to = fields_get(owner, f, h->to);
		e->id = fields_get(owner, f, h->id);
		if (e->text == NULL || e->number == NULL)
			return err_set(err, ERR_PERM, "a message without %s",
			    e->text == NULL ? "text" : "number");
		if (strlen(e->text) > TEXT_MOST)
			return err_set(err, ERR_PERM, "a message of more than "
			    "%d bytes", TEXT_MOST);
		return 1;
	}
	e->token = fields_get(owner, f, h->token);
	e->id = fields_get(owner, f, h->id);
	e->error = fields_get(owner, f, h->error);
	e->text = fields_get(owner, f, h->text);
	if (e->token == NULL && e->id == NULL)
		return err_set(err, ERR_PERM, "a report without reference");
	word = fields_get(owner, f, h->state);
	if (!state_of(h->errors, h->n_errors, e->error, &e->state) &&
	    !state_of(h->states, h->n_states, word, &e->state))
		return 0;
	return 1;
}

int
gateway_read(void *owner, const struct gateway *g, enum gateway_hook hook,
    const struct gateway_call *call, struct gateway_event **ret_events,
    size_t *ret_n, struct err *err)
{
	const struct hook *h = &g->hooks[hook];
	struct gateway_event *events;
	const json_t *list = NULL;
	struct fields f, one;
	json_t *j;
	size_t i, n = 0, count = 1;
	int r = 0;

	if (!h->known)
		return err_set(err, ERR_PERM, "this gateway has no such call");
	if (call->len > GATEWAY_HOOK_MAX)
		return err_set(err, ERR_PERM, "larger than %d KiB",
		    GATEWAY_HOOK_MAX / 1024);
	if (take(owner, call, true, &f, &j, err) < 0)
		return -1;
	if (h->each != NULL) {
		list = fields_json(f.json, h->each);
		if (json_is_array(list))
			count = json_array_size(list);
		else if (hook == GATEWAY_QUERY)
			list = NULL;	/* one message, or none */
		else
			r = err_set(err, ERR_PERM, "not a list of reports");
	}
	if (count > GATEWAY_EVENTS_MAX)
		r = err_set(err, ERR_PERM, "more than %d reports in one call",
		    GATEWAY_EVENTS_MAX);
	events = mem_array(owner, struct gateway_event, r == 0 ? count + 1 :
	    1);
	for (i = 0; r >= 0 && i < count; i++) {
		one = f;
		if (list != NULL)
			one.json = json_array_get(list, i);
		r = event_of(owner, h, !gateway_hook_hears(hook), &one,
		    &events[n], err);
		if (r < 0 && hook == GATEWAY_QUERY)
			r = 0;		/* it knows of none */
		if (r > 0)
			n++;
	}
	json_decref(j);
	if (r < 0)
		return -1;
	*ret_events = events;
	*ret_n = n;
	return 0;
}
