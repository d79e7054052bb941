/* undo.c - take back an act by the event that tells of it, or list what can
 * be taken back. */
#include "cmd/cmd.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "cmd/table.h"
#include "store/events.h"
#include "track/undo.h"
#include "understand/meaning.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

int
cmd_intent(const char *word, struct err *err)
{
	int i;

	for (i = 0; i < INTENT_COUNT; i++)
		if (strcmp(word, mean_intent_name(i)) == 0)
			return 0;
	return cmd_usage(err, "--as %.40s: a word as \"dunlin check "
	    "--replies\" lists them", word);
}

/* --- list --- */

struct listing {
	struct table *table;
	json_t *all;
	json_t *gone;		/* ids that were undone already */
};

static json_t *
payload_of(const struct event *e)
{
	return e->payload != NULL ? json_loads(e->payload, 0, NULL) : NULL;
}

static int
mark(const struct event *e, void *arg)
{
	struct listing *l = arg;
	char key[32];
	json_t *p;

	if (strcmp(e->kind, "undone") != 0)
		return 0;
	p = payload_of(e);
	snprintf(key, sizeof(key), "%lld", (long long)json_integer_value(
	    json_object_get(p, "event")));
	json_object_set_new(l->gone, key, json_true());
	json_decref(p);
	return 0;
}

/* The few words that tell one act from another. */
static char *
about(void *owner, const json_t *p)
{
	static const char *const names[] = { "kind", "lead", "state", "day",
		"item", "reason", "title", "address", "why", "text" };
	struct text *t = text_new(owner);
	const json_t *v;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		v = json_object_get(p, names[i]);
		if (json_is_string(v) && text_len(t) < 60)
			text_addf(t, "%s%.60s", text_len(t) > 0 ? ", " : "",
			    json_string_value(v));
	}
	return mem_str(owner, text_str(t));
}

static int
show(const struct event *e, void *arg)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct listing *l = arg;
	char key[32], at[CLOCK_TEXT_MAX];
	json_t *p;

	snprintf(key, sizeof(key), "%lld", (long long)e->id);
	if (!undo_can(e->kind) || e->payload == NULL ||
	    json_object_get(l->gone, key) != NULL)
		return 0;
	p = payload_of(e);
	table_cell(l->table, key);
	table_cell(l->table, clock_format(e->at, at));
	table_cell(l->table, e->kind);
	table_cell(l->table, e->actor);
	table_cell(l->table, about(pool, p));
	json_array_append_new(l->all, json_pack("{s:I, s:s, s:s, s:s, s:o}",
	    "event", (json_int_t)e->id, "at", at, "kind", e->kind, "actor",
	    e->actor, "payload", p));
	return 0;
}

static int
list(struct cmd *c, const char *code, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct listing l = { table_new(pool), json_array(), json_object() };
	struct cmd_account a;
	int r = -1;

	table_column(l.table, "EVENT", TABLE_RIGHT);
	table_column(l.table, "AT", TABLE_LEFT);
	table_column(l.table, "KIND", TABLE_LEFT);
	table_column(l.table, "BY", TABLE_LEFT);
	table_column(l.table, "WHAT", TABLE_CUT);
	if (cmd_account(c, code, &a, err) == 0 && events_each(c->db,
	    a.company_id, a.account_id, mark, &l, err) == 0)
		r = events_each(c->db, a.company_id, a.account_id, show, &l,
		    err);
	if (r == 0 && c->json) {
		json_dumpf(l.all, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (r == 0 && json_array_size(l.all) == 0)
		puts(cmd_say(c, "Nothing to take back.", "没有可撤销的操作。"));
	else if (r == 0)
		table_print(l.table, stdout, 0);
	json_decref(l.all);
	json_decref(l.gone);
	return r < 0 ? -1 : EX_OK;
}

/* --- take back --- */

struct job {
	struct cmd *c;
	int64_t event_id;
	const char *as;
};

static int
undo_tx(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;

	return undo_event(db, j->event_id, j->as, j->c->now, j->c->actor,
	    err);
}

int
cmd_undo(struct cmd *c, int argc, char **argv, struct err *err)
{
	struct job j = { .c = c };
	const struct cmd_option options[] = {
		{ "as", OPTION_TEXT, &j.as },
		{ NULL, OPTION_FLAG, NULL }
	};
	char *end;

	if (cmd_options(options, &argc, argv, 1, 2, err) < 0)
		return -1;
	if (strcmp(argv[1], "list") == 0) {
		if (argc != 3)
			return cmd_usage(err, "undo list wants an account");
		return list(c, argv[2], err);
	}
	j.event_id = strtoll(argv[1], &end, 10);
	if (argc != 2 || *end != '\0' || j.event_id <= 0)
		return cmd_usage(err, "%s: an event's number as \"dunlin undo "
		    "list ACCOUNT\" shows it", argv[1]);
	if (j.as != NULL && cmd_intent(j.as, err) < 0)
		return -1;
	if (store_tx(c->db, undo_tx, &j, err) < 0)
		return -1;
	if (c->json)
		printf("{\"undone\": %lld}\n", (long long)j.event_id);
	else
		puts(cmd_say(c, "Done.", "已完成。"));
	return EX_OK;
}
