/* pay.c - record a payment that the ledger does not know yet. */
#include "cmd/cmd.h"

#include "base/id.h"
#include "base/mem.h"
#include "core/date.h"
#include "core/zone.h"
#include "import/amount.h"
#include "store/accounts.h"
#include "store/events.h"
#include "store/items.h"
#include "store/payments.h"
#include "store/wrong.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

struct pay {
	struct cmd *c;
	struct cmd_account a;
	const char *item, *reference, *reverse;
	const char *amount, *currency;
	int32_t on;
	struct payment_row row;
	struct item_row on_item;
	int64_t rest;			/* more than is open of the item */
};

static json_t *
payload(const struct payment_row *row, const char *item)
{
	char amount[MONEY_TEXT_MAX], day[DATE_TEXT_MAX];
	struct money m = { .minor = row->amount };
	json_t *o;

	memcpy(m.cur, row->cur, MONEY_CUR_MAX);
	o = json_pack("{s:s, s:s, s:s, s:s, s:b}", "amount",
	    money_format(m, amount), "currency", m.cur, "reference",
	    row->reference, "value_date", date_format(row->value_date,
	    day), "provisional", 1);
	if (item != NULL)
		json_object_set_new(o, "item", json_string(item));
	return o;
}

static int
say(struct pay *p, struct db *db, const char *kind,
    const struct payment_row *row, const char *item, struct err *err)
{
	return events_append(db, p->a.company_id, p->a.account_id, p->c->now,
	    kind, p->c->actor, payload(row, item), NULL, err);
}

/* One row, and what was sent although it had come in. */
static int
receive_row(struct pay *p, struct db *db, struct payment_row *row,
    struct err *err)
{
	const char *item = row->item_id != 0 ? p->item : NULL;
	struct wrong_receipt w = { .company_id = p->a.company_id,
		.account_id = p->a.account_id, .zone = p->a.company->zone,
		.item = item != NULL ? &p->on_item : NULL,
		.document = p->item, .day = row->value_date,
		.now = p->c->now, .actor = p->c->actor };

	w.received.minor = row->amount;
	memcpy(w.received.cur, row->cur, MONEY_CUR_MAX);
	if (payments_report(db, p->a.company_id, row, p->c->now, err) < 0 ||
	    say(p, db, "payment-received", row, item, err) < 0)
		return -1;
	return wrong_by_receipt(db, &w, err);
}

static int
pay_tx(struct db *db, void *arg, struct err *err)
{
	struct pay *p = arg;
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct payment_row part = p->row, rest = p->row, old[PAYMENT_ROWS];
	int64_t open = p->row.amount;
	size_t n;

	if (payments_find(ctx, db, p->a.company_id, p->a.account_id,
	    p->row.reference, old, PAYMENT_ROWS, &n, err) < 0)
		return -1;
	if (n > 0)
		return err_set(err, ERR_PERM, "payment '%.60s' is recorded "
		    "already: give another --ref if this is a new one",
		    p->row.reference);
	if (p->item != NULL && payments_open(db, p->on_item.id, &open,
	    err) < 0)
		return -1;
	if (open < 0)
		open = 0;
	part.amount = p->row.amount < open ? p->row.amount : open;
	rest.amount = p->rest = p->row.amount - part.amount;
	rest.item_id = 0;
	if ((part.amount > 0 && receive_row(p, db, &part, err) < 0) ||
	    (rest.amount > 0 && receive_row(p, db, &rest, err) < 0))
		return -1;
	return accounts_touch(db, p->a.account_id, err);
}

static int
reverse_tx(struct db *db, void *arg, struct err *err)
{
	struct pay *p = arg;
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct payment_row list[PAYMENT_ROWS];
	size_t n, i, done = 0;

	if (payments_find(ctx, db, p->a.company_id, p->a.account_id,
	    p->reverse, list, PAYMENT_ROWS, &n, err) < 0)
		return -1;
	if (n == 0)
		return err_set(err, ERR_PERM, "account %.60s has no reported "
		    "payment '%.60s'", p->a.code, p->reverse);
	for (i = 0; i < n; i++) {
		if (!list[i].received)
			continue;
		done++;
		if (payments_reverse(db, list[i].id, p->on, err) < 0 ||
		    say(p, db, "payment-reversed", &list[i], NULL, err) < 0)
			return -1;
	}
	if (done == 0)
		return err_set(err, ERR_PERM, "payment '%.60s' is not open: "
		    "it was reversed, or the ledger has taken its place",
		    p->reverse);
	return accounts_touch(db, p->a.account_id, err);
}

/* The currency: as said, else the item's, else that of all open items, else
 * the company's. */
static int
find_currency(struct pay *p, struct err *err)
{
	int r;

	if (p->currency != NULL && !money_cur_parse(p->currency, p->row.cur))
		return cmd_usage(err, "'%.20s' is not an ISO 4217 currency "
		    "such as CNY", p->currency);
	if (p->item != NULL) {
		if (p->currency != NULL && strcmp(p->row.cur,
		    p->on_item.cur) != 0)
			return err_set(err, ERR_PERM, "item %.60s is in %s, "
			    "not in %s", p->item, p->on_item.cur,
			    p->row.cur);
		memcpy(p->row.cur, p->on_item.cur, MONEY_CUR_MAX);
		return 0;
	}
	if (p->currency != NULL)
		return 0;
	r = items_currency(p->c->db, p->a.account_id, p->row.cur, err);
	if (r < 0)
		return -1;
	if (r > 1)
		return cmd_usage(err, "account %.60s has open items in "
		    "several currencies: name the currency after the amount",
		    p->a.code);
	if (r == 1)
		return 0;
	if (p->a.company->currency == NULL)
		return cmd_usage(err, "name the currency after the amount");
	snprintf(p->row.cur, sizeof(p->row.cur), "%s",
	    p->a.company->currency);
	return 0;
}

static int
find_item(struct pay *p, struct err *err)
{
	int r;

	if (p->item == NULL)
		return 0;
	r = items_of_account(p->c->db, p->a.account_id, p->item, &p->on_item,
	    err);
	if (r < 0)
		return -1;
	if (r == 0)
		return err_set(err, ERR_PERM, "account %.60s has no open item "
		    "'%.60s'", p->a.code, p->item);
	if (p->on_item.balance < 0)
		return err_set(err, ERR_PERM, "item %.60s is a credit: there "
		    "is nothing to pay", p->item);
	p->row.item_id = p->on_item.id;
	return 0;
}

static int
receive(struct pay *p, struct err *err)
{
	char reference[ID_TOKEN_MAX + 8], token[ID_TOKEN_MAX];
	char amount[MONEY_TEXT_MAX], day[DATE_TEXT_MAX];
	struct money m;

	p->row.account_id = p->a.account_id;
	if (find_item(p, err) < 0 || find_currency(p, err) < 0)
		return -1;
	if (amount_parse(p->amount, p->row.cur, &m, err) < 0)
		return -1;
	if (m.minor <= 0)
		return cmd_usage(err, "the amount is more than 0; --reverse "
		    "takes a payment back");
	p->row.amount = m.minor;
	id_token(token);
	snprintf(reference, sizeof(reference), "pay-%.8s", token);
	p->row.reference = p->reference != NULL ? p->reference : reference;
	p->row.value_date = p->on;
	if (store_tx(p->c->db, pay_tx, p, err) < 0)
		return -1;
	if (p->c->json)
		printf("{\"reference\": \"%s\"}\n", p->row.reference);
	else
		printf(cmd_say(p->c, "Recorded as %s: %s %s on %s, until the "
		    "ledger confirms it.\n",
		    "已登记，编号 %s：%s %s，日期 %s；待账务确认。\n"),
		    p->row.reference, m.cur, money_format(m, amount),
		    date_format(p->on, day));
	m.minor = p->rest;
	if (p->rest > 0 && !p->c->json)
		printf(cmd_say(p->c, "More than is open of %s: %s %s stays on "
		    "account, not allocated.\n",
		    "超出 %s 的未清余额：%s %s 记为未分配收款。\n"), p->item,
		    m.cur, money_format(m, amount));
	return EX_OK;
}

static int
reverse(struct pay *p, struct err *err)
{
	if (store_tx(p->c->db, reverse_tx, p, err) < 0)
		return -1;
	if (!p->c->json)
		printf(cmd_say(p->c, "Reversed %s.\n", "已撤销 %s。\n"),
		    p->reverse);
	return EX_OK;
}

static int
operands(struct pay *p, int argc, char **argv, struct err *err)
{
	int32_t second, today;

	if (cmd_account(p->c, argv[1], &p->a, err) < 0)
		return -1;
	today = zone_day(p->a.company->zone, p->c->now, &second);
	if (p->on == DATE_NONE)
		p->on = today;
	if (p->on > today)
		return cmd_usage(err, "--on lies in the future: this is for "
		    "money that has come in");
	if (p->reverse != NULL)
		return argc == 2 ? 0 : cmd_usage(err, "--reverse takes no "
		    "amount");
	if (argc < 3)
		return cmd_usage(err, "say how much: dunlin pay ACCOUNT "
		    "AMOUNT");
	p->amount = argv[2];
	p->currency = argc > 3 ? argv[3] : NULL;
	return cmd_check_text("--ref", p->reference, err);
}

int
cmd_pay(struct cmd *c, int argc, char **argv, struct err *err)
{
	struct pay p = { .c = c, .on = DATE_NONE };
	const struct cmd_option options[] = {
		{ "item", OPTION_TEXT, &p.item },
		{ "on", OPTION_DATE, &p.on },
		{ "ref", OPTION_TEXT, &p.reference },
		{ "reverse", OPTION_TEXT, &p.reverse },
		{ NULL, OPTION_FLAG, NULL }
	};

	if (cmd_options(options, &argc, argv, 1, 3, err) < 0 ||
	    operands(&p, argc, argv, err) < 0)
		return -1;
	return p.reverse != NULL ? reverse(&p, err) : receive(&p, err);
}
