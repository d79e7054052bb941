/* What stops a message of any class: company, account, contact, limits. */
#include "plan/parts.h"

#include "base/clock.h"
#include "core/zone.h"

#include <string.h>

static const enum hold_kind company_kinds[] = { HOLD_CLOCK, HOLD_STOPPED,
    HOLD_OBSERVING, HOLD_LEDGER_SHRUNK, HOLD_LEDGER_OLD, HOLD_INBOX_BEHIND };

bool
plan_hold_is_company(enum hold_kind kind)
{
	size_t i;

	for (i = 0; i < sizeof(company_kinds) / sizeof(*company_kinds); i++)
		if (company_kinds[i] == kind)
			return true;
	return false;
}

static bool
ledger_is_old(const struct fact_company *c, const struct policy *p,
    int64_t now)
{
	int32_t second;

	if (p->ledger_max_age <= 0)
		return false;
	return c->ledger_as_of == INT32_MIN ||
	    zone_day(c->zone, now, &second) - c->ledger_as_of >
	    p->ledger_max_age;
}

static bool
inbox_is_behind(const struct fact_company *c, const struct policy *p,
    int64_t now)
{
	if (c->inbox_waiting > 0)
		return true;
	return c->intake_configured && (c->intake_at == CLOCK_NONE ||
	    now - c->intake_at > (int64_t)p->inbox_max_age * 60);
}

static bool
company_has(const struct fact_company *c, const struct policy *p,
    int64_t now, enum hold_kind kind)
{
	switch (kind) {
	case HOLD_CLOCK:
		return c->clock_held;
	case HOLD_STOPPED:
		return c->stopped;
	case HOLD_OBSERVING:
		return !c->armed;
	case HOLD_LEDGER_SHRUNK:
		return c->import_waiting;
	case HOLD_LEDGER_OLD:
		return ledger_is_old(c, p, now);
	default:
		return inbox_is_behind(c, p, now);
	}
}

bool
plan_company_held(const struct fact_company *c, const struct policy *p,
    int64_t now, enum class class, enum hold_kind *ret_hold)
{
	size_t i;

	for (i = 0; i < sizeof(company_kinds) / sizeof(*company_kinds); i++)
		if (hold_effect(company_kinds[i], class) != PASS &&
		    company_has(c, p, now, company_kinds[i])) {
			*ret_hold = company_kinds[i];
			return true;
		}
	return false;
}

static const enum contact_role fallback[] = { CONTACT_PAYABLES,
    CONTACT_OWNER, CONTACT_ESCALATION };

enum channel
plan_channel(const struct facts *f, int contact)
{
	return f->contacts[contact].kind == ADDRESS_PHONE ? CHANNEL_SMS :
	    CHANNEL_MAIL;
}

const char *
plan_route(const struct facts *f, int contact, const char *template)
{
	const struct fact_route *r = part_route(f, (size_t)contact, template);

	return r != NULL ? r->name : NULL;
}

/* The channels of one choice: all that are allowed, or one of them. */
struct choice {
	const struct facts *f;
	const struct place *w;
	const struct plan_to *to;
	int64_t now;
};

static bool
usable(const struct choice *k, size_t c, enum channel channel)
{
	enum hold_kind kind;
	int64_t id;

	return plan_channel(k->f, (int)c) == channel &&
	    part_contact(k->f, k->w, k->now, k->to->class, c, &kind, &id) &&
	    (channel != CHANNEL_SMS ||
	    part_route(k->f, c, k->to->template) != NULL);
}

/* A contact of a role on the i-th channel; preferred: by a person.  -1. */
static int
on_channel(const struct choice *k, enum contact_role role, int i,
    bool preferred)
{
	const struct fact_contact *list = k->f->contacts;
	size_t c;

	for (c = 0; c < k->f->n_contacts; c++)
		if (list[c].role == role && (!preferred || list[c].rank < 0) &&
		    usable(k, c, k->to->channels[i]))
			return (int)c;
	return -1;
}

static int
cost_of(const struct choice *k, int contact)
{
	if (plan_channel(k->f, contact) != CHANNEL_SMS)
		return k->f->company->mail_cost;
	return part_route(k->f, (size_t)contact, k->to->template)->cost;
}

/* Of a role the contact that a person prefers, on any of the channels; else
 * the first on the first channel that has one, or on the cheapest. */
static int
first_of(const struct choice *k, enum contact_role role)
{
	int i, c, best = -1;

	for (i = 0; i < k->to->n_channels; i++)
		if ((c = on_channel(k, role, i, true)) >= 0)
			return c;
	for (i = 0; i < k->to->n_channels; i++) {
		c = on_channel(k, role, i, false);
		if (c >= 0 && (best < 0 || cost_of(k, c) < cost_of(k, best)))
			best = c;
		if (best >= 0 && k->to->choice != CHOICE_CHEAPEST)
			break;
	}
	return best;
}

/* The same purpose on the other channels too. */
static size_t
others_of(const struct choice *k, int first, int *out)
{
	enum contact_role role = k->f->contacts[first].role;
	size_t n = 0;
	int i, c;

	if (k->to->choice != CHOICE_EACH)
		return 0;
	for (i = 0; i < k->to->n_channels; i++)
		if (k->to->channels[i] != plan_channel(k->f, first) &&
		    (c = on_channel(k, role, i, false)) >= 0)
			out[n++] = c;
	return n;
}

static size_t
copies_of(const struct choice *k, int first, int *out, size_t most)
{
	const struct fact_contact *list = k->f->contacts;
	size_t c, n = 0;

	if (plan_channel(k->f, first) != CHANNEL_MAIL)
		return 0;
	for (c = 0; c < k->f->n_contacts && n < most; c++)
		if (list[c].role == CONTACT_COPY && list[c].address_id !=
		    list[first].address_id && usable(k, c, CHANNEL_MAIL))
			out[n++] = (int)c;
	return n;
}

size_t
plan_recipients_by(const struct facts *f, const struct policy *p,
    int64_t now, const struct plan_to *to, int *out)
{
	static const enum channel any[] = { CHANNEL_MAIL, CHANNEL_SMS };
	struct plan_to all = *to;
	struct choice k = { .f = f, .now = now, .to = &all };
	struct place w;
	size_t n = 0, i;
	int first;

	place_of(f, p, now, &w);
	k.w = &w;
	if (all.n_channels == 0) {
		all.channels = any;
		all.n_channels = 2;
	}
	first = first_of(&k, to->role);
	for (i = 0; i < sizeof(fallback) / sizeof(*fallback) && first < 0; i++)
		if (fallback[i] != to->role)
			first = first_of(&k, fallback[i]);
	if (first < 0)
		return 0;
	out[n++] = first;
	n += others_of(&k, first, out + n);
	return n + copies_of(&k, first, out + n, PLAN_RECIPIENTS_MAX - n);
}

size_t
plan_recipients(const struct facts *f, const struct policy *p, int64_t now,
    enum class class, enum contact_role role, int *out)
{
	struct plan_to to = { .class = class, .role = role };

	return plan_recipients_by(f, p, now, &to, out);
}

size_t
plan_step_recipients(const struct facts *f, const struct policy *p,
    int64_t now, const struct plan *plan, int *out)
{
	const struct policy_step *s = plan->step;
	struct plan_to to = { .class = CLASS_REMINDER, .role = s->to_role,
	    .template = plan->template, .channels = s->channels,
	    .n_channels = s->n_channels, .choice = s->choice };

	return plan_recipients_by(f, p, now, &to, out);
}

const char *
plan_language(const struct facts *f, int contact)
{
	const char *l = NULL;

	if (contact >= 0 && (size_t)contact < f->n_contacts)
		l = f->contacts[contact].language;
	if (l == NULL)
		l = f->language;
	if (l == NULL)
		l = f->company->language;
	return l != NULL && strncmp(l, "zh", 2) == 0 ? "zh-CN" : "en";
}

bool
plan_first_time(const struct facts *f, const struct policy *p, int64_t now,
    int32_t from, int32_t to, int64_t *ret_at, int64_t *ret_end)
{
	int32_t second;
	struct place w;

	place_of(f, p, now, &w);
	if (from < w.today)
		from = w.today;
	if (from == w.today && place_is_open(&w))
		*ret_at = now;
	else if (!place_first(&w, from, to, ret_at))
		return false;
	*ret_end = place_day_end(&w, zone_day(w.zone, *ret_at, &second));
	return true;
}

int32_t
plan_first_day(const struct facts *f, const struct policy *p, int64_t now,
    enum class class)
{
	enum hold_kind kind;
	struct place w;

	place_of(f, p, now, &w);
	return part_limits(f, &w, class, &kind);
}

bool
plan_has_hold(const struct facts *f, int64_t now)
{
	const struct fact_hold *h;
	size_t i;

	for (i = 0; i < f->n_holds; i++) {
		h = &f->holds[i];
		if ((h->scope == SCOPE_ACCOUNT || h->scope == SCOPE_PARTY ||
		    h->scope == SCOPE_ITEM) && hold_in_force(h, now))
			return true;
	}
	return f->restricted;
}

int32_t
plan_today(const struct facts *f, const struct policy *p, int64_t now,
    const struct zone **ret_zone, const struct calendar **ret_calendar)
{
	struct place w;

	place_of(f, p, now, &w);
	*ret_zone = w.zone;
	*ret_calendar = w.calendar;
	return w.today;
}

int
plan_contact(const struct facts *f, int64_t contact_id, int64_t address_id)
{
	size_t i;

	for (i = 0; i < f->n_contacts; i++)
		if (f->contacts[i].id == contact_id &&
		    f->contacts[i].address_id == address_id)
			return (int)i;
	return -1;
}

size_t
plan_items(const struct facts *f, int64_t now, struct plan_item *out)
{
	int64_t amount;
	size_t i, n = 0;

	for (i = 0; i < f->n_items; i++) {
		amount = part_amount(f, i, now);
		if (amount == 0)
			continue;
		out[n].i = i;
		out[n++].amount = amount;
	}
	return n;
}

static bool
stops(enum hold_kind kind, enum class class, enum hold_kind *ret_hold)
{
	if (hold_effect(kind, class) == PASS)
		return false;
	*ret_hold = kind;
	return true;
}

bool
plan_allows(const struct facts *f, const struct policy *p, int64_t now,
    enum class class, int contact, enum hold_kind *ret_hold,
    int64_t *ret_hold_id)
{
	const struct fact_hold *h;
	enum hold_kind kind;
	struct place w;
	size_t item;

	*ret_hold_id = 0;
	place_of(f, p, now, &w);
	if (plan_company_held(f->company, p, now, class, ret_hold))
		return false;
	if (f->restricted && stops(HOLD_RESTRICTED, class, ret_hold))
		return false;
	if ((h = part_hold(f, now, class)) != NULL) {
		*ret_hold = (enum hold_kind)h->kind;
		*ret_hold_id = h->id;
		return false;
	}
	if (class == CLASS_STAFF)
		return true;
	if (contact < 0 || (size_t)contact >= f->n_contacts) {
		*ret_hold = HOLD_NO_CONTACT;
		return false;
	}
	if (!part_contact(f, &w, now, class, (size_t)contact, ret_hold,
	    ret_hold_id))
		return false;
	if (part_unapplied(f, p, now, w.today, &item) &&
	    stops(HOLD_UNAPPLIED, class, ret_hold))
		return false;
	if (!place_is_open(&w) && stops(HOLD_OUTSIDE_HOURS, class, ret_hold))
		return false;
	if (part_limits(f, &w, class, &kind) > w.today) {
		*ret_hold = kind;
		return false;
	}
	return true;
}
