#include "base/embed.h"
#include "base/file.h"
#include "base/mem.h"
#include "render/lint.h"
#include "render/locale.h"
#include "render/template.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_LEN 64
#define FILES_MAX 1000		/* in one folder */

#define ALL (KIND_REMINDER | KIND_COURTESY | KIND_THANKS | KIND_APOLOGY | \
	KIND_ANSWER | KIND_OUTCOME)
#define ANSWER KIND_ANSWER
#define OUTCOME KIND_OUTCOME
#define COURTESY KIND_COURTESY
#define THANKS KIND_THANKS
#define APOLOGY KIND_APOLOGY
#define NEUTRAL KIND_NEUTRAL
#define LAYOUT KIND_LAYOUT
#define SMS KIND_SMS
#define LETTER KIND_LETTER

const struct mst_decl template_names[] = {
#define NAME(path, type, optional, kinds, help) \
	{ path, type, optional, kinds, help },
#include "render/names.def"
#undef NAME
};
const size_t template_names_count =
    sizeof(template_names) / sizeof(template_names[0]);

struct templates {
	struct template **list;
	size_t n;
	struct config_problems *problems;	/* while loading */
	void *owner;
};

static void
problem(void *arg, const char *line)
{
	struct templates *t = arg;
	struct config_problems *p = t->problems;
	size_t i;

	for (i = 0; i < p->n; i++)	/* a part's mistake shows often */
		if (strcmp(p->lines[i], line) == 0)
			return;
	p->lines = mem_grow(t->owner, p->lines, char *, p->n + 1);
	p->lines[p->n++] = mem_str(p->lines, line);
}

static const struct {
	const char *suffix;
	struct template *(*parse)(void *owner, const char *file,
	    const char *language, const char *name, const char *text,
	    void (*problem)(void *arg, const char *line), void *arg);
} forms[FORM_COUNT] = {
	[FORM_MAIL] = { ".mail", template_parse },
	[FORM_SMS] = { ".sms", template_parse_sms },
	[FORM_LETTER] = { ".letter", template_parse_letter }
};

static struct template **
find(const struct templates *t, const char *language, const char *name,
    enum template_form form)
{
	uint32_t hash = text_hash(name);
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->list[i]->hash == hash && t->list[i]->form == form &&
		    strcmp(t->list[i]->name, name) == 0 &&
		    strcmp(t->list[i]->language, language) == 0)
			return &t->list[i];
	return NULL;
}

static const struct template *
find_one(const struct templates *t, const char *language, const char *name,
    enum template_form form)
{
	struct template **at = find(t, language, name, form);

	return at != NULL ? *at : NULL;
}

const struct template *
template_find(const struct templates *t, const char *language,
    const char *name)
{
	return find_one(t, language, name, FORM_MAIL);
}

const struct template *
template_find_for(const struct templates *t, const char *language,
    const char *name, const char *attitude)
{
	const struct template *m = NULL;
	char variant[NAME_MAX_LEN + 1];

	if (attitude != NULL && (size_t)snprintf(variant, sizeof(variant),
	    "%s.%s", name, attitude) < sizeof(variant))
		m = template_find(t, language, variant);
	return m != NULL ? m : template_find(t, language, name);
}

const struct template *
template_find_sms(const struct templates *t, const char *language,
    const char *name)
{
	return find_one(t, language, name, FORM_SMS);
}

const struct template *
template_find_letter(const struct templates *t, const char *language,
    const char *name)
{
	return find_one(t, language, name, FORM_LETTER);
}

const struct mst *
template_partial(void *arg, const char *name)
{
	const struct template_scope *s = arg;
	struct template **p;
	char part[NAME_MAX_LEN + 2] = "_";

	if (strcmp(name, "body") == 0)
		return s->body->parts[s->part];
	if (strlen(name) > NAME_MAX_LEN)
		return NULL;
	strcat(part, name);
	p = find(s->all, s->body->language, part, s->body->form);
	return p != NULL ? (*p)->parts[s->part] : NULL;
}

bool
templates_offer(const struct templates *t, const char *name,
    const char *language)
{
	const struct template *m = template_find(t, language, name);
	struct template_scope scope = { t, m, PART_TEXT };
	int part;

	for (part = 0; m != NULL && part < 2; part++) {
		scope.part = part == 0 ? PART_TEXT : PART_HTML;
		if (m->parts[scope.part] == NULL || !mst_names(
		    m->parts[scope.part], "offer", template_partial, &scope))
			return false;
	}
	return m != NULL;
}

static struct template *
add(struct templates *t, const char *file, const char *language,
    const char *name, const char *text, enum template_form form)
{
	struct template *new = forms[form].parse(t, file, language, name,
	    text, problem, t);
	struct template **at = find(t, language, name, form);

	if (at != NULL) {
		talloc_free(*at);
		return *at = new;
	}
	t->list = mem_grow(t, t->list, struct template *, t->n + 1);
	return t->list[t->n++] = new;
}

/* "m1-first.mail" to "m1-first"; NULL when it is another kind of file. */
static char *
name_of(void *owner, const char *file, enum template_form *ret_form)
{
	size_t n = strlen(file), len;
	int i;

	for (i = 0; i < FORM_COUNT && n <= NAME_MAX_LEN; i++) {
		len = strlen(forms[i].suffix);
		if (n <= len || strcmp(file + n - len, forms[i].suffix) != 0)
			continue;
		*ret_form = (enum template_form)i;
		return mem_strn(owner, file, n - len);
	}
	return NULL;
}

static void
add_embedded(struct templates *t)
{
	const struct embed_file *f;
	const char *slash;
	char *language, *name;
	enum template_form form;

	for (f = embed_files; f->name != NULL; f++) {
		if (!text_starts(f->name, "templates/"))
			continue;
		slash = strchr(f->name + 10, '/');
		if (slash == NULL)
			continue;
		language = mem_strn(t, f->name + 10,
		    (size_t)(slash - f->name) - 10);
		name = name_of(t, slash + 1, &form);
		if (name != NULL)
			add(t, f->name, language, name, f->text,
			    form)->built_in = true;
	}
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names in a folder, sorted; none when there is no such folder. */
static char **
list_folder(void *owner, const char *dir, size_t *ret_n)
{
	char **names = mem_array(owner, char *, FILES_MAX);
	struct dirent *e;
	DIR *d = opendir(dir);
	size_t n = 0;

	while (d != NULL && n < FILES_MAX && (e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			names[n++] = mem_str(names, e->d_name);
	if (d != NULL)
		closedir(d);
	qsort(names, n, sizeof(names[0]), by_name);
	*ret_n = n;
	return names;
}

static void
add_language(struct templates *t, const char *dir, const char *language)
{
	char **files, *path, *text, *name;
	struct err err;
	size_t n, i, len;
	enum template_form form;

	files = list_folder(t, dir, &n);
	for (i = 0; i < n; i++) {
		name = name_of(t, files[i], &form);
		if (name == NULL)
			continue;
		path = file_join(t, dir, files[i]);
		if (file_read(t, path, MST_SOURCE_MAX, &text, &len, &err) < 0)
			problem(t, err.text);
		else if (strlen(text) != len)
			problem(t, mem_fmt(t, "%s:1: the file has a NUL byte",
			    path));
		else
			add(t, path, language, name, text, form);
	}
}

static void
add_folder(struct templates *t, const char *dir)
{
	size_t i;

	for (i = 0; i < locale_count(); i++) {
		const char *tag = locale_tag(locale_at(i));

		add_language(t, file_join(t, dir, tag), tag);
	}
}

static void
check_part(struct templates *t, const struct template *m,
    const struct mst *part, enum template_part partials, unsigned kinds)
{
	struct template_scope scope = { t, m, partials };
	struct mst_check c = {
		.decls = template_names,
		.n_decls = template_names_count,
		.kind = kinds,
		.find = template_partial,
		.arg = &scope,
		.problem = problem,
		.problem_arg = t
	};

	if (part != NULL)
		mst_check(part, &c);
}

/* A mail with all its parts, in the layout of its language. */
static void
check_mail(struct templates *t, const struct template *m)
{
	const struct template *layout = template_find(t, m->language,
	    "_layout");

	if (layout == NULL) {
		problem(t, mem_fmt(t, "%s:1: language %s has no _layout.mail",
		    m->file, m->language));
		return;
	}
	check_part(t, m, m->parts[PART_SUBJECT], PART_TEXT, m->kind);
	check_part(t, m, m->parts[PART_NEUTRAL], PART_TEXT, KIND_NEUTRAL);
	check_part(t, m, m->parts[PART_PREHEADER], PART_TEXT, m->kind);
	check_part(t, m, layout->parts[PART_NEUTRAL], PART_TEXT,
	    KIND_NEUTRAL);
	check_part(t, m, layout->parts[PART_FROM], PART_TEXT, KIND_NEUTRAL);
	check_part(t, m, layout->parts[PART_TEXT], PART_TEXT,
	    m->kind | KIND_LAYOUT);
	check_part(t, m, layout->parts[PART_HTML], PART_HTML,
	    m->kind | KIND_LAYOUT);
	if (layout->parts[PART_NEUTRAL] == NULL ||
	    layout->parts[PART_FROM] == NULL)
		problem(t, mem_fmt(t, "%s:1: write 'Neutral-Subject:' and "
		    "'From-Name:' lines", layout->file));
}

/* An SMS in the layout of its language. */
static void
check_sms(struct templates *t, const struct template *m)
{
	const struct template *layout = template_find_sms(t, m->language,
	    "_layout");

	if (layout == NULL || template_find_sms(t, m->language,
	    "_neutral") == NULL) {
		problem(t, mem_fmt(t, "%s:1: language %s has no _layout.sms "
		    "or no _neutral.sms", m->file, m->language));
		return;
	}
	check_part(t, m, layout->parts[PART_TEXT], PART_TEXT, m->kind);
}

/* The letter that a mail attaches is there in its language. */
static void
check_attached(struct templates *t, const struct template *m)
{
	if (m->letter && template_find_letter(t, m->language, mem_strn(t,
	    m->name, strcspn(m->name, "."))) == NULL)
		problem(t, mem_fmt(t, "%s:1: there is no %s.letter beside it "
		    "to attach", m->file, m->name));
}

/* NAME.ATTITUDE: of a mail that there is, for an attitude that there is. */
static void
check_variant(struct templates *t, const struct template *m)
{
	const char *dot = strchr(m->name, '.');
	enum attitude a;

	if (dot == NULL)
		return;
	if (m->form != FORM_MAIL || !attitude_parse(dot + 1, &a))
		problem(t, mem_fmt(t, "%s:1: \"%s\" is no attitude: a variant "
		    "is a mail NAME.ATTITUDE.mail with %s", m->file, dot + 1,
		    attitude_words()));
	else if (template_find(t, m->language, mem_strn(t, m->name,
	    (size_t)(dot - m->name))) == NULL)
		problem(t, mem_fmt(t, "%s:1: there is no %.*s.mail of which "
		    "it could be a variant", m->file, (int)(dot - m->name),
		    m->name));
}

static void
check(struct templates *t, const struct template *m)
{
	bool part = m->name[0] == '_';

	check_variant(t, m);
	switch (m->form) {
	case FORM_SMS:
		if (!part || strcmp(m->name, "_neutral") == 0)
			check_sms(t, m);
		break;
	case FORM_LETTER:
		if (part)
			break;
		check_part(t, m, m->parts[PART_SUBJECT], PART_TEXT, m->kind);
		check_part(t, m, m->parts[PART_TEXT], PART_TEXT, m->kind);
		break;
	default:
		if (part)
			break;
		check_mail(t, m);
		check_attached(t, m);
	}
}

static void
lint(struct templates *t, const struct template *m)
{
	struct lint_hit hit;
	int i;

	for (i = 0; i < PART_COUNT; i++) {
		if (m->sources[i] == NULL || !lint_check(m->sources[i],
		    i == PART_HTML || m->form == FORM_LETTER ? LINT_HTML :
		    LINT_PLAIN, NULL, &hit))
			continue;
		problem(t, mem_fmt(t, "%s:%d: \"%s\" %s (%s), write it "
		    "differently", m->file, m->lines[i] + hit.line - 1,
		    hit.words, hit.why, hit.rule));
	}
}

int
templates_load(void *owner, const char *dir, struct templates **ret_t,
    struct config_problems *ret_problems, struct err *err)
{
	struct templates *t = mem_new(owner, struct templates);
	struct config_problems none = { 0 };
	size_t i;

	t->owner = owner;
	t->problems = ret_problems != NULL ? ret_problems : &none;
	add_embedded(t);
	if (dir != NULL)
		add_folder(t, dir);
	for (i = 0; i < t->n; i++) {
		check(t, t->list[i]);
		if (ret_problems != NULL || !t->list[i]->built_in)
			lint(t, t->list[i]);
	}
	i = t->problems->n;
	if (i > 0)
		err_set(err, ERR_CONFIG, "%s", t->problems->lines[0]);
	t->problems = NULL;
	if (i > 0) {
		talloc_free(t);
		return -1;
	}
	*ret_t = t;
	return 0;
}

bool
templates_have(const struct templates *t, const char *name,
    const char *language)
{
	return template_find(t, language, name) != NULL;
}

bool
templates_have_sms(const struct templates *t, const char *name,
    const char *language)
{
	return template_find_sms(t, language, name) != NULL;
}

const char *
templates_language(const struct templates *t, const char *wanted)
{
	return locale_tag(locale_for(wanted));
}
