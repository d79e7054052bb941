/* Call sheets against the files of tests/golden/call, which people review; with
 * CALL_UPDATE=DIR they are written there instead. */
#include "escalate/call_sheet.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/policy_read.h"
#include "core/date.h"
#include "render_fixture.h"
#include "unit.h"

#include <stdlib.h>

static struct call_input in;
static struct fact_hold holds[4];
static struct fact_contact contacts[5];
static struct fact_touch touches[3];

static void
contact(struct fixture *f, enum contact_role role, enum address_kind kind,
    enum address_state state, const char *address, const char *name)
{
	struct fact_contact *c = &contacts[f->facts.n_contacts++];

	*c = (struct fact_contact){ .id = (int64_t)f->facts.n_contacts,
	    .address_id = 100 + (int64_t)f->facts.n_contacts, .role = role,
	    .kind = kind, .state = state, .address = address, .name = name };
	f->facts.contacts = contacts;
}

/* Overdue, disputed in part, promised and broken, one address closed. */
static struct fixture *
busy(void *ctx, const char *language)
{
	static const struct call_promise promise = { 0, { 500000, "USD" } };
	static struct call_promise promises[1];
	static struct call_dispute disputes[1] = { { "INV-2077", "quality",
	    "li", 0 } };
	static struct call_past past[6];
	struct fixture *f = fixture_new(ctx, language);
	int32_t today = date_make(2026, 11, 20);
	int i;

	fixture_item(f, "INV-2041", today - 75, today - 45, 1234567, 1234567,
	    "USD");
	fixture_item(f, "INV-2077", today - 61, today - 31, 50000, 50000,
	    "USD");
	f->facts.n_contacts = 0;
	contact(f, CONTACT_PAYABLES, ADDRESS_EMAIL, ADDRESS_IS_OPTED_OUT,
	    "payables@stork.example", "Accounts Payable");
	contact(f, CONTACT_PAYABLES, ADDRESS_PHONE, ADDRESS_IS_WORKING,
	    "extension 7", "Accounts Payable");
	contact(f, CONTACT_OWNER, ADDRESS_PHONE, ADDRESS_IS_WRONG,
	    "extension 9", "Reception");
	holds[0] = (struct fact_hold){ .id = 1, .kind = HOLD_DISPUTE,
	    .scope = SCOPE_ITEM, .item_id = 2, .review_at = in.now,
	    .ends_at = CLOCK_NONE };
	f->facts.holds = holds;
	f->facts.n_holds = 1;
	for (i = 0; i < 3; i++)
		touches[i] = (struct fact_touch){ .id = i + 1, .at =
		    f->in.now - (30 - i * 9) * 86400, .class = CLASS_REMINDER,
		    .stage = STAGE_M1 };
	touches[1].other = true;
	f->facts.touches = touches;
	f->facts.n_touches = 3;
	promises[0] = promise;
	promises[0].day = today + 3;
	disputes[0].by = today + 4;
	for (i = 0; i < 6; i++)
		past[i] = (struct call_past){ .at = f->in.now - (20 - i * 3) *
		    86400, .kind = (enum call_past_kind)i, .day = today -
		    10 + i, .amount = { 500000, "USD" }, .text = "quality",
		    .by = "phone" };
	past[0].text = "We are waiting for our own customer,\nthe payment "
	    "follows next week for sure, please be patient with us";
	in = (struct call_input){ .facts = &f->facts, .language = language,
	    .now = f->in.now, .past = past, .n_past = 6,
	    .promises = promises, .n_promises = 1, .disputes = disputes,
	    .n_disputes = 1 };
	return f;
}

/* A consumer in distress: nobody calls. */
static struct fixture *
stopped(void *ctx, const char *language)
{
	struct fixture *f = busy(ctx, language);

	f->facts.party_kind = PARTY_PERSON;
	holds[1] = (struct fact_hold){ .id = 2, .kind = HOLD_VULNERABLE,
	    .scope = SCOPE_PARTY, .ends_at = CLOCK_NONE };
	f->facts.n_holds = 2;
	return f;
}

/* Nothing late, no number, a receipt that nobody can place. */
static struct fixture *
quiet(void *ctx, const char *language)
{
	struct fixture *f = fixture_new(ctx, language);

	fixture_item(f, "INV-2102", DATE_NONE, date_make(2026, 12, 2), 8765,
	    8765, "CNY");
	f->facts.n_touches = 0;
	f->unallocated[0] = money_zero("EUR");
	f->unallocated[0].minor = 4200;
	f->facts.n_unallocated = 1;
	in = (struct call_input){ .facts = &f->facts, .language = language,
	    .now = f->in.now };
	return f;
}

/* An offer is open; what was paid as another one is not asked for. */
static struct fixture *
offered(void *ctx, const char *language)
{
	static struct fact_offer offer;
	struct fixture *f = fixture_new(ctx, language);
	int32_t today = date_make(2026, 11, 20);

	fixture_item(f, "INV-2041", today - 75, today - 45, 1234567, 1234567,
	    "USD");
	fixture_item(f, "INV-2077", today - 61, today - 31, 50000, 1000,
	    "USD");
	offer = (struct fact_offer){ .id = 1, .state = OFFER_IS_OPEN,
	    .terms = { .made = true, .cur = "USD", .full = 1234567,
	    .discount = 24692, .percent = 200, .on = today - 3,
	    .day = today + 4, .n_items = 1 } };
	f->facts.offer = &offer;
	holds[0] = (struct fact_hold){ .id = 1, .kind = HOLD_CREDIT,
	    .scope = SCOPE_ITEM, .item_id = 2, .ends_at = CLOCK_NONE };
	f->facts.holds = holds;
	f->facts.n_holds = 1;
	f->facts.n_touches = 0;
	in = (struct call_input){ .facts = &f->facts, .language = language,
	    .now = f->in.now };
	return f;
}

static const struct {
	const char *name;
	struct fixture *(*make)(void *ctx, const char *language);
} cases[] = { { "busy", busy }, { "stopped", stopped }, { "quiet", quiet },
    { "offered", offered } };

static char *
sheet_text(void *ctx, const struct call_sheet *s, const char *language)
{
	struct text *t = text_new(ctx);
	size_t i;
	int p;

	for (p = 0; p < CALL_PARTS; p++) {
		text_addf(t, "%s\n", call_part_title((enum call_part)p,
		    language));
		for (i = 0; i < s->n[p]; i++)
			text_addf(t, "  - %s\n", s->lines[p][i]);
	}
	return mem_str(ctx, text_str(t));
}

static void
are_golden(void **state)
{
	static const char *const languages[] = { "en", "zh-CN" };
	const char *update = getenv("CALL_UPDATE"), *top =
	    getenv("top_srcdir");
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct call_sheet *s;
	char *text, *want, *path;
	struct err err;
	size_t i, k, n;

	for (i = 0; i < UNIT_COUNT(cases); i++)
		for (k = 0; k < 2; k++) {
			cases[i].make(ctx, languages[k]);
			in.policy = policy_default(ctx);
			s = call_sheet_make(ctx, &in);
			text = sheet_text(ctx, s, languages[k]);
			path = mem_fmt(ctx, "%s/%s-%s.txt", update != NULL ?
			    update : mem_fmt(ctx, "%s/tests/golden/call",
			    top != NULL ? top : "."), languages[k],
			    cases[i].name);
			if (update != NULL)
				assert_int_equal(file_write(path, text,
				    strlen(text), 0644, &err), 0);
			if (file_read(ctx, path, 100000, &want, &n, &err) < 0)
				fail_msg("%s", err.text);
			assert_string_equal(text, want);
		}
}

/* No number and no question where nobody may call. */
static void
stops(void **state)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct call_sheet *s;

	stopped(ctx, "en");
	in.policy = policy_default(ctx);
	s = call_sheet_make(ctx, &in);
	assert_true(s->stop);
	assert_int_equal(s->n[CALL_ASK], 0);
	assert_int_equal(s->n[CALL_NUMBER], 1);
	assert_null(strstr(s->lines[CALL_NUMBER][0], "extension"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(are_golden),
		cmocka_unit_test(stops),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
