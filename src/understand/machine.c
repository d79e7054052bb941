#include "understand/machine.h"

#include "base/text.h"
#include "understand/bounce.h"
#include "understand/pattern.h"
#include "understand/sieve.h"

#include <string.h>

/* How the subjects of answering programs begin. */
static const struct pattern_row openings[] = {
#define OPENING(pattern, example) { pattern, example },
#include "understand/machine.def"
#undef OPENING
};

/* "Re: [list] " and its like. */
#define AFTER_RE "^\\W*(?:(?:re|aw|回复|答复|\\[.{1,20}\\])\\s*[:：]?\\s*)*"

static struct row {
	enum mean_kind kind;
	const char *header, *pattern, *example;
	struct pattern *re;
} rows[] = {
#define HEADER(kind, name, pattern, example) \
	{ MEAN_##kind, name, pattern, example, NULL },
#include "understand/machine.def"
#undef HEADER
#define SUBJECT(kind, pattern, example) \
	{ MEAN_##kind, "Subject", pattern, example, NULL },
#include "understand/machine.def"
#undef SUBJECT
#define BODY(kind, pattern, example) \
	{ MEAN_##kind, NULL, pattern, example, NULL },
#include "understand/machine.def"
#undef BODY
};

#define ROWS ((int)(sizeof(rows) / sizeof(rows[0])))

/* Of the body so much is looked at. */
static size_t
some_of(const char *s)
{
	size_t n = strnlen(s, 4000);

	while (n == 4000 && (s[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void
scan_body(const struct mail *mail, struct sieved *ret_may)
{
	static struct sieve *sieve;
	int i;

	if (sieve == NULL) {
		sieve = sieve_new(NULL, true);
		for (i = 0; i < ROWS; i++)
			sieve_add(sieve, rows[i].header == NULL ?
			    rows[i].pattern : "no header");
	}
	sieve_run(sieve, mail->body, some_of(mail->body), ret_may);
}

static bool
matches(int i, const struct mail *mail, const struct sieved *may,
    const char *subject)
{
	struct row *row = &rows[i];
	const char *s;

	if (row->header == NULL && !sieve_may(may, i))
		return false;
	s = row->header == NULL ? mail->body :
	    strcmp(row->header, "Subject") == 0 ? subject :
	    mail_get(mail, row->header);
	if (s == NULL)
		return false;
	if (row->re == NULL)
		row->re = pattern_new_nocase(row->pattern);
	return pattern_find(row->re, s, some_of(s), NULL);
}

static bool
opens_so(const char *subject)
{
	static struct pattern *re;

	if (subject == NULL)
		return false;
	if (re == NULL)
		re = pattern_any_nocase(AFTER_RE, openings,
		    sizeof(openings) / sizeof(openings[0]));
	return pattern_find(re, subject, some_of(subject), NULL);
}

static bool
has_type(const struct mail *mail, const char *type)
{
	size_t i;

	if (strcmp(mail->type, type) == 0)
		return true;
	for (i = 0; i < mail->n_parts; i++)
		if (!mail->parts[i].inner &&
		    strcmp(mail->parts[i].type, type) == 0)
			return true;
	return false;
}

static enum mean_kind
by_table(const struct mail *mail, const struct sieved *may,
    enum mean_kind kind)
{
	const char *subject = mail_get(mail, "Subject");
	int i;

	for (i = 0; i < ROWS; i++)
		if (rows[i].kind == kind && matches(i, mail, may, subject))
			return kind;
	return MEAN_HUMAN;
}

enum mean_kind
machine_kind(struct meaning *m, const struct mail *mail)
{
	enum mean_kind kind;
	struct sieved may;

	if (has_type(mail, "message/feedback-report") ||
	    (mail->report_type != NULL &&
	    text_eq_nocase(mail->report_type, "feedback-report")))
		return MEAN_FEEDBACK;
	if (has_type(mail, "message/disposition-notification"))
		return MEAN_RECEIPT;
	scan_body(mail, &may);
	kind = by_table(mail, &may, MEAN_CHALLENGE);
	if (kind != MEAN_HUMAN)
		return kind;
	if (bounce_find(m, mail))
		return m->kind;
	if (opens_so(mail_get(mail, "Subject")))
		return MEAN_AUTO_REPLY;
	return by_table(mail, &may, MEAN_AUTO_REPLY);
}
