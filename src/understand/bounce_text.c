#include "understand/bounce_parts.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

#define LINES_READ 1500
#define LINE_READ 600
#define DIAGNOSTIC_MAX 400

#define RECIPIENT(many, pattern, example) { pattern, example },
static const struct pattern_row recipient_rows[] = {
#include "understand/bounce.def"
};
#undef RECIPIENT
#define RECIPIENT(many, pattern, example) many,
static const bool recipient_many[] = {
#include "understand/bounce.def"
};
#undef RECIPIENT
#define ORIGINAL(pattern, example) { pattern, example },
static const struct pattern_row original_rows[] = {
#include "understand/bounce.def"
};
#undef ORIGINAL
#define DAEMON(pattern, example) { pattern, example },
static const struct pattern_row daemon_rows[] = {
#include "understand/bounce.def"
};
#undef DAEMON

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct lines {
	const char *at[LINES_READ];
	size_t n[LINES_READ];
	int count;
};

static void
cut_lines(const char *s, struct lines *l)
{
	const char *e;

	l->count = 0;
	for (; *s != '\0' && l->count < LINES_READ; s = *e ? e + 1 : e) {
		e = s + strcspn(s, "\n");
		l->at[l->count] = s;
		l->n[l->count] = (size_t)(e - s) > LINE_READ ? LINE_READ :
		    (size_t)(e - s);
		/* Do not cut a character in two. */
		while (l->n[l->count] == LINE_READ && l->n[l->count] > 0 &&
		    (s[l->n[l->count]] & 0xc0) == 0x80)
			l->n[l->count]--;
		if (l->n[l->count] > 0 && s[l->n[l->count] - 1] == '\r')
			l->n[l->count]--;
		l->count++;
	}
}

/* Where the message that came back begins. */
static int
original_at(const struct lines *l)
{
	static struct bounce_table row = { original_rows,
	    COUNT(original_rows), NULL };
	int i;

	for (i = 1; i < l->count; i++)
		if (bounce_match(&row, l->at[i], l->n[i], NULL))
			return i;
	return l->count;
}

static bool
is_daemon(const char *address)
{
	static struct bounce_table row = { daemon_rows, COUNT(daemon_rows),
	    NULL };

	return bounce_match(&row, address, strlen(address), NULL);
}

/* What the line at i and those below it say about the address. */
static char *
diagnostic_at(struct meaning *m, const struct lines *l, int i, int end)
{
	struct text *t = text_new(m);
	int k;

	for (k = i; k < end && k < i + 8 && text_len(t) < DIAGNOSTIC_MAX;
	    k++) {
		if (l->n[k] == 0 && k > i + 1)
			break;
		text_addn(t, l->at[k], l->n[k]);
		text_addc(t, ' ');
	}
	return text_trim(m, text_str(t));
}

char *
bounce_address(void *owner, const char *v)
{
	static const struct pattern_row address = { "([a-z0-9_][^\\s<>\"'()\\[\\],;:]*@"
	    "[a-z0-9][a-z0-9.-]*[a-z0-9])", NULL };
	static struct bounce_table row = { &address, 1, NULL };
	struct pattern_hit h;

	if (v == NULL || !bounce_match(&row, v, strnlen(v, 2000), &h))
		return NULL;
	return mem_strn(owner, v + h.at[1], h.end[1] - h.at[1]);
}

/* Names without a domain, one a line: they are of the host that reports. */
static void
read_names(struct meaning *m, const struct mail *mail, const struct lines *l,
    int end)
{
	static const struct pattern_row head_row = { "(?:recipient|address|"
	    "user)(?:s|es)?\\b[^@]*:\\s*$", NULL };
	static const struct pattern_row name_row = { "^[ \t]+([a-z0-9]"
	    "[a-z0-9._+-]{1,63})\\s*$", NULL };
	static struct bounce_table head = { &head_row, 1, NULL };
	static struct bounce_table name = { &name_row, 1, NULL };
	const char *from = bounce_address(m, mail_get(mail, "From"));
	struct mean_bounced *b;
	struct pattern_hit h;
	int i, k;

	for (i = 0; from != NULL && i < end; i++) {
		if (!bounce_match(&head, l->at[i], l->n[i], NULL))
			continue;
		for (k = i + 1; k < end && bounce_match(&name, l->at[k],
		    l->n[k], &h); k++) {
			b = bounce_recipient(m, mem_fmt(m, "%.*s%s",
			    (int)(h.end[1] - h.at[1]), l->at[k] + h.at[1],
			    strchr(from, '@')));
			if (b == NULL)
				return;
			b->diagnostic = diagnostic_at(m, l, i, end);
		}
	}
}

void
bounce_read_lines(struct meaning *m, const struct mail *mail, const char *text)
{
	struct lines *l = mem_new(m, struct lines);
	struct mean_bounced *b;
	struct pattern_hit h;
	char *address, *to = bounce_address(m, mail_get(mail, "To"));
	static struct bounce_table tables[COUNT(recipient_rows)];
	size_t row;
	int i, end, found = 0;

	cut_lines(text, l);
	end = original_at(l);
	for (row = 0; row < COUNT(tables) && found == 0; row++) {
		tables[row].rows = &recipient_rows[row];
		tables[row].n = 1;
		for (i = 0; i < end; i++) {
			if (memchr(l->at[i], '@', l->n[i]) == NULL ||
			    !bounce_match(&tables[row], l->at[i], l->n[i],
			    &h))
				continue;
			address = mem_strn(m, l->at[i] + h.at[1],
			    h.end[1] - h.at[1]);
			/* The report is addressed to who wrote. */
			if (is_daemon(address) || (to != NULL &&
			    text_eq_nocase(to, address)))
				continue;
			b = bounce_recipient(m, address);
			if (b == NULL)
				return;
			if (b->diagnostic == NULL)
				b->diagnostic = diagnostic_at(m, l, i, end);
			found++;
			if (!recipient_many[row])
				break;
		}
	}
	if (found == 0)
		read_names(m, mail, l, end);
}

char *
bounce_own_part(struct meaning *m, const char *text)
{
	struct lines *l = mem_new(m, struct lines);
	int end;

	cut_lines(text, l);
	end = original_at(l);
	return end < l->count ? mem_strn(m, text, (size_t)(l->at[end] -
	    text)) : mem_str(m, text);
}

