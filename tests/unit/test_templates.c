#include "base/embed.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "render/template.h"
#include "unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void *ctx;
static char *dir;

static int
set_up(void **state)
{
	char path[] = "/tmp/dunlin-templates-XXXXXX";

	ctx = talloc_new(NULL);
	assert_non_null(mkdtemp(path));
	dir = mem_str(ctx, path);
	assert_int_equal(mkdir(mem_fmt(ctx, "%s/en", dir), 0700), 0);
	assert_int_equal(mkdir(mem_fmt(ctx, "%s/zh-CN", dir), 0700), 0);
	return 0;
}

static void
empty_folder(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			unlink(mem_fmt(ctx, "%s/%s", path, e->d_name));
	closedir(d);
	rmdir(path);
}

static int
tear_down(void **state)
{
	empty_folder(mem_fmt(ctx, "%s/en", dir));
	empty_folder(mem_fmt(ctx, "%s/zh-CN", dir));
	rmdir(dir);
	talloc_free(ctx);
	return 0;
}

static void
put(const char *name, const char *text)
{
	assert_int_equal(file_write(mem_fmt(ctx, "%s/%s", dir, name), text,
	    strlen(text), 0600, NULL), 0);
}

/* Loads the folder; the problems as one text. */
static const char *
load(struct templates **ret_t)
{
	struct config_problems problems = { 0 };
	struct text *all = text_new(ctx);
	struct err err;
	size_t i;
	int r;

	r = templates_load(ctx, dir, ret_t, &problems, &err);
	for (i = 0; i < problems.n; i++)
		text_addf(all, "%s\n", problems.lines[i]);
	assert_int_equal(r, problems.n > 0 ? -1 : 0);
	if (r < 0) {
		assert_int_equal(err.kind, ERR_CONFIG);
		assert_string_equal(err.text, problems.lines[0]);
	}
	return text_str(all);
}

static void
expect(const char *name, const char *text, const char *problem)
{
	struct templates *t = NULL;
	const char *got;

	put(name, text);
	got = load(&t);
	if (strstr(got, problem) == NULL)
		fail_msg("%s: '%s' is not in:\n%s", name, problem, got);
	unlink(mem_fmt(ctx, "%s/%s", dir, name));
}

/* Every name is there in both languages; every one passes the linter and the
 * check of names (or loading fails). */
static void
embedded_ones_are_complete(void **state)
{
	static const char *const steps[] = { "m0-notice", "m0-due",
	    "m1-first", "m1-second", "m1-again", "m2-first", "m2-second",
	    "m2-again", "m3-first", "m3-final", "m3-again", "m4-letter",
	    "courtesy", "thanks", "apology", "answer-promise",
	    "answer-too-far", "answer-ask-date", "answer-claim",
	    "answer-dispute", "answer-trade", "answer-statement",
	    "answer-invoice", "answer-bank", "answer-hardship",
	    "answer-reason", "answer-third-party", "answer-calm",
	    "answer-wrong-person", "outcome-dispute",
	    "outcome-claim" };
	const struct embed_file *f;
	struct templates *t;
	size_t i;

	assert_string_equal(load(&t), "");
	for (i = 0; i < UNIT_COUNT(steps); i++) {
		assert_true(templates_have(t, steps[i], "en"));
		assert_true(templates_have(t, steps[i], "zh-CN"));
	}
	assert_false(templates_have(t, "m1-first", "de"));
	assert_false(templates_have(t, "m9", "en"));
	for (f = embed_files; f->name != NULL; f++) {
		char *other;

		if (text_starts(f->name, "templates/en/"))
			other = mem_fmt(ctx, "templates/zh-CN/%s",
			    f->name + 13);
		else if (text_starts(f->name, "templates/zh-CN/"))
			other = mem_fmt(ctx, "templates/en/%s",
			    f->name + 16);
		else
			continue;
		if (embed_find(other) == NULL)
			fail_msg("%s is missing", other);
	}
}

static void
a_folder_wins_by_name(void **state)
{
	struct templates *t;
	const struct template *m;

	put("en/m1-first.mail", "Subject: Mine\n--- text\nHello {{total}}.\n");
	put("en/own.mail", "# a note\n\nSubject: Own\r\n--- text\r\nHi.\r\n");
	put("en/readme.txt", "not a template");
	assert_string_equal(load(&t), "");
	m = template_find(t, "en", "m1-first");
	assert_string_equal(m->sources[PART_SUBJECT], "Mine");
	assert_string_equal(m->sources[PART_TEXT], "Hello {{total}}.\n");
	assert_string_equal(template_find(t, "en", "own")->sources[PART_TEXT],
	    "Hi.\n");
	assert_string_not_equal(template_find(t, "zh-CN", "m1-first")->
	    sources[PART_SUBJECT], "Mine");
}

static void
mistakes_have_their_line(void **state)
{
	expect("en/a.mail", "Subject: A\n--- text\n\n{{totl}}\n",
	    "en/a.mail:4: 'totl' is no name");
	expect("en/a.mail", "Subject: {{nope}}\n--- text\nx\n",
	    "en/a.mail:1: 'nope' is no name");
	expect("en/a.mail", "Subject: A\nPreheader: {{nope}}\n--- text\nx\n",
	    "en/a.mail:2: 'nope'");
	expect("en/a.mail", "Subject: A\n--- text\nx\n--- html\n<p>\n"
	    "{{nope}}</p>\n", "en/a.mail:6: 'nope'");
	expect("en/a.mail", "Subject: A\n--- text\n{{contact}}\n",
	    "en/a.mail:3: 'contact' may be missing");
	expect("en/a.mail", "Subject: A\n--- text\n{{promise.day}}\n",
	    "en/a.mail:3: 'promise.day' is not known in templates of this");
	expect("en/a.mail", "Subject: A\n--- text\n{{{total}}}\n",
	    "en/a.mail:3: 'total' would not be escaped");
	expect("en/a.mail", "Subject: A\n--- text\n{{#items}}\n",
	    "en/a.mail:3: section 'items' is not closed");
	expect("en/a.mail", "Subject: A\n--- text\n{{>nothing}}\n",
	    "en/a.mail:3: 'nothing' is no part");
	expect("en/a.mail", "Subject: A\nNeutral-Subject: {{total}} due\n"
	    "--- text\nx\n", "en/a.mail:2: 'total' is not known");
	expect("en/a.mail", "--- text\nx\n", "there is no 'Subject:' line");
	expect("en/a.mail", "Subject: A\n", "there is no '--- text' part");
	expect("en/a.mail", "Subject: A\nSubject: B\n--- text\nx\n",
	    "en/a.mail:2: this header is here twice");
	expect("en/a.mail", "Subjekt: A\n--- text\nx\n",
	    "en/a.mail:1: this is no header line");
	expect("en/a.mail", "Subject: A\n--- txt\nx\n",
	    "en/a.mail:2: write '--- text' or");
	expect("en/a.mail", "Subject: A\n--- text\nx\n--- text\ny\n",
	    "en/a.mail:4: this part is here twice");
	expect("en/_a.mail", "Subject: A\n--- text\nx\n",
	    "is a part and has no subject");
	expect("en/a.mail", "Subject: A\n--- text\n\xff\n", "is not UTF-8");
	expect("zh-CN/_ask.mail", "--- text\n{{nope}}\n",
	    "zh-CN/_ask.mail:2: 'nope' is no name");
	expect("en/_ask.mail", "--- text\n{{>ask}}\n", "includes itself");
	expect("en/_layout.mail", "--- text\n{{>body}}\n",
	    "write 'Neutral-Subject:' and 'From-Name:'");
}

static void
the_linter_cannot_be_left_out(void **state)
{
	expect("en/a.mail", "Subject: A\n--- text\nPay.\n\nOr we take legal "
	    "action.\n", "en/a.mail:5: \"legal action\" announces");
	expect("en/a.mail", "Subject: Final warning\n--- text\nx\n",
	    "en/a.mail:1: \"final warning\"");
	expect("zh-CN/a.mail", "Subject: A\n--- text\n否则起诉。\n",
	    "zh-CN/a.mail:3: \"起诉\"");
	expect("en/a.mail", "Subject: A\n--- text\nx\n--- html\n<p>x</p>\n"
	    "<img src='http://t.example/1.gif'>\n", "remote-content");
	expect("en/_mine.mail", "--- text\nWe tell your boss.\n",
	    "en/_mine.mail:2: \"tell your boss\"");
}

static void
many_mistakes_at_once(void **state)
{
	struct templates *t;
	const char *got;

	put("en/a.mail", "Subject: {{x1}}\n--- text\n{{x2}}\n");
	put("en/b.mail", "Subject: {{x3}}\n--- text\n{{x4}}\n");
	got = load(&t);
	assert_non_null(strstr(got, "'x1'"));
	assert_non_null(strstr(got, "'x2'"));
	assert_non_null(strstr(got, "'x3'"));
	assert_non_null(strstr(got, "'x4'"));
}

static void
makes_html_from_text(void **state)
{
	static const struct {
		const char *text, *html;
	} cases[] = {
		{ "One.\n", "{{>p}}One.</p>\n" },
		{ "One.\nTwo.\n", "{{>p}}One.<br>\nTwo.</p>\n" },
		{ "One.\n\nTwo.\n", "{{>p}}One.</p>\n\n{{>p}}Two.</p>\n" },
		{ "a < b & c > d\n", "{{>p}}a &lt; b &amp; c &gt; d</p>\n" },
		{ "{{a}} & {{b}}\n", "{{>p}}{{a}} &amp; {{b}}</p>\n" },
		{ "{{#a}}\nOne.\n{{/a}}\n",
		    "{{#a}}\n{{>p}}One.</p>\n{{/a}}\n" },
		{ "{{#a}}One{{/a}} two\n",
		    "{{>p}}{{#a}}One{{/a}} two</p>\n" },
		{ "One.\n{{>items}}\nTwo.\n",
		    "{{>p}}One.</p>\n{{>items}}\n{{>p}}Two.</p>\n" },
		{ "{{a}}\n", "{{>p}}{{a}}</p>\n" },
		{ "", "\n" },
	};
	size_t i;

	for (i = 0; i < UNIT_COUNT(cases); i++)
		assert_string_equal(template_html(ctx, cases[i].text),
		    cases[i].html);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(embedded_ones_are_complete),
		TEST(a_folder_wins_by_name),
		TEST(mistakes_have_their_line),
		TEST(the_linter_cannot_be_left_out),
		TEST(many_mistakes_at_once),
		TEST(makes_html_from_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
