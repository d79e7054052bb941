#include "understand/unquote.h"

#include "base/mem.h"
#include "base/text.h"
#include "understand/pattern.h"

#include <string.h>

#define LINES_MAX 8000
#define LINE_MAX 400		/* so much of a line is looked at */
#define JOIN_LINES 7

enum kind {
	WROTE, INTRO, LABEL, FROM, RULE, ADDRESS, DEVICE, DASHES, SIGNOFF,
	CLOSING, LEGAL, BANNER
};

#define UNQUOTE(kind, pattern, example) { pattern, example },
static const struct pattern_row rows[] = {
#include "understand/unquote.def"
};
#undef UNQUOTE

#define UNQUOTE(kind, pattern, example) kind,
static const enum kind row_kind[] = {
#include "understand/unquote.def"
};
#undef UNQUOTE

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static struct pattern *compiled[BANNER + 1];

struct line {
	const char *s;
	size_t n;
	bool quoted, blank, drop;
};

struct body {
	void *owner;
	struct line *line;
	int n;
	struct text *above;
};

static bool
looks(enum kind kind, const char *s, size_t n)
{
	struct pattern_row some[ROWS];
	size_t i, k = 0;

	if (n > LINE_MAX)
		return false;
	if (compiled[kind] == NULL) {
		for (i = 0; i < ROWS; i++)
			if (row_kind[i] == kind)
				some[k++] = rows[i];
		compiled[kind] = pattern_any_nocase("", some, k);
	}
	return pattern_find(compiled[kind], s, n, NULL);
}

static bool
line_is(const struct body *b, int i, enum kind kind)
{
	return i < b->n && !b->line[i].blank &&
	    looks(kind, b->line[i].s, b->line[i].n);
}

bool
unquote_marked(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && (s[i] == ' ' || s[i] == '\t'))
		i++;
	/* ">>> AR <ar@example.com> 10/03/2026 >>>" introduces one. */
	if (i < n && s[i] == '>')
		return !(n > i + 7 && memcmp(s + i, ">>> ", 4) == 0 &&
		    (s[i + 4] == '>' || memcmp(s + n - 3, ">>>", 3) == 0));
	if (i < n && s[i] == '|' && (i + 1 == n || s[i + 1] == ' '))
		return true;
	while (i < n && i < 12 && ((s[i] >= 'A' && s[i] <= 'Z') ||
	    (s[i] >= 'a' && s[i] <= 'z')))
		i++;
	return i > 0 && i < n && s[i] == '>' && (i + 1 == n ||
	    s[i + 1] == ' ');
}

static bool
holds(const struct line *l, const char *word)
{
	size_t n = strlen(word), i;

	for (i = 0; i + n <= l->n && i < LINE_MAX; i++)
		if (memcmp(l->s + i, word, n) == 0)
			return true;
	return false;
}

static void
split(struct body *b, const char *s, size_t n)
{
	const char *end = s + n, *e;
	struct line *l;
	int lines = 0;

	for (e = s; e < end && lines < LINES_MAX; lines++) {
		e = memchr(e, '\n', (size_t)(end - e));
		if (e == NULL)
			break;
		e++;
	}
	b->line = mem_array(b->owner, struct line, lines + 2);
	while (s < end && b->n < LINES_MAX) {
		e = memchr(s, '\n', (size_t)(end - s));
		if (e == NULL || b->n == LINES_MAX - 1)
			e = end;
		l = &b->line[b->n++];
		l->s = s;
		l->n = (size_t)(e - s);
		l->quoted = unquote_marked(l->s, l->n);
		l->blank = strspn(l->s, " \t\r") >= l->n;
		s = e + 1;
	}
}

/* Some programs set it off by blanks. */
static bool
wrote(const char *s, size_t n)
{
	while (n > 0 && (*s == ' ' || *s == '\t')) {
		s++;
		n--;
	}
	return looks(WROTE, s, n);
}

/* What was joined reads as an introduction, and none begins at a later line
 * of it: where they stand at[line], "It was paid on 3 March. On Tue ...
 * wrote:" is no introduction as a whole. */
static bool
introduces(const struct body *b, int i, int j, const size_t *at,
    const char *buf, size_t n)
{
	bool intro;
	int k;

	if (!wrote(buf, n))
		return false;
	intro = line_is(b, i, INTRO);
	for (k = i + 1; k <= j; k++)
		if (!b->line[k].blank && (line_is(b, k, INTRO) ||
		    (!intro && b->line[k - 1].blank)) &&
		    wrote(buf + at[k - i], n - at[k - i]))
			return false;
	return true;
}

/* Where "On ... wrote:" begins at line i, how many lines it takes; else 0.
 * Programs break it over lines, some with blank ones between. */
static int
wrote_lines(const struct body *b, int i)
{
	char buf[LINE_MAX + 2];
	size_t n = 0, k, at, starts[JOIN_LINES];
	int j;

	if (b->line[i].blank)
		return 0;
	for (j = i; j < b->n && j < i + JOIN_LINES; j++) {
		if (b->line[j].quoted && j > i && b->line[j].s[0] == '>' &&
		    b->line[j].n > 12)
			return 0;
		if (n + b->line[j].n + 1 > LINE_MAX)
			return 0;
		if (n > 0)
			buf[n++] = ' ';
		starts[j - i] = n;
		for (k = 0; k < b->line[j].n; k++)
			buf[n++] = b->line[j].s[k];
		buf[n] = '\0';
		if (b->line[j].blank)
			continue;
		/* The first line must have a figure or an address. */
		if (j == i && strcspn(buf, "0123456789@") >= n &&
		    memchr(buf, '-', n) == NULL)
			return 0;
		for (at = 0; at < n; at++)
			if (buf[at] == '\0')
				return 0;
		if (introduces(b, i, j, starts, buf, n))
			return j - i + 1;
	}
	return 0;
}

/* A block of header lines from line i on: how many lines, or 0. */
static int
header_lines(const struct body *b, int i)
{
	int labels = 0, last = i - 1, j, gap = 0;

	if (!line_is(b, i, FROM) && !line_is(b, i, LABEL))
		return 0;
	for (j = i; j < b->n && j < i + 16; j++) {
		if (line_is(b, j, LABEL)) {
			labels++;
			last = j;
			gap = 0;
		} else if (++gap > 2 || (b->line[j].blank && labels > 1)) {
			break;
		}
	}
	if (labels < 2 || (!line_is(b, i, FROM) && labels < 3))
		return 0;
	return last - i + 1;
}

static void
set_above(struct body *b, int from, int to)
{
	const char *s;
	size_t n;
	int i;

	for (i = from; i < to; i++) {
		s = b->line[i].s;
		n = b->line[i].n;
		while (n > 0 && (*s == '>' || *s == ' ')) {
			s++;
			n--;
		}
		text_addn(b->above, s, n);
		text_addc(b->above, '\n');
	}
}

/* A link that broke out of the quotation around it. */
static bool
is_stray(const struct body *b, int i)
{
	const struct line *l = &b->line[i];

	if (l->quoted || l->blank || i == 0)
		return false;
	if (holds(l, "(http") && strspn(l->s, " (") < 3)
		return true;
	return b->line[i - 1].quoted && i + 1 < b->n &&
	    b->line[i + 1].quoted && holds(&b->line[i - 1], "http");
}

/* Is there anything of the writer from line i on? */
static bool
own_after(const struct body *b, int i)
{
	for (; i < b->n; i++) {
		if (line_is(b, i, DASHES) || line_is(b, i, LEGAL))
			return false;
		if (!b->line[i].blank && !b->line[i].quoted &&
		    !line_is(b, i, DEVICE) && !is_stray(b, i))
			return true;
	}
	return false;
}

/* What follows "wrote:" at line i: a marked quotation goes and the text after
 * it stays; an unmarked one goes to the end. */
static void
cut_after(struct body *b, int i, int skip)
{
	int j = i + skip, end, k;

	while (j < b->n && b->line[j].blank)
		j++;
	if (j >= b->n || !b->line[j].quoted) {
		set_above(b, j, b->n);
		for (j = i; j < b->n; j++)
			b->line[j].drop = true;
		return;
	}
	for (end = j; end < b->n && (b->line[end].quoted ||
	    b->line[end].blank || is_stray(b, end)); end++)
		;
	set_above(b, j, end);
	for (k = i; k < (end < b->n ? end : b->n); k++)
		b->line[k].drop = true;
	/* An inline answer keeps the line that it answers as its context,
	 * a mere closing needs none. */
	if (end < b->n && own_after(b, end) && b->line[end].n > 4 &&
	    !line_is(b, end, SIGNOFF) && !line_is(b, end, CLOSING) && i > 0)
		for (k = j; k < end; k++)
			b->line[k].drop = false;
}

static bool
shows(const struct body *b, int from, int to)
{
	int i;

	for (i = from; i < to; i++)
		if (!b->line[i].drop && !b->line[i].blank)
			return true;
	return false;
}

/* "reply--- On Wed, ... wrote:" on one line. */
static void
cut_shared(struct body *b, int i)
{
	static struct pattern *re;
	struct pattern_hit hit;

	if (re == NULL)
		re = pattern_new_nocase("(?<=\\S)-{2,}\\s*on\\b.{0,120}"
		    "\\d.*wrote\\s*:\\s*$");
	if (b->line[i].n > LINE_MAX ||
	    !pattern_find(re, b->line[i].s, b->line[i].n, &hit))
		return;
	b->line[i].n = hit.at[0];
	cut_after(b, i + 1, 0);
}

static void
drop_rest(struct body *b, int i)
{
	for (; i < b->n; i++)
		b->line[i].drop = true;
}

/* Some programs put the writer's address above what they quote. */
static void
drop_address(struct body *b, int i)
{
	while (i > 0 && (b->line[i - 1].blank || b->line[i - 1].drop))
		i--;
	if (i > 0 && line_is(b, i - 1, ADDRESS) && shows(b, 0, i - 1))
		b->line[i - 1].drop = true;
}

/* Nothing stands above: the mail is a forwarding, or answers below.  What
 * follows the introduction is shown instead. */
static void
cut_quotes(struct body *b)
{
	int i, k, n, head;

	for (i = 0; i < b->n; i++) {
		if (b->line[i].drop || b->line[i].blank)
			continue;
		cut_shared(b, i);
		if (b->line[i].quoted)
			continue;
		if ((n = wrote_lines(b, i)) > 0) {
			if (!shows(b, 0, i) && i + n < b->n) {
				for (head = i; head < i + n; head++)
					b->line[head].drop = true;
				for (head = i + n; head < b->n &&
				    (b->line[head].blank ||
				    b->line[head].quoted); head++)
					;
				/* A marked quotation with the answer below. */
				for (k = head; k > i + n &&
				    !b->line[k - 1].quoted; k--)
					;
				if (head < b->n && k > i + n) {
					set_above(b, i + n, k);
					while (k-- > i)
						b->line[k].drop = true;
				}
				continue;
			}
			cut_after(b, i, n);
			continue;
		}
		head = i;
		n = 0;
		if (line_is(b, i, RULE) || (line_is(b, i, DASHES) &&
		    i + 1 < b->n && header_lines(b, i + 1) > 0)) {
			head = i + 1;
			while (head < b->n && b->line[head].blank)
				head++;
			n = head < b->n ? header_lines(b, head) : 0;
			if (n == 0 && !line_is(b, i, RULE))
				continue;
		} else if ((n = header_lines(b, i)) == 0) {
			continue;
		}
		if (!shows(b, 0, i)) {
			/* A forwarding and nothing else. */
			for (; i < head + n && i < b->n; i++)
				b->line[i].drop = true;
			i--;
			continue;
		}
		set_above(b, head + n, b->n);
		drop_rest(b, i);
		drop_address(b, i);
		return;
	}
}

/* What a server warned of, above the text. */
static void
cut_banner(struct body *b)
{
	int i, n;

	for (i = n = 0; i < b->n && n < 3; i++) {
		if (b->line[i].drop || b->line[i].blank)
			continue;
		n++;
		if (line_is(b, i, BANNER))
			b->line[i].drop = true;
	}
}

static int
shown_after(const struct body *b, int i)
{
	int n = 0;

	for (; i < b->n; i++)
		n += !b->line[i].drop && !b->line[i].blank;
	return n;
}

/* Signatures: from the dashes on, or a closing with name and title. */
static void
cut_signature(struct body *b)
{
	int i, k;

	for (i = 1; i < b->n; i++) {
		if (b->line[i].drop || b->line[i].blank ||
		    b->line[i].quoted || !shows(b, 0, i))
			continue;
		if (line_is(b, i, LEGAL)) {
			drop_rest(b, i);
			return;
		}
		if (line_is(b, i, DASHES) && b->line[i].s[0] != '\xe2') {
			/* Not one inside the mail: nothing long follows. */
			k = shown_after(b, i + 1);
			if (k <= 12) {
				drop_rest(b, i);
				return;
			}
		}
		if (line_is(b, i, SIGNOFF) && shown_after(b, i + 1) >= 2 &&
		    shown_after(b, i + 1) <= 7) {
			drop_rest(b, i);
			return;
		}
	}
}

/* From the end: blank lines, what a device added, quotations, rules. */
static void
cut_tail(struct body *b)
{
	struct line *l;
	int i;

	for (i = b->n - 1; i >= 0; i--) {
		l = &b->line[i];
		if (l->drop || l->blank)
			continue;
		if (!line_is(b, i, DEVICE) && !l->quoted &&
		    strspn(l->s, " \t\r-_*=") < l->n)
			break;
		if (l->quoted)
			set_above(b, i, i + 1);
		l->drop = true;
	}
	/* Lines of devices in a row anywhere below the text. */
	for (; i >= 0; i--)
		if (!b->line[i].drop && line_is(b, i, DEVICE) &&
		    shown_after(b, i + 1) == 0)
			b->line[i].drop = true;
}

static char *
joined(const struct body *b)
{
	struct text *t = text_new(b->owner);
	int i;

	for (i = 0; i < b->n; i++) {
		if (b->line[i].drop)
			continue;
		text_addn(t, b->line[i].s, b->line[i].n);
		text_addc(t, '\n');
	}
	return text_trim(b->owner, text_str(t));
}

/* Lines end in LF, and the text is sound UTF-8, so that patterns may read
 * it. */
static char *
clean(void *owner, const char *s, size_t n, size_t *ret_n)
{
	char *out = mem_check(talloc_size(owner, n + 1));
	size_t i = 0, k, to = 0;
	uint32_t cp;

	while (i < n) {
		if (s[i] >= ' ' && s[i] < 0x7f) {
			out[to++] = s[i++];
			continue;
		}
		k = text_decode(s + i, n - i, &cp);
		if (k == 0) {
			out[to++] = '?';
			i++;
		} else if (cp == '\r') {
			if (i + 1 >= n || s[i + 1] != '\n')
				out[to++] = '\n';
			i++;
		} else if (cp == 0) {
			i++;
		} else if (cp == 0xa0) {
			out[to++] = ' ';
			i += k;
		} else {
			memcpy(out + to, s + i, k);
			to += k;
			i += k;
		}
	}
	out[to] = '\0';
	*ret_n = to;
	return out;
}

void
unquote(void *owner, const char *text, size_t n, struct unquoted *ret_out)
{
	struct body b = { .owner = owner };
	char *s;
	int i;

	if (n > UNQUOTE_MAX)
		n = UNQUOTE_MAX;
	s = clean(owner, text, n, &n);
	b.above = text_new(owner);
	split(&b, s, n);
	cut_banner(&b);
	cut_quotes(&b);
	cut_signature(&b);
	cut_tail(&b);
	ret_out->own = joined(&b);
	if (ret_out->own[0] == '\0') {
		/* Never nothing where something was written. */
		for (i = 0; i < b.n; i++)
			b.line[i].drop = b.line[i].quoted;
		ret_out->own = joined(&b);
	}
	ret_out->above = text_len(b.above) > 0 ?
	    mem_str(owner, text_str(b.above)) : NULL;
}
