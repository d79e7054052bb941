#include "escalate/robot.h"

#include "base/mem.h"
#include "core/date.h"
#include "core/zone.h"
#include "escalate/assign.h"
#include "escalate/digest_int.h"
#include "escalate/reason.h"
#include "render/staff.h"
#include "store/staff.h"

#include <string.h>

#define SHOWN 15		/* tasks in a summary */
#define PER_HOUR 20		/* grave ones; the summary counts all */
#define DAY 86400

/* A reader whose language and days are the group's: a robot is nobody. */
struct group {
	struct config_user user;
	const char *languages[2];
};

static const struct config_user *
group_of(struct group *g, const struct config_sms *robot)
{
	const char *name = robot->name + strlen(ROBOT_PREFIX);

	*g = (struct group){ .user = { .login = robot->name, .name = name },
	    .languages = { robot->language, NULL } };
	if (robot->language != NULL)
		g->user.languages = g->languages;
	return &g->user;
}

static struct staff_new
message(const struct config_sms *robot, const struct config_company *company,
    int64_t company_id, const struct staff_text *t, int64_t now, int keep)
{
	struct group g;

	return (struct staff_new){ .company_id = company_id, .robot = true,
	    .login = robot->name, .name = robot->name + strlen(ROBOT_PREFIX),
	    .mail = robot->name + strlen(ROBOT_PREFIX),
	    .language = assign_language(group_of(&g, robot), company),
	    .subject = t->subject, .text = t->text, .html = t->html,
	    .due_at = now, .not_after = now + keep };
}

/* In the words of its reason: a person's own title may name anybody. */
static const char *
about(const char *reason, const char *language)
{
	const struct reason *r = reason_find(reason);

	return r != NULL ? reason_text(r, language) : reason;
}

static const char *
name_of(const struct config *config, const char *login)
{
	const struct config_user *u = login != NULL ?
	    config_user(config, login) : NULL;

	return u != NULL ? u->name : login;
}

/* --- grave ones, at once --- */

static struct mst_value *
task_view(void *owner, const struct config *config,
    const struct config_company *company, const struct config_sms *robot,
    const struct task_case *c, const struct task_given *given)
{
	struct group g;
	const struct config_user *u = group_of(&g, robot);
	const char *language = assign_language(u, company);
	const struct locale *l = locale_for(language);
	struct mst_value *v = mst_map(owner);
	const char **sums = mem_array(v, const char *, c->n_open + 1);
	size_t i, n = 0;

	for (i = 0; robot->accounts && i < c->n_open; i++)
		if (c->open[i].minor > 0)
			sums[n++] = locale_money(v, l, c->open[i]);
	mst_put_text(v, "language", language);
	mst_put_text(v, "company", config_company_name(company, language));
	mst_put_text(v, "number", mem_fmt(v, "%lld", (long long)c->id));
	mst_put_text(v, "title", about(c->reason, language));
	mst_put_text(v, "account", robot->accounts ? c->account : NULL);
	mst_put_text(v, "open", n > 0 ? locale_join(v, l, sums, n) : NULL);
	mst_put_text(v, "owner", name_of(config, given->owner));
	mst_put_text(v, "due", mail_instant(v, l, assign_zone(u, company),
	    given->due_at));
	mst_put_text(v, "raised", given->raised ? name_of(config, c->owner) :
	    NULL);
	mst_put_bool(v, "again", c->times > 1);
	return v;
}

static int
tell(struct db *db, const struct config *config,
    const struct config_company *company, const struct config_sms *robot,
    const struct task_case *c, const struct task_given *g, int64_t now,
    struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct mst_value *v = task_view(pool, config, company, robot, c, g);
	struct staff_text t;
	struct staff_new s;
	struct err own;
	int64_t n, id;

	if (staff_count(db, c->company_id, robot->name, "task/", now - 3600,
	    &n, err) < 0)
		return -1;
	if (n >= PER_HOUR)
		return 0;
	if (staff_render_robot(pool, config->templates, "robot-task",
	    mst_get_text(v, "language"), v, &t, &own) < 0)
		return mail_bad_template(db, c->company_id, own.text, now,
		    err);
	s = message(robot, company, c->company_id, &t, now, DAY);
	s.task_id = c->id;
	s.cause = mem_fmt(pool, "task/%lld/%d/%d/%s/%s/%s", (long long)c->id,
	    c->times, g->level, robot->name, c->reason, c->account != NULL ?
	    c->account : "");
	return staff_plan(db, &s, now, &id, err);
}

int
robot_task(struct db *db, const struct config *config,
    const struct config_company *company, const struct task_case *c,
    const struct task_given *g, int64_t now, struct err *err)
{
	size_t i;

	/* That a robot is broken it cannot say itself. */
	if (c->severity < SEVERITY_AT_ONCE ||
	    strcmp(c->reason, "robot-refused") == 0)
		return 0;
	for (i = 0; i < company->n_robots; i++)
		if ((company->robots[i].tells & ROBOT_SEVERE) != 0 &&
		    tell(db, config, company, &company->robots[i], c, g, now,
		    err) < 0)
			return -1;
	return 0;
}

/* --- summaries --- */

struct listing {
	const struct digest_ask *a;
	const struct config_sms *robot;
	const struct locale *l;
	const struct zone *zone;
	struct mst_value *list;
	int64_t n, all;
};

static int
add_task(const struct task *t, void *arg)
{
	struct listing *k = arg;
	struct mst_value *row;

	if (k->all++ >= SHOWN)
		return 0;
	row = mst_map(k->list);
	mst_put_text(row, "number", mem_fmt(row, "%lld", (long long)t->id));
	mst_put_text(row, "title", about(t->reason, locale_tag(k->l)));
	mst_put_text(row, "owner", name_of(k->a->config, t->owner));
	mst_put_text(row, "account", k->robot->accounts ? t->account : NULL);
	mst_put_text(row, "due", mail_instant(row, k->l, k->zone,
	    t->due_at));
	mst_put_bool(row, "past", k->a->now >= t->due_at);
	mst_push(k->list, row);
	k->n++;
	return 0;
}

static int
put_tasks(struct db *db, const struct digest_ask *a,
    const struct config_sms *robot, struct mst_value *v, int64_t *ret_all,
    struct err *err)
{
	struct listing k = { .a = a, .robot = robot,
	    .l = locale_for(assign_language(a->user, a->company)),
	    .zone = assign_zone(a->user, a->company), .list = mst_list(v) };

	if (tasks_each(db, a->company_id, 0, false, add_task, &k, err) < 0)
		return -1;
	mst_put(v, "tasks", k.list);
	put_number(v, "more", k.all - k.n);
	*ret_all = k.all;
	return 0;
}

/* The figures are those of the managers' mail, of another time for the day. */
int
robot_make(void *owner, struct db *db, const struct digest_ask *asked,
    const struct config_sms *robot, struct staff_text *ret_text,
    struct err *err)
{
	struct group g;
	struct digest_ask a = *asked;
	struct digest_scope s = { .company_id = a.company_id };
	struct staff_text text = { .pictures = NULL };
	struct mst_value *v;
	int64_t all = 0;

	a.user = group_of(&g, robot);
	if (digest_view_weekly(owner, db, &a, &s, &text, &v, err) < 0 ||
	    (a.kind == DIGEST_DAILY && put_tasks(db, &a, robot, v, &all,
	    err) < 0))
		return -1;
	if (a.kind == DIGEST_DAILY && all == 0 &&
	    mst_count(mst_get(v, "changes")) == 0)
		return 0;
	if (staff_render_robot(owner, a.config->templates,
	    a.kind == DIGEST_DAILY ? "robot-daily" : "robot-weekly",
	    assign_language(a.user, a.company), v, &text, err) < 0)
		return -1;
	*ret_text = text;
	return 1;
}

struct job {
	struct digest_ask ask;
	const struct config_sms *robot;
	int32_t day;
	const struct staff_text *text;	/* NULL: nothing to say */
	const char *wrong;		/* or why it cannot be said; NULL */
};

static int
write_tx(struct db *db, void *arg, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct job *j = arg;
	const struct digest_ask *a = &j->ask;
	const char *kind = digest_kind_name(a->kind);
	char day[DATE_TEXT_MAX];
	struct staff_new n;
	int64_t id;
	int r;

	r = digest_take(db, a->company_id, j->robot->name, kind, j->day,
	    a->now, err);
	if (r > 0 && j->wrong != NULL)
		return mail_bad_template(db, a->company_id, j->wrong, a->now,
		    err);
	if (r <= 0 || j->text == NULL)
		return r < 0 ? -1 : 0;
	n = message(j->robot, a->company, a->company_id, j->text, a->now,
	    DAY / 2);
	n.cause = mem_fmt(pool, "digest/%s/%s/%s", kind, j->robot->name,
	    date_format(j->day, day));
	return staff_plan(db, &n, a->now, &id, err);
}

static int
make_and_write(struct db *db, struct job *j, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct staff_text text;
	struct err own;
	int r;

	if (digest_begin(db, &j->ask, j->robot->name, err) < 0)
		return -1;
	r = robot_make(pool, db, &j->ask, j->robot, &text, &own);
	db_snapshot_end(db);
	if (r < 0 && own.kind != ERR_CONFIG) {
		if (err != NULL)
			*err = own;
		return -1;
	}
	j->text = r > 0 ? &text : NULL;
	j->wrong = r < 0 ? own.text : NULL;
	return store_tx(db, write_tx, j, err) < 0 ? -1 : 1;
}

static bool
tells_kind(const struct config_sms *robot, enum digest_kind kind)
{
	return (robot->tells & (kind == DIGEST_DAILY ? ROBOT_DAILY :
	    ROBOT_WEEKLY)) != 0;
}

int
robot_step(struct db *db, const struct config *config,
    const struct config_company *company, int64_t company_id, int64_t now,
    struct err *err)
{
	struct job j = { .ask = { .config = config, .company = company,
	    .company_id = company_id, .now = now } };
	struct group g;
	size_t i;
	int r;

	for (i = 0; i < company->n_robots; i++) {
		j.robot = &company->robots[i];
		j.ask.user = group_of(&g, j.robot);
		for (j.ask.kind = DIGEST_DAILY; j.ask.kind < DIGEST_KINDS;
		    j.ask.kind++) {
			if (!tells_kind(j.robot, j.ask.kind) ||
			    !digest_is_due(&j.ask, &j.day))
				continue;
			r = digest_taken_on(db, company_id, j.robot->name,
			    digest_kind_name(j.ask.kind), j.day, err);
			if (r < 0)
				return -1;
			if (r == 0)
				return make_and_write(db, &j, err);
		}
	}
	return 0;
}
