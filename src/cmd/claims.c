/* claims.c - what customers say is paid already: listed, refused, withdrawn. */
#include "cmd/cmd.h"

#include "base/mem.h"
#include "cmd/listing.h"
#include "core/date.h"
#include "store/claims.h"
#include "track/act.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

struct job {
	struct act_reply r;
	int64_t id;
	enum claim_event ev;
};

static const char *
day_of(int32_t day, char text[DATE_TEXT_MAX])
{
	return day == DATE_NONE ? NULL : date_format(day, text);
}

static const char *
sum_of(const struct claim_line *k, int64_t minor, char text[MONEY_TEXT_MAX])
{
	struct money m = money_zero(k->cur[0] != '\0' || k->item_cur == NULL ?
	    k->cur : k->item_cur);

	if (minor == 0)
		return NULL;
	m.minor = minor;
	return money_format(m, text);
}

static int
to_table(const struct claim_line *k, void *arg)
{
	struct listing *l = arg;
	char day[DATE_TEXT_MAX], sum[MONEY_TEXT_MAX];

	l->n++;
	table_cellf(l->table, "%lld", (long long)k->id);
	table_cell(l->table, k->account);
	table_cell(l->table, claim_state_name(k->state));
	if (k->n_items > 1)
		table_cellf(l->table, "%s +%lld", k->document,
		    (long long)k->n_items - 1);
	else
		table_cell(l->table, k->document);
	table_cell(l->table, sum_of(k, k->amount, sum));
	table_cell(l->table, day_of(k->paid_on, day));
	table_cell(l->table, k->reference);
	table_cell(l->table, day_of(k->until, day));
	if (k->found != NULL && k->state != CLAIM_IS_FOUND &&
	    k->state != CLAIM_IS_MATCHED)
		table_cellf(l->table, "not %s", k->found);
	else if (k->found != NULL)
		table_cellf(l->table, "%s%s", k->found, k->sure ? "" : "?");
	else
		table_cell(l->table, NULL);
	table_cell(l->table, k->name);
	return 0;
}

static int
to_json(const struct claim_line *k, void *arg)
{
	struct listing *l = arg;
	char day[DATE_TEXT_MAX], paid[DATE_TEXT_MAX], sum[MONEY_TEXT_MAX];
	json_t *j = json_pack("{s:I, s:s, s:s, s:s*, s:I, s:s*, s:s*, s:s*, "
	    "s:s*, s:s*, s:s}", "id", (json_int_t)k->id, "account",
	    k->account, "state", claim_state_name(k->state), "first_item",
	    k->document, "items", (json_int_t)k->n_items, "currency",
	    k->item_cur, "amount", sum_of(k, k->amount, sum), "paid_on",
	    day_of(k->paid_on, paid), "reference", k->reference, "until",
	    day_of(k->until, day), "made_by", k->made_by);

	if (k->found != NULL)
		json_object_set_new(j, k->state == CLAIM_IS_FOUND ||
		    k->state == CLAIM_IS_MATCHED ? "found" : "refused",
		    json_pack("{s:s, s:s*, s:s*, s:b}", "receipt", k->found,
		    "amount", sum_of(k, k->found_amount, sum), "day",
		    day_of(k->found_on, day), "sure", k->sure));
	json_array_append_new(l->array, j);
	return 0;
}

static int
list(struct cmd *c, int argc, char **argv, struct err *err)
{
	static const char *const heads[] = { "ACCOUNT", "STATE", "ITEMS",
		"AMOUNT", "PAID ON", "REFERENCE", "UNTIL", "RECEIPT", NULL };
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct listing l = { 0 };
	struct cmd_account a;
	bool all = false;
	int r;

	if (listing_args(c, argc, argv, &a, &all, err) < 0)
		return -1;
	listing_begin(&l, ctx, "CLAIM", heads, "NAME");
	r = claims_each(c->db, a.company_id, a.account_id, all,
	    c->json ? to_json : to_table, &l, err);
	return listing_end(c, &l, r, cmd_say(c, "Nobody says that something "
	    "is paid already.", "没有待核对的付款声明。"));
}

static int
end_tx(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;

	return act_claim(db, &j->r, j->id, j->ev, err);
}

static int
finish(struct cmd *c, int argc, char **argv, enum claim_event ev,
    struct err *err)
{
	static const struct cmd_option none[] = {
		{ NULL, OPTION_FLAG, NULL }
	};
	MEM_AUTO void *pool = talloc_new(NULL);
	struct cmd_account a = { 0 };
	struct job j = { .ev = ev };
	struct claim *k;

	if (cmd_options(none, &argc, argv, 1, 1, err) < 0 ||
	    listing_id(argv[1], "claims", &j.id, err) < 0 ||
	    cmd_company(c, &a.company, err) < 0 ||
	    claims_get(pool, c->db, j.id, &k, err) < 0)
		return -1;
	a.company_id = k->company_id;
	a.account_id = k->account_id;
	cmd_act(c, &a, &j.r);
	if (store_tx(c->db, end_tx, &j, err) < 0)
		return -1;
	if (c->json)
		printf("{\"claim\": %lld}\n", (long long)j.id);
	else
		puts(cmd_say(c, "Done.", "已完成。"));
	return EX_OK;
}

int
cmd_claims(struct cmd *c, int argc, char **argv, struct err *err)
{
	const char *verb = argc > 1 && argv[1][0] != '-' ? argv[1] : "";

	if (verb[0] == '\0')
		return list(c, argc, argv, err);
	if (strcmp(verb, "refuse") == 0)
		return finish(c, argc - 1, argv + 1, CLAIM_EV_LOSE, err);
	if (strcmp(verb, "withdraw") == 0)
		return finish(c, argc - 1, argv + 1, CLAIM_EV_WITHDRAW, err);
	if (strcmp(verb, "list") == 0)
		return list(c, argc - 1, argv + 1, err);
	return cmd_usage(err, "%s: one of list, refuse, withdraw", verb);
}
