#include "import/stage.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

#define ROWS 60000	/* several chunks and growths of the tables */
#define ACCOUNTS 700

static void
fill(struct staging *s)
{
	struct stage_row row = { 0 };
	char document[32], code[32];
	int i;

	for (i = 0; i < ROWS; i++) {
		snprintf(code, sizeof(code), "C%d", i % ACCOUNTS);
		snprintf(document, sizeof(document), "D%d", i / 2);
		stage_account(s, code, &row.account);
		row.document = document;
		row.line = i % 2;	/* two lines of each document */
		row.amount = i;
		assert_null(stage_add(s, &row));
	}
}

static void
keeps_rows(void **state)
{
	struct staging *s = stage_new(NULL);
	struct stage_row again = { .document = "D123", .line = 1 };
	const struct stage_row *r;
	size_t a, n = 0;
	uint32_t i;

	fill(s);
	assert_int_equal(stage_rows(s), ROWS);
	assert_int_equal(stage_accounts(s), ACCOUNTS);
	/* each row once, under its account, in the order of the file */
	for (a = 0; a < ACCOUNTS; a++)
		for (i = stage_account_at(s, (uint32_t)a)->first;
		    i != STAGE_NONE; i = r->next) {
			r = stage_row_at(s, i);
			assert_int_equal(r->account, a);
			assert_int_equal(r->amount % ACCOUNTS, a);
			assert_true(r->next == STAGE_NONE || r->next > i);
			n++;
		}
	assert_int_equal(n, ROWS);
	r = stage_find(s, "D123", 0, 1);
	assert_non_null(r);
	assert_int_equal(r->amount, 247);
	assert_ptr_equal(stage_add(s, &again), r);
	assert_null(stage_find(s, "D123", 2012, 1));
	assert_null(stage_find(s, "D123", 0, 2));
	assert_null(stage_find(s, "", 0, 0));
	assert_int_equal(stage_rows(s), ROWS);
	talloc_free(s);
}

static void
is_compact(void **state)
{
	struct staging *s = stage_new(NULL);

	fill(s);
	assert_true(talloc_total_size(s) / ROWS < 160);
	talloc_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_rows),
		cmocka_unit_test(is_compact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
