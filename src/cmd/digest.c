/* digest.c - what somebody of ours would be told now. */
#include "cmd/cmd.h"

#include "base/log.h"
#include "base/mem.h"
#include "escalate/digest.h"
#include "escalate/robot.h"
#include "store/companies.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define DAY 86400

static int
find_user(struct cmd *c, const char *login, const struct config_user **ret_u,
    struct err *err)
{
	if (login == NULL)
		login = strchr(c->actor, ':') + 1;
	if (cmd_user(c, login, err) < 0)
		return -1;
	*ret_u = config_user(c->config, login);
	return 0;
}

static void
print_it(const struct cmd *c, const struct digest_ask *a,
    const struct staff_text *t, bool html)
{
	json_t *o;

	if (c->json) {
		o = json_pack("{s:s, s:s, s:s*, s:s*, s:s*}", "user",
		    a->user->login, "kind", digest_kind_name(a->kind),
		    "subject", t->subject, "text", t->text, "html", t->html);
		json_dumpf(o, stdout, JSON_INDENT(2));
		putchar('\n');
		json_decref(o);
	} else if (t->text == NULL) {
		printf(cmd_say(c, "Nothing to tell %s.\n",
		    "没有需要告知%s的事项。\n"), a->user->login);
	} else if (html) {
		fputs(t->html, stdout);
	} else {
		printf("%s\n\n%s", t->subject, t->text);
	}
}

/* What the group would be told. */
static int
tell_robot(struct cmd *c, const struct digest_ask *a, const char *name,
    struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	const struct config_sms *robot = config_robot(a->company, name);
	struct config_user group = { .login = name };
	struct staff_text text = { .text = NULL };
	struct digest_ask as = *a;

	if (robot == NULL)
		return err_set(err, ERR_PERM, "there is no robot \"%.40s\": "
		    "see companies.%s.robots in %s", name, a->company->code,
		    c->config->file);
	if (robot_make(pool, c->db, a, robot, &text, err) < 0)
		return -1;
	as.user = &group;
	print_it(c, &as, &text, false);
	return EX_OK;
}

int
cmd_digest(struct cmd *c, int argc, char **argv, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	const char *robot = NULL;
	bool weekly = false, html = false;
	struct digest_ask a = { .config = c->config, .now = c->now };
	const struct cmd_option options[] = {
		{ "weekly", OPTION_FLAG, &weekly },
		{ "html", OPTION_FLAG, &html },
		{ "robot", OPTION_TEXT, &robot },
		{ "since", OPTION_TIME, &a.since },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct staff_text text = { .text = NULL };
	struct company_row row;

	if (cmd_options(options, &argc, argv, 0, 1, err) < 0)
		return -1;
	if (robot != NULL && (argc > 1 || html))
		return cmd_usage(err, "--robot: its text is for no one user, "
		    "and no page");
	if (cmd_company(c, &a.company, err) < 0 ||
	    companies_get(c->db, a.company->code, &row, err) < 0 ||
	    (robot == NULL && find_user(c, argc > 1 ? argv[1] : NULL, &a.user,
	    err) < 0))
		return -1;
	a.company_id = row.id;
	a.kind = weekly ? DIGEST_WEEKLY : DIGEST_DAILY;
	if (a.since == 0)
		a.since = c->now - (weekly ? 7 * DAY : DAY);
	if (robot != NULL)
		return tell_robot(c, &a, robot, err);
	if (digest_make(pool, c->db, &a, &text, err) < 0)
		return -1;
	if (text.wrong != NULL)
		log_warn("%s", text.wrong);
	print_it(c, &a, &text, html);
	return EX_OK;
}
