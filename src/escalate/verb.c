#include "escalate/verb.h"

#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FAR 400			/* days ahead that may be named */
#define PASSED 7		/* a day so long ago is this year's: past */

enum operand { OPERAND_NONE, OPERAND_OUTCOME, OPERAND_USER, OPERAND_DAY,
	OPERAND_TEXT, OPERAND_EVENT };
enum way { WAY_MAIL, WAY_FIRM };

static const struct {
	enum operand operand;
	enum way way;
	const char *en, *zh;
	const char *en_form, *en_help, *zh_form, *zh_help;
} verbs[VERB_COUNT] = {
#define VERB(NAME, operand, way, en, zh, en_form, en_help, zh_form,	\
	zh_help) { OPERAND_##operand, WAY_##way, en, zh, en_form, en_help, \
	    zh_form, zh_help },
#include "escalate/verbs.def"
#undef VERB
};

static const struct {
	const char *en, *zh, *en_said, *zh_said;
} outcomes[DONE_COUNT] = {
#define OUTCOME(NAME, en, zh, en_said, zh_said) { en, zh, en_said, zh_said },
#include "escalate/outcomes.def"
#undef OUTCOME
};

static bool
is_zh(const char *language)
{
	return language != NULL && strcmp(language, "zh-CN") == 0;
}

/* --- words --- */

/* Full-width forms as half-width, other blanks as blanks. */
static void
fold(const char *line, char *out)
{
	const char *end;
	size_t n = 0, len = strlen(line), one;
	uint32_t cp;

	for (end = line + len; line < end && n + 5 < VERB_TEXT; line += one) {
		one = text_decode(line, (size_t)(end - line), &cp);
		if (one == 0) {		/* no UTF-8: a blank */
			one = 1;
			cp = ' ';
		}
		if (cp >= 0xff01 && cp <= 0xff5e)
			cp -= 0xfee0;
		else if (cp == 0x3002)
			cp = '.';
		else if (cp == 0x3000 || cp == 0xa0 || cp < 0x20)
			cp = ' ';
		n += text_encode(cp, out + n);
	}
	out[n] = '\0';
	while (n > 0 && strchr(" .!", out[n - 1]) != NULL)
		out[--n] = '\0';
}

static const char *
blanks(const char *s)
{
	while (*s == ' ' || *s == ',' || *s == ':')
		s++;
	return s;
}

/* The end of the longest of the words ("a|b") at s, NULL: none is there.  An
 * English word ends at a blank; a Chinese one anywhere. */
static const char *
word_at(const char *s, const char *words, bool whole)
{
	const char *bar, *found = NULL;
	size_t n, best = 0;

	for (; words != NULL; words = bar != NULL ? bar + 1 : NULL) {
		bar = strchr(words, '|');
		n = bar != NULL ? (size_t)(bar - words) : strlen(words);
		if (n > best && strncasecmp(s, words, n) == 0 && (!whole ||
		    s[n] == '\0' || strchr(" ,:#", s[n]) != NULL)) {
			best = n;
			found = s + n;
		}
	}
	return found;
}

static const char *
any_word(const char *s, const char *en, const char *zh)
{
	const char *end = word_at(s, en, true);

	return end != NULL ? end : word_at(s, zh, false);
}

/* A number that stands alone, 1 to 18 digits. */
static const char *
number_at(const char *s, bool marked, int64_t *ret)
{
	size_t n;

	if (*s == '#')
		s++;
	else if (marked)
		return NULL;
	n = strspn(s, "0123456789");
	if (n == 0 || n > 18 || (s[n] != '\0' && strchr(" ,:", s[n]) ==
	    NULL && (unsigned char)s[n] < 0x80))
		return NULL;
	/* "12月5日" is a day. */
	if (strncmp(s + n, "月", strlen("月")) == 0 ||
	    strncmp(s + n, "年", strlen("年")) == 0)
		return NULL;
	*ret = strtoll(s, NULL, 10);
	return s + n;
}

/* --- days and amounts --- */

static int
small(const char **s, int most)
{
	int v = 0, n = 0;

	while (isdigit((unsigned char)**s) && n++ < most)
		v = v * 10 + *(*s)++ - '0';
	return n == 0 || isdigit((unsigned char)**s) ? -1 : v;
}

static bool
skip(const char **s, const char *word)
{
	size_t n = strlen(word);

	if (strncasecmp(*s, word, n) != 0)
		return false;
	*s += n;
	return true;
}

static int
month_at(const char **s)
{
	static const char *const names[] = { "jan", "feb", "mar", "apr",
		"may", "jun", "jul", "aug", "sep", "oct", "nov", "dec" };
	int m;

	for (m = 0; m < 12; m++)
		if (strncasecmp(*s, names[m], 3) == 0) {
			while (isalpha((unsigned char)**s))
				(*s)++;
			return m + 1;
		}
	return -1;
}

/* 年 0: the next such day. */
static enum verb_fault
day_of(int y, int m, int d, int32_t today, int32_t *ret)
{
	int this, mm, dd;

	date_split(today, &this, &mm, &dd);
	if (y > 0) {
		if (!date_is_valid(y, m, d))
			return FAULT_OPERAND;
		*ret = date_make(y, m, d);
	} else {
		if (!date_is_valid(this, m, d) &&
		    !date_is_valid(this + 1, m, d))
			return FAULT_OPERAND;
		*ret = date_is_valid(this, m, d) ? date_make(this, m, d) :
		    today - 366;
		if (*ret < today - PASSED && date_is_valid(this + 1, m, d))
			*ret = date_make(this + 1, m, d);
	}
	return *ret <= today || *ret > today + FAR ? FAULT_DAY : FAULT_NONE;
}

static enum verb_fault
day_at(const char **s, int32_t today, int32_t *ret)
{
	const char *p = *s;
	int a, y = 0, m, d;
	enum verb_fault fault;

	if ((m = month_at(&p)) > 0) {		/* December 5 */
		p = blanks(p);
		d = small(&p, 2);
	} else if ((a = small(&p, 4)) < 0) {
		return FAULT_OPERAND;
	} else if (skip(&p, "年")) {
		y = a;
		if ((m = small(&p, 2)) < 0 || !skip(&p, "月"))
			return FAULT_OPERAND;
		d = small(&p, 2);
		if (!skip(&p, "日"))
			skip(&p, "号");
	} else if (skip(&p, "月")) {
		m = a;
		d = small(&p, 2);
		if (!skip(&p, "日"))
			skip(&p, "号");
	} else if (*p == '-') {
		p++;
		d = small(&p, 2);
		m = a;
		if (a > 31 && *p == '-') {	/* 2026-12-05 */
			p++;
			y = a;
			m = d;
			d = small(&p, 2);
		}
	} else {				/* 5 December */
		p = blanks(p);
		d = a;
		m = month_at(&p);
	}
	if (m < 1 || m > 12 || d < 1 || d > 31)
		return FAULT_OPERAND;
	fault = day_of(y, m, d, today, ret);
	if (fault == FAULT_NONE)
		*s = p;
	return fault;
}

/* "1,234.56", with or without a currency code or 元; 0: none. */
static enum verb_fault
amount_at(const char **s, int64_t *ret)
{
	const char *p = blanks(*s);
	int64_t v = 0;
	int n = 0, after = -1;

	*ret = 0;
	if (isalpha((unsigned char)p[0]) && isalpha((unsigned char)p[1]) &&
	    isalpha((unsigned char)p[2]) && (p[3] == ' ' ||
	    isdigit((unsigned char)p[3])))
		p = blanks(p + 3);
	if (!isdigit((unsigned char)*p)) {
		return p == *s || *p == '\0' || *p == '+' ? FAULT_NONE :
		    FAULT_OPERAND;
	}
	for (; isdigit((unsigned char)*p) || *p == ',' || *p == '.'; p++) {
		if (*p == '.' && after >= 0)
			return FAULT_OPERAND;
		if (*p == '.')
			after = 0;
		if (!isdigit((unsigned char)*p))
			continue;
		if (++n > 15 || (after >= 0 && ++after > 2))
			return FAULT_OPERAND;
		v = v * 10 + *p - '0';
	}
	for (; after < 2; after++)
		v = after < 0 ? v : v * 10;
	skip(&p, "元");
	*ret = v;
	*s = p;
	return FAULT_NONE;
}

/* "12-05 1000.00 + 12-19 1000.00" */
static enum verb_fault
days_at(const char *s, int32_t today, bool amounts, struct verb_command *c)
{
	enum verb_fault fault;
	struct verb_day *d;

	for (s = blanks(s); *s != '\0'; s = blanks(s)) {
		if (c->n_days == VERB_DAYS)
			return FAULT_OPERAND;
		d = &c->days[c->n_days];
		if ((fault = day_at(&s, today, &d->day)) != FAULT_NONE ||
		    (amounts && (fault = amount_at(&s, &d->hundredths)) !=
		    FAULT_NONE))
			return fault;
		if (c->n_days > 0 && d->day <= d[-1].day)
			return FAULT_OPERAND;
		c->n_days++;
		s = blanks(s);
		if (*s == '\0')
			return FAULT_NONE;
		if (!skip(&s, "+") && !skip(&s, ";") && !skip(&s, "、") &&
		    !skip(&s, "and "))
			return FAULT_OPERAND;
	}
	return FAULT_OPERAND;
}

/* --- commands --- */

enum verb_fault
verb_outcome(const char *text, int32_t today, struct verb_command *c)
{
	const char *s = blanks(text), *end = NULL;
	enum verb_fault fault;
	int i;

	c->outcome = DONE_PLAIN;
	if (*s == '\0')
		return FAULT_NONE;
	for (i = 0; i < DONE_COUNT; i++) {
		end = any_word(s, outcomes[i].en, outcomes[i].zh);
		if (end == NULL)
			continue;
		/* A Chinese word that another begins with. */
		if (blanks(end)[0] != '\0' && i != DONE_PROMISE &&
		    i != DONE_PLAN)
			continue;
		break;
	}
	if (i == DONE_COUNT)
		return FAULT_OPERAND;
	c->outcome = (enum outcome_kind)i;
	if (i != DONE_PROMISE && i != DONE_PLAN)
		return FAULT_NONE;
	fault = days_at(end, today, true, c);
	if (fault != FAULT_NONE)
		return fault;
	return (i == DONE_PROMISE) == (c->n_days == 1) ? FAULT_NONE :
	    FAULT_OPERAND;
}

static enum verb_fault
operand(const char *s, int32_t today, struct verb_command *c)
{
	s = blanks(s);
	switch (verbs[c->verb].operand) {
	case OPERAND_NONE:
		return *s == '\0' ? FAULT_NONE : FAULT_OPERAND;
	case OPERAND_OUTCOME:
		return verb_outcome(s, today, c);
	case OPERAND_DAY:
		if (!skip(&s, "until ") && !skip(&s, "到"))
			skip(&s, "至");
		s = blanks(s);
		if (days_at(s, today, false, c) != FAULT_NONE)
			return c->n_days == 0 && *s != '\0' ? FAULT_DAY :
			    FAULT_OPERAND;
		return c->n_days == 1 ? FAULT_NONE : FAULT_OPERAND;
	case OPERAND_EVENT:
		s = number_at(s, false, &c->number);
		return s != NULL && *s == '\0' ? FAULT_NONE : FAULT_OPERAND;
	case OPERAND_USER:
		skip(&s, "to ");
		/* FALLTHROUGH */
	default:
		strcpy(c->text, s);
		return *s != '\0' || verbs[c->verb].way == WAY_FIRM ?
		    FAULT_NONE : FAULT_OPERAND;
	}
}

static const char *
verb_at(const char *s, enum verb *ret)
{
	const char *end, *found = NULL;
	int v;

	for (v = 0; v < VERB_COUNT; v++) {
		end = any_word(s, verbs[v].en, verbs[v].zh);
		if (end == NULL || (found != NULL && end <= found))
			continue;
		found = end;
		*ret = (enum verb)v;
	}
	return found;
}

enum verb_fault
verb_read(const char *line, int32_t today, struct verb_command *ret)
{
	struct verb_command c = { .verb = VERB_HELP };
	char text[VERB_TEXT + 1];
	const char *s = text, *end;

	fold(line, text);
	s = blanks(s);
	if (!skip(&s, "任务"))
		skip(&s, "task ");
	s = blanks(s);
	end = number_at(s, false, &c.task);
	if (end != NULL)
		s = blanks(end);
	if ((s = verb_at(s, &c.verb)) == NULL)
		return FAULT_UNKNOWN;
	*ret = c;
	s = blanks(s);
	if (c.task == 0 && verbs[c.verb].operand != OPERAND_EVENT) {
		end = number_at(s, verbs[c.verb].operand == OPERAND_TEXT,
		    &c.task);
		/* "hold 9 until ...", but "hold until 9 December". */
		if (end != NULL && verbs[c.verb].operand == OPERAND_DAY &&
		    s[0] != '#' && word_at(blanks(end), "until|到|至",
		    false) == NULL) {
			c.task = 0;
			end = NULL;
		}
		if (end != NULL)
			s = end;
	}
	*ret = c;
	return operand(s, today, ret);
}

size_t
verb_mail(void *owner, const char *text, int32_t today,
    struct verb_line *ret, size_t max)
{
	char *copy = mem_str(owner, text), *line, *next;
	bool first = true;
	size_t n = 0;

	for (line = copy; line != NULL && n < max; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		line[strcspn(line, "\r")] = '\0';
		if (line[strspn(line, " \t")] == '\0') {
			first = first && n == 0;
			continue;
		}
		memset(&ret[n], 0, sizeof(ret[n]));
		ret[n].line = text_trim(owner, line);
		ret[n].fault = verb_read(line, today, &ret[n].command);
		/* Later on people take their leave. */
		if (first || ret[n].fault != FAULT_UNKNOWN)
			n++;
	}
	return n;
}

/* --- */

bool
verb_is_firm(enum verb v)
{
	return verbs[v].way == WAY_FIRM;
}

const char *
verb_form(enum verb v, const char *language)
{
	return is_zh(language) ? verbs[v].zh_form : verbs[v].en_form;
}

const char *
verb_help(enum verb v, const char *language)
{
	return is_zh(language) ? verbs[v].zh_help : verbs[v].en_help;
}

static const char *const verb_names[] = { "ack", "done", "hold", "assign",
	"note", "undo", "help", "approve", "release" };

const char *
verb_word(enum verb v)
{
	return verb_names[v];
}

const char *
outcome_word(enum outcome_kind o)
{
	static const char *const words[DONE_COUNT] = { "done", "paid",
		"promise", "plan", "upheld", "rejected", "accept",
		"contact", "write-off", "legal" };

	return words[o];
}

char *
verb_done(void *owner, int64_t task, enum outcome_kind o,
    const char *language)
{
	const char *zh = outcomes[o].zh;

	if (!is_zh(language))
		return mem_fmt(owner, "done %lld %s", (long long)task,
		    outcome_word(o));
	return mem_fmt(owner, "已处理 %lld %.*s", (long long)task,
	    (int)strcspn(zh, "|"), zh);
}

const char *
outcome_said(enum outcome_kind o, const char *language)
{
	return is_zh(language) ? outcomes[o].zh_said : outcomes[o].en_said;
}
