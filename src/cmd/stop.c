/* stop.c - halt the senders before their next message, until dunlin arm. */
#include "cmd/cmd.h"

#include "store/companies.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

struct stop {
	struct cmd *c;
	const struct config_company *company;
	bool was;
};

static int
stop_tx(struct db *db, void *arg, struct err *err)
{
	struct stop *s = arg;
	struct company_row row;

	if (companies_get(db, s->company->code, &row, err) < 0)
		return -1;
	s->was = row.stopped;
	if (s->was)
		return 0;
	return companies_stop(db, row.id, true, s->c->now, s->c->actor, err);
}

static int
stop_one(struct cmd *c, const struct config_company *company,
    struct err *err)
{
	struct stop s = { c, company, false };
	json_t *j;

	if (store_tx(c->db, stop_tx, &s, err) < 0)
		return -1;
	if (c->json) {
		j = json_pack("{s:s, s:b, s:b}", "company", company->code,
		    "stopped", 1, "was_stopped", s.was);
		json_dumpf(j, stdout, JSON_COMPACT);
		putchar('\n');
		json_decref(j);
		return 0;
	}
	printf(s.was ? cmd_say(c, "%s was stopped already.\n",
	    "%s 此前已停止。\n") : cmd_say(c, "%s is stopped: a message that "
	    "is being handed over is finished, no other begins. \"dunlin "
	    "arm\" starts it again.\n", "%s 已停止：正在递交的消息会完成，不再"
	    "开始新的发送。dunlin arm 可恢复。\n"), company->code);
	return 0;
}

/* In a hurry nobody should have to remember a code: without one, all. */
int
cmd_stop(struct cmd *c, int argc, char **argv, struct err *err)
{
	const struct cmd_option options[] = { { NULL, OPTION_FLAG, NULL } };
	const struct config_company *company;
	size_t i;

	if (cmd_options(options, &argc, argv, 0, 1, err) < 0)
		return -1;
	if (argc == 2)
		c->company_code = argv[1];
	if (c->company_code != NULL) {
		if (cmd_company(c, &company, err) < 0)
			return -1;
		return stop_one(c, company, err) < 0 ? -1 : EX_OK;
	}
	for (i = 0; i < c->config->n_companies; i++)
		if (stop_one(c, &c->config->companies[i], err) < 0)
			return -1;
	return EX_OK;
}
