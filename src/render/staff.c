#include "render/staff.h"

#include "base/embed.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/zone.h"
#include "render/locale.h"
#include "render/mail_compose.h"
#include "render/template.h"
#include "render/wrap.h"

#include <string.h>

#define COLUMNS 72
#define SUBJECT_MAX 300
#define NO_COLUMNS 100000

#define DIGEST (STAFF_DIGEST | STAFF_WEEKLY)
#define ANY (STAFF_TASK | STAFF_CONFIRM | DIGEST)
/* What groups may be told: no names and no words of customers. */
#define SUMMARY (STAFF_ROBOT_DAILY | STAFF_ROBOT_WEEKLY)
#define ROBOT (STAFF_ROBOT_TASK | SUMMARY)

static const struct mst_decl names[] = {
#define NAME(path, type, optional, kinds, help) \
	{ path, type, optional, kinds, help },
#include "render/staff_names.def"
#undef NAME
};

static const struct {
	const char *name;
	enum staff_kind kind;
} all[] = {
	{ "staff-task", STAFF_TASK },
	{ "staff-confirm", STAFF_CONFIRM },
	{ "staff-digest", STAFF_DIGEST },
	{ "staff-weekly", STAFF_WEEKLY },
	{ "robot-task", STAFF_ROBOT_TASK },
	{ "robot-daily", STAFF_ROBOT_DAILY },
	{ "robot-weekly", STAFF_ROBOT_WEEKLY },
};

/* One mail with what it includes. */
struct staff {
	void *pool;
	const char *dir, *language;
	const struct template *body, *parts[8];
	size_t n_parts;
	enum template_part part;
	char *problem;			/* the first */
	struct config_problems *problems;
};

static void
problem(void *arg, const char *line)
{
	struct staff *s = arg;
	struct config_problems *p = s->problems;

	if (s->problem == NULL)
		s->problem = mem_str(s->pool, line);
	if (p != NULL)
		problems_line(s->pool, p, line);
}

/* NULL: there is none. */
static const struct template *
load(struct staff *s, const char *name)
{
	char *file = mem_fmt(s->pool, "templates/%s/%s.staff", s->language,
	    name), *path = file, *text = NULL;
	const char *embedded = embed_find(file);
	struct err err;
	size_t n;

	if (s->dir != NULL) {
		path = mem_fmt(s->pool, "%s/%s/%s.staff", s->dir,
		    s->language, name);
		if (file_read(s->pool, path, MST_SOURCE_MAX, &text, &n,
		    &err) < 0 || strlen(text) != n)
			text = NULL;
	}
	if (text == NULL && embedded == NULL)
		return NULL;
	return template_parse(s->pool, text != NULL ? path : file,
	    s->language, name, text != NULL ? text : embedded, problem, s);
}

static const struct mst *
find(void *arg, const char *name)
{
	struct staff *s = arg;
	const struct template *t;
	char part[64];
	size_t i;

	if (strcmp(name, "body") == 0)
		return s->body->parts[s->part];
	snprintf(part, sizeof(part), "_%.60s", name);
	for (i = 0; i < s->n_parts; i++)
		if (strcmp(s->parts[i]->name, part) == 0)
			return s->parts[i]->parts[s->part];
	if (s->n_parts == sizeof(s->parts) / sizeof(s->parts[0]) ||
	    (t = load(s, part)) == NULL)
		return NULL;
	s->parts[s->n_parts++] = t;
	return t->parts[s->part];
}

static int
begin(struct staff *s, const char *name, const struct template **ret_layout,
    struct err *err)
{
	s->body = load(s, name);
	*ret_layout = load(s, "_layout");
	if (s->body == NULL || *ret_layout == NULL)
		return err_set(err, ERR_CONFIG, "there is no template "
		    "templates/%s/%s.staff", s->language, name);
	if (s->problem != NULL)
		return err_set(err, ERR_CONFIG, "%s", s->problem);
	return 0;
}

static int
make(struct staff *s, const struct mst *m, enum template_part part,
    const struct mst_value *view, char **ret_s, struct err *err)
{
	struct mst_render r = { .data = view, .escape = part == PART_HTML ?
	    MST_HTML : MST_NONE, .strict = true, .find = find, .arg = s };
	struct text *out = text_new(s->pool);

	s->part = part;
	if (mst_render(m, &r, out, err) < 0)
		return -1;
	*ret_s = mem_str(s->pool, text_str(out));
	return 0;
}

/* A strange name in a subject is no line break. */
static char *
one_line(void *owner, const char *s)
{
	char *r = text_trim(owner, s), *p;

	for (p = r; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
	return text_width(r) > SUBJECT_MAX ? text_fit(owner, r,
	    SUBJECT_MAX) : r;
}

static int
render(void *owner, const char *dir, const char *name,
    const char *language, struct mst_value *view,
    struct staff_text *ret_text, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct staff s = { .pool = pool, .dir = dir,
	    .language = locale_tag(locale_for(language)) };
	const struct template *layout;
	char *subject, *text, *html;

	if (begin(&s, name, &layout, err) < 0 || make(&s,
	    s.body->parts[PART_SUBJECT], PART_TEXT, view, &subject, err) < 0)
		return -1;
	subject = one_line(owner, subject);
	mst_put_text(view, "subject", subject);
	if (make(&s, layout->parts[PART_TEXT], PART_TEXT, view, &text,
	    err) < 0 || make(&s, layout->parts[PART_HTML], PART_HTML, view,
	    &html, err) < 0)
		return -1;
	ret_text->subject = subject;
	ret_text->text = wrap_text(owner, text, COLUMNS);
	ret_text->html = mem_str(owner, html);
	return 0;
}

int
staff_render(void *owner, const char *dir, const char *name,
    const char *language, struct mst_value *view,
    struct staff_text *ret_text, struct err *err)
{
	struct err own;

	ret_text->wrong = NULL;
	if (dir == NULL)
		return render(owner, NULL, name, language, view, ret_text,
		    err);
	if (render(owner, dir, name, language, view, ret_text, &own) == 0)
		return 0;
	if (render(owner, NULL, name, language, view, ret_text, err) < 0)
		return -1;
	ret_text->wrong = mem_fmt(owner, "%s; people are told with the "
	    "built-in template until it is right", own.text);
	return 0;
}

/* Only what its kind may say: whoever changes a template must not be able to
 * tell a group of customers by mistake. */
static int
check_robot(struct staff *s, const char *name, struct err *err)
{
	struct mst_check c = { .decls = names,
	    .n_decls = sizeof(names) / sizeof(names[0]), .find = find,
	    .arg = s, .problem = problem, .problem_arg = s };
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(all[i].name, name) == 0)
			c.kind = all[i].kind;
	s->part = PART_TEXT;
	mst_check(s->body->parts[PART_SUBJECT], &c);
	mst_check(s->body->parts[PART_TEXT], &c);
	return s->problem == NULL ? 0 : err_set(err, ERR_CONFIG, "%s",
	    s->problem);
}

int
staff_render_robot(void *owner, const char *dir, const char *name,
    const char *language, struct mst_value *view,
    struct staff_text *ret_text, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct staff s = { .pool = pool, .dir = dir,
	    .language = locale_tag(locale_for(language)) };
	const struct template *layout;
	char *subject, *text;

	if (begin(&s, name, &layout, err) < 0 ||
	    check_robot(&s, name, err) < 0 ||
	    make(&s, s.body->parts[PART_SUBJECT], PART_TEXT, view, &subject,
	    err) < 0)
		return -1;
	subject = one_line(owner, subject);
	mst_put_text(view, "subject", subject);
	if (make(&s, s.body->parts[PART_TEXT], PART_TEXT, view, &text,
	    err) < 0)
		return -1;
	ret_text->subject = subject;
	ret_text->text = wrap_text(owner, text, NO_COLUMNS);
	ret_text->html = mem_str(owner, "");
	return 0;
}

void
staff_check(void *owner, const char *dir, struct config_problems *problems)
{
	size_t i, k;
	enum template_part part;

	for (i = 0; i < locale_count(); i++)
		for (k = 0; k < sizeof(all) / sizeof(all[0]); k++) {
			struct staff s = { .pool = owner, .dir = dir,
			    .language = locale_tag(locale_at(i)),
			    .problems = problems };
			struct mst_check c = { .decls = names,
			    .n_decls = sizeof(names) / sizeof(names[0]),
			    .kind = all[k].kind, .find = find, .arg = &s,
			    .problem = problem, .problem_arg = &s };
			const struct template *layout;
			struct err err;

			if (begin(&s, all[k].name, &layout, &err) < 0) {
				if (s.problem == NULL)
					problem(&s, err.text);
				continue;
			}
			mst_check(s.body->parts[PART_SUBJECT], &c);
			for (part = PART_TEXT; part <= PART_HTML; part++) {
				s.part = part;
				mst_check(all[k].kind & ROBOT ?
				    s.body->parts[part] :
				    layout->parts[part], &c);
			}
		}
}

int
staff_compose(void *owner, const struct staff_letter *in,
    struct mail **ret_mail, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	const struct config_company *c = in->company;
	char sep = c->separator != '\0' ? c->separator : '+';
	struct mail_parts p = { .subject = in->subject,
	    .language = in->language, .message_id = in->message_id,
	    .in_reply_to = in->in_reply_to, .date = in->now,
	    .offset = zone_offset(c->zone, in->now), .text = in->text,
	    .html = in->html, .to_name = in->to_name,
	    .pictures = in->pictures, .n_pictures = in->n_pictures };
	const char *const references[] = { in->in_reply_to, NULL };
	struct mail *m = mem_new(owner, struct mail);
	char *from, *reply, *bounce;

	p.auto_submitted = in->in_reply_to != NULL ? "auto-replied" :
	    "auto-generated";
	p.references = references;
	p.from_name = mem_fmt(tmp, "Dunlin, %s", config_company_name(c,
	    in->language));
	if (mail_address(m, in->to, &m->to, err) < 0 ||
	    mail_address(tmp, c->reply_to, &from, err) < 0 ||
	    mail_address(tmp, c->bounce_to != NULL ? c->bounce_to :
	    c->reply_to, &bounce, err) < 0 || mail_sub_address(tmp, from,
	    sep, mem_fmt(tmp, "r.%s", in->token), &reply, err) < 0 ||
	    mail_sub_address(m, bounce, sep, mem_fmt(tmp, "b.%s", in->token),
	    &m->from, err) < 0)
		goto fail;
	p.from = from;
	p.reply_to = reply;
	p.to = m->to;
	m->subject = mem_str(m, in->subject);
	m->text = mem_str(m, in->text);
	m->html = mem_str(m, in->html);
	if (mail_compose(m, &p, &m->bytes, &m->len, err) < 0)
		goto fail;
	*ret_mail = m;
	return 0;
fail:
	talloc_free(m);
	return -1;
}
