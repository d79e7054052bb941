#include "rehearse/check.h"

#include "base/clock.h"
#include "core/date.h"
#include "core/zone.h"
#include "policy/calendar.h"
#include "policy/rulepack.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MORNING 6	/* the hour at which a day's news are known */

static const struct {
	const char *name, *en, *zh;
} kinds[] = {
#define VIOLATION(NAME, word, en, zh) { word, en, zh },
#include "rehearse/violations.def"
#undef VIOLATION
};

const char *
violation_name(enum violation v)
{
	return kinds[v].name;
}

const char *
violation_text(enum violation v, const char *language)
{
	return strcmp(language, "zh-CN") == 0 ? kinds[v].zh : kinds[v].en;
}

/* --- the debtor's clock --- */

struct moment {
	int32_t day;
	int minute;		/* of the day */
	int32_t news;		/* the last day whose news are known */
};

static struct moment
moment_of(const struct re_account *a, int64_t t)
{
	int64_t local = t + zone_offset(a->zone, t), day;
	struct moment m;

	day = local / 86400 - (local % 86400 < 0);
	m.day = (int32_t)day;
	m.minute = (int)((local - day * 86400) / 60);
	m.news = m.minute < MORNING * 60 ? m.day - 1 : m.day;
	return m;
}

static void found(const struct check *c, enum violation v, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));

static void
found(const struct check *c, enum violation v, const char *fmt, ...)
{
	char what[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	c->found(c->arg, v, what);
}

/* --- what was named --- */

/* Received for an item by the end of a day. */
static int64_t
received(const struct re_account *a, size_t i, int32_t day)
{
	int64_t sum = 0;
	size_t k;

	if (a->items[i].paid <= day)
		return a->items[i].amount;
	for (k = 0; k < a->n_payments; k++)
		if (a->payments[k].item == i && a->payments[k].day <= day &&
		    a->payments[k].until > day)
			sum += a->payments[k].amount;
	return sum;
}

/* The part of an item that its holds leave, at an instant. */
static int64_t
held_part(const struct re_account *a, const struct re_item *it, int64_t left,
    int64_t t)
{
	const struct re_hold *h;
	int64_t part = 0;
	size_t k;

	for (k = 0; k < a->n_holds; k++) {
		h = &a->holds[k];
		if (h->hold.scope != SCOPE_ITEM || h->hold.item_id != it->id ||
		    t < h->from || t >= h->to || (h->hold.ends_at !=
		    CLOCK_NONE && t >= h->hold.ends_at) ||
		    hold_effect((enum hold_kind)h->hold.kind,
		    CLASS_REMINDER) != BLOCK)
			continue;
		part += h->hold.amount > 0 ? h->hold.amount : left;
	}
	return part > left ? left : part;
}

static void
check_item(const struct check *c, const struct re_account *a,
    const struct re_named *named, int64_t at, const struct moment *m)
{
	const struct re_item *it = &a->items[named->item];
	int64_t left = it->amount - received(a, named->item, m->news), part;
	const char *doc = it->document != NULL ? it->document : "item";
	char day[DATE_TEXT_MAX];

	if (it->amount > 0 && left <= 0) {
		found(c, VIOLATION_PAID, "%s was settled on %s", doc,
		    it->paid == RE_NEVER ? "an earlier day" :
		    date_format(it->paid, day));
		return;
	}
	if (it->dispute_from <= m->news && m->news < it->dispute_to) {
		found(c, VIOLATION_DISPUTED, "%s is disputed since %s", doc,
		    date_format(it->dispute_from, day));
		return;
	}
	part = it->amount > 0 ? held_part(a, it, left, at) : 0;
	if (part > 0 && part == left) {
		found(c, VIOLATION_DISPUTED, "%s is kept out by a hold", doc);
		return;
	}
	if (it->known > m->news || named->amount != left - part)
		found(c, VIOLATION_AMOUNT, "%s: %lld named, %lld owed (minor "
		    "units of %s)", doc, (long long)named->amount,
		    (long long)(it->known > m->news ? 0 : left - part),
		    it->cur);
}

/* --- when it was sent --- */

static struct rulepack
law(const struct check *c, const struct re_account *a,
    const struct re_message *m)
{
	return rulepack_find(a->who.country, a->who.party_kind,
	    c->company->agency, m->channel);
}

static bool
is_workday(const struct check *c, const struct re_account *a, int32_t day)
{
	const char *own = c->company->workdays, *home = c->company->country,
	    *there = a->who.country;
	bool abroad = there != NULL && (home == NULL ||
	    strcmp(there, home) != 0);

	return calendar_is_workday(calendar_for(a->who.workdays != NULL ?
	    a->who.workdays : abroad ? there : own != NULL ? own : home),
	    day);
}

static void
check_time(const struct check *c, const struct re_account *a,
    const struct re_message *m, const struct moment *at)
{
	struct rulepack pack = law(c, a, m);
	const struct policy *p = c->policy;
	/* 1970-01-01 was a Thursday. */
	int weekday = (int)(((at->day + 3) % 7 + 7) % 7);
	bool open = false;
	char day[DATE_TEXT_MAX];
	size_t i;

	for (i = 0; i < p->n_hours; i++)
		open |= p->hours[i].score > 0 &&
		    at->minute >= p->hours[i].from &&
		    at->minute < p->hours[i].to;
	if (open && at->minute >= pack.from && at->minute < pack.to &&
	    is_workday(c, a, at->day) &&
	    (weekday >= 5 || p->weekday_score[weekday] > 0))
		return;
	found(c, VIOLATION_HOURS, "%s on %s at %02d:%02d", m->cause,
	    date_format(at->day, day), at->minute / 60, at->minute % 60);
}

/* --- how often --- */

/* Contacts on the days from..to, the message itself not among them. */
static int
contacts(const struct re_account *a, const struct re_message *log, size_t n,
    int32_t from, int32_t to, bool reminders)
{
	int32_t day;
	int count = 0;
	size_t i;

	for (i = n - 1; i > 0; i--) {	/* the last ones first */
		day = moment_of(a, log[i - 1].at).day;
		if (day < from)
			break;
		count += day <= to;
	}
	for (i = a->n_before; i > 0; i--) {
		day = moment_of(a, a->before[i - 1].at).day;
		if (day < from)
			break;
		if (a->before[i - 1].class == CLASS_STAFF ||
		    a->before[i - 1].class == CLASS_CALENDAR ||
		    (reminders && a->before[i - 1].class != CLASS_REMINDER))
			continue;
		count += day <= to;
	}
	return count;
}

static void
check_often(const struct check *c, const struct re_account *a,
    const struct re_message *log, size_t n, const struct moment *at)
{
	const struct policy *p = c->policy;
	const struct re_message *m = &log[n - 1];
	struct rulepack pack = law(c, a, m);
	struct policy_cap caps[POLICY_CAPS_MAX + 2] = {
		{ pack.per_day, 1 }, { pack.per_week, 7 } };
	int gap = p->gap_days * p->tiers[a->who.tier].gap_percent / 100;
	int before;
	size_t i;

	if (gap < 1 && p->gap_days > 0)
		gap = 1;
	if (gap > 0 && contacts(a, log, n, at->day - gap + 1, at->day,
	    true) > 0)
		found(c, VIOLATION_GAP, "%s: another reminder less than %d "
		    "days before", m->cause, gap);
	for (i = 0; i < p->n_caps; i++)
		caps[i + 2] = p->caps[i];
	for (i = 0; i < p->n_caps + 2; i++) {
		if (caps[i].count <= 0)
			continue;
		before = contacts(a, log, n, at->day - caps[i].days + 1,
		    at->day, false);
		if (before < caps[i].count)
			continue;
		found(c, VIOLATION_CAP, "%s: contact %d in %d days, %d are "
		    "allowed", m->cause, before + 1, caps[i].days,
		    caps[i].count);
		break;
	}
	for (i = 0; i + 1 < n; i++)
		if (strcmp(log[i].cause, m->cause) == 0) {
			found(c, VIOLATION_TWICE, "%s", m->cause);
			break;
		}
}

/* --- to whom, and whether at all --- */

static void
check_whom(const struct check *c, const struct re_account *a,
    const struct re_message *m)
{
	const struct re_contact *to;
	enum address_state state;
	const struct re_hold *h;
	size_t k;

	if (m->contact >= a->n_contacts)
		return;
	to = &a->contacts[m->contact];
	state = to->from <= m->at ? to->state : to->contact.state;
	if (state == ADDRESS_IS_OPTED_OUT)
		found(c, VIOLATION_OPT_OUT, "%s to an address that asked for "
		    "no more", m->cause);
	else if (state == ADDRESS_IS_DEAD || state == ADDRESS_IS_WRONG)
		found(c, VIOLATION_HELD, "%s to an address that is %s",
		    m->cause, address_state_name(state));
	for (k = 0; k < a->n_holds; k++) {
		h = &a->holds[k];
		if (h->hold.scope == SCOPE_ITEM || m->at < h->from ||
		    m->at >= h->to || (h->hold.ends_at != CLOCK_NONE &&
		    m->at >= h->hold.ends_at) ||
		    (h->hold.scope == SCOPE_ADDRESS && h->hold.address_id !=
		    to->contact.address_id) || (h->hold.scope ==
		    SCOPE_CHANNEL && h->hold.channel != m->channel) ||
		    hold_effect((enum hold_kind)h->hold.kind,
		    CLASS_REMINDER) != BLOCK)
			continue;
		found(c, h->hold.kind == HOLD_OPT_OUT ? VIOLATION_OPT_OUT :
		    VIOLATION_HELD, "%s into %s", m->cause,
		    hold_name((enum hold_kind)h->hold.kind));
		break;
	}
	if (a->who.restricted)
		found(c, VIOLATION_HELD, "%s to a restricted party",
		    m->cause);
}

/* Once in the time that the policy says. */
static void
check_offer(const struct check *c, const struct re_account *a,
    const struct re_message *log, size_t n, const struct moment *at)
{
	int days = c->policy->offers.again_days;
	size_t i;

	for (i = 0; log[n - 1].offer.made && i + 1 < n; i++)
		if (log[i].offer.made && at->day - moment_of(a, log[i].at).day <
		    days) {
			found(c, VIOLATION_OFFER, "%s: another less than %d "
			    "days before", log[n - 1].cause, days);
			break;
		}
}

void
check_message(const struct check *c, const struct re_account *a,
    const struct re_message *log, size_t n)
{
	const struct re_message *m = &log[n - 1];
	struct moment at = moment_of(a, m->at);
	size_t i;

	for (i = 0; i < m->n_items; i++)
		check_item(c, a, &m->items[i], m->at, &at);
	if (m->n_items == 0)
		found(c, VIOLATION_PAID, "%s names nothing", m->cause);
	check_time(c, a, m, &at);
	check_often(c, a, log, n, &at);
	check_whom(c, a, m);
	check_offer(c, a, log, n, &at);
}

void
check_plan(const struct check *c, const struct re_account *a,
    const struct plan *p, int64_t now)
{
	struct moment at = moment_of(a, now);
	char day[DATE_TEXT_MAX];
	bool owes = false, ok = true;
	size_t i;

	for (i = 0; i < a->n_items && !owes; i++)
		owes = a->items[i].known <= at.news &&
		    a->items[i].amount > received(a, i, at.news);
	if (p->verdict == PLAN_NONE)
		ok = !owes;
	else if (p->verdict == PLAN_HELD)
		ok = p->review_at != CLOCK_NONE;
	else if (p->verdict == PLAN_TASK)
		ok = p->reason != NULL;
	else
		ok = p->next_at != CLOCK_NONE && p->next_at > now;
	if (!ok)
		found(c, VIOLATION_STUCK, "on %s", date_format(at.day, day));
}
