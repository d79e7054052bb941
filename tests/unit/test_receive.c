/* Matching, trust, effects, and the child that reads hostile bytes. */
#include "unit.h"

#include "base/clock.h"
#include "base/file.h"
#include "receive/child.h"
#include "receive/effects.h"
#include "receive/intake.h"
#include "receive/match.h"
#include "receive/reader.h"
#include "store/inbox.h"
#include "store.h"
#include "understand/envelope.h"

#include <signal.h>
#include <string.h>
#include <sys/stat.h>

static struct config_sender sender = { .role = "legal",
	.email = "ann@seller.example.com" };
static struct config_company company = { .code = "main",
	.reply_to = "AR@seller.example.com",
	.bounce_to = "back@seller.example.com", .separator = '+',
	.senders = &sender, .n_senders = 1, .country = "GB",
	.currency = "GBP" };

static void
test_token(void **state)
{
	static const struct {
		const char *address, *token;
	} rows[] = {
		{ "ar+r.abcdefgh234567ab@seller.example.com",
		    "abcdefgh234567ab" },
		{ "AR+R.ABCDEFGH234567AB@SELLER.example.com",
		    "abcdefgh234567ab" },
		{ "back+b.abcdefgh234567ab@seller.example.com",
		    "abcdefgh234567ab" },
		{ "ar+r.abcdefgh234567a@seller.example.com", NULL },
		{ "ar+r.abcdefgh234567abc@seller.example.com", NULL },
		{ "ar+r.abcdefgh234567a1@seller.example.com", NULL },
		{ "ar-r.abcdefgh234567ab@seller.example.com", NULL },
		{ "ar+x.abcdefgh234567ab@seller.example.com", NULL },
		{ "ar+r.abcdefgh234567ab@other.example.com", NULL },
		{ "ar+r.abcdefgh234567ab", NULL },
		{ "ar+", NULL },
		{ "ar", NULL },
		{ "", NULL },
	};
	char token[ID_TOKEN_MAX];
	size_t i;
	bool found;

	for (i = 0; i < UNIT_COUNT(rows); i++) {
		found = match_token(&company, rows[i].address, token);
		if (found != (rows[i].token != NULL) ||
		    (found && strcmp(token, rows[i].token) != 0))
			fail_msg("%s", rows[i].address);
	}
}

static void
test_ours(void **state)
{
	assert_true(match_is_ours(&company, "ar@seller.example.com"));
	assert_true(match_is_ours(&company, "ANN@seller.example.com"));
	assert_true(match_is_ours(&company,
	    "ar+r.abcdefgh234567ab@seller.example.com"));
	assert_false(match_is_ours(&company, "bob@seller.example.com"));
}

static enum match_auth
auth(const char *host, const char *first, const char *second)
{
	json_t *values = json_pack("[s, s*]", first, second);
	enum match_auth a;

	a = match_auth(host, values, "a@buyer.example.com");
	json_decref(values);
	return a;
}

static void
test_auth(void **state)
{
	assert_int_equal(auth(NULL, "mx; dmarc=pass", NULL), AUTH_OFF);
	assert_int_equal(auth("mx", "mx; dmarc=pass", NULL), AUTH_PASS);
	assert_int_equal(auth("mx", "mx; spf=pass; dmarc=fail x", NULL),
	    AUTH_FAIL);
	/* Only our host, and only its topmost: the rest may be forged. */
	assert_int_equal(auth("mx", "evil; dmarc=pass", NULL), AUTH_NONE);
	assert_int_equal(auth("mx", "mxx; dmarc=pass", NULL), AUTH_NONE);
	assert_int_equal(auth("mx", "mx; dmarc=fail", "mx; dmarc=pass"),
	    AUTH_FAIL);
	assert_int_equal(auth("mx", "evil; dmarc=fail", "mx; dmarc=pass"),
	    AUTH_PASS);
	assert_int_equal(auth("mx", "mx; none", NULL), AUTH_NONE);
	/* Alignment: their own domain or one above it, no public suffix. */
	assert_int_equal(auth("mx", "mx; dkim=pass header.d=example.com",
	    NULL), AUTH_PASS);
	assert_int_equal(auth("mx", "mx; dkim=pass header.d=evil.example",
	    NULL), AUTH_NONE);
	assert_int_equal(auth("mx", "mx; dkim=pass header.d=com", NULL),
	    AUTH_NONE);
	assert_int_equal(auth("mx", "mx; spf=pass "
	    "smtp.mailfrom=b@buyer.example.com", NULL), AUTH_PASS);
	assert_int_equal(auth("mx", "mx; spf=pass "
	    "smtp.mailfrom=evil.example", NULL), AUTH_NONE);
}

/* Every cell: token, thread, known x off, none, pass, fail. */
static void
test_trust(void **state)
{
	static const enum trust want[8][4] = {
		/* nothing */ { TRUST_NONE, TRUST_NONE, TRUST_NONE,
		    TRUST_NONE },
		/* known */ { TRUST_STOP, TRUST_STOP, TRUST_STOP,
		    TRUST_NONE },
		/* thread */ { TRUST_NONE, TRUST_NONE, TRUST_NONE,
		    TRUST_NONE },
		/* thread, known */ { TRUST_COMMIT, TRUST_STOP, TRUST_COMMIT,
		    TRUST_NONE },
		/* token */ { TRUST_STOP, TRUST_STOP, TRUST_STOP,
		    TRUST_STOP },
		/* token, known */ { TRUST_COMMIT, TRUST_STOP, TRUST_COMMIT,
		    TRUST_STOP },
		/* token, thread */ { TRUST_STOP, TRUST_STOP, TRUST_STOP,
		    TRUST_STOP },
		/* all */ { TRUST_COMMIT, TRUST_STOP, TRUST_COMMIT,
		    TRUST_STOP },
	};
	int i, a;

	for (i = 0; i < 8; i++)
		for (a = 0; a < 4; a++)
			if (match_trust(i & 4, i & 2, i & 1,
			    (enum match_auth)a) != want[i][a])
				fail_msg("row %d, authentication %d", i, a);
}

static void
test_addresses(void **state)
{
	char *a[4];
	void *tmp = talloc_new(NULL);

	assert_int_equal(envelope_addresses(tmp, "A B <A@x.example>", a, 4),
	    1);
	assert_string_equal(a[0], "a@x.example");
	assert_int_equal(envelope_addresses(tmp,
	    "\"b@y.example\" <a@x.example>", a, 4), 1);
	assert_string_equal(a[0], "a@x.example");
	assert_int_equal(envelope_addresses(tmp,
	    "b@y.example <a@x.example>", a, 4), 1);
	assert_string_equal(a[0], "a@x.example");
	/* Which of them it is, nobody can say. */
	assert_int_equal(envelope_addresses(tmp,
	    "<b@y.example> <a@x.example>", a, 4), 2);
	assert_int_equal(envelope_addresses(tmp, "a@x, b@y (c@z)", a, 1), 2);
	assert_int_equal(envelope_addresses(tmp, "\"a@x", a, 4), 0);
	assert_int_equal(envelope_addresses(tmp, "", a, 4), 0);
	talloc_free(tmp);
}

static int
apply(struct db *db, void *arg, struct err *err)
{
	return effects_apply(db, arg, err);
}

static json_t *
meaning_of(enum mean_intent i)
{
	return json_pack("{s:s, s:s, s:[], s:[], s:[], s:f}", "kind", "human",
	    "lead", mean_intent_name(i), "also", "promises", "refs",
	    "confidence", 0.9);
}

/* Whatever it means and however little it is trusted: a person sees it, but
 * for chatter and absence; and what stops, stops. */
static void
test_effects(void **state)
{
	struct store_fixture *f = *state;
	struct reply r = { .inbox_id = 0, .company_id = f->company,
		.account_id = f->a1, .by = "token", .from = "x@bad.example",
		.subject = "Re", .text = "words", .received_at = NOW,
		.now = NOW, .company = &company };
	int64_t tasks, holds, t;
	struct err err;
	int i, trust;

	for (trust = TRUST_NONE; trust <= TRUST_COMMIT; trust++)
		for (i = 0; i < INTENT_COUNT; i++) {
			store_sql(f, "DELETE FROM hold; DELETE FROM task");
			r.intent = (enum mean_intent)i;
			r.trust = (enum trust)trust;
			r.meaning = meaning_of(r.intent);
			if (store_tx(f->db, apply, &r, &err) < 0)
				fail_msg("%s: %s", mean_intent_name(r.intent),
				    err.text);
			json_decref((json_t *)(uintptr_t)r.meaning);
			tasks = store_number(f, "SELECT count(*) FROM task");
			holds = store_number(f, "SELECT count(*) FROM hold");
			t = i != INTENT_ACK && i != INTENT_AUTO_REPLY;
			if (tasks != t || holds != t)
				fail_msg("%s at trust %s: %d tasks, %d holds",
				    mean_intent_name(r.intent),
				    trust_name(r.trust), (int)tasks,
				    (int)holds);
		}
}

static char *
script(struct store_fixture *f, const char *text)
{
	char *path = mem_fmt(f, "%s/child", f->dir);
	struct err err;

	text = mem_fmt(f, "#!/bin/sh\n%s\n", text);
	assert_int_equal(file_write(path, text, strlen(text), 0700, &err), 0);
	assert_int_equal(chmod(path, 0700), 0);
	return path;
}

static void
test_child(void **state)
{
	static const struct {
		const char *script, *why;
	} rows[] = {
		{ "read l; kill -SEGV $$", "signal 11" },
		{ "read l; exit 3", "exit code 3" },
		{ "read l; sleep 30", "too long" },
		{ "read l; echo '{\"mail\": 1}'", "nonsense" },
		{ "exit 0", "exit code 0" },
	};
	struct store_fixture *f = *state;
	struct child_mail m = { .raw = "Subject: x\n\nhello\n", .len = 18,
		.received_at = NOW };
	struct child *c;
	struct err err;
	json_t *j;
	size_t i;

	for (i = 0; i < UNIT_COUNT(rows); i++) {
		c = child_new(f, script(f, rows[i].script));
		assert_int_equal(child_ask(c, &m, 500, &j, &err), -1);
		if (err.kind != ERR_PERM || strstr(err.text, rows[i].why) ==
		    NULL)
			fail_msg("%s: %s", rows[i].script, err.text);
		talloc_free(c);
	}
	c = child_new(f, getenv("DUNLIN"));
	for (i = 0; i < 2; i++) {
		if (child_ask(c, &m, 20000, &j, &err) < 0)
			fail_msg("%s", err.text);
		assert_string_equal(json_string_value(json_object_get(
		    json_object_get(j, "mail"), "subject")), "x");
		json_decref(j);
	}
	talloc_free(c);
}

static void
test_deadly(void **state)
{
	struct store_fixture *f = *state;
	struct config config = { .companies = &company, .n_companies = 1 };
	struct intake_mail m = { .company_id = f->company, .intake = "x",
		.data = "Subject: x\n\nhello\n", .len = 18, .max = 1000 };
	struct reader_role *reader;
	struct err err;
	size_t fresh;

	assert_int_equal(intake_store(f->db, &m, 1, NOW, &fresh, &err), 0);
	assert_int_equal(fresh, 1);
	assert_int_equal(intake_store(f->db, &m, 1, NOW, &fresh, &err), 0);
	assert_int_equal(fresh, 0);
	assert_int_equal(reader_new(f, f->db, &config, NULL,
	    script(f, "read l; kill -SEGV $$"), &reader, &err), 0);
	assert_int_equal(reader_step(reader, &err), 1);
	assert_int_equal(reader_step(reader, &err), 0);
	assert_int_equal(store_number(f, "SELECT count(*) FROM inbox WHERE "
	    "state = 'held' AND tries = 2 AND detail LIKE '%signal 11%'"), 1);
	assert_int_equal(store_number(f, "SELECT count(*) FROM task WHERE "
	    "reason = 'mail-held'"), 1);
	/* What ended the reader itself twice. */
	store_sql(f, "UPDATE inbox SET state = 'new', tries = 3");
	assert_int_equal(reader_step(reader, &err), 1);
	assert_int_equal(store_number(f, "SELECT count(*) FROM inbox WHERE "
	    "state = 'held' AND tries = 3 AND detail LIKE '%ended twice%'"),
	    1);
	talloc_free(reader);
}

/* What it does to one mail of a batch, it does not do to the others. */
static void
test_deadly_one(void **state)
{
	static const char program[] = "exec python3 -c 'import sys, json, os\n"
	    "i, o = sys.stdin.buffer, sys.stdout\n"
	    "for l in iter(i.readline, b\"\"):\n"
	    "  m = i.read(json.loads(l)[\"size\"])\n"
	    "  if b\"deadly\" in m: os.kill(os.getpid(), 11)\n"
	    "  print(json.dumps({\"mail\": {}, \"meaning\": {}}),"
	    " flush=True)\n'";
	struct store_fixture *f = *state;
	struct config config = { .companies = &company, .n_companies = 1 };
	static const char *const texts[] = { "a", "a deadly one", "b" };
	struct intake_mail m[3] = { { 0 } };
	struct reader_role *reader;
	struct err err;
	size_t i, fresh;

	for (i = 0; i < 3; i++) {
		m[i].company_id = f->company;
		m[i].intake = "x";
		m[i].data = texts[i];
		m[i].len = strlen(texts[i]);
		m[i].max = 1000;
	}
	assert_int_equal(intake_store(f->db, m, 3, NOW, &fresh, &err), 0);
	assert_int_equal(fresh, 3);
	assert_int_equal(reader_new(f, f->db, &config, NULL,
	    script(f, program), &reader, &err), 0);
	if (reader_step(reader, &err) != 1)
		fail_msg("%s", err.text);
	assert_int_equal(store_number(f, "SELECT count(*) FROM inbox WHERE "
	    "state = 'read' AND tries = 1"), 2);
	assert_int_equal(store_number(f, "SELECT count(*) FROM inbox WHERE "
	    "state = 'held' AND tries = 2"), 1);
	talloc_free(reader);
}

/* The same for calls of gateways; and what a child that was taken over says
 * is not believed. */
static void
test_deadly_call(void **state)
{
	static const char program[] = "exec python3 -c 'import sys, json, os\n"
	    "i, o = sys.stdin.buffer, sys.stdout\n"
	    "for l in iter(i.readline, b\"\"):\n"
	    "  h = json.loads(l)\n"
	    "  m = i.read(h[\"size\"])\n"
	    "  if b\"deadly\" in m: os.kill(os.getpid(), 11)\n"
	    "  e = [{\"token\": \"none\", \"state\": 99 if b\"mad\" in m"
	    " else 5}]\n"
	    "  print(json.dumps({\"events\": e if \"dlr-mask\" in"
	    " h[\"gateway\"] else 0}), flush=True)\n'";
	static struct config_sms route = { .name = "main",
		.gateway = "kannel" };
	struct store_fixture *f = *state;
	struct config_company co = company;
	struct config config = { .companies = &co, .n_companies = 1 };
	struct reader_role *reader;
	struct err err;

	co.sms = &route;
	co.n_sms = 1;
	store_sql(f, "INSERT INTO inbox (company_id, channel, intake, "
	    "received_at, raw, hash, state) SELECT company.id, 'sms', "
	    "'hook/main/report', 1, CAST('GET /hook?x=' || v.t || char(10, "
	    "10) AS BLOB), v.t, 'new' FROM company, (SELECT 'good' AS t "
	    "UNION SELECT 'deadly' UNION SELECT 'mad' UNION SELECT 'well') v");
	assert_int_equal(reader_new(f, f->db, &config, NULL,
	    script(f, program), &reader, &err), 0);
	if (reader_step(reader, &err) != 1)
		fail_msg("%s", err.text);
	assert_int_equal(store_number(f, "SELECT count(*) FROM inbox WHERE "
	    "state = 'read' AND hash IN ('good', 'well')"), 2);
	assert_int_equal(store_number(f, "SELECT count(*) FROM inbox WHERE "
	    "state = 'held' AND hash = 'deadly' AND tries = 2 AND detail LIKE "
	    "'%signal 11%'"), 1);
	assert_int_equal(store_number(f, "SELECT count(*) FROM inbox WHERE "
	    "state = 'held' AND hash = 'mad' AND detail LIKE '%nonsense%'"),
	    1);
	assert_int_equal(store_number(f, "SELECT count(*) FROM task WHERE "
	    "reason = 'mail-held' AND state <> 'closed'"), 1);
	talloc_free(reader);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_token),
		cmocka_unit_test(test_ours),
		cmocka_unit_test(test_auth),
		cmocka_unit_test(test_trust),
		cmocka_unit_test(test_addresses),
		STORE_TEST(test_effects),
		STORE_TEST(test_child),
		STORE_TEST(test_deadly),
		STORE_TEST(test_deadly_one),
		STORE_TEST(test_deadly_call),
	};

	mem_init();
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
