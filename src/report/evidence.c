#include "report/evidence.h"

#include "base/clock.h"
#include "base/embed.h"
#include "base/mem.h"
#include "core/date.h"
#include "report/evidence_int.h"
#include "report/log.h"

#include <stdlib.h>
#include <string.h>

#define ACCOUNTS_MAX 64		/* merged into one */

int
evidence_add_json(struct evidence_job *j, const char *name, json_t *value)
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

int
evidence_add_text(struct evidence_job *j, const char *name, const struct text *t)
{
	return bundle_add(j->bundle, name, text_str(t), text_len(t), j->err);
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
	struct evidence_job *j = arg;

	json_array_append_new(j->roots, root_json(r));
	return 0;
}

static int
prove(struct evidence_job *j, const struct root *r)
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
prove_all(struct evidence_job *j, const struct root *now)
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
put_streams(struct evidence_job *j)
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
		if (events_each(j->e->db, 0, ids[i], evidence_log_one, j, j->err) < 0 ||
		    j->failed || (!j->e->personal && prove_all(j, &now) < 0))
			return -1;
	}
	return 0;
}

static int
put_roots(struct evidence_job *j)
{
	json_t *all;
	int r;

	if (roots_each(j->e->db, list_root, j, j->err) < 0)
		return -1;
	all = json_pack("{s:O, s:O}", "stored", j->roots, "proofs",
	    j->proofs);
	r = evidence_add_json(j, "roots.json", all);
	json_decref(all);
	return r;
}

static int
put_papers(struct evidence_job *j)
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
put_all(struct evidence_job *j)
{
	evidence_log_begin(j);
	if (!j->e->personal && put_papers(j) < 0)
		return -1;
	if (evidence_tables(j) < 0 || evidence_calendar(j) < 0 || put_streams(j) < 0 ||
	    evidence_log_end(j) < 0)
		return -1;
	return j->e->personal ? 0 : put_roots(j);
}

int
evidence_write(const struct evidence *e, struct evidence_report *ret_report,
    struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct evidence_report report = { 0 };
	struct evidence_job j = { .e = e, .report = &report, .err = err };
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
