#include "base/mem.h"
#include "base/text.h"
#include "render/mail_compose.h"
#include "unit.h"

#include <stdbool.h>
#include <string.h>

#include <gmime/gmime.h>

static void *ctx;

static int
set_up(void **state)
{
	ctx = talloc_new(NULL);
	return 0;
}

static int
tear_down(void **state)
{
	talloc_free(ctx);
	return 0;
}

static void
checks_addresses(void **state)
{
	static const struct {
		const char *in, *out;	/* NULL: refused */
	} cases[] = {
		{ "a@example.com", "a@example.com" },
		{ "A.b+c_d'e@Sub.Example.COM", "A.b+c_d'e@Sub.Example.COM" },
		{ "caiwu@例子.测试", "caiwu@xn--fsqu00a.xn--0zwm56d" },
		{ "x@bücher.example", "x@xn--bcher-kva.example" },
		{ "财务@example.com", NULL }, { "a", NULL }, { "@example.com",
		NULL }, { "a@", NULL }, { "a b@example.com", NULL },
		{ "a@exa mple.com", NULL }, { "a@-x.com", NULL },
		{ "a@x-.com", NULL }, { "a@x..com", NULL }, { "a@.com",
		NULL }, { ".a@example.com", NULL }, { "a.@example.com", NULL },
		{ "a..b@example.com", NULL }, { "a@b@example.com", NULL },
		{ "a@example.com\r\nBcc: b@example.com", NULL },
		{ "a\n@example.com", NULL }, { "<a@example.com>", NULL },
		{ "a@example.com,b@example.com", NULL },
		{ "\"a b\"@example.com", NULL },
		{ "a@例\xe2\x80\xae子.测试", NULL },
	};
	struct err err;
	char *got;
	size_t i;

	for (i = 0; i < UNIT_COUNT(cases); i++) {
		got = NULL;
		if (mail_address(ctx, cases[i].in, &got, &err) < 0) {
			if (cases[i].out != NULL)
				fail_msg("%s", err.text);
			assert_int_equal(err.kind, ERR_PERM);
			assert_null(got);
		} else if (cases[i].out == NULL) {
			fail_msg("%s is taken as %s", cases[i].in, got);
		} else {
			assert_string_equal(got, cases[i].out);
		}
	}
	assert_int_equal(mail_address(ctx, "财务@example.com", &got, &err), -1);
	assert_non_null(strstr(err.text, "before the @"));
}

static void
makes_sub_addresses(void **state)
{
	struct err err;
	char *got;

	assert_int_equal(mail_sub_address(ctx, "ar@example.com", '+', "r.x",
	    &got, &err), 0);
	assert_string_equal(got, "ar+r.x@example.com");
	assert_int_equal(mail_sub_address(ctx, "ar@example.com", '-', "r.x",
	    &got, &err), 0);
	assert_string_equal(got, "ar-r.x@example.com");
	assert_int_equal(mail_sub_address(ctx, "a234567890123456789012345678"
	    "901234567890123456789@example.com", '+', "r.abcdefghijkl2345",
	    &got, &err), -1);
	assert_int_equal(err.kind, ERR_CONFIG);
}

static struct mail_parts
parts(void)
{
	static const char *const references[] = { "<1@example.com>",
	    "<2@example.com>", NULL };
	struct mail_parts p = {
		.from_name = "Credit Control, Heron Pumps", .from = "a@example.com",
		.to_name = "应付账款组", .to = "b@example.com",
		.reply_to = "ar+r.x@example.com",
		.subject = "发票INV-7", .language = "zh-CN",
		.message_id = "<m@example.com>",
		.in_reply_to = "<2@example.com>",
		.references = references,
		.auto_submitted = "auto-replied",
		.date = 1763600700, .offset = 28800,
		.text = "一行\nFrom here\n.\n", .html = "<p>x</p>\n"
	};

	return p;
}

static void
writes_headers(void **state)
{
	static const char *const lines[] = {
		"Date: Thu, 20 Nov 2025 09:05:00 +0800\r\n",
		"From: \"Credit Control, Heron Pumps\" <a@example.com>\r\n",
		"Reply-To: ar+r.x@example.com\r\n",
		"=?UTF-8?", "<b@example.com>",
		"In-Reply-To: <2@example.com>\r\n",
		"References: <1@example.com> <2@example.com>\r\n",
		"Auto-Submitted: auto-replied\r\n",
		"Content-Language: zh-CN\r\n",
		"MIME-Version: 1.0\r\n", "multipart/alternative",
	};
	struct mail_parts p = parts();
	char *bytes, *again;
	size_t n, m, i;
	struct err err;

	assert_int_equal(mail_compose(ctx, &p, &bytes, &n, &err), 0);
	bytes = mem_strn(ctx, bytes, n);
	for (i = 0; i < UNIT_COUNT(lines); i++)
		if (strstr(bytes, lines[i]) == NULL)
			fail_msg("no %s in\n%s", lines[i], bytes);
	assert_int_equal(mail_compose(ctx, &p, &again, &m, &err), 0);
	assert_int_equal(m, n);
	assert_memory_equal(bytes, again, n);
	p.message_id = "<other@example.com>";
	assert_int_equal(mail_compose(ctx, &p, &again, &m, &err), 0);
	again = mem_strn(ctx, again, m);
	assert_null(strstr(again, strstr(bytes, "boundary=")));
}

static void
refuses_line_breaks_in_headers(void **state)
{
	struct mail_parts p;
	struct err err;
	char *bytes;
	size_t n, i;
	static const char *const evil[] = { "x\r\nBcc: y@example.com",
	    "x\nBcc: y@example.com", "x\ry", "x\ty", "\xff" };

	for (i = 0; i < UNIT_COUNT(evil); i++) {
		p = parts();
		p.subject = evil[i];
		assert_int_equal(mail_compose(ctx, &p, &bytes, &n, &err), -1);
		assert_int_equal(err.kind, ERR_CONFIG);
		p = parts();
		p.to_name = evil[i];
		assert_int_equal(mail_compose(ctx, &p, &bytes, &n, &err), -1);
		p = parts();
		p.from_name = evil[i];
		assert_int_equal(mail_compose(ctx, &p, &bytes, &n, &err), -1);
		p = parts();
		p.in_reply_to = evil[i];
		assert_int_equal(mail_compose(ctx, &p, &bytes, &n, &err), -1);
	}
	p = parts();
	p.message_id = "m@example.com";
	assert_int_equal(mail_compose(ctx, &p, &bytes, &n, &err), -1);
}

/* Long subjects in Chinese: encoded words of 75 at most, whole characters;
 * no line over 78 where it can be folded. */
static void
folds_long_headers(void **state)
{
	struct mail_parts p = parts();
	struct text *long_subject = text_new(ctx);
	const char *line, *next;
	struct err err;
	char *bytes;
	size_t n;
	int i;

	for (i = 0; i < 60; i++)
		text_add(long_subject, "应收账款");
	p.subject = text_str(long_subject);
	assert_int_equal(mail_compose(ctx, &p, &bytes, &n, &err), 0);
	bytes = mem_strn(ctx, bytes, n);
	for (line = bytes; strncmp(line, "\r\n", 2) != 0; line = next) {
		next = strstr(line, "\r\n") + 2;
		if (next - line > 76 + 2)
			fail_msg("%.*s", (int)(next - line), line);
	}
}

static const char *
display(GMimeMessage *m, GMimeAddressType type)
{
	InternetAddressList *list = g_mime_message_get_addresses(m, type);

	assert_int_equal(internet_address_list_length(list), 1);
	return internet_address_get_name(internet_address_list_get_address(
	    list, 0));
}

/* The text of a part, with LF for each CRLF. */
static char *
part_text(GMimeMessage *m, int index)
{
	GMimeObject *part = g_mime_multipart_get_part(GMIME_MULTIPART(
	    g_mime_message_get_mime_part(m)), index);
	GMimeStream *out = g_mime_stream_mem_new();
	GByteArray *bytes;
	size_t i, n;
	char *s;

	g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(
	    GMIME_PART(part)), out);
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(out));
	s = mem_strn(ctx, bytes->len > 0 ? (char *)bytes->data : "",
	    bytes->len);
	g_object_unref(out);
	for (i = 0, n = 0; s[i] != '\0'; i++)
		if (s[i] != '\r')
			s[n++] = s[i];
	s[n] = '\0';
	return s;
}

/* No line runs over, none is empty before the bodies. */
static void
check_lines(const char *bytes)
{
	const char *line, *next;

	for (line = bytes; *line != '\0'; line = next) {
		next = strstr(line, "\r\n");
		assert_non_null(next);
		assert_null(memchr(line, '\n', (size_t)(next - line)));
		if (next - line > 78)
			fail_msg("%.*s", (int)(next - line), line);
		next += 2;
	}
}

static void
read_back(const struct mail_parts *p)
{
	GMimeStream *in;
	GMimeParser *parser;
	GMimeMessage *m;
	struct err err;
	char *bytes;
	size_t n;

	assert_int_equal(mail_compose(ctx, p, &bytes, &n, &err), 0);
	check_lines(mem_strn(ctx, bytes, n));
	in = g_mime_stream_mem_new_with_buffer(bytes, n);
	parser = g_mime_parser_new_with_stream(in);
	m = g_mime_parser_construct_message(parser, NULL);
	assert_non_null(m);
	assert_string_equal(g_mime_message_get_subject(m), p->subject);
	assert_string_equal(display(m, GMIME_ADDRESS_TYPE_FROM),
	    p->from_name);
	assert_string_equal(display(m, GMIME_ADDRESS_TYPE_TO), p->to_name);
	assert_string_equal(part_text(m, 0), p->text);
	assert_string_equal(part_text(m, 1), p->html);
	g_object_unref(m);
	g_object_unref(parser);
	g_object_unref(in);
}

/* Whatever the words, another reader finds them again. */
static void
is_read_by_gmime(void **state)
{
	static const char *const words[] = {
		"Credit Control, Heron Pumps", "Stork & Sons Inc.", "O'Test",
		"say \"hello\" \\ there", "=?UTF-8?B?eA==?=",
		"two  blanks (and a comment)", "苍鹭泵业有限公司",
		"Bücher und Zubehör für Pumpen und Mühlen, Außenstelle Nord",
		"a name of so many words that it cannot stand in one line but "
		"must be folded once, or twice, by its composer",
		"Averylongnamewithoutanyblankthatwouldfillawholelinebyitself"
		"andevenmorethanthat", "🪨 stone", "x",
	};
	static const char *const texts[] = {
		"One line\n", "trailing blank \nand tab\t\nend \n",
		"no line end", "a = b; ==\n\n\n.\nFrom x\n", "一行\n",
		"A rather long line of plain text, one that is wrapped softly "
		"since it has more than 76 characters: é, ü and 中文 too.\n",
		"苍鹭泵业有限公司应收账款对账单苍鹭泵业有限公司应收账款对账单\n\n"
		"INV-7\n", "",
		"123456789012345678901234567890123456789012345678901234567890"
		"1234567890123456\n1234567890123456789012345678901234567890123"
		"45678901234567890123456789012345é\n",
	};
	struct mail_parts p = parts();
	size_t i, j;

	g_mime_init();
	for (i = 0; i < UNIT_COUNT(words); i++) {
		p.from_name = words[i];
		p.to_name = words[(i + 1) % UNIT_COUNT(words)];
		p.subject = words[(i + 2) % UNIT_COUNT(words)];
		for (j = 0; j < UNIT_COUNT(texts); j++) {
			p.text = texts[j];
			p.html = texts[(j + 1) % UNIT_COUNT(texts)];
			read_back(&p);
		}
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(checks_addresses),
		TEST(makes_sub_addresses),
		TEST(writes_headers),
		TEST(refuses_line_breaks_in_headers),
		TEST(folds_long_headers),
		TEST(is_read_by_gmime),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
