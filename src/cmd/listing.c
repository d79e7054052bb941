#include "cmd/listing.h"

#include "store/companies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

int
listing_args(struct cmd *c, int argc, char **argv,
    struct cmd_account *ret_a, bool *ret_all, struct err *err)
{
	const char *account = NULL;
	const struct cmd_option options[] = {
		{ "account", OPTION_TEXT, &account },
		{ "all", OPTION_FLAG, ret_all },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct company_row row;

	memset(ret_a, 0, sizeof(*ret_a));
	if (cmd_options(options, &argc, argv, 0, 0, err) < 0)
		return -1;
	if (account != NULL)
		return cmd_account(c, account, ret_a, err);
	if (cmd_company(c, &ret_a->company, err) < 0 ||
	    companies_get(c->db, ret_a->company->code, &row, err) < 0)
		return -1;
	ret_a->company_id = row.id;
	return 0;
}

int
listing_id(const char *word, const char *list, int64_t *ret_id,
    struct err *err)
{
	char *end;
	long long id = strtoll(word, &end, 10);

	if (*end != '\0' || id <= 0)
		return cmd_usage(err, "%s: a number as \"dunlin %s\" shows "
		    "it", word, list);
	*ret_id = id;
	return 0;
}

void
listing_begin(struct listing *l, void *owner, const char *id,
    const char *const *heads, const char *last)
{
	l->table = table_new(owner);
	table_column(l->table, id, TABLE_RIGHT);
	for (; *heads != NULL; heads++)
		table_column(l->table, *heads, TABLE_LEFT);
	table_column(l->table, last, TABLE_CUT);
	l->array = json_array();
}

int
listing_end(const struct cmd *c, struct listing *l, int r, const char *none)
{
	if (r >= 0 && c->json) {
		json_dumpf(l->array, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (r >= 0 && l->n == 0) {
		puts(none);
	} else if (r >= 0) {
		table_print(l->table, stdout, 0);
	}
	json_decref(l->array);
	return r < 0 ? -1 : EX_OK;
}
