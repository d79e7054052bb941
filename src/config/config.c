#include "config/config.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/config_types.h"
#include "config/policy_sources.h"
#include "config/values.h"
#include "core/country.h"
#include "core/zone.h"
#include "policy/rulepack.h"

#include <stdlib.h>
#include <string.h>

void
read_users(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config *c = dest;
	struct config_user *u;
	size_t i, mark;

	if (!value_entries(r, n))
		return;
	c->users = mem_array(r->owner, struct config_user, n->n);
	for (i = 0; i < n->n; i++) {
		if (!value_key(r, &n->entries[i], "user"))
			continue;
		u = &c->users[c->n_users++];
		u->login = n->entries[i].key;
		u->line = n->entries[i].line;
		mark = reader_down(r, u->login);
		settings_read(r, SECTION_user, n->entries[i].value, u);
		reader_up(r, mark);
	}
}

/* What is left out follows from what is there. */
static void
complete_company(struct reader *r, struct config_company *c)
{
	const char **list, *at;

	if (c->languages == NULL) {
		list = mem_array(r->owner, const char *, 2);
		list[0] = c->country != NULL &&
		    strcmp(c->country, "CN") == 0 ? "zh-CN" : "en";
		c->languages = list;
	}
	if (c->bounce_to == NULL)
		c->bounce_to = c->reply_to;
	at = c->reply_to == NULL ? NULL : strrchr(c->reply_to, '@');
	if (c->message_domain == NULL && at != NULL)
		c->message_domain = at + 1;
}

void
read_companies(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct config *c = dest;
	struct config_company *co;
	size_t i, mark;

	if (!value_entries(r, n))
		return;
	c->companies = mem_array(r->owner, struct config_company, n->n);
	for (i = 0; i < n->n; i++) {
		if (!value_key(r, &n->entries[i], "company"))
			continue;
		co = &c->companies[c->n_companies++];
		co->code = n->entries[i].key;
		co->line = n->entries[i].line;
		mark = reader_down(r, co->code);
		settings_read(r, SECTION_company, n->entries[i].value, co);
		complete_company(r, co);
		reader_up(r, mark);
	}
}

/* A policy's hours must leave something of what its rule pack allows. */
static void
check_hours(struct reader *r, const struct config_company *c)
{
	struct rulepack pack = rulepack_find(c->country, PARTY_ORGANISATION,
	    c->agency, CHANNEL_MAIL);
	const struct policy *p = c->policy;
	size_t i;

	for (i = 0; i < p->n_hours; i++)
		if (p->hours[i].from < pack.to && p->hours[i].to > pack.from)
			return;
	reader_problem(r, c->line, "policy %s has no hours inside %02d:%02d "
	    "to %02d:%02d, which rule pack %s allows: nothing would ever be "
	    "sent", p->name, pack.from / 60, pack.from % 60, pack.to / 60,
	    pack.to % 60, pack.id);
}

static void
check_company(struct reader *r, const struct config_company *c)
{
	const struct policy *p = c->policy;
	size_t i, mark;

	if (p == NULL || c->country == NULL)
		return;
	mark = reader_down(r, "companies");
	reader_down(r, c->code);
	check_hours(r, c);
	for (i = 0; i < p->n_steps && c->n_senders > 0; i++) {
		size_t k;

		for (k = 0; k < i; k++)
			if (strcmp(p->steps[k].role, p->steps[i].role) == 0)
				break;
		if (k == i && p->steps[i].role != NULL &&
		    config_sender(c, p->steps[i].role, NULL) == NULL)
			reader_problem(r, c->line, "no sender has the role "
			    "%s, which step %s of policy %s needs: add one, "
			    "or a sender without role", p->steps[i].role,
			    p->steps[i].id, p->name);
	}
	reader_up(r, mark);
}

/* A person's calendar gets only what that person may see. */
static void
check_calendars(struct reader *r, const struct config *c,
    const struct config_company *co)
{
	const struct config_calendar *cal;
	size_t i, k;

	for (i = 0; i < co->n_calendars; i++) {
		cal = &co->calendars[i];
		if (cal->owner == NULL)
			continue;
		for (k = 0; k < c->n_users; k++)
			if (strcmp(c->users[k].login, cal->owner) == 0)
				break;
		if (k == c->n_users)
			reader_problem(r, cal->line, "there is no user "
			    "\"%.60s\"", cal->owner);
		else if (!config_user_sees(&c->users[k], co->code))
			reader_problem(r, cal->line, "user %.60s is not of "
			    "company %s", cal->owner, co->code);
	}
}

static void
check_user(struct reader *r, const struct config *c,
    const struct config_user *u)
{
	char *copy, *save = NULL, *w;
	size_t mark;

	if (u->companies == NULL || strcmp(u->companies, "*") == 0)
		return;
	mark = reader_down(r, "users");
	reader_down(r, u->login);
	copy = mem_str(r->owner, u->companies);
	for (w = strtok_r(copy, " ", &save); w != NULL;
	    w = strtok_r(NULL, " ", &save))
		if (config_company(c, w) == NULL)
			reader_problem(r, u->line, "there is no company "
			    "\"%.60s\"", w);
	reader_up(r, mark);
}

static void
check_source(struct reader *r, const struct config *c,
    struct config_source *s)
{
	size_t mark = reader_down(r, "sources");

	reader_down(r, s->name);
	if (s->company == NULL && c->n_companies == 1)
		s->company = c->companies[0].code;
	else if (s->company == NULL)
		reader_problem(r, s->line, "\"company\" is missing: there "
		    "are several, say whose ledger this is");
	else if (config_company(c, s->company) == NULL)
		reader_problem(r, s->line, "there is no company \"%.60s\"",
		    s->company);
	reader_up(r, mark);
}

static void
read_all(struct reader *r, struct config *c, const struct yaml_node *root)
{
	size_t i;

	settings_read(r, SECTION_workspace, root, c);
	policy_sources_resolve(r, c);
	for (i = 0; i < c->n_companies; i++)
		check_company(r, &c->companies[i]);
	for (i = 0; i < c->n_companies; i++)
		check_calendars(r, c, &c->companies[i]);
	for (i = 0; i < c->n_users; i++)
		check_user(r, c, &c->users[i]);
	for (i = 0; i < c->n_sources; i++)
		check_source(r, c, &c->sources[i]);
	workdays_load(r, c);
}

/* NULL when the syntax is broken. */
static struct config *
parse(void *owner, const char *dir, const char *file, const char *bytes,
    size_t n, struct config_problems *found)
{
	struct config *c = mem_new(owner, struct config);
	struct reader r = { .owner = owner, .file = mem_str(owner, file),
	    .dir = mem_str(owner, dir), .problems = found,
	    .context = policy_sources_new(owner) };
	const struct yaml_node *root;

	c->dir = r.dir;
	c->file = r.file;
	root = yaml_tree(owner, r.file, bytes, n, found);
	if (root == NULL)
		return NULL;
	read_all(&r, c, root);
	problems_sort(found);
	return c;
}

int
config_parse(void *owner, const char *dir, const char *file,
    const char *bytes, size_t n, struct config **ret_config,
    struct config_problems *ret_problems, struct err *err)
{
	struct config_problems found = { NULL, 0 };
	struct config *c = parse(owner, dir, file, bytes, n, &found);

	if (ret_problems != NULL)
		*ret_problems = found;
	if (problems_err(&found, err) != 0)
		return -1;
	*ret_config = c;
	return 0;
}

struct config *
config_load(void *owner, const char *dir,
    struct config_problems *ret_problems)
{
	char *file = file_join(owner, dir, "dunlin.yaml"), *bytes;
	struct err err;
	size_t n;

	ret_problems->lines = NULL;
	ret_problems->n = 0;
	if (!file_exists(file)) {
		problems_add(owner, ret_problems, file, 0, "not there: "
		    "\"dunlin init DIR\" makes a workspace, -C DIR names "
		    "one");
		return NULL;
	}
	if (file_read(owner, file, YAML_BYTES_MAX, &bytes, &n, &err) != 0) {
		problems_add(owner, ret_problems, file, 0, "%s", err.text);
		return NULL;
	}
	return parse(owner, dir, file, bytes, n, ret_problems);
}

int
config_read(void *owner, const char *dir, struct config **ret_config,
    struct config_problems *ret_problems, struct err *err)
{
	struct config_problems found;
	struct config *c = config_load(owner, dir, &found);

	if (ret_problems != NULL)
		*ret_problems = found;
	if (problems_err(&found, err) != 0)
		return -1;
	*ret_config = c;
	return 0;
}

const struct config_company *
config_company(const struct config *c, const char *code)
{
	size_t i;

	for (i = 0; i < c->n_companies; i++)
		if (strcmp(c->companies[i].code, code) == 0)
			return &c->companies[i];
	return NULL;
}

bool
config_user_sees(const struct config_user *u, const char *company)
{
	const char *p = u->companies;
	size_t n = strlen(company);

	if (p == NULL || strcmp(p, "*") == 0)
		return true;
	while ((p = strstr(p, company)) != NULL) {
		if ((p == u->companies || p[-1] == ' ') &&
		    (p[n] == ' ' || p[n] == '\0'))
			return true;
		p += n;
	}
	return false;
}

bool
config_user_is(const struct config_user *u, enum user_role role)
{
	const char *word = user_role_name(role), *p = u->roles;
	size_t n = strlen(word);

	for (; p != NULL && (p = strstr(p, word)) != NULL; p += n)
		if ((p == u->roles || p[-1] == ' ') &&
		    (p[n] == ' ' || p[n] == '\0'))
			return true;
	return false;
}

bool
config_user_is_away(const struct config_user *u, int32_t day)
{
	const struct config_absence *a = u->away;

	for (; a != NULL && a->from != DATE_NONE; a++)
		if (day >= a->from && day <= a->to)
			return true;
	return false;
}

const struct config_user *
config_user(const struct config *c, const char *login)
{
	size_t i;

	for (i = 0; login != NULL && i < c->n_users; i++)
		if (strcmp(c->users[i].login, login) == 0)
			return &c->users[i];
	return NULL;
}

const struct config_source *
config_source(const struct config *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->n_sources; i++)
		if (strcmp(c->sources[i].name, name) == 0)
			return &c->sources[i];
	return NULL;
}

const struct policy *
config_policy(const struct config *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->n_policies; i++)
		if (strcmp(c->policies[i]->name, name) == 0)
			return c->policies[i];
	return NULL;
}

const struct config_sender *
config_sender(const struct config_company *c, const char *role,
    const char *language)
{
	const struct config_sender *s, *best = NULL;
	size_t i;

	for (i = 0; i < c->n_senders; i++) {
		s = &c->senders[i];
		if (strcmp(s->role, role) != 0)
			continue;
		if (s->language != NULL && language != NULL &&
		    strcmp(s->language, language) == 0)
			return s;
		if (best == NULL ||
		    (best->language != NULL && s->language == NULL))
			best = s;
	}
	return best;
}

const char *
config_company_name(const struct config_company *c, const char *language)
{
	size_t i;

	for (i = 0; i < c->n_names; i++)
		if (c->names[i].language != NULL && language != NULL &&
		    strcmp(c->names[i].language, language) == 0)
			return c->names[i].text;
	return c->n_names > 0 ? c->names[0].text : NULL;
}

/* How well an account fits; -1: not at all. */
static int
bank_fit(const struct config_bank *b, const char *cur, const char *language)
{
	int fit = b->language == NULL ? 1 :
	    strcmp(b->language, language) == 0 ? 2 : 0;

	if (b->currency == NULL)
		return fit;
	return strcmp(b->currency, cur) == 0 ? fit + 4 : -1;
}

const struct config_bank *
config_bank(const struct config_company *c, const char *currency,
    const char *language)
{
	const struct config_bank *best = NULL;
	int fit, top = -1;
	size_t i;

	for (i = 0; i < c->n_banks; i++) {
		fit = bank_fit(&c->banks[i], currency, language);
		if (fit > top) {
			top = fit;
			best = &c->banks[i];
		}
	}
	return best;
}
