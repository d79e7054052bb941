#include "core/money.h"
#include "understand/amounts.h"
#include "understand/dates_parts.h"
#include "understand/numbers.h"

#include <string.h>

/* The code of a currency word: its value is an index of currency.def. */
static const char *const codes[] = {
#define CURRENCY(code, words) #code,
#include "understand/currency.def"
#undef CURRENCY
};

static const char *const currency_words[] = {
#define CURRENCY(code, words) words,
#include "understand/currency.def"
#undef CURRENCY
};

static const struct {
	int cat, value;
	const char *words;
	int64_t worth;		/* SCALE: times; COIN, CENT: 1/10,000 */
	const char *cur;
} money_words[] = {
#define MONEY_WORD(cat, worth, cur, words) \
	{ C_##cat, 0, words, worth, cur },
#include "understand/amounts.def"
#undef MONEY_WORD
};

#define R(cat, fn, arg, pattern, example) \
	{ C_##cat, op_##fn, arg, pattern, example },
static const struct rule amount_rules[] = {
#define AMOUNT_RULES
#include "understand/amounts.def"
#undef AMOUNT_RULES
};
#undef R

void
amounts_grammar(struct grammar *g)
{
	struct word_row row;
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		row.cat = C_CUR;
		row.value = (int)i;
		row.words = currency_words[i];
		grammar_words(g, &row, 1);
	}
	for (i = 0; i < sizeof(money_words) / sizeof(money_words[0]); i++) {
		row.cat = money_words[i].cat;
		row.value = (int)i;
		row.words = money_words[i].words;
		grammar_words(g, &row, 1);
	}
	grammar_rules(g, amount_rules,
	    sizeof(amount_rules) / sizeof(amount_rules[0]));
}

static bool
money(struct sem *ret, int64_t num, const char *cur)
{
	if (num < 0 || num > NUMBER_LIMIT)
		return false;
	ret->num = num;
	if (cur != NULL)
		memcpy(ret->cur, cur, strnlen(cur, 3) + 1);
	return true;
}

static const char *
code_of(const struct match *m, int k)
{
	const struct sem *s = part_of(m, C_CUR, k);

	return s != NULL ? codes[s->n] : NULL;
}

/* num times a scale: 2万, 12.4k, 4.7 billion. */
bool
op_scale(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *num = part_of(m, C_NUM, 0);
	int64_t by = money_words[part_of(m, C_SCALE, 0)->n].worth;
	const struct unit *u = &c->unit[m->to - 1];

	/* "5 m" may be metres: one letter stands at its number, and no
	 * other word runs on. */
	if (u->kind == 'a' && u->end - u->at == 1 && u->space)
		return false;
	if (num->num > NUMBER_LIMIT / by)
		return false;
	/* 3万5千: the thousand is of the five. */
	if (num->flags & SEM_HAVE_SCALE && by < num->n)
		return false;
	if (part_of(m, C_CUR, 0) != NULL)
		memcpy(ret->cur, code_of(m, 0), sizeof(ret->cur));
	ret->num = num->num * by;
	ret->flags = SEM_HAVE_SCALE;
	ret->unit = 0;
	ret->n = by > 1000000000 ? 1000000000 : (int32_t)by;
	return true;
}

bool
op_scale_only(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *s = part_of(m, C_SCALE, 0);
	const struct unit *u = &c->unit[m->to - 1];

	if (u->kind == 'a' && u->end - u->at == 1)
		return false;
	ret->num = money_words[s->n].worth * NUMBER_ONE / (arg ? arg : 1);
	ret->flags = SEM_HAVE_SCALE;
	return ret->num <= NUMBER_LIMIT;
}

/* 3万5: the single digit stands one unit below. */
bool
op_scale_tail(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *a = part_of(m, C_NUM, 0), *b = part_of(m, C_INT, 0);

	if (!(a->flags & SEM_HAVE_SCALE) || b->d != 1 || a->n < 100 ||
	    c->unit[m->to - 1].space || (m->to < c->n_units &&
	    !c->unit[m->to].space && c->unit[m->to].kind == '.' &&
	    c->t->low[c->unit[m->to].at] == '.'))
		return false;
	ret->num = a->num + b->n * (int64_t)a->n / 10 * NUMBER_ONE;
	ret->n = a->n;
	ret->flags = SEM_HAVE_SCALE;
	return true;
}

/* 3万5千: a smaller scaled number follows. */
bool
op_num_join(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *a = part_of(m, C_NUM, 0), *b = part_of(m, C_NUM, 1);
	int i;

	for (i = m->from + 1; i < m->to; i++)
		if (c->unit[i].space)
			return false;
	if (!(a->flags & SEM_HAVE_SCALE) || a->n < 1000 ||
	    !(b->num < (int64_t)a->n * NUMBER_ONE) || b->num == 0 ||
	    !(b->flags & SEM_HAVE_SCALE || b->num >= 100 * NUMBER_ONE))
		return false;
	ret->num = a->num + b->num;
	ret->flags = SEM_HAVE_SCALE;
	return true;
}

/* "two and a half thousand", 两万半. */
bool
op_and_half(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *n = part_of(m, C_NUM, 0);
	int64_t by = money_words[part_of(m, C_SCALE, 0)->n].worth;

	if (n->num > NUMBER_LIMIT / by)
		return false;
	ret->num = n->num * by + by * NUMBER_ONE / 2;
	ret->flags = SEM_HAVE_SCALE;
	return true;
}

bool
op_half_of(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	return op_scale_only(c, m, 2, ret);
}

bool
op_number_same(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	*ret = *part_of(m, C_NUM, 0);
	return true;
}

static bool
looks_part_of_name(const struct chart *c, const struct match *m)
{
	const struct unit *u;

	/* A number that goes on in letters, or a date or per cent sign. */
	if (m->to < c->n_units && c->unit[m->to - 1].kind != 'h') {
		u = &c->unit[m->to];
		if (!u->space && (u->kind == '0' ||
		    (u->kind == '.' && c->t->low[u->at] == '%')))
			return true;
	}
	u = &c->unit[m->from];
	return m->from > 0 && !u->space && u->kind == '0' &&
	    (c->unit[m->from - 1].kind == '0' ||
	    c->t->low[c->unit[m->from - 1].at] == '#');
}

static bool
behind_only(const struct chart *c, int i)
{
	static const char *const words[] = { "元", "块", "圆", "蚊", "刀",
	    "欧", "镑" };
	size_t k;

	for (k = 0; k < sizeof(words) / sizeof(words[0]); k++)
		if (strncmp(c->t->low + c->unit[i].at, words[k],
		    strlen(words[k])) == 0 && !(k == 5 && strncmp(
		    c->t->low + c->unit[i].at, "欧元", 6) == 0))
			return true;
	return false;
}

/* A number with its currency before or after; arg 1: the last one wins. */
bool
op_amt(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *num = part_of(m, C_NUM, 0);
	const struct node *last = m->part[m->n - 1];
	const char *cur = code_of(m, 0);

	/* Of two words the last one says more ("usd$ 15" apart), but 元
	 * is only the unit of 港币500元; "rmb 10 usd 20" are two sums. */
	if (part_of(m, C_CUR, 1) != NULL && last->cat == C_CUR &&
	    strcmp(cur, code_of(m, 1)) != 0) {
		if (m->part[0]->cat == C_CUR && m->to < c->n_units &&
		    c->unit[m->to].kind == '0')
			return false;
		if (!behind_only(c, last->from))
			cur = code_of(m, 1);
	} else if (part_of(m, C_CUR, 1) != NULL) {
		cur = code_of(m, 1);
	}
	/* 元, 块 and their like stand behind their number. */
	if (m->part[0]->cat == C_CUR && behind_only(c, m->from))
		return false;
	if (looks_part_of_name(c, m))
		return false;
	ret->flags = (uint8_t)(num->flags & SEM_HAVE_SCALE);
	ret->n = num->n;
	return money(ret, num->num, cur);
}

/* A number with a scale but no currency: 2万, 12k, two grand. */
bool
op_amt_bare(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *num = part_of(m, C_NUM, 0);

	/* 几十万 says no number. */
	if (m->from > 0 && unit_is(c, m->from - 1, " 几 ") &&
	    c->unit[m->from].kind == 'h')
		return false;
	if (arg == 0 && !(num->flags & SEM_HAVE_SCALE))
		return !looks_part_of_name(c, m) && amount_said(c, m) &&
		    money(ret, num->num, num->cur);
	if (num->num < 10 * NUMBER_ONE || looks_part_of_name(c, m))
		return false;
	ret->flags = (uint8_t)(num->flags & SEM_HAVE_SCALE);
	ret->n = num->n;
	return money(ret, num->num, num->cur);
}

/* "$20 43", "15 dollars and 50", 三块四: what follows are cents. */
bool
op_amt_and(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *amt = part_of(m, C_AMT, 0);
	const struct sem *n = part_of(m, C_N, 0);
	int64_t cents;

	/* 四毛五: what follows the tenths are hundredths. */
	if (arg == 11)
		return n->n >= 1 && n->n <= 9 && unit_is(c, m->to - 2,
		    " 毛 角 毫 ") && c->unit[m->to - 1].kind == 'h' &&
		    (m->to >= c->n_units || c->unit[m->to].kind == '.' ||
		    unit_is(c, m->to, " 分 吧 了 左 ")) &&
		    money(ret, amt->num + n->n * (NUMBER_ONE / 100),
		    amt->cur);
	if (n->n < 0 || n->n > 99 || amt->num % NUMBER_ONE != 0 ||
	    (amt->flags & (SEM_PART | SEM_HAVE_SCALE)))
		return false;
	if (arg == 10 && (n->n > 9 || c->unit[m->from].space ||
	    c->unit[m->to - 2].kind != 'h' || (m->to < c->n_units &&
	    !c->unit[m->to].space && c->unit[m->to].kind != '.')))
		return false;
	if (arg != 10 && m->to < c->n_units && c->unit[m->to].kind == 'a')
		arg = arg == 2 ? 2 : 1;
	if (arg == 2 && (n->d != 2 || (m->to < c->n_units &&
	    (c->unit[m->to].kind != '.' ||
	    strchr("-/$", c->t->low[c->unit[m->to].at]) != NULL) &&
	    !(c->unit[m->to].kind == 'a' &&
	    strncmp(c->t->low + c->unit[m->to].at, "more", 4) == 0))))
		return false;
	cents = (int64_t)n->n * NUMBER_ONE / (arg == 10 ? 10 : 100);
	return money(ret, amt->num + cents, amt->cur);
}

bool
op_amt_cents(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *amt = part_of(m, C_AMT, 0);
	const struct sem *n = part_of(m, C_NUM, 0);
	int64_t worth = money_words[part_of(m, C_CENT, 0)->n].worth;

	if (n->num > NUMBER_LIMIT / NUMBER_ONE)
		return false;
	if (amt == NULL) {
		const char *cur = money_words[part_of(m, C_CENT, 0)->n].cur;

		return money(ret, n->num * worth / NUMBER_ONE, cur);
	}
	if (n->num * worth / NUMBER_ONE >= NUMBER_ONE * 10 ||
	    (amt->flags & SEM_PART) || amt->num % NUMBER_ONE != 0)
		if (n->num * worth / NUMBER_ONE >= NUMBER_ONE)
			return false;
	return money(ret, amt->num + n->num * worth / NUMBER_ONE, amt->cur);
}

bool
op_amt_coin(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *n = part_of(m, C_NUM, 0);
	const struct sem *coin = part_of(m, C_COIN, 0);
	int64_t num = n != NULL ? n->num : NUMBER_ONE;

	/* A bare "quarter" is money only as all that was said. */
	if (n == NULL && arg == 0 && c->n_units > 2)
		return false;
	if (num > NUMBER_LIMIT / NUMBER_ONE)
		return false;
	return money(ret, num * money_words[coin->n].worth / NUMBER_ONE,
	    money_words[coin->n].cur);
}

bool
op_amt_one(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	if (m->to < c->n_units && c->unit[m->to].kind == '0')
		return false;
	/* Cantonese 個半 is one and a half dollars where it stands alone. */
	if (arg == 1)
		return m->to - m->from == c->n_units &&
		    money(ret, NUMBER_ONE * 3 / 2, NULL);
	return money(ret, NUMBER_ONE, code_of(m, 0));
}

/* "20 MUSD": millions. */
bool
op_amt_mega(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *num = part_of(m, C_NUM, 0);

	return num->num < NUMBER_LIMIT / 1000000 &&
	    money(ret, num->num * 1000000,
	    money_words[part_of(m, C_MEGA, 0)->n].cur);
}

bool
op_share(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *n = part_of(m, C_N, 0);

	ret->flags = SEM_PART;
	if (arg == 0) {
		if (n == NULL || n->n < 1 || n->n > 100)
			return false;
		arg = n->n * 100;
	} else if (n != NULL) {
		if (n->n < 1 || n->n > 9)
			return false;
		arg = n->n * 1000;
	}
	ret->num = arg;
	return true;
}

bool
op_rest_amt(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	ret->flags = SEM_REST;
	return true;
}

/* The scale that the last number of a match is written with: 1 where it
 * has none. */
static int64_t
last_scale(const struct chart *c, const struct match *m)
{
	const struct node *end = m->part[m->n - 1];
	const char *p;
	int64_t by = 1;
	int i;

	for (i = end->from; i < end->to; i++) {
		p = c->t->low + c->unit[i].at;
		if (strncmp(p, "亿", 3) == 0)
			by *= 100000000;
		else if (strncmp(p, "万", 3) == 0)
			by = 10000;
	}
	if (by == 1 && end->s.n > 1 && end->s.flags & SEM_HAVE_SCALE)
		by = end->s.n;
	return by;
}

/* 一百二十到一百五十万元, 2-3k: the scale of the end holds for the start,
 * unless the start has its own or would pass the end. */
bool
op_amt_range(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *num = part_of(m, C_NUM, 0);
	const struct sem *amt = part_of(m, C_AMT, 0);
	int64_t v = num->num, by = last_scale(c, m);

	if (amt->flags & (SEM_PART | SEM_REST))
		return false;
	if (v < 10000 * (int64_t)NUMBER_ONE && v < amt->num / by)
		v *= by;
	return v < amt->num && money(ret, v, amt->cur[0] == '\0' &&
	    part_of(m, C_CUR, 0) != NULL ? code_of(m, 0) : amt->cur);
}
