/* tasks.c - work for people: list it by urgency, and say what became of it. */
#include "cmd/cmd.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "cmd/listing.h"
#include "cmd/task.h"
#include "core/date.h"
#include "core/zone.h"
#include "escalate/act.h"
#include "escalate/reason.h"
#include "escalate/urgency.h"
#include "render/locale.h"
#include "store/accounts.h"
#include "store/companies.h"
#include "store/digest.h"
#include "store/tasks.h"
#include "track/undo.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static const char *const severities[] = { "", "routine", "soon", "at once" };

/* --- list --- */

struct line {
	struct task t;
	struct urgency u;
	struct line *next;
};

struct wanted {
	void *owner;
	const char *login;	/* whose tasks; NULL: everybody's */
	struct line *lines;
	size_t n;
};

static int
keep(const struct task *t, void *arg)
{
	struct wanted *w = arg;
	struct line *l;

	if (w->login != NULL && (t->owner == NULL ||
	    strcmp(t->owner, w->login) != 0))
		return 0;
	l = mem_new(w->owner, struct line);
	l->t = *t;
	l->t.account = mem_str(l, t->account);
	l->t.name = mem_str(l, t->name);
	l->t.reason = mem_str(l, t->reason);
	l->t.title = mem_str(l, t->title);
	l->t.detail = mem_str(l, t->detail);
	l->t.owner = mem_str(l, t->owner);
	l->t.state = mem_str(l, t->state);
	l->t.outcome = mem_str(l, t->outcome);
	l->next = w->lines;
	w->lines = l;
	w->n++;
	return 0;
}

static int
weigh(struct line *l, struct cmd *c, int32_t today, struct err *err)
{
	struct money *owed = NULL;
	int32_t oldest = DATE_NONE;

	l->u.severity = l->t.severity;
	l->u.id = l->t.id;
	l->u.late = l->t.closed_at == CLOCK_NONE && c->now >= l->t.due_at;
	if (l->t.account_id != 0 && digest_overdue(l, c->db,
	    l->t.account_id, today, &owed, &l->u.n_owed, &oldest, err) < 0)
		return -1;
	l->u.owed = owed;
	l->u.days = oldest == DATE_NONE ? 0 : today - oldest;
	urgency_weigh(&l->u);
	return 0;
}

/* What is closed comes last, the newest first. */
static int
in_order(const void *a, const void *b)
{
	const struct line *x = *(struct line *const *)a;
	const struct line *y = *(struct line *const *)b;

	if ((x->t.closed_at == CLOCK_NONE) != (y->t.closed_at == CLOCK_NONE))
		return x->t.closed_at == CLOCK_NONE ? -1 : 1;
	if (x->t.closed_at != y->t.closed_at)
		return x->t.closed_at > y->t.closed_at ? -1 : 1;
	return urgency_compare(&x->u, &y->u);
}

static void
to_json(const struct line *k, const char *why, struct listing *l)
{
	const struct task *t = &k->t;
	char opened[CLOCK_TEXT_MAX], due[CLOCK_TEXT_MAX];

	json_array_append_new(l->array, json_pack("{s:I, s:s*, s:s*, s:s, "
	    "s:s, s:s*, s:s*, s:s, s:s*, s:s, s:s, s:s, s:s*}", "id",
	    (json_int_t)t->id, "account", t->account, "name", t->name,
	    "reason", t->reason, "title",
	    reason_title(t->title, l->language), "detail", t->detail,
	    "owner", t->owner, "state", t->state, "outcome", t->outcome,
	    "severity", severities[t->severity], "opened",
	    clock_format(t->opened_at, opened), "due",
	    clock_format(t->due_at, due), "why", why));
}

static void
to_table(const struct line *k, const char *why, struct listing *l)
{
	const struct task *t = &k->t;
	char day[DATE_TEXT_MAX];
	int32_t second;

	l->n++;
	table_cellf(l->table, "%lld", (long long)t->id);
	table_cell(l->table, severities[t->severity]);
	table_cell(l->table, date_format(zone_day(l->zone, t->due_at,
	    &second), day));
	table_cell(l->table, t->account);
	table_cell(l->table, t->name);
	table_cell(l->table, t->owner);
	table_cell(l->table, t->state);
	table_cell(l->table, t->reason);
	table_cell(l->table, why);
	table_cell(l->table, reason_title(t->title, l->language));
}

static int
show(struct cmd *c, struct wanted *w, struct listing *l, struct err *err)
{
	struct line **all = mem_array(w->owner, struct line *, w->n + 1);
	const struct locale *locale = locale_for(c->language);
	int32_t second, today = zone_day(l->zone, c->now, &second);
	struct line *k;
	size_t i, n = 0;
	char *why;

	for (k = w->lines; k != NULL; k = k->next) {
		if (weigh(k, c, today, err) < 0)
			return -1;
		all[n++] = k;
	}
	qsort(all, n, sizeof(all[0]), in_order);
	for (i = 0; i < n; i++) {
		why = urgency_why(all[i], &all[i]->u, locale);
		(c->json ? to_json : to_table)(all[i], why, l);
	}
	return 0;
}

static int
list(struct cmd *c, const char *account, const char *login, bool all,
    struct err *err)
{
	static const char *const heads[] = { "SEVERITY", "DUE", "ACCOUNT",
		"NAME", "OWNER", "STATE", "REASON", "WHY", NULL };
	void *ctx MEM_AUTO = talloc_new(NULL);
	const struct config_company *company;
	struct wanted w = { .owner = ctx, .login = login };
	struct listing l = { .language = c->language };
	struct company_row row;
	int64_t account_id = 0;
	int r;

	if (cmd_company(c, &company, err) < 0 ||
	    companies_get(c->db, company->code, &row, err) < 0 ||
	    (account != NULL && accounts_find(c->db, row.id, account,
	    &account_id, err) < 0))
		return -1;
	listing_begin(&l, ctx, "TASK", heads, "WHAT TO DO");
	l.zone = company->zone;
	r = tasks_each(c->db, row.id, account_id, all, keep, &w, err);
	if (r >= 0)
		r = show(c, &w, &l, err);
	return listing_end(c, &l, r, cmd_say(c,
	    "No open tasks.", "没有未完成的任务。"));
}

/* --- words of one's own, and what a reply really said --- */

struct act {
	struct cmd *c;
	int64_t id;
	const char *text;	/* owner or outcome */
	const char *as;		/* what its mail really said; NULL */
};

static int
resolve(struct db *db, void *arg, struct err *err)
{
	struct act *a = arg;

	int64_t inbox_id = 0;

	if (a->as != NULL && tasks_inbox(db, a->id, &inbox_id, err) < 0)
		return -1;
	if (a->as != NULL && inbox_id == 0)
		return err_set(err, ERR_PERM, "task %lld is about no mail: "
		    "--as says nothing about it", (long long)a->id);
	if (inbox_id != 0 && undo_reading(db, inbox_id, a->as, a->c->now,
	    a->c->actor, err) < 0)
		return -1;
	return tasks_close(db, a->id, a->c->now, a->c->actor, a->text, err);
}

static int
own_words(struct cmd *c, const char *as, int argc, char **argv,
    struct err *err)
{
	struct act a = { .c = c, .as = as };

	if (argc != 4)
		return cmd_usage(err, "tasks resolve wants a task number and "
		    "TEXT");
	if (cmd_task_number(argv[2], &a.id, err) < 0 ||
	    cmd_check_text("TEXT", argv[3], err) < 0 ||
	    (as != NULL && cmd_intent(as, err) < 0))
		return -1;
	a.text = argv[3];
	if (store_tx(c->db, resolve, &a, err) < 0)
		return -1;
	if (!cmd_json_ok(c))
		printf(cmd_say(c, "Task %lld: closed\n", "任务 %lld：已结束\n"),
		    (long long)a.id);
	return EX_OK;
}

/* --- the commands that mails know too --- */

struct job {
	struct actor a;
	struct verb_command command;
	char *what;
	int64_t undo;
};

static bool
is_command(const char *word)
{
	static const char *const words[] = { "ack", "assign", "done", "hold",
		"note" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

static int
command_tx(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;

	return act_command((void *)(uintptr_t)j->a.config, db, &j->a, 0,
	    &j->command, &j->what, &j->undo, err);
}

/* Of a task of one's own the end is told in words, as no outcome follows from
 * it. */
static bool
is_own(struct cmd *c, const struct job *j, int64_t id)
{
	struct err ignore;
	char *reason;

	return j->command.verb == VERB_DONE && tasks_is_open(c, c->db, id,
	    &reason, &ignore) > 0 && strcmp(reason, TASK_OWN) == 0;
}

/* "hold 12 until 2026-12-05" is the line that a mail would have. */
static int
command(struct cmd *c, int argc, char **argv, struct err *err)
{
	struct text *line = text_new(c);
	const struct config_company *company;
	struct company_row row;
	struct job j = { .a = { .config = c->config, .actor = c->actor,
	    .language = c->language, .now = c->now } };
	enum verb_fault fault;
	int32_t second;
	int64_t id;
	int i;

	if (cmd_company(c, &company, err) < 0 ||
	    companies_get(c->db, company->code, &row, err) < 0)
		return -1;
	j.a.company = company;
	j.a.company_id = row.id;
	if (argc < 3)
		return cmd_usage(err, "tasks %s wants a task number", argv[1]);
	if (cmd_task_number(argv[2], &id, err) < 0)
		return -1;
	text_addf(line, "%s #%s", argv[1], argv[2]);
	for (i = 3; i < argc; i++)
		text_addf(line, " %s", argv[i]);
	fault = verb_read(text_str(line), zone_day(company->zone, c->now,
	    &second), &j.command);
	if (fault == FAULT_OPERAND && argc == 4 && is_own(c, &j, id))
		return own_words(c, NULL, argc, argv, err);
	if (fault != FAULT_NONE)
		return cmd_usage(err, "%s: %s", text_str(line),
		    act_fault(fault, c->language));
	if (store_tx(c->db, command_tx, &j, err) < 0)
		return -1;
	if (!cmd_json_ok(c)) {
		puts(j.what);
		if (j.undo != 0)
			printf(cmd_say(c, "To undo: dunlin undo %lld\n",
		    "撤销：dunlin undo %lld\n"), (long long)j.undo);
	}
	return EX_OK;
}

/* "dunlin task" and "dunlin tasks" are one command. */
int
cmd_tasks(struct cmd *c, int argc, char **argv, struct err *err)
{
	const char *account = NULL, *as = NULL, *owner = NULL;
	bool all = false;
	const struct cmd_option options[] = {
		{ "account", OPTION_TEXT, &account },
		{ "all", OPTION_FLAG, &all },
		{ "as", OPTION_TEXT, &as },
		{ "owner", OPTION_TEXT, &owner },
		{ NULL, OPTION_FLAG, NULL }
	};
	const char *word = argc > 1 ? argv[1] : "list";

	if (strcmp(word, "add") == 0)
		return cmd_task_add(c, argc - 1, argv + 1, err);
	if (cmd_options(options, &argc, argv, 0, -1, err) < 0)
		return -1;
	word = argc > 1 ? argv[1] : "list";
	if (as != NULL && strcmp(word, "resolve") != 0)
		return cmd_usage(err, "--as goes with resolve");
	if ((account != NULL || owner != NULL || all) &&
	    strcmp(word, "list") != 0)
		return cmd_usage(err, "--account, --owner and --all go with "
		    "list; tasks %.20s takes none of them", word);
	if (strcmp(word, "list") == 0)
		return list(c, account, owner, all, err);
	if (strcmp(word, "move") == 0)
		return cmd_task_move(c, argc - 1, argv + 1, err);
	if (strcmp(word, "resolve") == 0)
		return own_words(c, as, argc, argv, err);
	if (is_command(word))
		return command(c, argc, argv, err);
	return cmd_usage(err, "'%.40s' is none of list, add, ack, "
	    "assign, done, hold, move, note, resolve", word);
}
