#include "unit.h"

#include "base/mem.h"
#include "config/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define S(text) text, sizeof(text) - 1

/* Broken texts, and all that is to be said of each. */
static const struct {
	const char *text;
	size_t n;
	const char *said;
} broken[] = {
	{ S("a: 1\nb 2\nc: 3\n"),
	    "f:2: a line without a colon: write \"key: value\"" },
	{ S("a: 1\nb: x: y\n"),
	    "f:2: a second colon on the line, or wrong indentation: put text "
	    "with a colon in quotes" },
	{ S("a:\n  b: 1\n c: 2\n"),
	    "f:3: wrong indentation, or text after a closed value: keys of "
	    "one map, and items of one list, start in the same column" },
	{ S("a:\n  - 1\n - 2\n"),
	    "f:3: wrong indentation, or text after a closed value: keys of "
	    "one map, and items of one list, start in the same column" },
	{ S("a: 1\nb: {c: 1\nd: 2\n"),
	    "f:2: { is not closed: end the map with }" },
	{ S("a: 1\nb: [1, 2\n"), "f:2: [ is not closed: end the list with ]" },
	{ S("a: 1\nb: \"text\nc: 2\n"),
	    "f:2: a quote is not closed: end the text with the same quote" },
	{ S("a: 'text\n"),
	    "f:1: a quote is not closed: end the text with the same quote" },
	{ S("a: 1\n\tb: 2\n"), "f:2: a tab in the indentation: use spaces" },
	{ S("a: 1\nb: @home\n"),
	    "f:2: a character that cannot start a value (such as @ or %): "
	    "put the text in quotes" },
	{ S("a: \"x\\y\"\n"),
	    "f:1: unknown escape in \"...\": write \\\\ for a backslash, or "
	    "use '...'" },
	{ S("a: 1\n--- \nb: 2\n"),
	    "f:2: a second document (---): keep one in the file" },
	{ S("a: 1\nb: 2\na: 3\n"),
	    "f:3: \"a\" is given twice (first in line 1): keep one" },
	{ S("a: &x 1\nb: *x\n"),
	    "f:1: an anchor (&x) is not used here: write the value where it "
	    "is needed\n"
	    "f:2: an alias (*x) is not used here: write the value itself" },
	{ S("a: 1\nb: !!str 2\n"),
	    "f:2: a tag (!...) is not used here: leave it out" },
	{ S("a: 1\nb: !mine 2\n"),
	    "f:2: a tag (!...) is not used here: leave it out" },
	{ S("a: 1\n[x, y]: 2\n"),
	    "f:2: a map or list as a key: keys are words" },
	{ S("a: 1\nb: \xff\xfe\n"), "f:2: not UTF-8: save the file in UTF-8" },
	{ S("a: 1\nb: x\0y\n"),
	    "f:2: a control character (0x00): take it out" },
	{ S("a: 1\n\nb: x\x1by\n"),
	    "f:3: a control character (0x1b): take it out" },
	{ S("a: \"x\\0y\"\n"), "f:1: a NUL character in a text: leave it out" },
	{ S("a: {b: 1}}\n"),
	    "f:1: wrong indentation, or text after a closed value: keys of "
	    "one map, and items of one list, start in the same column" },
	{ S("a: [1, , 2]\n"),
	    "f:1: a value is missing here: check brackets and commas" },
	{ S("%YAML 9.9\n---\na: 1\n"),
	    "f:1: a %YAML line is not used here: leave it out" },
	{ S("a: - 1\n"),
	    "f:1: a list cannot start here: put \"- \" on a line of its "
	    "own" },
	{ S("a: *nowhere\n"),
	    "f:1: an alias (*nowhere) is not used here: write the value "
	    "itself" },
};

static char *
said_of(void *owner, const char *text, size_t n)
{
	struct config_problems p = { NULL, 0 };
	char *said = mem_str(owner, "");
	size_t i;

	yaml_tree(owner, "f", text, n, &p);
	for (i = 0; i < p.n; i++)
		said = mem_fmt(owner, "%s%s%s", said, i > 0 ? "\n" : "",
		    p.lines[i]);
	return said;
}

static void
test_broken(void **state)
{
	MEM_AUTO void *m = talloc_new(NULL);
	size_t i, wrong = 0;
	char *said;

	for (i = 0; i < UNIT_COUNT(broken); i++) {
		said = said_of(m, broken[i].text, broken[i].n);
		if (strcmp(said, broken[i].said) != 0) {
			print_error("%s\n  said   %s\n  wanted %s\n",
			    broken[i].text, said, broken[i].said);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static void
test_tree(void **state)
{
	static const char text[] = "# head\na: no\nlist:\n  - one\n"
	    "  - {x: \"1\", y: }\ntext: |\n  two\n  lines\n";
	MEM_AUTO void *m = talloc_new(NULL);
	struct config_problems p = { NULL, 0 };
	const struct yaml_node *root, *n;

	root = yaml_tree(m, "f", S(text), &p);
	assert_int_equal(p.n, 0);
	assert_int_equal(root->kind, YAML_MAP);
	assert_int_equal(root->n, 3);
	n = yaml_get(root, "a");
	assert_string_equal(n->text, "no");
	assert_int_equal(n->line, 2);
	n = yaml_get(root, "list");
	assert_int_equal(n->kind, YAML_LIST);
	assert_int_equal(n->n, 2);
	assert_int_equal(n->entries[1].line, 5);
	n = n->entries[1].value;
	assert_true(yaml_get(n, "x")->quoted);
	assert_true(yaml_is_empty(yaml_get(n, "y")));
	assert_null(yaml_get(n, "z"));
	assert_string_equal(yaml_get(root, "text")->text, "two\nlines\n");
}

static void
test_empty(void **state)
{
	static const char *const texts[] = { "", "\n", "# only this\n", "---\n",
		"\xef\xbb\xbf" };
	MEM_AUTO void *m = talloc_new(NULL);
	struct config_problems p = { NULL, 0 };
	const struct yaml_node *root;
	size_t i;

	for (i = 0; i < UNIT_COUNT(texts); i++) {
		root = yaml_tree(m, "f", texts[i], strlen(texts[i]), &p);
		assert_non_null(root);
		assert_int_equal(root->kind, YAML_MAP);
		assert_int_equal(root->n, 0);
	}
	assert_int_equal(p.n, 0);
}

/* n times what, with end after it. */
static char *
many(void *owner, const char *what, size_t n, const char *end)
{
	size_t len = strlen(what), i;
	char *s = mem_array(owner, char, len * n + strlen(end) + 1);

	for (i = 0; i < n; i++)
		memcpy(s + i * len, what, len);
	memcpy(s + n * len, end, strlen(end));
	return s;
}

static void
test_limits(void **state)
{
	MEM_AUTO void *m = talloc_new(NULL);
	char *text;

	text = many(m, "[", 5000, "");
	assert_string_equal(said_of(m, text, strlen(text)), "f:1: more than "
	    "12 levels inside one another: flatten it");
	text = many(m, "- a\n", 30000, "");
	assert_string_equal(said_of(m, text, strlen(text)), "f:20000: more "
	    "than 20000 values in one file: split it");
	text = many(m, "# much\n", 1024 * 1024 / 7 + 1, "");
	assert_string_equal(said_of(m, text, strlen(text)), "f: larger than "
	    "1048576 bytes: split it");
	text = mem_fmt(m, "a: 1\nb: %s", many(m, "x", 9000, "\n"));
	assert_string_equal(said_of(m, text, strlen(text)), "f:2: a text of "
	    "9000 bytes, at most 8192 are allowed: shorten it");
}

/* Whatever the bytes, the reader comes back; each prefix is a file too. */
static void
test_prefixes(void **state)
{
	static const char text[] = "a: {b: [1, 'x', \"\\u4e2d\"]}\nc:\n"
	    "  - d: |\n      e\n  - &f !g *h\n? i\n: j\n--- k\n";
	size_t i, n;
	char copy[sizeof(text)];

	for (n = 0; n < sizeof(text); n++) {
		void *m = talloc_new(NULL);

		said_of(m, text, n);
		talloc_free(m);
	}
	for (i = 0; i < sizeof(text) - 1; i++) {
		void *m = talloc_new(NULL);

		memcpy(copy, text, sizeof(text));
		copy[i] ^= 0x15;
		said_of(m, copy, sizeof(text) - 1);
		talloc_free(m);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_prefixes),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
