#include "report/evidence.h"

#include "base/clock.h"
#include "base/embed.h"
#include "base/mem.h"
#include "core/date.h"
#include "followup/publish.h"
#include "report/bundle.h"
#include "report/csv.h"
#include "report/log.h"
#include "store/events.h"
#include "store/export.h"
#include "understand/mime.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ACCOUNTS_MAX 64		/* merged into one */
#define FILE_NAME_MAX 64
#define SAID_MAX 20000		/* bytes of a message shown in the page */
#define PROGRESS_EVERY 256
#define LANGUAGES 2

static const char *const languages[LANGUAGES] = { "en", "zh-CN" };

struct job {
	const struct evidence *e;
	struct evidence_report *report;
	struct bundle *bundle;
	struct err *err;
	bool failed;
	json_t *files;		/* "sent/7-1": its file name */
	json_t *roots, *proofs;
	/* The log. */
	struct text *chain, *csv, *html[LANGUAGES];
	json_t *log;
	const char *account;	/* code of the stream in hand */
	int64_t account_id;
	/* The table in hand. */
	json_t *rows;
	struct text *table;
	struct export_column columns[EXPORT_COLUMNS_MAX + 1];
	char name[FILE_NAME_MAX];	/* of the message in hand */
	char *said;
	void *tmp;
};

static int
add_json(struct job *j, const char *name, json_t *value)
{
	char *text = mem_check(json_dumps(value, JSON_INDENT(1) |
	    JSON_SORT_KEYS));
	struct text *t = text_new(NULL);
	int r;

	text_add(t, text);
	text_addc(t, '\n');
	free(text);
	r = bundle_add(j->bundle, name, text_str(t), text_len(t), j->err);
	text_free(t);
	return r;
}

static int
add_text(struct job *j, const char *name, const struct text *t)
{
	return bundle_add(j->bundle, name, text_str(t), text_len(t), j->err);
}

/* --- messages --- */

static int
put_bytes(const char *bytes, size_t n, void *arg)
{
	struct job *j = arg;

	return bundle_add(j->bundle, j->name, bytes, n, j->err);
}

/* key: "sent/7-1".  A mail is .eml, so that a mail program opens it. */
static void
name_file(struct job *j, const char *key, const char *channel)
{
	snprintf(j->name, sizeof(j->name), "%.50s.%s", key,
	    channel == NULL || strcmp(channel, "mail") == 0 ? "eml" : "txt");
}

static int
put_sent(struct job *j, const json_t *row)
{
	char key[FILE_NAME_MAX];
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

static int
put_received(struct job *j, int64_t mail, const char *channel)
{
	char key[FILE_NAME_MAX];
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
	struct job *j = arg;
	int i;

	json_array_append(j->rows, row);
	for (i = 0; j->columns[i].name[0] != '\0'; i++)
		csv_value(j->table, json_object_get(row,
		    j->columns[i].name));
	csv_end(j->table);
	return 0;
}

static int
put_messages(struct job *j, const char *table)
{
	const json_t *row;
	size_t i;

	json_array_foreach(j->rows, i, row)
		if ((strcmp(table, "sent") == 0 && put_sent(j, row) < 0) ||
		    (strcmp(table, "received") == 0 && put_received(j,
		    json_integer_value(json_object_get(row, "mail")),
		    json_string_value(json_object_get(row, "channel"))) < 0))
			return -1;
	return 0;
}

static int
put_table(struct job *j, size_t i, const char *table)
{
	char name[FILE_NAME_MAX];
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
		r = add_json(j, name, j->rows);
	snprintf(name, sizeof(name), "data/%s.csv", table);
	if (r == 0)
		r = add_text(j, name, j->table);
	json_decref(j->rows);
	text_free(j->table);
	return r;
}

static int
put_tables(struct job *j)
{
	const char *name;
	size_t i;

	for (i = 0; export_table(i, &name, j->columns); i++)
		if (put_table(j, i, name) < 0)
			return -1;
	return 0;
}

static int
put_calendar(struct job *j)
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

/* --- the log --- */

static int
read_said(const char *bytes, size_t n, void *arg)
{
	struct job *j = arg;
	struct mail *m = mime_parse(j->tmp, bytes, n);
	const char *subject = mail_get(m, "Subject");

	j->said = mem_fmt(j->tmp, "%s\n\n%.*s", subject != NULL ? subject :
	    "", SAID_MAX, m->body != NULL ? m->body : "");
	while (!text_is_utf8(j->said, strlen(j->said)) && *j->said != '\0')
		j->said[strlen(j->said) - 1] = '\0';
	talloc_free(m);
	return 0;
}

/* The file of the message that an event tells of, or NULL.  One that came in
 * and belongs to several accounts is found by its event only. */
static const char *
message_of(struct job *j, const struct event *e)
{
	json_t *p = e->payload == NULL ? NULL : json_loads(e->payload, 0,
	    NULL);
	int64_t mail = json_integer_value(json_object_get(p, "inbox"));
	int64_t outbox, n;
	char key[FILE_NAME_MAX] = "";

	outbox = json_integer_value(json_object_get(p, "outbox"));
	n = json_integer_value(json_object_get(p, "attempt"));
	if (json_object_get(p, "content") == NULL) {
		json_decref(p);
		return NULL;
	}
	json_decref(p);
	if (mail != 0) {
		snprintf(key, sizeof(key), "received/%lld", (long long)mail);
		if (put_received(j, mail, "mail") < 0)
			j->failed = true;
	} else if (outbox != 0 && text_starts(e->kind, "message-")) {
		snprintf(key, sizeof(key), "sent/%lld-%lld",
		    (long long)outbox, (long long)n);
		if (export_sent(j->e->db, outbox, n, read_said, j, j->err) <
		    0)
			j->failed = true;
	}
	return json_string_value(json_object_get(j->files, key));
}

static int
log_one(const struct event *e, void *arg)
{
	struct job *j = arg;
	struct log_event l = { j->e->company->code, j->account, e->seq,
	    e->at, e->kind, e->actor, e->salt, e->payload, e->payload_hash,
	    e->prev, e->hash };
	const struct zone *zone = j->e->company->zone;
	const char *file;
	int i;

	j->said = NULL;
	file = message_of(j, e);
	text_add(j->chain, log_chain_line(j->tmp, &l));
	text_addc(j->chain, '\n');
	json_array_append_new(j->log, log_row(&l));
	log_csv_row(j->csv, &l, zone);
	for (i = 0; i < LANGUAGES; i++)
		log_html_row(j->html[i], &l, zone, languages[i], file,
		    j->said);
	talloc_free_children(j->tmp);
	if (++j->report->events % PROGRESS_EVERY == 0 &&
	    j->e->progress != NULL)
		j->e->progress(j->report->events, 0, j->e->arg);
	return j->failed ? 1 : 0;
}

static void
begin_log(struct job *j)
{
	char at[CLOCK_TEXT_MAX];
	char *title, *under;
	int i;

	j->chain = text_new(j->bundle);
	j->csv = text_new(j->bundle);
	log_csv_head(j->csv);
	clock_format(j->e->now, at);
	for (i = 0; i < LANGUAGES; i++) {
		j->html[i] = text_new(j->bundle);
		title = mem_fmt(j->tmp, i == 0 ? "Contact log of account %s" :
		    "客户 %s 联系记录", j->e->code);
		under = mem_fmt(j->tmp, i == 0 ? "Company %s. Times are of "
		    "%s. Made on %s by %s." : "公司 %s。时间为 %s 时间。制作于 "
		    "%s，制作人 %s。", j->e->company->code,
		    zone_name(j->e->company->zone), at, j->e->actor);
		log_html_head(j->html[i], languages[i], title, under);
	}
}

static int
end_log(struct job *j)
{
	static const char *const names[LANGUAGES] = { "log.html",
		"log.zh-CN.html" };
	int i;

	for (i = 0; i < LANGUAGES; i++) {
		log_html_end(j->html[i]);
		if (add_text(j, names[i], j->html[i]) < 0)
			return -1;
	}
	return (!j->e->personal &&
	    add_text(j, "events.jsonl", j->chain) < 0) ||
	    add_text(j, "log.csv", j->csv) < 0 ||
	    add_json(j, "log.json", j->log) < 0 ? -1 : 0;
}

/* --- roots --- */

static json_t *
root_json(const struct root *r)
{
	char day[DATE_TEXT_MAX], at[CLOCK_TEXT_MAX];

	return json_pack("{s:s, s:s, s:i, s:s, s:I, s:I, s:I, s:I, s:s}",
	    "database", r->database, "day", date_format(r->day, day),
	    "day_number", (int)r->day, "at", clock_format(r->at, at),
	    "at_seconds", (json_int_t)r->at, "streams",
	    (json_int_t)r->streams, "events", (json_int_t)r->events,
	    "last_event", (json_int_t)r->last_event, "hash", r->hash);
}

static int
list_root(const struct root *r, void *arg)
{
	struct job *j = arg;

	json_array_append_new(j->roots, root_json(r));
	return 0;
}

static int
prove(struct job *j, const struct root *r)
{
	struct root_proof p;
	json_t *path;
	size_t i;
	int res = roots_prove(j->e->db, r, j->account_id, &p, j->err);

	if (res <= 0)
		return res;
	if (res == 2)
		return err_set(j->err, ERR_CORRUPT, "the events before a "
		    "root are not those that it was made from: see dunlin "
		    "verify");
	path = json_array();
	for (i = 0; i < p.path.n; i++)
		json_array_append_new(path, json_pack("[s, s]",
		    p.path.step[i].left ? "left" : "right",
		    p.path.step[i].hash));
	json_array_append_new(j->proofs, json_pack("{s:o, s:s, s:s, s:I, "
	    "s:s, s:o}", "root", root_json(r), "company", p.company,
	    "account", p.account, "seq", (json_int_t)p.seq, "head", p.head,
	    "path", path));
	j->report->roots++;
	return 0;
}

/* By the one kept outside, the last one stored, and that of now. */
static int
prove_all(struct job *j, const struct root *now)
{
	struct root last;
	int found = roots_last(j->e->db, &last, j->err);

	if (found < 0 || (j->e->outside != NULL &&
	    prove(j, j->e->outside) < 0) ||
	    (found > 0 && (j->e->outside == NULL || strcmp(last.hash,
	    j->e->outside->hash) != 0) && prove(j, &last) < 0))
		return -1;
	return prove(j, now);
}

static int
put_streams(struct job *j)
{
	int64_t ids[ACCOUNTS_MAX];
	struct root now;
	size_t i, n;

	if (roots_compute(j->e->db, j->e->now, &now, j->err) < 0 ||
	    export_accounts(j->e->db, j->e->account_id, ids, ACCOUNTS_MAX, &n,
	    j->err) < 0)
		return -1;
	memcpy(j->report->root, now.hash, sizeof(now.hash));
	for (i = 0; i < n; i++) {
		if (export_code(j->bundle, j->e->db, ids[i], &j->account,
		    j->err) < 0)
			return -1;
		j->account_id = ids[i];
		if (events_each(j->e->db, 0, ids[i], log_one, j, j->err) < 0 ||
		    j->failed || (!j->e->personal && prove_all(j, &now) < 0))
			return -1;
	}
	return 0;
}

static int
put_roots(struct job *j)
{
	json_t *all;
	int r;

	if (roots_each(j->e->db, list_root, j, j->err) < 0)
		return -1;
	all = json_pack("{s:O, s:O}", "stored", j->roots, "proofs",
	    j->proofs);
	r = add_json(j, "roots.json", all);
	json_decref(all);
	return r;
}

static int
put_papers(struct job *j)
{
	static const char *const names[] = { "README.txt",
		"README.zh-CN.txt", "check.py" };
	const char *text;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		text = embed_find(mem_fmt(j->tmp, "contrib/evidence/%s",
		    names[i]));
		if (bundle_add(j->bundle, names[i], text, strlen(text),
		    j->err) < 0)
			return -1;
	}
	return 0;
}

static int
put_all(struct job *j)
{
	begin_log(j);
	if (!j->e->personal && put_papers(j) < 0)
		return -1;
	if (put_tables(j) < 0 || put_calendar(j) < 0 || put_streams(j) < 0 ||
	    end_log(j) < 0)
		return -1;
	return j->e->personal ? 0 : put_roots(j);
}

int
evidence_write(const struct evidence *e, struct evidence_report *ret_report,
    struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct evidence_report report = { 0 };
	struct job j = { .e = e, .report = &report, .err = err };
	int r;

	j.tmp = talloc_new(ctx);
	if (bundle_new(ctx, e->to, e->now, &j.bundle, err) < 0)
		return -1;
	j.files = json_object();
	j.roots = json_array();
	j.proofs = json_array();
	j.log = json_array();
	r = put_all(&j);
	json_decref(j.files);
	json_decref(j.roots);
	json_decref(j.proofs);
	json_decref(j.log);
	if (r == 0)
		r = bundle_end(j.bundle, report.sums, err);
	if (r == 0)
		*ret_report = report;
	return r;
}
