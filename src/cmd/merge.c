/* merge.c - two accounts that are one customer. */
#include "cmd/cmd.h"

#include "store/merge.h"

#include <jansson.h>
#include <stdio.h>
#include <sysexits.h>

struct job {
	struct cmd *c;
	struct cmd_account from, into;
	struct merge_counts n;
};

static int
merge(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;

	return merge_accounts(db, j->from.company_id, j->from.account_id,
	    j->into.account_id, j->c->now, j->c->actor, &j->n, err);
}

int
cmd_merge(struct cmd *c, int argc, char **argv, struct err *err)
{
	const struct cmd_option options[] = { { NULL, OPTION_FLAG, NULL } };
	struct job j = { .c = c };
	json_t *o;

	if (cmd_options(options, &argc, argv, 2, 2, err) < 0 ||
	    cmd_account(c, argv[1], &j.from, err) < 0 ||
	    cmd_account(c, argv[2], &j.into, err) < 0 ||
	    store_tx(c->db, merge, &j, err) < 0)
		return -1;
	if (c->json) {
		o = json_pack("{s:I, s:I, s:I, s:I}", "items",
		    (json_int_t)j.n.items, "holds", (json_int_t)j.n.holds,
		    "messages", (json_int_t)j.n.messages, "contacts",
		    (json_int_t)j.n.contacts);
		json_dumpf(o, stdout, JSON_INDENT(2) | JSON_SORT_KEYS);
		putchar('\n');
		json_decref(o);
		return EX_OK;
	}
	printf(cmd_say(c, "%s is %s now: items %lld, holds %lld, messages "
	    "%lld, contacts %lld\n", "%s 已并入 %s：项目 %lld，暂停 %lld，"
	    "消息 %lld，联系人 %lld\n"), argv[1], argv[2],
	    (long long)j.n.items, (long long)j.n.holds,
	    (long long)j.n.messages, (long long)j.n.contacts);
	return EX_OK;
}
