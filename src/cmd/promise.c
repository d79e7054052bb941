/* promise.c - promises to pay: made on the telephone, accepted, listed,
 * withdrawn. */
#include "cmd/cmd.h"

#include "base/mem.h"
#include "base/text.h"
#include "cmd/items.h"
#include "cmd/listing.h"
#include "core/date.h"
#include "store/promises.h"
#include "track/act.h"
#include "track/follow.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

struct job {
	struct cmd *c;
	struct act_reply r;
	struct act_day days[ITEMS_MAX + 1];
	size_t n;
	bool plan;
	int64_t id;
	enum promise_event ev;
	enum act_done done;
};

static void
start(struct job *j, struct cmd *c, const struct cmd_account *a)
{
	memset(j, 0, sizeof(*j));
	j->c = c;
	cmd_act(c, a, &j->r);
}

/* --- list --- */

static int
to_table(const struct promise_line *p, void *arg)
{
	struct listing *l = arg;
	char day[DATE_TEXT_MAX], sum[MONEY_TEXT_MAX];
	struct money m = money_zero(p->cur);

	l->n++;
	m.minor = p->amount;
	table_cellf(l->table, "%lld", (long long)p->id);
	table_cell(l->table, p->account);
	table_cell(l->table, date_format(p->day, day));
	table_cell(l->table, promise_state_name(p->state));
	if (p->amount == 0)
		table_cell(l->table, "all");
	else
		table_cellf(l->table, "%s %s", p->cur, money_format(m, sum));
	if (p->n_items > 1)
		table_cellf(l->table, "%s +%lld", p->document,
		    (long long)p->n_items - 1);
	else
		table_cell(l->table, p->document);
	if (p->plan_id == 0)
		table_cell(l->table, NULL);
	else
		table_cellf(l->table, "plan/%lld", (long long)p->plan_id);
	table_cell(l->table, p->made_by);
	table_cell(l->table, p->name);
	return 0;
}

static int
to_json(const struct promise_line *p, void *arg)
{
	struct listing *l = arg;
	char day[DATE_TEXT_MAX], sum[MONEY_TEXT_MAX], paid[MONEY_TEXT_MAX];
	struct money m = money_zero(p->cur), got = m;
	json_t *j;

	m.minor = p->amount;
	got.minor = p->paid;
	j = json_pack("{s:I, s:s, s:s, s:s, s:s, s:s*, s:s, s:I, s:s*, s:s}",
	    "id", (json_int_t)p->id, "account", p->account, "day",
	    date_format(p->day, day), "state", promise_state_name(p->state),
	    "currency", p->cur, "amount", p->amount == 0 ? NULL :
	    money_format(m, sum), "paid", money_format(got, paid), "items",
	    (json_int_t)p->n_items, "first_item", p->document, "made_by",
	    p->made_by);
	if (p->plan_id != 0)
		json_object_set_new(j, "plan", json_integer(p->plan_id));
	if (p->note != NULL)
		json_object_set_new(j, "note", json_string(p->note));
	json_array_append_new(l->array, j);
	return 0;
}

static int
print(struct cmd *c, const struct cmd_account *a, bool all, struct err *err)
{
	static const char *const heads[] = { "ACCOUNT", "DAY", "STATE",
		"AMOUNT", "ITEMS", "PLAN", "BY", NULL };
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct listing l = { 0 };
	int r;

	listing_begin(&l, ctx, "PROMISE", heads, "NAME");
	r = promises_each(c->db, a->company_id, a->account_id, all,
	    c->json ? to_json : to_table, &l, err);
	return listing_end(c, &l, r, cmd_say(c,
	    "No promises.", "没有付款承诺。"));
}

static int
list(struct cmd *c, int argc, char **argv, struct err *err)
{
	struct cmd_account a;
	bool all = false;

	if (listing_args(c, argc, argv, &a, &all, err) < 0)
		return -1;
	return print(c, &a, all, err);
}

int
cmd_promises(struct cmd *c, int argc, char **argv, struct err *err)
{
	return list(c, argc, argv, err);
}

/* --- add --- */

static int
add_tx(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;

	return act_promise(db, &j->r, j->days, j->n, &j->done, &j->id, err);
}

static int
say(const struct job *j)
{
	static const char *const words[] = { "done", "same", "task" };
	struct cmd *c = j->c;

	if (c->json)
		printf("{\"promise\": %lld, \"result\": \"%s\"}\n",
		    (long long)j->id, words[j->done]);
	else if (j->done == ACT_SAME)
		puts(cmd_say(c, "That is what is noted already.",
		    "已有相同记录。"));
	else if (j->id == 0)
		puts(cmd_say(c, "Nothing is open that it could cover: a task "
		    "asks a person.", "没有可涵盖的未付款项，已转人工。"));
	else
		printf(cmd_say(c, "Promise %lld is noted; reminders of what "
		    "it covers wait for it.\n", "已记录承诺 %lld；"
		    "相关款项在此之前不再提醒。\n"), (long long)j->id);
	return EX_OK;
}

static int
add(struct cmd *c, int argc, char **argv, struct err *err)
{
	const char *items[ITEMS_MAX], *amount = NULL, *cur = NULL;
	int32_t by = DATE_NONE;
	bool confirm = false;
	const char *note = NULL;
	const struct cmd_option options[] = {
		{ "by", OPTION_DATE, &by },
		{ "amount", OPTION_TEXT, &amount },
		{ "currency", OPTION_TEXT, &cur },
		{ "note", OPTION_TEXT, &note },
		{ "confirm", OPTION_FLAG, &confirm },
		{ NULL, OPTION_FLAG, NULL }
	};
	size_t n = items_take(&argc, argv, items);
	struct cmd_account a;
	struct job j;

	if (cmd_options(options, &argc, argv, 1, 1, err) < 0)
		return -1;
	if (by == DATE_NONE)
		return cmd_usage(err, "--by: the day promised");
	if ((amount != NULL) != (cur != NULL))
		return cmd_usage(err, "--amount and --currency go together");
	if (cmd_check_text("--note", note, err) < 0 ||
	    cmd_account(c, argv[1], &a, err) < 0)
		return -1;
	start(&j, c, &a);
	j.r.silent = !confirm;
	j.r.quote = note;
	j.n = 1;
	j.days[0].day = by;
	j.days[0].document = n > 0 ? items[0] : NULL;
	j.days[0].more = items + 1;
	j.days[0].n_more = n > 0 ? n - 1 : 0;
	if (amount != NULL && (!money_cur_parse(cur, j.days[0].amount.cur) ||
	    money_parse(amount, j.days[0].amount.cur, &j.days[0].amount,
	    err) < 0 || j.days[0].amount.minor <= 0))
		return cmd_usage(err, "--amount: a positive amount of "
		    "--currency");
	if (store_tx(c->db, add_tx, &j, err) < 0)
		return -1;
	return say(&j);
}

/* --- accept, withdraw --- */

static int
accept_tx(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;

	return act_accept(db, &j->r, j->plan, j->id, &j->done, err);
}

static int
withdraw_tx(struct db *db, void *arg, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct job *j = arg;
	struct promise *p;

	if (j->plan)
		return follow_end_plan(db, j->id, PAYPLAN_EV_WITHDRAW,
		    j->r.now, j->r.actor, err);
	if (promises_get(pool, db, j->id, &p, err) < 0)
		return -1;
	return promises_move(db, p, PROMISE_EV_WITHDRAW, j->r.now,
	    j->r.actor, NULL, err);
}

/* A person judges: what the ledger would say, or had said wrongly. */
static int
judge_tx(struct db *db, void *arg, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct job *j = arg;
	struct promise *p;

	if (j->plan)
		return err_set(err, ERR_PERM, "plan/%lld: name the promise "
		    "of one instalment", (long long)j->id);
	if (promises_get(pool, db, j->id, &p, err) < 0)
		return -1;
	return follow_judged(db, p, j->ev, j->r.now, j->r.actor, err);
}

/* The account of a promise, or of plan/ID. */
static int
find(struct job *j, struct cmd *c, const char *word, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct cmd_account a = { 0 };
	struct promise *p;
	struct payplan *plan;
	bool is_plan = text_starts(word, "plan/");
	char *end;
	int64_t id = strtoll(is_plan ? word + 5 : word, &end, 10);

	if (*end != '\0' || id <= 0)
		return cmd_usage(err, "%s: a number as \"dunlin promise "
		    "list\" shows it, or plan/NUMBER", word);
	if (cmd_company(c, &a.company, err) < 0)
		return -1;
	if (is_plan && payplans_get(pool, c->db, id, &plan, err) < 0)
		return -1;
	if (!is_plan && promises_get(pool, c->db, id, &p, err) < 0)
		return -1;
	a.company_id = is_plan ? plan->company_id : p->company_id;
	a.account_id = is_plan ? plan->account_id : p->account_id;
	start(j, c, &a);
	if (!is_plan)
		j->r.contact_id = p->contact_id;
	j->id = id;
	j->plan = is_plan;
	return 0;
}

static int
change(struct cmd *c, int argc, char **argv, store_tx_fn fn,
    enum promise_event ev, struct err *err)
{
	bool silent = false;
	const struct cmd_option options[] = {
		{ "silent", OPTION_FLAG, &silent },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct job j;

	if (cmd_options(options, &argc, argv, 1, 1, err) < 0 ||
	    find(&j, c, argv[1], err) < 0)
		return -1;
	j.r.silent = silent;
	j.ev = ev;
	if (store_tx(c->db, fn, &j, err) < 0)
		return -1;
	if (c->json)
		printf("{\"%s\": %lld}\n", j.plan ? "plan" : "promise",
		    (long long)j.id);
	else
		puts(cmd_say(c, "Done.", "已完成。"));
	return EX_OK;
}

int
cmd_promise(struct cmd *c, int argc, char **argv, struct err *err)
{
	const char *verb = argc > 1 ? argv[1] : "list";

	if (argc > 1) {
		argc--;
		argv++;
	}
	if (strcmp(verb, "add") == 0)
		return add(c, argc, argv, err);
	if (strcmp(verb, "accept") == 0)
		return change(c, argc, argv, accept_tx, PROMISE_EV_ACCEPT,
		    err);
	if (strcmp(verb, "withdraw") == 0)
		return change(c, argc, argv, withdraw_tx,
		    PROMISE_EV_WITHDRAW, err);
	if (strcmp(verb, "kept") == 0)
		return change(c, argc, argv, judge_tx, PROMISE_EV_PAY, err);
	if (strcmp(verb, "broken") == 0)
		return change(c, argc, argv, judge_tx, PROMISE_EV_MISS, err);
	if (strcmp(verb, "list") == 0)
		return list(c, argc, argv, err);
	return cmd_usage(err, "%s: one of add, accept, withdraw, kept, "
	    "broken, list", verb);
}
