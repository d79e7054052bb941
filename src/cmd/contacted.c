/* contacted.c - a call, visit or chat by a person, so that no message comes
 * on top of it. */
#include "cmd/cmd.h"

#include "base/clock.h"
#include "store/contacted.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

struct job {
	struct cmd *c;
	struct contacted k;
};

static int
add(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;

	return contacted_add(db, &j->k, j->c->now, j->c->actor, err);
}

/* A code that reports can count: "promised", "no-answer". */
static int
check_result(const char *result, struct err *err)
{
	static const char ok[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

	if (*result == '\0' || strlen(result) > 40 ||
	    result[strspn(result, ok)] != '\0')
		return cmd_usage(err, "--result: a short code of lower-case "
		    "letters, digits and dashes, such as no-answer");
	return 0;
}

int
cmd_contacted(struct cmd *c, int argc, char **argv, struct err *err)
{
	const char *by = NULL, *result = NULL, *note = NULL;
	int64_t at = c->now;
	const struct cmd_option options[] = {
		{ "by", OPTION_TEXT, &by },
		{ "result", OPTION_TEXT, &result },
		{ "note", OPTION_TEXT, &note },
		{ "at", OPTION_TIME, &at },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct cmd_account a;
	struct job j = { .c = c };

	if (cmd_options(options, &argc, argv, 1, 1, err) < 0)
		return -1;
	if (by == NULL || !channel_parse(by, &j.k.by) ||
	    j.k.by == CHANNEL_CALENDAR || j.k.by == CHANNEL_ROBOT)
		return cmd_usage(err, "--by: how, one of %s",
		    channel_words());
	if (result == NULL)
		return cmd_usage(err, "--result: what came of it, such as "
		    "no-answer");
	if (check_result(result, err) < 0 ||
	    cmd_check_text("--note", note, err) < 0)
		return -1;
	if (at > c->now)
		return cmd_usage(err, "--at: that time has not come yet");
	if (cmd_account(c, argv[1], &a, err) < 0)
		return -1;
	j.k.company_id = a.company_id;
	j.k.account_id = a.account_id;
	j.k.result = result;
	j.k.note = note;
	j.k.at = at;
	if (store_tx(c->db, add, &j, err) < 0)
		return -1;
	if (!cmd_json_ok(c))
		printf(cmd_say(c, "Recorded: %s was contacted; it counts for "
		    "gaps and caps.\n", "已登记：已联系 %s，计入联系间隔与次数"
		    "上限。\n"), a.code);
	return EX_OK;
}
