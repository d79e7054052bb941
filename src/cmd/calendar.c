/* calendar.c - what is to be done when, as an iCalendar file or as a feed. */
#include "cmd/cmd.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cmd/table.h"
#include "core/zone.h"
#include "followup/publish.h"
#include "render/locale.h"
#include "store/companies.h"
#include "store/feeds.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

struct job {
	struct cmd *c;
	const struct config_company *company;
	int64_t company_id;
	const char *login, *language;
	bool details;
	struct table *table;	/* of feeds */
	json_t *array;
	struct feed feed;
	char secret[FEED_SECRET_MAX];
	int64_t id;
};

static int
print(struct job *j, struct err *err)
{
	struct cmd *c = j->c;
	struct publish p = { .of = { j->company_id, j->login, NULL },
	    .language = j->language, .details = j->details,
	    .zone = j->company->zone, .name = "Dunlin" };
	json_t *json;
	char *text;
	size_t n;

	if (entries_refresh(c->db, j->company_id, c->now, NULL, err) < 0 ||
	    publish(c, c->db, &p, &text, &n, err) < 0)
		return -1;
	if (c->json) {
		json = json_pack("{s:I, s:s}", "entries", (json_int_t)n,
		    "calendar", text);
		json_dumpf(json, stdout, JSON_INDENT(2));
		json_decref(json);
		putchar('\n');
	} else {
		fputs(text, stdout);
	}
	return fflush(stdout) == 0 ? EX_OK : err_set(err, ERR_TEMP,
	    "standard output cannot be written");
}

/* --- feeds --- */

static int
add_tx(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;

	return feeds_add(db, &j->feed, j->secret, &j->id, err);
}

static int
add_feed(struct job *j, struct err *err)
{
	struct cmd *c = j->c;
	const char *base = c->config->web.public_url;
	char *url;

	j->feed = (struct feed){ .company_id = j->company_id,
	    .owner = j->login, .language = j->language,
	    .details = j->details, .created_at = c->now,
	    .created_by = c->actor };
	if (c->config->web.host == NULL)
		return err_set(err, ERR_CONFIG, "%s: a feed needs the web "
		    "role: set web.listen", c->config->file);
	if (store_tx(c->db, add_tx, j, err) < 0)
		return -1;
	if (base != NULL)
		url = mem_fmt(c, "%s/feed/%s.ics", base, j->secret);
	else
		url = mem_fmt(c, "http://%s:%d/feed/%s.ics",
		    c->config->web.host, c->config->web.port, j->secret);
	if (c->json)
		printf("{\"feed\": %lld, \"url\": \"%s\"}\n",
		    (long long)j->id, url);
	else
		printf(cmd_say(c, "Feed %lld: %s\nWho has this address can "
		    "read it; it is not shown again.\n", "订阅 %lld：%s\n"
		    "任何人持有此地址即可读取；地址不会再次显示。\n"),
		    (long long)j->id, url);
	return EX_OK;
}

static int
to_list(const struct feed *f, void *arg)
{
	struct job *j = arg;
	char at[CLOCK_TEXT_MAX], end[CLOCK_TEXT_MAX];

	clock_format(f->created_at, at);
	if (j->c->json) {
		json_array_append_new(j->array, json_pack("{s:I, s:s*, s:s, "
		    "s:b, s:s, s:s, s:b}", "feed", (json_int_t)f->id,
		    "owner", f->owner, "language", f->language, "details",
		    f->details, "created", at, "by", f->created_by,
		    "revoked", f->revoked_at != CLOCK_NONE));
		return 0;
	}
	table_cellf(j->table, "%lld", (long long)f->id);
	table_cell(j->table, f->owner);
	table_cell(j->table, f->language);
	table_cell(j->table, f->details ? "yes" : "no");
	table_cell(j->table, at);
	table_cell(j->table, f->created_by);
	table_cell(j->table, f->revoked_at == CLOCK_NONE ? NULL :
	    clock_format(f->revoked_at, end));
	return 0;
}

static int
list_feeds(struct job *j, struct err *err)
{
	static const char *const heads[] = { "OWNER", "LANGUAGE", "DETAILS",
		"MADE", "BY", "REVOKED" };
	size_t i;

	j->table = table_new(j->c);
	table_column(j->table, "FEED", TABLE_RIGHT);
	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		table_column(j->table, heads[i], TABLE_LEFT);
	j->array = json_array();
	if (feeds_each(j->c->db, j->company_id, to_list, j, err) < 0) {
		json_decref(j->array);
		return -1;
	}
	if (j->c->json) {
		json_dumpf(j->array, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		table_print(j->table, stdout, 0);
	}
	json_decref(j->array);
	return EX_OK;
}

static int
revoke_tx(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;

	return feeds_revoke(db, j->id, j->c->now, j->c->actor, err);
}

static int
revoke_feed(struct job *j, const char *word, struct err *err)
{
	char *end;

	j->id = strtoll(word, &end, 10);
	if (*end != '\0' || j->id <= 0)
		return cmd_usage(err, "'%.40s' is not a feed number", word);
	if (store_tx(j->c->db, revoke_tx, j, err) < 0)
		return -1;
	if (!cmd_json_ok(j->c))
		puts(cmd_say(j->c, "Revoked: the address is dead.",
		    "已撤销：该地址不再可用。"));
	return EX_OK;
}

int
cmd_calendar(struct cmd *c, int argc, char **argv, struct err *err)
{
	struct job j = { .c = c, .language = c->language };
	const struct cmd_option options[] = {
		{ "owner", OPTION_TEXT, &j.login },
		{ "language", OPTION_TEXT, &j.language },
		{ "details", OPTION_FLAG, &j.details },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct company_row row;

	if (cmd_options(options, &argc, argv, 0, 2, err) < 0 ||
	    cmd_company(c, &j.company, err) < 0 ||
	    (j.login != NULL && cmd_user(c, j.login, err) < 0) ||
	    companies_get(c->db, j.company->code, &row, err) < 0)
		return -1;
	if (locale_find(j.language) == NULL)
		return cmd_usage(err, "--language: en or zh-CN");
	j.company_id = row.id;
	if (argc == 1)
		return print(&j, err);
	if (argc == 2 && strcmp(argv[1], "feed") == 0)
		return add_feed(&j, err);
	if (argc == 2 && strcmp(argv[1], "feeds") == 0)
		return list_feeds(&j, err);
	if (argc == 3 && strcmp(argv[1], "revoke") == 0)
		return revoke_feed(&j, argv[2], err);
	return cmd_usage(err, "calendar: nothing, or one of feed, feeds, "
	    "revoke FEED");
}
