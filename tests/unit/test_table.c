#include "unit.h"

#include "base/mem.h"
#include "cmd/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
expect(size_t window, const char *want)
{
	struct table *t = table_new(NULL);
	char buf[1024] = "";
	FILE *f = fmemopen(buf, sizeof(buf), "w");

	table_column(t, "NAME", TABLE_CUT);
	table_column(t, "OPEN", TABLE_RIGHT);
	table_column(t, "STATE", TABLE_LEFT);
	table_cell(t, "Harbour Lane Supplies");
	table_cellf(t, "%d", 1200);
	table_cell(t, "M1");
	table_cell(t, "海港五金");
	table_cell(t, "7");
	table_cell(t, NULL);
	table_print(t, f, window);
	fclose(f);
	assert_string_equal(buf, want);
	talloc_free(t);
}

static void
aligns_wide_characters(void **state)
{
	expect(0,
	    "NAME                   OPEN  STATE\n"
	    "Harbour Lane Supplies  1200  M1\n"
	    "海港五金                  7  -\n");
}

static void
cuts_to_the_window(void **state)
{
	expect(26,
	    "NAME           OPEN  STATE\n"
	    "Harbour Lane…  1200  M1\n"
	    "海港五金          7  -\n");
	/* Too narrow for anything: the column keeps eight. */
	expect(5,
	    "NAME      OPEN  STATE\n"
	    "Harbour…  1200  M1\n"
	    "海港五金     7  -\n");
}

static void
shows_no_control_characters(void **state)
{
	struct table *t = table_new(NULL);
	char buf[256] = "";
	FILE *f = fmemopen(buf, sizeof(buf), "w");

	table_column(t, "NOTE", TABLE_LEFT);
	table_cell(t, "a\033[31mb\nc");
	table_print(t, f, 0);
	fclose(f);
	assert_string_equal(buf, "NOTE\na?[31mb c\n");
	talloc_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(aligns_wide_characters),
		cmocka_unit_test(cuts_to_the_window),
		cmocka_unit_test(shows_no_control_characters),
	};

	mem_init();
	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
