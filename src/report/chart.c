#include "report/chart.h"

#include "base/mem.h"
#include "base/text.h"
#include "render/canvas.h"
#include "render/locale.h"

#include <string.h>

/* Pixels of the picture as it is shown. */
#define MARGIN 6
#define TOP 30			/* first bar, below the heading */
#define PITCH CHART_CREDITS	/* from bar to bar */
#define BAR 15
#define NAME_WIDTH 86
#define GAP 6
#define LETTERS 12.5

const char *const chart_colours[CHART_AGES] = { "#4c9fb0", "#e0a92e",
    "#d97427", "#b3261e", "#5d1a52" };

static const struct {
	const char *en, *zh;
} names[CHART_AGES] = {
	{ "not due", "未到期" },
	{ "1–30 days", "逾期1–30天" },
	{ "31–60 days", "逾期31–60天" },
	{ "61–90 days", "逾期61–90天" },
	{ "over 90 days", "逾期90天以上" }
};

static bool
is_zh(const char *language)
{
	return strcmp(language, "zh-CN") == 0;
}

const char *
chart_age_name(enum chart_age age, const char *language)
{
	return is_zh(language) ? names[age].zh : names[age].en;
}

static struct money
amount(const struct chart_ageing *c, size_t age)
{
	struct money m = money_zero(c->cur);

	m.minor = c->minor[age] > 0 ? c->minor[age] : 0;
	return m;
}

static struct money
total(const struct chart_ageing *c)
{
	struct money m = money_zero(c->cur);
	size_t i;

	for (i = 0; i < CHART_AGES; i++)
		m = money_add(m, amount(c, i));
	m.minor += c->credits;
	return m;
}

static const char *
credits(const char *language)
{
	return is_zh(language) ? "未核销贷项" : "credits";
}

static struct money
credit_sum(const struct chart_ageing *c)
{
	struct money m = money_zero(c->cur);

	m.minor = c->credits;
	return m;
}

char *
chart_ageing_text(void *owner, const struct chart_ageing *c,
    const char *language)
{
	const struct locale *l = locale_for(language);
	struct text *t = text_new(owner);
	bool zh = is_zh(language);
	size_t i;
	char *s;

	text_addf(t, zh ? "未付金额按账龄，合计%s：" :
	    "Open amounts by age, %s in all: ",
	    locale_money(t, l, total(c)));
	for (i = 0; i < CHART_AGES; i++)
		text_addf(t, zh ? "%s%s%s" : "%s%s %s", i == 0 ? "" :
		    zh ? "；" : "; ", chart_age_name(i, language),
		    locale_money(t, l, amount(c, i)));
	if (c->credits != 0)
		text_addf(t, zh ? "；%s%s" : "; %s %s", credits(language),
		    locale_money(t, l, credit_sum(c)));
	text_add(t, zh ? "。" : ".");
	s = mem_str(owner, text_str(t));
	text_free(t);
	return s;
}

/* "1,234,568" of 1,234,567.89, half up: behind a bar nobody reads cents. */
static char *
whole(void *owner, struct money m)
{
	char plain[MONEY_TEXT_MAX];
	struct text *t = text_new(owner);
	int64_t unit = 1;
	int digits = money_digits(m.cur);
	size_t i, n;

	while (digits-- > 0)
		unit *= 10;
	if (m.minor < 0)
		text_add(t, "−");
	if (m.minor < 0)
		m.minor = -m.minor;
	n = strlen(strcpy(plain, mem_fmt(t, "%lld",
	    (long long)(m.minor / unit + (m.minor % unit * 2 >= unit)))));
	for (i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			text_addc(t, ',');
		text_addc(t, plain[i]);
	}
	return mem_str(owner, text_str(t));
}

static int
write_at(struct canvas *c, const char *s, bool bold, enum canvas_align align,
    double x, double y, double *ret_width, struct err *err)
{
	struct canvas_style style = { .size = LETTERS, .bold = bold,
	    .sans = true };
	struct text *safe = text_new(c);
	struct canvas_text *t;

	canvas_escape(safe, s);
	if (canvas_text(c, text_str(safe), &style, &t, err) < 0)
		return -1;
	*ret_width = canvas_text_width(t);
	if (align == CANVAS_RIGHT)
		x -= *ret_width;
	canvas_draw(c, t, 0, 1, x, y);
	canvas_text_free(t);
	return 0;
}

struct row {
	const char *name;
	struct money sum;
	const char *colour;	/* NULL: no bar */
};

static size_t
rows(const struct chart_ageing *a, const char *language,
    struct row out[CHART_AGES + 1])
{
	size_t i;

	for (i = 0; i < CHART_AGES; i++)
		out[i] = (struct row){ chart_age_name(i, language),
		    amount(a, i), chart_colours[i] };
	if (a->credits != 0)
		out[i++] = (struct row){ credits(language), credit_sum(a),
		    NULL };
	return i;
}

static int
draw(struct canvas *c, const struct chart_ageing *a, const char *language,
    struct err *err)
{
	double most = 1, room = 0, width, y, left = MARGIN + NAME_WIDTH;
	struct row list[CHART_AGES + 1];
	size_t i, n = rows(a, language, list);
	char *heading;

	heading = mem_fmt(c, is_zh(language) ? "按账龄（%s），合计 %s" :
	    "By age (%s), total %s", a->cur, whole(c, total(a)));
	if (write_at(c, heading, true, CANVAS_LEFT, MARGIN, MARGIN, &width,
	    err) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		y = TOP + PITCH * (double)i;
		if (write_at(c, list[i].name, false, CANVAS_LEFT, MARGIN, y,
		    &width, err) < 0 || write_at(c, whole(c, list[i].sum),
		    false, CANVAS_RIGHT, CHART_WIDTH - MARGIN, y, &width,
		    err) < 0)
			return -1;
		if (width > room)
			room = width;
		if ((double)list[i].sum.minor > most)
			most = (double)list[i].sum.minor;
	}
	width = CHART_WIDTH - MARGIN - room - GAP - left;
	for (i = 0; i < n; i++) {
		y = TOP + PITCH * (double)i;
		if (list[i].colour == NULL)
			continue;
		canvas_box(c, left, y, 1, BAR + 2, "#9aa6b0");
		if (list[i].sum.minor > 0)
			canvas_box(c, left + 1, y + 1, 1 + (width - 2) *
			    (double)list[i].sum.minor / most, BAR,
			    list[i].colour);
	}
	return 0;
}

int
chart_ageing_png(void *owner, const struct chart_ageing *c,
    const char *language, char **ret_png, size_t *ret_len, struct err *err)
{
	struct canvas *canvas = canvas_png(NULL, CHART_WIDTH,
	    CHART_HEIGHT + (c->credits != 0 ? CHART_CREDITS : 0), 2,
	    is_zh(language) ? "zh-CN" : "en");
	int r = draw(canvas, c, language, err);

	if (r == 0)
		r = canvas_finish(owner, canvas, ret_png, ret_len, err);
	talloc_free(canvas);
	return r;
}
