/* interrupted.c - what people know that interrupted the limitation period of a
 * claim. */
#include "cmd/cmd.h"

#include "core/date.h"
#include "store/limitations.h"

#include <stdio.h>
#include <sysexits.h>

struct job {
	struct cmd *c;
	struct limitation_note n;
};

static int
note_tx(struct db *db, void *arg, struct err *err)
{
	const struct job *j = arg;

	return limitations_note(db, &j->n, j->c->now, j->c->actor, err);
}

int
cmd_interrupted(struct cmd *c, int argc, char **argv, struct err *err)
{
	const char *by = NULL, *item = NULL;
	struct job j = { .c = c, .n = { .day = DATE_NONE } };
	const struct cmd_option options[] = {
		{ "by", OPTION_TEXT, &by },
		{ "on", OPTION_DATE, &j.n.day },
		{ "item", OPTION_TEXT, &item },
		{ "note", OPTION_TEXT, &j.n.note },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct cmd_account a;

	if (cmd_options(options, &argc, argv, 1, 1, err) < 0)
		return -1;
	if (by == NULL || !limitation_event_parse(by, &j.n.event))
		return cmd_usage(err, "--by WHAT: one of %s",
		    limitation_event_words());
	if (j.n.day == DATE_NONE)
		return cmd_usage(err, "--on DATE: when it was");
	if (cmd_check_text("--note", j.n.note, err) < 0 ||
	    cmd_account(c, argv[1], &a, err) < 0)
		return -1;
	j.n.company_id = a.company_id;
	j.n.account_id = a.account_id;
	if (item != NULL && limitations_find(c->db, a.account_id, item,
	    &j.n.item_id, err) < 0)
		return -1;
	if (item != NULL && j.n.item_id == 0)
		return cmd_usage(err, "--item %.60s: %s has no open item of "
		    "that number", item, argv[1]);
	if (store_tx(c->db, note_tx, &j, err) < 0)
		return -1;
	if (!cmd_json_ok(c))
		printf(cmd_say(c, "Noted for %s.\n", "已记录于 %s。\n"),
		    argv[1]);
	return EX_OK;
}
