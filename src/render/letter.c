#include "render/letter.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"
#include "render/capital.h"
#include "render/letter_page.h"
#include "render/statement.h"
#include "render/template.h"
#include "render/view.h"

#include <string.h>

#define CURRENCIES_MAX 32
#define DAY 86400

/* --- what only letters say --- */

/* The figures that were printed, as minor units again: "人民币1,234.56元". */
static bool
figures_say(const char *s, struct money m)
{
	char plain[MONEY_TEXT_MAX];
	struct money again;
	size_t n = 0;

	for (; *s != '\0' && n + 1 < sizeof(plain); s++)
		if (strchr("0123456789.", *s) != NULL)
			plain[n++] = *s;
	plain[n] = '\0';
	return money_parse(plain, m.cur, &again, NULL) == 0 &&
	    again.minor == m.minor;
}

/* Figures and capital figures of one amount, or neither (RULES F9). */
static int
put_demand(const struct letter_job *j, struct mst_value *list,
    struct money m, struct err *err)
{
	struct mst_value *d = mst_map(list);
	char *figures = locale_money(d, j->locale, m), *capital;

	if (!figures_say(figures, m))
		return err_set(err, ERR_CONFIG, "%s:1: \"%s\" is not the "
		    "amount that it stands for", j->template->file, figures);
	mst_put_text(d, "amount", figures);
	if (strcmp(m.cur, "CNY") == 0) {
		if (capital_money(d, m, &capital, err) < 0)
			return -1;
		mst_put_text(d, "capital", capital);
	}
	mst_push(list, d);
	return 0;
}

/* The sums of what is late or, where nothing is, of all. */
static size_t
sums(const struct render_input *in, int32_t today, bool late,
    struct money out[CURRENCIES_MAX])
{
	const struct fact_item *item;
	struct money m;
	size_t i, k, n = 0;

	for (i = 0; i < in->n_items; i++) {
		item = &in->facts->items[in->items[i].i];
		if (in->items[i].amount <= 0 || item->kind == ITEM_CREDIT ||
		    item->kind == ITEM_UNAPPLIED ||
		    (late && item->due >= today))
			continue;
		m = money_zero(item->cur);
		m.minor = in->items[i].amount;
		for (k = 0; k < n; k++)
			if (strcmp(out[k].cur, item->cur) == 0)
				break;
		if (k == CURRENCIES_MAX)
			continue;
		out[k] = k == n ? m : money_add(out[k], m);
		n += k == n;
	}
	return n;
}

static int
put_view(const struct letter_job *j, struct err *err)
{
	const struct render_input *in = j->in;
	struct mst_value *list = mst_list(j->view);
	struct money all[CURRENCIES_MAX];
	char day[DATE_TEXT_MAX];
	const char *country = in->facts->country;
	size_t n = sums(in, j->today, true, all), i;

	if (n == 0)
		n = sums(in, j->today, false, all);
	for (i = 0; i < n; i++)
		if (put_demand(j, list, all[i], err) < 0)
			return -1;
	mst_put(j->view, "demands", list);
	mst_put_text(j->view, "number", mem_fmt(j->view, "%s/%s",
	    view_clean(j->view, in->facts->code),
	    date_format(j->today, day)));
	if (in->company->place != NULL)
		mst_put_text(j->view, "place", view_clean(j->view,
		    in->company->place));
	mst_put_bool(j->view, "chinese_law", in->company->country != NULL &&
	    strcmp(in->company->country, "CN") == 0 && country != NULL &&
	    strcmp(country, "CN") == 0);
	return 0;
}

/* --- from the template to pages --- */

static int
fill(void *owner, const struct letter_job *j, const struct mst *part,
    enum mst_escape escape, char **ret_s, struct err *err)
{
	struct template_scope where = { j->all, j->template, PART_TEXT };
	struct mst_render r = {
		.data = j->view,
		.escape = escape,
		.strict = true,
		.find = template_partial,
		.arg = &where
	};
	struct text *out = text_new(owner);
	int result = mst_render(part, &r, out, err);

	if (result == 0)
		*ret_s = mem_str(owner, text_str(out));
	text_free(out);
	return result;
}

/* Markup of Pango as plain text. */
static void
add_plain(struct text *out, const char *s)
{
	static const struct {
		const char *name;
		char c;
	} all[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' },
	    { "&quot;", '"' }, { "&#39;", '\'' } };
	size_t i;

	for (; *s != '\0'; s++) {
		if (*s == '<') {
			s = strchr(s, '>');
			continue;
		}
		for (i = 0; *s == '&' && i < 5; i++)
			if (text_starts(s, all[i].name))
				break;
		if (*s == '&' && i < 5) {
			text_addc(out, all[i].c);
			s += strlen(all[i].name) - 1;
		} else {
			text_addc(out, *s);
		}
	}
}

static char *
plain(void *owner, const struct letter *l)
{
	struct text *out = text_new(owner);
	const struct letter_block *b;
	size_t i, k;
	char *s;

	for (i = 0; i < l->n_blocks; i++) {
		b = &l->blocks[i];
		if (b->text[0] == NULL)
			continue;
		for (k = 0; k < LETTER_COLUMNS_MAX && b->text[k] != NULL;
		    k++) {
			text_add(out, k > 0 ? "  " : "");
			add_plain(out, b->text[k]);
		}
		text_add(out, b->style == LETTER_TEXT ? "\n\n" : "\n");
	}
	if (l->foot != NULL)
		add_plain(out, l->foot);
	text_addc(out, '\n');
	s = mem_str(owner, text_str(out));
	text_free(out);
	return s;
}

/* --- what a demand must tell --- */

static int
must_say(const struct letter_job *j, const char *text, const char *what,
    const char *value, struct err *err)
{
	if (value == NULL || strstr(text, value) != NULL)
		return 0;
	return err_set(err, ERR_CONFIG, "%s:1: a letter must tell %s, and "
	    "\"%.100s\" is not in it: add it to the template",
	    j->template->file, what, value);
}

static int
must_say_all(const struct letter_job *j, const char *text, const char *list,
    const char *name, const char *what, struct err *err)
{
	const struct mst_value *all = mst_get(j->view, list);
	size_t i;

	for (i = 0; all != NULL && i < mst_count(all); i++)
		if (must_say(j, text, what, mst_get_text(mst_at(all, i),
		    name), err) < 0)
			return -1;
	return 0;
}

static int
check_contents(const struct letter_job *j, const char *text, struct err *err)
{
	static const struct {
		const char *list, *name, *what;
	} all[] = {
		{ "items", "document", "every item" },
		{ "items", "due", "when each was due" },
		{ "items", "open", "what is open of each" },
		{ "demands", "amount", "each sum that it demands" },
		{ "demands", "capital", "each sum in capital figures" },
		{ "banks", "account", "where to pay" },
	};
	const struct mst_value *company = mst_get(j->view, "company");
	const struct mst_value *customer = mst_get(j->view, "customer");
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (must_say_all(j, text, all[i].list, all[i].name,
		    all[i].what, err) < 0)
			return -1;
	return must_say(j, text, "who writes", mst_get_text(company, "name"),
	    err) < 0 ||
	    must_say(j, text, "who owes", mst_get_text(customer, "name"),
	    err) < 0 ||
	    must_say(j, text, "where to ask and to object",
	    mst_get_text(company, "email"), err) < 0 ||
	    must_say(j, text, "by when", mst_get_text(j->view, "reply_by"),
	    err) < 0 ? -1 : 0;
}

/* NULL: the company has none. */
static int
read_seal(void *owner, const struct config_company *c,
    struct letter_seal **ret_seal, struct err *err)
{
	struct letter_seal *s = mem_new(owner, struct letter_seal);
	char *png;

	*ret_seal = NULL;
	if (c->seal == NULL)
		return 0;
	if (file_read(s, c->seal, CANVAS_PICTURE_BYTES, &png, &s->len,
	    err) < 0)
		return err_add(err, "seal");
	s->png = png;
	s->file = c->seal;
	s->width = c->seal_width;
	*ret_seal = s;
	return 0;
}

int
letter_make(void *owner, const struct letter_job *j,
    struct mail_file *ret_file, char **ret_text, int *ret_pages,
    struct err *err)
{
	void *tmp MEM_AUTO = talloc_new(NULL);
	const struct template *t = j->template;
	struct canvas_info info = { .language = locale_tag(j->locale),
	    .made_at = (int64_t)j->today * DAY };
	struct mail_file file = { .type = "application/pdf" };
	struct letter_seal *seal;
	struct letter *l;
	char *title, *markup, *text, *bytes;
	int pages;

	if (put_view(j, err) < 0 ||
	    fill(tmp, j, t->parts[PART_SUBJECT], MST_NONE, &title, err) < 0 ||
	    fill(tmp, j, t->parts[PART_TEXT], MST_PANGO, &markup, err) < 0 ||
	    letter_parse(tmp, t->file, t->lines[PART_TEXT], markup, &l,
	    err) < 0)
		return -1;
	text = plain(tmp, l);
	if (check_contents(j, text, err) < 0)
		return -1;
	info.title = title;
	info.author = mst_get_text(mst_get(j->view, "company"), "name");
	if (read_seal(tmp, j->in->company, &seal, err) < 0)
		return -1;
	if (letter_pages(owner, l, &info, seal, &bytes, &file.len, &pages,
	    err) < 0)
		return err_add(err, "%s:1", t->file);
	file.text = bytes;
	file.name = mem_fmt(owner, "%s.pdf", statement_file_name(tmp,
	    "letter", j->in->facts, j->today));
	*ret_file = file;
	*ret_text = mem_str(owner, text);
	*ret_pages = pages;
	return 0;
}
