#include "base/mem.h"
#include "base/text.h"
#include "render/locale.h"
#include "render/mail_compose.h"
#include "render/template.h"
#include "render/view.h"
#include "render/wrap.h"
#include "render_fixture.h"
#include "unit.h"

static void *ctx;
static struct templates *all;

static int
group_up(void **state)
{
	struct config_problems problems = { 0 };
	struct err err;

	ctx = talloc_new(NULL);
	if (templates_load(ctx, NULL, &all, &problems, &err) < 0) {
		print_error("%s\n", err.text);
		return -1;
	}
	return 0;
}

static int
group_down(void **state)
{
	talloc_free(ctx);
	return 0;
}

static struct fixture *
one_late(const char *language)
{
	struct fixture *f = fixture_new(ctx, language);

	fixture_item(f, "INV-7", date_make(2026, 10, 16),
	    date_make(2026, 11, 15), 123456, 123456,
	    strcmp(language, "en") == 0 ? "USD" : "CNY");
	return f;
}

static struct mail *
must_render(struct fixture *f)
{
	struct mail *m = NULL;
	struct err err;

	if (render_mail(ctx, all, &f->in, &m, &err) < 0)
		fail_msg("%s", err.text);
	return m;
}

static void
must_fail(struct fixture *f, const char *what)
{
	struct mail *m = NULL;
	struct err err;

	assert_int_equal(render_mail(ctx, all, &f->in, &m, &err), -1);
	assert_null(m);
	if (strstr(err.text, what) == NULL)
		fail_msg("'%s' is not in: %s", what, err.text);
}

static void
renders_both_languages(void **state)
{
	struct mail *m = must_render(one_late("en"));

	assert_non_null(strstr(m->text, "USD 1,234.56"));
	assert_non_null(strstr(m->html, "USD 1,234.56"));
	assert_non_null(strstr(m->text, "15 November"));
	assert_string_equal(m->from, "ar+b.abcdefghijkl2345@example.com");
	assert_string_equal(m->to, "payables@stork.example");
	m = must_render(one_late("zh-CN"));
	assert_non_null(strstr(m->text, "人民币1,234.56元"));
	assert_non_null(strstr(m->html, "2026年11月15日"));
}

static void
says_what_is_missing(void **state)
{
	struct fixture *f = one_late("en");

	f->in.template = "no-such";
	must_fail(f, "templates/en/no-such.mail");
	f->in.template = "_items";
	must_fail(f, "templates/en/_items.mail");
	f = one_late("en");
	f->in.role = "nobody";
	must_fail(f, "role 'nobody'");
	f = one_late("en");
	f->in.n_items = 0;
	must_fail(f, "nothing open");
	f = one_late("en");
	f->in.template = "courtesy";
	must_fail(f, "no promise");
	f = one_late("en");
	f->facts.n_contacts = 0;
	must_fail(f, "nobody to write to");
	f = one_late("en");
	f->company.reply_to = NULL;
	must_fail(f, "reply_to");
}

static void
same_input_same_bytes(void **state)
{
	struct mail *a = must_render(one_late("zh-CN"));
	struct mail *b = must_render(one_late("zh-CN"));

	assert_int_equal(a->len, b->len);
	assert_memory_equal(a->bytes, b->bytes, a->len);
}

/* What a consumer's neighbours may see says nothing of a debt; a line says
 * how to stop. */
static void
rule_packs_are_obeyed(void **state)
{
	static const struct {
		const char *language, *country, *stop, *word;
	} cases[] = {
		{ "en", "US", "STOP", "INV-7" },
		{ "zh-CN", "CN", "退订", "INV-7" },
		{ "en", NULL, "STOP", "INV-7" },
	};
	struct fixture *f;
	struct mail *m;
	size_t i;

	for (i = 0; i < UNIT_COUNT(cases); i++) {
		f = one_late(cases[i].language);
		f->facts.country = cases[i].country;
		f->facts.party_kind = PARTY_PERSON;
		m = must_render(f);
		assert_non_null(strstr(m->text, cases[i].stop));
		assert_non_null(strstr(m->html, cases[i].stop));
		assert_null(strstr(m->subject, cases[i].word));
		assert_null(strstr(m->html, "display:none"));
	}
	m = must_render(one_late("en"));
	assert_null(strstr(m->text, "STOP"));
	assert_non_null(strstr(m->subject, "INV-7"));
}

static void
values_never_expand(void **state)
{
	struct fixture *f = one_late("en");
	struct mail *m;

	f->facts.name = "{{total}} {{>items}} {{/x}}";
	f->contact.name = NULL;
	f->items[0].document = "<script>alert(1)</script>";
	m = must_render(f);
	assert_non_null(strstr(m->text, "{{total}} {{>items}} {{/x}}"));
	assert_non_null(strstr(m->html, "&lt;script&gt;alert(1)"));
	assert_null(strstr(m->html, "<script"));
}

static void
headers_cannot_be_forged(void **state)
{
	struct fixture *f = one_late("en");
	struct mail *m;
	char *head;

	f->contact.name = "Eve\r\nBcc: x@example.com";
	f->items[0].document = "1\nBcc: y@example.com";
	f->facts.name = "\xe2\x80\xae" "drow\x1b[2J";
	m = must_render(f);
	head = mem_strn(ctx, m->bytes, m->len);
	*strstr(head, "\r\n\r\n") = '\0';
	assert_null(strstr(head, "\nBcc"));
	assert_null(strstr(m->text, "\x1b"));
	assert_null(strstr(m->text, "\xe2\x80\xae"));
	f = one_late("en");
	f->contact.address = "a@example.com\r\nBcc: x@example.com";
	must_fail(f, "is not a mail address");
	f->contact.address = "财务@example.com";
	must_fail(f, "other than ASCII");
	f->contact.address = "chen@例子.测试";
	assert_string_equal(must_render(f)->to,
	    "chen@xn--fsqu00a.xn--0zwm56d");
}

/* Values are linted too; names of the ledger are not. */
static void
rendered_texts_are_linted(void **state)
{
	struct fixture *f = one_late("en");

	f->facts.name = "Police Department of Example City";
	f->contact.name = NULL;
	must_render(f);
	f->banks[0].note = "We have a new bank account";
	must_fail(f, "bank-change");
	f->banks[0].note = "Otherwise: legal action";
	must_fail(f, "threat-legal");
}

static void
counts_each_currency(void **state)
{
	struct fixture *f = one_late("en");
	struct mail *m;

	fixture_item(f, "INV-8", DATE_NONE, date_make(2026, 11, 1), 100, 100,
	    "USD");
	fixture_item(f, "INV-9", DATE_NONE, date_make(2026, 12, 1), 5000, 2500,
	    "EUR");
	fixture_item(f, "CN-1", DATE_NONE, date_make(2026, 11, 1), -700, -700,
	    "USD");
	m = must_render(f);
	assert_non_null(strstr(m->text, "Total open: USD 1,235.56, of which "
	    "past due: USD 1,235.56"));
	assert_non_null(strstr(m->text, "Total open: EUR 25.00\n"));
	assert_non_null(strstr(m->text, "(original amount EUR 50.00)"));
	assert_non_null(strstr(m->text, "invoice (CN-1): USD 7.00"));
	assert_non_null(strstr(m->text, "0000 1111 2222 333"));
	assert_non_null(strstr(m->text, "0000 1111 2222 555"));
	assert_null(strstr(m->text, "0000 1111 2222 444"));
	/* several items: the customer number is the reference */
	assert_non_null(strstr(m->text, "Reference: C-1001"));
	m = must_render(one_late("en"));
	assert_non_null(strstr(m->text, "Reference: INV-7"));
}

/* A part that is disputed is not named: the plan says what may be. */
static void
names_what_the_plan_says(void **state)
{
	struct fixture *f = one_late("en");
	struct mail *m;

	fixture_item(f, "INV-8", DATE_NONE, date_make(2026, 11, 1), 100, 100,
	    "USD");
	f->in.n_items = 1;
	f->named[0].amount = 3456;
	m = must_render(f);
	assert_null(strstr(m->text, "INV-8"));
	assert_null(strstr(m->html, "INV-8"));
	assert_non_null(strstr(m->text, "Total open: USD 34.56"));
}

/* "Today" is the customer's: 02:30 UTC is the day before in New York. */
static void
days_are_the_customers(void **state)
{
	struct fixture *f = one_late("en");

	clock_parse("2026-11-20T02:30:00Z", &f->in.now, NULL);
	assert_non_null(strstr(must_render(f)->text, "5 days late"));
	zone_open("America/New_York", &f->facts.zone, NULL);
	assert_non_null(strstr(must_render(f)->text, "4 days late"));
	f->items[0].due = date_make(2026, 11, 18);
	assert_non_null(strstr(must_render(f)->text, "1 day late"));
}

static void
tiers_change_the_tone(void **state)
{
	struct fixture *f = one_late("en");
	char *standard = must_render(f)->text;

	f->facts.tier = TIER_PRIME;
	assert_non_null(strstr(must_render(f)->text, "so reliably"));
	f->facts.tier = TIER_RISK;
	assert_null(strstr(must_render(f)->text, "so reliably"));
	assert_string_not_equal(must_render(f)->text, standard);
}

static void
answers_say_so(void **state)
{
	struct fixture *f = one_late("en");

	assert_non_null(strstr(must_render(f)->bytes,
	    "Auto-Submitted: auto-generated\r\n"));
	f->in.class = CLASS_ANSWER;
	f->in.in_reply_to = "<q@example.com>";
	assert_non_null(strstr(must_render(f)->bytes,
	    "Auto-Submitted: auto-replied\r\n"));
	assert_non_null(strstr(must_render(f)->bytes,
	    "In-Reply-To: <q@example.com>\r\n"));
}

static void
bounces_may_go_elsewhere(void **state)
{
	struct fixture *f = one_late("en");

	f->company.bounce_to = "bounce@example.com";
	f->company.separator = '-';
	assert_string_equal(must_render(f)->from,
	    "bounce-b.abcdefghijkl2345@example.com");
	assert_non_null(strstr(must_render(f)->bytes,
	    "Reply-To: ar-r.abcdefghijkl2345@example.com\r\n"));
}

/* A paragraph of any template may be the last word of a loop of 5,000. */
static void
takes_many_items(void **state)
{
	struct fixture *f = one_late("en");
	struct fact_item *items = mem_array(ctx, struct fact_item, 5000);
	struct plan_item *named = mem_array(ctx, struct plan_item, 5000);
	size_t i;

	for (i = 0; i < 5000; i++) {
		items[i] = f->items[0];
		named[i].i = i;
		named[i].amount = 100;
	}
	f->facts.items = items;
	f->facts.n_items = f->in.n_items = 5000;
	f->in.items = named;
	assert_non_null(strstr(must_render(f)->text, "USD 5,000.00"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(renders_both_languages),
		cmocka_unit_test(says_what_is_missing),
		cmocka_unit_test(same_input_same_bytes),
		cmocka_unit_test(rule_packs_are_obeyed),
		cmocka_unit_test(values_never_expand),
		cmocka_unit_test(headers_cannot_be_forged),
		cmocka_unit_test(rendered_texts_are_linted),
		cmocka_unit_test(counts_each_currency),
		cmocka_unit_test(names_what_the_plan_says),
		cmocka_unit_test(days_are_the_customers),
		cmocka_unit_test(tiers_change_the_tone),
		cmocka_unit_test(answers_say_so),
		cmocka_unit_test(bounces_may_go_elsewhere),
		cmocka_unit_test(takes_many_items),
	};

	return cmocka_run_group_tests(tests, group_up, group_down);
}
