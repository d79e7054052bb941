#include "escalate/call_int.h"

#include "base/text.h"

/* The hours of the policy that the law leaves, the best first. */
static const char *
hours(const struct sheet *c)
{
	const struct policy *p = c->in->policy;
	struct text *t = text_new(c->s);
	bool done[POLICY_HOURS_MAX] = { false };
	int from, to;
	size_t i, n, best;

	for (n = 0; n < p->n_hours; n++) {
		for (best = p->n_hours, i = 0; i < p->n_hours; i++)
			if (!done[i] && (best == p->n_hours ||
			    p->hours[i].score > p->hours[best].score))
				best = i;
		done[best] = true;
		from = p->hours[best].from > c->place.pack.from ?
		    p->hours[best].from : c->place.pack.from;
		to = p->hours[best].to < c->place.pack.to ?
		    p->hours[best].to : c->place.pack.to;
		if (from >= to || p->hours[best].score == 0)
			continue;
		text_addf(t, "%s%s–%s", text_len(t) > 0 ? say(c, ", ", "，") :
		    "", clock_time(c, from), clock_time(c, to));
	}
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
		return mem_fmt(owner, say(&c, "now; their hours are %s (%s)",
		    "现在即可；对方时段为%s（%s）"), there,
		    zone_name(c.place.zone));
	if (!first(&c, &day, &time))
		return NULL;
	return mem_fmt(owner, say(&c, "from %s %s, their time; their hours "
	    "are %s (%s)", "对方时间%s %s起；对方时段为%s（%s）"), day, time,
	    there, zone_name(c.place.zone));
}
