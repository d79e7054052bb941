#include "policy/policy.h"

#include "base/hash.h"
#include "base/mem.h"

#include <string.h>

int
policy_stage_at(const struct policy *p, int dpd)
{
	int i;

	for (i = STAGE_COUNT - 1; i >= 0; i--)
		if (dpd >= p->stages[i].from)
			return i;
	return -1;
}

/* Hundredths of a unit as minor units of cur. */
static int64_t
minor_of(int64_t hundredths, const char *cur)
{
	int digits = money_digits(cur);

	for (; digits > 2; digits--)
		hundredths *= 10;
	for (; digits >= 0 && digits < 2; digits++)
		hundredths = (hundredths + 5) / 10;
	return hundredths;
}

bool
policy_amount(const struct policy_minimum *list, size_t n, const char *cur,
    int64_t *ret_minor)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(list[i].cur, cur) == 0) {
			*ret_minor = list[i].minor;
			return true;
		}
	return false;
}

int64_t
policy_minimum_for(const struct policy *p, const char *cur)
{
	int64_t minor;

	return policy_amount(p->minimums, p->n_minimums, cur, &minor) ?
	    minor : minor_of(p->minimum_other, cur);
}

bool
policy_is_large(const struct policy *p, const char *cur, int64_t minor)
{
	return p->large_amount > 0 && minor > minor_of(p->large_amount, cur);
}

const struct policy_step *
policy_step(const struct policy *p, const char *id)
{
	size_t i;

	for (i = 0; i < p->n_steps; i++)
		if (strcmp(p->steps[i].id, id) == 0)
			return &p->steps[i];
	return NULL;
}

const struct policy_step *
policy_repeat_step(const struct policy *p, enum stage stage)
{
	size_t i;

	for (i = 0; i < p->n_steps; i++)
		if (p->steps[i].stage == stage && p->steps[i].repeat)
			return &p->steps[i];
	return NULL;
}

bool
policy_gets_second(const struct policy *p, const struct policy_step *s,
    int64_t account_id)
{
	unsigned char sum[HASH_LEN];
	struct hash *h;

	if (s->second == NULL)
		return false;
	h = hash_new(NULL);
	hash_text(h, p->salt != NULL ? p->salt : "");
	hash_text(h, s->id);
	hash_int(h, account_id);
	hash_done(h, sum);
	return ((unsigned)sum[0] << 16 | (unsigned)sum[1] << 8 | sum[2]) %
	    100 < (unsigned)s->share;
}

int
policy_hour_score(const struct policy *p, int minute)
{
	size_t i;

	for (i = 0; i < p->n_hours; i++)
		if (minute >= p->hours[i].from && minute < p->hours[i].to)
			return p->hours[i].score;
	return 0;
}

static void
hash_steps(struct hash *h, const struct policy *p)
{
	const struct policy_step *s;
	size_t i;
	int c;

	hash_int(h, (int64_t)p->n_steps);
	for (i = 0; i < p->n_steps; i++) {
		s = &p->steps[i];
		hash_text(h, s->id);
		hash_int(h, s->stage);
		hash_int(h, s->from);
		hash_int(h, s->to);
		hash_int(h, s->repeat);
		hash_text(h, s->template);
		hash_text(h, s->second != NULL ? s->second : "");
		hash_int(h, s->share);
		hash_text(h, s->role);
		hash_int(h, s->approve);
		hash_int(h, s->to_role);
		for (c = 0; c < s->n_channels; c++)
			hash_int(h, s->channels[c]);
		if (s->choice != CHOICE_FIRST)
			hash_int(h, (int64_t)s->choice + CHANNEL_COUNT);
		hash_int(h, s->offer);
	}
}

static void
hash_calendar(struct hash *h, const struct policy *p)
{
	size_t i;

	for (i = 0; i < 7; i++)
		hash_int(h, p->weekday_score[i]);
	hash_int(h, (int64_t)p->n_hours);
	for (i = 0; i < p->n_hours; i++) {
		hash_int(h, p->hours[i].from);
		hash_int(h, p->hours[i].to);
		hash_int(h, p->hours[i].score);
	}
	hash_int(h, (int64_t)p->n_caps);
	for (i = 0; i < p->n_caps; i++) {
		hash_int(h, p->caps[i].count);
		hash_int(h, p->caps[i].days);
	}
}

static void
hash_behaviour(struct hash *h, const struct policy_behaviour *b)
{
	hash_int(h, b->tiers);
	hash_int(h, b->days);
	hash_int(h, b->least_items);
	hash_int(h, b->prime_items);
	hash_int(h, b->prime_days);
	hash_int(h, b->risk_days);
	hash_int(h, b->least_promises);
	hash_int(h, b->risk_kept);
	hash_int(h, b->risk_disputes);
	hash_int(h, b->risk_bounced);
	hash_int(h, b->trend_items);
	hash_int(h, b->worse_days);
}

static void
hash_amounts(struct hash *h, const struct policy_minimum *list, size_t n)
{
	size_t i;

	hash_int(h, (int64_t)n);
	for (i = 0; i < n; i++) {
		hash_text(h, list[i].cur);
		hash_int(h, list[i].minor);
	}
}

static void
hash_offers(struct hash *h, const struct policy_offers *o)
{
	hash_int(h, o->percent);
	hash_amounts(h, o->amounts, o->n_amounts);
	hash_amounts(h, o->least, o->n_least);
	hash_int(h, o->next_order);
	hash_int(h, o->days);
	hash_int(h, o->again_days);
	hash_int(h, o->grace);
	hash_int(h, o->credit_days);
	hash_text(h, o->advice != NULL ? o->advice : "");
}

static void
hash_limits(struct hash *h, const struct policy *p)
{
	size_t i;

	for (i = 0; i < TIER_COUNT; i++) {
		hash_int(h, p->tiers[i].gap_percent);
		hash_int(h, p->tiers[i].shift_days);
		hash_int(h, p->tiers[i].max_stage);
		hash_text(h, p->tiers[i].attitude != NULL ?
		    p->tiers[i].attitude : "");
	}
	hash_behaviour(h, &p->behaviour);
	hash_amounts(h, p->minimums, p->n_minimums);
	hash_int(h, p->minimum_other);
	hash_int(h, p->gap_days);
	hash_int(h, p->cash_in_lead);
	hash_int(h, p->ledger_max_age);
	hash_int(h, p->inbox_max_age);
	hash_int(h, p->max_new_per_day);
	hash_int(h, p->new_max_stage);
	hash_int(h, p->large_amount);
	hash_int(h, p->retry_days);
	hash_int(h, p->promise_grace);
	hash_int(h, p->bank_lag);
	hash_int(h, p->promise_tolerance);
	hash_int(h, p->promise_max_days);
	hash_int(h, p->promise_broken_limit);
	hash_int(h, p->promise_broken_days);
	hash_int(h, p->plan_instalments);
	hash_int(h, p->claim_days);
	hash_int(h, p->dispute_days);
	hash_int(h, p->ask_days);
	hash_int(h, p->answers_per_week);
	hash_int(h, p->answer_gap);
	hash_text(h, p->salt != NULL ? p->salt : "");
	hash_int(h, p->thanks);
	hash_int(h, p->apologies);
	hash_offers(h, &p->offers);
}

static void
hash_replies(struct hash *h, const struct policy *p)
{
	const struct policy_reply *r;
	size_t i;

	for (i = 0; i < POLICY_REPLY_COUNT; i++) {
		r = &p->replies[i];
		hash_int(h, r->person);
		hash_int(h, r->silent);
		hash_text(h, r->template != NULL ? r->template : "");
		hash_int(h, r->severity);
		hash_int(h, r->within);
		hash_int(h, r->hold);
		hash_int(h, r->trust);
	}
}

char *
policy_hash(void *owner, const struct policy *p)
{
	unsigned char sum[HASH_LEN];
	char hex[HASH_HEX_MAX];
	struct hash *h = hash_new(NULL);
	int i;

	for (i = 0; i < STAGE_COUNT; i++) {
		hash_int(h, p->stages[i].from);
		hash_int(h, p->stages[i].to);
		hash_int(h, p->stages[i].every);
		hash_int(h, p->stages[i].repeats);
	}
	hash_steps(h, p);
	hash_calendar(h, p);
	hash_limits(h, p);
	hash_replies(h, p);
	hash_done(h, sum);
	return mem_str(owner, hash_hex(sum, hex));
}
