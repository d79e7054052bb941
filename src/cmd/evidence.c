/* evidence.c - a bundle about one account that others can check. */
#include "cmd/cmd.h"

#include "base/mem.h"
#include "cmd/output.h"
#include "cmd/progress.h"
#include "report/evidence.h"
#include "store/entries.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static void
progress(int64_t done, int64_t all, void *arg)
{
	progress_at(arg, done, all);
}

static void
print(struct cmd *c, const struct evidence *e,
    const struct evidence_report *r)
{
	if (c->json) {
		printf("{\"events\": %lld, \"sent\": %lld, \"received\": "
		    "%lld, \"root\": \"%s\", \"sums\": \"%s\"}\n",
		    (long long)r->events, (long long)r->sent,
		    (long long)r->received, r->root, r->sums);
		return;
	}
	printf(cmd_say(c, "%s: %lld events, %lld messages sent, %lld "
	    "received\nSHA256SUMS %s\nroot of now %s\n",
	    "%s：事件 %lld 条，发出消息 %lld 封，收到 %lld 封\nSHA256SUMS %s\n"
	    "当前根哈希 %s\n"), e->to, (long long)r->events,
	    (long long)r->sent, (long long)r->received, r->sums, r->root);
	if (e->outside == NULL)
		fputs(cmd_say(c, "Nothing in it shows that it was not made up "
		    "later: for that it takes a root that others\nhave kept "
		    "(--root FILE; see README.txt in it).\n",
		    "包内内容无法证明其不是事后编造：须由他人保存的根哈希来"
		    "证明（--root 文件；见包内 README.zh-CN.txt）。\n"),
		    stdout);
}

static int
write_it(struct evidence *e, struct evidence_report *report, struct err *err)
{
	int r;

	if (db_snapshot_begin(e->db, err) < 0)
		return -1;
	r = evidence_write(e, report, err);
	db_snapshot_end(e->db);
	return r;
}

int
cmd_evidence(struct cmd *c, int argc, char **argv, struct err *err)
{
	const char *file = NULL;
	struct evidence e = { .db = c->db, .now = c->now,
	    .actor = c->actor, .progress = progress };
	const struct cmd_option options[] = {
		{ "output", OPTION_TEXT, &e.to },
		{ "root", OPTION_TEXT, &file },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct evidence_report report;
	struct root outside;
	struct cmd_account a;
	int r;

	e.to = output_take(&argc, argv);
	if (cmd_options(options, &argc, argv, 1, 1, err) < 0)
		return -1;
	if (e.to == NULL)
		return cmd_usage(err, "say where to: -o FOLDER or -o FILE.zip");
	if (cmd_account(c, argv[1], &a, err) < 0 ||
	    (file != NULL && roots_read(file, &outside, err) < 0) ||
	    entries_refresh(c->db, a.company_id, c->now, NULL, err) < 0)
		return -1;
	e.outside = file != NULL ? &outside : NULL;
	e.company = a.company;
	e.company_id = a.company_id;
	e.account_id = a.account_id;
	e.code = a.code;
	e.arg = progress_new(c, "evidence: events");
	r = write_it(&e, &report, err);
	talloc_free(e.arg);
	if (r < 0)
		return -1;
	print(c, &e, &report);
	return EX_OK;
}
