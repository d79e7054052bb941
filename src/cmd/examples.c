/* examples.c - replies whose reading people corrected, as labelled examples:
 * one JSON object a line, as "dunlin understand --jsonl" takes them. */
#include "cmd/cmd.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "cmd/mask.h"
#include "core/zone.h"
#include "store/companies.h"
#include "store/readings.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define NAMES_MOST 64

struct job {
	const struct config_company *company;
	bool raw;
	size_t n;
};

/* Those of the account, and of whom the reply tells. */
static size_t
names_of(const struct reading_corrected *r, const json_t *meaning,
    const char *names[NAMES_MOST])
{
	static const char *const parts[] = { "name", "phone", "email" };
	const json_t *all = json_object_get(meaning, "contacts");
	const char *s;
	size_t i, k, n = 0;

	for (i = 0; i < r->n_names && n < NAMES_MOST; i++)
		names[n++] = r->names[i];
	for (i = 0; i < json_array_size(all); i++)
		for (k = 0; k < sizeof(parts) / sizeof(parts[0]); k++) {
			s = json_string_value(json_object_get(
			    json_array_get(all, i), parts[k]));
			if (s != NULL && n < NAMES_MOST)
				names[n++] = s;
		}
	return n;
}

static int
print(const struct reading_corrected *r, void *arg)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct job *j = arg;
	json_t *meaning, *out;
	const char *s, *zone = r->zone;
	const char *names[NAMES_MOST];
	char ref[CLOCK_TEXT_MAX];
	char *text;
	size_t n;

	meaning = r->meaning != NULL ? json_loads(r->meaning, 0, NULL) : NULL;
	s = json_string_value(json_object_get(meaning, "text"));
	if (s == NULL) {	/* erased, or nothing of their own */
		json_decref(meaning);
		return 0;
	}
	text = mem_str(pool, s);
	if (!j->raw) {
		n = names_of(r, meaning, names);
		mask_text(text, names, n);
	}
	if (zone == NULL)
		zone = zone_name(j->company->zone);
	clock_format(r->received_at, ref);
	out = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s*, s:s*}", "id",
	    mem_fmt(pool, "%s-%lld", j->company->code,
	    (long long)r->inbox_id), "text", text, "ref", ref, "tz", zone,
	    "lang", r->language != NULL && text_starts(r->language, "zh") ?
	    "zh" : "en", "channel", "email", "intent", r->as, "not",
	    json_string_value(json_object_get(meaning, "lead")));
	if (out != NULL) {
		json_dumpf(out, stdout, JSON_COMPACT);
		putchar('\n');
		j->n++;
	}
	json_decref(out);
	json_decref(meaning);
	return 0;
}

int
cmd_examples(struct cmd *c, int argc, char **argv, struct err *err)
{
	struct job j = { 0 };
	const struct cmd_option options[] = {
		{ "raw", OPTION_FLAG, &j.raw },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct company_row row;

	if (cmd_options(options, &argc, argv, 1, 1, err) < 0)
		return -1;
	if (strcmp(argv[1], "export") != 0)
		return cmd_usage(err, "%s: examples knows export", argv[1]);
	if (cmd_company(c, &j.company, err) < 0 ||
	    companies_get(c->db, j.company->code, &row, err) < 0 ||
	    readings_each(c->db, row.id, print, &j, err) < 0)
		return -1;
	if (j.n == 0)
		fprintf(stderr, "%s\n", cmd_say(c, "No reading was corrected: "
		    "see \"dunlin undo\".", "没有被更正的理解：见 dunlin undo。"));
	return EX_OK;
}
