#include "base/mem.h"
#include "render/mustache.h"
#include "unit.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *ctx;
static const struct mst *self;	/* a part that includes itself */

struct parts {
	const json_t *sources;
};

/* JSON as values, so that a case reads like the specification. */
static struct mst_value *
value_of(const json_t *j)
{
	struct mst_value *v;
	const char *name;
	json_t *child;
	size_t i;
	char buf[64];

	if (json_is_object(j)) {
		v = mst_map(ctx);
		json_object_foreach((json_t *)j, name, child)
			mst_put(v, name, value_of(child));
		return v;
	}
	if (json_is_array(j)) {
		v = mst_list(ctx);
		json_array_foreach(j, i, child)
			mst_push(v, value_of(child));
		return v;
	}
	if (json_is_boolean(j))
		return mst_bool(ctx, json_is_true(j));
	if (json_is_integer(j)) {
		snprintf(buf, sizeof(buf), "%lld",
		    (long long)json_integer_value(j));
		return mst_text(ctx, buf);
	}
	if (json_is_real(j)) {
		snprintf(buf, sizeof(buf), "%g", json_real_value(j));
		return mst_text(ctx, buf);
	}
	return mst_text(ctx, json_string_value(j));
}

static const struct mst *
find_part(void *arg, const char *name)
{
	struct parts *p = arg;
	const char *s = json_string_value(json_object_get(p->sources, name));
	struct mst *t;

	if (s == NULL || mst_parse(ctx, name, 1, s, strlen(s), &t, NULL) < 0)
		return NULL;
	return t;
}

static int
render(const char *template, const json_t *data, const json_t *sources,
    enum mst_escape escape, bool strict, const char **ret_s, struct err *err)
{
	struct parts parts = { sources };
	struct mst_render r = { value_of(data), escape, strict, find_part,
	    &parts };
	struct text *out = text_new(ctx);
	struct mst *t;

	if (mst_parse(ctx, "t", 1, template, strlen(template), &t, err) < 0 ||
	    mst_render(t, &r, out, err) < 0)
		return -1;
	*ret_s = text_str(out);
	return 0;
}

static int
set_up(void **state)
{
	ctx = talloc_new(NULL);
	self = NULL;
	return 0;
}

static int
tear_down(void **state)
{
	talloc_free(ctx);
	return 0;
}

struct spec_case {
	const char *template, *data, *expected, *parts;
};

static void
run_cases(const struct spec_case *cases, size_t n)
{
	const char *got = NULL;
	json_t *data, *parts;
	struct err err;
	size_t i;

	for (i = 0; i < n; i++) {
		data = json_loads(cases[i].data, JSON_DECODE_ANY, NULL);
		parts = cases[i].parts != NULL ?
		    json_loads(cases[i].parts, 0, NULL) : NULL;
		assert_non_null(data);
		if (render(cases[i].template, data, parts, MST_HTML, false,
		    &got, &err) < 0)
			fail_msg("%s: %s", cases[i].template, err.text);
		if (strcmp(got, cases[i].expected) != 0)
			fail_msg("%s gives\n%s, not\n%s", cases[i].template,
			    got, cases[i].expected);
		json_decref(data);
		json_decref(parts);
	}
}

static void
comments(void **state)
{
	static const struct spec_case cases[] = {
		{ "ab{{! unseen }}cd", "{}", "abcd", NULL },
		{ "ab{{! over\ntwo lines }}cd\n", "{}", "abcd\n", NULL },
		{ "one\n{{! alone }}\ntwo\n", "{}", "one\ntwo\n", NULL },
		{ "one\n \t{{! alone }} \ntwo\n", "{}", "one\ntwo\n", NULL },
		{ "one\r\n{{! alone }}\r\ntwo", "{}", "one\r\ntwo", NULL },
		{ "  {{! first line }}\ntwo", "{}", "two", NULL },
		{ "one\n  {{! last line }}", "{}", "one\n", NULL },
		{ "one\n{{!\nalone on\nfour\n}}\ntwo\n", "{}", "one\ntwo\n",
		    NULL },
		{ "  one {{! with others }}\n", "{}", "  one \n", NULL },
		{ "a {{! spaces stay }} b", "{}", "a  b", NULL },
		{ "({{! x }})", "{\"x\": 1, \"! x \": 2}", "()", NULL },
		{ "{{! has {{ in it }}.", "{}", ".", NULL },
	};

	run_cases(cases, UNIT_COUNT(cases));
}

static void
delimiters(void **state)
{
	static const struct spec_case cases[] = {
		{ "{{=<% %>=}}<<%x%>>", "{\"x\": \"v\"}", "<v>", NULL },
		{ "{{=[ ]=}}([x])", "{\"x\": \"v\"}", "(v)", NULL },
		{ "{{= @@ @@ =}}@@x@@{{x}}", "{\"x\": \"v\"}", "v{{x}}",
		    NULL },
		{ "{{#s}}\n{{x}}|x|\n{{/s}}\n{{=| |=}}\n|#s|\n{{x}}|x|\n"
		    "|/s|\n", "{\"s\": true, \"x\": \"v\"}",
		    "v|x|\n{{x}}v\n", NULL },
		{ "{{^s}}{{x}}{{/s}}{{=| |=}}|^s||x||/s|",
		    "{\"s\": false, \"x\": \"v\"}", "vv", NULL },
		/* a part starts with the usual ones, and keeps its change */
		{ "{{=| |=}}[|>p|]", "{\"x\": \"v\"}", "[v]",
		    "{\"p\": \"{{x}}\"}" },
		{ "[{{>p}}][{{x}}|x|]", "{\"x\": \"v\"}", "[vv][v|x|]",
		    "{\"p\": \"{{x}}{{=| |=}}|x|\"}" },
		{ "| {{=@ @=}} |", "{}", "|  |", NULL },
		{ " | {{=@ @=}}\n", "{}", " | \n", NULL },
		{ "one\n  {{=@ @=}}\ntwo\n", "{}", "one\ntwo\n", NULL },
		{ "one\r\n{{=@ @=}}\r\ntwo", "{}", "one\r\ntwo", NULL },
		{ "one\n  {{=@ @=}}", "{}", "one\n", NULL },
		{ "  {{=@ @=}}\none", "{}", "one", NULL },
	};

	run_cases(cases, UNIT_COUNT(cases));
}

static void
interpolation(void **state)
{
	static const struct spec_case cases[] = {
		{ "no tags {here}\n", "{}", "no tags {here}\n", NULL },
		{ "Dear {{name}}!", "{\"name\": \"陈\"}", "Dear 陈!", NULL },
		{ "{{a}} {{b}}", "{\"a\": \"{{b}}\", \"b\": \"x\"}",
		    "{{b}} x", NULL },
		{ "{{x}}", "{\"x\": \"<a> & \\\"b\\\"\"}",
		    "&lt;a&gt; &amp; &quot;b&quot;", NULL },
		{ "{{{x}}}{{&x}}", "{\"x\": \"<&\"}", "<&<&", NULL },
		{ "{{n}} {{{n}}} {{&n}}", "{\"n\": 85}", "85 85 85", NULL },
		{ "{{n}} {{{n}}} {{&n}}", "{\"n\": 1.5}", "1.5 1.5 1.5",
		    NULL },
		{ "({{x}}{{{x}}}{{&x}})", "{\"x\": null}", "()", NULL },
		{ "({{x}}{{{x}}}{{&x}})", "{}", "()", NULL },
		{ "{{a.b}}{{{a.b}}}{{&a.b}}", "{\"a\": {\"b\": \"v\"}}",
		    "vvv", NULL },
		{ "{{a.b.c.d}}", "{\"a\":{\"b\":{\"c\":{\"d\":\"v\"}}}}",
		    "v", NULL },
		{ "({{a.b.c}})", "{\"a\": {}}", "()", NULL },
		{ "({{a.b.c}})", "{\"a\": {\"b\": {}}, \"c\": \"wrong\"}",
		    "()", NULL },
		{ "{{#a}}{{b.c}}{{/a}}", "{\"a\": {\"b\": {\"c\": \"v\"}},"
		    " \"b\": {\"c\": \"wrong\"}}", "v", NULL },
		{ "{{#a}}({{b.c}}){{/a}}", "{\"a\": {\"b\": {}},"
		    " \"b\": {\"c\": \"wrong\"}}", "()", NULL },
		{ "({{a.b}})", "{\"a.b\": \"wrong\"}", "()", NULL },
		{ "{{a.b}}", "{\"a.b\": \"wrong\", \"a\": {\"b\": \"v\"}}",
		    "v", NULL },
		{ "{{.}}", "\"whole\"", "whole", NULL },
		{ "{{.}}{{{.}}}{{&.}}", "\"<\"", "&lt;<<", NULL },
		{ "{{.}}", "85", "85", NULL },
		{ "| {{x}} |", "{\"x\": \"v\"}", "| v |", NULL },
		{ "  {{x}}\n  {{{x}}}\n  {{&x}}\n", "{\"x\": \"v\"}",
		    "  v\n  v\n  v\n", NULL },
		{ "{{ x }}{{{ x }}}{{& x }}", "{\"x\": \"v\"}", "vvv", NULL },
	};

	run_cases(cases, UNIT_COUNT(cases));
}

static void
sections(void **state)
{
	static const struct spec_case cases[] = {
		{ "{{#t}}yes{{/t}}", "{\"t\": true}", "yes", NULL },
		{ "({{#t}}yes{{/t}})", "{\"t\": false}", "()", NULL },
		{ "({{#t}}yes{{/t}})", "{\"t\": null}", "()", NULL },
		{ "({{#t}}yes{{/t}})", "{}", "()", NULL },
		{ "({{#t}}yes{{/t}})", "{\"t\": []}", "()", NULL },
		{ "{{#c}}Hi {{n}}{{/c}}", "{\"c\": {\"n\": \"J\"}}", "Hi J",
		    NULL },
		{ "{{#s}}{{a}}{{b}}{{c.d}}{{/s}}", "{\"a\": \"A\", \"b\": "
		    "\"wrong\", \"s\": {\"b\": \"B\"}, \"c\": {\"d\": "
		    "\"D\"}}", "ABD", NULL },
		{ "{{#w}}{{.}} {{w}}{{/w}}", "{\"w\": \"v\"}", "v v", NULL },
		{ "{{#l}}{{n}},{{/l}}", "{\"l\": [{\"n\": 1}, {\"n\": 2}]}",
		    "1,2,", NULL },
		{ "{{#l}}{{#m}}{{n}}{{k}}{{/m}}{{/l}}", "{\"l\": [{\"n\": 1,"
		    " \"m\": [{\"k\": \"a\"}, {\"k\": \"b\"}]}]}", "1a1b",
		    NULL },
		{ "{{#l}}{{.}},{{/l}}", "{\"l\": [\"<\", 2, 3.5]}",
		    "&lt;,2,3.5,", NULL },
		{ "{{#l}}{{{.}}}{{&.}}{{/l}}", "{\"l\": [\"<\"]}", "<<",
		    NULL },
		{ "{{#l}}({{#.}}{{.}}{{/.}}){{/l}}", "{\"l\": [[1, 2], "
		    "[\"a\"]]}", "(12)(a)", NULL },
		{ "{{#.}}{{v}}{{/.}}", "[{\"v\": \"a\"}, {\"v\": \"b\"}]",
		    "ab", NULL },
		{ "{{#a}}{{#b}}{{x}}{{y}}{{#c}}{{x}}{{y}}{{z}}{{/c}}{{/b}}"
		    "{{/a}}", "{\"a\": {\"x\": 1}, \"b\": {\"y\": 2}, "
		    "\"c\": {\"z\": 3}}", "12123", NULL },
		{ "{{#t}}\none\n{{/t}}\ntwo\n{{#t}}\nthree\n{{/t}}\n",
		    "{\"t\": true}", "one\ntwo\nthree\n", NULL },
		{ "a{{#t}}b{{#t}}c{{/t}}d{{/t}}e", "{\"t\": true}", "abcde",
		    NULL },
		{ "a{{#t}}b{{#t}}c{{/t}}d{{/t}}e", "{\"t\": false}", "ae",
		    NULL },
		{ "{{#a.b.c}}in{{/a.b.c}}", "{\"a\":{\"b\":{\"c\":true}}}",
		    "in", NULL },
		{ "({{#a.b.c}}in{{/a.b.c}})", "{\"a\": {}}", "()", NULL },
		{ " | {{#t}}\t|\t{{/t}} | \n", "{\"t\": true}",
		    " | \t|\t | \n", NULL },
		{ " {{#t}}A{{/t}}\n {{#t}}B{{/t}}\n", "{\"t\": true}",
		    " A\n B\n", NULL },
		{ "| {{#t}} {{! x }}\n {{/t}} |", "{\"t\": true}",
		    "|  \n  |", NULL },
		{ "one\n  {{#t}}\ntwo\n  {{/t}}\nthree\n", "{\"t\": true}",
		    "one\ntwo\nthree\n", NULL },
		{ "|\r\n{{#t}}\r\n{{/t}}\r\n|", "{\"t\": true}", "|\r\n|",
		    NULL },
		{ "  {{#t}}\nx{{/t}}\n/", "{\"t\": true}", "x\n/", NULL },
		{ "x{{#t}}\n/\n  {{/t}}", "{\"t\": true}", "x\n/\n", NULL },
		{ "{{# t }}={{/ t }}", "{\"t\": true}", "=", NULL },
	};

	run_cases(cases, UNIT_COUNT(cases));
}

static void
inverted(void **state)
{
	static const struct spec_case cases[] = {
		{ "{{^t}}no{{/t}}", "{\"t\": false}", "no", NULL },
		{ "({{^t}}no{{/t}})", "{\"t\": true}", "()", NULL },
		{ "{{^t}}no{{/t}}", "{\"t\": null}", "no", NULL },
		{ "{{^t}}no{{/t}}", "{}", "no", NULL },
		{ "{{^t}}no{{/t}}", "{\"t\": []}", "no", NULL },
		{ "({{^t}}no{{/t}})", "{\"t\": {\"n\": 1}}", "()", NULL },
		{ "({{^t}}no{{/t}})", "{\"t\": [{\"n\": 1}]}", "()", NULL },
		{ "{{^t}}\none\n{{/t}}\ntwo\n{{^t}}\nthree\n{{/t}}\n",
		    "{\"t\": false}", "one\ntwo\nthree\n", NULL },
		{ "a{{^t}}b{{^t}}c{{/t}}d{{/t}}e", "{\"t\": false}", "abcde",
		    NULL },
		{ "a{{^t}}b{{^t}}c{{/t}}d{{/t}}e", "{\"t\": true}", "ae",
		    NULL },
		{ "({{^a.b}}no{{/a.b}})", "{\"a\": {\"b\": true}}", "()",
		    NULL },
		{ "{{^a.b}}no{{/a.b}}", "{\"a\": {\"b\": false}}", "no",
		    NULL },
		{ "{{^a.b}}no{{/a.b}}", "{\"a\": {}}", "no", NULL },
		{ " | {{^t}}\t|\t{{/t}} | \n", "{}", " | \t|\t | \n", NULL },
		{ "one\n  {{^t}}\ntwo\n  {{/t}}\nthree\n", "{}",
		    "one\ntwo\nthree\n", NULL },
		{ "|\r\n{{^t}}\r\n{{/t}}\r\n|", "{}", "|\r\n|", NULL },
		{ "  {{^t}}\nx{{/t}}\n/", "{}", "x\n/", NULL },
		{ "x{{^t}}\n/\n  {{/t}}", "{}", "x\n/\n", NULL },
		{ "{{^ t }}={{/ t }}", "{}", "=", NULL },
	};

	run_cases(cases, UNIT_COUNT(cases));
}

static void
partials(void **state)
{
	static const struct spec_case cases[] = {
		{ "[{{>p}}]", "{}", "[part]", "{\"p\": \"part\"}" },
		{ "[{{>p}}]", "{}", "[]", "{}" },
		{ "[{{>p}}]", "{\"x\": \"v\"}", "[*v*]",
		    "{\"p\": \"*{{x}}*\"}" },
		{ "{{>n}}", "{\"c\": \"X\", \"k\": [{\"c\": \"Y\", \"k\": []"
		    "}]}", "X<Y<>>",
		    "{\"n\": \"{{c}}<{{#k}}{{>n}}{{/k}}>\"}" },
		{ "{{>o}}", "{\"a\": 1, \"b\": 2}", "(1 2!)",
		    "{\"o\": \"({{a}} {{>i}})\", \"i\": \"{{b}}!\"}" },
		{ "| {{>p}} |", "{}", "| \t|\t |", "{\"p\": \"\\t|\\t\"}" },
		{ "  {{x}}  {{> p}}\n", "{\"x\": \"|\"}", "  |  >\n>\n",
		    "{\"p\": \">\\n>\"}" },
		{ "|\r\n{{>p}}\r\n|", "{}", "|\r\n>|", "{\"p\": \">\"}" },
		{ "  {{>p}}\n>", "{}", "  >\n  >>", "{\"p\": \">\\n>\"}" },
		{ ">\n  {{>p}}", "{}", ">\n  >\n  >",
		    "{\"p\": \">\\n>\"}" },
		{ "(\n {{>p}}\n)\n", "{\"x\": \"a\\nb\"}",
		    "(\n |\n a\nb\n |\n)\n",
		    "{\"p\": \"|\\n{{{x}}}\\n|\\n\"}" },
		{ "|{{> p }}|", "{}", "|=|", "{\"p\": \"=\"}" },
	};

	run_cases(cases, UNIT_COUNT(cases));
}

/* The official files, where they are at hand. */
static void
official_files(void **state)
{
	static const char *const names[] = { "comments", "delimiters",
	    "interpolation", "inverted", "partials", "sections" };
	const char *dir = getenv("MUSTACHE_SPEC"), *got = NULL;
	const char *top = getenv("top_srcdir");
	json_t *file, *test;
	struct err err;
	size_t i, j, n = 0;

	if (dir == NULL && top != NULL)
		dir = mem_fmt(ctx, "%s/../shared/data/mustache-spec", top);
	for (i = 0; dir != NULL && i < UNIT_COUNT(names); i++) {
		file = json_load_file(mem_fmt(ctx, "%s/%s.json", dir,
		    names[i]), 0, NULL);
		if (file == NULL)
			break;
		json_array_foreach(json_object_get(file, "tests"), j, test) {
			const char *want = json_string_value(
			    json_object_get(test, "expected"));

			if (render(json_string_value(json_object_get(test,
			    "template")), json_object_get(test, "data"),
			    json_object_get(test, "partials"), MST_HTML,
			    false, &got, &err) < 0)
				fail_msg("%s", err.text);
			if (strcmp(got, want) != 0)
				fail_msg("%s: %s\ngives\n%s, not\n%s",
				    names[i], json_string_value(
				    json_object_get(test, "name")), got,
				    want);
			n++;
		}
		json_decref(file);
	}
	if (n == 0)
		skip();
	assert_true(n > 100);
}

static void
escapes_per_part(void **state)
{
	json_t *data = json_pack("{s:s}", "x", "<b>'\"&\n陈");
	const char *got = NULL;

	assert_int_equal(render("{{x}}", data, NULL, MST_NONE, true, &got,
	    NULL), 0);
	assert_string_equal(got, "<b>'\"&\n陈");
	assert_int_equal(render("{{x}}", data, NULL, MST_HTML, true, &got,
	    NULL), 0);
	assert_string_equal(got, "&lt;b&gt;&#39;&quot;&amp;\n陈");
	assert_int_equal(render("{{x}}", data, NULL, MST_PANGO, true, &got,
	    NULL), 0);
	assert_string_equal(got, "&lt;b&gt;&#39;&quot;&amp;\n陈");
	json_decref(data);
}

static void
errors_say_where(void **state)
{
	static const struct {
		const char *template, *text;
	} cases[] = {
		{ "a\n{{x", "t:2: a tag is not closed" },
		{ "a\n\n{{#x}}\n", "t:3: section 'x' is not closed" },
		{ "{{#x}}\n{{/y}}", "t:2: {{/y}} closes section 'x' of "
		    "line 1" },
		{ "{{/y}}", "t:1: {{/y}} closes a section" },
		{ "{{!\n\n}}\n{{a b}}", "t:4: a name has a space" },
		{ "{{}}", "t:1: a tag has no name" },
		{ "{{{x}}", "t:1: a tag is not closed" },
		{ "{{=<%=}}", "t:1: delimiters" },
		{ "{{=a b c=}}", "t:1: delimiters" },
		{ "{{= = = =}}", "t:1: delimiters" },
		{ "{{=123456789 2=}}", "t:1: delimiters" },
		{ "\xff", "t:1: the template is not UTF-8" },
	};
	struct err err;
	struct mst *t;
	size_t i;

	for (i = 0; i < UNIT_COUNT(cases); i++) {
		const char *s = cases[i].template;

		assert_int_equal(mst_parse(ctx, "t", 1, s, strlen(s), &t,
		    &err), -1);
		assert_int_equal(err.kind, ERR_CONFIG);
		if (!text_starts(err.text, cases[i].text))
			fail_msg("%s says: %s", s, err.text);
	}
	assert_int_equal(mst_parse(ctx, "t", 1, "a\0b", 3, &t, &err), -1);
}

static void
has_limits(void **state)
{
	struct text *deep = text_new(ctx);
	const char *got;
	json_t *data, *parts;
	struct err err;
	struct mst *t;
	char *big;
	int i;

	for (i = 0; i <= MST_DEPTH_MAX; i++)
		text_add(deep, "{{#a}}");
	assert_int_equal(mst_parse(ctx, "t", 1, text_str(deep),
	    text_len(deep), &t, &err), -1);
	assert_non_null(strstr(err.text, "too deep"));

	big = mem_array(ctx, char, MST_SOURCE_MAX + 2);
	memset(big, 'a', MST_SOURCE_MAX + 1);
	assert_int_equal(mst_parse(ctx, "t", 1, big, MST_SOURCE_MAX + 1, &t,
	    &err), -1);
	assert_int_equal(mst_parse(ctx, "t", 1, big, MST_SOURCE_MAX, &t,
	    &err), 0);

	/* a part in itself, once and twice; with indentation */
	data = json_object();
	parts = json_pack("{s:s,s:s,s:s}", "a", "{{>a}}", "b", "{{>b}}{{>b}}",
	    "c", "x\n  {{>c}}\n  {{>c}}\n");
	assert_int_equal(render("{{>a}}", data, parts, MST_NONE, false, &got,
	    &err), -1);
	assert_int_equal(render("{{>b}}", data, parts, MST_NONE, false, &got,
	    &err), -1);
	assert_int_equal(render("{{>c}}", data, parts, MST_NONE, false, &got,
	    &err), -1);
	json_decref(data);
	json_decref(parts);

	/* a list in a list in a list: the result is cut off */
	data = json_pack("{s:[],s:s}", "l", "x", "0123456789abcdef");
	for (i = 0; i < 1000; i++)
		json_array_append_new(json_object_get(data, "l"),
		    json_integer(i));
	assert_int_equal(render("{{#l}}{{#l}}{{#l}}{{x}}{{/l}}{{/l}}{{/l}}",
	    data, NULL, MST_NONE, false, &got, &err), -1);
	json_decref(data);
}

static const struct mst_decl decls[] = {
	{ "name", MST_TEXT, false, 3, "" },
	{ "phone", MST_TEXT, true, 3, "" },
	{ "late", MST_FLAG, false, 3, "" },
	{ "day", MST_TEXT, false, 2, "" },
	{ "who", MST_MAP, false, 3, "" },
	{ "who.name", MST_TEXT, false, 3, "" },
	{ "who.title", MST_TEXT, true, 3, "" },
	{ "promise", MST_MAP, true, 3, "" },
	{ "promise.day", MST_TEXT, false, 3, "" },
	{ "items", MST_LIST, false, 3, "" },
	{ "items.doc", MST_TEXT, false, 3, "" },
	{ "items.issued", MST_TEXT, true, 3, "" },
};

static void
keep_first(void *arg, const char *line)
{
	char **first = arg;

	if (*first == NULL)
		*first = mem_str(ctx, line);
}

static const struct mst *
find_strict(void *arg, const char *name)
{
	struct mst *t;
	const char *s;

	if (strcmp(name, "self") == 0 && self != NULL)
		return self;
	s = strcmp(name, "self") == 0 ? "\n{{>self}}" :
	    strcmp(name, "good") == 0 ? "{{doc}}" : NULL;
	if (s == NULL)
		return NULL;
	assert_int_equal(mst_parse(ctx, name, 1, s, strlen(s), &t, NULL), 0);
	if (strcmp(name, "self") == 0)
		self = t;
	return t;
}

static void
strict_names(void **state)
{
	static const struct {
		const char *template, *text;	/* NULL: all is well */
	} cases[] = {
		{ "{{name}} {{who.name}}", NULL },
		{ "{{#phone}}{{phone}}{{.}}{{/phone}}", NULL },
		{ "{{#items}}{{doc}}{{name}}{{who.name}}{{/items}}", NULL },
		{ "{{#items}}{{#issued}}{{issued}}{{/issued}}{{/items}}",
		    NULL },
		{ "{{#who}}{{name}}{{#title}}{{title}}{{/title}}{{/who}}",
		    NULL },
		{ "{{#who.title}}{{who.title}}{{/who.title}}", NULL },
		{ "{{#promise}}{{day}}{{promise.day}}{{/promise}}", NULL },
		{ "{{^items}}{{name}}{{/items}}", NULL },
		{ "{{#items}}{{>good}}{{/items}}", NULL },
		{ "{{#late}}{{name}}{{/late}}", NULL },
		{ "\n{{naem}}", "t:2: 'naem' is no name" },
		{ "{{#naem}}{{/naem}}", "t:1: 'naem' is no name" },
		{ "{{who.nmae}}", "t:1: 'who.nmae' is no name" },
		{ "{{name.x}}", "t:1: 'name.x' has no such parts" },
		{ "{{doc}}", "t:1: 'doc' is no name" },
		{ "{{>good}}", "good:1: 'doc' is no name" },
		{ "{{items.doc}}", "t:1: 'items.doc' has no such parts" },
		{ "{{phone}}", "t:1: 'phone' may be missing" },
		{ "{{^phone}}{{phone}}{{/phone}}",
		    "t:1: 'phone' may be missing" },
		{ "{{#name}}{{phone}}{{/name}}",
		    "t:1: 'phone' may be missing" },
		{ "{{#items}}{{issued}}{{/items}}",
		    "t:1: 'issued' may be missing" },
		{ "{{promise.day}}", "t:1: 'promise.day' may be missing" },
		{ "{{late}}", "t:1: 'late' is no text" },
		{ "{{items}}", "t:1: 'items' is no text" },
		{ "{{day}}", "t:1: 'day' is not known in templates of" },
		{ "{{{name}}}", "t:1: 'name' would not be escaped" },
		{ "{{&name}}", "t:1: 'name' would not be escaped" },
		{ "{{.}}", "t:1: '.' stands for no text" },
		{ "{{>none}}", "t:1: 'none' is no part" },
		{ "{{>self}}", "self:2: 'self' includes itself" },
	};
	struct mst_check c = { decls, UNIT_COUNT(decls), 1, find_strict,
	    NULL, keep_first, NULL };
	struct mst *t;
	char *first;
	size_t i;

	for (i = 0; i < UNIT_COUNT(cases); i++) {
		const char *s = cases[i].template;

		first = NULL;
		c.problem_arg = &first;
		assert_int_equal(mst_parse(ctx, "t", 1, s, strlen(s), &t,
		    NULL), 0);
		mst_check(t, &c);
		if (cases[i].text == NULL && first != NULL)
			fail_msg("%s says: %s", s, first);
		if (cases[i].text != NULL && (first == NULL ||
		    !text_starts(first, cases[i].text)))
			fail_msg("%s says: %s", s, first);
	}
}

static void
strict_values(void **state)
{
	json_t *data = json_pack("{s:n,s:b}", "x", "f", 1);
	const char *got = NULL;
	struct err err;

	assert_int_equal(render("\n{{x}}", data, NULL, MST_NONE, true, &got,
	    &err), -1);
	assert_true(text_starts(err.text, "t:2: {{x}}: "));
	assert_int_equal(render("{{y}}", data, NULL, MST_NONE, true, &got,
	    &err), -1);
	assert_int_equal(render("{{f}}", data, NULL, MST_NONE, true, &got,
	    &err), -1);
	assert_int_equal(render("{{>y}}", data, NULL, MST_NONE, true, &got,
	    &err), -1);
	assert_int_equal(render("{{#y}}{{/y}}{{^x}}z{{/x}}", data, NULL,
	    MST_NONE, true, &got, &err), 0);
	assert_string_equal(got, "z");
	json_decref(data);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(comments),
		TEST(delimiters),
		TEST(interpolation),
		TEST(sections),
		TEST(inverted),
		TEST(partials),
		TEST(official_files),
		TEST(escapes_per_part),
		TEST(errors_say_where),
		TEST(has_limits),
		TEST(strict_names),
		TEST(strict_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
