/* release.c - end holds. */
#include "cmd/cmd.h"

#include "store/holds.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

struct job {
	struct cmd *c;
	int argc;
	char **argv;
	const char *note;
};

static int
parse_id(const char *text, int64_t *ret_id, struct err *err)
{
	char *end;
	long long v = strtoll(text, &end, 10);

	if (*end != '\0' || v <= 0)
		return cmd_usage(err, "'%.40s' is not the number of a hold; "
		    "\"dunlin hold\" lists them", text);
	*ret_id = v;
	return 0;
}

/* All of them or none. */
static int
release(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;
	int64_t id = 0;
	int i;

	for (i = 1; i < j->argc; i++)
		if (parse_id(j->argv[i], &id, err) < 0 ||
		    holds_release(db, id, j->c->now, j->c->actor, j->note,
		    err) < 0)
			return -1;
	return 0;
}

int
cmd_release(struct cmd *c, int argc, char **argv, struct err *err)
{
	const char *note = NULL;
	struct job j = { .c = c };
	const struct cmd_option options[] = {
		{ "note", OPTION_TEXT, &note },
		{ NULL, OPTION_FLAG, NULL }
	};
	int i;

	if (cmd_options(options, &argc, argv, 1, -1, err) < 0 ||
	    cmd_check_text("--note", note, err) < 0)
		return -1;
	j.argc = argc;
	j.argv = argv;
	j.note = note;
	if (store_tx(c->db, release, &j, err) < 0)
		return -1;
	cmd_json_ok(c);
	for (i = 1; i < argc && !c->json; i++)
		printf(cmd_say(c, "Hold %s released.\n", "已解除暂停 %s。\n"),
		    argv[i]);
	return EX_OK;
}
