/* arm.c - let a company's messages out, after a look at how many. */
#include "cmd/plan_walk.h"

#include "base/mem.h"
#include "cmd/table.h"
#include "core/date.h"
#include "store/companies.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

struct counts {
	int64_t messages[STAGE_COUNT], held[STAGE_COUNT + 1];
	int64_t tasks[STAGE_COUNT + 1], all;
};

static int
count(const struct plan_walk *w, const struct facts *f, const struct plan *p,
    void *arg)
{
	struct counts *n = arg;
	int stage = p->stage < 0 ? STAGE_COUNT : p->stage;

	if (p->verdict == PLAN_SEND) {
		n->messages[p->step->stage]++;
		n->all++;
	}
	n->held[stage] += p->verdict == PLAN_HELD;
	n->tasks[stage] += p->verdict == PLAN_TASK;
	return 0;
}

static void
print_json(const struct plan_walk *w, const struct counts *n)
{
	json_t *stages = json_object(), *j;
	int s;

	for (s = 0; s < STAGE_COUNT; s++)
		json_object_set_new(stages, stage_name((enum stage)s),
		    json_pack("{s:I, s:I, s:I}", "messages",
		    (json_int_t)n->messages[s], "held",
		    (json_int_t)n->held[s], "tasks",
		    (json_int_t)n->tasks[s]));
	j = json_pack("{s:s, s:s, s:b, s:I, s:i, s:o}", "company",
	    w->company->code, "state", w->armed ? "armed" : "observing",
	    "stopped", w->stopped, "confirm", (json_int_t)n->all,
	    "new_per_day", w->company->policy->max_new_per_day, "stages",
	    stages);
	json_dumpf(j, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(j);
}

static void
print_counts(void *ctx, const struct plan_walk *w, const struct counts *n)
{
	struct table *t = table_new(ctx);
	struct cmd *c = w->c;
	int s;

	table_column(t, cmd_say(c, "STAGE", "阶段"), TABLE_LEFT);
	table_column(t, cmd_say(c, "MESSAGES", "消息数"), TABLE_RIGHT);
	table_column(t, cmd_say(c, "HELD", "暂停"), TABLE_RIGHT);
	table_column(t, cmd_say(c, "FOR A PERSON", "待人工"), TABLE_RIGHT);
	for (s = 0; s <= STAGE_COUNT; s++) {
		if (s == STAGE_COUNT && n->held[s] + n->tasks[s] == 0)
			break;
		table_cell(t, s < STAGE_COUNT ? stage_name((enum stage)s) :
		    NULL);
		table_cellf(t, "%lld", s < STAGE_COUNT ?
		    (long long)n->messages[s] : 0);
		table_cellf(t, "%lld", (long long)n->held[s]);
		table_cellf(t, "%lld", (long long)n->tasks[s]);
	}
	table_print(t, stdout, 0);
	if (w->company->policy->max_new_per_day > 0)
		printf(cmd_say(c, "\nAt most %d debtors a day are written to "
		    "for the first time.\n", "\n每天首次联系的客户不超过 %d "
		    "个。\n"), w->company->policy->max_new_per_day);
}

/* The number as the person typed it; -1 when it is none. */
static int64_t
read_number(const struct plan_walk *w, const struct counts *n)
{
	char line[64], *end;
	long long v;

	printf(cmd_say(w->c, "Type the number of messages (%lld) to arm %s: ",
	    "请输入消息数（%lld）以启用 %s："), (long long)n->all,
	    w->company->code);
	fflush(stdout);
	if (fgets(line, sizeof(line), stdin) == NULL)
		return -1;
	errno = 0;
	v = strtoll(line, &end, 10);
	if (end == line || errno != 0 || end[strspn(end, " \r\n")] != '\0')
		return -1;
	return v;
}

static int
arm_tx(struct db *db, void *arg, struct err *err)
{
	const struct plan_walk *w = arg;

	if (!w->armed && companies_arm(db, w->company_id, w->c->now,
	    w->c->actor, err) < 0)
		return -1;
	if (w->stopped && companies_stop(db, w->company_id, false, w->c->now,
	    w->c->actor, err) < 0)
		return -1;
	return 0;
}

static int
confirm(struct plan_walk *w, const struct counts *n, int64_t given,
    struct err *err)
{
	if (given != n->all)
		return err_set(err, ERR_PERM, "%s is not armed: %lld messages "
		    "are planned, not %lld; look at \"dunlin plan\" and give "
		    "the number again", w->company->code, (long long)n->all,
		    (long long)given);
	if (store_tx(w->c->db, arm_tx, w, err) < 0)
		return -1;
	if (w->c->json)
		w->armed = true;
	else
		printf(cmd_say(w->c, "%s is armed.\n", "%s 已启用。\n"),
		    w->company->code);
	return EX_OK;
}

int
cmd_arm(struct cmd *c, int argc, char **argv, struct err *err)
{
	MEM_AUTO void *ctx = talloc_new(NULL);
	struct counts n = { 0 };
	int64_t given = -1;
	const struct cmd_option options[] = {
		{ "confirm", OPTION_INT, &given },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct plan_walk w;

	if (cmd_options(options, &argc, argv, 0, 1, err) < 0)
		return -1;
	if (argc == 2)
		c->company_code = argv[1];
	if (plan_walk_begin(c, DATE_NONE, &w, err) < 0)
		return -1;
	w.as_if_armed = true;
	if (plan_walk(&w, 0, NULL, count, &n, err) < 0)
		return -1;
	if (w.armed && !w.stopped && !c->json) {
		printf(cmd_say(c, "%s is armed already.\n",
		    "%s 已处于启用状态。\n"), w.company->code);
		return EX_OK;
	}
	if (!c->json)
		print_counts(ctx, &w, &n);
	if (given < 0 && !c->json && isatty(STDIN_FILENO))
		given = read_number(&w, &n);
	else if (given < 0 && !c->json)
		return cmd_usage(err, "arm: not a terminal: give --confirm "
		    "%lld when that is right", (long long)n.all);
	if (given >= 0 && (!w.armed || w.stopped) &&
	    confirm(&w, &n, given, err) < 0)
		return -1;
	if (c->json)
		print_json(&w, &n);
	else if (given < 0)
		return err_set(err, ERR_PERM, "%s is not armed: no number "
		    "was typed", w.company->code);
	return EX_OK;
}
