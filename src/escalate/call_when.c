#include "escalate/call_int.h"

#include "base/text.h"

#include <stdlib.h>

struct span {
	int from, to, score;	/* minutes of a day */
};

static int
by_hour(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return x->from - y->from;
}

/* The hours of the policy that the law leaves, those that touch as one (with
 * the best score of them); the best of all by itself. */
static size_t
spans(const struct sheet *c, struct span out[POLICY_HOURS_MAX],
    struct span *ret_best)
{
	const struct policy *p = c->in->policy;
	struct span all[POLICY_HOURS_MAX];
	size_t i, n = 0, k = 0;

	*ret_best = (struct span){ 0, 0, 0 };
	for (i = 0; i < p->n_hours; i++) {
		struct span *s = &all[n];

		*s = (struct span){ p->hours[i].from, p->hours[i].to,
		    p->hours[i].score };
		if (s->from < c->place.pack.from)
			s->from = c->place.pack.from;
		if (s->to > c->place.pack.to)
			s->to = c->place.pack.to;
		if (s->from >= s->to || s->score == 0)
			continue;
		if (s->score > ret_best->score)
			*ret_best = *s;
		n++;
	}
	qsort(all, n, sizeof(all[0]), by_hour);
	for (i = 0; i < n; i++) {
		if (k == 0 || all[i].from > out[k - 1].to) {
			out[k++] = all[i];
			continue;
		}
		if (all[i].to > out[k - 1].to)
			out[k - 1].to = all[i].to;
		if (all[i].score > out[k - 1].score)
			out[k - 1].score = all[i].score;
	}
	return k;
}

static const char *
span_text(const struct sheet *c, const struct span *s)
{
	return mem_fmt(c->s, "%s–%s", clock_time(c, s->from),
	    clock_time(c, s->to));
}

/* "09:00–11:30, 14:00–17:30; best 09:00–09:15" */
static const char *
hours(const struct sheet *c)
{
	struct span list[POLICY_HOURS_MAX], best;
	size_t i, n = spans(c, list, &best);
	struct text *t = text_new(c->s);
	bool part = false;

	for (i = 0; i < n; i++) {
		text_addf(t, "%s%s", i > 0 ? say(c, ", ", "，") : "",
		    span_text(c, &list[i]));
		part |= list[i].score == best.score &&
		    list[i].from <= best.from && best.to <= list[i].to &&
		    list[i].to - list[i].from > best.to - best.from;
	}
	if (part)
		text_addf(t, "%s%s", say(c, "; best ", "；最佳"),
		    span_text(c, &best));
	return text_str(t);
}

static void
put_days(struct sheet *c)
{
	static const char *const en[] = { "Monday", "Tuesday", "Wednesday",
	    "Thursday", "Friday", "Saturday", "Sunday" };
	static const char *const zh[] = { "周一", "周二", "周三", "周四", "周五",
	    "周六", "周日" };
	const int *score = c->in->policy->weekday_score;
	bool done[7] = { false };
	const char *list[3];
	int n, i, best;

	for (n = 0; n < 3; n++) {
		for (best = -1, i = 0; i < 7; i++)
			if (!done[i] && score[i] > 0 &&
			    (best < 0 || score[i] > score[best]))
				best = i;
		if (best < 0)
			break;
		done[best] = true;
		list[n] = c->zh ? zh[best] : en[best];
	}
	if (n > 0)
		add(c, CALL_WHEN, say(c, "Best days: %s", "较好的日子：%s"),
		    locale_join(c->s, c->l, list, (size_t)n));
}

static bool
is_capped(const struct sheet *c)
{
	const struct policy *p = c->in->policy;
	size_t i, k;
	int n;

	for (i = 0; i < p->n_caps; i++) {
		for (n = 0, k = 0; k < c->f->n_touches; k++)
			n += c->f->touches[k].at > c->in->now -
			    (int64_t)p->caps[i].days * 86400;
		if (n >= p->caps[i].count)
			return true;
	}
	return false;
}

/* Where they may be called, and not at once: the day and hour from which on. */
static bool
first(const struct sheet *c, const char **ret_day, const char **ret_time)
{
	int64_t slot;
	int32_t day, second;

	if (!place_first(&c->place, c->today, c->today + 14, &slot))
		return false;
	day = zone_day(c->place.zone, slot, &second);
	*ret_day = date(c, day);
	*ret_time = clock_time(c, second / 60);
	return true;
}

void
call_put_when(struct sheet *c)
{
	const char *day, *time, *there = hours(c);

	if (c->s->stop)
		return;
	if (is_capped(c))
		add(c, CALL_WHEN, "%s", say(c, "Not yet: they have had as many "
		    "contacts as allowed.", "暂不宜致电：联系次数已达上限。"));
	else if (place_is_open(&c->place))
		add(c, CALL_WHEN, "%s", say(c, "Now is within their working "
		    "hours.", "现在正是对方的工作时间。"));
	else if (first(c, &day, &time))
		add(c, CALL_WHEN, say(c, "Not now: from %s, %s their time",
		    "现在不合适：%s %s（对方时间）之后"), day, time);
	if (there[0] != '\0')
		add(c, CALL_WHEN, say(c, "Best hours there (%s): %s",
		    "对方当地较好的时段（%s）：%s"),
		    zone_name(c->place.zone), there);
	put_days(c);
}

char *
call_best(void *owner, const struct call_input *in)
{
	const char *day, *time, *there;
	struct sheet c;

	call_start(owner, in, &c);
	if (c.s->stop)
		return NULL;
	if (is_capped(&c))
		return mem_str(owner, say(&c, "not yet: they have had as many "
		    "contacts as allowed", "暂不宜致电，联系次数已达上限"));
	there = hours(&c);
	if (place_is_open(&c.place))
		return mem_fmt(owner, say(&c, "now (%s; %s)",
		    "现在即可（%s；%s）"), there,
		    zone_name(c.place.zone));
	if (!first(&c, &day, &time))
		return NULL;
	return mem_fmt(owner, say(&c, "from %s %s their time" " (%s; %s)",
	    "对方时间%s %s起（%s；%s）"), day, time, there,
	    zone_name(c.place.zone));
}
