#include "rehearse/html.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"
#include "rehearse/chart.h"

#include <string.h>

#define TOP 10

struct page {
	struct text *t;
	const struct report *const *r;
	size_t n;
	const char *language;
};

static const char style[] =
    ":root{color-scheme:light;--ink:#1d2730;--soft:#5b6873;--line:#dfe5ea;"
    "--paper:#fff;--bad:#b3261e}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0;background:#f4f6f8;color:var(--ink);font:16px/1.5 "
    "system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto Sans\","
    "\"Noto Sans CJK SC\",sans-serif}\n"
    "main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 3rem}\n"
    "h1{font-size:1.5rem;line-height:1.25;margin:.2rem 0 .4rem}\n"
    "h2{font-size:1.1rem;margin:0 0 .6rem}\n"
    "p{margin:.3rem 0}.soft{color:var(--soft);font-size:.92rem}\n"
    "section{background:var(--paper);border:1px solid var(--line);"
    "border-radius:10px;padding:1rem;margin:1rem 0;overflow-x:auto}\n"
    ".verdict{font-weight:600;padding:.7rem 1rem;border-radius:10px;"
    "margin:1rem 0;background:#e3f4ea;color:#12512b}\n"
    ".verdict.bad{background:#fbe4e2;color:var(--bad)}\n"
    "table{border-collapse:collapse;width:100%;font-size:.95rem}\n"
    "table+table{margin-top:1rem}\n"
    "th,td{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px "
    "solid var(--line);vertical-align:top}\n"
    "th{color:var(--soft);font-weight:600}\n"
    "td.n,th.n{text-align:right;padding-right:0;padding-left:.8rem;"
    "font-variant-numeric:tabular-nums;white-space:nowrap}\n"
    "tr:last-child td{border-bottom:0}.bad td{color:var(--bad)}\n"
    "svg{display:block;width:100%;height:auto;max-height:22rem}\n"
    ".legend{display:flex;flex-wrap:wrap;gap:.2rem 1rem;font-size:.88rem;"
    "color:var(--soft);margin:.4rem 0 0}\n"
    ".legend i{display:inline-block;width:.8em;height:.8em;"
    "border-radius:2px;margin-right:.4em}\n"
    "td.n+td,th.n+th:not(.n){padding-left:1rem}\n"
    "@media(max-width:34rem){svg{font-size:16px}svg .alt{display:none}}\n"
    "h3{font-size:.95rem;margin:.8rem 0 .2rem;color:var(--soft)}\n";

static const char *say(const struct page *p, const char *en, const char *zh)
    __attribute__((format_arg(2), format_arg(3)));

static const char *
say(const struct page *p, const char *en, const char *zh)
{
	return strcmp(p->language, "zh-CN") == 0 ? zh : en;
}

/* --- tables --- */

static void
open_table(struct page *p, const char *head)
{
	size_t k;

	text_add(p->t, "<table><thead><tr><th>");
	chart_escape(p->t, head);
	text_add(p->t, "</th>");
	for (k = 0; k < p->n; k++) {
		text_add(p->t, "<th class=n>");
		chart_escape(p->t, p->r[k]->policy);
		text_add(p->t, "</th>");
	}
	text_add(p->t, "</tr></thead><tbody>\n");
}

static void
label(struct page *p, const char *text, bool bad)
{
	text_add(p->t, bad ? "<tr class=bad><td>" : "<tr><td>");
	chart_escape(p->t, text);
	text_add(p->t, "</td>");
}

static void
number(struct page *p, long n)
{
	text_addf(p->t, "<td class=n>%ld</td>", n);
}

static void
close_table(struct page *p)
{
	text_add(p->t, "</tbody></table>\n");
}

static void
open_section(struct page *p, const char *en, const char *zh)
{
	text_add(p->t, "<section><h2>");
	text_add(p->t, say(p, en, zh));
	text_add(p->t, "</h2>\n");
}

static void
messages(struct page *p)
{
	size_t k;
	int v;

	open_section(p, "Messages by stage", "各阶段消息");
	open_table(p, say(p, "Stage", "阶段"));
	for (v = 0; v < STAGE_COUNT; v++) {
		label(p, stage_name((enum stage)v), false);
		for (k = 0; k < p->n; k++)
			number(p, p->r[k]->stage[v]);
		text_add(p->t, "</tr>\n");
	}
	label(p, say(p, "all, by mail", "合计（邮件）"), false);
	for (k = 0; k < p->n; k++)
		number(p, p->r[k]->messages);
	text_add(p->t, "</tr>\n");
	close_table(p);
	text_add(p->t, "</section>\n");
}

static void
share(struct page *p, const struct report_share *s)
{
	text_addf(p->t, say(p, "<td class=n>%ld of %ld</td>",
	    "<td class=n>%ld/%ld</td>"), s->named, s->all);
}

static void
reach(struct page *p)
{
	const struct report_account *top;
	size_t k;

	open_section(p, "Reach", "覆盖");
	open_table(p, "");
	label(p, say(p, "Undisputed items paid 10 days late or more that M1 "
	    "named", "无异议且迟付10天以上、M1中提及的款项"), false);
	for (k = 0; k < p->n; k++)
		share(p, &p->r[k]->late);
	text_add(p->t, "</tr>\n");
	label(p, say(p, "Undisputed items open seven days before due that M0 "
	    "named", "无异议且到期前7天未付、M0中提及的款项"), false);
	for (k = 0; k < p->n; k++)
		share(p, &p->r[k]->early);
	text_add(p->t, "</tr>\n");
	label(p, say(p, "Most messages to one account",
	    "单个客户最多消息数"), false);
	for (k = 0; k < p->n; k++)
		number(p, report_top(p->r[k], false, 1, &top) > 0 ?
		    top->messages : 0);
	text_add(p->t, "</tr>\n");
	label(p, say(p, "Longest silence towards an overdue account (days)",
	    "对逾期客户的最长沉默（天）"), false);
	for (k = 0; k < p->n; k++)
		number(p, report_top(p->r[k], true, 1, &top) > 0 ?
		    top->silence : 0);
	text_add(p->t, "</tr>\n");
	close_table(p);
	text_add(p->t, "</section>\n");
}

static long
task_count(const struct report *r, const char *reason)
{
	size_t i;

	for (i = 0; i < r->n_tasks; i++)
		if (strcmp(r->task[i].reason, reason) == 0)
			return r->task[i].n;
	return 0;
}

static void
work(struct page *p)
{
	const char *reason;
	size_t q, i, k;
	int v;

	open_section(p, "Tasks and holds", "任务与暂停");
	open_table(p, say(p, "Task for a person", "人工任务"));
	for (q = 0; q < p->n; q++)
		for (i = 0; i < p->r[q]->n_tasks; i++) {
			reason = p->r[q]->task[i].reason;
			if (q > 0 && task_count(p->r[0], reason) > 0)
				continue;
			label(p, reason, false);
			for (k = 0; k < p->n; k++)
				number(p, task_count(p->r[k], reason));
			text_add(p->t, "</tr>\n");
		}
	close_table(p);
	open_table(p, say(p, "Hold", "暂停"));
	for (v = 0; v < HOLD_COUNT; v++) {
		if (p->r[0]->hold[v] + p->r[p->n - 1]->hold[v] == 0)
			continue;
		label(p, hold_text((enum hold_kind)v, p->language), false);
		for (k = 0; k < p->n; k++)
			number(p, p->r[k]->hold[v]);
		text_add(p->t, "</tr>\n");
	}
	close_table(p);
	text_add(p->t, "</section>\n");
}

static void
violations(struct page *p)
{
	const struct report_example *x;
	char at[CLOCK_TEXT_MAX];
	size_t k;
	int v, i;

	open_section(p, "Violations", "违规");
	open_table(p, say(p, "Kind", "类别"));
	for (v = 0; v < VIOLATION_COUNT; v++) {
		label(p, violation_text((enum violation)v, p->language),
		    p->r[0]->violations[v] + p->r[p->n - 1]->violations[v] >
		    0);
		for (k = 0; k < p->n; k++)
			number(p, p->r[k]->violations[v]);
		text_add(p->t, "</tr>\n");
	}
	close_table(p);
	for (k = 0; k < p->n; k++)
		for (v = 0; v < VIOLATION_COUNT; v++)
			for (i = 0; i < REPORT_EXAMPLES &&
			    i < p->r[k]->violations[v]; i++) {
				x = &p->r[k]->example[v][i];
				text_addf(p->t, "<p class=soft>%s, ",
				    clock_format(x->at, at));
				chart_escape(p->t, x->account);
				text_add(p->t, ": ");
				chart_escape(p->t, x->what);
				text_add(p->t, "</p>\n");
			}
	text_add(p->t, "</section>\n");
}

static void
silent(struct page *p)
{
	const struct report_account *top[TOP];
	char day[DATE_TEXT_MAX];
	size_t i, n = report_top(p->r[0], true, TOP, top);

	if (n == 0 || p->n > 1)
		return;
	open_section(p, "Longest silence towards overdue accounts",
	    "对逾期客户沉默最长者");
	text_addf(p->t, "<table><thead><tr><th>%s</th><th class=n>%s</th>"
	    "<th>%s</th><th>%s</th></tr></thead><tbody>\n",
	    say(p, "Account", "客户"), say(p, "Days", "天数"),
	    say(p, "From", "起于"), say(p, "Then", "当时"));
	for (i = 0; i < n; i++) {
		label(p, top[i]->code, false);
		number(p, top[i]->silence);
		text_addf(p->t, "<td>%s</td><td>",
		    date_format(top[i]->silence_from, day));
		chart_escape(p->t, top[i]->silence_why != NULL ?
		    top[i]->silence_why : "-");
		text_add(p->t, "</td></tr>\n");
	}
	close_table(p);
	text_add(p->t, "</section>\n");
}

/* --- the page --- */

static void
charts(struct page *p)
{
	size_t i;

	open_section(p, "Messages per week", "每周消息");
	chart_messages(p->t, p->r, p->n, p->language);
	text_add(p->t, "</section>\n");
	open_section(p, "Open debt", "未付金额");
	for (i = 0; i < p->r[0]->n_series && i < 4; i++)
		chart_debt(p->t, p->r, p->n, i, p->language);
	text_add(p->t, "</section>\n");
}

static void
head(struct page *p)
{
	const struct report *r = p->r[0];
	char from[DATE_TEXT_MAX], to[DATE_TEXT_MAX];
	long bad = 0;
	size_t k;

	for (k = 0; k < p->n; k++)
		bad += report_violations(p->r[k]);
	text_addf(p->t, "<!doctype html>\n<html lang=\"%s\"><head><meta "
	    "charset=utf-8><meta name=viewport content=\"width=device-width,"
	    "initial-scale=1\"><title>%s</title>\n<style>\n%s</style></head>"
	    "<body><main>\n<h1>%s</h1>\n", p->language,
	    say(p, "Rehearsal", "演练"), style,
	    p->n > 1 ? say(p, "Rehearsal of two policies", "两种策略的演练") :
	    say(p, "Rehearsal of a policy", "策略演练"));
	text_addf(p->t, say(p, "<p class=soft>%s to %s, %ld accounts, %ld "
	    "items. Nothing was sent.</p>\n", "<p class=soft>%s 至 %s，%ld "
	    "个客户，%ld 笔款项。未发送任何内容。</p>\n"),
	    date_format(r->from, from), date_format(r->to, to),
	    r->n_accounts, r->items);
	if (r->assumed > 0)
		text_addf(p->t, say(p, "<p class=soft>%ld accounts have no "
		    "contact and were rehearsed as if they had a mail "
		    "address.</p>\n", "<p class=soft>%ld 个客户没有联系方式，"
		    "演练时假定其有邮箱。</p>\n"), r->assumed);
	if (r->replies > 0)
		text_addf(p->t, say(p, "<p class=soft>Simulated debtors "
		    "wrote %ld replies; %ld were read as meant.</p>\n",
		    "<p class=soft>模拟客户回复 %ld 条，其中 %ld "
		    "条被正确理解。</p>\n"), r->replies, r->understood);
	if (bad == 0)
		text_addf(p->t, "<p class=verdict>%s</p>\n", say(p,
		    "No violation was found.", "未发现违规。"));
	else
		text_addf(p->t, say(p, "<p class=\"verdict bad\">%ld "
		    "violations were found.</p>\n", "<p class=\"verdict "
		    "bad\">发现 %ld 处违规。</p>\n"), bad);
}

char *
rehearse_html(void *owner, const struct report *const *r, size_t n,
    const char *language)
{
	struct page p = { .t = text_new(owner), .r = r, .n = n,
	    .language = language };

	head(&p);
	charts(&p);
	messages(&p);
	reach(&p);
	work(&p);
	silent(&p);
	violations(&p);
	text_add(p.t, "</main></body></html>\n");
	return mem_str(owner, text_str(p.t));
}
