/* account.h - what dunlin account shows, gathered once for both forms. */
#ifndef DUNLIN_CMD_ACCOUNT_H
#define DUNLIN_CMD_ACCOUNT_H

#include "cmd/cmd.h"
#include "core/facts.h"
#include "plan/plan.h"
#include "track/tiering.h"

#include <jansson.h>

struct account_event {
	int64_t id, seq, at;
	const char *kind, *actor;
	const char *payload;	/* JSON; NULL: erased */
};

struct account_view {
	struct cmd *c;
	struct cmd_account a;
	const struct zone *zone;	/* the customer's, else the company's */
	const struct facts *facts;
	struct plan plan;
	struct tiering tier;
	unsigned terms;			/* behave_terms() */
	struct account_event *events;	/* oldest first */
	size_t n_events, n_left_out;
};

/* --call-sheet (call_sheet.c); all events must be in v. */
struct call_sheet;
int account_call_sheet(void *ctx, const struct account_view *v,
    struct call_sheet **ret_sheet, struct err *err);
void account_print_call_sheet(const struct account_view *v,
    const struct call_sheet *s);

void account_print(void *ctx, const struct account_view *v);
void account_print_json(const struct account_view *v);

#endif
