/* rehearse.c - a policy over time, before it is let loose. */
#include "cmd/rehearse.h"

#include "base/file.h"
#include "base/mem.h"
#include "cmd/progress.h"
#include "config/policy_file.h"
#include "core/date.h"
#include "core/zone.h"
#include "rehearse/html.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define DISPUTE_AFTER 10
#define DISPUTE_AFTER_MAX 3650

struct job {
	struct cmd *c;
	struct rehearsal x;
	const struct policy *policies[2];
	struct report *reports[2];
	size_t n;
	char dir[256];		/* of the copy; "": none yet */
	char *copy;
};

static void
accounts_done(int64_t done, int64_t all, void *arg)
{
	progress_at(arg, done, all);
}

static void
pages_done(int64_t done, int64_t all, void *arg)
{
	progress_at(arg, done, all);
}

static void
drop_copy(struct job *j)
{
	static const char *const tails[] = { "", "-wal", "-shm" };
	size_t i;

	for (i = 0; i < sizeof(tails) / sizeof(*tails) && j->copy != NULL;
	    i++)
		unlink(mem_fmt(j->c, "%s%s", j->copy, tails[i]));
	if (j->dir[0] != '\0')
		rmdir(j->dir);
}

/* The live database goes on being written to; we look at a copy.  Its name is
 * gone as soon as it is open, so nothing is left whatever ends us. */
static int
make_copy(struct job *j, struct err *err)
{
	struct progress *p = progress_new(j->c, "rehearse: copy");
	int r;

	snprintf(j->dir, sizeof(j->dir), "%.200s/.rehearse-XXXXXX",
	    j->c->config->dir);
	if (mkdtemp(j->dir) == NULL) {
		err_set(err, ERR_TEMP, "%s: no folder for a copy of the "
		    "database can be made there", j->dir);
		j->dir[0] = '\0';
		return -1;
	}
	j->copy = mem_fmt(j->c, "%s/copy.db", j->dir);
	r = db_backup(j->c->db, j->copy, pages_done, p, err);
	talloc_free(p);
	if (r == 0)
		r = db_open(j->c, j->copy, DB_READ, &j->x.db, err);
	if (r == 0)
		r = db_snapshot_begin(j->x.db, err);
	if (r == 0)
		db_snapshot_end(j->x.db);
	drop_copy(j);
	return r;
}

static int
run(struct job *j, struct err *err)
{
	struct progress *p;
	size_t i;
	int r;

	for (i = 0; i < j->n; i++) {
		p = progress_new(j->c, "rehearse: accounts");
		j->x.progress = accounts_done;
		j->x.progress_arg = p;
		r = rehearse(j->c, &j->x, j->policies[i], &j->reports[i],
		    err);
		talloc_free(p);
		if (r < 0)
			return -1;
	}
	return 0;
}

static int
write_html(const struct job *j, const char *path, struct err *err)
{
	char *text = rehearse_html(j->c, (const struct report *const *)
	    j->reports, j->n, j->c->language);

	return file_write(path, text, strlen(text), 0600, err);
}

static int
choose_policies(struct job *j, const char *policy, const char *compare,
    int argc, char **argv, struct err *err)
{
	struct cmd *c = j->c;

	j->n = compare != NULL ? 2 : 1;
	if (compare != NULL && (policy != NULL || argc != 2))
		return cmd_usage(err, "--compare: two policies, and no "
		    "--policy");
	if (compare == NULL && argc > 1)
		return cmd_usage(err, "'%s': operands only with --compare",
		    argv[1]);
	if (compare != NULL)
		return policy_by_name(c, c->config, compare, &j->policies[0],
		    err) < 0 || policy_by_name(c, c->config, argv[1],
		    &j->policies[1], err) < 0 ? -1 : 0;
	j->policies[0] = j->x.company->policy;
	if (policy == NULL)
		return 0;
	return policy_by_name(c, c->config, policy, &j->policies[0], err);
}

static int
check_days(struct job *j, int64_t dispute_after, struct err *err)
{
	if (j->x.from == DATE_NONE || j->x.to == DATE_NONE)
		return cmd_usage(err, "--from DATE and --to DATE are needed");
	if (j->x.to < j->x.from || j->x.to - j->x.from >= RE_DAYS_MAX)
		return cmd_usage(err, "--to: at least the day of --from, and "
		    "less than %d days after it", RE_DAYS_MAX);
	if (dispute_after > DISPUTE_AFTER_MAX)
		return cmd_usage(err, "--dispute-after: at most %d days",
		    DISPUTE_AFTER_MAX);
	j->x.load.from = j->x.from;
	j->x.load.dispute_after = (int)dispute_after;
	return 0;
}

int
cmd_rehearse(struct cmd *c, int argc, char **argv, struct err *err)
{
	struct job j = { .c = c, .x = { .from = DATE_NONE, .to = DATE_NONE,
	    .seed = 1 } };
	const char *policy = NULL, *compare = NULL, *html = NULL, *play = NULL;
	int64_t dispute_after = DISPUTE_AFTER, seed = 1;
	struct cmd_account a;
	const struct cmd_option options[] = {
		{ "from", OPTION_DATE, &j.x.from },
		{ "to", OPTION_DATE, &j.x.to },
		{ "policy", OPTION_TEXT, &policy },
		{ "compare", OPTION_TEXT, &compare },
		{ "dispute-after", OPTION_INT, &dispute_after },
		{ "real-contacts", OPTION_FLAG, &j.x.load.real_contacts },
		{ "approve", OPTION_FLAG, &j.x.load.approve },
		{ "debtors", OPTION_FLAG, &j.x.debtors },
		{ "seed", OPTION_INT, &seed },
		{ "html", OPTION_TEXT, &html },
		{ "play", OPTION_TEXT, &play },
		{ NULL, OPTION_FLAG, NULL }
	};
	int r;

	if (cmd_options(options, &argc, argv, 0, 1, err) < 0 ||
	    cmd_company(c, &j.x.company, err) < 0 ||
	    check_days(&j, dispute_after, err) < 0 ||
	    choose_policies(&j, policy, compare, argc, argv, err) < 0)
		return -1;
	j.x.seed = (uint64_t)seed;
	if (play != NULL && cmd_account(c, play, &a, err) < 0)
		return -1;
	if (play != NULL)
		j.x.account_id = a.account_id;
	r = make_copy(&j, err);
	if (r == 0)
		r = play != NULL ? rehearse_play(c, &j.x, j.policies[0], err) :
		    run(&j, err);
	talloc_free(j.x.db);
	drop_copy(&j);		/* what closing it has made anew */
	if (r < 0 || play != NULL)
		return r < 0 ? -1 : EX_OK;
	if (html != NULL && write_html(&j, html, err) < 0)
		return -1;
	if (c->json)
		rehearse_json(c, j.reports, j.n);
	else
		rehearse_print(c, j.reports, j.n);
	return EX_OK;
}
