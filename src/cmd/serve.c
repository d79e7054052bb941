/* serve.c - all roles of a workspace, supervised. */
#include "cmd/cmd.h"

#include "base/log.h"
#include "base/mem.h"
#include "daemon/supervise.h"
#include "store/companies.h"

#include <sysexits.h>

/* Before a reload: is the configuration on disk a good one? */
static int
check(void *arg)
{
	struct cmd *c = arg;
	struct config_problems problems = { NULL, 0 };
	void *memory = mem_check(talloc_new(c));
	struct config *config;
	struct err err;
	size_t i;
	int bad;

	bad = config_read(memory, c->dir, &config, &problems, &err);
	for (i = 0; i < problems.n; i++)
		log_error("reload: %s", problems.lines[i]);
	if (bad)
		log_error("reload: kept the old configuration: %s", err.text);
	talloc_free(memory);
	return bad;
}

int
cmd_serve(struct cmd *c, int argc, char **argv, struct err *err)
{
	int64_t senders = 1;
	const struct cmd_option options[] = {
		{ "senders", OPTION_INT, &senders },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct supervise s = { .dir = c->dir, .check = check, .arg = c };
	size_t i;

	if (cmd_options(options, &argc, argv, 0, 0, err) < 0)
		return -1;
	if (senders < 1 || senders > SUPERVISE_SENDERS_MOST)
		return cmd_usage(err, "--senders: from 1 to %d",
		    SUPERVISE_SENDERS_MOST);
	/* What can be wrong with the database is said now and once; the roles
	 * open it themselves. */
	talloc_free(c->db);
	c->db = NULL;
	s.senders = (int)senders;
	s.importer = c->config->import.dir != NULL;
	s.web = c->config->web.host != NULL;
	for (i = 0; i < c->config->n_companies; i++)
		s.calendar |= c->config->companies[i].n_calendars > 0;
	log_init("serve", LOG_INFO);
	if (supervise(&s, err) < 0)
		return -1;
	return EX_OK;
}
