/* rehearse_play.c - a person is the debtor: every message as it would arrive,
 * and what the person's answer would change. */
#include "cmd/rehearse.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"
#include "core/zone.h"
#include "plan/plan.h"
#include "rehearse/answer.h"
#include "rehearse/debtors.h"
#include "render/locale.h"
#include "render/render.h"
#include "store/facts_load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct play {
	struct cmd *c;
	const struct rehearsal *x;
	struct re_watch report;
	struct templates *templates;
	struct understander *u;
	char *line;
	size_t cap;
	bool ended;		/* no more to read */
	struct err *err;
	bool failed;
};

static const char *
day_text(const struct play *p, int32_t day)
{
	return locale_date(p->c, locale_for(p->c->language), day);
}

/* --- what arrives --- */

static int
show(struct play *p, const struct re_account *a, const struct facts *f,
    const struct re_message *m, void *tmp)
{
	struct render_input in;
	struct mail *mail;
	int32_t second, day = zone_day(a->zone, m->at, &second);

	render_input_start(tmp, p->x->company, f, m->at, &in);
	in.template = m->template;
	in.offer = m->offer.made ? &m->offer : NULL;
	in.language = m->language;
	in.class = CLASS_REMINDER;
	in.stage = m->step->stage;
	in.role = m->step->role;
	in.contact = (int)m->contact;
	in.token = "rehearsalrehear2";
	in.message_id = "<rehearsal@dunlin.invalid>";
	if (render_mail(tmp, p->templates, &in, &mail, p->err) < 0)
		return -1;
	printf("\n=== %s %02d:%02d  %s  %s\n%s\n\n%s", day_text(p, day),
	    second / 3600, second / 60 % 60, m->step->id, mail->to,
	    mail->subject, mail->text);
	return 0;
}

/* --- what is answered --- */

static bool
say_pay(struct play *p, struct re_account *a, const struct re_message *m,
    int32_t day, const char *arg)
{
	const char *cur = a->items[m->items[0].item].cur;
	struct money sum = money_zero(cur);

	if (*arg != '\0' && (money_parse(arg, cur, &sum, NULL) < 0 ||
	    sum.minor <= 0)) {
		printf(cmd_say(p->c, "? pay, or pay 123.45 (%s)\n",
		    "? pay，或 pay 123.45（%s）\n"), cur);
		return false;
	}
	answer_pay(a, m, day + 1, sum.minor);
	printf(cmd_say(p->c, "The ledger knows of it on %s.\n",
	    "账务将于%s入账。\n"), day_text(p, day + 1));
	return true;
}

static bool
say_dispute(struct play *p, struct re_account *a, const struct re_message *m,
    int64_t at, const char *arg)
{
	const struct re_item *it;
	size_t i;

	for (i = 0; i < m->n_items; i++) {
		it = &a->items[m->items[i].item];
		if (it->document == NULL || strcmp(it->document, arg) != 0)
			continue;
		answer_dispute(a, at, m->items[i].item);
		printf(cmd_say(p->c, "%s is left out until a person has "
		    "settled it (taken to be 21 days).\n",
		    "%s 暂不提醒，待人工解决（按21天计）。\n"), arg);
		return true;
	}
	printf(cmd_say(p->c, "? '%s' is not in this message\n",
	    "? 此消息中没有 \"%s\"\n"), arg);
	return false;
}

static bool
say_promise(struct play *p, struct re_account *a, int64_t at, int32_t today,
    const char *arg)
{
	int32_t day;

	if (date_parse(arg, DATE_ISO, &day, NULL) < 0 || day < today) {
		printf("%s", cmd_say(p->c, "? promise YYYY-MM-DD, a day to "
		    "come\n", "? promise YYYY-MM-DD，须为将来日期\n"));
		return false;
	}
	answer_promise(a, at, day);
	printf(cmd_say(p->c, "Quiet until %s and 3 days of grace; then "
	    "the ledger is looked at. Paying is up to you: pay.\n",
	    "至%s及宽限3天内不再提醒，之后查看账务。是否付款由您决定：pay。\n"),
	    day_text(p, day));
	return true;
}

static bool
say_text(struct play *p, struct re_account *a, const struct re_message *m,
    int64_t at, const char *line)
{
	struct answer answer;

	if (p->u == NULL)
		p->u = understander_new(p->c);
	answer_text(p->u, a, m, at, line, &answer);
	printf(cmd_say(p->c, "Read as %s", "理解为 %s"),
	    mean_intent_name(answer.intent));
	if (answer.promised != DATE_NONE)
		printf(" (%s)", day_text(p, answer.promised));
	printf(": %s.\n", cmd_say(p->c, answer.en, answer.zh));
	return true;
}

/* True when the line was an answer. */
static bool
take(struct play *p, struct re_account *a, const struct re_message *m,
    const char *line)
{
	int32_t second, day = zone_day(a->zone, m->at, &second);
	int64_t at = m->at + 3600;

	if (*line == '\0')
		return true;
	if (strcmp(line, "quit") == 0) {
		p->ended = true;
		return true;
	}
	if (strcmp(line, "pay") == 0 || text_starts(line, "pay "))
		return say_pay(p, a, m, day, line[3] == ' ' ? line + 4 : "");
	if (text_starts(line, "dispute ") && strchr(line + 8, ' ') == NULL)
		return say_dispute(p, a, m, at, line + 8);
	if (text_starts(line, "promise ") && strchr(line + 8, ' ') == NULL)
		return say_promise(p, a, at, day, line + 8);
	return say_text(p, a, m, at, line);
}

static void
on_sent(void *arg, struct re_account *a, const struct facts *f,
    const struct re_message *log, size_t n)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct play *p = arg;
	const struct re_message *m = &log[n - 1];
	ssize_t len;
	char *line;

	p->report.sent(p->report.arg, a, f, log, n);
	if (p->failed || p->ended)
		return;
	if (show(p, a, f, m, tmp) < 0) {
		p->failed = true;
		return;
	}
	do {
		printf("\n> ");
		fflush(stdout);
		len = getline(&p->line, &p->cap, stdin);
		if (len < 0) {
			putchar('\n');
			p->ended = true;
			return;
		}
		line = text_trim(tmp, p->line);
	} while (!take(p, a, m, line));
}

static void
on_planned(void *arg, const struct re_account *a, const struct facts *f,
    const struct plan *plan, int64_t now)
{
	struct play *p = arg;

	p->report.planned(p->report.arg, a, f, plan, now);
}

static void
on_done(void *arg, const struct re_account *a, const struct re_message *log,
    size_t n)
{
	struct play *p = arg;

	p->report.done(p->report.arg, a, log, n);
}

/* --- the whole --- */

static int
run(struct play *p, const struct policy *policy,
    const struct fact_company *company, struct reporter **ret_reporter,
    struct err *err)
{
	struct re_setup setup = { .policy = policy, .company = company,
		.approve = p->x->load.approve,
	    .from = p->x->from, .to = p->x->to };
	struct re_account *a;
	struct loader *l;
	int r;

	*ret_reporter = reporter_new(p->c, policy, company, p->x->from,
	    p->x->to);
	p->report = reporter_watch(*ret_reporter);
	setup.watch = (struct re_watch){ p, on_planned, on_sent, on_done };
	if (loader_open(p->c, p->x->db, company, &p->x->load,
	    p->x->account_id, p->x->account_id, &l, err) < 0)
		return -1;
	r = loader_next(l, &a, err);
	if (r > 0) {
		debtors_forget_ledger(a);
		re_engine_run(re_engine_new(p->c, &setup), a);
	}
	loader_close(l);
	return r < 0 || p->failed ? -1 : 0;
}

int
rehearse_play(struct cmd *c, const struct rehearsal *x,
    const struct policy *policy, struct err *err)
{
	struct play p = { .c = c, .x = x, .err = err };
	struct config_problems problems = { 0 };
	struct fact_company *company;
	struct reporter *r;
	struct report *report;
	int ok;

	if (templates_load(c, c->config->templates, &p.templates, &problems,
	    err) < 0 || facts_company(c, x->db, x->company,
	    zone_instant(x->company->zone, x->from, 0), &company, err) < 0)
		return -1;
	puts(cmd_say(c, "You are the debtor. After each message: pay "
	    "[AMOUNT], dispute ITEM, promise DATE, a reply in words, Enter "
	    "for silence, or quit.", "您是客户。每条消息后可输入：pay [金额]、"
	    "dispute 单号、promise 日期、任意回复文字，直接回车表示不回复，"
	    "quit 结束。"));
	ok = run(&p, policy, company, &r, err);
	free(p.line);
	if (ok < 0)
		return -1;
	report = reporter_report(r);
	putchar('\n');
	rehearse_print(c, &report, 1);
	return 0;
}
