/* verify.c - is the ledger of events what was written? */
#include "cmd/cmd.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cmd/progress.h"
#include "store/verify.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

struct job {
	struct cmd *c;
	struct progress *progress;
	json_t *problems;
	struct root now;	/* what the database holds */
	struct root roots[2];	/* the one given, the last one stored */
	size_t n_roots;
	bool given;
};

static void
problem(const char *text, void *arg)
{
	struct job *j = arg;

	if (j->c->json)
		json_array_append_new(j->problems, json_string(text));
	else
		printf("%s\n", text);
}

static void
progress(int64_t done, int64_t all, void *arg)
{
	struct job *j = arg;

	progress_at(j->progress, done, all);
}

static int
read_roots(struct job *j, const char *file, struct err *err)
{
	struct root *r = &j->roots[0];
	int found;

	if (roots_compute(j->c->db, j->c->now, &j->now, err) < 0)
		return -1;
	if (file != NULL) {
		if (roots_read(file, r, err) < 0)
			return -1;
		if (strcmp(r->database, j->now.database) != 0)
			return err_set(err, ERR_PERM, "%s: this is the root "
			    "of another database", file);
		j->given = true;
		j->n_roots++;
	}
	found = roots_last(j->c->db, &j->roots[j->n_roots], err);
	if (found > 0)
		j->n_roots++;
	return found < 0 ? -1 : 0;
}

static void
print_json(const struct job *j, const struct verify_report *r)
{
	char at[CLOCK_TEXT_MAX];
	json_t *out;
	char *text;

	out = json_pack("{s:b, s:I, s:I, s:I, s:I, s:I, s:O, s:s*}", "ok",
	    r->problems == 0, "streams", (json_int_t)r->streams, "events",
	    (json_int_t)r->events, "erased", (json_int_t)r->erased,
	    "messages", (json_int_t)r->messages, "problem_count", (json_int_t)r->problems, "problems",
	    j->problems, "complete_until", j->given ?
	    clock_format(j->roots[0].at, at) : NULL);
	text = json_dumps(out, JSON_INDENT(2));
	puts(text);
	free(text);
	json_decref(out);
}

static void
print_text(const struct job *j, const struct verify_report *r)
{
	struct cmd *c = j->c;
	char at[CLOCK_TEXT_MAX];

	printf(cmd_say(c, "Events: %lld in %lld streams; payloads erased: "
	    "%lld; messages compared: %lld; problems: %lld\n",
	    "事件 %lld 条，分属 %lld 条链；已删除内容 %lld 条；核对邮件原文 "
	    "%lld 封；问题 %lld 个\n"), (long long)r->events,
	    (long long)r->streams, (long long)r->erased,
	    (long long)r->messages, (long long)r->problems);
	if (!j->given) {
		fputs(cmd_say(c, "Not shown without a root kept outside the "
		    "database (--root FILE): that the last\nevents of an "
		    "account, or all of them, were removed, or that the "
		    "whole ledger was\nwritten anew.\n",
		    "没有数据库之外保存的根哈希（--root 文件），无法发现末尾"
		    "事件或整个账户的事件被删除，也无法发现全部记录被整体"
		    "重写。\n"), stdout);
		return;
	}
	if (r->problems == 0)
		printf(cmd_say(c, "Nothing written before %s was removed or "
		    "changed; a removed end after it cannot be seen.\n",
		    "%s 之前写入的内容没有被删除或改动；此后末尾被删的事件"
		    "无法发现。\n"), clock_format(j->roots[0].at, at));
}

static int
run(struct job *j, struct err *err)
{
	const struct verify_hooks hooks = { problem, progress, j };
	struct verify_report report;
	int r;

	if (db_integrity(j->c->db, err) < 0)
		return -1;
	r = verify_events(j->c->db, j->roots, j->n_roots, &hooks, &report,
	    err);
	TALLOC_FREE(j->progress);
	if (r < 0)
		return -1;
	if (j->c->json)
		print_json(j, &report);
	else
		print_text(j, &report);
	if (report.problems > 0)
		return err_set(err, ERR_CORRUPT, "the ledger of events was "
		    "changed (problems: %lld): keep this database as it is "
		    "and compare it with a backup", (long long)report.problems);
	return 0;
}

int
cmd_verify(struct cmd *c, int argc, char **argv, struct err *err)
{
	const char *file = NULL, *out = NULL;
	const struct cmd_option options[] = {
		{ "root", OPTION_TEXT, &file },
		{ "write-root", OPTION_TEXT, &out },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct job j = { .c = c };
	int r;

	if (cmd_options(options, &argc, argv, 0, 0, err) < 0 ||
	    read_roots(&j, file, err) < 0)
		return -1;
	j.problems = json_array();
	j.progress = progress_new(c, "verify: events");
	r = run(&j, err);
	json_decref(j.problems);
	/* A root of a damaged ledger would only hide the damage. */
	if (r == 0 && out != NULL)
		r = roots_write(out, &j.now, err);
	return r < 0 ? -1 : EX_OK;
}
