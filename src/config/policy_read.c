#include "config/policy_read.h"

#include "base/embed.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/config_types.h"
#include "config/policy_check.h"
#include "config/values.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELD(type, dest, s) ((type *)(void *)((char *)(dest) + (s)->offset))

static struct policy_lines *
lines_of(struct reader *r)
{
	return r->context;
}

void
read_stage(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);

	if (v != NULL && !stage_parse(v, FIELD(enum stage, dest, s)))
		reader_problem(r, n->line, "\"%.60s\" is no stage: use one "
		    "of M0 to M4", v);
}

void
read_attitude(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);
	enum attitude a;

	if (v == NULL)
		return;
	if (strcmp(v, "none") == 0)
		*FIELD(const char *, dest, s) = NULL;
	else if (attitude_parse(v, &a))
		*FIELD(const char *, dest, s) = attitude_name(a);
	else
		reader_problem(r, n->line, "\"%.60s\" is no attitude: use %s "
		    "or none", v, attitude_words());
}

void
read_contact_role(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);

	if (v != NULL &&
	    !contact_role_parse(v, FIELD(enum contact_role, dest, s)))
		reader_problem(r, n->line, "\"%.60s\" is no contact role: "
		    "use payables, owner, escalation or copy", v);
}

static bool
is_choice(const char *w, enum channel_choice *ret)
{
	if (strcmp(w, "cheapest") == 0)
		*ret = CHOICE_CHEAPEST;
	else if (strcmp(w, "each") == 0)
		*ret = CHOICE_EACH;
	else
		return false;
	return true;
}

/* "mail sms": one or both; "mail sms cheapest", "mail sms each". */
void
read_channels(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct policy_step *step = dest;
	const char *v = value_scalar(r, n);
	char *copy, *save = NULL, *w;
	enum channel c;

	if (v == NULL)
		return;
	step->n_channels = 0;
	step->choice = CHOICE_FIRST;
	copy = mem_str(r->owner, v);
	for (w = strtok_r(copy, " ", &save); w != NULL;
	    w = strtok_r(NULL, " ", &save)) {
		if (step->n_channels > 0 && is_choice(w, &step->choice))
			continue;
		if (!channel_parse(w, &c) || (c != CHANNEL_MAIL &&
		    c != CHANNEL_SMS) || step->n_channels ==
		    POLICY_CHANNELS || (step->n_channels == 1 &&
		    step->channels[0] == c)) {
			reader_problem(r, n->line, "\"%.60s\": write mail, "
			    "sms or both, the better first, then cheapest "
			    "or each or nothing", v);
			return;
		}
		step->channels[step->n_channels++] = c;
	}
}

static bool
want_map(struct reader *r, const struct yaml_node *n)
{
	if (n->kind == YAML_MAP)
		return true;
	if (n->kind != YAML_BAD)
		reader_problem(r, n->line, "not a map: write \"key: value\" "
		    "lines");
	return false;
}

void
read_stages(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct policy *p = dest;
	enum stage stage;
	size_t i, mark;

	if (!want_map(r, n))
		return;
	for (i = 0; i < n->n; i++) {
		if (!stage_parse(n->entries[i].key, &stage)) {
			reader_problem(r, n->entries[i].line, "\"%.60s\" is "
			    "no stage: use M0 to M4", n->entries[i].key);
			continue;
		}
		lines_of(r)->stages[stage] = n->entries[i].line;
		mark = reader_down(r, n->entries[i].key);
		settings_read(r, SECTION_stage, n->entries[i].value,
		    &p->stages[stage]);
		reader_up(r, mark);
	}
}

static void
remove_step(struct reader *r, struct policy *p, const struct yaml_entry *e)
{
	int *line = lines_of(r)->steps;
	size_t i;

	for (i = 0; i < p->n_steps; i++)
		if (strcmp(p->steps[i].id, e->key) == 0)
			break;
	if (i == p->n_steps) {
		reader_problem(r, e->line, "there is no inherited step "
		    "\"%.60s\" to take away", e->key);
		return;
	}
	p->n_steps--;
	memmove(&p->steps[i], &p->steps[i + 1],
	    (p->n_steps - i) * sizeof(p->steps[0]));
	memmove(&line[i], &line[i + 1], (p->n_steps - i) * sizeof(line[0]));
}

/* The step named id, added at the end when it is new. */
static struct policy_step *
step_for(struct reader *r, struct policy *p, const char *id, bool *ret_new)
{
	struct policy_lines *at = lines_of(r);
	struct policy_step *s;
	size_t i;

	*ret_new = false;
	for (i = 0; i < p->n_steps; i++)
		if (strcmp(p->steps[i].id, id) == 0)
			return &p->steps[i];
	*ret_new = true;
	p->steps = mem_grow(r->owner, p->steps, struct policy_step,
	    p->n_steps + 1);
	at->steps = mem_grow(r->owner, at->steps, int, p->n_steps + 1);
	s = &p->steps[p->n_steps++];
	memset(s, 0, sizeof(*s));
	s->id = s->template = mem_str(r->owner, id);
	s->from = s->to = POLICY_UNSET;
	return s;
}

static void
read_step(struct reader *r, struct policy *p, const struct yaml_entry *e)
{
	struct policy_step *step;
	bool fresh, partial = r->partial;
	size_t mark;

	if (e->value->kind == YAML_SCALAR &&
	    (text_eq_nocase(e->value->text, "off") ||
	    text_eq_nocase(e->value->text, "no"))) {
		remove_step(r, p, e);
		return;
	}
	if (!value_is_name(e->key)) {
		reader_problem(r, e->line, "\"%.60s\" is no name: use up to "
		    "40 letters, digits, - and _", e->key);
		return;
	}
	step = step_for(r, p, e->key, &fresh);
	lines_of(r)->steps[step - p->steps] = e->line;
	mark = reader_down(r, e->key);
	r->partial = !fresh;
	settings_read(r, SECTION_step, e->value, step);
	r->partial = partial;
	reader_up(r, mark);
}

void
read_steps(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	size_t i;

	if (!want_map(r, n))
		return;
	for (i = 0; i < n->n; i++)
		read_step(r, dest, &n->entries[i]);
}

void
read_weekdays(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	static const char *const days[] = { "mon", "tue", "wed", "thu", "fri",
		"sat", "sun" };
	struct policy *p = dest;
	struct setting score = { .min = 0, .max = 100 };
	size_t i, d, mark;

	if (!want_map(r, n))
		return;
	lines_of(r)->weekdays = n->line;
	for (i = 0; i < n->n; i++) {
		for (d = 0; d < 7; d++)
			if (strcmp(n->entries[i].key, days[d]) == 0)
				break;
		if (d == 7) {
			reader_problem(r, n->entries[i].line, "\"%.60s\" is "
			    "no weekday: use mon, tue, wed, thu, fri, sat, "
			    "sun", n->entries[i].key);
			continue;
		}
		mark = reader_down(r, days[d]);
		read_int(r, &score, n->entries[i].value,
		    &p->weekday_score[d]);
		reader_up(r, mark);
	}
}

/* Up to max entries of a list, each a map of section. */
static size_t
read_entries(struct reader *r, enum section section,
    const struct yaml_node *n, void *array, size_t size, size_t max)
{
	bool partial = r->partial;
	size_t i, mark;

	if (n->kind != YAML_LIST || n->n == 0) {
		reader_problem(r, n->line, "not a list: start each entry "
		    "with \"- \"");
		return 0;
	}
	if (n->n > max)
		reader_problem(r, n->line, "%zu entries, at most %zu are "
		    "allowed", n->n, max);
	r->partial = false;
	memset(array, 0, max * size);
	for (i = 0; i < n->n && i < max; i++) {
		mark = reader_down_nth(r, i);
		settings_read(r, section, n->entries[i].value,
		    (char *)array + i * size);
		reader_up(r, mark);
	}
	r->partial = partial;
	return i;
}

void
read_hours_list(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct policy *p = dest;

	lines_of(r)->hours = n->line;
	p->n_hours = read_entries(r, SECTION_hours, n, p->hours,
	    sizeof(p->hours[0]), POLICY_HOURS_MAX);
}

void
read_caps(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct policy *p = dest;

	lines_of(r)->caps = n->line;
	p->n_caps = read_entries(r, SECTION_cap, n, p->caps,
	    sizeof(p->caps[0]), POLICY_CAPS_MAX);
}

void
read_tiers(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct policy *p = dest;
	bool partial = r->partial;
	enum tier tier;
	size_t i, mark;

	if (!want_map(r, n))
		return;
	for (i = 0; i < n->n; i++) {
		if (!tier_parse(n->entries[i].key, &tier)) {
			reader_problem(r, n->entries[i].line, "\"%.60s\" is "
			    "no tier: use %s", n->entries[i].key,
			    tier_words());
			continue;
		}
		mark = reader_down(r, n->entries[i].key);
		r->partial = true;	/* what is left out stays as it is */
		settings_read(r, SECTION_tier, n->entries[i].value,
		    &p->tiers[tier]);
		r->partial = partial;
		reader_up(r, mark);
	}
}

void
read_behaviour(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	bool partial = r->partial;

	if (!want_map(r, n))
		return;
	r->partial = true;	/* what is left out stays as it is */
	settings_read(r, SECTION_behaviour, n, FIELD(struct policy_behaviour,
	    dest, s));
	r->partial = partial;
}

void
read_minimums(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct setting other = { .offset = 0 };
	struct policy *p = dest;
	size_t i, mark;

	if (!want_map(r, n))
		return;
	for (i = 0; i < n->n; i++) {
		mark = reader_down(r, n->entries[i].key);
		if (strcmp(n->entries[i].key, "other") == 0)
			read_hundredths(r, &other, n->entries[i].value,
			    &p->minimum_other);
		else
			read_one_amount(r, &n->entries[i], ", or other",
			    &p->minimums, &p->n_minimums);
		reader_up(r, mark);
	}
}

/* A copy whose arrays may be changed, as it was given: what its stages
 * filled in may be another day now. */
static void
inherit(void *owner, struct policy *p, const struct policy *base)
{
	size_t i;

	*p = *base;
	p->stages[STAGE_COUNT - 1].to = POLICY_UNSET;
	p->steps = mem_array(owner, struct policy_step, base->n_steps + 1);
	memcpy(p->steps, base->steps, base->n_steps * sizeof(p->steps[0]));
	for (i = 0; i < p->n_steps; i++) {
		if (p->steps[i].open_from)
			p->steps[i].from = POLICY_UNSET;
		if (p->steps[i].open_to)
			p->steps[i].to = POLICY_UNSET;
	}
	p->minimums = mem_array(owner, struct policy_minimum,
	    base->n_minimums + 1);
	if (base->n_minimums > 0)
		memcpy(p->minimums, base->minimums,
		    base->n_minimums * sizeof(p->minimums[0]));
}

static void
prepare(struct reader *r, struct policy *p)
{
	static const struct yaml_node nothing = { .kind = YAML_MAP };
	size_t i;

	settings_read(r, SECTION_behaviour, &nothing, &p->behaviour);
	settings_read(r, SECTION_offers, &nothing, &p->offers);
	for (i = 0; i < STAGE_COUNT; i++)
		p->stages[i].from = p->stages[i].to = POLICY_UNSET;
	for (i = 0; i < TIER_COUNT; i++) {
		p->tiers[i].gap_percent = 100;
		p->tiers[i].max_stage = STAGE_M4;
	}
}

struct policy *
policy_read(void *owner, const char *name, const char *file,
    const struct yaml_node *map, const struct policy *base,
    struct config_problems *problems)
{
	struct policy *p = mem_new(owner, struct policy);
	struct policy_lines at = { 0 };
	struct reader r = { .owner = owner, .file = file, .dir = "",
	    .problems = problems, .partial = base != NULL, .context = &at };
	size_t i;

	at.policy = at.hours = at.weekdays = at.caps = at.offers =
	    map->line;
	for (i = 0; i < STAGE_COUNT; i++)
		at.stages[i] = map->line;
	reader_down(&r, "policies");
	reader_down(&r, name);
	if (base != NULL) {
		inherit(owner, p, base);
		at.steps = mem_array(owner, int, p->n_steps + 1);
		for (i = 0; i < p->n_steps; i++)
			at.steps[i] = map->line;
	} else {
		prepare(&r, p);
	}
	p->name = mem_str(owner, name);
	settings_read(&r, SECTION_policy, map, p);
	if (map->kind == YAML_MAP)
		policy_complete(&r, p, &at);
	p->hash = policy_hash(owner, p);
	return p;
}

const struct policy *
policy_default(void *owner)
{
	struct config_problems problems = { 0 };
	const char *text = embed_find(POLICY_DEFAULT_FILE);
	struct yaml_node *map;
	struct policy *p = NULL;

	if (text != NULL) {
		map = yaml_tree(owner, POLICY_DEFAULT_FILE, text,
		    strlen(text), &problems);
		if (map != NULL)
			p = policy_read(owner, "default",
			    POLICY_DEFAULT_FILE, map, NULL, &problems);
	}
	if (p == NULL || problems.n > 0) {
		/* Compiled in, and every unit test run reads it. */
		fprintf(stderr, "dunlin: the embedded default policy is "
		    "damaged: %s\n", problems.n > 0 ? problems.lines[0] : "");
		abort();
	}
	return p;
}
