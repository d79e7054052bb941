/* Tables of a bundle, and the messages that they name. */
#include "report/evidence_int.h"

#include "base/mem.h"
#include "core/zone.h"
#include "followup/publish.h"
#include "report/csv.h"
#include "report/limitation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- messages --- */

static int
put_bytes(const char *bytes, size_t n, void *arg)
{
	struct evidence_job *j = arg;

	return bundle_add(j->bundle, j->name, bytes, n, j->err);
}

/* key: "sent/7-1".  A mail is .eml, so that a mail program opens it. */
static void
name_file(struct evidence_job *j, const char *key, const char *channel)
{
	snprintf(j->name, sizeof(j->name), "%.50s.%s", key,
	    channel == NULL || strcmp(channel, "mail") == 0 ? "eml" : "txt");
}

static int
put_sent(struct evidence_job *j, const json_t *row)
{
	char key[EVIDENCE_NAME_MAX];
	int64_t outbox, n;
	int r;

	outbox = json_integer_value(json_object_get(row, "message"));
	n = json_integer_value(json_object_get(row, "attempt"));
	snprintf(key, sizeof(key), "sent/%lld-%lld", (long long)outbox,
	    (long long)n);
	name_file(j, key, json_string_value(json_object_get(row, "channel")));
	r = export_sent(j->e->db, outbox, n, put_bytes, j, j->err);
	if (r > 0) {
		json_object_set_new(j->files, key, json_string(j->name));
		j->report->sent++;
	}
	return r < 0 ? -1 : 0;
}

int
evidence_received(struct evidence_job *j, int64_t mail, const char *channel)
{
	char key[EVIDENCE_NAME_MAX];
	int r;

	snprintf(key, sizeof(key), "received/%lld", (long long)mail);
	if (json_object_get(j->files, key) != NULL)
		return 0;
	name_file(j, key, channel);
	r = export_received(j->e->db, mail, put_bytes, j, j->err);
	if (r > 0) {
		json_object_set_new(j->files, key, json_string(j->name));
		j->report->received++;
	}
	return r < 0 ? -1 : 0;
}

/* --- tables --- */

static void
csv_value(struct text *t, const json_t *v)
{
	char *text;

	if (json_is_string(v))
		csv_cell(t, json_string_value(v));
	else if (v == NULL || json_is_null(v))
		csv_cell(t, NULL);
	else {
		text = json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY |
		    JSON_SORT_KEYS);
		csv_cell(t, text);
		free(text);
	}
}

static int
take_row(json_t *row, void *arg)
{
	struct evidence_job *j = arg;
	int i;

	json_array_append(j->rows, row);
	for (i = 0; j->columns[i].name[0] != '\0'; i++)
		csv_value(j->table, json_object_get(row,
		    j->columns[i].name));
	csv_end(j->table);
	return 0;
}

static int
put_messages(struct evidence_job *j, const char *table)
{
	const json_t *row;
	size_t i;

	json_array_foreach(j->rows, i, row)
		if ((strcmp(table, "sent") == 0 && put_sent(j, row) < 0) ||
		    (strcmp(table, "received") == 0 && evidence_received(j,
		    json_integer_value(json_object_get(row, "mail")),
		    json_string_value(json_object_get(row, "channel"))) < 0))
			return -1;
	return 0;
}

static int
put_table(struct evidence_job *j, size_t i, const char *table)
{
	char name[EVIDENCE_NAME_MAX];
	int c, r;

	j->rows = json_array();
	j->table = text_new(j->tmp);
	text_add(j->table, CSV_MARK);
	for (c = 0; j->columns[c].name[0] != '\0'; c++)
		csv_cell(j->table, j->columns[c].name);
	csv_end(j->table);
	r = export_each(j->e->db, i, j->e->account_id, take_row, j, j->err);
	if (r == 0)
		r = put_messages(j, table);
	snprintf(name, sizeof(name), "data/%s.json", table);
	if (r == 0)
		r = evidence_add_json(j, name, j->rows);
	snprintf(name, sizeof(name), "data/%s.csv", table);
	if (r == 0)
		r = evidence_add_text(j, name, j->table);
	json_decref(j->rows);
	text_free(j->table);
	return r;
}

static int
put_grid(struct evidence_job *j, const char *table, const struct grid *g)
{
	struct text *t = text_new(j->tmp);
	char name[EVIDENCE_NAME_MAX];
	int r;

	snprintf(name, sizeof(name), "data/%s.json", table);
	grid_json_rows(g, t);
	text_addc(t, '\n');
	r = evidence_add_text(j, name, t);
	text_clear(t);
	snprintf(name, sizeof(name), "data/%s.csv", table);
	grid_csv(g, t);
	if (r == 0)
		r = evidence_add_text(j, name, t);
	text_free(t);
	return r;
}

/* When what is open is barred, and all that might have interrupted that. */
static int
put_limitation(struct evidence_job *j)
{
	const struct evidence *e = j->e;
	struct limitation_ask a = { .db = e->db, .company = e->company,
		.company_id = e->company_id, .account_id = e->account_id };
	struct grid *items = grid_new(j->tmp, "en");
	struct grid *facts = grid_new(j->tmp, "en");
	int32_t second;

	a.today = zone_day(e->company->zone, e->now, &second);
	return limitation_fill(&a, items, facts, j->err) < 0 ||
	    put_grid(j, "limitation", items) < 0 ||
	    put_grid(j, "interruptions", facts) < 0 ? -1 : 0;
}

int
evidence_tables(struct evidence_job *j)
{
	const char *name;
	size_t i;

	for (i = 0; export_table(i, &name, j->columns); i++)
		if (put_table(j, i, name) < 0)
			return -1;
	return put_limitation(j);
}

int
evidence_calendar(struct evidence_job *j)
{
	struct publish p = { .account_id = j->e->account_id, .language = "en",
	    .details = true, .zone = j->e->company->zone, .name = "Dunlin" };
	char *text;
	size_t n;

	if (publish(j->tmp, j->e->db, &p, &text, &n, j->err) < 0)
		return -1;
	return bundle_add(j->bundle, "calendar.ics", text, strlen(text),
	    j->err);
}
