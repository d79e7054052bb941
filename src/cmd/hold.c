/* hold.c - stop messages for a reason, with a date to look at it again. */
#include "cmd/cmd.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cmd/listing.h"
#include "core/date.h"
#include "core/zone.h"
#include "store/companies.h"
#include "store/holds.h"
#include "store/lookup.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

struct given {
	const char *kind, *item, *amount, *address, *channel, *note, *owner;
	int32_t review, until;
	bool all;
};

static const char *
day(const struct zone *z, int64_t t, char buf[DATE_TEXT_MAX])
{
	int32_t second;

	if (t == CLOCK_NONE)
		return NULL;
	return date_format(zone_day(z, t, &second), buf);
}

static int
to_table(const struct hold_row *h, void *arg)
{
	struct listing *l = arg;
	char buf[DATE_TEXT_MAX];

	l->n++;
	table_cellf(l->table, "%lld", (long long)h->id);
	table_cell(l->table, hold_name(h->kind));
	table_cell(l->table, hold_scope_name(h->scope));
	table_cell(l->table, h->account);
	table_cell(l->table, h->target);
	table_cell(l->table, day(l->zone, h->placed_at, buf));
	table_cell(l->table, h->placed_by);
	table_cell(l->table, day(l->zone, h->review_at, buf));
	table_cell(l->table, day(l->zone, h->ends_at, buf));
	table_cell(l->table, h->note);
	return 0;
}

static int
to_json(const struct hold_row *h, void *arg)
{
	struct listing *l = arg;
	char placed[CLOCK_TEXT_MAX], review[CLOCK_TEXT_MAX];
	char ends[CLOCK_TEXT_MAX];

	json_array_append_new(l->array, json_pack("{s:I, s:s, s:s, s:s*, "
	    "s:s*, s:s, s:s, s:s, s:s*, s:s*, s:s*}", "id",
	    (json_int_t)h->id, "kind", hold_name(h->kind), "scope",
	    hold_scope_name(h->scope), "account", h->account, "target",
	    h->target, "placed", clock_format(h->placed_at, placed),
	    "placed_by", h->placed_by, "review",
	    clock_format(h->review_at, review), "ends",
	    h->ends_at == CLOCK_NONE ? NULL : clock_format(h->ends_at, ends),
	    "owner", h->owner, "note", h->note));
	return 0;
}

static int
list(struct cmd *c, struct err *err)
{
	static const char *const heads[] = { "KIND", "SCOPE", "ACCOUNT", "ON",
		"PLACED", "BY", "REVIEW", "ENDS" };
	void *ctx MEM_AUTO = talloc_new(NULL);
	const struct config_company *company;
	struct company_row row;
	struct listing l = { 0 };
	size_t i;
	int r;

	if (cmd_company(c, &company, err) < 0 ||
	    companies_get(c->db, company->code, &row, err) < 0)
		return -1;
	l.zone = company->zone;
	l.table = table_new(ctx);
	table_column(l.table, "HOLD", TABLE_RIGHT);
	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		table_column(l.table, heads[i], TABLE_LEFT);
	table_column(l.table, "NOTE", TABLE_CUT);
	l.array = json_array();
	r = holds_each(c->db, row.id, 0,
	    c->json ? to_json : to_table, &l, err);
	return listing_end(c, &l, r, cmd_say(c,
	    "No holds.", "没有暂停。"));
}

/* The part of the item that --amount names. */
static int
part_of(const struct given *g, struct money balance, struct hold_new *h,
    struct err *err)
{
	struct money part;

	if (g->amount == NULL)
		return 0;
	if (money_parse(g->amount, balance.cur, &part, err) < 0)
		return err_add(err, "--amount");
	if (part.minor <= 0 || part.minor > balance.minor)
		return err_set(err, ERR_PERM, "--amount: more than 0 and not "
		    "more than the item's balance");
	h->amount = part.minor;
	return 0;
}

/* The scope follows from what is named: item, address, channel, account. */
static int
aim(struct cmd *c, const struct given *g, const struct cmd_account *a,
    struct hold_new *h, struct err *err)
{
	struct money balance;
	enum channel channel;

	h->company_id = a->company_id;
	h->account_id = a->account_id;
	h->scope = a->account_id == 0 ? SCOPE_COMPANY : SCOPE_ACCOUNT;
	if (g->item != NULL) {
		h->scope = SCOPE_ITEM;
		if (lookup_item(c->db, a->account_id, g->item, &h->item_id,
		    &balance, err) < 0)
			return -1;
		return part_of(g, balance, h, err);
	}
	if (g->address != NULL) {
		h->scope = SCOPE_ADDRESS;
		return lookup_address(c->db, a->company_id, g->address,
		    &h->address_id, err);
	}
	if (g->channel != NULL) {
		if (!channel_parse(g->channel, &channel))
			return cmd_usage(err, "--channel: one of %s",
			    channel_words());
		h->scope = SCOPE_CHANNEL;
		h->channel = g->channel;
	}
	return 0;
}

/* What can be said without the database. */
static int
check(const struct given *g, struct hold_new *h, struct err *err)
{
	if (!hold_parse(g->kind, &h->kind))
		return cmd_usage(err, "--kind: one of %s", hold_words());
	if (hold_is_computed(h->kind))
		return cmd_usage(err, "--kind %s: this one follows from the "
		    "facts and cannot be placed", g->kind);
	if (g->until != DATE_NONE && !hold_lapses(h->kind))
		return cmd_usage(err, "--until: a hold of kind %s never "
		    "lapses by itself; give --review", g->kind);
	if (g->amount != NULL && g->item == NULL)
		return cmd_usage(err, "--amount needs --item");
	if (g->all && (g->item != NULL || g->address != NULL))
		return cmd_usage(err, "--item and --address need an account");
	return cmd_check_text("--note", g->note, err);
}

static int
fill(struct cmd *c, const struct given *g, const struct cmd_account *a,
    struct hold_new *h, struct err *err)
{
	const struct zone *zone = a->company->zone;

	h->note = g->note;
	h->owner = g->owner;
	h->review_at = h->ends_at = CLOCK_NONE;
	if (g->review != DATE_NONE)
		h->review_at = zone_instant(zone, g->review, 9 * 3600);
	/* Until that day's end. */
	if (g->until != DATE_NONE)
		h->ends_at = zone_instant(zone, g->until + 1, 0);
	if ((h->review_at != CLOCK_NONE && h->review_at < c->now) ||
	    (h->ends_at != CLOCK_NONE && h->ends_at < c->now))
		return cmd_usage(err, "%s: the date has passed",
		    h->ends_at != CLOCK_NONE && h->ends_at < c->now ?
		    "--until" : "--review");
	return aim(c, g, a, h, err);
}

struct job {
	struct cmd *c;
	struct hold_new h;
	int64_t id;
};

static int
place(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;

	return holds_place(db, &j->h, j->c->now, j->c->actor, &j->id, err);
}

static int
say(struct cmd *c, const struct job *j)
{
	if (c->json)
		printf("{\"hold\": %lld}\n", (long long)j->id);
	else
		printf(cmd_say(c, "Hold %lld placed: %s.\nRelease it with: "
		    "dunlin release %lld\n", "已设置暂停 %lld：%s。\n解除："
		    "dunlin release %lld\n"), (long long)j->id,
		    hold_text(j->h.kind, c->language), (long long)j->id);
	return EX_OK;
}

int
cmd_hold(struct cmd *c, int argc, char **argv, struct err *err)
{
	struct given g = { .kind = "human", .review = DATE_NONE,
		.until = DATE_NONE };
	const struct cmd_option options[] = {
		{ "kind", OPTION_TEXT, &g.kind },
		{ "item", OPTION_TEXT, &g.item },
		{ "amount", OPTION_TEXT, &g.amount },
		{ "address", OPTION_TEXT, &g.address },
		{ "channel", OPTION_TEXT, &g.channel },
		{ "note", OPTION_TEXT, &g.note },
		{ "owner", OPTION_TEXT, &g.owner },
		{ "review", OPTION_DATE, &g.review },
		{ "until", OPTION_DATE, &g.until },
		{ "all", OPTION_FLAG, &g.all },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct cmd_account a = { 0 };
	struct company_row row;
	struct job j = { .c = c };

	if (cmd_options(options, &argc, argv, 0, 1, err) < 0)
		return -1;
	if (argc == 1 && !g.all)
		return list(c, err);
	if (argc == 2 && g.all)
		return cmd_usage(err, "an account or --all, not both");
	if (check(&g, &j.h, err) < 0)
		return -1;
	if (argc == 2) {
		if (cmd_account(c, argv[1], &a, err) < 0)
			return -1;
	} else {
		if (cmd_company(c, &a.company, err) < 0 ||
		    companies_get(c->db, a.company->code, &row, err) < 0)
			return -1;
		a.company_id = row.id;
	}
	if (fill(c, &g, &a, &j.h, err) < 0 ||
	    store_tx(c->db, place, &j, err) < 0)
		return -1;
	return say(c, &j);
}
