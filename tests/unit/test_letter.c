#include "base/mem.h"
#include "render/letter_page.h"
#include "render/pdf.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

static void
tells_mistakes(void **state)
{
	static const struct {
		const char *markup, *where;
	} cases[] = {
		{ "a\n<b>x\n", "f:2: a tag is not ended" },
		{ "x</b>", "f:1: this end has no beginning" },
		{ "<b><nobr>x</b></nobr>", "f:1: this end has no beginning" },
		{ "\n\n<i>x</i>", "f:3: only <b>" },
		{ "a < b", "f:1: only <b>" },
		{ "<title>x", "f:1: this line does not end" },
		{ "<rule/> x", "f:1: this line does not end" },
		{ "<row>x</row>", "f:1: a row stands outside" },
		{ "<table columns=\"\">", "f:1: write <table" },
		{ "<table columns=\"0\">", "f:1: a table has 1 to 8" },
		{ "<table columns=\"1 1\">\n<row>a</row>\n</table>",
		    "f:2: this row has not as many cells" },
		{ "<table columns=\"1\">\n<row>a<c/>b</row>\n</table>",
		    "f:2: this row has not as many cells" },
		{ "<table columns=\"1\">\nx\n</table>", "f:2: only rows" },
		{ "<table columns=\"1\">\n<h>x</h>", "f:2: only rows" },
		{ "<table columns=\"1\">", "f:2: a <table> or <keep>" },
		{ "</table>", "f:1: no table is open" },
		{ "</keep>", "f:1: <keep> and </keep> take turns" },
		{ "<keep>\nx\n", "f:3: a <table> or <keep>" },
		{ "<foot>a</foot>\n<foot>b</foot>", "f:2: a letter has one" },
	};
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct letter *l;
	struct err err;
	size_t i;

	for (i = 0; i < UNIT_COUNT(cases); i++) {
		assert_int_equal(letter_parse(ctx, "f", 1, cases[i].markup,
		    &l, &err), -1);
		assert_int_equal(err.kind, ERR_CONFIG);
		if (strncmp(err.text, cases[i].where,
		    strlen(cases[i].where)) != 0)
			fail_msg("%s: %s", cases[i].markup, err.text);
	}
}

static void
reads_blocks(void **state)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct letter *l;
	struct err err;

	assert_int_equal(letter_parse(ctx, "f", 1, "a & b &amp; &lt;row&gt;\n"
	    "second\n\n<h>x</h>\n<table columns=\"2 1r\">\n"
	    "<row>a<c/></row>\n<sum><b>s</b><c/>1</sum>\n</table>\n", &l,
	    &err), 0);
	assert_int_equal(l->n_blocks, 4);
	assert_string_equal(l->blocks[0].text[0],
	    "a &amp; b &amp; &lt;row&gt;\nsecond");
	assert_true(l->blocks[1].keep);		/* a heading */
	assert_true(l->blocks[2].keep);		/* before a sum */
	assert_string_equal(l->blocks[2].text[1], "");
	assert_true(l->tables[0].right[1]);
	assert_int_equal(l->tables[0].weight[0], 2);
}

/* Rows without end: a limit, not a book. */
static void
has_limits(void **state)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct canvas_info info = { "t", "a", "en", 0 };
	struct text *t = text_new(ctx);
	struct letter *l;
	struct err err;
	char *pdf;
	size_t n;
	int i, pages;

	for (i = 0; i < LETTER_BLOCKS_MAX; i++)
		text_add(t, "<h>x</h>\n");
	assert_int_equal(letter_parse(ctx, "f", 1, text_str(t), &l, &err), 0);
	assert_int_equal(letter_pages(ctx, l, &info, NULL, &pdf, &n, &pages, &err),
	    -1);
	assert_non_null(strstr(err.text, "pages"));
	text_add(t, "<h>x</h>\n");
	assert_int_equal(letter_parse(ctx, "f", 1, text_str(t), &l, &err),
	    -1);
}

/* Streams before the trailer have bytes of all kinds. */
static void
completes_any_stream(void **state)
{
	static const char head[] = "%PDF-1.5\n5 0 obj\n<< /Type /Catalog\n"
	    "   /Pages 1 0 R\n>>\nendobj\n4 0 obj\nstream\n\0\0trailer\0\xff";
	static const char tail[] = "\nendstream\nxref\n0 6\ntrailer\n<< /Size 6"
	    "\n   /Root 5 0 R\n   /Info 4 0 R\n>>\nstartxref\n90\n%%EOF\n";
	void *ctx MEM_AUTO = talloc_new(NULL);
	size_t a = sizeof(head) - 1, b = sizeof(tail) - 1, n;
	char *bytes = mem_array(ctx, char, a + b), *out;
	struct err err;

	memcpy(bytes, head, a);
	memcpy(bytes + a, tail, b);
	assert_int_equal(pdf_complete(ctx, bytes, a + b, "zh-CN", &out, &n,
	    &err), 0);
	assert_memory_equal(out, bytes, a + b);
	assert_non_null(strstr(out + a + b, "/Pages 1 0 R\n   /Lang (zh-CN)"));
	assert_non_null(strstr(out + a + b, "/Prev 90"));
	assert_int_equal(pdf_complete(ctx, bytes, a, "en", &out, &n, &err),
	    -1);
	assert_int_equal(err.kind, ERR_CONFIG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_mistakes),
		cmocka_unit_test(reads_blocks),
		cmocka_unit_test(has_limits),
		cmocka_unit_test(completes_any_stream),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
