/* settle.c - a person says what became of messages that are uncertain. */
#include "cmd/cmd.h"

#include "base/clock.h"
#include "base/mem.h"
#include "store/companies.h"
#include "store/outbox.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

struct job {
	struct cmd *c;
	int64_t *ids;
	size_t n;
	enum outcome outcome;
};

static int
add(const struct outbox_line *m, void *arg)
{
	struct job *j = arg;

	j->ids = mem_grow(NULL, j->ids, int64_t, j->n + 1);
	j->ids[j->n++] = m->id;
	return 0;
}

/* All of them or none.  "unsent" goes back to be checked anew: it leaves
 * only if it is still what the plan wants. */
static int
settle(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;
	struct outbox_result r;
	size_t i;

	memset(&r, 0, sizeof(r));
	r.outcome = j->outcome;
	r.reply = j->outcome == OUTCOME_ACCEPTED ? "settled as sent" :
	    "settled as unsent";
	r.retry_at = j->c->now;
	r.actor = j->c->actor;
	for (i = 0; i < j->n; i++)
		if (outbox_finish(db, j->ids[i], NULL, &r, j->c->now,
		    err) < 0)
			return -1;
	return 0;
}

static int
find(struct job *j, int argc, char **argv, int64_t since, struct err *err)
{
	const struct config_company *company;
	struct company_row row;
	char *end;
	int i;

	for (i = 1; i < argc; i++) {
		struct outbox_line m = { .id = strtoll(argv[i], &end, 10) };

		if (*end != '\0' || m.id <= 0)
			return cmd_usage(err, "'%.40s' is not the number of a "
			    "message; \"dunlin queue --state uncertain\" "
			    "lists them", argv[i]);
		add(&m, j);
	}
	if (since == CLOCK_NONE)
		return 0;
	if (cmd_company(j->c, &company, err) < 0 ||
	    companies_get(j->c->db, company->code, &row, err) < 0)
		return -1;
	return outbox_each(j->c->db, row.id, OUTBOX_UNCERTAIN, since, add, j,
	    err);
}

int
cmd_settle(struct cmd *c, int argc, char **argv, struct err *err)
{
	const char *as = NULL;
	int64_t since = CLOCK_NONE;
	const struct cmd_option options[] = {
		{ "as", OPTION_TEXT, &as },
		{ "since", OPTION_TIME, &since },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct job j = { .c = c };
	int r;

	if (cmd_options(options, &argc, argv, 0, -1, err) < 0)
		return -1;
	if (as == NULL || (strcmp(as, "sent") != 0 &&
	    strcmp(as, "unsent") != 0))
		return cmd_usage(err, "say --as sent or --as unsent");
	if ((argc > 1) == (since != CLOCK_NONE))
		return cmd_usage(err, "name messages, or --since TIME for "
		    "all that became uncertain since then");
	j.outcome = strcmp(as, "sent") == 0 ? OUTCOME_ACCEPTED :
	    OUTCOME_NOT_SENT;
	r = find(&j, argc, argv, since, err);
	if (r == 0)
		r = store_tx(c->db, settle, &j, err);
	if (r == 0 && c->json)
		printf("{\"settled\": %zu}\n", j.n);
	else if (r == 0)
		printf(cmd_say(c, "%zu settled as %s.\n",
		    "%zu 封已确认：%s。\n"), j.n, as);
	talloc_free(j.ids);
	return r < 0 ? -1 : EX_OK;
}
