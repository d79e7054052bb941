/* dispute.c - objections: opened, listed and closed by a person. */
#include "cmd/cmd.h"

#include "base/mem.h"
#include "cmd/listing.h"
#include "core/date.h"
#include "store/disputes.h"
#include "store/lookup.h"
#include "track/act.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

struct job {
	struct act_reply r;
	struct act_dispute d;
	const char *document;
	int64_t id;
	enum dispute_event ev;
	const char *note;
	enum act_done done;
};

static void
start(struct job *j, struct cmd *c, const struct cmd_account *a)
{
	memset(j, 0, sizeof(*j));
	cmd_act(c, a, &j->r);
}

/* --- list --- */

static int
to_table(const struct dispute_line *d, void *arg)
{
	struct listing *l = arg;
	char day[DATE_TEXT_MAX], sum[MONEY_TEXT_MAX];
	struct money m;

	l->n++;
	table_cellf(l->table, "%lld", (long long)d->id);
	table_cell(l->table, d->account);
	table_cell(l->table, d->document);
	if (d->amount == 0) {
		table_cell(l->table, "all");
	} else {
		m = money_zero(d->cur);
		m.minor = d->amount;
		table_cellf(l->table, "%s %s", d->cur, money_format(m, sum));
	}
	table_cell(l->table, dispute_state_name(d->state));
	table_cell(l->table, d->reason);
	table_cell(l->table, date_format(d->by, day));
	table_cell(l->table, d->owner);
	table_cell(l->table, d->note);
	return 0;
}

static int
to_json(const struct dispute_line *d, void *arg)
{
	struct listing *l = arg;
	char day[DATE_TEXT_MAX], sum[MONEY_TEXT_MAX];
	struct money m = money_zero(d->cur != NULL ? d->cur : "USD");

	m.minor = d->amount;
	json_array_append_new(l->array, json_pack("{s:I, s:s, s:s*, s:s*, "
	    "s:s, s:s, s:s, s:s*, s:s*}", "id", (json_int_t)d->id, "account",
	    d->account, "item", d->document, "amount", d->amount == 0 ?
	    NULL : money_format(m, sum), "state",
	    dispute_state_name(d->state), "reason", d->reason, "by",
	    date_format(d->by, day), "owner", d->owner, "note", d->note));
	return 0;
}

static int
list(struct cmd *c, int argc, char **argv, struct err *err)
{
	static const char *const heads[] = { "ACCOUNT", "ITEM", "PART",
		"STATE", "REASON", "ANSWER BY", "OWNER", NULL };
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct listing l = { 0 };
	struct cmd_account a;
	bool all = false;
	int r;

	if (listing_args(c, argc, argv, &a, &all, err) < 0)
		return -1;
	listing_begin(&l, ctx, "DISPUTE", heads, "NOTE");
	r = disputes_each(c->db, a.company_id, a.account_id, all,
	    c->json ? to_json : to_table, &l, err);
	return listing_end(c, &l, r, cmd_say(c,
	    "No disputes.", "没有异议。"));
}

int
cmd_disputes(struct cmd *c, int argc, char **argv, struct err *err)
{
	return list(c, argc, argv, err);
}

/* --- add --- */

static int
add_tx(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;

	return act_dispute(db, &j->r, &j->d, &j->done, err);
}

static int
add(struct cmd *c, int argc, char **argv, struct err *err)
{
	const char *item = NULL, *amount = NULL, *reason = NULL;
	const char *note = NULL;
	bool confirm = false;
	const struct cmd_option options[] = {
		{ "item", OPTION_TEXT, &item },
		{ "amount", OPTION_TEXT, &amount },
		{ "reason", OPTION_TEXT, &reason },
		{ "note", OPTION_TEXT, &note },
		{ "confirm", OPTION_FLAG, &confirm },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct money balance;
	struct cmd_account a;
	struct job j;
	int64_t id;

	if (cmd_options(options, &argc, argv, 1, 1, err) < 0)
		return -1;
	if (item == NULL || reason == NULL)
		return cmd_usage(err, "--item and --reason are needed");
	if (cmd_check_text("--note", note, err) < 0 ||
	    cmd_check_text("--reason", reason, err) < 0 ||
	    cmd_account(c, argv[1], &a, err) < 0 ||
	    lookup_item(c->db, a.account_id, item, &id, &balance, err) < 0)
		return -1;
	start(&j, c, &a);
	if (amount != NULL && (money_parse(amount, balance.cur, &j.d.amount,
	    err) < 0 || j.d.amount.minor <= 0 ||
	    j.d.amount.minor > balance.minor))
		return cmd_usage(err, "--amount: more than 0 and not more "
		    "than the item's balance");
	j.r.silent = !confirm;
	j.r.quote = note;
	j.d.reason = reason;
	j.d.documents = &item;
	j.d.n_documents = 1;
	if (store_tx(c->db, add_tx, &j, err) < 0 ||
	    disputes_find(c->db, a.account_id, id, &j.id, err) < 0)
		return -1;
	if (c->json)
		printf("{\"dispute\": %lld}\n", (long long)j.id);
	else
		printf(cmd_say(c, "Dispute %lld is open: nothing reminds of "
		    "that amount until it is closed.\n",
		    "异议 %lld 已登记：关闭之前不再就该金额提醒。\n"),
		    (long long)j.id);
	return EX_OK;
}

/* --- close --- */

static int
close_tx(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;

	return act_dispute_close(db, &j->r, j->id, j->ev, j->note, err);
}

static const struct {
	const char *word;
	enum dispute_event ev;
} outcomes[] = {
	{ "accepted", DISPUTE_EV_ACCEPT },
	{ "rejected", DISPUTE_EV_REJECT },
	{ "withdrawn", DISPUTE_EV_WITHDRAW },
};

static int
close_one(struct cmd *c, int argc, char **argv, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	const char *outcome = "", *note = NULL;
	bool silent = false;
	const struct cmd_option options[] = {
		{ "outcome", OPTION_TEXT, &outcome },
		{ "note", OPTION_TEXT, &note },
		{ "silent", OPTION_FLAG, &silent },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct cmd_account a = { 0 };
	struct dispute *d;
	struct job j;
	int64_t id;
	size_t i;

	if (cmd_options(options, &argc, argv, 1, 1, err) < 0 ||
	    listing_id(argv[1], "disputes", &id, err) < 0)
		return -1;
	for (i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
		if (strcmp(outcomes[i].word, outcome) == 0)
			break;
	if (i == sizeof(outcomes) / sizeof(outcomes[0]))
		return cmd_usage(err, "--outcome: one of accepted, rejected, "
		    "withdrawn");
	if (cmd_check_text("--note", note, err) < 0 ||
	    cmd_company(c, &a.company, err) < 0 ||
	    disputes_get(pool, c->db, id, &d, err) < 0)
		return -1;
	a.company_id = d->company_id;
	a.account_id = d->account_id;
	start(&j, c, &a);
	j.r.silent = silent;
	j.id = id;
	j.ev = outcomes[i].ev;
	j.note = note;
	if (store_tx(c->db, close_tx, &j, err) < 0)
		return -1;
	if (c->json)
		printf("{\"dispute\": %lld, \"outcome\": \"%s\"}\n",
		    (long long)id, outcome);
	else
		printf(cmd_say(c, "Dispute %lld is closed.\n",
		    "异议 %lld 已关闭。\n"), (long long)id);
	return EX_OK;
}

int
cmd_dispute(struct cmd *c, int argc, char **argv, struct err *err)
{
	const char *verb = argc > 1 ? argv[1] : "list";

	if (argc > 1) {
		argc--;
		argv++;
	}
	if (strcmp(verb, "add") == 0)
		return add(c, argc, argv, err);
	if (strcmp(verb, "close") == 0)
		return close_one(c, argc, argv, err);
	if (strcmp(verb, "list") == 0)
		return list(c, argc, argv, err);
	return cmd_usage(err, "%s: one of add, close, list", verb);
}
