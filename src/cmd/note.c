/* note.c - what a person wants remembered about an account. */
#include "cmd/cmd.h"

#include "base/mem.h"
#include "base/text.h"
#include "store/events.h"

#include <stdio.h>
#include <sysexits.h>

struct job {
	struct cmd *c;
	struct cmd_account a;
	const char *text;
};

static int
add(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;

	return events_append(db, j->a.company_id, j->a.account_id, j->c->now,
	    "note", j->c->actor, json_pack("{s:s}", "text", j->text), NULL,
	    err);
}

int
cmd_note(struct cmd *c, int argc, char **argv, struct err *err)
{
	const struct cmd_option options[] = { { NULL, OPTION_FLAG, NULL } };
	struct text *t = text_new(c);
	struct job j = { .c = c };
	char *trimmed;
	int i;

	if (cmd_options(options, &argc, argv, 2, -1, err) < 0 ||
	    cmd_account(c, argv[1], &j.a, err) < 0)
		return -1;
	for (i = 2; i < argc; i++) {
		text_add(t, i > 2 ? " " : "");
		text_add(t, argv[i]);
	}
	if (cmd_check_text("the note", text_str(t), err) < 0)
		return -1;
	trimmed = text_trim(c, text_str(t));
	if (*trimmed == '\0')
		return cmd_usage(err, "the note is empty");
	j.text = trimmed;
	if (store_tx(c->db, add, &j, err) < 0)
		return -1;
	if (!cmd_json_ok(c))
		printf(cmd_say(c, "Noted on %s.\n", "已记录在 %s。\n"),
		    argv[1]);
	return EX_OK;
}
