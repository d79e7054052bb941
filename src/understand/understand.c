#include "understand/understand.h"

#include "base/mem.h"
#include "understand/amounts.h"
#include "understand/dates.h"
#include "understand/intent.h"
#include "understand/numbers.h"
#include "understand/reading.h"
#include "understand/refs.h"
#include "understand/unquote.h"

#include <stdlib.h>
#include <string.h>

struct understander {
	struct grammar *g;
	struct chart *chart;
};

struct understander *
understander_new(void *owner)
{
	struct understander *u = mem_new(owner, struct understander);

	u->g = grammar_new(u);
	dates_grammar(u->g);
	amounts_grammar(u->g);
	u->chart = chart_new(u, u->g);
	return u;
}

/* Countries that write the month first, and what zones tell of a country. */
static const struct { const char *tz, *country; } zone_countries[] = {
	{ "Asia/Shanghai", "CN" }, { "Asia/Chongqing", "CN" },
	{ "Asia/Urumqi", "CN" }, { "Asia/Hong_Kong", "HK" },
	{ "Asia/Taipei", "TW" }, { "Asia/Singapore", "SG" },
	{ "Europe/London", "GB" }, { "Europe/Dublin", "IE" },
	{ "Europe/Berlin", "DE" }, { "Europe/Paris", "FR" },
	{ "Europe/Madrid", "ES" }, { "Europe/Rome", "IT" },
	{ "Europe/Amsterdam", "NL" }, { "Australia/", "AU" },
	{ "Pacific/Auckland", "NZ" }, { "Asia/Kolkata", "IN" },
	{ "America/Toronto", "CA" }, { "America/Vancouver", "CA" },
	{ "America/Sao_Paulo", "BR" }, { "America/Mexico_City", "MX" },
	{ "America/", "US" }, { "US/", "US" },
	{ "Europe/", "GB" }, { "Africa/", "ZA" },
};

static const struct { const char *country, *cur, *dollar; } currencies[] = {
	{ "CN", "CNY", "USD" }, { "US", "USD", "USD" },
	{ "GB", "GBP", "USD" }, { "CA", "CAD", "CAD" },
	{ "AU", "AUD", "AUD" }, { "NZ", "NZD", "NZD" },
	{ "SG", "SGD", "SGD" }, { "HK", "HKD", "HKD" },
	{ "TW", "TWD", "TWD" }, { "IN", "INR", "USD" },
};

static const char *
country_of(const struct understand_in *in)
{
	size_t i;

	if (in->country != NULL && strlen(in->country) == 2)
		return in->country;
	for (i = 0; in->tz != NULL && i < sizeof(zone_countries) /
	    sizeof(zone_countries[0]); i++)
		if (strncmp(in->tz, zone_countries[i].tz,
		    strlen(zone_countries[i].tz)) == 0)
			return zone_countries[i].country;
	return NULL;
}

/* What the dates of a text show of their order: 3/20 is month first, 20/3
 * day first; 0 where none does, or both. */
static int
shown_order(const char *s)
{
	int order = 0, a, b;
	char *end;

	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9')
			continue;
		a = (int)strtol(s, &end, 10);
		if (end - s > 2 || *end != '/' || end[1] < '0' ||
		    end[1] > '9') {
			s = end - 1;
			continue;
		}
		s = end + 1;
		b = (int)strtol(s, &end, 10);
		if (end - s <= 2 && (a > 12) != (b > 12) && a <= 31 &&
		    b <= 31) {
			if (order != 0 && (order > 0) != (a > 12))
				return 0;
			order = a > 12 ? 1 : -1;
		}
		s = end - 1;
	}
	return order;
}

static void
setting(struct chart *c, const struct understand_in *in,
    const struct norm *t)
{
	int order;

	c->country = country_of(in);
	c->zh = in->lang != NULL ? strncmp(in->lang, "zh", 2) == 0 : t->han;
	c->ref = in->ref;
	/* Without a hint English numeric dates are read month first. */
	c->day_first = c->zh || (c->country != NULL &&
	    strcmp(c->country, "US") != 0 && strcmp(c->country, "PH") != 0);
	order = shown_order(t->low);
	if (order != 0)
		c->day_first = order > 0;
}

/* A sign that several countries share is the writer's own. */
static void
own_currency(const struct chart *c, struct mean_amount *a)
{
	size_t i;

	if (c->country == NULL || strcmp(a->cur, "USD") != 0 ||
	    strchr(a->quote, '$') == NULL)
		return;
	if (strpbrk(a->quote, "uU") != NULL)
		return;		/* US$ says which */
	for (i = 0; i < sizeof(currencies) / sizeof(currencies[0]); i++)
		if (strcmp(currencies[i].country, c->country) == 0)
			memcpy(a->cur, currencies[i].dollar, 4);
}

static bool
overlaps(size_t a, size_t ae, size_t b, size_t be)
{
	return a < be && b < ae;
}

static bool
in_name(const struct meaning *m, size_t at, size_t end)
{
	size_t i;

	for (i = 0; i < m->n_refs; i++)
		if (overlaps(at, end, m->refs[i].at, m->refs[i].end))
			return true;
	for (i = 0; i < m->n_contacts; i++)
		if ((m->contacts[i].phone != NULL ||
		    m->contacts[i].email != NULL) && overlaps(at, end,
		    m->contacts[i].at, m->contacts[i].end))
			return true;
	return false;
}

static void
take_dates(const struct chart *c, struct meaning *m)
{
	struct date_found f[DATES_MAX];
	struct mean_date *d;
	int n = dates_find(c, f), i;

	if (n == 0)
		return;
	m->dates = mem_array(m, struct mean_date, n + 1);
	for (i = 0; i < n; i++) {
		if (in_name(m, f[i].at, f[i].end))
			continue;
		d = &m->dates[m->n_dates++];
		d->from = f[i].from;
		d->to = f[i].to;
		d->at = f[i].at;
		d->end = f[i].end;
		d->second = f[i].is_second;
		d->vague = (f[i].flags & SEM_VAGUE) != 0;
		d->confidence = d->second ? 30 : d->vague ? 50 :
		    f[i].grain == G_DAY ? 90 : 80;
		d->role = f[i].flags & SEM_PAST ? ROLE_OTHER : ROLE_PROMISE;
		d->quote = norm_quote(m, c->t, d->at, d->end);
		d->old_from = f[i].old_from;
		d->old_to = f[i].old_to;
	}
}

static void
take_amounts(const struct chart *c, struct meaning *m)
{
	struct amount_found f[AMOUNTS_MAX];
	struct mean_amount *a;
	int n = amounts_find(c, f), i;
	size_t k;
	bool drop;

	if (n == 0)
		return;
	m->amounts = mem_array(m, struct mean_amount, n + 1);
	for (i = 0; i < n; i++) {
		drop = in_name(m, f[i].at, f[i].end);
		for (k = 0; k < m->n_dates && !drop; k++)
			drop = overlaps(f[i].at, f[i].end, m->dates[k].at,
			    m->dates[k].end) && m->dates[k].end -
			    m->dates[k].at >= f[i].end - f[i].at;
		if (drop)
			continue;
		a = &m->amounts[m->n_amounts++];
		if (!f[i].part && !f[i].rest)
			amount_text(f[i].num, a->value);
		a->share = f[i].part ? (int)f[i].num : 0;
		a->rest = f[i].rest;
		memcpy(a->cur, f[i].cur, sizeof(a->cur));
		a->at = f[i].at;
		a->end = f[i].end;
		a->quote = norm_quote(m, c->t, a->at, a->end);
		own_currency(c, a);
	}
}

/* Lines that were kept as the context of an answer are not the writer's:
 * they are shown, and read over. */
static void
hide_quoted(struct norm *t)
{
	size_t i, n;

	for (i = 0; i < t->len; i += n + 1) {
		n = strcspn(t->low + i, "\n");
		if (!unquote_marked(t->text + i, n))
			continue;
		memset(t->low + i, ' ', n);
		memset(t->text + i, ' ', n);
	}
}

struct meaning *
meaning_new(void *owner)
{
	struct meaning *m = mem_new(owner, struct meaning);

	m->back = m->maturity = DATE_NONE;
	m->lead = INTENT_UNCLEAR;
	return m;
}

struct meaning *
understand_text(struct understander *u, void *owner,
    const struct understand_in *in, const char *text, size_t n)
{
	struct meaning *m = meaning_new(owner);
	struct unquoted own = { NULL, NULL };
	struct norm *t;

	if (in->mail)
		unquote(m, text, n, &own);
	else
		own.own = mem_strn(m, text, n);
	m->text = text_trim(m, own.own);
	t = norm_new(m, m->text, strlen(m->text));
	if (in->mail)
		hide_quoted(t);
	if (strspn(t->low, " \n") == t->len) {
		m->kind = MEAN_EMPTY;
		m->confidence = 100;
		return m;
	}
	setting(u->chart, in, t);
	chart_run(u->chart, t);
	refs_find(m, t);
	take_dates(u->chart, m);
	take_amounts(u->chart, m);
	reading_make(u->chart, m, t);
	if (own.above != NULL)
		reading_yes(u, in, m, own.above);
	talloc_free(t);
	return m;
}
