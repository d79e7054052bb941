/* bill.c - bills of exchange: received, listed, and how they ended. */
#include "cmd/cmd.h"

#include "base/mem.h"
#include "cmd/items.h"
#include "cmd/listing.h"
#include "cmd/table.h"
#include "core/date.h"
#include "store/bills.h"
#include "store/companies.h"
#include "track/act.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

struct job {
	struct act_reply r;
	struct act_bill b;
	int64_t id;
	enum bill_event ev;
	const char *note;
};

static void
start(struct job *j, struct cmd *c, const struct cmd_account *a)
{
	memset(j, 0, sizeof(*j));
	cmd_act(c, a, &j->r);
}

/* --- list --- */

static int
to_table(const struct bill_line *b, void *arg)
{
	struct listing *l = arg;
	char day[DATE_TEXT_MAX], sum[MONEY_TEXT_MAX];
	struct money m = money_zero(b->cur);

	l->n++;
	m.minor = b->amount;
	table_cellf(l->table, "%lld", (long long)b->id);
	table_cell(l->table, b->account);
	table_cell(l->table, date_format(b->matures, day));
	table_cell(l->table, bill_state_name(b->state));
	table_cellf(l->table, "%s %s", b->cur, money_format(m, sum));
	if (b->n_items > 1)
		table_cellf(l->table, "%s +%lld", b->document,
		    (long long)b->n_items - 1);
	else
		table_cell(l->table, b->document);
	table_cell(l->table, b->number);
	table_cell(l->table, b->drawee);
	table_cell(l->table, b->name);
	return 0;
}

static int
to_json(const struct bill_line *b, void *arg)
{
	struct listing *l = arg;
	char day[DATE_TEXT_MAX], got[DATE_TEXT_MAX], sum[MONEY_TEXT_MAX];
	struct money m = money_zero(b->cur);

	m.minor = b->amount;
	json_array_append_new(l->array, json_pack("{s:I, s:s, s:s, s:s, s:s, "
	    "s:s, s:s, s:s*, s:I, s:s*, s:s*, s:s*}", "id",
	    (json_int_t)b->id, "account", b->account, "matures",
	    date_format(b->matures, day), "received",
	    date_format(b->received_on, got), "state",
	    bill_state_name(b->state), "currency", b->cur, "amount",
	    money_format(m, sum), "first_item", b->document, "items",
	    (json_int_t)b->n_items, "number", b->number, "drawee", b->drawee,
	    "note", b->note));
	return 0;
}

static int
print(struct cmd *c, int64_t company_id, int64_t account_id, bool all,
    struct err *err)
{
	static const char *const heads[] = { "ACCOUNT", "MATURES", "STATE",
		"AMOUNT", "ITEMS", "NUMBER", "DRAWEE", NULL };
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct listing l = { 0 };
	int r;

	listing_begin(&l, ctx, "BILL", heads, "NAME");
	r = bills_each(c->db, company_id, account_id, all, c->json ?
	    to_json : to_table, &l, err);
	return listing_end(c, &l, r, cmd_say(c,
	    "No bills of exchange.", "没有承兑汇票。"));
}

static int
list(struct cmd *c, int argc, char **argv, struct err *err)
{
	const char *account = NULL;
	bool all = false;
	const struct cmd_option options[] = {
		{ "account", OPTION_TEXT, &account },
		{ "all", OPTION_FLAG, &all },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct cmd_account a = { 0 };
	struct company_row row;

	if (cmd_options(options, &argc, argv, 0, 0, err) < 0 ||
	    cmd_company(c, &a.company, err) < 0 ||
	    companies_get(c->db, a.company->code, &row, err) < 0 ||
	    (account != NULL && cmd_account(c, account, &a, err) < 0))
		return -1;
	return print(c, row.id, a.account_id, all, err);
}

/* --- add --- */

static int
add_tx(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;

	return act_bill(db, &j->r, &j->b, &j->id, err);
}

static int
sum_of(const char *amount, const char *cur, struct money *ret,
    struct err *err)
{
	if ((amount != NULL) != (cur != NULL))
		return cmd_usage(err, "--amount and --currency go together");
	if (amount != NULL && (!money_cur_parse(cur, ret->cur) ||
	    money_parse(amount, ret->cur, ret, err) < 0 || ret->minor <= 0))
		return cmd_usage(err, "--amount: a positive amount of "
		    "--currency");
	return 0;
}

static int
add(struct cmd *c, int argc, char **argv, struct err *err)
{
	const char *items[ITEMS_MAX], *amount = NULL, *cur = NULL;
	const char *number = NULL, *drawee = NULL, *note = NULL;
	int32_t matures = DATE_NONE;
	const struct cmd_option options[] = {
		{ "matures", OPTION_DATE, &matures },
		{ "amount", OPTION_TEXT, &amount },
		{ "currency", OPTION_TEXT, &cur },
		{ "number", OPTION_TEXT, &number },
		{ "drawee", OPTION_TEXT, &drawee },
		{ "note", OPTION_TEXT, &note },
		{ NULL, OPTION_FLAG, NULL }
	};
	size_t n = items_take(&argc, argv, items);
	struct cmd_account a;
	struct job j;

	if (cmd_options(options, &argc, argv, 1, 1, err) < 0 ||
	    cmd_check_text("--number", number, err) < 0 ||
	    cmd_check_text("--drawee", drawee, err) < 0 ||
	    cmd_check_text("--note", note, err) < 0 ||
	    cmd_account(c, argv[1], &a, err) < 0)
		return -1;
	start(&j, c, &a);
	if (sum_of(amount, cur, &j.b.amount, err) < 0)
		return -1;
	j.b.matures = matures;
	j.b.number = number;
	j.b.drawee = drawee;
	j.b.note = note;
	j.b.documents = items;
	j.b.n_documents = n;
	if (store_tx(c->db, add_tx, &j, err) < 0)
		return -1;
	if (c->json)
		printf("{\"bill\": %lld}\n", (long long)j.id);
	else
		printf(cmd_say(c, "Bill %lld is noted; what it covers waits "
		    "for its day.\n", "已记录汇票 %lld；其涵盖的款项在到期前"
		    "不再提醒。\n"), (long long)j.id);
	return EX_OK;
}

/* --- how it ended --- */

static int
end_tx(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;

	return act_bill_end(db, &j->r, j->id, j->ev, j->note, err);
}

static int
finish(struct cmd *c, int argc, char **argv, enum bill_event ev,
    struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	const char *note = NULL;
	const struct cmd_option options[] = {
		{ "note", OPTION_TEXT, &note },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct cmd_account a = { 0 };
	struct bill *b;
	struct job j;
	int64_t id;

	if (cmd_options(options, &argc, argv, 1, 1, err) < 0 ||
	    cmd_check_text("--note", note, err) < 0 ||
	    listing_id(argv[1], "bill list", &id, err) < 0)
		return -1;
	if (cmd_company(c, &a.company, err) < 0 ||
	    bills_get(pool, c->db, id, &b, err) < 0)
		return -1;
	a.company_id = b->company_id;
	a.account_id = b->account_id;
	start(&j, c, &a);
	j.id = id;
	j.ev = ev;
	j.note = note;
	if (store_tx(c->db, end_tx, &j, err) < 0)
		return -1;
	if (c->json)
		printf("{\"bill\": %lld}\n", (long long)id);
	else
		puts(cmd_say(c, "Done.", "已完成。"));
	return EX_OK;
}

int
cmd_bill(struct cmd *c, int argc, char **argv, struct err *err)
{
	static const struct {
		const char *verb;
		enum bill_event ev;
	} ends[] = {
		{ "presented", BILL_EV_PRESENT },
		{ "honoured", BILL_EV_HONOUR },
		{ "dishonoured", BILL_EV_DISHONOUR },
		{ "returned", BILL_EV_RETURN },
	};
	const char *verb = argc > 1 ? argv[1] : "list";
	size_t i;

	if (argc > 1) {
		argc--;
		argv++;
	}
	if (strcmp(verb, "add") == 0)
		return add(c, argc, argv, err);
	if (strcmp(verb, "list") == 0)
		return list(c, argc, argv, err);
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (strcmp(verb, ends[i].verb) == 0)
			return finish(c, argc, argv, ends[i].ev, err);
	return cmd_usage(err, "%s: one of add, presented, honoured, "
	    "dishonoured, returned, list", verb);
}
