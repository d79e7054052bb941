/* calendar.c - what is to be done when, as an iCalendar file. */
#include "cmd/cmd.h"

#include "base/mem.h"
#include "core/zone.h"
#include "followup/publish.h"
#include "render/locale.h"
#include "store/companies.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

int
cmd_calendar(struct cmd *c, int argc, char **argv, struct err *err)
{
	const char *login = NULL, *language = c->language;
	bool details = false;
	const struct cmd_option options[] = {
		{ "owner", OPTION_TEXT, &login },
		{ "language", OPTION_TEXT, &language },
		{ "details", OPTION_FLAG, &details },
		{ NULL, OPTION_FLAG, NULL }
	};
	const struct config_company *company;
	struct company_row row;
	struct publish p;
	char *text;
	size_t n;

	if (cmd_options(options, &argc, argv, 0, 0, err) < 0 ||
	    cmd_company(c, &company, err) < 0 ||
	    (login != NULL && cmd_user(c, login, err) < 0) ||
	    companies_get(c->db, company->code, &row, err) < 0)
		return -1;
	if (locale_find(language) == NULL)
		return cmd_usage(err, "--language: en or zh-CN");
	if (entries_refresh(c->db, row.id, c->now, NULL, err) < 0)
		return -1;
	p = (struct publish){ .of = { row.id, login, NULL },
	    .language = language, .details = details, .zone = company->zone,
	    .name = "Dunlin" };
	if (publish(c, c->db, &p, &text, &n, err) < 0)
		return -1;
	if (c->json)
		json_dumpf(json_pack("{s:I, s:s}", "entries", (json_int_t)n,
		    "calendar", text), stdout, JSON_INDENT(2));
	else
		fputs(text, stdout);
	return fflush(stdout) == 0 ? EX_OK : err_set(err, ERR_TEMP,
	    "standard output cannot be written");
}
