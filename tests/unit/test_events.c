#include "store/events.h"

#include "unit.h"

#include "base/clock.h"
#include "store.h"
#include "store/inbox.h"
#include "store/verify.h"

#include <string.h>

/* Computed with Python's hashlib from the words of events.h and roots.h:
 * H(fields) with each field as its length (8 bytes, big-endian) and bytes. */
#define SALT "00112233445566778899aabbccddeeff"
#define PAYLOAD "{\"amount\":12300,\"note\":\"谢谢\"}"
#define PAYLOAD_HASH \
	"6ac31fe0a31a47415486fd04cbb5ce1630e6f89d64bb874501ca11c47d991915"
#define FIRST_HASH \
	"02e8ed171e211b9c5cb3688201b2f0c9081ca4284342a86c03fb0071889995dd"
#define SECOND_HASH \
	"6bd79a628a785cb03d027bd5652e21de487f3e51cb23b8d97467f103be353ace"
#define ROOT_HASH \
	"5a674869389c5a1d2727dde1721100b24d131d9464d13ad53ab0734c48652534"

static void
hashes_are_as_written(void **state)
{
	struct event_fields first = { "main", "C-1", 1, NOW, "note",
	    "user:lin", PAYLOAD_HASH, "" };
	struct event_fields second = { "main", "", 2, -1, "erased",
	    "planner", PAYLOAD_HASH, FIRST_HASH };
	struct root root = { "abcdefghijklmnop", 20778, NOW, 2, 3, 9, "" };
	char hex[HASH_HEX_MAX];
	struct root_tree *tree = roots_tree_new(NULL);

	events_payload_hash(SALT, PAYLOAD, hex);
	assert_string_equal(hex, PAYLOAD_HASH);
	events_hash(&first, hex);
	assert_string_equal(hex, FIRST_HASH);
	events_hash(&second, hex);
	assert_string_equal(hex, SECOND_HASH);
	roots_tree_add(tree, "main", NULL, 2, FIRST_HASH, false);
	roots_tree_add(tree, "main", "C-1", 1, SECOND_HASH, false);
	roots_tree_done(tree, &root, hex);
	assert_string_equal(hex, ROOT_HASH);
	talloc_free(tree);
}

static int
append_bad_text(struct db *db, void *arg, struct err *err)
{
	struct store_fixture *f = arg;

	return events_append(db, f->company, 0, NOW, "note", "user:lin",
	    json_pack("{s:s}", "text", "\xff\xfe"), NULL, err);
}

/* It was stored as an empty event once: what happened was lost unseen. */
static void
malformed_text_is_refused(void **state)
{
	struct store_fixture *f = *state;
	struct err err;

	assert_int_equal(store_tx(f->db, append_bad_text, f, &err), -1);
	assert_int_equal(err.kind, ERR_PERM);
	assert_string_equal(err.text, "event note: its text is not UTF-8");
}

static int
append_unknown_kind(struct db *db, void *arg, struct err *err)
{
	struct store_fixture *f = arg;

	return events_append(db, f->company, 0, NOW, "prayed", "user:lin",
	    json_object(), NULL, err);
}

/* Nobody could read in a log what has no words. */
static void
unknown_kind_is_refused(void **state)
{
	struct store_fixture *f = *state;
	struct err err;

	assert_int_equal(store_tx(f->db, append_unknown_kind, f, &err), -1);
	assert_string_equal(err.text, "event prayed: core/events.def has no "
	    "words for \"prayed\"");
}

/* --- a ledger, and what may be done to it --- */

struct ledger {
	struct store_fixture *f;
	struct root root;
	char problems[2000];
};

static int
append_tx(struct db *db, void *arg, struct err *err)
{
	struct store_fixture *f = arg;
	int64_t id;
	int i;

	for (i = 0; i < 5; i++) {
		if (events_append(db, f->company, f->a1, NOW + i, "note",
		    "user:lin", json_pack("{s:i, s:s}", "n", i, "text",
		    "客户说周五付款"), &id, err) < 0 ||
		    events_append(db, f->company, f->a2, NOW + i, "note",
		    "user:lin", json_object(), NULL, err) < 0)
			return -1;
	}
	return 0;
}

static int
root_tx(struct db *db, void *arg, struct err *err)
{
	return roots_compute(db, NOW + 100, arg, err);
}

static struct ledger *
ledger(struct store_fixture *f)
{
	struct ledger *l = mem_new(f, struct ledger);
	struct err err;

	l->f = f;
	if (store_tx(f->db, append_tx, f, &err) < 0 ||
	    store_tx(f->db, root_tx, &l->root, &err) < 0)
		fail_msg("%s", err.text);
	/* The company's own stream has its "company-added". */
	assert_int_equal(l->root.streams, 3);
	assert_int_equal(l->root.events, 11);
	return l;
}

static void
keep(const char *text, void *arg)
{
	struct ledger *l = arg;

	strncat(l->problems, text, sizeof(l->problems) -
	    strlen(l->problems) - 2);
	strcat(l->problems, "\n");
}

static int64_t
problems(struct ledger *l, bool with_root)
{
	struct verify_hooks hooks = { keep, NULL, l };
	struct verify_report report;
	struct err err;

	l->problems[0] = '\0';
	if (verify_events(l->f->db, &l->root, with_root ? 1 : 0, &hooks,
	    &report, &err) < 0)
		fail_msg("%s", err.text);
	return report.problems;
}

static void
found(struct ledger *l, const char *sql, const char *text)
{
	store_sql(l->f, sql);
	if (problems(l, false) == 0)
		fail_msg("not found: %s", sql);
	if (strstr(l->problems, text) == NULL)
		fail_msg("%s\nsays: %s", sql, l->problems);
}

static void
untouched_ledger_verifies(void **state)
{
	struct ledger *l = ledger(*state);

	assert_int_equal(problems(l, true), 0);
	/* What comes after a root does not disturb it. */
	assert_int_equal(store_tx(l->f->db, append_tx, l->f, NULL), 0);
	assert_int_equal(problems(l, true), 0);
}

#define SECOND "WHERE seq = 2 AND stream_id = (SELECT id FROM stream " \
	"WHERE account_id = 1)"
#define SECOND_ID "(SELECT id FROM event " SECOND ")"

#define TAMPER(name, sql, text)						\
static void								\
name(void **state)							\
{									\
	found(ledger(*state), sql, text);				\
}

TAMPER(changed_payload, "UPDATE event_payload SET payload = '{}' "
    "WHERE event_id = " SECOND_ID, "event 2: the payload was changed")
TAMPER(changed_salt, "UPDATE event_payload SET salt = 'x' "
    "WHERE event_id = " SECOND_ID, "event 2: the payload was changed")
TAMPER(changed_kind, "UPDATE event SET kind = 'paid' " SECOND,
    "event 2: it was changed")
TAMPER(changed_actor, "UPDATE event SET actor = 'user:wu' " SECOND,
    "event 2: it was changed")
TAMPER(changed_time, "UPDATE event SET at = at + 1 " SECOND,
    "event 2: it was changed")
TAMPER(removed, "DELETE FROM event_payload WHERE event_id = " SECOND_ID
    "; DELETE FROM event " SECOND, "event 3: events before it are gone")
TAMPER(removed_last, "DELETE FROM event_payload WHERE event_id = "
    "(SELECT max(id) FROM event); "
    "DELETE FROM event WHERE id = (SELECT max(id) FROM event)",
    "the last events are gone")
TAMPER(reordered, "UPDATE event SET seq = -2 " SECOND "; "
    "UPDATE event SET seq = 2 WHERE seq = 3 AND stream_id = 2; "
    "UPDATE event SET seq = 3 WHERE seq = -2", "does not follow")
TAMPER(inserted, "INSERT INTO event (stream_id, seq, at, kind, actor, "
    "payload_hash, prev, hash) SELECT stream_id, 6, at, kind, actor, "
    "payload_hash, hash, hash FROM event WHERE seq = 5 AND stream_id = 2",
    "more events than the head counts")
TAMPER(another_stream, "UPDATE account SET code = 'C-9' WHERE id = 1", "C-9 event 1: it was changed")
TAMPER(payload_without_trace, "DELETE FROM event_payload WHERE event_id = "
    SECOND_ID, "the payload is gone and no event")
TAMPER(forged_head, "UPDATE stream SET head = 'x' WHERE account_id = 1",
    "the head is not the hash")
TAMPER(removed_stream_row, "PRAGMA foreign_keys = OFF; "
    "DELETE FROM stream WHERE account_id = 1", "belong to no stream")

static int
erase_tx(struct db *db, void *arg, struct err *err)
{
	return events_erase(db, *(int64_t *)arg, NOW + 50, "user:lin",
	    "asked for", err);
}

static void
erased_payload_is_no_damage(void **state)
{
	struct store_fixture *f = *state;
	struct ledger *l = ledger(f);
	int64_t id = store_number(f, "SELECT " SECOND_ID);
	struct err err;

	assert_int_equal(store_tx(f->db, erase_tx, &id, &err), 0);
	assert_int_equal(problems(l, true), 0);
	assert_int_equal(store_tx(f->db, erase_tx, &id, &err), -1);
	assert_int_equal(err.kind, ERR_PERM);
	assert_int_equal(problems(l, true), 0);
}

/* --- messages --- */

struct sent {
	struct store_fixture *f;
	int64_t message;
	const char *kind, *bytes;
};

/* A message as the sender leaves it: bytes, their hash, the event. */
static int
sent_tx(struct db *db, void *arg, struct err *err)
{
	struct sent *s = arg;
	unsigned char raw[HASH_LEN];
	char hex[HASH_HEX_MAX];

	hash_bytes(s->bytes, strlen(s->bytes), raw);
	return events_append(db, s->f->company, s->f->a1, NOW, s->kind,
	    "sender", json_pack("{s:I, s:i, s:s}", "outbox",
	    (json_int_t)s->message, "attempt", 1, "content",
	    hash_hex(raw, hex)), NULL, err);
}

static int
received_tx(struct db *db, void *arg, struct err *err)
{
	struct store_fixture *f = arg;
	struct inbox_new m = { .company_id = f->company, .intake = "ingest",
		.raw = "We pay on Friday", .len = 16, .hash = "h" };
	int64_t id;
	bool new;

	return inbox_add(db, &m, NOW, &id, &new, err);
}

static void
put_message(struct store_fixture *f, int64_t id, const char *bytes)
{
	unsigned char raw[HASH_LEN];
	char hex[HASH_HEX_MAX];

	hash_bytes(bytes, strlen(bytes), raw);
	store_sql(f, mem_fmt(f, "INSERT INTO communication (id, company_id, "
	    "account_id, class, cause, channel, policy, created_at) VALUES "
	    "(%d, 1, 1, 'reminder', 'c%d', 'mail', 'p', 0);"
	    "INSERT INTO outbox (id, company_id, account_id, "
	    "communication_id, address_id, channel, state, template, "
	    "language, due_at, not_after, priority, created_at, changed_at) "
	    "VALUES (%d, 1, 1, %d, 1, 'mail', 'accepted', 't', 'en', 0, 0, 0,"
	    " 0, 0);"
	    "INSERT INTO attempt (id, outbox_id, n, token, message_id, envid,"
	    " recipient, hash, started_at, outcome) VALUES (%d, %d, 1, 't%d',"
	    " 'm', 'e', 'a@example.com', '%s', 0, 'accepted');"
	    "INSERT INTO attempt_content VALUES (%d, CAST('%s' AS BLOB))",
	    (int)id, (int)id, (int)id, (int)id, (int)id, (int)id, (int)id,
	    hash_hex(raw, hex), (int)id, bytes));
}

static struct ledger *
ledger_with_messages(struct store_fixture *f)
{
	struct ledger *l = mem_new(f, struct ledger);
	struct sent s = { f, 1, "message-accepted", "First reminder" };
	struct sent t = { f, 2, "message-uncertain", "Second reminder" };
	struct err err;

	l->f = f;
	put_message(f, 1, s.bytes);
	put_message(f, 2, t.bytes);
	if (store_tx(f->db, sent_tx, &s, &err) < 0 ||
	    store_tx(f->db, sent_tx, &t, &err) < 0 ||
	    store_tx(f->db, received_tx, f, &err) < 0 ||
	    store_tx(f->db, root_tx, &l->root, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(problems(l, true), 0);
	return l;
}

#define TAMPER_MESSAGE(name, sql, text)					\
static void								\
name(void **state)							\
{									\
	found(ledger_with_messages(*state), sql, text);			\
}

TAMPER_MESSAGE(changed_bytes, "UPDATE attempt_content SET bytes = "
    "CAST('Pay!' AS BLOB) WHERE attempt_id = 1",
    "message 1, attempt 1: its bytes were changed")
/* "Pay!" with its right hash beside it. */
TAMPER_MESSAGE(changed_with_hash, "UPDATE attempt_content SET bytes = "
    "CAST('Second reminder' AS BLOB) WHERE attempt_id = 1; "
    "UPDATE attempt SET hash = (SELECT hash FROM attempt WHERE id = 2) "
    "WHERE id = 1", "C-1 event 1: the message that it tells of was changed")
TAMPER_MESSAGE(removed_bytes, "DELETE FROM attempt_content "
    "WHERE attempt_id = 2", "C-1 event 2: the message that it tells of is "
    "gone")
TAMPER_MESSAGE(removed_message, "PRAGMA foreign_keys = OFF; DELETE FROM "
    "attempt WHERE id = 2; DELETE FROM attempt_content WHERE attempt_id = 2",
    "C-1 event 2: the message that it tells of is gone")
TAMPER_MESSAGE(reordered_messages, "UPDATE attempt SET outbox_id = 9 "
    "WHERE id = 1; UPDATE attempt SET outbox_id = 1 WHERE id = 2; "
    "UPDATE attempt SET outbox_id = 2 WHERE id = 1",
    "C-1 event 1: the message that it tells of was changed")
TAMPER_MESSAGE(inserted_message, "INSERT INTO attempt (id, outbox_id, n, "
    "token, message_id, envid, recipient, hash, started_at, outcome) "
    "SELECT 3, 1, 2, 't3', 'm', 'e', recipient, 'e3b0c44298fc1c149afbf4c899"
    "6fb92427ae41e4649b934ca495991b7852b855', 0, 'accepted' FROM attempt "
    "WHERE id = 1; INSERT INTO attempt_content VALUES (3, x'')",
    "no event tells of the message 1")
TAMPER_MESSAGE(changed_mail, "UPDATE inbox SET raw = "
    "CAST('We never pay' AS BLOB)", "what was received was changed")
TAMPER_MESSAGE(removed_mail, "DELETE FROM inbox", "what was received is gone")
TAMPER_MESSAGE(inserted_mail, "INSERT INTO inbox (company_id, channel, "
    "intake, received_at, raw, hash, state) VALUES (1, 'mail', 'ingest', 0, "
    "CAST('We accept all' AS BLOB), 'x', 'read')",
    "no event tells of the mail 2")

/* --- what only a root shows --- */

#define CUT "DELETE FROM event_payload WHERE event_id = " \
	"(SELECT max(id) FROM event); " \
	"UPDATE stream SET seq = seq - 1, head = (SELECT prev FROM event " \
	"WHERE id = (SELECT max(id) FROM event)) WHERE id = (SELECT " \
	"stream_id FROM event ORDER BY id DESC LIMIT 1); " \
	"DELETE FROM event WHERE id = (SELECT max(id) FROM event)"

static void
cut_end_needs_a_root(void **state)
{
	struct ledger *l = ledger(*state);

	store_sql(l->f, CUT);
	assert_int_equal(problems(l, false), 0);
	assert_int_equal(problems(l, true), 1);
	assert_non_null(strstr(l->problems, "counts 11 events in 3 streams; "
	    "of these the database has 10 in 3"));
}

static void
removed_stream_needs_a_root(void **state)
{
	struct ledger *l = ledger(*state);

	store_sql(l->f, "DELETE FROM event_payload WHERE event_id IN (SELECT "
	    "id FROM event WHERE stream_id = 2); DELETE FROM event WHERE "
	    "stream_id = 2; DELETE FROM stream WHERE id = 2");
	assert_int_equal(problems(l, false), 0);
	assert_int_equal(problems(l, true), 1);
	assert_non_null(strstr(l->problems, "in 2"));
}

/* The end cut off and written anew, as somebody with the program could. */
static void
rewritten_end_needs_a_root(void **state)
{
	struct ledger *l = ledger(*state);

	store_sql(l->f, CUT);
	store_sql(l->f, CUT);
	assert_int_equal(store_tx(l->f->db, append_tx, l->f, NULL), 0);
	assert_int_equal(problems(l, false), 0);
	assert_int_equal(problems(l, true), 1);
}

static void
roots_go_to_files(void **state)
{
	struct store_fixture *f = *state;
	struct ledger *l = ledger(f);
	char *path = mem_fmt(f, "%s/root-2026-11-21", f->dir);
	struct root r, stored;
	struct err err;

	assert_int_equal(roots_daily(f->db, f->dir, NOW, &err), 0);
	assert_int_equal(roots_read(path, &r, &err), 0);
	assert_int_equal(roots_last(f->db, &stored, &err), 1);
	assert_string_equal(r.hash, stored.hash);
	assert_string_equal(r.database, stored.database);
	assert_int_equal(r.at, NOW);
	assert_int_equal(r.events, 11);
	/* Once a day, whatever happens after it. */
	assert_int_equal(store_tx(f->db, append_tx, f, &err), 0);
	assert_int_equal(roots_daily(f->db, f->dir, NOW + 60, &err), 0);
	assert_int_equal(store_number(f, "SELECT count(*) FROM root"), 1);
	/* A lost file is the stored root again. */
	unlink(path);
	assert_int_equal(roots_daily(f->db, f->dir, NOW + 60, &err), 0);
	assert_int_equal(roots_read(path, &l->root, &err), 0);
	assert_string_equal(l->root.hash, r.hash);
	assert_int_equal(problems(l, true), 0);
}

/* The path of a stream leads to the root, whatever the number of streams. */
static void
root_is_proven(void **state)
{
	struct store_fixture *f = *state;
	struct root_proof p;
	struct ledger *l = ledger(f);
	struct err err;

	assert_int_equal(roots_prove(f->db, &l->root, f->a2, &p, &err), 1);
	assert_string_equal(p.account, "C-2");
	assert_int_equal(p.seq, 5);
	assert_int_equal(p.path.n, 1);	/* the last of three */
	assert_true(p.path.step[0].left);
	assert_int_equal(roots_prove(f->db, &l->root, f->a1, &p, &err), 1);
	assert_int_equal(p.path.n, 2);
	/* What comes later changes nothing; what was before it does. */
	assert_int_equal(store_tx(f->db, append_tx, f, &err), 0);
	assert_int_equal(roots_prove(f->db, &l->root, f->a2, &p, &err), 1);
	assert_int_equal(p.seq, 5);
	store_sql(f, "UPDATE event SET hash = 'x' WHERE seq = 5 AND "
	    "stream_id = 2");
	assert_int_equal(roots_prove(f->db, &l->root, f->a2, &p, &err), 2);
}

static int
seqs(const struct event *e, void *arg)
{
	int64_t *last = arg;

	assert_int_equal(e->seq, *last + 1);
	*last = e->seq;
	return e->seq == 3 ? 1 : 0;
}

static void
events_come_in_order(void **state)
{
	struct ledger *l = ledger(*state);
	int64_t last = 0;
	struct err err;

	assert_int_equal(events_each(l->f->db, l->f->company, l->f->a1, seqs,
	    &last, &err), 0);
	assert_int_equal(last, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_are_as_written),
		STORE_TEST(malformed_text_is_refused),
		STORE_TEST(unknown_kind_is_refused),
		STORE_TEST(untouched_ledger_verifies),
		STORE_TEST(changed_payload), STORE_TEST(changed_salt),
		STORE_TEST(changed_kind), STORE_TEST(changed_actor),
		STORE_TEST(changed_time), STORE_TEST(removed),
		STORE_TEST(removed_last), STORE_TEST(reordered),
		STORE_TEST(inserted), STORE_TEST(another_stream),
		STORE_TEST(payload_without_trace), STORE_TEST(forged_head),
		STORE_TEST(removed_stream_row),
		STORE_TEST(erased_payload_is_no_damage),
		STORE_TEST(cut_end_needs_a_root),
		STORE_TEST(removed_stream_needs_a_root),
		STORE_TEST(rewritten_end_needs_a_root),
		STORE_TEST(roots_go_to_files),
		STORE_TEST(changed_bytes), STORE_TEST(changed_with_hash),
		STORE_TEST(removed_bytes), STORE_TEST(removed_message),
		STORE_TEST(reordered_messages), STORE_TEST(inserted_message),
		STORE_TEST(changed_mail), STORE_TEST(removed_mail),
		STORE_TEST(inserted_mail), STORE_TEST(root_is_proven),
		STORE_TEST(events_come_in_order),
	};

	return cmocka_run_group_tests_name("events", tests, NULL, NULL);
}
