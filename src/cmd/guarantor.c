/* guarantor.c - who answers for what an account owes. */
#include "cmd/cmd.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cmd/listing.h"
#include "config/config.h"
#include "core/date.h"
#include "store/companies.h"
#include "store/guarantors.h"
#include "store/limitations.h"
#include "track/limit.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* --- list --- */

static int
to_table(const struct guarantor *g, void *arg)
{
	struct listing *l = arg;
	char day[DATE_TEXT_MAX];

	l->n++;
	table_cellf(l->table, "%lld", (long long)g->id);
	table_cell(l->table, g->account);
	table_cell(l->table, g->document);
	table_cell(l->table, guarantee_kind_name(g->kind));
	table_cell(l->table, g->until == DATE_NONE ? NULL :
	    date_format(g->until, day));
	table_cell(l->table, g->asked_on == DATE_NONE ? NULL :
	    date_format(g->asked_on, day));
	table_cell(l->table, g->name);
	return 0;
}

static int
to_json(const struct guarantor *g, void *arg)
{
	struct listing *l = arg;
	char until[DATE_TEXT_MAX], asked[DATE_TEXT_MAX];

	json_array_append_new(l->array, json_pack("{s:I, s:s, s:s, s:s, "
	    "s:s*, s:s*, s:s*, s:s*, s:b}", "id", (json_int_t)g->id,
	    "account", g->account, "name", g->name, "kind",
	    guarantee_kind_name(g->kind), "item", g->document, "until",
	    g->until == DATE_NONE ? NULL : date_format(g->until, until),
	    "asked_on", g->asked_on == DATE_NONE ? NULL :
	    date_format(g->asked_on, asked), "note", g->note, "ended",
	    g->ended_at != CLOCK_NONE));
	return 0;
}

static int
list(struct cmd *c, int argc, char **argv, struct err *err)
{
	static const char *const heads[] = { "ACCOUNT", "ITEM", "KIND",
		"UNTIL", "ASKED", NULL };
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct listing l = { 0 };
	struct cmd_account a;
	bool all = false;
	int r;

	if (listing_args(c, argc, argv, &a, &all, err) < 0)
		return -1;
	listing_begin(&l, ctx, "GUARANTOR", heads, "NAME");
	r = guarantors_each(c->db, a.company_id, a.account_id, all, c->json ?
	    to_json : to_table, &l, err);
	return listing_end(c, &l, r, cmd_say(c, "No guarantors.",
	    "没有登记保证人。"));
}

/* --- what changes them --- */

struct job {
	struct cmd *c;
	struct guarantor g;
	bool asked;
};

static int
add_tx(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;

	return guarantors_add(db, &j->g, j->c->now, j->c->actor, &j->g.id,
	    err);
}

static int
change_tx(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;

	return j->asked ? guarantors_asked(db, j->g.company_id, j->g.id,
	    j->g.asked_on, j->g.note, j->c->now, j->c->actor, err) :
	    guarantors_end(db, j->g.company_id, j->g.id, j->g.note,
	    j->c->now, j->c->actor, err);
}

static int
done(struct job *j, store_tx_fn fn, struct err *err)
{
	if (store_tx(j->c->db, fn, j, err) < 0)
		return -1;
	if (j->c->json)
		printf("{\"guarantor\": %lld}\n", (long long)j->g.id);
	else
		printf(cmd_say(j->c, "Noted: guarantor %lld.\n",
		    "已记录：保证人 %lld。\n"), (long long)j->g.id);
	return EX_OK;
}

/* An item of the account, and a last day. */
static int
take_item(struct job *j, const struct cmd_account *a, const char *item,
    struct err *err)
{
	struct limitation_pack pack;

	j->g.company_id = a->company_id;
	j->g.account_id = a->account_id;
	j->g.document = item;
	if (item != NULL && limitations_find(j->c->db, a->account_id, item,
	    &j->g.item_id, err) < 0)
		return -1;
	if (item != NULL && j->g.item_id == 0)
		return cmd_usage(err, "--item %.60s: %s has no open item of "
		    "that number", item, a->code);
	if (j->g.until == DATE_NONE && (!limit_pack(a->company, &pack) ||
	    pack.guarantee == 0))
		return cmd_usage(err, "the rules of companies.%s name no "
		    "period for guarantors: --until DATE, the last day agreed",
		    a->company->code);
	return 0;
}

static int
add(struct cmd *c, int argc, char **argv, struct err *err)
{
	const char *item = NULL, *kind = NULL;
	struct job j = { .c = c, .g = { .until = DATE_NONE,
	    .asked_on = DATE_NONE } };
	const struct cmd_option options[] = {
		{ "kind", OPTION_TEXT, &kind },
		{ "item", OPTION_TEXT, &item },
		{ "until", OPTION_DATE, &j.g.until },
		{ "note", OPTION_TEXT, &j.g.note },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct cmd_account a;

	if (cmd_options(options, &argc, argv, 2, 2, err) < 0)
		return -1;
	if (kind == NULL || !guarantee_kind_parse(kind, &j.g.kind))
		return cmd_usage(err, "--kind: joint (answers beside the "
		    "customer) or ordinary (only after it)");
	j.g.name = argv[2];
	if (*j.g.name == '\0' || strpbrk(j.g.name, "\n\t") != NULL)
		return cmd_usage(err, "NAME: the guarantor's, on one line");
	if (cmd_check_text("NAME", j.g.name, err) < 0 ||
	    cmd_check_text("--note", j.g.note, err) < 0 ||
	    cmd_account(c, argv[1], &a, err) < 0 ||
	    take_item(&j, &a, item, err) < 0)
		return -1;
	return done(&j, add_tx, err);
}

static int
change(struct cmd *c, int argc, char **argv, bool asked, struct err *err)
{
	struct job j = { .c = c, .asked = asked,
	    .g = { .asked_on = DATE_NONE } };
	const struct cmd_option options[] = {
		{ "on", OPTION_DATE, &j.g.asked_on },
		{ "note", OPTION_TEXT, &j.g.note },
		{ NULL, OPTION_FLAG, NULL }
	};
	const struct config_company *company;
	struct company_row row;
	int32_t second;

	if (cmd_options(options, &argc, argv, 1, 1, err) < 0 ||
	    cmd_check_text("--note", j.g.note, err) < 0 ||
	    listing_id(argv[1], "guarantor list", &j.g.id, err) < 0 ||
	    cmd_company(c, &company, err) < 0 ||
	    companies_get(c->db, company->code, &row, err) < 0)
		return -1;
	if (asked != (j.g.asked_on != DATE_NONE))
		return cmd_usage(err, asked ? "--on DATE: when they were "
		    "asked, or the customer was sued" : "--on goes with "
		    "guarantor asked");
	if (asked && j.g.asked_on > zone_day(company->zone, c->now, &second))
		return cmd_usage(err, "--on: that day has not come yet");
	j.g.company_id = row.id;
	return done(&j, change_tx, err);
}

int
cmd_guarantor(struct cmd *c, int argc, char **argv, struct err *err)
{
	const char *verb = argc > 1 ? argv[1] : "list";

	if (argc > 1) {
		argc--;
		argv++;
	}
	if (strcmp(verb, "add") == 0)
		return add(c, argc, argv, err);
	if (strcmp(verb, "list") == 0)
		return list(c, argc, argv, err);
	if (strcmp(verb, "asked") == 0 || strcmp(verb, "end") == 0)
		return change(c, argc, argv, *verb == 'a', err);
	return cmd_usage(err, "%.40s: one of add, asked, end, list", verb);
}
