#include "understand/machine.h"

#include "base/text.h"
#include "understand/bounce.h"
#include "understand/pattern.h"

#include <string.h>

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

static bool
matches(struct row *row, const struct mail *mail)
{
	const char *s = row->header != NULL ? mail_get(mail, row->header) :
	    mail->body;
	size_t n;

	if (s == NULL)
		return false;
	if (row->re == NULL)
		row->re = pattern_new_nocase(row->pattern);
	n = strnlen(s, 4000);
	while (n == 4000 && (s[n] & 0xc0) == 0x80)
		n--;
	return pattern_find(row->re, s, n, NULL);
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
by_table(const struct mail *mail, enum mean_kind kind)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].kind == kind && matches(&rows[i], mail))
			return kind;
	return MEAN_HUMAN;
}

enum mean_kind
machine_kind(struct meaning *m, const struct mail *mail)
{
	enum mean_kind kind;

	if (has_type(mail, "message/feedback-report") ||
	    (mail->report_type != NULL &&
	    text_eq_nocase(mail->report_type, "feedback-report")))
		return MEAN_FEEDBACK;
	if (has_type(mail, "message/disposition-notification"))
		return MEAN_RECEIPT;
	kind = by_table(mail, MEAN_CHALLENGE);
	if (kind != MEAN_HUMAN)
		return kind;
	if (bounce_find(m, mail))
		return m->kind;
	return by_table(mail, MEAN_AUTO_REPLY);
}
