#include "store/verify.h"

#include "base/clock.h"
#include "base/mem.h"
#include "store/events.h"
#include "store/verify_messages.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define PROGRESS_EVERY 8192

DB_STMT(verify_all, "SELECT s.id, c.code, a.code, s.seq, s.head, e.id, "
    "e.seq, e.at, e.kind, e.actor, e.payload_hash, e.prev, e.hash, p.salt, "
    "p.payload FROM stream s LEFT JOIN company c ON c.id = s.company_id "
    "LEFT JOIN account a ON a.id = s.account_id "
    "LEFT JOIN event e ON e.stream_id = s.id "
    "LEFT JOIN event_payload p ON p.event_id = e.id "
    "ORDER BY s.id, e.seq");
DB_STMT(verify_count, "SELECT count(*) FROM event");
DB_STMT(verify_payloads, "SELECT count(*) FROM event_payload p "
    "WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.id = p.event_id)");

enum { S_ID, C_CODE, A_CODE, S_SEQ, S_HEAD, E_ID, E_SEQ, E_AT, E_KIND,
	E_ACTOR, E_PAYLOAD_HASH, E_PREV, E_HASH, P_SALT, P_PAYLOAD };

/* One root on the way: its hash, and the stream as it was at its instant. */
struct root_walk {
	const struct root *root;
	struct root_tree *tree;
	int64_t streams, events;
	int64_t seq;
	char head[HASH_HEX_MAX];
};

struct walk {
	struct db *db;
	const struct verify_hooks *hooks;
	struct verify_report report;
	int64_t all;
	/* The stream in hand. */
	int64_t stream, seq, want_seq;
	char *company, *account, *want_head;
	char head[HASH_HEX_MAX];
	int64_t *missing;	/* seqs whose payload is gone */
	size_t n_missing;
	struct root_walk *roots;
	size_t n_roots;
	struct verify_messages *messages;
};

static void
problem(struct walk *w, int64_t seq, const char *what)
{
	char text[512];

	if (w->report.problems++ >= VERIFY_PROBLEMS_MAX)
		return;
	if (w->stream == 0)
		snprintf(text, sizeof(text), "%s", what);
	else if (seq == 0)
		snprintf(text, sizeof(text), "%.100s%s%.100s: %s", w->company,
		    *w->account == '\0' ? "" : " ", w->account, what);
	else
		snprintf(text, sizeof(text), "%.100s%s%.100s event %lld: %s",
		    w->company, *w->account == '\0' ? "" : " ", w->account,
		    (long long)seq, what);
	w->hooks->problem(text, w->hooks->arg);
}

static void
end_stream(struct walk *w)
{
	struct root_walk *r;
	size_t i;

	if (w->stream == 0)
		return;
	for (i = 0; i < w->n_missing; i++)
		problem(w, w->missing[i], "the payload is gone and no event "
		    "says that it was erased");
	if (w->seq != w->want_seq)
		problem(w, 0, w->seq < w->want_seq ?
		    "the last events are gone" :
		    "there are more events than the head counts");
	else if (strcmp(w->head, w->want_head) != 0)
		problem(w, 0, "the head is not the hash of the last event");
	for (i = 0; i < w->n_roots; i++) {
		r = &w->roots[i];
		if (r->seq == 0)
			continue;
		r->streams++;
		r->events += r->seq;
		roots_tree_add(r->tree, w->company, w->account, r->seq,
		    r->head, false);
	}
}

static void
begin_stream(struct walk *w, struct db_query *q)
{
	size_t i;

	w->stream = db_int(q, S_ID);
	w->want_seq = db_int(q, S_SEQ);
	talloc_free(w->company);
	talloc_free(w->account);
	talloc_free(w->want_head);
	w->company = mem_str(w, db_is_null(q, C_CODE) ? "(no company)" :
	    db_text(q, C_CODE));
	w->account = mem_str(w, db_is_null(q, A_CODE) ? "" :
	    db_text(q, A_CODE));
	w->want_head = mem_str(w, db_text(q, S_HEAD));
	w->seq = 0;
	w->head[0] = '\0';
	w->n_missing = 0;
	w->report.streams++;
	for (i = 0; i < w->n_roots; i++)
		w->roots[i].seq = 0;
}

static void
payload_is_gone(struct walk *w, int64_t seq)
{
	w->report.erased++;
	w->missing = mem_grow(w, w->missing, int64_t, w->n_missing + 1);
	w->missing[w->n_missing++] = seq;
}

/* An event "erased" explains missing payloads before it: seq, or seqs. */
static bool
explain(struct walk *w, int64_t seq)
{
	size_t i;

	for (i = 0; i < w->n_missing; i++)
		if (w->missing[i] == seq) {
			w->missing[i] = w->missing[--w->n_missing];
			return true;
		}
	return false;
}

static void
payload_was_erased(struct walk *w, const char *payload)
{
	json_t *j = json_loads(payload, 0, NULL), *list;
	bool all = true;
	size_t i;

	list = json_object_get(j, "seqs");
	for (i = 0; i < json_array_size(list); i++)
		all &= explain(w, json_integer_value(json_array_get(list,
		    i)));
	if (list == NULL)
		all = explain(w, json_integer_value(json_object_get(j,
		    "seq")));
	json_decref(j);
	if (!all)
		problem(w, w->seq, "it says that a payload was erased which "
		    "is still there or never was");
}

static int
check_payload(struct walk *w, struct db_query *q, struct err *err)
{
	const char *payload = db_text(q, P_PAYLOAD), *what = NULL;
	char hash[HASH_HEX_MAX];

	if (payload == NULL) {
		payload_is_gone(w, db_int(q, E_SEQ));
		return 0;
	}
	events_payload_hash(db_text(q, P_SALT), payload, hash);
	if (strcmp(hash, db_text(q, E_PAYLOAD_HASH)) != 0)
		problem(w, db_int(q, E_SEQ), "the payload was changed");
	else if (strcmp(db_text(q, E_KIND), EVENT_ERASED) == 0)
		payload_was_erased(w, payload);
	else if (verify_messages_event(w->messages, db_text(q, E_KIND),
	    payload, &what, err) < 0)
		return -1;
	if (what != NULL)
		problem(w, db_int(q, E_SEQ), what);
	return 0;
}

static int
check_event(struct walk *w, struct db_query *q, struct err *err)
{
	struct event_fields f = { w->company, w->account, db_int(q, E_SEQ),
	    db_int(q, E_AT), db_text(q, E_KIND), db_text(q, E_ACTOR),
	    db_text(q, E_PAYLOAD_HASH), db_text(q, E_PREV) };
	const char *stored = db_text(q, E_HASH);
	char hash[HASH_HEX_MAX];
	size_t i;

	if (f.seq != w->seq + 1)
		problem(w, f.seq, "events before it are gone");
	else if (strcmp(f.prev, w->head) != 0)
		problem(w, f.seq, "it does not follow the event before it");
	events_hash(&f, hash);
	if (strcmp(hash, stored) != 0)
		problem(w, f.seq, "it was changed");
	w->seq = f.seq;
	if (check_payload(w, q, err) < 0)
		return -1;
	snprintf(w->head, sizeof(w->head), "%s", stored);
	for (i = 0; i < w->n_roots; i++)
		if (db_int(q, E_ID) <= w->roots[i].root->last_event) {
			w->roots[i].seq = f.seq;
			memcpy(w->roots[i].head, w->head, sizeof(w->head));
		}
	return 0;
}

static int
walk_all(struct walk *w, struct err *err)
{
	struct db_query *q = db_query(w->db, &verify_all);
	int r;

	while ((r = db_step(q, err)) > 0) {
		if (db_int(q, S_ID) != w->stream) {
			end_stream(w);
			begin_stream(w, q);
		}
		if (db_is_null(q, E_ID))
			continue;
		if (check_event(w, q, err) < 0) {
			db_done(q);
			return -1;
		}
		w->report.events++;
		if (w->hooks->progress != NULL &&
		    w->report.events % PROGRESS_EVERY == 0)
			w->hooks->progress(w->report.events, w->all,
			    w->hooks->arg);
	}
	end_stream(w);
	w->stream = 0;
	return r;
}

static void
end_root(struct walk *w, struct root_walk *r)
{
	char text[400], at[CLOCK_TEXT_MAX], hex[HASH_HEX_MAX];

	roots_tree_done(r->tree, r->root, hex);
	clock_format(r->root->at, at);
	if (r->streams != r->root->streams || r->events != r->root->events)
		snprintf(text, sizeof(text), "the root of %s counts %lld "
		    "events in %lld streams; of these the database has %lld "
		    "in %lld", at, (long long)r->root->events,
		    (long long)r->root->streams, (long long)r->events,
		    (long long)r->streams);
	else if (strcmp(hex, r->root->hash) != 0)
		snprintf(text, sizeof(text), "the events before the root of "
		    "%s are not those that it was made from", at);
	else
		return;
	problem(w, 0, text);
}

static void
begin_roots(struct walk *w, const struct root *roots, size_t n)
{
	size_t i;

	w->roots = mem_array(w, struct root_walk, n + 1);
	w->n_roots = n;
	for (i = 0; i < n; i++) {
		w->roots[i].root = &roots[i];
		w->roots[i].tree = roots_tree_new(w);
	}
}

static void
of_a_message(const char *what, void *arg)
{
	problem(arg, 0, what);
}

static int
orphans(struct walk *w, struct err *err)
{
	int64_t n;

	if (w->all != w->report.events)
		problem(w, 0, "there are events that belong to no stream");
	if (db_get_int(w->db, &verify_payloads, &n, err, "") < 0)
		return -1;
	if (n > 0)
		problem(w, 0, "there are payloads that belong to no event");
	return verify_messages_rest(w->messages, of_a_message, w, err);
}

int
verify_events(struct db *db, const struct root *roots, size_t n_roots,
    const struct verify_hooks *hooks, struct verify_report *ret_report,
    struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct walk *w = mem_new(ctx, struct walk);
	size_t i;
	int r;

	w->db = db;
	w->hooks = hooks;
	w->messages = verify_messages_new(w, db);
	begin_roots(w, roots, n_roots);
	if (db_snapshot_begin(db, err) < 0)
		return -1;
	r = db_get_int(db, &verify_count, &w->all, err, "");
	if (r == 0)
		r = walk_all(w, err);
	if (r == 0)
		r = orphans(w, err);
	db_snapshot_end(db);
	if (r < 0)
		return -1;
	for (i = 0; i < n_roots; i++)
		end_root(w, &w->roots[i]);
	w->report.messages = verify_messages_count(w->messages);
	*ret_report = w->report;
	return 0;
}
