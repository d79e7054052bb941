#include "escalate/digest_int.h"

#include "report/chart.h"

#define PICTURES 4

_Static_assert((int)CHART_AGES == DIGEST_CREDITS, "ages, then credits");

static struct chart_ageing *
same_currency(struct chart_ageing *list, size_t *n, const char *cur)
{
	size_t i;

	for (i = 0; i < *n; i++)
		if (strcmp(list[i].cur, cur) == 0)
			return &list[i];
	if (*n == DIGEST_LINES)
		return NULL;
	list[i] = (struct chart_ageing){ .cur = "" };
	memcpy(list[i].cur, money_zero(cur).cur, sizeof(list[i].cur));
	(*n)++;
	return &list[i];
}

/* NULL: there are no fonts, and the words stand for it. */
static const char *
picture(struct teller *t, const struct chart_ageing *a)
{
	struct mail_file *f;
	struct err err;
	char *png;
	size_t len;

	if (t->text->n_pictures == PICTURES || chart_ageing_png(t->pool, a,
	    locale_tag(t->l), &png, &len, &err) < 0)
		return NULL;
	if (t->text->pictures == NULL)
		t->text->pictures = mem_array(t->pool, struct mail_file,
		    PICTURES);
	f = &t->text->pictures[t->text->n_pictures++];
	f->name = mem_fmt(t->pool, "ageing-%s.png", a->cur);
	f->type = "image/png";
	f->text = png;
	f->len = len;
	return mem_fmt(t->pool, "%s@dunlin", f->name);
}

int
digest_put_ageing(struct teller *t, const struct digest_scope *s, size_t n,
    bool all, struct err *err)
{
	struct chart_ageing *ages = mem_array(t->pool, struct chart_ageing,
	    DIGEST_LINES), *a;
	struct mst_value *list = mst_list(t->v), *row;
	struct digest_ageing *found;
	size_t i, k, m, n_found, n_ages = 0;

	for (i = 0; i < n; i++) {
		if (digest_ageing(t->pool, t->db, &s[i], all, t->today,
		    &found, &n_found, err) < 0)
			return -1;
		for (k = 0; k < n_found; k++) {
			a = same_currency(ages, &n_ages, found[k].cur);
			for (m = 0; a != NULL && m < CHART_AGES; m++)
				a->minor[m] += found[k].minor[m];
			if (a != NULL)
				a->credits += found[k].minor[DIGEST_CREDITS];
		}
	}
	for (i = 0; i < n_ages; i++) {
		row = mst_map(list);
		mst_put_text(row, "text", chart_ageing_text(row, &ages[i],
		    locale_tag(t->l)));
		mst_put_text(row, "picture", picture(t, &ages[i]));
		mst_push(list, row);
	}
	mst_put(t->v, "ageing", list);
	return 0;
}
