#include "policy/behave.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *word, *en, *zh;
} reasons[BEHAVE_REASON_COUNT] = {
#define REASON(NAME, word, en, zh) { word, en, zh },
#include "policy/behave_reasons.def"
#undef REASON
};

static const struct {
	const char *en, *zh;
} terms[TERMS_COUNT] = {
#define TERMS(NAME, word, en, zh) { en, zh },
#include "policy/terms.def"
#undef TERMS
};

/* --- figures --- */

/* By day of payment; what was paid on one day by due day: any order in which
 * they come gives the same list. */
static int
by_paid(const void *va, const void *vb)
{
	const struct behave_item *a = va, *b = vb;

	if (a->paid != b->paid)
		return a->paid < b->paid ? -1 : 1;
	return a->due < b->due ? -1 : a->due > b->due;
}

static int
by_value(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return x < y ? -1 : x > y;
}

/* Days late; of an even number the lower of the two in the middle. */
static int
median(const struct behave_item *list, size_t n)
{
	int *late = mem_array(NULL, int, n), r;
	size_t i;

	for (i = 0; i < n; i++)
		late[i] = list[i].paid - list[i].due;
	qsort(late, n, sizeof(*late), by_value);
	r = late[(n - 1) / 2];
	talloc_free(late);
	return r;
}

static void
measure(const struct policy_behaviour *p, const struct behave_seen *seen,
    int32_t today, struct behave *b)
{
	struct behave_item *list = mem_array(NULL, struct behave_item,
	    seen->n_items + 1);
	size_t i, n = 0, last = (size_t)p->trend_items;

	for (i = 0; i < seen->n_items; i++)
		if (!seen->items[i].upheld && seen->items[i].paid <= today &&
		    seen->items[i].paid > today - p->days)
			list[n++] = seen->items[i];
	qsort(list, n, sizeof(*list), by_paid);
	b->items = (int)n;
	if (n > 0)
		b->median = median(list, n);
	b->trend = last > 0 && n >= 2 * last;
	if (b->trend) {
		b->last = median(list + n - last, last);
		b->before = median(list, n - last);
		b->worse = p->worse_days > 0 && b->last > 0 &&
		    b->last - b->before >= p->worse_days;
	}
	talloc_free(list);
}

static bool
has(const struct policy_behaviour *p, const struct behave *b,
    enum behave_reason r)
{
	switch (r) {
	case BEHAVE_OFF:
		return !p->tiers;
	case BEHAVE_LATE:
		return b->items >= p->least_items && b->median >= p->risk_days;
	case BEHAVE_TREND:
		return b->worse && b->last >= p->risk_days;
	case BEHAVE_PROMISES:
		return b->promises >= p->least_promises &&
		    b->kept * 100 < p->risk_kept * b->promises;
	case BEHAVE_DISPUTES:
		return b->rejected >= p->risk_disputes;
	case BEHAVE_BOUNCED:
		return b->bounced >= p->risk_bounced;
	case BEHAVE_LITTLE:
		return b->items < p->least_items;
	case BEHAVE_RELIABLE:
		return b->items >= p->prime_items &&
		    b->median <= p->prime_days && b->kept == b->promises &&
		    (!b->trend || b->last <= p->prime_days) &&
		    b->rejected == 0 && b->bounced == 0;
	case BEHAVE_USUAL:
		return true;
	default:
		return false;
	}
}

static enum tier
tier_of(enum behave_reason r, enum tier was)
{
	switch (r) {
	case BEHAVE_LATE:
	case BEHAVE_TREND:
	case BEHAVE_PROMISES:
	case BEHAVE_DISPUTES:
	case BEHAVE_BOUNCED:
		return TIER_RISK;
	case BEHAVE_RELIABLE:
		return TIER_PRIME;
	case BEHAVE_USUAL:
		return TIER_STANDARD;
	default:
		return was;
	}
}

void
behave_judge(const struct policy_behaviour *p,
    const struct behave_seen *seen, int32_t today, enum tier was,
    struct behave *ret)
{
	int r = 0;

	memset(ret, 0, sizeof(*ret));
	ret->kept = seen->kept;
	ret->promises = seen->kept + seen->broken;
	ret->rejected = seen->rejected;
	ret->bounced = seen->bounced;
	measure(p, seen, today, ret);
	while (!has(p, ret, (enum behave_reason)r))
		r++;
	ret->reason = (enum behave_reason)r;
	ret->tier = tier_of(ret->reason, was);
}

/* --- words --- */

static bool
is_chinese(const char *language)
{
	return language != NULL && strncmp(language, "zh", 2) == 0;
}

/* "on time", "3 days late as a rule". */
static void
add_late(struct text *t, int days, bool zh)
{
	if (days <= 0)
		text_add(t, zh ? "均能按时" : "on time as a rule");
	else if (zh)
		text_addf(t, "通常逾期%d天", days);
	else
		text_addf(t, "%d day%s late as a rule", days,
		    days == 1 ? "" : "s");
}

static int
figure(const struct policy_behaviour *p, const struct behave *b,
    const char *name, size_t n)
{
	const struct {
		const char *name;
		int value;
	} all[] = {
		{ "items", b->items }, { "median", b->median },
		{ "last", b->last }, { "before", b->before },
		{ "kept", b->kept }, { "promises", b->promises },
		{ "rejected", b->rejected }, { "bounced", b->bounced },
		{ "days", p->days }, { "least_items", p->least_items },
		{ "risk_days", p->risk_days }, { "risk_kept", p->risk_kept },
		{ "risk_disputes", p->risk_disputes },
		{ "risk_bounced", p->risk_bounced },
		{ "trend_items", p->trend_items },
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (strlen(all[i].name) == n &&
		    memcmp(all[i].name, name, n) == 0)
			return all[i].value;
	return 0;
}

static char *
fill(void *owner, const char *s, const struct policy_behaviour *p,
    const struct behave *b, bool zh)
{
	struct text *t = text_new(NULL);
	const char *end;
	char *r;

	for (; *s != '\0'; s++) {
		if (*s != '{' || (end = strchr(s, '}')) == NULL) {
			text_addc(t, *s);
			continue;
		}
		if (end - s == 5 && memcmp(s, "{late", 5) == 0)
			add_late(t, b->median, zh);
		else
			text_addf(t, "%d", figure(p, b, s + 1,
			    (size_t)(end - s) - 1));
		s = end;
	}
	r = mem_str(owner, text_str(t));
	text_free(t);
	return r;
}

char *
behave_words(void *owner, const struct policy_behaviour *p,
    const struct behave *b, const char *language)
{
	bool zh = is_chinese(language);

	return fill(owner, zh ? reasons[b->reason].zh : reasons[b->reason].en,
	    p, b, zh);
}

char *
behave_trend_words(void *owner, const struct policy_behaviour *p,
    const struct behave *b, const char *language)
{
	bool zh = is_chinese(language);

	return fill(owner, zh ? "最近{trend_items}张发票通常逾期{last}天付款，"
	    "此前为{before}天。" : "The last {trend_items} invoices were paid "
	    "{last} days late as a rule, those before {before}.", p, b, zh);
}

const char *
behave_reason_word(enum behave_reason r)
{
	return reasons[r].word;
}

const char *
behave_tier_words(enum tier tier, const char *language)
{
	static const char *const zh[TIER_COUNT] = {
		[TIER_STANDARD] = "正常", [TIER_PRIME] = "优质",
		[TIER_RISK] = "高风险"
	};

	return is_chinese(language) ? zh[tier] : tier_name(tier);
}

/* --- terms --- */

unsigned
behave_terms(const struct behave *b, bool over_limit)
{
	unsigned r = 0;

	if (b->worse)
		r |= 1u << TERMS_SHORTER;
	if (b->tier == TIER_RISK || (b->worse && over_limit))
		r |= 1u << TERMS_DEPOSIT;
	if (b->promises > b->kept)
		r |= 1u << TERMS_INSTALMENTS;
	if (over_limit)
		r |= 1u << TERMS_LIMIT;
	return r;
}

const char *
terms_text(enum terms_hint t, const char *language)
{
	return is_chinese(language) ? terms[t].zh : terms[t].en;
}

char *
terms_words(void *owner, unsigned hints, const char *language)
{
	struct text *t;
	char *r;
	int i;

	if (hints == 0)
		return NULL;
	t = text_new(NULL);
	for (i = 0; i < TERMS_COUNT; i++) {
		if ((hints & (1u << i)) == 0)
			continue;
		if (text_len(t) > 0 && !is_chinese(language))
			text_addc(t, ' ');
		text_add(t, terms_text((enum terms_hint)i, language));
	}
	r = mem_str(owner, text_str(t));
	text_free(t);
	return r;
}
