/* preview.c - the message that an account would be sent, and nothing is. */
#include "cmd/cmd.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "plan/plan.h"
#include "render/render.h"
#include "sms/compose.h"
#include "store/facts_load.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define TOKEN "previewpreview22"

struct preview {
	struct cmd *c;
	struct cmd_account a;
	const char *step, *language, *html, *letter;
	bool raw;

	struct facts *facts;
	struct plan plan;
	const char *template, *role;
	enum stage stage;
	enum class class;
	int contact;
	struct mail *mail;
	const struct config_sms *route;	/* it goes by SMS; NULL */
	struct sms *sms;
};

static int
load(struct preview *p, struct err *err)
{
	struct fact_company *company;
	struct db *db = p->c->db;
	int r;

	if (db_snapshot_begin(db, err) < 0)
		return -1;
	r = facts_company(p->c, db, p->a.company, p->c->now, &company, err);
	if (r == 0)
		r = facts_load(p->c, db, company, p->a.account_id, p->c->now,
		    &p->facts, err);
	db_snapshot_end(db);
	return r;
}

static enum class
class_of(const char *template)
{
	if (text_starts(template, "courtesy"))
		return CLASS_COURTESY;
	if (text_starts(template, "answer-"))
		return CLASS_ANSWER;
	if (text_starts(template, "outcome-"))
		return CLASS_OUTCOME;
	if (text_starts(template, "thanks") ||
	    text_starts(template, "apology"))
		return CLASS_THANKS;
	return CLASS_REMINDER;
}

/* Which template, who signs and who gets it: the planned step, or the one
 * asked for, or a template by its name. */
static int
choose(struct preview *p, struct err *err)
{
	const struct policy *policy = p->a.company->policy;
	const struct policy_step *step = p->plan.step;
	enum contact_role role = CONTACT_PAYABLES;
	int to[PLAN_RECIPIENTS_MAX];

	if (p->step != NULL)
		step = policy_step(policy, p->step);
	p->template = step == NULL ? p->step : step == p->plan.step ?
	    p->plan.template : step->template;
	p->role = step != NULL ? step->role : policy->steps[0].role;
	p->stage = step != NULL ? step->stage : STAGE_M0;
	if (p->template == NULL)
		return err_set(err, ERR_PERM, "account %s has no message "
		    "to come: see \"dunlin why %s\", or name a step with "
		    "--step", p->a.code, p->a.code);
	p->class = class_of(p->template);
	if (step != NULL)
		role = step->to_role;
	if (plan_recipients(p->facts, policy, p->c->now, p->class, role,
	    to) > 0)
		p->contact = to[0];
	else if (p->plan.contact >= 0)
		p->contact = p->plan.contact;
	if (p->language == NULL && p->facts->n_contacts > 0)
		p->language = plan_language(p->facts, p->contact);
	return 0;
}

static bool
goes_by_sms(struct preview *p)
{
	const char *name;

	if (p->contact < 0 || (size_t)p->contact >= p->facts->n_contacts ||
	    plan_channel(p->facts, p->contact) != CHANNEL_SMS)
		return false;
	name = plan_route(p->facts, p->contact, p->template);
	p->route = name != NULL ? config_sms_named(p->a.company, name) : NULL;
	return p->route != NULL;
}

static int
make_sms(struct preview *p, const struct templates *t,
    const struct render_input *in, struct err *err)
{
	struct gateway *g;

	if (p->html != NULL || p->letter != NULL)
		return err_set(err, ERR_PERM, "this goes by SMS: it has no "
		    "HTML part and no letter");
	if (gateway_load(p->c, p->c->config->dir, p->route->gateway, &g, NULL,
	    err) < 0 || sms_compose(p->c, t, in, p->route, g, &p->sms,
	    err) < 0)
		return -1;
	p->mail = sms_as_mail(p->c, p->sms);
	return 0;
}

static int
make(struct preview *p, struct err *err)
{
	struct config_problems problems = { 0 };
	struct render_input in;
	struct templates *t;

	if (templates_load(p->c, p->c->config->templates, &t, &problems,
	    err) < 0)
		return -1;
	render_input_start(p->c, p->a.company, p->facts, p->c->now, &in);
	in.template = p->template;
	in.language = p->language;
	in.class = p->class;
	in.stage = p->stage;
	in.role = p->role;
	in.contact = p->contact;
	in.token = TOKEN;
	in.message_id = mem_fmt(p->c, "<preview@%s>",
	    p->a.company->message_domain);
	if (p->plan.offer.made && p->plan.step != NULL &&
	    strcmp(p->template, p->plan.template) == 0)
		in.offer = &p->plan.offer;
	if (goes_by_sms(p))
		return make_sms(p, t, &in, err);
	return render_mail(p->c, t, &in, &p->mail, err);
}

int
cmd_letter(const struct mail *m, const char *file, struct err *err)
{
	const struct mail_file *f = render_letter(m);

	if (f == NULL)
		return err_set(err, ERR_PERM, "no letter goes with this "
		    "message");
	return file_write(file, f->text, f->len, 0600, err);
}

static const char *
when(const struct preview *p)
{
	const struct cmd *c = p->c;
	char buf[CLOCK_TEXT_MAX];

	if (p->step != NULL && (p->plan.step == NULL ||
	    strcmp(p->plan.step->id, p->step) != 0))
		return cmd_say(c, "not planned: shown because it was asked "
		    "for", "未计划：仅应要求显示");
	switch (p->plan.verdict) {
	case PLAN_SEND:
		return mem_fmt(p->c, cmd_say(c, "planned for %s",
		    "计划于 %s 发送"), clock_format(p->plan.slot, buf));
	case PLAN_HELD:
		return mem_fmt(p->c, cmd_say(c, "held: %s", "暂停：%s"),
		    hold_text(p->plan.hold, c->language));
	case PLAN_TASK:
		return mem_fmt(p->c, cmd_say(c, "waits for a person: %s",
		    "等待人工处理：%s"), p->plan.reason);
	default:
		return cmd_say(c, "not due", "尚未到发送时间");
	}
}

static const char *
coding(const struct preview *p)
{
	return p->sms->count.coding == SMS_GSM ? "GSM 03.38" : "UCS-2";
}

static void
print_sms_json(const struct preview *p)
{
	json_t *j = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i,"
	    " s:i}", "account", p->a.code, "template", p->template,
	    "language", p->language, "when", when(p), "to", p->mail->to,
	    "text", p->mail->text, "route", p->route->name, "coding",
	    coding(p), "parts", p->sms->count.parts, "units",
	    (int)p->sms->count.units);

	if (p->route->cost > 0)
		json_object_set_new(j, "cost", json_integer(p->route->cost));
	json_dumpf(j, stdout, JSON_INDENT(2) | JSON_SORT_KEYS);
	putchar('\n');
	json_decref(j);
}

static void
print_sms(const struct preview *p)
{
	const struct cmd *c = p->c;
	const char *cost = p->route->cost == 0 ? "" : mem_fmt(p->c,
	    cmd_say(c, ", cost %d", "，费用 %d"), p->route->cost);

	printf(cmd_say(c, "SMS:      %s (%s), %s\nTo:       %s\n"
	    "Route:    %s%s\nLength:   %d of at most %d parts, %zu units of "
	    "%s\n", "短信：  %s（%s），%s\n收件人：%s\n通道：  %s%s\n"
	    "长度：  %d 条（最多 %d 条），%zu 个单位，编码 %s\n"),
	    p->template, p->language, when(p), p->mail->to, p->route->name,
	    cost, p->sms->count.parts, p->route->parts, p->sms->count.units,
	    coding(p));
	printf("\n%s\n", p->mail->text);
}

static void
print_json(const struct preview *p)
{
	json_t *j = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, "
	    "s:s*}",
	    "account", p->a.code, "template", p->template, "language",
	    p->language, "when", when(p), "to", p->mail->to, "subject",
	    p->mail->subject, "text", p->mail->text, "html", p->mail->html,
	    "letter", p->mail->letter);

	json_dumpf(j, stdout, JSON_INDENT(2) | JSON_SORT_KEYS);
	putchar('\n');
	json_decref(j);
}

static void
print_text(const struct preview *p)
{
	printf(cmd_say(p->c, "Message:  %s (%s), %s\nTo:       %s\n"
	    "Subject:  %s\n\n", "消息：  %s（%s），%s\n收件人：%s\n"
	    "主题：  %s\n\n"), p->template, p->language, when(p),
	    p->mail->to, p->mail->subject);
	fputs(p->mail->text, stdout);
}

int
cmd_preview(struct cmd *c, int argc, char **argv, struct err *err)
{
	struct preview p = { .c = c };
	const struct cmd_option options[] = {
		{ "step", OPTION_TEXT, &p.step },
		{ "language", OPTION_TEXT, &p.language },
		{ "html", OPTION_TEXT, &p.html },
		{ "letter", OPTION_TEXT, &p.letter },
		{ "raw", OPTION_FLAG, &p.raw },
		{ NULL, OPTION_FLAG, NULL }
	};

	if (cmd_options(options, &argc, argv, 1, 1, err) < 0)
		return -1;
	if (p.language != NULL && strcmp(p.language, "en") != 0 &&
	    strcmp(p.language, "zh-CN") != 0)
		return cmd_usage(err, "--language: en or zh-CN");
	if (cmd_account(c, argv[1], &p.a, err) < 0 || load(&p, err) < 0)
		return -1;
	plan_account(p.facts, p.a.company->policy, c->now, NULL, &p.plan);
	if (choose(&p, err) < 0 || make(&p, err) < 0)
		return -1;
	if (p.html != NULL && file_write(p.html, p.mail->html,
	    strlen(p.mail->html), 0644, err) < 0)
		return -1;
	if (p.letter != NULL && cmd_letter(p.mail, p.letter, err) < 0)
		return -1;
	if (p.raw)
		fwrite(p.mail->bytes, 1, p.mail->len, stdout);
	else if (p.sms != NULL && c->json)
		print_sms_json(&p);
	else if (p.sms != NULL)
		print_sms(&p);
	else if (c->json)
		print_json(&p);
	else
		print_text(&p);
	return EX_OK;
}
