#include "import/profile.h"

#include "base/mem.h"

static int
columns(void *owner, const struct config *c, const struct config_source *s,
    struct import_options *o, struct err *err)
{
	struct header_name *list = mem_array(owner, struct header_name,
	    s->n_columns + 1);
	size_t i;

	for (i = 0; i < s->n_columns; i++) {
		list[i].name = s->columns[i].name;
		if (!column_find(s->columns[i].column, &list[i].column))
			return err_set(err, ERR_CONFIG, "%s:%d: sources.%s: "
			    "\"%.60s\" is no column that an import "
			    "understands: see LEDGER FILES in dunlin(1)",
			    c->file, s->line, s->name, s->columns[i].column);
	}
	o->names.list = list;
	o->names.n = s->n_columns;
	return 0;
}

int
profile_options(void *owner, const struct config *c,
    const struct config_source *s, struct import_options *o, struct err *err)
{
	if (columns(owner, c, s, o, err) < 0)
		return -1;
	o->source = s->name;
	o->full = s->full;
	o->dates = s->dates;
	o->decimal = s->decimal;
	o->delimiter = s->delimiter;
	if (s->encoding != NULL)
		encoding_find(s->encoding, &o->encoding);
	o->company_code = s->company_code;
	if (s->currency != NULL)
		o->currency = s->currency;
	o->zone = s->zone;
	o->country = s->country;
	return 0;
}
