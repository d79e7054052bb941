/* offers_read.c - what a policy offers for paying by a day, and amounts per
 * currency. */
#include "config/policy_read.h"

#include "base/mem.h"
#include "config/policy_check.h"
#include "config/values.h"

#include <string.h>

void
read_one_amount(struct reader *r, const struct yaml_entry *e,
    const char *other, struct policy_minimum **list, size_t *n)
{
	const char *v = value_scalar(r, e->value);
	struct money m;
	size_t i;

	if (v == NULL)
		return;
	if (money_digits(e->key) < 0) {
		reader_problem(r, e->line, "\"%.60s\" is no currency: use "
		    "three capital letters of ISO 4217%s", e->key, other);
		return;
	}
	if (money_parse(v, e->key, &m, NULL) != 0 || m.minor < 0) {
		reader_problem(r, e->line, "\"%.60s\" is no amount in %s", v,
		    e->key);
		return;
	}
	for (i = 0; i < *n; i++)
		if (strcmp((*list)[i].cur, e->key) == 0)
			break;
	if (i == *n)
		*list = mem_grow(r->owner, *list, struct policy_minimum,
		    ++*n);
	memcpy((*list)[i].cur, m.cur, sizeof(m.cur));
	(*list)[i].minor = m.minor;
}

static bool
is_map(struct reader *r, const struct yaml_node *n)
{
	if (n->kind != YAML_MAP && n->kind != YAML_BAD)
		reader_problem(r, n->line, "not a map: write \"key: value\" "
		    "lines");
	return n->kind == YAML_MAP;
}

/* What is said here stands for what was inherited. */
static void
read_amounts(struct reader *r, const struct yaml_node *n,
    struct policy_minimum **list, size_t *count)
{
	size_t i, mark;

	*list = NULL;
	*count = 0;
	if (!is_map(r, n))
		return;
	for (i = 0; i < n->n; i++) {
		mark = reader_down(r, n->entries[i].key);
		read_one_amount(r, &n->entries[i], "", list, count);
		reader_up(r, mark);
	}
}

void
read_offer_amounts(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct policy_offers *o = dest;

	read_amounts(r, n, &o->amounts, &o->n_amounts);
}

void
read_offer_least(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	struct policy_offers *o = dest;

	read_amounts(r, n, &o->least, &o->n_least);
}

void
read_offer_on(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);

	if (v == NULL)
		return;
	if (strcmp(v, "payment") != 0 && strcmp(v, "next-order") != 0)
		reader_problem(r, n->line, "\"%.60s\": write payment or "
		    "next-order", v);
	else
		((struct policy_offers *)dest)->next_order =
		    strcmp(v, "next-order") == 0;
}

void
read_offers(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	bool partial = r->partial;

	if (!is_map(r, n))
		return;
	((struct policy_lines *)r->context)->offers = n->line;
	r->partial = true;	/* what is left out stays as it is */
	settings_read(r, SECTION_offers, n, &((struct policy *)dest)->offers);
	r->partial = partial;
}
