/* task.c - a person's own task is added, any task is moved. */
#include "cmd/task.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "core/zone.h"
#include "policy/workhours.h"
#include "store/companies.h"
#include "store/desks.h"
#include "store/tasks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define MORNING (9 * 3600)	/* of a day given without a time */
#define DAY 86400

struct job {
	struct cmd *c;
	int64_t id, due;
	struct task_new task;
};

/* "2026-11-23", "2026-11-23 14:30" (in the company's zone), or RFC 3339. */
static int
parse_due(const char *text, const struct zone *zone, int64_t *ret_due,
    struct err *err)
{
	int32_t day, second = MORNING;
	int hour, minute, n = 0;
	char iso[11] = "";

	if (strlen(text) >= 10)
		memcpy(iso, text, 10);
	if (date_parse(iso, DATE_ISO, &day, NULL) == 0) {
		if (text[10] == '\0')
			n = 16;
		else if (sscanf(text + 10, " %2d:%2d%n", &hour, &minute,
		    &n) == 2 && text[10] == ' ' && text[10 + n] == '\0' &&
		    hour >= 0 && hour < 24 && minute >= 0 && minute < 60)
			second = hour * 3600 + minute * 60;
		else
			n = 0;
		if (n > 0) {
			*ret_due = zone_instant(zone, day, second);
			return 0;
		}
	}
	if (clock_parse(text, ret_due, NULL) == 0)
		return 0;
	return cmd_usage(err, "'%.40s': a day such as 2026-11-23, "
	    "\"2026-11-23 14:30\" or 2026-11-23T14:30:00+08:00", text);
}

static int
add_tx(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;

	return tasks_add(db, &j->task, j->c->now, j->c->actor, &j->id, err);
}

static int
move_tx(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;

	return tasks_move(db, j->id, j->due, j->c->now, j->c->actor, err);
}

static int
say(const struct job *j, const char *en, const char *zh)
{
	if (j->c->json)
		printf("{\"task\": %lld}\n", (long long)j->id);
	else
		printf(cmd_say(j->c, "Task %lld: %s\n", "任务 %lld：%s\n"),
		    (long long)j->id, cmd_say(j->c, en, zh));
	return EX_OK;
}

int
cmd_task_add(struct cmd *c, int argc, char **argv, struct err *err)
{
	const char *due = NULL, *login = NULL, *note = NULL;
	bool urgent = false;
	const struct cmd_option options[] = {
		{ "due", OPTION_TEXT, &due },
		{ "owner", OPTION_TEXT, &login },
		{ "note", OPTION_TEXT, &note },
		{ "urgent", OPTION_FLAG, &urgent },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct job j = { .c = c };
	struct cmd_account a;
	struct desk desk;

	if (cmd_options(options, &argc, argv, 2, 2, err) < 0 ||
	    cmd_check_text("title", argv[2], err) < 0 ||
	    cmd_check_text("--note", note, err) < 0 ||
	    (login != NULL && cmd_user(c, login, err) < 0) ||
	    cmd_account(c, argv[1], &a, err) < 0)
		return -1;
	if (argv[2][0] == '\0' || strlen(argv[2]) > 200)
		return cmd_usage(err, "title: 1 to 200 characters");
	j.task = (struct task_new){ .company_id = a.company_id,
	    .account_id = a.account_id, .severity = urgent ? 2 : 1,
	    .owner = login, .title = argv[2], .detail = note,
	    .due_at = c->now + DAY };
	if (desks_of(c->db, a.company_id, login, &desk, err) < 0)
		return -1;
	j.task.due_at = workhours_next(desk.calendar, desk.zone,
	    j.task.due_at);
	if ((due != NULL && parse_due(due, a.company->zone, &j.task.due_at,
	    err) < 0) || store_tx(c->db, add_tx, &j, err) < 0)
		return -1;
	return say(&j, "added", "已添加");
}

int
cmd_task_number(const char *word, int64_t *ret_id, struct err *err)
{
	char *end;
	long long id = strtoll(word, &end, 10);

	if (*end != '\0' || *word < '0' || *word > '9' || id <= 0)
		return cmd_usage(err, "'%.40s' is not a task number", word);
	*ret_id = id;
	return 0;
}

int
cmd_task_move(struct cmd *c, int argc, char **argv, struct err *err)
{
	const struct cmd_option none[] = { { NULL, OPTION_FLAG, NULL } };
	const struct config_company *company;
	struct job j = { .c = c };

	if (cmd_options(none, &argc, argv, 2, 2, err) < 0 ||
	    cmd_company(c, &company, err) < 0 ||
	    cmd_task_number(argv[1], &j.id, err) < 0 ||
	    parse_due(argv[2], company->zone, &j.due, err) < 0 ||
	    store_tx(c->db, move_tx, &j, err) < 0)
		return -1;
	return say(&j, "moved", "已改期");
}
