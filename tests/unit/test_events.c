#include "store/events.h"

#include "unit.h"

#include "base/clock.h"
#include "store.h"
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
	"3c917cf0abac68b9f692f3cb6a82efaa28b0131977c18e1eda3143e838a9ca0a"

static void
hashes_are_as_written(void **state)
{
	struct event_fields first = { "main", "C-1", 1, NOW, "note",
	    "user:lin", PAYLOAD_HASH, "" };
	struct event_fields second = { "main", "", 2, -1, "erased",
	    "planner", PAYLOAD_HASH, FIRST_HASH };
	struct root root = { "abcdefghijklmnop", 20778, NOW, 2, 3, 9, "" };
	unsigned char raw[HASH_LEN];
	char hex[HASH_HEX_MAX];
	struct hash *h;

	events_payload_hash(SALT, PAYLOAD, hex);
	assert_string_equal(hex, PAYLOAD_HASH);
	events_hash(&first, hex);
	assert_string_equal(hex, FIRST_HASH);
	events_hash(&second, hex);
	assert_string_equal(hex, SECOND_HASH);
	h = roots_hash_new(NULL, &root);
	roots_hash_stream(h, "main", NULL, 2, FIRST_HASH);
	roots_hash_stream(h, "main", "C-1", 1, SECOND_HASH);
	hash_done(h, raw);
	assert_string_equal(hash_hex(raw, hex), ROOT_HASH);
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
		STORE_TEST(events_come_in_order),
	};

	return cmocka_run_group_tests_name("events", tests, NULL, NULL);
}
