/* backup.c - a consistent copy of the database, and the root of its events. */
#include "cmd/cmd.h"

#include "base/mem.h"
#include "cmd/progress.h"
#include "store/roots.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

static void
pages(int64_t done, int64_t all, void *arg)
{
	progress_at(arg, done, all);
}

static void
print_json(const char *file, const struct root *root)
{
	json_t *out = json_pack("{s:s, s:I, s:s}", "file", file, "events",
	    (json_int_t)root->events, "root", root->hash);
	char *text = json_dumps(out, JSON_INDENT(2));

	if (text != NULL)
		puts(text);
	free(text);
	json_decref(out);
}

int
cmd_backup(struct cmd *c, int argc, char **argv, struct err *err)
{
	const struct cmd_option options[] = { { NULL, OPTION_FLAG, NULL } };
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct progress *p;
	struct root root;
	char *path;
	int r;

	if (cmd_options(options, &argc, argv, 1, 1, err) < 0)
		return -1;
	/* The root first: the copy has all that it covers, or more. */
	if (roots_compute(c->db, c->now, &root, err) < 0)
		return -1;
	p = progress_new(ctx, "backup: pages");
	r = db_backup(c->db, argv[1], pages, p, err);
	talloc_free(p);
	path = mem_fmt(ctx, "%s.root", argv[1]);
	if (r < 0 || roots_write(path, &root, err) < 0)
		return -1;
	if (c->json)
		print_json(argv[1], &root);
	else
		printf(cmd_say(c, "Copied to %s (%lld events, root in %s).\n"
		    "After restoring it, run \"dunlin recover\" before "
		    "anything else.\n",
		    "已备份到 %s（%lld 条事件，根哈希见 %s）。\n"
		    "恢复备份后，请先运行 \"dunlin recover\"。\n"), argv[1],
		    (long long)root.events, path);
	return EX_OK;
}
