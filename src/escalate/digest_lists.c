#include "escalate/digest_int.h"

#include "core/zone.h"
#include "escalate/assign.h"
#include "plan/hold.h"
#include "policy/calendar.h"

#define SOON 3			/* days: promises and disputes ahead */
#define DAY 86400

typedef int lines_fn(struct teller *t, const struct digest_scope *s,
    struct digest_line **ret_list, size_t *ret_n, int64_t *ret_all,
    struct err *err);

static int
promises(struct teller *t, const struct digest_scope *s,
    struct digest_line **ret_list, size_t *ret_n, int64_t *ret_all,
    struct err *err)
{
	return digest_promises(t->pool, t->db, s, t->today + SOON, DIGEST_LINES,
	    ret_list, ret_n, ret_all, err);
}

static int
disputes(struct teller *t, const struct digest_scope *s,
    struct digest_line **ret_list, size_t *ret_n, int64_t *ret_all,
    struct err *err)
{
	return digest_disputes(t->pool, t->db, s, t->today + SOON, DIGEST_LINES,
	    ret_list, ret_n, ret_all, err);
}

static int
uncertain(struct teller *t, const struct digest_scope *s,
    struct digest_line **ret_list, size_t *ret_n, int64_t *ret_all,
    struct err *err)
{
	return digest_uncertain(t->pool, t->db, s, DIGEST_LINES, ret_list, ret_n,
	    ret_all, err);
}

/* Until the end of their next working day. */
static int
outgoing(struct teller *t, const struct digest_scope *s,
    struct digest_line **ret_list, size_t *ret_n, int64_t *ret_all,
    struct err *err)
{
	int32_t day = calendar_add_workdays(assign_calendar(t->a->user,
	    t->a->company), t->today, 1);

	return digest_outgoing(t->pool, t->db, s, zone_instant(t->zone, day,
	    DAY - 1), DIGEST_LINES, ret_list, ret_n, ret_all, err);
}

static const struct list {
	const char *name, *has, *more;
	lines_fn *fn;
	bool worth;		/* alone a reason for a mail */
	const char *en, *zh;	/* what it is, for a subject */
} lists[] = {
	{ "promises", "has_promises", "promises_more", promises, true,
	    "promises due", "到期的付款承诺" },
	{ "disputes", "has_disputes", "disputes_more", disputes, true,
	    "disputes to be answered", "待答复的异议" },
	{ "uncertain", "has_uncertain", "uncertain_more", uncertain, true,
	    "messages that may not have arrived", "是否送达不明的信件" },
	{ "outgoing", "has_outgoing", "outgoing_more", outgoing, true,
	    "messages about to go out", "即将发出的信件" },
};
#define N_LISTS (sizeof(lists) / sizeof(lists[0]))

static const struct {
	enum class class;
	const char *en, *zh;
} sorts[] = {
#define CHANGE(what, en, zh, zh_unit)
#define SORT(class, en, zh) { class, en, zh },
#include "escalate/digest_words.def"
#undef CHANGE
#undef SORT
};

/* A document; of a message what sort it is. */
static const char *
what_it_is(struct teller *t, const struct digest_line *l)
{
	const char *stage, *sort;
	size_t i;

	for (i = 0; i < sizeof(sorts) / sizeof(sorts[0]); i++)
		if ((int)sorts[i].class == l->class)
			break;
	if (i == sizeof(sorts) / sizeof(sorts[0]))
		return l->what;
	sort = say(t, sorts[i].en, sorts[i].zh);
	if (l->class != CLASS_REMINDER || l->stage < 0 ||
	    l->stage >= STAGE_COUNT)
		return sort;
	stage = stage_name((enum stage)l->stage);
	return strcmp(locale_tag(t->l), "zh-CN") == 0 ?
	    mem_fmt(t->pool, "%s阶段%s", stage, sort) :
	    mem_fmt(t->pool, "%s %s", stage, sort);
}

static void
put_line(struct teller *t, struct mst_value *list,
    const struct digest_line *l)
{
	struct mst_value *row = mst_map(list);

	put_number(row, "number", l->id);
	mst_put_text(row, "account", l->account);
	mst_put_text(row, "customer", l->name);
	mst_put_text(row, "what", what_it_is(t, l));
	mst_put_text(row, "amount", l->amount.minor == 0 ? NULL :
	    locale_money(row, t->l, l->amount));
	mst_put_text(row, "when", l->at != 0 ? mail_instant(row, t->l,
	    t->zone, l->at) : locale_date(row, t->l, l->day));
	mst_put_bool(row, "past", l->at == 0 && l->day < t->today);
	mst_put_bool(row, "stops", l->class >= 0 && hold_effect(HOLD_HUMAN,
	    (enum class)l->class) != PASS);
	mst_push(list, row);
}

static int
put_list(struct teller *t, const struct list *what,
    const struct digest_scope *s, size_t n, bool *ret_any, struct err *err)
{
	struct mst_value *list = mst_list(t->v);
	struct digest_line *found;
	int64_t all = 0, count;
	size_t i, k, n_found, shown = 0;

	for (i = 0; i < n; i++) {
		if (what->fn(t, &s[i], &found, &n_found, &count, err) < 0)
			return -1;
		all += count;
		for (k = 0; k < n_found && shown < DIGEST_LINES; k++, shown++)
			put_line(t, list, &found[k]);
	}
	mst_put(t->v, what->name, list);
	mst_put_bool(t->v, what->has, all > 0);
	put_number(t->v, what->more, all - (int64_t)shown);
	t->worth |= what->worth && all > 0;
	*ret_any = all > 0;
	return 0;
}

int
digest_put_lists(struct teller *t, const struct digest_scope *s, size_t n,
    struct err *err)
{
	const char *there[N_LISTS];
	size_t i, n_there = 0;
	bool any;

	for (i = 0; i < N_LISTS; i++) {
		if (put_list(t, &lists[i], s, n, &any, err) < 0)
			return -1;
		if (any)
			there[n_there++] = say(t, lists[i].en, lists[i].zh);
	}
	mst_put_text(t->v, "instead", n_there == 0 ? NULL :
	    locale_join(t->pool, t->l, there, n_there));
	return 0;
}
