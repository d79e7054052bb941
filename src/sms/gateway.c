/* gateway.c - requests to a gateway, and what its answers mean. */
#include "sms/gateway_int.h"

#include "base/clock.h"
#include "base/mem.h"
#include "sms/text.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MOST 200
#define DAY 86400

static const char *const result_names[GATEWAY_RESULT_COUNT] = { "accepted",
	"later", "refused", "number", "opted-out", "not-permitted",
	"credentials", "uncertain" };

const char *
gateway_result_name(enum gateway_result r)
{
	return result_names[r];
}

bool
gateway_is_cloud(const struct gateway *g)
{
	return g->cloud;
}

bool
gateway_counts_chars(const struct gateway *g)
{
	return g->by_chars;
}

size_t
gateway_limit(const struct gateway *g)
{
	return g->limit;
}

bool
gateway_refuses_agency(const struct gateway *g)
{
	return g->no_agency;
}

void
gateway_check_route(const struct gateway *g, const struct config *c,
    const struct config_sms *route, void *owner,
    struct config_problems *problems)
{
	size_t i, k;

	for (i = 0; i < route->n_values; i++) {
		for (k = 0; k < g->n_values; k++)
			if (strcmp(g->values[k].name,
			    route->values[i].name) == 0)
				break;
		if (k == g->n_values)
			problems_add(owner, problems, c->file, route->line,
			    "%s: gateway %s has no value \"%s\"",
			    route->label, route->gateway,
			    route->values[i].name);
	}
	if (route->robot != (g->limit > 0))
		problems_add(owner, problems, c->file, route->line,
		    route->robot ? "%s: %s is a gateway for SMS, no robot: "
		    "use wecom, dingtalk or slack" : "%s: %s is a group "
		    "robot: name it under \"robots\"", route->label,
		    route->gateway);
	if (route->poll && !gateway_can_poll(g))
		problems_add(owner, problems, c->file, route->line,
		    "%s: gateway %s lists no messages: take \"poll\" "
		    "out", route->label, route->gateway);
	if (g->cloud && route->n_templates == 0)
		problems_add(owner, problems, c->file, route->line,
		    "%s: gateway %s takes approved messages only: list "
		    "them in \"templates\"", route->label, route->gateway);
	if (g->cloud && route->own_texts)
		problems_add(owner, problems, c->file, route->line,
		    "%s: gateway %s takes approved messages only: take "
		    "\"own_texts\" out", route->label, route->gateway);
}

int
gateway_fill(void *owner, const struct mst *m, const struct mst_value *data,
    char **ret_s, struct err *err)
{
	struct mst_render r = { .data = data, .escape = MST_NONE };
	struct text *out = text_new(owner);

	if (mst_render(m, &r, out, err) < 0)
		return -1;
	*ret_s = mem_str(owner, text_str(out));
	text_free(out);
	return 0;
}

int
gateway_steps(void *owner, const struct step_list *steps,
    struct mst_value *data, char **ret_last, struct err *err)
{
	unsigned char raw[STEP_BASE64 + 16][HASH_LEN];
	size_t len[sizeof(raw) / sizeof(raw[0])], i;
	struct mst_value *map = mst_map(data);
	const struct step *s;
	char *text, *key, *last = NULL;

	mst_put(data, "signed", map);
	for (i = 0; i < steps->n && i < sizeof(len) / sizeof(len[0]); i++) {
		s = &steps->list[i];
		if (gateway_fill(owner, s->text, data, &text, err) < 0)
			return -1;
		if (!s->keyed) {
			len[i] = hash_digest(s->kind, text, strlen(text),
			    raw[i]);
		} else if (s->key_step >= 0) {
			len[i] = hash_mac(s->kind, raw[s->key_step],
			    len[s->key_step], text, strlen(text), raw[i]);
		} else {
			if (gateway_fill(owner, s->key, data, &key, err) < 0)
				return -1;
			len[i] = hash_mac(s->kind, key, strlen(key), text,
			    strlen(text), raw[i]);
		}
		last = s->form == STEP_BASE64 ? hash_base64(owner, raw[i],
		    len[i]) : hash_hex_text(owner, raw[i], len[i]);
		mst_put_text(map, s->name, last);
	}
	*ret_last = last;
	return 0;
}

/* --- a request --- */

struct making {
	void *owner;
	const struct gateway *g;
	const struct recipe *how;
	const struct gateway_use *use;
	const struct gateway_message *m;
	struct mst_value *data;
	struct pair *query, *form;
	size_t n_query, n_form;
	struct gateway_request *r;
	struct err *err;
};

static const char *
or_empty(const char *s)
{
	return s != NULL ? s : "";
}

static char *
params_json(const struct making *k)
{
	json_t *j = json_object();
	char *dump, *s;
	size_t i;

	for (i = 0; i < k->m->n_params; i++)
		json_object_set_new(j, k->m->params[i].name,
		    json_string(k->m->params[i].text));
	dump = json_dumps(j, JSON_COMPACT);
	s = mem_str(k->owner, or_empty(dump));
	free(dump);
	json_decref(j);
	return s;
}

static void
put_values(const struct making *k)
{
	struct mst_value *map = mst_map(k->data);
	const char *v;
	size_t i, j;

	for (i = 0; i < k->g->n_values; i++) {
		v = k->g->values[i].text;
		for (j = 0; j < k->use->route->n_values; j++)
			if (strcmp(k->use->route->values[j].name,
			    k->g->values[i].name) == 0)
				v = k->use->route->values[j].text;
		mst_put_text(map, k->g->values[i].name, or_empty(v));
	}
	mst_put(k->data, "values", map);
}

static void
put(const struct making *k, const char *name, const char *v)
{
	mst_put_text(k->data, name, or_empty(v));
}

/* Without hyphens: clouds of China look a message up by its day there. */
static char *
day_in_china(void *owner, int64_t t)
{
	char stamp[CLOCK_TEXT_MAX];

	if (t == 0)			/* nothing is asked */
		return mem_str(owner, "");
	clock_format(t + 8 * 3600, stamp);
	return mem_fmt(owner, "%.4s%.2s%.2s", stamp, stamp + 5, stamp + 8);
}

/* As Slack wants it. */
static char *
entities(void *owner, const char *s)
{
	struct text *t;

	if (strpbrk(s, "&<>") == NULL)
		return mem_str(owner, s);
	t = text_new(owner);
	for (; *s != '\0'; s++)
		if (*s == '&')
			text_add(t, "&amp;");
		else if (*s == '<' || *s == '>')
			text_add(t, *s == '<' ? "&lt;" : "&gt;");
		else
			text_addc(t, *s);
	return mem_str(owner, text_str(t));
}

static void
put_all(const struct making *k)
{
	const struct config_sms *route = k->use->route;
	const struct gateway_message *m = k->m;
	const char *digits = m->to[0] == '+' ? m->to + 1 : m->to;
	char stamp[CLOCK_TEXT_MAX];

	put(k, "url", k->use->url != NULL ? k->use->url : route->url);
	put(k, "user", route->user);
	put(k, "secret", k->use->secret);
	put(k, "from", route->from);
	put(k, "from_digits", route->from != NULL && route->from[0] == '+' ?
	    route->from + 1 : route->from);
	put(k, "sign", route->sign);
	put(k, "to", m->to);
	put(k, "to_digits", digits);
	put(k, "to_national", strlen(digits) > (size_t)m->code_len ?
	    digits + m->code_len : digits);
	put(k, "text", m->text);
	put(k, "text_entities", k->g->limit > 0 ? entities(k->owner,
	    m->text) : NULL);
	put(k, "token", m->token);
	put(k, "template", m->template);
	put(k, "params_json", m->n_params > 0 ? params_json(k) : NULL);
	mst_put_bool(k->data, "ucs2", sms_coding(m->text) == SMS_UCS2);
	put(k, "report_url", k->use->report_url);
	put(k, "message_url", k->use->message_url);
	put(k, "unix", mem_fmt(k->owner, "%lld", (long long)k->use->now));
	put(k, "time", clock_format(k->use->now, stamp));
	put(k, "day", mem_strn(k->owner, stamp, 10));
	put(k, "yesterday", mem_strn(k->owner, clock_format(k->use->now - DAY,
	    stamp), 10));
	put(k, "nonce", k->use->nonce);
	put(k, "id", m->id);
	put(k, "sent_day_cn", day_in_china(k->owner, m->sent_at));
	put(k, "method", k->how->method);
	put_values(k);
}

/* Fields whose value is empty are left out. */
static int
fill_pairs(struct making *k, const struct field_list *list,
    struct pair *pairs, size_t *n)
{
	char *v;
	size_t i;

	for (i = 0; i < list->n; i++) {
		if (gateway_fill(k->owner, list->list[i].value, k->data, &v,
		    k->err) < 0)
			return -1;
		if (v[0] == '\0')
			continue;
		pairs[*n].name = mem_str(k->owner, list->list[i].name);
		pairs[*n].len = strlen(v);
		pairs[(*n)++].value = v;
	}
	return 0;
}

static void
add_joined(struct text *t, const struct pair *pairs, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (i > 0)
			text_addc(t, '&');
		text_add(t, fields_encode(t, pairs[i].name));
		text_addc(t, '=');
		text_add(t, fields_encode(t, pairs[i].value));
	}
}

static char *
join(const struct making *k, const struct pair *pairs, size_t n)
{
	struct text *t = text_new(k->owner);

	add_joined(t, pairs, n);
	return mem_str(k->owner, text_str(t));
}

/* Of a query there may be much. */
static const char *
with_query(const struct making *k, const char *url)
{
	struct text *t = text_new(k->owner);

	text_add(t, url);
	text_addc(t, strchr(url, '?') != NULL ? '&' : '?');
	add_joined(t, k->query, k->n_query);
	return text_str(t);
}

static json_t *
tree_json(struct making *k, const struct tree *t)
{
	const struct tree *c;
	json_t *j, *one;
	char *v;
	size_t i;

	switch (t->kind) {
	case TREE_TEXT:
		if (gateway_fill(k->owner, t->value, k->data, &v, k->err) < 0)
			return NULL;
		return v[0] != '\0' ? json_string(v) : json_null();
	case TREE_RAW:
		if (strcmp(t->raw, "@sent_unix") == 0)
			return json_integer(k->m->sent_at);
		if (strcmp(t->raw, "@params") != 0)
			return json_loads(t->raw, JSON_DECODE_ANY, NULL);
		j = json_array();
		for (i = 0; i < k->m->n_params; i++)
			json_array_append_new(j, json_string(
			    k->m->params[i].text));
		return j;
	case TREE_LIST:
	case TREE_MAP:
		break;
	}
	j = t->kind == TREE_MAP ? json_object() : json_array();
	for (c = t->child; c != NULL; c = c->next) {
		one = tree_json(k, c);
		if (one == NULL) {
			json_decref(j);
			return NULL;
		}
		if (t->kind == TREE_LIST)
			json_array_append_new(j, one);
		else if (json_is_null(one))
			json_decref(one);
		else
			json_object_set_new(j, c->key, one);
	}
	return j;
}

static int
make_body(struct making *k)
{
	json_t *j;
	char *s;

	if (k->how->json != NULL) {
		j = tree_json(k, k->how->json);
		if (j == NULL)
			return k->err->text[0] != '\0' ? -1 :
			    err_set(k->err, ERR_CONFIG, "%s: its json cannot "
			    "be made", k->g->file);
		s = json_dumps(j, JSON_COMPACT);
		k->r->body = mem_str(k->owner, or_empty(s));
		free(s);
		json_decref(j);
	} else if (k->n_form > 0) {
		k->r->body = join(k, k->form, k->n_form);
	}
	k->r->len = k->r->body != NULL ? strlen(k->r->body) : 0;
	return 0;
}

static void
put_request(struct making *k, const char *url)
{
	struct pair *sorted;
	unsigned char hash[HASH_LEN];
	const char *host = strstr(url, "://"), *path;
	char *query;

	host = host != NULL ? host + 3 : url;
	path = host + strcspn(host, "/?");
	put(k, "host", mem_strn(k->owner, host, (size_t)(path - host)));
	put(k, "path", path[0] == '/' ? mem_strn(k->owner, path,
	    strcspn(path, "?")) : "/");
	sorted = mem_array(k->owner, struct pair, k->n_query + 1);
	if (k->n_query > 0)
		memcpy(sorted, k->query, k->n_query * sizeof(*sorted));
	fields_sort(sorted, k->n_query);
	query = join(k, sorted, k->n_query);
	put(k, "query_sorted", query);
	put(k, "query_sorted_encoded", fields_encode(k->owner, query));
	put(k, "form_amp", fields_joined(k->owner, k->form, k->n_form, true,
	    NULL));
	put(k, "body", k->r->body);
	hash_bytes(or_empty(k->r->body), k->r->len, hash);
	put(k, "body_sha256", hash_hex_text(k->owner, hash, HASH_LEN));
}

static void
add_header(struct making *k, const char *name, const char *value)
{
	k->r->headers = mem_grow(k->owner, k->r->headers,
	    struct gateway_header, k->r->n_headers + 1);
	k->r->headers[k->r->n_headers].name = name;
	k->r->headers[k->r->n_headers++].value = value;
}

static int
make_headers(struct making *k, const struct field_list *list)
{
	char *v;
	size_t i;

	for (i = 0; i < list->n; i++) {
		if (gateway_fill(k->owner, list->list[i].value, k->data, &v,
		    k->err) < 0)
			return -1;
		if (text_has_control(v) || text_has_control(
		    list->list[i].name))
			return err_set(k->err, ERR_CONFIG, "%s: header %s has "
			    "a control character", k->g->file,
			    list->list[i].name);
		if (v[0] != '\0')
			add_header(k, list->list[i].name, v);
	}
	return 0;
}

static int
make_basic(struct making *k)
{
	char *pair;

	if (k->how->basic_user == NULL)
		return 0;
	if (gateway_fill(k->owner, k->how->basic_user, k->data, &pair,
	    k->err) < 0)
		return -1;
	add_header(k, "Authorization", mem_fmt(k->owner, "Basic %s",
	    hash_base64(k->owner, pair, strlen(pair))));
	return 0;
}

static int
make(struct making *k)
{
	const struct recipe *g = k->how;
	char *url, *last;

	if (gateway_fill(k->owner, g->url, k->data, &url, k->err) < 0 ||
	    fill_pairs(k, &g->query, k->query, &k->n_query) < 0 ||
	    fill_pairs(k, &g->form, k->form, &k->n_form) < 0 ||
	    make_body(k) < 0 || make_headers(k, &g->headers) < 0 ||
	    make_basic(k) < 0)
		return -1;
	if (!text_starts(url, "http://") && !text_starts(url, "https://"))
		return err_set(k->err, ERR_CONFIG, "%s: \"%.80s\" is no "
		    "address: write http:// or https://",
		    k->use->route->label, k->use->url != NULL ? "..." : url);
	if (g->sign.n > 0) {
		put_request(k, url);
		if (gateway_steps(k->owner, &g->sign, k->data, &last,
		    k->err) < 0 ||
		    make_headers(k, &g->signed_headers) < 0 ||
		    fill_pairs(k, &g->signed_query, k->query,
		    &k->n_query) < 0 ||
		    fill_pairs(k, &g->signed_form, k->form, &k->n_form) < 0)
			return -1;
		if (g->signed_form.n > 0 && make_body(k) < 0)
			return -1;
	}
	k->r->method = g->method;
	k->r->url = k->n_query == 0 ? url : with_query(k, url);
	if (k->r->body != NULL && g->json == NULL)
		add_header(k, "Content-Type",
		    "application/x-www-form-urlencoded");
	return 0;
}

static int
request(void *owner, const struct gateway *g, const struct recipe *how,
    const struct gateway_use *use, const struct gateway_message *m,
    struct gateway_request **ret_request, struct err *err)
{
	struct making *k = mem_new(owner, struct making);
	struct err own = { ERR_NONE, "" };

	k->r = mem_new(owner, struct gateway_request);
	k->owner = k->r;
	k->g = g;
	k->how = how;
	k->use = use;
	k->m = m;
	k->err = &own;
	k->data = mst_map(k->r);
	k->query = mem_array(k, struct pair, how->query.n +
	    how->signed_query.n + 1);
	k->form = mem_array(k, struct pair, how->form.n +
	    how->signed_form.n + 1);
	put_all(k);
	if (make(k) < 0) {
		if (err != NULL)
			*err = own;
		talloc_free(k->r);
		talloc_free(k);
		return -1;
	}
	*ret_request = k->r;
	talloc_free(k);
	return 0;
}

int
gateway_request(void *owner, const struct gateway *g,
    const struct gateway_use *use, const struct gateway_message *m,
    struct gateway_request **ret_request, struct err *err)
{
	return request(owner, g, &g->send, use, m, ret_request, err);
}

bool
gateway_can_ask(const struct gateway *g)
{
	return g->query.url != NULL;
}

int
gateway_query(void *owner, const struct gateway *g,
    const struct gateway_use *use, const struct gateway_message *m,
    struct gateway_request **ret_request, struct err *err)
{
	return request(owner, g, &g->query, use, m, ret_request, err);
}

bool
gateway_can_poll(const struct gateway *g)
{
	return g->poll.url != NULL;
}

bool
gateway_polled_nothing(const struct gateway *g, const char *body)
{
	const char *nothing = g->hooks[GATEWAY_POLL].nothing;

	return nothing != NULL && strstr(body, nothing) != NULL;
}

int
gateway_poll(void *owner, const struct gateway *g,
    const struct gateway_use *use, struct gateway_request **ret_request,
    struct err *err)
{
	const struct gateway_message none = { .to = "", .text = "",
	    .token = "" };

	return request(owner, g, &g->poll, use, &none, ret_request, err);
}

/* --- answers --- */

static bool
status_is(const char *glob, int status)
{
	char text[16];

	snprintf(text, sizeof(text), "%03d", status);
	return glob == NULL || fnmatch(glob, text, 0) == 0;
}

/* What a status means by itself where the description does not say. */
static enum gateway_result
by_status(int status)
{
	if (status == 401 || status == 403)
		return GATEWAY_CREDENTIALS;
	if (status == 429 || status == 503)
		return GATEWAY_LATER;
	return status >= 400 && status < 500 ? GATEWAY_REFUSED :
	    GATEWAY_UNCERTAIN;
}

static char *
line_of(void *owner, const char *s)
{
	char *t = mem_strn(owner, s, strnlen(s, WORDS_MOST)), *p;

	while (!text_is_utf8(t, strlen(t)) && t[0] != '\0')
		t[strlen(t) - 1] = '\0';
	for (p = t; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
	return t;
}

void
gateway_answer(void *owner, const struct gateway *g, int status,
    const char *body, size_t n, struct gateway_answer *ret)
{
	char *text = mem_strn(owner, body, n), *v;
	struct fields f = { .body = text };
	const struct outcome_rule *r;
	json_t *j = json_loadb(body, n, JSON_REJECT_DUPLICATES, NULL);
	size_t i;

	f.json = j;
	ret->result = by_status(status);
	for (i = 0; i < g->n_rules; i++) {
		r = &g->rules[i];
		if (!status_is(r->status, status))
			continue;
		v = r->at != NULL ? fields_get(owner, &f, r->at) : NULL;
		if (r->at != NULL && (v == NULL || fnmatch(r->like, v, 0) !=
		    0))
			continue;
		ret->result = r->result;
		break;
	}
	v = fields_get(owner, &f, g->id);
	ret->id = v != NULL && strlen(v) <= WORDS_MOST ? v : NULL;
	v = fields_get(owner, &f, g->words);
	ret->words = line_of(owner, v != NULL ? v :
	    text_is_utf8(text, strlen(text)) ? text_trim(owner, text) : "");
	if (ret->words[0] == '\0')
		ret->words = mem_fmt(owner, "HTTP %d", status);
	json_decref(j);
}
