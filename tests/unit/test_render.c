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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(renders_both_languages),
		cmocka_unit_test(says_what_is_missing),
	};

	return cmocka_run_group_tests(tests, group_up, group_down);
}
