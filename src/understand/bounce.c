#include "understand/bounce.h"

#include "base/mem.h"
#include "base/text.h"
#include "understand/bounce_parts.h"
#include "understand/pattern.h"

#include <stdio.h>
#include <string.h>

#define RECIPIENTS_MAX 50
#define DIAGNOSTIC_MAX 400

#define SENDER(pattern, example) { pattern, example },
static const struct pattern_row senders_rows[] = {
#include "understand/bounce.def"
};
#undef SENDER
#define SUBJECT(pattern, example) { pattern, example },
static const struct pattern_row subjects_rows[] = {
#include "understand/bounce.def"
};
#undef SUBJECT
#define PHRASE(pattern, example) { pattern, example },
static const struct pattern_row phrases_rows[] = {
#include "understand/bounce.def"
};
#undef PHRASE
#define STRONG(pattern, example) { pattern, example },
static const struct pattern_row strong_rows[] = {
#include "understand/bounce.def"
};
#undef STRONG
#define PROOF(pattern, example) { pattern, example },
static const struct pattern_row proofs_rows[] = {
#include "understand/bounce.def"
};
#undef PROOF
#define DELAYED(pattern, example) { pattern, example },
static const struct pattern_row delays_rows[] = {
#include "understand/bounce.def"
};
#undef DELAYED
static const struct pattern_row fields_rows[] = {
	{ "(?m)^(?:final|original)-recipient:[^\n]*@(?:.|\n){0,2000}^(?:action|"
	    "status):|^action:(?:.|\n){0,600}^final-recipient:", NULL },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define TABLE(name) \
	static struct bounce_table name = { name##_rows, COUNT(name##_rows), \
	    NULL }
TABLE(senders);
TABLE(subjects);
TABLE(phrases);
TABLE(strong);
TABLE(proofs);
TABLE(delays);
TABLE(fields);

static const struct pattern_row reason_rows[] = {
#define REASON(word, dead, status, pattern, example) { pattern, example },
#include "understand/bounce.def"
#undef REASON
};

/* Rows of one word that follow each other are looked for together. */
static struct reason {
	const char *word;
	bool dead;
	const char *status;
	struct pattern *re;
} reasons[] = {
#define REASON(word, dead, status, pattern, example) \
	{ word, dead, status, NULL },
#include "understand/bounce.def"
#undef REASON
};

bool
bounce_match(struct bounce_table *table, const char *s, size_t n,
    struct pattern_hit *hit)
{
	if (table->re == NULL)
		table->re = pattern_any_nocase("", table->rows, table->n);
	return pattern_find(table->re, s, n, hit);
}

const char *
bounce_reason(const char *diagnostic, const char **ret_status,
    bool *ret_dead)
{
	size_t i, end, n = strnlen(diagnostic, 4000);

	for (i = 0; i < COUNT(reasons); i = end) {
		for (end = i + 1; end < COUNT(reasons) &&
		    strcmp(reasons[end].word, reasons[i].word) == 0; end++)
			;
		if (reasons[i].re == NULL)
			reasons[i].re = pattern_any_nocase("", &reason_rows[i],
			    end - i);
		if (!pattern_find(reasons[i].re, diagnostic, n, NULL))
			continue;
		*ret_status = reasons[i].status;
		*ret_dead = reasons[i].dead;
		return reasons[i].word;
	}
	return NULL;
}

/* The enhanced status of a line, or NULL; [45].x.y not inside a number. */
static char *
status_in(void *owner, const char *s)
{
	static struct pattern *re, *answer;
	struct pattern_hit h;
	size_t n = strnlen(s, 4000);

	/* In "554 4.4.7 expired <421 4.4.2 timed out>" the last is the other
	 * server's own. */
	if (answer == NULL)
		answer = pattern_new_nocase("<[45][0-9][0-9][ -]([45]\\."
		    "[0-9]{1,3}\\.[0-9]{1,3}) ");
	if (pattern_find(answer, s, n, &h))
		return mem_strn(owner, s + h.at[1], h.end[1] - h.at[1]);
	if (re == NULL)
		re = pattern_new_nocase("(?<![0-9.v])([45]\\.[0-9]{1,3}\\."
		    "[0-9]{1,3})(?![0-9.]*[0-9])");
	if (!pattern_find(re, s, n, &h))
		return NULL;
	return mem_strn(owner, s + h.at[1], h.end[1] - h.at[1]);
}

static bool
is_vague(const char *status)
{
	return status == NULL || (strlen(status) >= 5 &&
	    strcmp(status + 1, ".0.0") == 0);
}

struct mean_bounced *
bounce_recipient(struct meaning *m, const char *address)
{
	struct mean_bounced *b;
	size_t i;

	for (i = 0; address != NULL && i < m->n_bounced; i++)
		if (m->bounced[i].recipient != NULL &&
		    text_eq_nocase(m->bounced[i].recipient, address))
			return &m->bounced[i];
	if (m->n_bounced >= RECIPIENTS_MAX)
		return NULL;
	b = &m->bounced[m->n_bounced++];
	memset(b, 0, sizeof(*b));
	b->recipient = mem_str(m, address);
	return b;
}

/* One "Name: value" of a report, over folded lines. */
static char *
field(void *owner, const char *block, size_t n, const char *name)
{
	const char *p = block, *end = block + n, *e;
	struct text *t;
	size_t k = strlen(name);

	while (p < end) {
		e = memchr(p, '\n', (size_t)(end - p));
		if (e == NULL)
			e = end;
		if ((size_t)(e - p) > k && p[k] == ':' &&
		    strncasecmp(p, name, k) == 0)
			break;
		p = e < end ? e + 1 : end;
	}
	if (p >= end)
		return NULL;
	t = text_new(owner);
	p += k + 1;
	for (;;) {
		e = memchr(p, '\n', (size_t)(end - p));
		if (e == NULL)
			e = end;
		text_addn(t, p, (size_t)(e - p));
		p = e < end ? e + 1 : end;
		if (p >= end || (*p != ' ' && *p != '\t') ||
		    text_len(t) > 2000)
			break;
		text_addc(t, ' ');
	}
	return text_trim(owner, text_str(t));
}

/* "rfc822; user@example.com" to the address. */
static char *
address_of(void *owner, const char *v)
{
	const char *p;
	char *s;
	size_t n;

	if (v == NULL)
		return NULL;
	p = strchr(v, ';');
	p = p != NULL ? p + 1 : v;
	p += strspn(p, " \t<\"'");
	n = strcspn(p, " \t\r\n>\"'(");
	s = mem_strn(owner, p, n);
	return strchr(s, '@') != NULL || n > 0 ? s : NULL;
}

/* The class of the first SMTP reply code, or 0. */
static char
class_in(const char *diagnostic, const char *all)
{
	static const struct pattern_row code = {
		"(?<![0-9.])([45])[0-9][0-9](?=[ -])", NULL
	};
	static struct bounce_table row = { &code, 1, NULL };
	struct pattern_hit h;

	if (diagnostic != NULL &&
	    bounce_match(&row, diagnostic, strnlen(diagnostic, 2000), &h))
		return diagnostic[h.at[1]];
	if (all != NULL && bounce_match(&row, all, strlen(all), &h))
		return all[h.at[1]];
	return 0;
}

static void
settle(struct meaning *m, struct mean_bounced *b, const char *all)
{
	const char *status = NULL, *said;
	char *own = b->diagnostic != NULL ? status_in(m, b->diagnostic) :
	    NULL;
	bool dead = false;
	char class;

	said = bounce_reason(b->diagnostic != NULL ? b->diagnostic : "",
	    &status, &dead);
	if (said == NULL && all != NULL)
		said = bounce_reason(all, &status, &dead);
	if (is_vague(own) && is_vague(b->status) && all != NULL)
		own = status_in(m, all);
	/* The words of the server that refused say more than the summary. */
	if (own != NULL && (is_vague(b->status) || !is_vague(own)))
		b->status = own;
	if (b->status == NULL && status != NULL) {
		/* The class that the server's own reply code has. */
		class = class_in(b->diagnostic, all);
		b->status = class != 0 && class != status[0] ?
		    mem_fmt(m, "%c%s", class, status + 1) : status;
	}
	if (b->status == NULL)
		b->status = m->kind == MEAN_DELAY ? "4.0.0" : "5.0.0";
	b->permanent = b->status[0] == '5' && m->kind != MEAN_DELAY;
	b->address_dead = said != NULL && dead && b->status[0] == '5';
}

/* RFC 3464: one block per recipient after the first. */
static bool
read_report(struct meaning *m, const char *text, int *failed, int *delayed,
    int *arrived)
{
	const char *p = text, *e;
	char *action, *to, *status, *diagnostic;
	struct mean_bounced *b;
	bool any = false;
	size_t n;

	while (*p != '\0') {
		p += strspn(p, "\r\n \t");
		e = p;
		while (*e != '\0' && !(e[0] == '\n' && (e[1] == '\n' ||
		    (e[1] == '\r' && e[2] == '\n'))))
			e++;
		n = (size_t)(e - p);
		to = address_of(m, field(m, p, n, "Final-Recipient"));
		if (to == NULL || strchr(to, '@') == NULL)
			to = address_of(m, field(m, p, n,
			    "Original-Recipient"));
		if (to == NULL)
			to = address_of(m, field(m, p, n,
			    "Final-Recipient"));
		action = field(m, p, n, "Action");
		status = field(m, p, n, "Status");
		diagnostic = field(m, p, n, "Diagnostic-Code");
		p = e;
		if (to == NULL && action == NULL && status == NULL)
			continue;
		any = true;
		if (action != NULL && (strncasecmp(action, "deliv", 5) == 0 ||
		    strncasecmp(action, "relay", 5) == 0 ||
		    strncasecmp(action, "expand", 6) == 0)) {
			(*arrived)++;
			continue;
		}
		if (action != NULL && strncasecmp(action, "delay", 5) == 0)
			(*delayed)++;
		else
			(*failed)++;
		b = bounce_recipient(m, to);
		if (b == NULL)
			break;
		if (status != NULL)
			b->status = status_in(m, status);
		if (diagnostic != NULL) {
			const char *d = strchr(diagnostic, ';');

			d = d != NULL && d - diagnostic < 16 ? d + 1 :
			    diagnostic;
			b->diagnostic = mem_strn(m, d + strspn(d, " \t"),
			    strnlen(d + strspn(d, " \t"), DIAGNOSTIC_MAX));
		}
	}
	return any;
}

static bool
any(struct bounce_table *table, const char *s)
{
	size_t len = s != NULL ? strnlen(s, 8000) : 0;

	/* Do not cut a character in two. */
	while (len > 0 && len == 8000 && (s[len] & 0xc0) == 0x80)
		len--;
	return len > 0 && bounce_match(table, s, len, NULL);
}

/* What a person or a program wrote in the report; all: in HTML as well
 * where it is there as plain text. */
static const char *
report_text(struct meaning *m, const struct mail *mail, bool all)
{
	struct text *t = text_new(m);
	const char *s;
	size_t i;

	for (i = 0; i < mail->n_parts && text_len(t) < MIME_TEXT_MAX; i++) {
		const struct mail_part *p = &mail->parts[i];

		if (p->inner || (p->text == NULL && !all))
			continue;
		s = mail_text(m, p);
		text_add(t, s);
		text_add(t, s != NULL ? "\n" : "");
	}
	if (text_len(t) == 0)
		text_add(t, mail->body);
	return text_str(t);
}

static bool
looks_like_report(const struct mail *mail, const char *text)
{
	const char *from = mail_get(mail, "From");
	const char *path = mail_get(mail, "Return-Path");
	const char *subject = mail_get(mail, "Subject");
	bool null_path = path != NULL && strspn(path, " \t") + 2 ==
	    strlen(path) && strstr(path, "<>") != NULL, machine;
	int signs = 0;

	if (mail_get(mail, "X-Failed-Recipients") != NULL ||
	    any(&proofs, text))
		return true;
	machine = any(&senders, from) || null_path ||
	    mail->report_type != NULL;
	signs += any(&senders, from) ? 2 : 0;
	signs += null_path ? 1 : 0;
	signs += mail->report_type != NULL && strncasecmp(mail->report_type,
	    "delivery", 8) == 0 ? 2 : 0;
	signs += any(&subjects, subject) ? 2 : 0;
	if (signs < 2 || (signs < 4 && !any(&phrases, text)))
		return false;
	/* People write of deliveries and rejections too. */
	return machine || any(&strong, text);
}

static bool
has_report_part(struct meaning *m, const struct mail *mail, int *failed,
    int *delayed, int *arrived)
{
	bool found = false;
	size_t i;

	for (i = 0; i < mail->n_parts; i++) {
		const struct mail_part *p = &mail->parts[i];

		if (p->text == NULL || p->inner)
			continue;
		if (strcmp(p->type, "message/delivery-status") == 0 ||
		    strcmp(p->type, "message/global-delivery-status") == 0)
			found |= read_report(m, p->text, failed, delayed,
			    arrived);
	}
	return found;
}

bool
bounce_find(struct meaning *m, const struct mail *mail)
{
	int failed = 0, delayed = 0, arrived = 0;
	const char *text = report_text(m, mail, false);
	char *to;
	bool report;
	size_t i;

	m->bounced = mem_array(m, struct mean_bounced, RECIPIENTS_MAX);
	report = has_report_part(m, mail, &failed, &delayed, &arrived);
	if (!report && any(&fields, text))
		report = read_report(m, text, &failed, &delayed, &arrived);
	if (report && failed + delayed == 0) {
		m->kind = MEAN_RECEIPT;
		return true;
	}
	if (!report && !looks_like_report(mail, text)) {
		m->n_bounced = 0;
		return false;
	}
	m->kind = MEAN_BOUNCE;
	if (report ? failed == 0 : (any(&delays, text) &&
	    strstr(text, "ermanent") == NULL) ||
	    any(&delays, mail_get(mail, "Subject")))
		m->kind = MEAN_DELAY;
	to = bounce_address(m, mail_get(mail, "X-Failed-Recipients"));
	if (to != NULL && m->n_bounced == 0)
		bounce_recipient(m, to);
	if (!report && m->n_bounced == 0)
		bounce_read_lines(m, mail, text);
	if (!report && m->n_bounced == 0)
		bounce_read_lines(m, mail, report_text(m, mail, true));
	if (m->n_bounced == 0)
		bounce_recipient(m, bounce_address(m, mail->inner_to));
	text = bounce_own_part(m, text);
	for (i = 0; i < m->n_bounced; i++)
		settle(m, &m->bounced[i], m->n_bounced == 1 ? text : NULL);
	return true;
}
