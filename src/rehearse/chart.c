#include "rehearse/chart.h"

#include "base/mem.h"
#include "core/date.h"
#include "report/chart.h"

#include <stdio.h>
#include <string.h>

/* The drawing's own units; it scales with the page. */
#define WIDTH 480
#define HEIGHT 190
#define LEFT 46
#define RIGHT 8
#define TOP 10
#define BOTTOM 24
#define PLOT_W (WIDTH - LEFT - RIGHT)
#define PLOT_H (HEIGHT - TOP - BOTTOM)
#define POINTS_MAX 400

_Static_assert((int)STAGE_COUNT == (int)CHART_AGES,
    "a colour for each stage");

static bool
is_zh(const char *language)
{
	return strcmp(language, "zh-CN") == 0;
}

void
chart_escape(struct text *t, const char *s)
{
	text_add_html(t, s);
}

/* A round number that is at least v, with a half that is round too. */
static double
round_up(double v)
{
	static const double steps[] = { 1, 2, 3, 4, 5, 6, 8, 10 };
	double p = 1;
	size_t i = 0;

	while (p * 10 < v)
		p *= 10;
	while (steps[i] * p < v)
		i++;
	return steps[i] * p;
}

static void
value_text(double v, char buf[24])
{
	static const struct {
		double unit;
		const char *sign;
	} units[] = { { 1e9, "G" }, { 1e6, "M" }, { 1e3, "k" }, { 1, "" } };
	size_t i = 0;

	while (i < 3 && v < units[i].unit)
		i++;
	snprintf(buf, 24, "%g%s", v / units[i].unit, units[i].sign);
}

static void
axes(struct text *t, const struct report *r, double most)
{
	int32_t day, step = r->n_days > 900 ? 6 : r->n_days > 240 ? 3 : 1;
	char value[24];
	int i, y, m, d, labels = 0;
	double pos;

	for (i = 0; i <= 2; i++) {
		pos = TOP + PLOT_H - PLOT_H * i / 2.0;
		value_text(most * i / 2, value);
		text_addf(t, "<line x1=%d y1=%.1f x2=%d y2=%.1f "
		    "stroke=#dfe5ea />", LEFT, pos, WIDTH - RIGHT, pos);
		text_addf(t, "<text x=%d y=%.1f text-anchor=end>%s</text>",
		    LEFT - 5, pos + 4, value);
	}
	for (day = r->from; day <= r->to; day++) {
		date_split(day, &y, &m, &d);
		if (d != 1 || (m - 1) % step != 0)
			continue;
		pos = LEFT + (double)PLOT_W * (day - r->from) / r->n_days;
		if (pos > WIDTH - RIGHT - 14)
			break;
		text_addf(t, "<line x1=%.1f y1=%d x2=%.1f y2=%d stroke=#9aa6b0 "
		    "/><text%s x=%.1f y=%d text-anchor=middle>%d-%02d</text>",
		    pos, TOP + PLOT_H, pos, TOP + PLOT_H + 3,
		    labels++ % 2 == 1 ? " class=alt" : "", pos, HEIGHT - 8,
		    y, m);
	}
}

static void
begin(struct text *t, const char *label, const char *head)
{
	if (head != NULL) {
		text_add(t, "<h3>");
		chart_escape(t, head);
		text_add(t, "</h3>");
	}
	text_addf(t, "<svg viewBox=\"0 0 %d %d\" role=img aria-label=\"",
	    WIDTH, HEIGHT);
	chart_escape(t, label);
	text_add(t, "\" font-size=10.5 fill=#5b6873>\n");
}

static void
legend(struct text *t, const char *const *colours, const char *const *names,
    int n)
{
	int i;

	text_add(t, "<p class=legend>");
	for (i = 0; i < n; i++)
		text_addf(t, "<span><i style=\"background:%s\"></i>%s</span>",
		    colours[i], names[i]);
	text_add(t, "</p>\n");
}

static double
most_messages(const struct report *r)
{
	double most = 1;
	long sum;
	int i, s;

	for (i = 0; i < r->n_weeks; i++) {
		for (s = 0, sum = 0; s < STAGE_COUNT; s++)
			sum += r->week[i][s];
		if ((double)sum > most)
			most = (double)sum;
	}
	return most;
}

static void
bars(struct text *t, const struct report *r, double most)
{
	double y, h, w = (double)PLOT_W / r->n_weeks;
	char day[DATE_TEXT_MAX];
	int i, s;

	for (i = 0; i < r->n_weeks; i++) {
		y = TOP + PLOT_H;
		for (s = 0; s < STAGE_COUNT; s++) {
			if (r->week[i][s] == 0)
				continue;
			h = PLOT_H * (double)r->week[i][s] / most;
			y -= h;
			text_addf(t, "<rect x=%.2f y=%.2f width=%.2f "
			    "height=%.2f fill=%s><title>%s %s: %ld</title>"
			    "</rect>", LEFT + w * i, y, w * 0.82, h,
			    chart_colours[s], date_format(r->from + i * 7,
			    day), stage_name((enum stage)s), r->week[i][s]);
		}
	}
}

void
chart_messages(struct text *t, const struct report *const *r, size_t n,
    const char *language)
{
	const char *names[STAGE_COUNT];
	double most = 1;
	size_t k;
	int s;

	for (k = 0; k < n; k++)
		if (most_messages(r[k]) > most)
			most = most_messages(r[k]);
	most = round_up(most);
	for (k = 0; k < n; k++) {
		begin(t, is_zh(language) ? "每周消息，按阶段" :
		    "Messages per week by stage", n > 1 ? r[k]->policy :
		    NULL);
		axes(t, r[k], most);
		bars(t, r[k], most);
		text_add(t, "</svg>");
	}
	for (s = 0; s < STAGE_COUNT; s++)
		names[s] = stage_name((enum stage)s);
	legend(t, chart_colours, names, STAGE_COUNT);
}

static void
line(struct text *t, const struct report *r, const int64_t *values,
    double most, double unit, const char *colour, bool filled)
{
	int i, step = r->n_days / POINTS_MAX + 1, last = 0;

	text_addf(t, "<path fill=%s fill-opacity=.16 stroke=%s "
	    "stroke-width=1.6 stroke-linejoin=round d=\"", filled ? colour :
	    "none", colour);
	for (i = 0; i < r->n_days; i += step) {
		text_addf(t, "%c%.1f %.1f", i == 0 ? 'M' : 'L', LEFT +
		    (double)PLOT_W * i / r->n_days, TOP + PLOT_H - PLOT_H *
		    ((double)values[i] / unit) / most);
		last = i;
	}
	if (filled)
		text_addf(t, "L%.1f %dL%d %dZ", LEFT + (double)PLOT_W * last /
		    r->n_days, TOP + PLOT_H, LEFT, TOP + PLOT_H);
	text_add(t, "\"/>\n");
}

static const struct report_series *
series_of(const struct report *r, const char *cur)
{
	size_t i;

	for (i = 0; i < r->n_series; i++)
		if (strcmp(r->series[i].cur, cur) == 0)
			return &r->series[i];
	return NULL;
}

static double
most_debt(const struct report *r, const char *cur, double unit)
{
	const struct report_series *s = series_of(r, cur);
	double most = 1;
	int d;

	for (d = 0; s != NULL && d < r->n_days; d++)
		if ((double)s->open[d] / unit > most)
			most = (double)s->open[d] / unit;
	return most;
}

void
chart_debt(struct text *t, const struct report *const *r, size_t n, size_t i,
    const char *language)
{
	static const char *const colours[] = { "#4c9fb0", "#d97427",
	    "#b3261e" };
	static const char *const en[] = { "open", "overdue",
	    "overdue and in no message yet" };
	static const char *const zh[] = { "未付", "逾期",
	    "逾期且尚未提及" };
	const char *cur = r[0]->series[i].cur;
	const struct report_series *s;
	double most = 1, unit = 1;
	char head[128];
	int digits = money_digits(cur);
	size_t k;

	while (digits-- > 0)
		unit *= 10;
	for (k = 0; k < n; k++)
		if (most_debt(r[k], cur, unit) > most)
			most = most_debt(r[k], cur, unit);
	most = round_up(most);
	for (k = 0; k < n; k++) {
		if ((s = series_of(r[k], cur)) == NULL)
			continue;
		snprintf(head, sizeof(head), "%s%s%.100s", cur, n > 1 ?
		    ", " : "", n > 1 ? r[k]->policy : "");
		begin(t, is_zh(language) ? "未付金额" :
		    "Open debt over time", head);
		axes(t, r[k], most);
		line(t, r[k], s->open, most, unit, colours[0], true);
		line(t, r[k], s->overdue, most, unit, colours[1], true);
		line(t, r[k], s->quiet, most, unit, colours[2], false);
		text_add(t, "</svg>");
	}
	legend(t, colours, is_zh(language) ? zh : en, 3);
}
