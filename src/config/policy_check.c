#include "config/policy_check.h"

#include "base/mem.h"
#include "policy/rulepack.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define OFFER_PERCENT_MAX 1000	/* hundredths */
#define OFFER_ADVICE_MIN 12	/* bytes of what a lawyer said */

static void
complete_stages(struct reader *r, struct policy *p,
    const struct policy_lines *at)
{
	struct policy_stage *s;
	int i;

	for (i = 0; i < STAGE_COUNT; i++) {
		s = &p->stages[i];
		if (s->from == POLICY_UNSET) {
			reader_problem(r, at->stages[i], "stage %s has no "
			    "\"from\": give its first day past due",
			    stage_name(i));
			s->from = i == 0 ? -7 : p->stages[i - 1].from + 1;
		}
		if (i == STAGE_COUNT - 1) {
			if (s->to != POLICY_UNSET && s->to != INT_MAX)
				reader_problem(r, at->stages[i], "stage %s "
				    "has an end: leave \"to\" out of the last "
				    "stage", stage_name(i));
			s->to = INT_MAX;
		} else if (s->to == POLICY_UNSET) {
			reader_problem(r, at->stages[i], "stage %s has no "
			    "\"to\": give its last day past due",
			    stage_name(i));
			s->to = s->from;
		}
		if (s->to < s->from)
			reader_problem(r, at->stages[i], "stage %s ends (%d) "
			    "before it begins (%d)", stage_name(i), s->to,
			    s->from);
		if (i > 0 && s->from != p->stages[i - 1].to + 1)
			reader_problem(r, at->stages[i], "stage %s begins on "
			    "day %d, but %s ends on day %d: let it begin the "
			    "day after", stage_name(i), s->from,
			    stage_name(i - 1), p->stages[i - 1].to);
	}
}

/* By stage, then first day; a repeat step without days comes last. */
static int
compare(const struct policy_step *a, const struct policy_step *b)
{
	if (a->stage != b->stage)
		return a->stage < b->stage ? -1 : 1;
	if ((a->from == POLICY_UNSET) != (b->from == POLICY_UNSET))
		return a->from == POLICY_UNSET ? 1 : -1;
	return a->from < b->from ? -1 : a->from > b->from;
}

static void
sort_steps(struct policy *p, int *lines)
{
	struct policy_step s;
	size_t i, k;
	int line;

	for (i = 1; i < p->n_steps; i++) {
		s = p->steps[i];
		line = lines[i];
		for (k = i; k > 0 && compare(&p->steps[k - 1], &s) > 0; k--) {
			p->steps[k] = p->steps[k - 1];
			lines[k] = lines[k - 1];
		}
		p->steps[k] = s;
		lines[k] = line;
	}
}

/* What a step leaves out; steps are sorted. */
static void
complete_step(struct reader *r, struct policy *p, size_t i, int line)
{
	struct policy_step *s = &p->steps[i];
	const struct policy_stage *stage = &p->stages[s->stage];

	s->level = (int)i;
	s->open_from = s->from == POLICY_UNSET;
	s->open_to = s->to == POLICY_UNSET;
	if (s->from == POLICY_UNSET) {
		if (!s->repeat)
			reader_problem(r, line, "step %s has no \"from\": "
			    "give its earliest day past due", s->id);
		s->from = stage->from;
		if (i > 0 && p->steps[i - 1].stage == s->stage &&
		    p->steps[i - 1].to != INT_MAX)
			s->from = p->steps[i - 1].to + 1;
	}
	if (s->to == POLICY_UNSET)
		s->to = stage->to;
}

static void
check_step(struct reader *r, const struct policy *p, size_t i, int line)
{
	const struct policy_step *s = &p->steps[i], *before;
	const struct policy_stage *stage = &p->stages[s->stage];

	before = i > 0 ? &p->steps[i - 1] : NULL;
	if (s->to < s->from && s->open_from) {
		if (before != NULL && before->to <= stage->to)
			reader_problem(r, line, "stage %s leaves no days for "
			    "step %s: give it days of its own",
			    stage_name(s->stage), s->id);
	} else if (s->to < s->from)
		reader_problem(r, line, "step %s ends (day %d) before it "
		    "begins (day %d)", s->id, s->to, s->from);
	else if (s->from < stage->from || s->to > stage->to)
		reader_problem(r, line, "step %s (days %d to %d) is not "
		    "inside its stage %s (days %d to %d)", s->id, s->from,
		    s->to, stage_name(s->stage), stage->from, stage->to);
	if (before != NULL && before->stage == s->stage &&
	    before->to >= s->from)
		reader_problem(r, line, "step %s begins on day %d, while "
		    "step %s may still go until day %d: let the days not "
		    "overlap", s->id, s->from, before->id, before->to);
	if (s->second != NULL && strcmp(s->second, s->template) == 0)
		reader_problem(r, line, "step %s has the same template "
		    "twice: let \"second\" be another wording", s->id);
	if (s->stage == STAGE_M4 && s->approve == 0)
		reader_problem(r, line, "step %s of M4 needs a person: set "
		    "approve to 1 or 2", s->id);
}

/* --- offers --- */

static bool
has_terms(const struct policy_offers *o)
{
	return o->percent > 0 || o->n_amounts > 0;
}

static void
check_terms(struct reader *r, const struct policy_offers *o, int line)
{
	int64_t least, amount;
	size_t i;

	if (o->percent > 0 && o->n_amounts > 0)
		reader_problem(r, line, "offers have percent and amounts: "
		    "keep one of the two");
	if (o->percent > OFFER_PERCENT_MAX)
		reader_problem(r, line, "offers of more than %d per cent: "
		    "who is offered that much learns to pay late",
		    OFFER_PERCENT_MAX / 100);
	if (has_terms(o) && o->n_least == 0)
		reader_problem(r, line, "offers have no \"least\": give for "
		    "each currency the smallest sum that they are made for");
	for (i = 0; i < o->n_amounts; i++) {
		amount = o->amounts[i].minor;
		if (!policy_amount(o->least, o->n_least, o->amounts[i].cur,
		    &least))
			reader_problem(r, line, "offers in %s have no "
			    "\"least\": add it", o->amounts[i].cur);
		else if (amount <= 0 || amount > least / 2)
			reader_problem(r, line, "the offer in %s is nothing, "
			    "or more than half of the smallest sum that it "
			    "is made for", o->amounts[i].cur);
	}
	if (o->advice != NULL && strlen(o->advice) < OFFER_ADVICE_MIN)
		reader_problem(r, line, "\"advice\" says too little: name "
		    "who advised it and when, or leave it out: then only who "
		    "agreed to offers has them");
}

/* Who may have an offer is for the law to say (RULES A15b); where one may
 * stand at all is checked here. */
static void
check_offers(struct reader *r, const struct policy *p,
    const struct policy_lines *at)
{
	const struct policy_step *s;
	size_t i, n = 0;

	check_terms(r, &p->offers, at->offers);
	for (i = 0; i < p->n_steps; i++) {
		s = &p->steps[i];
		if (!s->offer)
			continue;
		n++;
		if (!has_terms(&p->offers))
			reader_problem(r, at->steps[i], "step %s carries an "
			    "offer, but \"offers\" has no percent and no "
			    "amounts", s->id);
		if (s->stage == STAGE_M0 || s->stage == STAGE_M4 ||
		    s->approve > 0)
			reader_problem(r, at->steps[i], "step %s cannot carry "
			    "an offer: only steps of M1 to M3 that nobody "
			    "has to approve can", s->id);
	}
	if (n == 0 && has_terms(&p->offers))
		reader_problem(r, at->offers, "no step carries the offer: "
		    "say \"offer: yes\" in those that shall");
}

static void
check_repeats(struct reader *r, const struct policy *p,
    const struct policy_lines *at)
{
	const struct policy_stage *stage;
	size_t k;
	int i, n;

	for (i = 0; i < STAGE_COUNT; i++) {
		stage = &p->stages[i];
		for (n = 0, k = 0; k < p->n_steps; k++)
			n += (int)p->steps[k].stage == i &&
			    p->steps[k].repeat;
		if (n > 1)
			reader_problem(r, at->stages[i], "stage %s has %d "
			    "steps with repeat: keep one", stage_name(i), n);
		if (n == 0 && stage->every > 0)
			reader_problem(r, at->stages[i], "stage %s repeats "
			    "every %d days, but none of its steps has "
			    "\"repeat: yes\"", stage_name(i), stage->every);
		if (n == 1 && stage->every == 0)
			reader_problem(r, at->stages[i], "stage %s has a "
			    "step with repeat: say \"every\" how many days",
			    stage_name(i));
		if (stage->every > 0 && stage->every < p->gap_days)
			reader_problem(r, at->stages[i], "stage %s repeats "
			    "every %d days, less than gap_days (%d)",
			    stage_name(i), stage->every, p->gap_days);
		if (stage->every > 0 && stage->repeats == 0)
			reader_problem(r, at->stages[i], "stage %s repeats, "
			    "but at most 0 times: set repeats",
			    stage_name(i));
	}
}

static void
check_hours(struct reader *r, const struct policy *p, int line, int widest[2])
{
	const struct policy_hours *h;
	size_t i, k;

	for (i = 0; i < p->n_hours; i++) {
		h = &p->hours[i];
		if (h->score == 0 || (h->from == 0 && h->to == 0))
			continue;	/* told already */
		if (h->to <= h->from)
			reader_problem(r, line, "hours %zu end before they "
			    "begin", i + 1);
		else if (h->from < widest[0] || h->to > widest[1])
			reader_problem(r, line, "hours %zu lie outside %02d:"
			    "00 to %02d:00, where no rule pack allows a "
			    "message", i + 1, widest[0] / 60, widest[1] / 60);
		for (k = 0; k < i; k++)
			if (h->from < p->hours[k].to &&
			    p->hours[k].from < h->to)
				reader_problem(r, line, "hours %zu and %zu "
				    "overlap", k + 1, i + 1);
	}
}

/* What a cap may allow at most: the loosest of all rule packs. */
static void
check_caps(struct reader *r, const struct policy *p, int line, int day,
    int week)
{
	const struct policy_cap *c;
	bool daily = false;
	size_t i;
	int most;

	for (i = 0; i < p->n_caps; i++) {
		c = &p->caps[i];
		most = c->days < 7 ? day * c->days :
		    week * ((c->days + 6) / 7);
		if (c->count > most)
			reader_problem(r, line, "cap %zu allows %d contacts "
			    "in %d days, rule packs at most %d: a policy "
			    "cannot weaken them", i + 1, c->count, c->days,
			    most);
		daily |= c->days == 1;
	}
	if (p->n_caps > 0 && !daily)
		reader_problem(r, line, "no cap for one day: add "
		    "{count: 1, days: 1}");
}

static void
check_calendar(struct reader *r, const struct policy *p,
    const struct policy_lines *at)
{
	int widest[2] = { 24 * 60, 0 }, day = 0, week = 0;
	const struct rulepack *pack;
	size_t i;
	int sum = 0;

	for (i = 0; i < rulepack_count(); i++) {
		pack = rulepack_row(i);
		if (pack->from < widest[0])
			widest[0] = pack->from;
		if (pack->to > widest[1])
			widest[1] = pack->to;
		if (pack->per_day > day)
			day = pack->per_day;
		if (pack->per_week > week)
			week = pack->per_week;
	}
	check_hours(r, p, at->hours, widest);
	check_caps(r, p, at->caps, day, week);
	for (i = 0; i < 7; i++)
		sum += p->weekday_score[i];
	if (sum == 0)
		reader_problem(r, at->weekdays, "no weekday has a score "
		    "above 0: nothing would ever be sent");
}

void
policy_complete(struct reader *r, struct policy *p,
    const struct policy_lines *at)
{
	size_t i, before = r->problems->n;

	complete_stages(r, p, at);
	sort_steps(p, at->steps);
	for (i = 0; i < p->n_steps; i++)
		complete_step(r, p, i, at->steps[i]);
	if (p->n_steps == 0)
		reader_problem(r, at->policy, "no steps: nothing would ever "
		    "be sent");
	/* Windows of stages that make no sense would only add noise. */
	if (r->problems->n == before) {
		for (i = 0; i < p->n_steps; i++)
			check_step(r, p, i, at->steps[i]);
		check_repeats(r, p, at);
	}
	check_offers(r, p, at);
	check_calendar(r, p, at);
}
