/* status.c - how things are, and what needs a person. */
#include "cmd/cmd.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "cmd/table.h"
#include "core/date.h"
#include "core/zone.h"
#include "escalate/coverage.h"
#include "store/highwater.h"
#include "store/meta.h"
#include "store/status.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define COVERAGE_NEAR 7	/* days; messages are planned so far ahead */

struct report {
	void *ctx;
	struct cmd *c;
	const struct config_company **companies;
	struct status_company *counts;
	size_t n;
	int64_t next_send, next_plan;
	bool clock_ok, highwater_ok;
	const char *clock_why;
	/* What needs a person, one line each. */
	char **needs;
	size_t n_needs;
};

static void __attribute__((format(printf, 2, 3)))
need(struct report *r, const char *fmt, ...)
{
	va_list ap;

	r->needs = mem_grow(r->ctx, r->needs, char *, r->n_needs + 1);
	va_start(ap, fmt);
	r->needs[r->n_needs++] = mem_check(talloc_vasprintf(r->ctx, fmt, ap));
	va_end(ap);
}

/* Days since the ledger's date, in the company's zone. */
static int
ledger_age(const struct report *r, size_t i)
{
	int32_t second;

	return zone_day(r->companies[i]->zone, r->c->now, &second) -
	    r->counts[i].as_of;
}

static void
needs_of_sending(struct report *r, size_t i)
{
	const struct status_company *s = &r->counts[i];
	const char *code = r->companies[i]->code;
	const struct cmd *c = r->c;
	long long uncertain = s->outbox[OUTBOX_UNCERTAIN];

	if (s->stopped)
		need(r, cmd_say(c, "%s: stopped: nothing is sent (dunlin arm "
		    "starts it again)", "%s：已停止发送（dunlin arm 恢复）"),
		    code);
	if (uncertain > 0)
		need(r, cmd_say(c, "%s: not known whether %lld messages "
		    "arrived; they are never sent again by themselves "
		    "(dunlin settle)", "%s：%lld 封是否送达尚不确定，不会自动"
		    "重发（dunlin settle）"), code, uncertain);
	if (s->late > 0)
		need(r, cmd_say(c, "%s: %lld messages were not sent in their "
		    "time; is the sender running? (dunlin serve)",
		    "%s：%lld 封逾时未发；发送进程在运行吗？（dunlin serve）"),
		    code, (long long)s->late);
}

static void
needs_of_ledger(struct report *r, size_t i)
{
	const struct status_company *s = &r->counts[i];
	const char *code = r->companies[i]->code;
	const struct cmd *c = r->c;
	int most = r->companies[i]->policy->ledger_max_age;

	if (s->as_of == DATE_NONE)
		need(r, cmd_say(c, "%s: no ledger yet (dunlin import FILE)",
		    "%s：尚无账务数据（dunlin import 文件）"), code);
	else if (most > 0 && ledger_age(r, i) > most)
		need(r, cmd_say(c, "%s: the ledger is %d days old, more than "
		    "%d: nothing is sent (dunlin import FILE)",
		    "%s：账务数据已有 %d 天，超过 %d 天：暂停发送"
		    "（dunlin import 文件）"), code, ledger_age(r, i), most);
	if (s->imports_waiting > 0)
		need(r, cmd_say(c, "%s: an import that shrank waits for "
		    "confirmation", "%s：有一次变少的导入等待确认"), code);
}

static void
needs_of_replies(struct report *r, size_t i)
{
	const struct status_company *s = &r->counts[i];
	const struct config_company *company = r->companies[i];
	const struct cmd *c = r->c;
	int most = company->policy->inbox_max_age;
	char at[CLOCK_TEXT_MAX];

	if (company->n_intakes > 0 && s->intake_at == CLOCK_NONE)
		need(r, cmd_say(c, "%s: replies were never read: no reminder "
		    "is sent (dunlin run reader)", "%s：尚未读取过回复，"
		    "催款提醒不会发出（dunlin run reader）"), company->code);
	else if (company->n_intakes > 0 && c->now - s->intake_at >
	    (int64_t)most * 60)
		need(r, cmd_say(c, "%s: replies were last read at %s, more "
		    "than %d minutes ago: no reminder is sent (dunlin run "
		    "reader)", "%s：上次读取回复是在 %s，已超过 %d 分钟，"
		    "催款提醒不会发出（dunlin run reader）"), company->code,
		    clock_format(s->intake_at, at), most);
	if (s->inbox_held > 0)
		need(r, cmd_say(c, "%s: %lld replies could not be read "
		    "(dunlin inbox --state held)",
		    "%s：%lld 条回复无法识别（dunlin inbox --state held）"),
		    company->code, (long long)s->inbox_held);
}

static int
needs_of_calendars(struct report *r, size_t i, struct err *err)
{
	const struct config_company *company = r->companies[i];
	const struct cmd *c = r->c;
	struct coverage *list;
	char last[DATE_TEXT_MAX];
	size_t n, k;

	if (coverage_ending(r->ctx, c->config, company, c->db, c->now, &list,
	    &n, err) < 0)
		return -1;
	for (k = 0; k < n; k++)
		if (list[k].left < 0)
			need(r, cmd_say(c, "%s: no holidays are known for %s, "
			    "only weekends (dunlin check)", "%s：没有 %s 的"
			    "节假日数据，仅按周末计算（dunlin check）"),
			    company->code, list[k].calendar);
		else if (list[k].left < COVERAGE_NEAR)
			need(r, cmd_say(c, "%s: the holidays of %s are known "
			    "until %s only (dunlin check)", "%s：%s 的节假日"
			    "数据只到 %s（dunlin check）"), company->code,
			    list[k].calendar, date_format(list[k].last,
			    last));
	return 0;
}

static void
needs_of_people(struct report *r, size_t i)
{
	const struct status_company *s = &r->counts[i];
	const char *code = r->companies[i]->code;
	const struct cmd *c = r->c;

	if (s->tasks_at_once > 0)
		need(r, cmd_say(c, "%s: tasks that want somebody at "
		    "once: %lld (dunlin tasks)", "%s：%lld 项任务须立即处理"
		    "（dunlin tasks）"), code, (long long)s->tasks_at_once);
	if (s->tasks_late > 0)
		need(r, cmd_say(c, "%s: tasks that are overdue: %lld "
		    "(dunlin tasks)", "%s：%lld 项任务已逾期（dunlin tasks）"), code,
		    (long long)s->tasks_late);
	if (s->holds_to_review > 0)
		need(r, cmd_say(c, "%s: holds to be reviewed: %lld "
		    "(dunlin hold)", "%s：%lld 项暂停待复核（dunlin hold）"), code,
		    (long long)s->holds_to_review);
}

/* The guards of DESIGN: the clock, and the record of attempts. */
static int
guards(struct report *r, struct err *err)
{
	char why[META_WHY_MAX], behind[HIGHWATER_WHY_MAX];
	enum highwater_state state;
	struct highwater *h;

	if (meta_clock_look(r->c->db, r->c->now, &r->clock_ok, why,
	    err) < 0 ||
	    highwater_open(r->ctx, r->c->config->state_file, &h, err) < 0 ||
	    highwater_check(h, r->c->db, &state, behind, err) < 0)
		return -1;
	if (!r->clock_ok)
		need(r, "%s", why);
	r->highwater_ok = state == HIGHWATER_OK;
	if (!r->highwater_ok)
		need(r, "%s", behind);
	return 0;
}

static int
gather(struct report *r, struct err *err)
{
	const struct config *config = r->c->config;
	const struct config_company *only = NULL;
	size_t i;

	if (r->c->company_code != NULL && cmd_company(r->c, &only, err) < 0)
		return -1;
	r->companies = mem_array(r->ctx, const struct config_company *,
	    config->n_companies);
	r->counts = mem_array(r->ctx, struct status_company,
	    config->n_companies);
	for (i = 0; i < config->n_companies; i++) {
		if (only != NULL && only != &config->companies[i])
			continue;
		r->companies[r->n] = &config->companies[i];
		if (status_company(r->c->db, config->companies[i].code,
		    r->c->now, &r->counts[r->n], err) < 0)
			return -1;
		r->n++;
	}
	if (status_next_send(r->c->db, &r->next_send, err) < 0 ||
	    status_next_plan(r->c->db, &r->next_plan, err) < 0 ||
	    guards(r, err) < 0)
		return -1;
	for (i = 0; i < r->n; i++) {
		needs_of_sending(r, i);
		needs_of_ledger(r, i);
		needs_of_replies(r, i);
		needs_of_people(r, i);
		if (needs_of_calendars(r, i, err) < 0)
			return -1;
	}
	return 0;
}

static const char *
state_of(const struct status_company *s)
{
	return s->stopped ? "stopped" : s->armed ? "armed" : "observing";
}

static void
put_companies(const struct report *r)
{
	struct table *t = table_new(r->ctx);
	char day[DATE_TEXT_MAX];
	size_t i;
	int v;

	table_column(t, "COMPANY", TABLE_LEFT);
	table_column(t, "STATE", TABLE_LEFT);
	table_column(t, "LEDGER AS OF", TABLE_LEFT);
	table_column(t, "DAYS OLD", TABLE_RIGHT);
	for (v = 0; v < STATUS_VERDICT_COUNT; v++)
		table_column(t, v == STATUS_UNPLANNED ? "UNPLANNED" :
		    v == STATUS_SEND ? "TO SEND" : v == STATUS_WAIT ?
		    "WAITING" : v == STATUS_HELD ? "HELD" :
		    v == STATUS_TASK ? "PERSON" : "NOTHING DUE",
		    TABLE_RIGHT);
	for (i = 0; i < r->n; i++) {
		const struct status_company *s = &r->counts[i];

		table_cell(t, r->companies[i]->code);
		table_cell(t, state_of(s));
		table_cell(t, s->as_of == DATE_NONE ? NULL :
		    date_format(s->as_of, day));
		if (s->as_of == DATE_NONE)
			table_cell(t, NULL);
		else
			table_cellf(t, "%d", ledger_age(r, i));
		for (v = 0; v < STATUS_VERDICT_COUNT; v++)
			table_cellf(t, "%lld", (long long)s->accounts[v]);
	}
	table_print(t, stdout, 0);
}

/* "12 queued, 30 accepted": what is not zero. */
static void
put_outbox(const struct report *r)
{
	int64_t sum;
	size_t i;
	int s, n = 0;

	printf("%s", cmd_say(r->c, "Messages: ", "消息："));
	for (s = 0; s < OUTBOX_COUNT; s++) {
		for (sum = 0, i = 0; i < r->n; i++)
			sum += r->counts[i].outbox[s];
		if (sum == 0)
			continue;
		printf("%s%lld %s", n++ > 0 ? ", " : "", (long long)sum,
		    outbox_state_name(s));
	}
	puts(n == 0 ? cmd_say(r->c, "none", "无") : "");
}

static void
put_people(const struct report *r)
{
	long long tasks = 0, holds = 0;
	size_t i;

	for (i = 0; i < r->n; i++) {
		tasks += r->counts[i].tasks;
		holds += r->counts[i].holds;
	}
	printf(cmd_say(r->c, "Tasks: %lld open. Holds: %lld.\n",
	    "任务：%lld 项未办。暂停：%lld 项。\n"), tasks, holds);
}

static void
put_times(const struct report *r)
{
	char now[CLOCK_TEXT_MAX], send[CLOCK_TEXT_MAX];

	clock_format(r->c->now, now);
	printf(cmd_say(r->c, "Clock: %s%s. Next message: %s.\n",
	    "时钟：%s%s。下一封：%s。\n"), now, clock_is_test() ?
	    cmd_say(r->c, " (test clock)", "（测试时钟）") : "",
	    r->next_send == CLOCK_NONE ? cmd_say(r->c, "none", "无") :
	    clock_format(r->next_send, send));
}

static bool
has_tasks(const struct report *r)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (r->counts[i].tasks > 0)
			return true;
	return false;
}

static void
put(const struct report *r)
{
	size_t i;

	put_companies(r);
	putchar('\n');
	put_outbox(r);
	put_people(r);
	put_times(r);
	if (r->n_needs == 0) {
		puts(has_tasks(r) ? cmd_say(r->c, "Nothing is urgent; the "
		    "open tasks wait for a person (dunlin tasks).",
		    "没有急事；未办任务待人工处理（dunlin tasks）。") :
		    cmd_say(r->c, "Nothing needs you.", "无须处理。"));
		return;
	}
	printf("\n%s\n", cmd_say(r->c, "Needs a person:", "需要人工处理："));
	for (i = 0; i < r->n_needs; i++)
		printf("  %s\n", r->needs[i]);
}

static json_t *
company_json(const struct report *r, size_t i)
{
	const struct status_company *s = &r->counts[i];
	json_t *accounts = json_object(), *outbox = json_object();
	char day[DATE_TEXT_MAX], sent[CLOCK_TEXT_MAX], read[CLOCK_TEXT_MAX];
	int k;

	for (k = 0; k < STATUS_VERDICT_COUNT; k++)
		json_object_set_new(accounts, status_verdict_name(k),
		    json_integer(s->accounts[k]));
	for (k = 0; k < OUTBOX_COUNT; k++)
		json_object_set_new(outbox, outbox_state_name(k),
		    json_integer(s->outbox[k]));
	return json_pack("{s:s, s:s, s:s?, s:o, s:o, s:I, s:I, s:I, s:I, s:I, "
	    "s:I, s:I, s:I, s:I, s:s?, s:s?}", "company", r->companies[i]->code,
	    "state", state_of(s), "ledger_as_of", s->as_of == DATE_NONE ?
	    NULL : date_format(s->as_of, day), "accounts", accounts,
	    "outbox", outbox, "late", (json_int_t)s->late, "tasks",
	    (json_int_t)s->tasks, "tasks_at_once",
	    (json_int_t)s->tasks_at_once, "tasks_overdue",
	    (json_int_t)s->tasks_late, "holds", (json_int_t)s->holds,
	    "holds_to_review", (json_int_t)s->holds_to_review,
	    "imports_waiting", (json_int_t)s->imports_waiting, "inbox_new",
	    (json_int_t)s->inbox_new, "inbox_held",
	    (json_int_t)s->inbox_held, "replies_read",
	    s->intake_at == CLOCK_NONE ? NULL :
	    clock_format(s->intake_at, read), "last_sent",
	    s->last_sent == CLOCK_NONE ? NULL :
	    clock_format(s->last_sent, sent));
}

static void
put_json(const struct report *r)
{
	json_t *companies = json_array(), *needs = json_array(), *j;
	char now[CLOCK_TEXT_MAX], send[CLOCK_TEXT_MAX];
	size_t i;

	for (i = 0; i < r->n; i++)
		json_array_append_new(companies, company_json(r, i));
	for (i = 0; i < r->n_needs; i++)
		json_array_append_new(needs, json_string(r->needs[i]));
	j = json_pack("{s:s, s:b, s:b, s:b, s:s?, s:o, s:o}", "now",
	    clock_format(r->c->now, now), "clock_test", (int)clock_is_test(),
	    "clock_ok", (int)r->clock_ok, "attempts_ok",
	    (int)r->highwater_ok, "next_message",
	    r->next_send == CLOCK_NONE ? NULL :
	    clock_format(r->next_send, send), "companies", companies,
	    "needs", needs);
	json_dumpf(j, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(j);
}

static int
accept_tx(struct db *db, void *arg, struct err *err)
{
	struct cmd *c = arg;

	return meta_clock_accept(db, c->now, c->actor, err);
}

/* The only thing that status writes: it opens the database again for it. */
static int
accept_clock(struct cmd *c, struct err *err)
{
	struct db *db;
	int result;

	if (db_open(c, c->config->database, DB_WRITE, &db, err) < 0)
		return -1;
	result = store_tx(db, accept_tx, c, err);
	talloc_free(db);
	if (result == 0 && !c->json)
		puts(cmd_say(c, "The clock is accepted as it is.",
		    "已确认当前时钟。"));
	return result;
}

int
cmd_status(struct cmd *c, int argc, char **argv, struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct report r = { .ctx = ctx, .c = c };
	bool accept = false, check = false;
	const struct cmd_option options[] = {
		{ "accept-clock", OPTION_FLAG, &accept },
		{ "check", OPTION_FLAG, &check },
		{ NULL, OPTION_FLAG, NULL }
	};

	if (cmd_options(options, &argc, argv, 0, 0, err) < 0)
		return -1;
	if (accept && accept_clock(c, err) < 0)
		return -1;
	if (db_snapshot_begin(c->db, err) < 0)
		return -1;
	if (gather(&r, err) < 0) {
		db_snapshot_end(c->db);
		return -1;
	}
	db_snapshot_end(c->db);
	if (c->json)
		put_json(&r);
	else
		put(&r);
	return check && r.n_needs > 0 ? EX_UNAVAILABLE : EX_OK;
}
