#include "escalate/mail.h"

#include "base/mem.h"
#include "base/text.h"
#include "core/zone.h"
#include "escalate/assign.h"
#include "render/locale.h"
#include "render/staff.h"
#include "store/facts_load.h"
#include "store/staff.h"

#include <string.h>

#define KEEP (3 * 86400)	/* seconds after which it is too late */
#define LINES 20		/* of their words */
#define LINE_WIDTH 160

struct mst_value *
mail_view(void *owner, const struct config_company *company,
    const struct config_user *u, bool all_commands)
{
	const char *language = assign_language(u, company);
	struct mst_value *v = mst_map(owner), *list = mst_list(v), *row;
	int i;

	mst_put_text(v, "language", language);
	mst_put_text(v, "reader", u->name);
	mst_put_text(v, "company", config_company_name(company, language));
	for (i = 0; i < VERB_COUNT; i++) {
		if (!all_commands && (verb_is_firm((enum verb)i) ||
		    i == VERB_UNDO || i == VERB_HELP))
			continue;
		row = mst_map(list);
		mst_put_text(row, "command", verb_form((enum verb)i,
		    language));
		mst_put_text(row, "means", verb_help((enum verb)i, language));
		mst_push(list, row);
	}
	mst_put(v, "commands", list);
	return v;
}

struct mst_value *
mail_lines(void *owner, const char *text, size_t max)
{
	struct mst_value *list = mst_list(owner), *row;
	char *copy = mem_str(owner, text), *line, *save = NULL;
	size_t n = 0;

	if (text == NULL)
		return mst_text(owner, NULL);
	for (line = strtok_r(copy, "\r\n", &save); line != NULL &&
	    n < max; line = strtok_r(NULL, "\r\n", &save), n++) {
		row = mst_map(list);
		mst_put_text(row, "line", text_width(line) > LINE_WIDTH ?
		    text_fit(owner, line, LINE_WIDTH) : line);
		mst_push(list, row);
	}
	return list;
}

static void
put_open(struct mst_value *v, const struct facts *f, const struct locale *l,
    int32_t today)
{
	struct money sums[8];
	const char *parts[8];
	size_t i, k, n = 0;
	int32_t late = 0;

	for (i = 0; i < f->n_items; i++) {
		for (k = 0; k < n; k++)
			if (strcmp(sums[k].cur, f->items[i].cur) == 0)
				break;
		if (k == 8)
			continue;
		if (k == n)
			sums[n++] = money_zero(f->items[i].cur);
		sums[k].minor += f->items[i].open;
		if (f->items[i].open > 0 && today - f->items[i].due > late)
			late = today - f->items[i].due;
	}
	for (k = 0; k < n; k++)
		parts[k] = locale_money(v, l, sums[k]);
	mst_put_text(v, "open", n > 0 ? locale_join(v, l, parts, n) : NULL);
	mst_put_text(v, "late", late > 0 ? mem_fmt(v, "%d", (int)late) :
	    NULL);
}

char *
mail_instant(void *owner, const struct locale *l, const struct zone *z, int64_t t)
{
	int32_t second, day = zone_day(z, t, &second);

	return mem_fmt(owner, "%s %02d:%02d", locale_date(owner, l, day),
	    (int)second / 3600, (int)second / 60 % 60);
}

static int
task_view(struct mst_value *v, struct db *db, const struct config *config,
    const struct config_company *company, const struct task_case *c,
    const struct task_given *g, const struct config_user *u, int64_t now,
    struct err *err)
{
	const char *language = assign_language(u, company);
	const struct locale *l = locale_for(language);
	const struct zone *z = assign_zone(u, company);
	const struct config_user *had = config_user(config, c->owner);
	struct fact_company *facts;
	struct facts *f;
	char *words = NULL;
	int32_t second;

	mst_put_text(v, "number", mem_fmt(v, "%lld", (long long)c->id));
	mst_put_text(v, "title", reason_title(c->title, language));
	mst_put_text(v, "account", c->account);
	mst_put_text(v, "customer", c->name);
	mst_put_text(v, "due", mail_instant(v, l, z, g->due_at));
	mst_put_text(v, "meanwhile", meanwhile_text(
	    reason_find(c->reason)->meanwhile, language));
	mst_put_text(v, "raised", g->raised ? had != NULL ? had->name :
	    c->owner : NULL);
	mst_put_bool(v, "again", c->times > 1);
	mst_put_text(v, "open", NULL);
	mst_put_text(v, "late", NULL);
	if (c->account_id != 0) {
		if (facts_company(v, db, company, now, &facts, err) < 0 ||
		    facts_load(v, db, facts, c->account_id, now, &f,
		    err) < 0)
			return -1;
		put_open(v, f, l, zone_day(z, now, &second));
	}
	if (c->inbox_id != 0 && tasks_words(v, db, c->inbox_id, &words,
	    err) < 0)
		return -1;
	mst_put(v, "words", mail_lines(v, words, LINES));
	mst_put(v, "about", mail_lines(v, words == NULL ? c->detail :
	    NULL, LINES));
	return 0;
}

int
mail_bad_template(struct db *db, int64_t company_id, const char *why,
    int64_t now, struct err *err)
{
	struct task_new t = { .company_id = company_id,
	    .reason = "template-error", .detail = why };

	return why == NULL ? 0 : tasks_open(db, &t, now, "planner", NULL,
	    NULL, err);
}

static int
plan(struct db *db, struct staff_new *s, const struct config_user *u,
    const struct staff_text *t, int64_t now, struct err *err)
{
	int64_t id;

	s->login = u->login;
	s->name = u->name;
	s->mail = u->mail;
	s->subject = t->subject;
	s->text = t->text;
	s->html = t->html;
	s->due_at = now;
	s->not_after = now + KEEP;
	if (staff_plan(db, s, now, &id, err) < 0)
		return -1;
	return mail_bad_template(db, s->company_id, t->wrong, now, err);
}

int
mail_task(struct db *db, const struct config *config,
    const struct config_company *company, const struct task_case *c,
    const struct task_given *g, const struct config_user *u, int64_t now,
    struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct staff_new s = { .company_id = c->company_id,
	    .language = assign_language(u, company), .task_id = c->id };
	struct mst_value *v = mail_view(pool, company, u, false);
	struct staff_text t;

	s.cause = mem_fmt(pool, "task/%lld/%d/%d/%s/%s/%s", (long long)c->id,
	    c->times, g->level, u->login, c->reason, c->account != NULL ?
	    c->account : "");
	if (task_view(v, db, config, company, c, g, u, now, err) < 0 ||
	    staff_render(pool, config->templates, "staff-task", s.language,
	    v, &t, err) < 0)
		return -1;
	return plan(db, &s, u, &t, now, err);
}

int
mail_confirm(struct db *db, const struct config *config,
    const struct config_company *company, int64_t company_id,
    const struct config_user *u, const struct mail_done *list, size_t n,
    int64_t inbox_id, const char *message_id, int64_t now, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct staff_new s = { .company_id = company_id,
	    .language = assign_language(u, company),
	    .in_reply_to = message_id };
	struct mst_value *v = mail_view(pool, company, u, true), *row;
	struct mst_value *done = mst_list(v), *refused = mst_list(v);
	struct staff_text t;
	size_t i;

	for (i = 0; i < n; i++) {
		row = mst_map(v);
		if (list[i].refused) {
			mst_put_text(row, "line", list[i].line);
			mst_put_text(row, "why", list[i].what);
			mst_push(refused, row);
			continue;
		}
		mst_put_text(row, "what", list[i].what);
		mst_put_text(row, "undo", list[i].undo == 0 ? NULL :
		    mem_fmt(row, "%s %lld", strcmp(s.language, "zh-CN") == 0 ?
		    "撤销" : "undo", (long long)list[i].undo));
		mst_push(done, row);
	}
	mst_put(v, "done", done);
	mst_put(v, "refused", refused);
	/* What stands in the subject: all of them would not fit. */
	mst_put_text(v, "one", n == 1 && !list[0].refused ? list[0].what :
	    NULL);
	mst_put_text(v, "several", n > 1 && !list[0].refused ? mem_fmt(v,
	    "%zu", n) : NULL);
	s.cause = mem_fmt(pool, "confirm/%lld", (long long)inbox_id);
	if (staff_render(pool, config->templates, "staff-confirm",
	    s.language, v, &t, err) < 0)
		return -1;
	return plan(db, &s, u, &t, now, err);
}
