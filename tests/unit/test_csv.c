#include "import/csv.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

/* What the reader was before it looked at headers. */
static const struct csv_form plain = { .delimiter = ',' };

static char path[] = "/tmp/test_csv.XXXXXX";

static void
put(const char *data, size_t n)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, n, f), n);
	fclose(f);
}

/* All rows as "LINE<a|b>" one after the other, or the error's text without
 * the file's name. */
static char *
read_all(void *owner, const char *data, size_t n)
{
	char *out = mem_str(owner, "");
	struct csv_row row;
	struct csv *c;
	struct err err;
	size_t i;
	int r;

	put(data, n);
	assert_int_equal(csv_open(owner, path, &plain, &c, &err), 0);
	while ((r = csv_next(c, &row, &err)) == 1) {
		out = mem_fmt(owner, "%s%zu<", out, row.line);
		for (i = 0; i < row.n; i++)
			out = mem_fmt(owner, "%s%s%s", out, i > 0 ? "|" : "",
			    row.fields[i]);
		out = mem_fmt(owner, "%s>", out);
	}
	if (r == -1) {
		assert_int_equal(err.kind, ERR_PERM);
		assert_memory_equal(err.text, path, strlen(path));
		out = mem_fmt(owner, "%s%s", out, err.text + strlen(path));
		assert_int_equal(csv_next(c, &row, &err), 0);
	}
	return out;
}

static void
reads(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "", "" }, { "\n\r\n\n", "" }, { "\xef\xbb\xbf", "" },
		{ "a,b\n1,2\n", "1<a|b>2<1|2>" },
		{ "a,b\r\n1,2\r\n", "1<a|b>2<1|2>" },
		{ "a,b\n1,2", "1<a|b>2<1|2>" },
		{ "a,b\n1,2\r", "1<a|b>2<1|2>" },
		{ "\xef\xbb\xbf" "a,b\n", "1<a|b>" },
		{ "a\n\n\nb\n", "1<a>4<b>" },
		{ "\"a,b\",\"c\"\"d\"\n", "1<a,b|c\"d>" },
		{ "\"a\nb\",c\nd,e\n", "1<a\nb|c>3<d|e>" },
		{ ",,\n", "1<||>" }, { "\"\"\n", "1<>" },
		{ "a,\n", "1<a|>" }, { "a,\"\"", "1<a|>" },
		{ "\"客户\",金额\n", "1<客户|金额>" },
		{ "a b , c\n", "1<a b | c>" },
		{ "a\n\"b", "1<a>:2: a quoted field that begins here is "
		    "never closed: is the file cut off?" },
		{ "a\nb\"c\n", "1<a>:2: a quote inside a field without "
		    "quotes: put the whole field into quotes and double the "
		    "quotes inside it" },
		{ "\"a\"b\n", ":1: text after a closing quote: double the "
		    "quotes inside a field" },
		{ "a\rb\n", ":1: a carriage return without a line feed: end "
		    "lines with LF or CRLF" },
		{ "a\n\xc4\xe3\xba\xc3\n", "1<a>:2: not UTF-8: say "
		    "--encoding gb18030, big5 or windows-1252, or save the "
		    "file as CSV in UTF-8" },
		{ "a\n\xed\xa0\x80\n", "1<a>:2: not UTF-8: say "
		    "--encoding gb18030, big5 or windows-1252, or save the "
		    "file as CSV in UTF-8" },
		{ "\xff\xfe" "a", ":1: bytes that the encoding of the file "
		    "does not have: say another --encoding, or save the file "
		    "as CSV in UTF-8" },
	};
	void *tmp = talloc_new(NULL);
	size_t i;

	for (i = 0; i < UNIT_COUNT(cases); i++)
		assert_string_equal(read_all(tmp, cases[i].in,
		    strlen(cases[i].in)), cases[i].out);
	assert_string_equal(read_all(tmp, "\xff\xfe" "a\0,\0b\0\n\0" "N-",
	    12), "1<a|b>2<\xe2\xb5\x8e>");
	assert_string_equal(read_all(tmp, "a\nb\nc,\0d\n", 9),
	    "1<a>2<b>:3: a NUL byte: is this a text file in UTF-8?");
	talloc_free(tmp);
}

/* A field that never ends is refused at the limit, in bounded memory. */
static void
has_limits(void **state)
{
	static const char why[] = "a field is longer than 65536 bytes: is a "
	    "closing quote missing before it?";
	void *tmp = talloc_new(NULL);
	size_t n = 10 * 1024 * 1024, i;
	char *big = mem_array(NULL, char, n);
	struct csv_row row;
	struct err err;
	struct csv *c;
	char *out;

	memset(big, 'x', n);
	memcpy(big, "a\n", 2);
	put(big, n);
	assert_int_equal(csv_open(tmp, path, &plain, &c, &err), 0);
	assert_int_equal(csv_next(c, &row, &err), 1);
	assert_int_equal(csv_next(c, &row, &err), -1);
	assert_non_null(strstr(err.text, why));
	assert_true(talloc_total_size(c) < 300000);

	big[2] = '"';
	out = read_all(tmp, big, n);
	assert_non_null(strstr(out, why));

	/* exactly the limit is still taken */
	out = read_all(tmp, big + 3, CSV_FIELD_MAX);
	assert_int_equal(strlen(out), CSV_FIELD_MAX + 3);
	assert_non_null(strstr(read_all(tmp, big + 3, CSV_FIELD_MAX + 1),
	    ":1: a field is longer"));

	for (i = 0; i < n; i++)
		big[i] = i % 60001 == 60000 ? ',' : 'y';
	assert_non_null(strstr(read_all(tmp, big, n),
	    ":1: a row is longer than 1048576 bytes"));

	memset(big, ',', 255);
	out = read_all(tmp, big, 255);
	assert_int_equal(strlen(out), 255 + 3);
	memset(big, ',', 256);
	assert_string_equal(read_all(tmp, big, 256),
	    ":1: more than 256 columns");
	talloc_free(big);
	talloc_free(tmp);
}

/* Rows do not depend on where the blocks of the file end. */
static void
crosses_blocks(void **state)
{
	void *tmp = talloc_new(NULL);
	struct csv_row row;
	unsigned char one[HASH_LEN], two[HASH_LEN];
	struct csv *c;
	struct err err;
	size_t i, rows = 20000;
	FILE *f;

	for (i = 0; i < 2; i++) {
		f = fopen(path, "w");
		for (rows = 0; rows < 20000; rows++)
			fprintf(f, "\"r\"\"%zu\",%zu\r\n", rows, rows);
		fclose(f);
		assert_int_equal(csv_open(tmp, path, &plain, &c, &err), 0);
		for (rows = 0; csv_next(c, &row, &err) == 1; rows++) {
			assert_int_equal(row.n, 2);
			assert_int_equal(row.line, rows + 1);
			assert_string_equal(row.fields[0],
			    mem_fmt(tmp, "r\"%zu", rows));
			assert_int_equal(atoi(row.fields[1]), rows);
		}
		assert_int_equal(rows, 20000);
		assert_int_equal(csv_bytes(c), csv_size(c));
		csv_hash(c, i == 0 ? one : two);
	}
	assert_memory_equal(one, two, HASH_LEN);
	talloc_free(tmp);
}

static void
opens(void **state)
{
	struct csv *c;
	struct err err;

	assert_int_equal(csv_open(NULL, "/nowhere/x.csv", &plain, &c, &err), -1);
	assert_int_equal(err.kind, ERR_CONFIG);
	assert_string_equal(err.text,
	    "/nowhere/x.csv: No such file or directory");
	assert_int_equal(csv_open(NULL, "/tmp", &plain, &c, &err), -1);
	assert_string_equal(err.text, "/tmp: is a folder, not a file");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads),
		cmocka_unit_test(has_limits),
		cmocka_unit_test(crosses_blocks),
		cmocka_unit_test(opens),
	};
	int fd = mkstemp(path), r;

	close(fd);
	r = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return r;
}
