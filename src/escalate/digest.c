#include "escalate/digest.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "core/zone.h"
#include "escalate/assign.h"
#include "escalate/digest_int.h"
#include "policy/calendar.h"
#include "store/digest.h"
#include "store/staff.h"

#include <string.h>

#define FROM DIGEST_FROM
#define UNTIL DIGEST_UNTIL
#define DAY 86400

static const char *const names[DIGEST_KINDS] = { "daily", "weekly" };

const char *
digest_kind_name(enum digest_kind k)
{
	return names[k];
}

static bool
works_for(const struct config_company *company, const struct config_user *u)
{
	return u->mail != NULL && config_user_sees(u, company->code);
}

bool
digest_is_for(const struct config *config,
    const struct config_company *company, const struct config_user *u,
    enum digest_kind kind)
{
	size_t i;

	if (!works_for(company, u))
		return false;
	if (kind == DIGEST_DAILY)	/* everybody may have tasks */
		return true;
	if (config_user_is(u, USER_MANAGER))
		return true;
	/* No manager: whoever leads. */
	for (i = 0; i < config->n_users; i++)
		if (works_for(company, &config->users[i]) &&
		    config_user_is(&config->users[i], USER_MANAGER))
			return false;
	return config_user_is(u, USER_LEAD);
}

/* What nobody owns is the first lead's, else the first collector's. */
static bool
has_the_rest(const struct digest_ask *a)
{
	static const enum user_role roles[] = { USER_LEAD, USER_COLLECTOR };
	size_t i, k;

	for (k = 0; k < 2; k++)
		for (i = 0; i < a->config->n_users; i++) {
			const struct config_user *u = &a->config->users[i];

			if (works_for(a->company, u) &&
			    config_user_is(u, roles[k]))
				return u == a->user;
		}
	return false;
}

int
digest_make(void *owner, struct db *db, const struct digest_ask *a,
    struct staff_text *ret_text, struct err *err)
{
	struct digest_scope s[2] = { { .company_id = a->company_id,
	    .login = a->user->login }, { .company_id = a->company_id } };
	const char *language = assign_language(a->user, a->company);
	struct staff_text text = { .pictures = NULL };
	struct mst_value *v;
	bool worth;
	int r;

	if (a->kind == DIGEST_DAILY) {
		if (digest_owner(db, a->user->login, &s[0].owner_id, err) < 0)
			return -1;
		r = digest_view_daily(owner, db, a, s, has_the_rest(a) ? 2 : 1,
		    &text, &v, &worth, err);
	} else {
		r = digest_view_weekly(owner, db, a, &s[1], &text, &v, err);
		worth = true;
	}
	if (r < 0)
		return -1;
	if (!worth)
		return 0;
	if (staff_render(owner, a->config->templates,
	    a->kind == DIGEST_DAILY ? "staff-digest" : "staff-weekly",
	    language, v, &text, err) < 0)
		return -1;
	*ret_text = text;
	return 1;
}

/* --- in the morning --- */

static bool
is_first_workday(const struct calendar *c, int32_t day)
{
	int32_t monday = day - date_weekday(day);

	return calendar_is_workday(c, day) &&
	    calendar_add_workdays(c, monday - 1, 1) == day;
}

bool
digest_is_due(const struct digest_ask *a, int32_t *ret_day)
{
	const struct calendar *c = assign_calendar(a->user, a->company);
	int32_t second, day;

	day = zone_day(assign_zone(a->user, a->company), a->now, &second);
	*ret_day = day;
	if (second < FROM || second >= UNTIL ||
	    config_user_is_away(a->user, day))
		return false;
	return a->kind == DIGEST_WEEKLY ? is_first_workday(c, day) :
	    calendar_is_workday(c, day);
}

int64_t
digest_after(const struct config_company *company,
    const struct config_user *u, int32_t day)
{
	return zone_instant(assign_zone(u, company), calendar_add_workdays(
	    assign_calendar(u, company), day, 1), FROM);
}

struct job {
	struct digest_ask ask;
	int32_t day;
	const struct staff_text *text;	/* NULL: nothing to say */
};

static int
write_tx(struct db *db, void *arg, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct job *j = arg;
	const struct digest_ask *a = &j->ask;
	const struct config_user *u = a->user;
	char day[DATE_TEXT_MAX];
	struct staff_picture *pictures;
	struct staff_new n = { .company_id = a->company_id,
	    .login = u->login, .name = u->name, .mail = u->mail,
	    .language = assign_language(u, a->company), .due_at = a->now };
	int64_t id;
	size_t i;
	int r;

	r = digest_take(db, a->company_id, u->login, names[a->kind], j->day,
	    a->now, err);
	if (r <= 0 || j->text == NULL)
		return r < 0 ? -1 : 0;
	n.cause = mem_fmt(pool, "digest/%s/%s/%s", names[a->kind], u->login,
	    date_format(j->day, day));
	n.subject = j->text->subject;
	n.text = j->text->text;
	n.html = j->text->html;
	n.n_pictures = j->text->n_pictures;
	pictures = mem_array(pool, struct staff_picture, n.n_pictures + 1);
	for (i = 0; i < n.n_pictures; i++)
		pictures[i] = (struct staff_picture){
		    j->text->pictures[i].name, j->text->pictures[i].text,
		    j->text->pictures[i].len };
	n.pictures = pictures;
	n.not_after = a->now + DAY / 2;	/* yesterday's is no use */
	if (staff_plan(db, &n, a->now, &id, err) < 0)
		return -1;
	return mail_bad_template(db, a->company_id, j->text->wrong, a->now,
	    err);
}

int
digest_begin(struct db *db, struct digest_ask *a, const char *login,
    struct err *err)
{
	if (digest_last(db, a->company_id, login, names[a->kind], &a->since,
	    err) < 0)
		return -1;
	if (a->since == CLOCK_NONE)
		a->since = a->now - (a->kind == DIGEST_WEEKLY ? 7 * DAY :
		    DAY);
	return db_snapshot_begin(db, err);
}

static int
make_and_write(struct db *db, struct job *j, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct staff_text text;
	int r;

	if (digest_begin(db, &j->ask, j->ask.user->login, err) < 0)
		return -1;
	r = digest_make(pool, db, &j->ask, &text, err);
	db_snapshot_end(db);
	if (r < 0)
		return -1;
	j->text = r > 0 ? &text : NULL;
	return store_tx(db, write_tx, j, err) < 0 ? -1 : 1;
}

int
digest_step(struct db *db, const struct config *config,
    const struct config_company *company, int64_t company_id, int64_t now,
    struct err *err)
{
	struct job j = { .ask = { .config = config, .company = company,
	    .company_id = company_id, .now = now } };
	size_t i;
	int r;

	for (i = 0; i < config->n_users; i++) {
		j.ask.user = &config->users[i];
		for (j.ask.kind = DIGEST_DAILY; j.ask.kind < DIGEST_KINDS;
		    j.ask.kind++) {
			if (!digest_is_for(config, company, j.ask.user,
			    j.ask.kind) || !digest_is_due(&j.ask, &j.day))
				continue;
			r = digest_taken_on(db, company_id, j.ask.user->login,
			    names[j.ask.kind], j.day, err);
			if (r < 0)
				return -1;
			if (r == 0)
				return make_and_write(db, &j, err);
		}
	}
	return 0;
}
