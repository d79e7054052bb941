#include "sms/compose.h"

#include "base/mem.h"
#include "core/phone.h"
#include "policy/rulepack.h"
#include "render/lint.h"
#include "render/locale.h"
#include "render/template.h"
#include "render/view.h"
#include "sms/rules.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define PARAMS_MOST 40
#define POOL 16384		/* bytes that one message needs for a while */

struct job {
	const struct templates *all;
	const struct render_input *in;
	const struct config_sms *route;
	const struct gateway *g;
	const struct config_sms_template *approved;	/* NULL: our own */
	const char *language;
	struct phone phone;
	struct rulepack pack;
	struct mst_value *view;
	struct config_value params[PARAMS_MOST];
	size_t n_params;
	void *tmp;
	struct err *err;
};

static int
fill(struct job *j, const struct mst *m, const struct template *body,
    char **ret_s)
{
	struct template_scope where = { j->all, body, PART_TEXT };
	struct mst_render r = { .data = j->view, .escape = MST_NONE,
	    .strict = true, .find = body != NULL ? template_partial : NULL,
	    .arg = &where };
	struct text *out = text_new(j->tmp);

	if (mst_render(m, &r, out, j->err) < 0)
		return -1;
	*ret_s = text_trim(j->tmp, text_str(out));
	return 0;
}

/* Words of dunlin.yaml. */
static int
fill_words(struct job *j, const char *words, char **ret_s)
{
	struct mst *m;

	if (mst_parse(j->tmp, "dunlin.yaml", j->route->line, words,
	    strlen(words), &m, j->err) < 0)
		return -1;
	return fill(j, m, NULL, ret_s);
}

static int
approved_text(struct job *j, char **ret_s)
{
	const struct config_sms_template *a = j->approved;
	char *v;
	size_t i;

	for (i = 0; i < a->n_params && i < PARAMS_MOST; i++) {
		if (fill_words(j, a->params[i].text, &v) < 0)
			return -1;
		j->params[i].name = a->params[i].name;
		j->params[i].text = v;
		j->n_params = i + 1;
	}
	return fill_words(j, a->text, ret_s);
}

/* An unasked message that others might see. */
static bool
is_neutral(const struct job *j)
{
	return j->pack.neutral_subject && j->in->class != CLASS_ANSWER &&
	    j->in->class != CLASS_OUTCOME;
}

static int
own_text(struct job *j, char **ret_s)
{
	const struct template *body, *layout;
	const char *name = is_neutral(j) ? "_neutral" : j->in->template;

	body = template_find_sms(j->all, j->language, name);
	layout = template_find_sms(j->all, j->language, "_layout");
	if (body == NULL || layout == NULL || j->in->template[0] == '_')
		return err_set(j->err, ERR_CONFIG, "there is no template "
		    "templates/%s/%s.sms, write one or choose another",
		    j->language, name);
	return fill(j, layout->parts[PART_TEXT], body, ret_s);
}

static void
put_route(struct job *j)
{
	const struct config_sms *r = j->route;
	char letter[2] = { r->letters != NULL ? r->letters[0] : '\0', '\0' };

	mst_put_bool(j->view, "signed", r->sign != NULL);
	mst_put_bool(j->view, "replies", r->replies);
	if (letter[0] != '\0')
		mst_put_text(j->view, "letter", letter);
}

static int
lint(struct job *j, const char *text)
{
	const char *masks[] = { mst_get_text(mst_get(j->view, "customer"),
	    "name"), mst_get_text(mst_get(j->view, "company"), "name"), NULL };
	struct sms_text t = { .text = text, .country = j->phone.country,
	    .cloud = j->approved != NULL && gateway_is_cloud(j->g),
	    .params = j->params, .n_params = j->n_params };
	struct lint_hit hit;

	if (lint_check(text, LINT_PLAIN, masks, &hit))
		return err_set(j->err, ERR_CONFIG, "sms %s: the text says "
		    "\"%s\", which %s (%s): change the template or the value",
		    j->in->template, hit.words, hit.why, hit.rule);
	return sms_rules(j->route, &t, j->err) < 0 ? err_add(j->err, "sms %s",
	    j->in->template) : 0;
}

static void
put_field(struct text *t, const char *name, const char *value)
{
	text_add(t, name);
	text_add_json(t, value);
}

/* JSON, its names in their order: made for each message. */
static void
make_bytes(struct job *j, struct sms *s)
{
	struct text *t = text_new(s);
	size_t i;

	text_addf(t, "{\"code\":%d", j->phone.code_len);
	for (i = 0; j->approved != NULL && i < j->n_params; i++) {
		put_field(t, i == 0 ? ",\"params\":[[" : ",[",
		    j->params[i].name);
		put_field(t, ",", j->params[i].text);
		text_add(t, i + 1 < j->n_params ? "]" : "]]");
	}
	put_field(t, ",\"route\":", j->route->name);
	if (j->approved != NULL)
		put_field(t, ",\"template\":", j->approved->id);
	put_field(t, ",\"text\":", s->text);
	put_field(t, ",\"to\":", s->to);
	put_field(t, ",\"token\":", j->in->token);
	text_addc(t, '}');
	s->bytes = mem_str(s, text_str(t));
	s->len = text_len(t);
	text_free(t);
}

static void
make_message(const struct job *j, struct sms *s)
{
	struct config_value *params = mem_array(s, struct config_value,
	    j->n_params + 1);
	size_t i;

	for (i = 0; i < j->n_params; i++) {
		params[i].name = j->params[i].name;
		params[i].text = mem_str(s, j->params[i].text);
	}
	s->message.to = s->to;
	s->message.code_len = j->phone.code_len;
	s->message.text = s->text;
	s->message.token = j->in->token;
	s->message.template = j->approved != NULL ? j->approved->id : NULL;
	s->message.params = params;
	s->message.n_params = j->n_params;
}

static int
compose(struct job *j, struct sms *s)
{
	char *text;

	if ((j->approved != NULL ? approved_text(j, &text) :
	    own_text(j, &text)) < 0 || lint(j, text) < 0)
		return -1;
	if (j->approved == NULL)
		text = sms_plain(j->tmp, text);
	s->text = j->route->sign != NULL ? mem_fmt(s, "【%s】%s",
	    j->route->sign, text) : mem_str(s, text);
	sms_count(s->text, gateway_counts_chars(j->g) ? SMS_BY_CHARS :
	    SMS_BY_CODING, &s->count);
	if (s->count.parts > j->route->parts)
		return err_set(j->err, ERR_CONFIG, "sms %s: %d parts, route "
		    "%s takes %d: shorten the template, or raise \"parts\"",
		    j->in->template, s->count.parts, j->route->name,
		    j->route->parts);
	s->to = mem_str(s, j->phone.e164);
	make_bytes(j, s);
	make_message(j, s);
	return 0;
}

int
sms_compose(void *owner, const struct templates *t,
    const struct render_input *in, const struct config_sms *route,
    const struct gateway *g, struct sms **ret_sms, struct err *err)
{
	void *tmp MEM_AUTO = mem_pool(NULL, POOL);
	struct job j = { .all = t, .in = in, .route = route, .g = g,
	    .tmp = tmp, .err = err };
	const struct locale *l = locale_for(in->language);
	const char *country = in->facts->country != NULL ?
	    in->facts->country : in->company->country;
	struct sms *s;

	if (phone_mobile(in->facts->contacts[in->contact].address, country,
	    &j.phone, err) < 0)
		return -1;
	j.language = locale_tag(l);
	j.pack = rulepack_find(in->facts->country, in->facts->party_kind,
	    in->company->agency, CHANNEL_SMS);
	j.approved = config_sms_template(route, in->template, j.language);
	if (j.approved == NULL && gateway_is_cloud(g))
		return err_set(err, ERR_CONFIG, "sms %s: route %s has no "
		    "approved message of that name in %s", in->template,
		    route->name, j.language);
	if (view_make(tmp, in, l, &j.pack, &j.view, err) < 0)
		return -1;
	put_route(&j);
	s = mem_new(owner, struct sms);
	if (compose(&j, s) < 0) {
		talloc_free(s);
		return -1;
	}
	*ret_sms = s;
	return 0;
}

int
sms_message(void *owner, const char *bytes, size_t n,
    struct gateway_message *ret_m, struct err *err)
{
	json_t *o = json_loadb(bytes, n, 0, NULL), *list, *one;
	struct gateway_message m = { NULL };
	struct config_value *params;
	size_t i;

	list = json_object_get(o, "params");
	m.to = mem_str(owner, json_string_value(json_object_get(o, "to")));
	m.code_len = (int)json_integer_value(json_object_get(o, "code"));
	m.text = mem_str(owner, json_string_value(json_object_get(o,
	    "text")));
	m.token = mem_str(owner, json_string_value(json_object_get(o,
	    "token")));
	m.template = mem_str(owner, json_string_value(json_object_get(o,
	    "template")));
	params = mem_array(owner, struct config_value,
	    json_array_size(list) + 1);
	for (i = 0; i < json_array_size(list); i++) {
		one = json_array_get(list, i);
		params[i].name = mem_str(owner, json_string_value(
		    json_array_get(one, 0)));
		params[i].text = mem_str(owner, json_string_value(
		    json_array_get(one, 1)));
	}
	m.params = params;
	m.n_params = json_array_size(list);
	json_decref(o);
	if (m.to == NULL || m.text == NULL || m.token == NULL)
		return err_set(err, ERR_CORRUPT, "the bytes of an SMS are "
		    "damaged");
	*ret_m = m;
	return 0;
}

struct mail *
sms_as_mail(void *owner, const struct sms *s)
{
	struct mail *m = mem_new(owner, struct mail);

	m->bytes = s->bytes;
	m->len = s->len;
	m->from = m->subject = m->html = mem_str(m, "");
	m->to = s->to;
	m->text = s->text;
	return m;
}

/* --- dunlin check --- */

struct checking {
	void *owner;
	const struct config *c;
	const struct config_sms *route;
	struct config_problems *problems;
};

static void
add(struct checking *k, const char *what, const char *text)
{
	problems_add(k->owner, k->problems, k->c->file, k->route->line,
	    "%s: %s%s%s", k->route->label, what, what[0] != '\0' ? ": " :
	    "", text);
}

static void
problem(void *arg, const char *line)
{
	add(arg, "templates", line);
}

static void
check_words(struct checking *k, const struct config_sms_template *a,
    const char *words)
{
	struct mst_check c = { .decls = template_names,
	    .n_decls = template_names_count, .problem = problem,
	    .problem_arg = k };
	struct mst *m;
	struct err err;

	if (mst_parse(k->owner, a->name, 1, words, strlen(words), &m,
	    &err) < 0) {
		add(k, a->name, err.text);
		return;
	}
	c.kind = template_kind_of(a->name) | KIND_SMS;
	mst_check(m, &c);
}

void
sms_check_route(const struct config *c, const struct config_sms *route,
    const struct gateway *g, void *owner, struct config_problems *problems)
{
	struct checking k = { owner, c, route, problems };
	const struct config_sms_template *a;
	struct sms_text t = { .country = "CN", .cloud = true };
	struct err err;
	size_t i, n;

	gateway_check_route(g, c, route, owner, problems);
	if (route->sign != NULL && sms_rules_sign(route->sign, &err) < 0)
		add(&k, "sign", err.text);
	for (i = 0; i < route->n_templates; i++) {
		a = &route->templates[i];
		if (a->name == NULL || a->text == NULL || a->language == NULL)
			continue;
		check_words(&k, a, a->text);
		for (n = 0; n < a->n_params; n++)
			check_words(&k, a, a->params[n].text);
		t.text = a->text;
		if (gateway_is_cloud(g) && (sms_rules(route, &t, &err) < 0 ||
		    sms_rules_words(a->text, &err) < 0))
			add(&k, a->name, err.text);
	}
}
