#include "base/mem.h"
#include "render/template.h"

#include <string.h>

static const char *const part_names[PART_COUNT] = {
	"Subject", "Neutral-Subject", "Preheader", "From-Name",
	"--- text", "--- html"
};

struct reader {
	struct template *t;
	const char *next;	/* the line after the current one */
	int number;		/* of the current line, from 1 */
	void (*problem)(void *arg, const char *line);
	void *arg;
};

static struct template *
template_new(void *owner, const char *file, const char *language,
    const char *name)
{
	struct template *t = mem_new(owner, struct template);

	t->name = mem_str(t, name);
	t->hash = text_hash(name);
	t->language = mem_str(t, language);
	t->file = mem_str(t, file);
	t->kind = template_kind_of(name);
	return t;
}

static void
report(struct reader *r, int line, const char *what)
{
	char *s = mem_fmt(r->t, "%s:%d: %s", r->t->file, line, what);

	r->problem(r->arg, s);
	talloc_free(s);
}

/* The next line without its end, or NULL. */
static char *
read_line(struct reader *r)
{
	const char *nl;
	char *line;
	size_t n;

	if (*r->next == '\0')
		return NULL;
	nl = strchr(r->next, '\n');
	n = nl != NULL ? (size_t)(nl - r->next) : strlen(r->next);
	r->number++;
	line = mem_strn(r->t, r->next,
	    n > 0 && r->next[n - 1] == '\r' ? n - 1 : n);
	r->next += n + (nl != NULL);
	return line;
}

/* "Attach: statement" or "Attach: calendar": files that go with the mail. */
static bool
read_attach(struct reader *r, const char *line)
{
	char *word;

	if (!text_starts(line, "Attach:"))
		return false;
	word = text_trim(r->t, line + strlen("Attach:"));
	if (strcmp(word, "statement") == 0)
		r->t->statement = true;
	else if (strcmp(word, "calendar") == 0)
		r->t->calendar = true;
	else if (strcmp(word, "letter") == 0)
		r->t->letter = true;
	else
		report(r, r->number, "only 'Attach: statement' is known, a "
		    "list of all that is open as CSV and HTML, 'Attach: "
		    "calendar', the days promised, and 'Attach: letter', the "
		    "letter of that name as PDF");
	return true;
}

static void
read_header(struct reader *r, const char *line)
{
	const char *colon = strchr(line, ':');
	size_t n = colon != NULL ? (size_t)(colon - line) : 0;
	int i;

	if (read_attach(r, line))
		return;
	for (i = 0; i < PART_TEXT; i++)
		if (n == strlen(part_names[i]) &&
		    strncmp(line, part_names[i], n) == 0)
			break;
	if (i == PART_TEXT) {
		report(r, r->number, "this is no header line, write "
		    "'Subject: ...', 'Neutral-Subject: ...', "
		    "'Preheader: ...', 'From-Name: ...', 'Attach: ...' or "
		    "'--- text'");
		return;
	}
	if (r->t->sources[i] != NULL) {
		report(r, r->number, "this header is here twice, leave one "
		    "out");
		return;
	}
	r->t->sources[i] = text_trim(r->t, colon + 1);
	r->t->lines[i] = r->number;
	if (r->t->sources[i][0] == '\0')
		report(r, r->number, "this header has no text");
}

static void
read_parts(struct reader *r)
{
	struct text *body[PART_COUNT] = { NULL };
	int at = -1, i;
	char *line;

	while ((line = read_line(r)) != NULL) {
		for (i = PART_TEXT; i < PART_COUNT; i++)
			if (strcmp(line, part_names[i]) == 0)
				break;
		if (i < PART_COUNT) {
			if (body[i] != NULL)
				report(r, r->number, "this part is here "
				    "twice, leave one out");
			body[i] = text_new(r->t);
			r->t->lines[i] = r->number + 1;
			at = i;
		} else if (text_starts(line, "---")) {
			report(r, r->number, "write '--- text' or "
			    "'--- html'");
		} else if (at >= 0) {
			text_add(body[at], line);
			text_addc(body[at], '\n');
		} else if (line[0] != '#' && line[0] != '\0') {
			read_header(r, line);
		}
	}
	for (i = PART_TEXT; i < PART_COUNT; i++)
		if (body[i] != NULL)
			r->t->sources[i] = mem_str(r->t, text_str(body[i]));
}

/* What a whole mail needs, and what a part may not have. */
static void
check_shape(struct reader *r)
{
	struct template *t = r->t;

	if (t->sources[PART_TEXT] == NULL)
		report(r, r->number, "there is no '--- text' part");
	if (t->name[0] != '_' && t->sources[PART_SUBJECT] == NULL)
		report(r, 1, "there is no 'Subject:' line");
	if (t->name[0] == '_' && (t->sources[PART_SUBJECT] != NULL ||
	    t->sources[PART_PREHEADER] != NULL))
		report(r, 1, "a file whose name starts with '_' is a part "
		    "and has no subject");
	if (t->name[0] != '_' && t->sources[PART_FROM] != NULL)
		report(r, t->lines[PART_FROM], "'From-Name:' belongs into "
		    "_layout.mail");
}

unsigned
template_kind_of(const char *name)
{
	if (text_starts(name, "courtesy"))
		return KIND_COURTESY;
	if (text_starts(name, "thanks"))
		return KIND_THANKS;
	if (text_starts(name, "answer-"))
		return KIND_ANSWER;
	if (text_starts(name, "outcome-"))
		return KIND_OUTCOME;
	if (text_starts(name, "apology"))
		return KIND_APOLOGY;
	return KIND_REMINDER;
}

/* The first line; false: it is no text. */
static bool
begin(struct reader *r, const char *text)
{
	r->next = text_starts(text, "\xef\xbb\xbf") ? text + 3 : text;
	if (strlen(text) <= MST_SOURCE_MAX && text_is_utf8(text,
	    strlen(text)))
		return true;
	report(r, 1, "the file is too long or is not UTF-8");
	return false;
}

static void
parse_parts(struct reader *r)
{
	struct template *t = r->t;
	struct err err;
	int i;

	for (i = 0; i < PART_COUNT; i++)
		if (t->sources[i] != NULL && mst_parse(t, t->file,
		    t->lines[i], t->sources[i], strlen(t->sources[i]),
		    &t->parts[i], &err) < 0)
			r->problem(r->arg, err.text);
}

struct template *
template_parse(void *owner, const char *file, const char *language,
    const char *name, const char *text,
    void (*problem)(void *arg, const char *line), void *arg)
{
	struct reader r = { .problem = problem, .arg = arg };
	struct template *t = template_new(owner, file, language, name);

	r.t = t;
	if (!begin(&r, text))
		return t;
	read_parts(&r);
	check_shape(&r);
	if (t->sources[PART_HTML] == NULL && t->sources[PART_TEXT] != NULL) {
		t->sources[PART_HTML] = template_html(t,
		    t->sources[PART_TEXT]);
		t->lines[PART_HTML] = t->lines[PART_TEXT];
	}
	parse_parts(&r);
	return t;
}

struct template *
template_parse_sms(void *owner, const char *file, const char *language,
    const char *name, const char *text,
    void (*problem)(void *arg, const char *line), void *arg)
{
	struct reader r = { .problem = problem, .arg = arg };
	struct template *t = template_new(owner, file, language, name);
	struct text *all = text_new(t);
	char *line;

	t->kind |= KIND_SMS;
	t->form = FORM_SMS;
	r.t = t;
	if (!begin(&r, text))
		return t;
	t->lines[PART_TEXT] = 1;
	while ((line = read_line(&r)) != NULL) {
		if (line[0] == '#')
			continue;
		if (text_len(all) > 0)
			text_addc(all, ' ');
		else
			t->lines[PART_TEXT] = r.number;
		text_add(all, line);
	}
	t->sources[PART_TEXT] = text_trim(t, text_str(all));
	if (t->sources[PART_TEXT][0] == '\0')
		report(&r, 1, "there is no text");
	else
		parse_parts(&r);
	return t;
}

/* "Title:" and lines that begin with # before the markup, which is kept line
 * by line for its mistakes to be found. */
static void
read_letter(struct reader *r)
{
	struct text *body = NULL;
	char *line;

	while ((line = read_line(r)) != NULL) {
		if (body != NULL) {
			text_add(body, line);
			text_addc(body, '\n');
		} else if (strcmp(line, "--- letter") == 0) {
			body = text_new(r->t);
			r->t->lines[PART_TEXT] = r->number + 1;
		} else if (text_starts(line, "Title:")) {
			r->t->sources[PART_SUBJECT] = text_trim(r->t, line +
			    strlen("Title:"));
			r->t->lines[PART_SUBJECT] = r->number;
		} else if (line[0] != '#' && line[0] != '\0') {
			report(r, r->number, "write 'Title: ...' or "
			    "'--- letter'");
		}
	}
	if (body == NULL)
		report(r, r->number, "there is no '--- letter' part");
	else
		r->t->sources[PART_TEXT] = mem_str(r->t, text_str(body));
	if ((r->t->name[0] == '_') != (r->t->sources[PART_SUBJECT] == NULL))
		report(r, 1, "a letter has a 'Title:' line, and a part whose "
		    "name starts with '_' has none");
}

struct template *
template_parse_letter(void *owner, const char *file, const char *language,
    const char *name, const char *text,
    void (*problem)(void *arg, const char *line), void *arg)
{
	struct reader r = { .problem = problem, .arg = arg };
	struct template *t = template_new(owner, file, language, name);

	t->kind |= KIND_LETTER;
	t->form = FORM_LETTER;
	r.t = t;
	if (begin(&r, text)) {
		read_letter(&r);
		parse_parts(&r);
	}
	return t;
}

/* A line that is one tag which does not print by itself. */
static bool
is_tag_line(const char *s, size_t n)
{
	while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		n--;
	while (n > 0 && (*s == ' ' || *s == '\t')) {
		s++;
		n--;
	}
	if (n < 5 || strncmp(s, "{{", 2) != 0 ||
	    strchr("#^/>!", s[2]) == NULL)
		return false;
	return memcmp(s + n - 2, "}}", 2) == 0 &&
	    strstr(s + 2, "}}") == s + n - 2;
}

/* The text of a line with what is special in HTML escaped outside tags. */
static void
add_html(struct text *out, const char *s, size_t n)
{
	const char *end = s + n, *tag;

	while (s < end) {
		if (end - s > 4 && strncmp(s, "{{", 2) == 0 &&
		    (tag = strstr(s, "}}")) != NULL && tag < end) {
			text_addn(out, s, (size_t)(tag + 2 - s));
			s = tag + 2;
			continue;
		}
		if (*s == '&')
			text_add(out, "&amp;");
		else if (*s == '<')
			text_add(out, "&lt;");
		else if (*s == '>')
			text_add(out, "&gt;");
		else
			text_addc(out, *s);
		s++;
	}
}

char *
template_html(void *owner, const char *s)
{
	struct text *out = text_new(owner);
	bool open = false, plain;
	const char *nl;
	size_t n;
	char *r;

	for (; *s != '\0'; s = nl + 1) {
		nl = strchr(s, '\n');
		if (nl == NULL)
			nl = s + strlen(s) - 1;
		n = (size_t)(nl - s) + (*nl != '\n');
		plain = strspn(s, " \t\r") < n && !is_tag_line(s, n);
		if (text_len(out) > 0)
			text_add(out, open && plain ? "<br>\n" :
			    open ? "</p>\n" : "\n");
		if (plain && !open)
			text_add(out, "{{>p}}");
		open = plain;
		if (plain)
			add_html(out, s, n);
		else
			text_addn(out, s, n);
	}
	if (open)
		text_add(out, "</p>");
	text_addc(out, '\n');
	r = mem_str(owner, text_str(out));
	text_free(out);
	return r;
}
