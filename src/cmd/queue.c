/* queue.c - the messages in the outbox. */
#include "cmd/cmd.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cmd/listing.h"
#include "core/date.h"
#include "core/zone.h"
#include "store/companies.h"
#include "store/outbox.h"

#include <jansson.h>
#include <stdio.h>
#include <sysexits.h>

static int
to_json(const struct outbox_line *m, void *arg)
{
	struct listing *l = arg;
	char due[CLOCK_TEXT_MAX], changed[CLOCK_TEXT_MAX];

	json_array_append_new(l->array, json_pack("{s:I, s:s, s:s, s:s, s:s, "
	    "s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:s*}", "id",
	    (json_int_t)m->id, "account", m->account, "name", m->name,
	    "state", outbox_state_name(m->state), "class",
	    class_name(m->class), "channel", channel_name(m->channel),
	    "template", m->template, "language", m->language, "to",
	    m->address, "due", clock_format(m->due_at, due), "changed",
	    clock_format(m->changed_at, changed), "tries", m->tries,
	    "detail", m->detail));
	return 0;
}

static int
to_table(const struct outbox_line *m, void *arg)
{
	struct listing *l = arg;
	char day[DATE_TEXT_MAX];
	int32_t day_no, second;

	l->n++;
	day_no = zone_day(l->zone, m->due_at, &second);
	table_cellf(l->table, "%lld", (long long)m->id);
	table_cell(l->table, outbox_state_name(m->state));
	table_cellf(l->table, "%s %02d:%02d", date_format(day_no, day),
	    second / 3600, second / 60 % 60);
	table_cell(l->table, m->account);
	table_cell(l->table, m->name);
	table_cellf(l->table, "%s (%s)", m->template, m->language);
	table_cellf(l->table, "%d", m->tries);
	table_cell(l->table, m->detail);
	return 0;
}

static void
columns(struct table *t)
{
	table_column(t, "MESSAGE", TABLE_RIGHT);
	table_column(t, "STATE", TABLE_LEFT);
	table_column(t, "DUE", TABLE_LEFT);
	table_column(t, "ACCOUNT", TABLE_LEFT);
	table_column(t, "NAME", TABLE_LEFT);
	table_column(t, "TEMPLATE", TABLE_LEFT);
	table_column(t, "TRIES", TABLE_RIGHT);
	table_column(t, "LAST", TABLE_CUT);
}

static int
list(struct cmd *c, enum outbox_state state, int64_t since, struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	const struct config_company *company;
	struct listing l = { .n = 0 };
	struct company_row row;
	int r;

	if (cmd_company(c, &company, err) < 0 ||
	    companies_get(c->db, company->code, &row, err) < 0)
		return -1;
	l.zone = company->zone;
	l.table = table_new(ctx);
	columns(l.table);
	l.array = json_array();
	r = outbox_each(c->db, row.id, state, since,
	    c->json ? to_json : to_table, &l, err);
	return listing_end(c, &l, r, cmd_say(c,
	    "No such messages.", "没有这样的邮件。"));
}

int
cmd_queue(struct cmd *c, int argc, char **argv, struct err *err)
{
	const char *word = NULL;
	enum outbox_state state = OUTBOX_COUNT;
	int64_t since = 0;
	const struct cmd_option options[] = {
		{ "state", OPTION_TEXT, &word },
		{ "since", OPTION_TIME, &since },
		{ NULL, OPTION_FLAG, NULL }
	};

	if (cmd_options(options, &argc, argv, 0, 0, err) < 0)
		return -1;
	if (word != NULL && !outbox_state_parse(word, &state))
		return cmd_usage(err, "--state is one of %s",
		    outbox_state_words());
	return list(c, state, since, err);
}
