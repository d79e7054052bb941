#include "escalate/digest_int.h"

static const struct {
	enum digest_what what;
	const char *en, *zh, *zh_unit;
} changes[] = {
#define CHANGE(what, en, zh, zh_unit) { what, en, zh, zh_unit },
#define SORT(class, en, zh)
#include "escalate/digest_words.def"
#undef CHANGE
#undef SORT
};

static void
name_it(struct tally *t, const struct digest_change *c)
{
	size_t i;

	/* Of what we sent there is much, and no news. */
	if (c->account == NULL || c->what == DIGEST_SENT)
		return;
	for (i = 0; i < t->n_whom; i++)
		if (strcmp(t->whom[i]->account, c->account) == 0)
			return;
	if (i == DIGEST_WHOM)
		t->more = true;
	else
		t->whom[t->n_whom++] = c;
}

void
tally_add(struct tally *t, const struct digest_change *c)
{
	size_t i;

	t->n += c->n;
	name_it(t, c);
	if (c->sum.cur[0] == '\0' || c->sum.minor == 0)
		return;
	for (i = 0; i < t->n_sums; i++)
		if (strcmp(t->sums[i].cur, c->sum.cur) == 0)
			break;
	if (i == 16)
		return;
	if (i == t->n_sums)
		t->sums[t->n_sums++] = money_zero(c->sum.cur);
	t->sums[i].minor += c->sum.minor;
}

static const char *
whom(struct teller *t, const struct tally *c)
{
	const char *parts[DIGEST_WHOM + 1], *all;
	size_t i;

	for (i = 0; i < c->n_whom; i++)
		parts[i] = mem_fmt(t->pool, "%s%s%s%s", c->whom[i]->name,
		    say(t, " (", "（"), c->whom[i]->account,
		    say(t, ")", "）"));
	if (c->more && strcmp(locale_tag(t->l), "zh-CN") != 0)
		parts[i++] = "others";
	all = locale_join(t->pool, t->l, parts, i);
	return mem_fmt(t->pool, "%s%s%s", say(t, "; ", "，"), all,
	    c->more ? say(t, "", "等") : "");
}

static char *
change_line(struct teller *t, size_t i, const struct tally *c)
{
	char *line;

	line = mem_fmt(t->pool, "%s%lld%s", say(t, changes[i].en,
	    changes[i].zh), (long long)c->n, say(t, "", changes[i].zh_unit));
	if (c->n_sums > 0)
		line = mem_fmt(t->pool, "%s%s%s%s", line, say(t, " (", "（"),
		    digest_sums(t, c->sums, c->n_sums), say(t, ")", "）"));
	return c->n_whom == 0 ? line : mem_fmt(t->pool, "%s%s", line,
	    whom(t, c));
}

int
digest_put_changes(struct teller *t, const struct digest_scope *s, size_t n,
    bool all, struct err *err)
{
	struct tally *tallies = mem_array(t->pool, struct tally,
	    DIGEST_WHATS);
	struct mst_value *list = mst_list(t->v), *row;
	struct digest_change *found;
	size_t i, k, n_found;
	bool any = false;

	for (i = 0; i < n; i++) {
		if (digest_changes(t->pool, t->db, &s[i], all, t->a->since,
		    t->a->now, &found, &n_found, err) < 0)
			return -1;
		for (k = 0; k < n_found; k++)
			tally_add(&tallies[found[k].what], &found[k]);
	}
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		if (tallies[changes[i].what].n == 0)
			continue;
		any = true;
		row = mst_map(list);
		mst_put_text(row, "line", change_line(t, i,
		    &tallies[changes[i].what]));
		mst_push(list, row);
	}
	mst_put(t->v, "changes", list);
	mst_put_bool(t->v, "has_changes", any);
	return 0;
}
