/* check_replies.c - dunlin check --replies: what is done about each kind of
 * reply, with what the company's policy changes. */
#include "cmd/check.h"

#include "base/mem.h"
#include "cmd/table.h"
#include "receive/effects.h"

#include <jansson.h>
#include <stdio.h>
#include <sysexits.h>

static const char *const severities[] = { "", "routine", "soon", "at once" };

static void
to_table(struct table *t, const struct effects_rule *e)
{
	table_cell(t, e->intent);
	table_cell(t, e->trust == TRUST_NONE ? "anybody" :
	    e->trust == TRUST_STOP ? "token or known address" :
	    "token and known address");
	table_cell(t, e->person ? "person" : "dunlin");
	table_cell(t, e->hold);
	if (e->reason == NULL) {
		table_cell(t, NULL);
		table_cell(t, NULL);
	} else {
		table_cellf(t, "%s, %s", e->reason, severities[e->severity]);
		table_cellf(t, "%d", e->within);
	}
	table_cell(t, e->answer);
}

static void
to_json(json_t *all, const struct effects_rule *e)
{
	json_t *j = json_pack("{s:s, s:s, s:s, s:s*, s:s*, s:s*}", "intent",
	    e->intent, "trust", trust_name(e->trust), "by", e->person ?
	    "person" : "dunlin", "hold", e->hold, "reason", e->reason,
	    "answer", e->answer);

	if (e->reason != NULL) {
		json_object_set_new(j, "severity",
		    json_string(severities[e->severity]));
		json_object_set_new(j, "within", json_integer(e->within));
	}
	json_array_append_new(all, j);
}

int
check_replies(struct cmd *c, struct err *err)
{
	static const char *const heads[] = { "SAYS", "FROM", "BY", "HOLD",
		"TASK", "DAYS", "ANSWER" };
	MEM_AUTO void *ctx = talloc_new(NULL);
	const struct config_company *company;
	struct table *table = table_new(ctx);
	json_t *all = json_array();
	struct effects_rule rule;
	size_t i;
	int k;

	if (cmd_company(c, &company, err) < 0) {
		json_decref(all);
		return -1;
	}
	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		table_column(table, heads[i], TABLE_LEFT);
	for (k = 0; k < INTENT_COUNT; k++) {
		effects_rule(company->policy, (enum mean_intent)k, &rule);
		to_table(table, &rule);
		to_json(all, &rule);
	}
	if (c->json) {
		json_dumpf(all, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		printf(cmd_say(c, "Policy %s: what is done about replies\n\n",
		    "政策 %s：如何处理来信\n\n"), company->policy->name);
		table_print(table, stdout, 0);
		printf(cmd_say(c, "\nHOLD and TASK are for what a person has "
		    "to read; promises, plans, disputes and claims\nof known "
		    "contacts are recorded.  At most %d answers in a week, "
		    "one in %d minutes;\na question waits %d working days.\n",
		    "\n“HOLD”和“TASK”用于需人工阅读的来信；已知联系人的承诺、"
		    "分期、异议和已付声明会被记录。\n每周最多自动回复%d次，"
		    "间隔至少%d分钟；询问后等待%d个工作日。\n"),
		    company->policy->answers_per_week,
		    company->policy->answer_gap, company->policy->ask_days);
	}
	json_decref(all);
	return EX_OK;
}
