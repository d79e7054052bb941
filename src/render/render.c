#include "render/render.h"

#include "base/mem.h"
#include "base/text.h"
#include "core/zone.h"
#include "policy/rulepack.h"
#include "render/letter.h"
#include "render/lint.h"
#include "render/locale.h"
#include "render/mail_compose.h"
#include "render/statement.h"
#include "render/template.h"
#include "render/view.h"
#include "render/wrap.h"

#include <string.h>

#define TEXT_COLUMNS 76
#define SUBJECT_MAX 400
#define POOL_BYTES (64 * 1024)	/* a common mail needs no more */

struct job {
	const struct templates *all;
	const struct render_input *in;
	const struct locale *locale;
	const struct template *body, *layout;
	struct rulepack pack;
	struct mst_value *view;
	void *tmp;
	struct err *err;
};

static int
render_view(struct job *j, const struct mst *part, enum template_part scope,
    const struct mst_value *view, char **ret_s)
{
	struct template_scope where = { j->all, j->body, scope };
	struct mst_render r = {
		.data = view,
		.escape = scope == PART_HTML ? MST_HTML : MST_NONE,
		.strict = true,
		.find = template_partial,
		.arg = &where
	};
	struct text *out = text_new(j->tmp);

	if (mst_render(part, &r, out, j->err) < 0)
		return -1;
	*ret_s = mem_str(j->tmp, text_str(out));
	return 0;
}

static int
render_part(struct job *j, const struct mst *part, enum template_part scope,
    char **ret_s)
{
	return render_view(j, part, scope, j->view, ret_s);
}

/* A rendered header: one line, not too long. */
static int
render_header(struct job *j, enum template_part part, char **ret_s)
{
	const struct mst *m = j->body->parts[part];
	char *s;

	if (m == NULL)
		m = j->layout->parts[part];
	if (m == NULL) {
		*ret_s = NULL;
		return 0;
	}
	if (render_part(j, m, PART_TEXT, &s) < 0)
		return -1;
	if (text_has_control(s) || strlen(s) > SUBJECT_MAX)
		return err_set(j->err, ERR_CONFIG, "%s:%d: this header gives "
		    "a line break or more than %d bytes", j->body->file,
		    j->body->lines[part], SUBJECT_MAX);
	*ret_s = text_trim(j->tmp, s);
	return 0;
}

static int
lint(struct job *j, const char *what, const char *s, enum lint_form form)
{
	const struct mst_value *company = mst_get(j->view, "company");
	const struct mst_value *customer = mst_get(j->view, "customer");
	const struct mst_value *sender = mst_get(j->view, "sender");
	const char *masks[8] = { mst_get_text(customer, "name"),
	    mst_get_text(company, "name") };
	struct lint_hit hit;
	size_t n = 2;

	if (mst_get_text(company, "address") != NULL)
		masks[n++] = mst_get_text(company, "address");
	if (mst_get_text(sender, "name") != NULL)
		masks[n++] = mst_get_text(sender, "name");
	if (mst_get_text(j->view, "contact") != NULL)
		masks[n++] = mst_get_text(j->view, "contact");
	if (!lint_check(s, form, masks, &hit))
		return 0;
	return err_set(j->err, ERR_CONFIG, "%s:1: the %s of this mail says "
	    "\"%s\", which %s (%s): change the template or the value",
	    j->body->file, what, hit.words, hit.why, hit.rule);
}

/* Its own, or that of its tier. */
static const char *
attitude(const struct render_input *in)
{
	const struct policy *p = in->company->policy;

	if (in->facts->attitude != NULL || p == NULL)
		return in->facts->attitude;
	return p->tiers[in->facts->tier].attitude;
}

static int
find_templates(struct job *j)
{
	const char *language;

	j->locale = locale_for(j->in->language);
	language = locale_tag(j->locale);
	j->body = j->in->template[0] == '_' ? NULL :
	    template_find_for(j->all, language, j->in->template,
	    attitude(j->in));
	j->layout = template_find(j->all, language, "_layout");
	if (j->body == NULL || j->layout == NULL)
		return err_set(j->err, ERR_CONFIG, "there is no template "
		    "templates/%s/%s.mail, write one or choose another",
		    language, j->in->template);
	return 0;
}

/* What the kind of template counts on is there. */
static int
check_input(struct job *j)
{
	const struct render_input *in = j->in;

	if (j->body->kind == KIND_COURTESY && in->promise == NULL)
		return err_set(j->err, ERR_CONFIG, "%s:1: there is no "
		    "promise to remind of", j->body->file);
	if ((j->body->kind == KIND_ANSWER || j->body->kind == KIND_OUTCOME) &&
	    in->talk == NULL)
		return err_set(j->err, ERR_CONFIG, "%s:1: there is nothing "
		    "that it could answer", j->body->file);
	if (j->body->kind == KIND_REMINDER && mst_get(mst_get(j->view,
	    "first"), "document") == NULL)
		return err_set(j->err, ERR_CONFIG, "account %s has nothing "
		    "open that may be named", in->facts->code);
	return 0;
}

static int32_t
day_of(const struct job *j)
{
	const struct zone *zone = j->in->facts->zone;
	int32_t second;

	return zone_day(zone != NULL ? zone : j->in->company->zone,
	    j->in->as_of != 0 ? j->in->as_of : j->in->now, &second);
}

static int
make_letter(struct job *j, struct mail *m)
{
	struct letter_job l = { j->all, template_find_letter(j->all,
	    locale_tag(j->locale), j->in->template), j->in, j->locale, j->view,
	    day_of(j) };

	if (l.template == NULL)
		return err_set(j->err, ERR_CONFIG, "%s:1: there is no "
		    "%s.letter beside it to attach", j->body->file,
		    j->body->name);
	if (letter_make(m, &l, &m->files[m->n_files], &m->letter,
	    &m->letter_pages, j->err) < 0)
		return -1;
	m->n_files++;
	return lint(j, "letter", m->letter, LINT_PLAIN);
}

/* The letter.  The days promised.  The statement: all that is open, whatever
 * the mail itself names. */
static int
make_files(struct job *j, struct mail *m)
{
	const struct template *t = template_find(j->all,
	    locale_tag(j->locale), "_statement");
	struct render_input in = *j->in;
	struct mst_value *view;
	struct plan_item *items;
	int32_t today = day_of(j);
	char *name, *html;

	if (j->body->calendar && j->in->calendar != NULL)
		m->files[m->n_files++] = (struct mail_file){ "payment.ics",
		    "text/calendar; method=PUBLISH; component=VEVENT",
		    mem_str(m, j->in->calendar), 0 };
	if (j->body->letter && make_letter(j, m) < 0)
		return -1;
	if (!j->body->statement)
		return 0;
	if (t == NULL)
		return err_set(j->err, ERR_CONFIG, "%s:1: there is no "
		    "_statement.mail beside it to attach", j->body->file);
	items = mem_array(j->tmp, struct plan_item, in.facts->n_items + 1);
	in.n_items = statement_items(in.facts, items);
	in.items = items;
	if (view_make(j->tmp, &in, j->locale, &j->pack, &view, j->err) < 0)
		return -1;
	mst_put_text(view, "subject", m->subject);
	if (render_view(j, t->parts[PART_HTML], PART_HTML, view, &html) < 0)
		return -1;
	name = statement_name(m, in.facts, today);
	m->files[m->n_files++] = (struct mail_file){ mem_fmt(m, "%s.csv", name),
	    "text/csv", statement_csv(m, in.facts, j->locale, today), 0 };
	m->files[m->n_files++] = (struct mail_file){ mem_fmt(m, "%s.html",
	    name), "text/html", mem_str(m, html), 0 };
	return 0;
}

/* Whatever lines it was broken into. */
static bool
says(const char *text, const char *words)
{
	const char *t, *w;

	for (; *text != '\0'; text++) {
		for (t = text, w = words; *w != '\0' && *t != '\0';) {
			if (*t == ' ' || *t == '\n')
				t++;
			else if (*w == ' ')
				w++;
			else if (*t++ != *w++)
				break;
			else if (*w == '\0')
				return true;
		}
	}
	return false;
}

/* A template of one's own may leave it out: then nothing is offered. */
static bool
says_offer(struct job *j, const struct mail *m)
{
	const struct mst_value *o = mst_get(j->view, "offer");
	const char *pay, *day;

	if (o == NULL || j->in->offer == NULL)
		return false;
	pay = mst_get_text(o, "pay");
	day = mst_get_text(o, "day");
	return says(m->text, pay) && says(m->text, day) &&
	    says(m->html, pay) && says(m->html, day);
}

static int
make_texts(struct job *j, struct mail *m)
{
	char *s, *preheader;

	if (render_header(j, j->pack.neutral_subject ? PART_NEUTRAL :
	    PART_SUBJECT, &m->subject) < 0 ||
	    render_header(j, PART_PREHEADER, &preheader) < 0)
		return -1;
	mst_put_text(j->view, "subject", m->subject);
	/* the line beside the subject is read by others as well */
	if (preheader != NULL && !j->pack.neutral_subject)
		mst_put_text(j->view, "preheader", preheader);
	if (render_part(j, j->layout->parts[PART_TEXT], PART_TEXT, &s) < 0)
		return -1;
	m->text = wrap_text(m, s, TEXT_COLUMNS);
	if (render_part(j, j->layout->parts[PART_HTML], PART_HTML, &s) < 0)
		return -1;
	m->html = mem_str(m, s);
	m->subject = mem_str(m, m->subject);
	m->offers = says_offer(j, m);
	if (lint(j, "subject", m->subject, LINT_PLAIN) < 0 ||
	    lint(j, "text", m->text, LINT_PLAIN) < 0)
		return -1;
	if (lint(j, "HTML", m->html, LINT_HTML) < 0)
		return -1;
	return make_files(j, m);
}

static int
make_envelope(struct job *j, struct mail_parts *p, struct mail *m)
{
	const struct config_company *c = j->in->company;
	const struct config_sender *s = view_sender(j->in, j->locale);
	const char *bounce = c->bounce_to != NULL ? c->bounce_to :
	    c->reply_to;
	char sep = c->separator != '\0' ? c->separator : '+';
	char *base, *tag, *from, *reply;

	if (mail_address(m, j->in->facts->contacts[j->in->contact].address,
	    &m->to, j->err) < 0)
		return -1;
	if (mail_address(j->tmp, s->email != NULL ? s->email : c->reply_to,
	    &from, j->err) < 0)
		return -1;
	tag = mem_fmt(j->tmp, "r.%s", j->in->token);
	if (mail_address(j->tmp, c->reply_to, &base, j->err) < 0 ||
	    mail_sub_address(j->tmp, base, sep, tag, &reply, j->err) < 0)
		return -1;
	tag = mem_fmt(j->tmp, "b.%s", j->in->token);
	if (mail_address(j->tmp, bounce, &base, j->err) < 0 ||
	    mail_sub_address(m, base, sep, tag, &m->from, j->err) < 0)
		return -1;
	p->from = from;
	p->reply_to = reply;
	p->to = m->to;
	p->to_name = mst_get_text(j->view, "contact");
	return 0;
}

static int
make_bytes(struct job *j, struct mail *m)
{
	const struct render_input *in = j->in;
	struct mail_parts p = {
		.subject = m->subject,
		.language = locale_tag(j->locale),
		.message_id = in->message_id,
		.in_reply_to = in->in_reply_to,
		.references = in->references,
		.auto_submitted = in->class == CLASS_ANSWER ?
		    "auto-replied" : "auto-generated",
		.date = in->now,
		.offset = zone_offset(in->company->zone, in->now),
		.text = m->text,
		.html = m->html,
		.files = m->files,
		.n_files = m->n_files
	};
	char *from_name;

	if (make_envelope(j, &p, m) < 0 ||
	    render_header(j, PART_FROM, &from_name) < 0)
		return -1;
	p.from_name = from_name;
	return mail_compose(m, &p, &m->bytes, &m->len, j->err);
}

void
render_input_start(void *owner, const struct config_company *company,
    const struct facts *f, int64_t now, struct render_input *ret_in)
{
	struct plan_item *items = mem_array(owner, struct plan_item,
	    f->n_items + 1);

	*ret_in = (struct render_input){ .company = company, .facts = f,
	    .items = items, .now = now };
	ret_in->n_items = plan_items(f, now, items);
}

int
render_mail(void *owner, const struct templates *t,
    const struct render_input *in, struct mail **ret_mail, struct err *err)
{
	void *tmp MEM_AUTO = mem_check(talloc_pool(NULL, POOL_BYTES));
	struct job j = { .all = t, .in = in, .tmp = tmp, .err = err };
	struct mail *m;

	j.pack = rulepack_find(in->facts->country,
	    in->facts->party_kind, in->company->agency, CHANNEL_MAIL);
	if (find_templates(&j) < 0 ||
	    view_make(tmp, in, j.locale, &j.pack, &j.view, err) < 0 ||
	    check_input(&j) < 0)
		return -1;
	m = mem_new(owner, struct mail);
	if (make_texts(&j, m) < 0 || make_bytes(&j, m) < 0) {
		talloc_free(m);
		return -1;
	}
	*ret_mail = m;
	return 0;
}

const struct mail_file *
render_letter(const struct mail *m)
{
	size_t i;

	for (i = 0; i < m->n_files && m->letter != NULL; i++)
		if (strcmp(m->files[i].type, "application/pdf") == 0)
			return &m->files[i];
	return NULL;
}

void
render_content_hash(const struct mail *m, char ret[HASH_HEX_MAX])
{
	unsigned char raw[HASH_LEN];
	struct hash *h = hash_new(NULL);
	size_t i;

	hash_text(h, m->to);
	hash_text(h, m->subject);
	hash_text(h, m->text);
	hash_text(h, m->html);
	for (i = 0; i < m->n_files; i++)
		if (m->files[i].len > 0)
			hash_field(h, m->files[i].text, m->files[i].len);
		else
			hash_text(h, m->files[i].text);
	hash_done(h, raw);
	hash_hex(raw, ret);
}
