/* gateway_file.c - a description of a gateway from its YAML. */
#include "sms/gateway_int.h"

#include "base/embed.h"
#include "base/file.h"
#include "base/mem.h"
#include "config/yaml.h"

#include <stdlib.h>
#include <string.h>

#define FILE_MOST (64 * 1024)
#define STEPS_MOST 10
#define LIMIT_LEAST 200
#define LIMIT_MOST 30000

struct load {
	struct gateway *g;
	struct config_problems *problems;
	void *owner;
	struct text *names;		/* declared, for the error text */
	struct mst_decl *decls;
	size_t n_decls;
};

/* What templates of a description may say. */
static const struct mst_decl names[] = {
#define NAME(path, type, help) { path, type, false, 1, help },
#include "sms/gateway_names.def"
#undef NAME
};
#define NAMES (sizeof(names) / sizeof(names[0]))

static void __attribute__((format(printf, 3, 4)))
wrong(struct load *l, int line, const char *fmt, ...)
{
	char *s;
	va_list ap;

	va_start(ap, fmt);
	s = talloc_vasprintf(l->owner, fmt, ap);
	va_end(ap);
	problems_add(l->owner, l->problems, l->g->file, line, "%s", s);
}

static const char *
scalar(struct load *l, const struct yaml_node *map, const char *key)
{
	const struct yaml_node *n = yaml_get(map, key);

	if (n == NULL)
		return NULL;
	if (n->kind != YAML_SCALAR) {
		wrong(l, n->line, "\"%s\" is one value, write \"%s: VALUE\"",
		    key, key);
		return NULL;
	}
	return mem_str(l->g, n->text);
}

static void
report_mst(void *arg, const char *line)
{
	struct load *l = arg;

	problems_line(l->owner, l->problems, line);
}

static struct mst *
template(struct load *l, const struct yaml_node *n)
{
	struct mst_check c = { .decls = l->decls, .n_decls = l->n_decls,
	    .kind = 1, .problem = report_mst, .problem_arg = l };
	struct mst *m;
	struct err err;

	if (n->kind != YAML_SCALAR) {
		wrong(l, n->line, "one text belongs here");
		return NULL;
	}
	if (mst_parse(l->g, l->g->file, n->line, mem_str(l->g, n->text),
	    strlen(n->text), &m, &err) < 0) {
		problems_line(l->owner, l->problems, err.text);
		return NULL;
	}
	c.kind = 1;
	mst_check(m, &c);
	return m;
}

static struct mst *
template_at(struct load *l, const struct yaml_node *map, const char *key)
{
	const struct yaml_node *n = yaml_get(map, key);

	return n != NULL ? template(l, n) : NULL;
}

static const struct yaml_node *
map_at(struct load *l, const struct yaml_node *map, const char *key)
{
	const struct yaml_node *n = yaml_get(map, key);

	if (n == NULL || n->kind == YAML_MAP)
		return n;
	wrong(l, n->line, "\"%s\" is a map: write its names below it", key);
	return NULL;
}

static void
read_fields(struct load *l, const struct yaml_node *map, const char *key,
    struct field_list *ret)
{
	const struct yaml_node *n = map_at(l, map, key);
	size_t i;

	if (n == NULL)
		return;
	ret->list = mem_array(l->g, struct field, n->n);
	for (i = 0; i < n->n; i++) {
		ret->list[ret->n].name = mem_str(l->g, n->entries[i].key);
		ret->list[ret->n].value = template(l, n->entries[i].value);
		if (ret->list[ret->n].value != NULL)
			ret->n++;
	}
}

static bool
is_raw(const struct yaml_node *n)
{
	return !n->quoted && (strcmp(n->text, "true") == 0 ||
	    strcmp(n->text, "false") == 0 ||
	    (n->text[0] != '\0' && strlen(n->text) < 10 &&
	    strspn(n->text, "0123456789") == strlen(n->text)));
}

static struct tree *
read_tree(struct load *l, const struct yaml_node *n)
{
	struct tree *t = mem_new(l->g, struct tree), **at = &t->child;
	size_t i;

	if (n->kind == YAML_SCALAR) {
		t->kind = TREE_TEXT;
		if (is_raw(n) || strcmp(n->text, "@params") == 0 ||
		    strcmp(n->text, "@sent_unix") == 0) {
			t->kind = TREE_RAW;
			t->raw = mem_str(l->g, n->text);
		} else {
			t->value = template(l, n);
		}
		return t;
	}
	t->kind = n->kind == YAML_MAP ? TREE_MAP : TREE_LIST;
	for (i = 0; i < n->n; i++) {
		*at = read_tree(l, n->entries[i].value);
		(*at)->key = mem_str(l->g, n->entries[i].key);
		at = &(*at)->next;
	}
	return t;
}

/* "hmac-sha256" or "md5". */
static bool
mac_of(const char *word, struct step *s)
{
	s->keyed = text_starts(word, "hmac-");
	return hash_kind_parse(s->keyed ? word + 5 : word, &s->kind);
}

static void
declare(struct load *l, const char *path, enum mst_type type)
{
	l->decls = mem_grow(l->g, l->decls, struct mst_decl, l->n_decls + 1);
	l->decls[l->n_decls++] = (struct mst_decl){ mem_str(l->g, path), type,
	    false, 1, "" };
}

static int
step_named(const struct step_list *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (strcmp(s->list[i].name, name) == 0)
			return (int)i;
	return -1;
}

static void
read_step(struct load *l, const struct yaml_node *n, struct step_list *steps)
{
	struct step *s = &steps->list[steps->n];
	const char *word, *as, *of;

	s->name = scalar(l, n, "name");
	word = scalar(l, n, "mac");
	as = scalar(l, n, "as");
	of = scalar(l, n, "key_of");
	s->text = template_at(l, n, "text");
	s->key = template_at(l, n, "key");
	s->key_step = of != NULL ? step_named(steps, of) : -1;
	s->form = as == NULL || strcmp(as, "hex") == 0 ? STEP_HEX :
	    strcmp(as, "base64") == 0 ? STEP_BASE64 : STEP_RAW;
	if (s->name == NULL || s->text == NULL || word == NULL ||
	    !mac_of(word, s) ||
	    (s->form == STEP_RAW && strcmp(as, "raw") != 0) ||
	    s->keyed != (s->key != NULL || s->key_step >= 0)) {
		wrong(l, n->line, "a step of a signature has \"name\", "
		    "\"text\", \"mac\" (md5, sha1, sha256, hmac-md5, hmac-"
		    "sha1, hmac-sha256), with hmac \"key\" or \"key_of\" an "
		    "earlier step, and \"as\" hex, base64 or raw");
		return;
	}
	declare(l, mem_fmt(l->g, "signed.%s", s->name), MST_TEXT);
	steps->n++;
}

static void
read_steps(struct load *l, const struct yaml_node *map, const char *key,
    struct step_list *ret)
{
	const struct yaml_node *n = yaml_get(map, key);
	size_t i;

	if (n == NULL)
		return;
	if (n->kind != YAML_LIST || n->n == 0 || n->n > STEPS_MOST) {
		wrong(l, n->line, "\"%s\" is a list of 1 to %d steps", key,
		    STEPS_MOST);
		return;
	}
	ret->list = mem_array(l->g, struct step, n->n);
	for (i = 0; i < n->n; i++)
		read_step(l, n->entries[i].value, ret);
}

static const char *
place(struct load *l, const struct yaml_node *map, const char *key)
{
	const char *s = scalar(l, map, key);

	if (s == NULL || fields_is_place(s))
		return s;
	wrong(l, map->line, "\"%s: %.40s\": write json:PATH, form:NAME, "
	    "query:NAME or body", key, s);
	return NULL;
}

static void
read_rules(struct load *l, const struct yaml_node *answer)
{
	const struct yaml_node *n = yaml_get(answer, "outcomes"), *one;
	struct outcome_rule *r;
	const char *is;
	size_t i;
	int k;

	if (n == NULL || n->kind != YAML_LIST) {
		wrong(l, answer->line, "\"outcomes\" is missing: a list of "
		    "what an answer means");
		return;
	}
	l->g->rules = mem_array(l->g, struct outcome_rule, n->n);
	for (i = 0; i < n->n; i++) {
		one = n->entries[i].value;
		r = &l->g->rules[l->g->n_rules];
		r->status = scalar(l, one, "status");
		r->at = place(l, one, "at");
		r->like = scalar(l, one, "like");
		is = scalar(l, one, "is");
		for (k = 0; is != NULL && k < GATEWAY_RESULT_COUNT; k++)
			if (strcmp(is, gateway_result_name(
			    (enum gateway_result)k)) == 0)
				break;
		if (is == NULL || k == GATEWAY_RESULT_COUNT ||
		    (r->at == NULL) != (r->like == NULL) ||
		    (r->at == NULL && r->status == NULL)) {
			wrong(l, one->line, "an outcome has \"status\", or "
			    "\"at\" and \"like\", or all three, and \"is\": "
			    "accepted, later, refused, number, opted-out, "
			    "not-permitted, credentials or uncertain");
			continue;
		}
		r->result = (enum gateway_result)k;
		l->g->n_rules++;
	}
}

static void
read_states(struct load *l, const struct yaml_node *map, const char *key,
    struct state_rule **ret_list, size_t *ret_n)
{
	const struct yaml_node *n = map_at(l, map, key), *v;
	size_t i;

	if (n == NULL)
		return;
	*ret_list = mem_array(l->g, struct state_rule, n->n);
	for (i = 0; i < n->n; i++) {
		v = n->entries[i].value;
		if (v->kind != YAML_SCALAR || !delivery_parse(v->text,
		    &(*ret_list)[*ret_n].state)) {
			wrong(l, n->entries[i].line, "a state is one of %s",
			    delivery_words());
			continue;
		}
		(*ret_list)[(*ret_n)++].word = mem_str(l->g,
		    n->entries[i].key);
	}
}

static void
read_verify(struct load *l, const struct yaml_node *map, struct hook *h)
{
	const struct yaml_node *v = map_at(l, map, "verify");

	if (v == NULL)
		return;
	h->given = scalar(l, v, "given");
	h->digest = place(l, v, "digest");
	read_steps(l, v, "sign", &h->verify);
	if (h->given == NULL || h->verify.n == 0 ||
	    (!text_starts(h->given, "header:") && !fields_is_place(h->given)))
		wrong(l, v->line, "\"verify\" has \"given\" (header:NAME, "
		    "form:NAME or query:NAME) and \"sign\", a list of steps");
}

static void
read_hook(struct load *l, const struct yaml_node *root, const char *key,
    bool report, struct hook *h)
{
	const struct yaml_node *n = map_at(l, root, key), *only;

	if (n == NULL)
		return;
	h->known = true;
	read_verify(l, n, h);
	h->each = scalar(l, n, "each");
	h->nothing = scalar(l, n, "nothing");
	h->token = place(l, n, "token");
	h->id = place(l, n, "id");
	h->state = place(l, n, "state");
	h->error = place(l, n, "error");
	h->number = place(l, n, "number");
	h->to = place(l, n, "to");
	h->text = place(l, n, "text");
	h->charset = place(l, n, "charset");
	only = map_at(l, n, "only");
	if (only != NULL) {
		h->only = place(l, only, "at");
		h->like = scalar(l, only, "like");
		if (h->only == NULL || h->like == NULL)
			wrong(l, only->line, "\"only\" has \"at\", a place, and "
			    "\"like\", a pattern");
	}
	h->say = scalar(l, n, "say");
	h->say_type = scalar(l, n, "say_type");
	read_states(l, n, "states", &h->states, &h->n_states);
	read_states(l, n, "errors", &h->errors, &h->n_errors);
	if (report && (h->state == NULL || h->n_states == 0 ||
	    (h->token == NULL && h->id == NULL)))
		wrong(l, n->line, "a report has \"token\" or \"id\", "
		    "\"state\" and \"states\"");
	if (!report && (h->text == NULL || h->number == NULL))
		wrong(l, n->line, "a message has \"number\" and \"text\"");
}

static void
read_values(struct load *l, const struct yaml_node *root)
{
	const struct yaml_node *n = map_at(l, root, "values");
	size_t i;

	l->decls = mem_array(l->g, struct mst_decl, NAMES);
	memcpy(l->decls, names, sizeof(names));
	l->n_decls = NAMES;
	if (n == NULL)
		return;
	l->g->values = mem_array(l->g, struct config_value, n->n);
	for (i = 0; i < n->n; i++) {
		l->g->values[i].name = mem_str(l->g, n->entries[i].key);
		l->g->values[i].text = scalar(l, n, n->entries[i].key);
		declare(l, mem_fmt(l->g, "values.%s", n->entries[i].key),
		    MST_TEXT);
	}
	l->g->n_values = n->n;
}

static bool
is_yes(struct load *l, const struct yaml_node *root, const char *key)
{
	const char *s = scalar(l, root, key);

	return s != NULL && strcmp(s, "yes") == 0;
}

static void
read_recipe(struct load *l, const struct yaml_node *n, const char *key,
    struct recipe *g)
{
	const struct yaml_node *json, *after;

	g->method = scalar(l, n, "method");
	g->url = template_at(l, n, "url");
	if (g->method == NULL || (strcmp(g->method, "GET") != 0 &&
	    strcmp(g->method, "POST") != 0) || g->url == NULL)
		wrong(l, n->line, "\"%s\" has \"method\" GET or POST, and "
		    "\"url\"", key);
	g->basic_user = template_at(l, n, "basic");
	read_fields(l, n, "headers", &g->headers);
	read_fields(l, n, "query", &g->query);
	read_fields(l, n, "form", &g->form);
	json = yaml_get(n, "json");
	if (json != NULL)
		g->json = read_tree(l, json);
	read_steps(l, n, "sign", &g->sign);
	after = map_at(l, n, "signed");
	if (after == NULL)
		return;
	read_fields(l, after, "headers", &g->signed_headers);
	read_fields(l, after, "query", &g->signed_query);
	read_fields(l, after, "form", &g->signed_form);
}

static void
read_recipes(struct load *l, const struct yaml_node *root)
{
	const struct yaml_node *n = map_at(l, root, "send");

	if (n == NULL)
		wrong(l, root->line, "\"send\" is missing: how a request is "
		    "made");
	else
		read_recipe(l, n, "send", &l->g->send);
	n = map_at(l, root, "query");
	if (n != NULL) {
		read_recipe(l, n, "query", &l->g->query);
		read_hook(l, root, "query", true,
		    &l->g->hooks[GATEWAY_QUERY]);
	}
	n = map_at(l, root, "poll");
	if (n != NULL) {
		read_recipe(l, n, "poll", &l->g->poll);
		read_hook(l, root, "poll", false, &l->g->hooks[GATEWAY_POLL]);
	}
}

static void
read_limit(struct load *l, const struct yaml_node *root)
{
	const char *s = scalar(l, root, "limit");
	long n = s != NULL ? strtol(s, NULL, 10) : 0;

	if (s != NULL && (n < LIMIT_LEAST || n > LIMIT_MOST))
		wrong(l, root->line, "\"limit\" of a robot's text: %d to %d "
		    "bytes", LIMIT_LEAST, LIMIT_MOST);
	else
		l->g->limit = (size_t)n;
}

static void
read_all(struct load *l, const struct yaml_node *root)
{
	const struct yaml_node *answer;
	const char *count;

	read_values(l, root);
	l->g->name = scalar(l, root, "name");
	l->g->cloud = is_yes(l, root, "approved_only");
	l->g->no_agency = is_yes(l, root, "no_agency");
	count = scalar(l, root, "count");
	l->g->by_chars = count != NULL && strcmp(count, "chars") == 0;
	read_limit(l, root);
	read_recipes(l, root);
	answer = map_at(l, root, "answer");
	if (answer == NULL) {
		wrong(l, root->line, "\"answer\" is missing: what the gateway "
		    "answers");
	} else {
		l->g->id = place(l, answer, "id");
		l->g->words = place(l, answer, "words");
		read_rules(l, answer);
	}
	read_hook(l, root, "report", true, &l->g->hooks[GATEWAY_REPORT]);
	read_hook(l, root, "message", false, &l->g->hooks[GATEWAY_MESSAGE]);
}

int
gateway_parse(void *owner, const char *file, const char *text, size_t n,
    struct gateway **ret_gateway, struct config_problems *ret_problems,
    struct err *err)
{
	struct config_problems found = { NULL, 0 };
	struct gateway *g = mem_new(owner, struct gateway);
	struct load l = { .g = g, .problems = &found, .owner = owner };
	const struct yaml_node *root;

	g->file = mem_str(g, file);
	if (n > FILE_MOST)
		problems_add(owner, &found, file, 0, "larger than %d KiB",
		    FILE_MOST / 1024);
	root = found.n > 0 ? NULL : yaml_tree(g, g->file, text, n, &found);
	if (root != NULL && root->kind == YAML_MAP)
		read_all(&l, root);
	else if (root != NULL)
		problems_add(owner, &found, file, 1, "not a map");
	problems_sort(&found);
	if (ret_problems != NULL)
		*ret_problems = found;
	if (problems_err(&found, err) != 0) {
		talloc_free(g);
		return -1;
	}
	*ret_gateway = g;
	return 0;
}

int
gateway_text(void *owner, const char *dir, const char *name,
    const char **ret_file, const char **ret_text, size_t *ret_n,
    struct err *err)
{
	char *file = mem_fmt(owner, "%s/gateways/%s.yaml", dir != NULL ? dir :
	    ".", name), *bytes;
	const char *text;

	if (dir != NULL && file_exists(file)) {
		if (file_read(owner, file, FILE_MOST, &bytes, ret_n, err) < 0)
			return -1;
		*ret_file = file;
		*ret_text = bytes;
		return 0;
	}
	file = mem_fmt(owner, "contrib/gateways/%s.yaml", name);
	text = embed_find(file);
	if (text == NULL)
		return err_set(err, ERR_CONFIG, "there is no gateway \"%.40s\""
		    ": write gateways/%.40s.yaml in the workspace, or use "
		    "kannel, twilio, aliyun, tencent or vonage, for robots "
		    "wecom, dingtalk or slack", name, name);
	*ret_file = file;
	*ret_text = text;
	*ret_n = strlen(text);
	return 0;
}

int
gateway_load(void *owner, const char *dir, const char *name,
    struct gateway **ret_gateway, struct config_problems *ret_problems,
    struct err *err)
{
	const char *file, *text;
	size_t n;

	if (gateway_text(owner, dir, name, &file, &text, &n, err) < 0)
		return -1;
	return gateway_parse(owner, file, text, n, ret_gateway, ret_problems,
	    err);
}
