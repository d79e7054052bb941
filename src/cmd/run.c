/* run.c - one role: what serve starts, and what cron and tests call. */
#include "cmd/cmd.h"

#include "base/log.h"
#include "daemon/role.h"
#include "daemon/roles.h"
#include "daemon/signals.h"

#include <sysexits.h>

#define NUDGE_FD 3	/* of daemon/supervise.c */

int
cmd_run(struct cmd *c, int argc, char **argv, struct err *err)
{
	struct role_run r = { .nudge_fd = -1 };
	bool nudge = false;
	const struct cmd_option options[] = {
		{ "once", OPTION_FLAG, &r.once },
		{ "name", OPTION_TEXT, &r.name },
		{ "nudge", OPTION_FLAG, &nudge },
		{ NULL, OPTION_FLAG, NULL }
	};

	if (cmd_options(options, &argc, argv, 1, 1, err) < 0)
		return -1;
	r.role = argv[1];
	if (role_find(r.role) == NULL)
		return cmd_usage(err, "no role '%.40s'", r.role);
	if (nudge)
		r.nudge_fd = NUDGE_FD;
	r.config = c->config;
	r.db = c->db;
	log_init(r.name != NULL ? r.name : r.role, LOG_INFO);
	if (signals_init(err) < 0)
		return -1;
	if (role_loop(c, &r, err) < 0)
		return -1;
	return EX_OK;
}
