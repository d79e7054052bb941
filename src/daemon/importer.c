#include "daemon/importer.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/zone.h"
#include "import/profile.h"
#include "store/companies.h"
#include "store/import_apply.h"
#include "store/tasks.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ACTOR "import"
#define TASK "import-failed"
#define LOOK_SECONDS 5
#define FILES_MAX 1000		/* looked at in one folder at a time */
#define NAMES_MAX 1000		/* of the same name in done/ */

/* A file as it was when it was first seen so. */
struct seen {
	char *path;
	off_t size;
	struct timespec mtime;
	int64_t since;		/* mono ms */
	bool still_there;
};

struct importer {
	struct db *db;
	const struct config *config;
	struct seen *seen;
	size_t n_seen;
};

int
importer_due(struct db *db, int64_t *ret_at, struct err *err)
{
	(void)db;
	(void)err;
	*ret_at = clock_now() + LOOK_SECONDS;
	return 0;
}

int
importer_new(void *owner, struct db *db, const struct config *config,
    struct importer **ret_importer, struct err *err)
{
	struct importer *im = mem_new(owner, struct importer);
	void *tmp MEM_AUTO = talloc_new(NULL);
	size_t i;
	char *dir;

	im->db = db;
	im->config = config;
	for (i = 0; config->import.dir != NULL && i < config->n_sources;
	    i++) {
		dir = file_join(tmp, config->import.dir,
		    config->sources[i].name);
		if (file_mkdirs(file_join(tmp, dir, "done"), 0770, err) < 0 ||
		    file_mkdirs(file_join(tmp, dir, "failed"), 0770, err) < 0)
			return -1;
	}
	*ret_importer = im;
	return 0;
}

/* ---- which file ---- */

static bool
is_left_alone(const char *name)
{
	size_t n = strlen(name);

	return name[0] == '.' ||
	    (n > 5 && strcmp(name + n - 5, ".part") == 0) ||
	    (n > 4 && strcmp(name + n - 4, ".tmp") == 0);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a folder that may be files for us, in order. */
static int
names_in(void *owner, const char *dir, char ***ret_names, size_t *ret_n,
    struct err *err)
{
	struct dirent *e;
	char **names = mem_array(owner, char *, FILES_MAX);
	DIR *d = opendir(dir);
	size_t n = 0;

	if (d == NULL && errno != ENOENT)
		return err_set(err, ERR_TEMP, "%s: %s", dir, strerror(errno));
	while (d != NULL && n < FILES_MAX && (e = readdir(d)) != NULL)
		if (!is_left_alone(e->d_name))
			names[n++] = mem_str(owner, e->d_name);
	if (d != NULL)
		closedir(d);
	qsort(names, n, sizeof(*names), by_name);
	*ret_names = names;
	*ret_n = n;
	return 0;
}

/* True when the file is a plain one and has been the same for long enough. */
static bool
is_settled(struct importer *im, const char *path)
{
	int64_t ms = clock_mono_ms();
	struct stat st;
	struct seen *s;
	size_t i;

	if (lstat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	for (i = 0; i < im->n_seen; i++)
		if (strcmp(im->seen[i].path, path) == 0)
			break;
	if (i == im->n_seen) {
		im->seen = mem_grow(im, im->seen, struct seen, i + 1);
		memset(&im->seen[i], 0, sizeof(*s));
		im->seen[im->n_seen++].path = mem_str(im, path);
	}
	s = &im->seen[i];
	s->still_there = true;
	if (s->since == 0 || s->size != st.st_size ||
	    s->mtime.tv_sec != st.st_mtim.tv_sec ||
	    s->mtime.tv_nsec != st.st_mtim.tv_nsec) {
		s->size = st.st_size;
		s->mtime = st.st_mtim;
		s->since = ms;
	}
	return ms - s->since >= (int64_t)im->config->import.settle * 1000;
}

static void
forget_gone(struct importer *im)
{
	size_t i, n = 0;

	for (i = 0; i < im->n_seen; i++) {
		if (im->seen[i].still_there)
			im->seen[n++] = im->seen[i];
		else
			talloc_free(im->seen[i].path);
	}
	im->n_seen = n;
	for (i = 0; i < n; i++)
		im->seen[i].still_there = false;
}

/* A date in a name; DATE_NONE when it has none. */
static int32_t
day_of(const char *name)
{
	char text[11];
	int32_t day;
	struct err err;

	for (; *name != '\0'; name++) {
		if (strspn(name, "0123456789") >= 8) {
			snprintf(text, sizeof(text), "%.8s", name);
			if (date_parse(text, DATE_YMD, &day, &err) == 0)
				return day;
		}
		snprintf(text, sizeof(text), "%.10s", name);
		if (date_parse(text, DATE_ISO, &day, &err) == 0)
			return day;
	}
	return DATE_NONE;
}

/* ---- one file ---- */

struct job {
	struct importer *im;
	const struct config_source *source;
	const struct config_company *company;
	int64_t company_id, now;
	const char *dir, *name, *path;
	struct text *report;
	bool failed;
};

static int
task_tx(struct db *db, void *arg, struct err *err)
{
	const struct job *j = arg;
	struct task_new t = { .company_id = j->company_id, .reason = TASK,
		.detail = text_str(j->report) };
	int64_t id;
	bool is_new;

	return tasks_open(db, &t, j->now, ACTOR, &id, &is_new, err);
}

/* Beside others of its name: FILE, FILE-2, ... */
static char *
free_name(void *owner, const struct job *j, const char *folder)
{
	char *to, *report;
	int i;

	for (i = 1; i < NAMES_MAX; i++) {
		to = i == 1 ? mem_fmt(owner, "%s/%s/%s", j->dir, folder,
		    j->name) : mem_fmt(owner, "%s/%s/%s-%d", j->dir, folder,
		    j->name, i);
		report = mem_fmt(owner, "%s.txt", to);
		if (!file_exists(to) && !file_exists(report))
			return to;
	}
	return mem_fmt(owner, "%s/%s/%s-%lld", j->dir, folder, j->name,
	    (long long)j->now);
}

static int
put_away(struct job *j, struct err *err)
{
	void *tmp MEM_AUTO = talloc_new(NULL);
	char *to = free_name(tmp, j, j->failed ? "failed" : "done");

	if (j->failed && store_tx(j->im->db, task_tx, j, err) < 0)
		return -1;
	if (file_write(mem_fmt(tmp, "%s.txt", to), text_str(j->report),
	    text_len(j->report), 0660, err) < 0)
		return -1;
	if (rename(j->path, to) < 0)
		return err_set(err, ERR_TEMP, "%s: %s", j->path,
		    strerror(errno));
	if (j->failed)
		log_error("%s: not imported, see %s.txt", j->path, to);
	else
		log_info("%s: imported", j->path);
	return 1;
}

static void
say_facts(struct job *j, const struct import_options *o,
    const struct import_summary *s)
{
	char day[DATE_TEXT_MAX], amount[MONEY_TEXT_MAX];
	struct money m;
	size_t i;

	text_addf(j->report, "As of %s, %s; rows: %zu; read as %s\n",
	    date_format(o->as_of, day), o->full ? "full" : "delta", s->rows,
	    encoding_name(s->form.encoding));
	text_addf(j->report, "Items open: %zu, cleared: %zu, receipts "
	    "without a customer: %zu\n", s->open, s->cleared,
	    s->unidentified);
	for (i = 0; i < s->n_sums; i++) {
		m.minor = s->sums[i].open;
		memcpy(m.cur, s->sums[i].cur, MONEY_CUR_MAX);
		text_addf(j->report, "Owed: %s %s, items: %zu\n", m.cur,
		    money_format(m, amount), s->sums[i].items);
	}
}

static void
say_result(struct job *j, const struct import_result *r)
{
	const struct import_counts *c = &r->counts;

	text_addf(j->report, "%s: accounts new %zu, changed %zu; items new "
	    "%zu, changed %zu, cleared %zu, no longer listed %zu, reopened "
	    "%zu\n", import_state_name(r->state), c->accounts_new,
	    c->accounts_changed, c->items_new, c->items_changed,
	    c->items_cleared, c->items_gone, c->items_reopened);
	if (r->state != IMPORT_WAITING)
		return;
	text_addf(j->report, "The list shrank (%s): nothing was changed; if "
	    "it is right: dunlin import --source %s --confirm FILE\n", r->why,
	    j->source->name);
	j->failed = true;
}

static void
say_mistakes(struct job *j, const struct mistakes *p)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		text_addf(j->report, "%s\n", p->lines[i]);
	if (p->total > p->n)
		text_addf(j->report, "... and %zu more\n", p->total - p->n);
	text_addf(j->report, "%zu mistakes: nothing was imported\n",
	    p->total);
	j->failed = true;
}

static int
options_of(struct job *j, void *tmp, struct import_options *o,
    struct err *err)
{
	int32_t second, today = zone_day(j->company->zone, j->now, &second);

	if (profile_options(tmp, j->im->config, j->source, o, err) < 0)
		return -1;
	o->as_of = day_of(j->name);
	if (o->as_of == DATE_NONE)
		o->as_of = today;
	if (o->as_of > today)
		return err_set(err, ERR_PERM, "the date in the name lies in "
		    "the future");
	return 0;
}

/* What went wrong for good is in the report; else -1. */
static int
import(struct job *j, struct err *err)
{
	void *tmp MEM_AUTO = talloc_new(NULL);
	struct staging *stage = stage_new(tmp);
	struct mistakes *p = mistakes_new(tmp);
	struct import_summary *s = mem_new(tmp, struct import_summary);
	struct import_options o = { .currency = j->company->currency,
		.company_zone = j->company->zone };
	struct import_result r;

	if (options_of(j, tmp, &o, err) < 0 ||
	    import_read(stage, &j->path, 1, &o, p, s, err) < 0)
		return -1;
	if (p->total > 0) {
		say_mistakes(j, p);
		return 0;
	}
	say_facts(j, &o, s);
	if (import_apply(tmp, j->im->db, j->company_id, stage, &o, s, j->now,
	    ACTOR, &r, err) < 0)
		return -1;
	say_result(j, &r);
	return 0;
}

static int
one_file(struct importer *im, const struct config_source *source,
    const char *dir, const char *name, const char *path, struct err *err)
{
	void *tmp MEM_AUTO = talloc_new(NULL);
	struct job j = { .im = im, .source = source, .dir = dir,
		.name = name, .path = path, .now = clock_now(),
		.company = config_company(im->config, source->company),
		.report = text_new(tmp) };
	struct company_row row;

	if (companies_get(im->db, source->company, &row, err) < 0)
		return -1;
	j.company_id = row.id;
	text_addf(j.report, "%s, source %s\n", name, source->name);
	if (import(&j, err) < 0) {
		if (err->kind != ERR_PERM && err->kind != ERR_CONFIG)
			return -1;
		text_addf(j.report, "%s\n", err->text);
		j.failed = true;
	}
	return put_away(&j, err);
}

int
importer_step(struct importer *im, struct err *err)
{
	void *tmp MEM_AUTO = talloc_new(NULL);
	const struct config_source *s;
	char *dir, *path, **names = NULL;
	size_t i, k, n = 0;

	for (i = 0; im->config->import.dir != NULL &&
	    i < im->config->n_sources; i++) {
		s = &im->config->sources[i];
		dir = file_join(tmp, im->config->import.dir, s->name);
		if (names_in(tmp, dir, &names, &n, err) < 0)
			return -1;
		for (k = 0; k < n; k++) {
			path = file_join(tmp, dir, names[k]);
			if (is_settled(im, path))
				return one_file(im, s, dir, names[k], path,
				    err);
		}
	}
	forget_gone(im);
	return 0;
}
