#include "store/highwater.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/id.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/meta.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_MAX_BYTES 4096
#define TAIL_BYTES 65536

DB_STMT(highwater_token, "SELECT token FROM attempt WHERE id = $1");
DB_STMT(highwater_last, "SELECT id, token FROM attempt "
    "ORDER BY id DESC LIMIT 1");
DB_STMT(highwater_attempt, "SELECT a.token, a.started_at, c.code, "
    "coalesce(k.code, ''), "
    "m.class, m.cause, m.channel, m.policy, m.step, m.stage, m.level, "
    "m.episode, m.nth, o.template, o.language, o.address_id, f.day "
    "FROM attempt a JOIN outbox o ON o.id = a.outbox_id "
    "JOIN communication m ON m.id = o.communication_id "
    "LEFT JOIN account k ON k.id = o.account_id "
    "LEFT JOIN offer f ON f.communication_id = m.id "
    "AND f.state <> 'unsent' "
    "JOIN company c ON c.id = o.company_id WHERE a.id = $1");

struct highwater {
	char *path;
	int fd;			/* for appending; -1: not open yet */
	char *database;		/* that the file names; NULL: none */
	char *ours;		/* of the connection */
	struct stat seen;	/* of the file when it was read */
	int64_t last;		/* highest attempt noted; 0: none */
	char token[ID_TOKEN_MAX];
};

static int
close_file(struct highwater *h)
{
	if (h->fd >= 0)
		close(h->fd);
	return 0;
}

int
highwater_open(void *owner, const char *path, struct highwater **ret_h,
    struct err *err)
{
	struct highwater *h;

	if (path == NULL || *path == '\0')
		return err_set(err, ERR_CONFIG, "no file for the record of "
		    "attempts: set state_file");
	h = mem_new(owner, struct highwater);
	h->path = mem_str(h, path);
	h->fd = -1;
	talloc_set_destructor(h, close_file);
	*ret_h = h;
	return 0;
}

/* --- reading --- */

static void
take_line(struct highwater *h, const json_t *line)
{
	const char *token = json_string_value(json_object_get(line, "token"));
	const json_t *sent = json_object_get(line, "sent");
	const json_t *settled = json_object_get(line, "settled");
	int64_t id;

	if (settled == NULL && sent == NULL)
		return;
	id = json_integer_value(settled != NULL ? settled : sent);
	if (settled == NULL && id <= h->last)
		return;
	h->last = id;
	snprintf(h->token, sizeof(h->token), "%s", token == NULL ? "" : token);
}

static void
take_text(struct highwater *h, char *text)
{
	char *line, *next;
	json_t *j;

	for (line = text; line != NULL && *line != '\0'; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		j = json_loads(line, 0, NULL);
		if (j != NULL)
			take_line(h, j);
		json_decref(j);
	}
}

static ssize_t
read_at(int fd, char *buf, size_t n, off_t at)
{
	size_t have = 0;
	ssize_t r;

	while (have < n) {
		r = pread(fd, buf + have, n - have, at + (off_t)have);
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -1;
		if (r == 0)
			break;
		have += (size_t)r;
	}
	buf[have] = '\0';
	return (ssize_t)have;
}

/* The first line names the database. */
static int
read_head(struct highwater *h, int fd)
{
	char buf[LINE_MAX_BYTES + 1], *end;
	json_t *j;

	if (read_at(fd, buf, LINE_MAX_BYTES, 0) < 0)
		return -1;
	end = strchr(buf, '\n');
	if (end != NULL)
		*end = '\0';
	j = json_loads(buf, 0, NULL);
	talloc_free(h->database);
	h->database = mem_str(h, json_string_value(json_object_get(j,
	    "dunlin-sent")));
	json_decref(j);
	return 0;
}

/* Lines may be a little out of order, as several senders write them: the
 * tail is much longer than that. */
static int
read_tail(struct highwater *h, int fd, off_t size)
{
	char *buf = mem_array(h, char, TAIL_BYTES + 1), *text = buf;
	off_t at = size > TAIL_BYTES ? size - TAIL_BYTES : 0;
	int r = -1;

	if (read_at(fd, buf, TAIL_BYTES, at) >= 0) {
		if (at > 0 && (text = strchr(buf, '\n')) != NULL)
			text++;
		take_text(h, text);
		r = 0;
	}
	talloc_free(buf);
	return r;
}

/* 1: read, 0: there is no file. */
static int
load(struct highwater *h, struct err *err)
{
	struct stat st;
	int fd, r;

	fd = open(h->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 || fstat(fd, &st) < 0) {
		err_set(err, ERR_CONFIG, "%s: %s", h->path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	h->last = 0;
	r = st.st_size == 0 ? 0 : 1;
	if (r > 0 && (read_head(h, fd) < 0 ||
	    read_tail(h, fd, st.st_size) < 0))
		r = err_set(err, ERR_TEMP, "%s: %s", h->path,
		    strerror(errno));
	close(fd);
	h->seen = st;
	return r;
}

static int
refresh(struct highwater *h, struct err *err)
{
	struct stat st;

	if (h->seen.st_size > 0 && stat(h->path, &st) == 0 &&
	    st.st_size == h->seen.st_size && st.st_ino == h->seen.st_ino &&
	    st.st_mtim.tv_sec == h->seen.st_mtim.tv_sec &&
	    st.st_mtim.tv_nsec == h->seen.st_mtim.tv_nsec)
		return 1;
	return load(h, err);
}

static int
ours(struct highwater *h, struct db *db, struct err *err)
{
	int r;

	if (h->ours != NULL)
		return 0;
	r = meta_get(h, db, "database", &h->ours, err);
	if (r == 0)
		h->ours = mem_str(h, "");
	return r < 0 ? -1 : 0;
}

/* --- checking --- */

static int
known(struct db *db, int64_t id, const char *token, bool *ret_known,
    struct err *err)
{
	struct db_query *q;
	int r;

	*ret_known = true;
	if (id == 0)
		return 0;
	r = db_get_maybe(db, &highwater_token, &q, err, "i", id);
	if (r < 0)
		return -1;
	*ret_known = r > 0 && strcmp(db_text(q, 0), token) == 0;
	if (r > 0)
		db_done(q);
	return 0;
}

static void
explain(const struct highwater *h, enum highwater_state state,
    char why[HIGHWATER_WHY_MAX])
{
	const char *text = "";

	switch (state) {
	case HIGHWATER_BEHIND:
		text = "the database does not know the last message that was "
		    "handed over: was a backup restored? see dunlin recover";
		break;
	case HIGHWATER_MISSING:
		text = "the record of what was handed over is missing: "
		    "see dunlin recover";
		break;
	case HIGHWATER_FOREIGN:
		text = "this record belongs to another database: check "
		    "state_file, or see dunlin recover";
		break;
	case HIGHWATER_OK:
		break;
	}
	snprintf(why, HIGHWATER_WHY_MAX, "%.80s: %s", h->path, text);
}

static int
missing_state(struct db *db, enum highwater_state *ret_state,
    struct err *err)
{
	struct db_query *q;
	int r;

	r = db_get_maybe(db, &highwater_last, &q, err, "");
	if (r < 0)
		return -1;
	if (r > 0)
		db_done(q);
	*ret_state = r > 0 ? HIGHWATER_MISSING : HIGHWATER_OK;
	return 0;
}

int
highwater_check(struct highwater *h, struct db *db,
    enum highwater_state *ret_state, char why[HIGHWATER_WHY_MAX],
    struct err *err)
{
	enum highwater_state state = HIGHWATER_OK;
	bool is_known = true;
	int r;

	r = refresh(h, err);
	if (r < 0 || ours(h, db, err) < 0)
		return -1;
	if (r == 0) {
		if (missing_state(db, &state, err) < 0)
			return -1;
	} else if (h->database == NULL ||
	    strcmp(h->database, h->ours) != 0) {
		state = HIGHWATER_FOREIGN;
	} else if (known(db, h->last, h->token, &is_known, err) < 0) {
		return -1;
	} else if (!is_known) {
		state = HIGHWATER_BEHIND;
	}
	explain(h, state, why);
	*ret_state = state;
	return 0;
}

/* --- writing --- */

static int
write_failed(const struct highwater *h, struct err *err)
{
	return err_set(err, ERR_TEMP, "%s: cannot note what is handed over: "
	    "%s; nothing is sent", h->path, strerror(errno));
}

static int
open_append(struct highwater *h, struct err *err)
{
	if (h->fd >= 0)
		return 0;
	h->fd = open(h->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	return h->fd >= 0 ? 0 : write_failed(h, err);
}

/* The line as it is written: after a head where the file is new, on a line
 * of its own where a crash left half of one. */
static char *
whole_line(struct highwater *h, off_t size, const char *line)
{
	struct text *t = text_new(h);
	char last = '\n', *whole;

	if (size == 0)
		text_addf(t, "{\"dunlin-sent\":\"%s\"}\n", h->ours);
	else if (*line != '\0' && pread(h->fd, &last, 1, size - 1) != 1)
		last = '\0';
	if (last != '\n')
		text_addc(t, '\n');
	text_add(t, line);
	if (*line != '\0')
		text_addc(t, '\n');
	whole = mem_str(h, text_str(t));
	text_free(t);
	return whole;
}

/* Where nobody else had written since we read it, it is as if we had read it
 * again. */
static void
keep_last(struct highwater *h, const struct stat *before, int64_t last,
    const char *token)
{
	if (h->database == NULL || before->st_size != h->seen.st_size ||
	    before->st_ino != h->seen.st_ino ||
	    before->st_mtim.tv_sec != h->seen.st_mtim.tv_sec ||
	    before->st_mtim.tv_nsec != h->seen.st_mtim.tv_nsec ||
	    fstat(h->fd, &h->seen) < 0)
		return;
	if (last <= h->last)
		return;
	h->last = last;
	snprintf(h->token, sizeof(h->token), "%s", token);
}

/* One write under a lock: a line is there whole or not at all.  last, token:
 * of the attempt that it tells of; 0: none. */
static int
append(struct highwater *h, const char *line, int64_t last,
    const char *token, struct err *err)
{
	char *text = NULL;
	struct stat st;
	bool done = false;
	ssize_t n;

	if (open_append(h, err) < 0)
		return -1;
	if (flock(h->fd, LOCK_EX) == 0 && fstat(h->fd, &st) == 0) {
		text = whole_line(h, st.st_size, line);
		n = write(h->fd, text, strlen(text));
		done = n == (ssize_t)strlen(text);
		if (n >= 0 && !done)
			errno = ftruncate(h->fd, st.st_size) == 0 ?
			    ENOSPC : EIO;
	}
	if (!done)
		write_failed(h, err);
	else if (last > 0)
		keep_last(h, &st, last, token);
	flock(h->fd, LOCK_UN);
	talloc_free(text);
	return done ? 0 : -1;
}

int
highwater_start(struct highwater *h, struct db *db, struct err *err)
{
	enum highwater_state state;
	int r;

	r = refresh(h, err);
	if (r != 0)
		return r < 0 ? -1 : 0;
	if (ours(h, db, err) < 0 || missing_state(db, &state, err) < 0)
		return -1;
	return state == HIGHWATER_OK ? append(h, "", 0, "", err) : 0;
}

static int
append_json(struct highwater *h, json_t *line, struct err *err)
{
	char *text = json_dumps(line, JSON_COMPACT);
	int r;

	mem_check(text);
	json_decref(line);
	r = append(h, text, 0, "", err);
	free(text);
	return r;
}

static void
describe(struct text *out, int64_t id, struct db_query *q)
{
	static const struct {
		const char *key;
		bool text;
	} fields[] = {
		{ "token", true }, { "at", false }, { "company", true },
		{ "account", true }, { "class", true }, { "cause", true },
		{ "channel", true }, { "policy", true }, { "step", true },
		{ "stage", false }, { "level", false }, { "episode", false },
		{ "nth", false }, { "template", true },
		{ "language", true }, { "address", false },
		{ "offer", false },	/* the last day of one */
	};
	size_t i;

	if (text_len(out) > 0)
		text_addc(out, '\n');
	text_addf(out, "{\"sent\":%lld", (long long)id);
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (db_is_null(q, (int)i))
			continue;
		text_add(out, ",\"");
		text_add(out, fields[i].key);
		text_add(out, "\":");
		if (fields[i].text)
			text_add_json(out, db_text(q, (int)i));
		else
			text_addf(out, "%lld", (long long)db_int(q, (int)i));
	}
	text_addc(out, '}');
}

int
highwater_note_all(struct highwater *h, struct db *db,
    const int64_t *attempts, size_t n, struct err *err)
{
	struct db_query *q;
	char token[ID_TOKEN_MAX] = "";
	struct text *lines;
	int64_t last = 0;
	size_t i;
	int r;

	if (ours(h, db, err) < 0)
		return -1;
	lines = text_new(NULL);
	for (i = 0; i < n; i++) {
		if (db_get(db, &highwater_attempt, &q, err, "i",
		    attempts[i]) < 0) {
			text_free(lines);
			return err_add(err, "attempt %lld",
			    (long long)attempts[i]);
		}
		describe(lines, attempts[i], q);
		if (attempts[i] > last) {
			last = attempts[i];
			snprintf(token, sizeof(token), "%s", db_text(q, 0));
		}
		db_done(q);
	}
	r = append(h, text_str(lines), last, token, err);
	text_free(lines);
	return r;
}

int
highwater_note(struct highwater *h, struct db *db, int64_t attempt_id,
    struct err *err)
{
	return highwater_note_all(h, db, &attempt_id, 1, err);
}

int
highwater_each(const char *path, int (*fn)(json_t *line, void *arg),
    void *arg, struct err *err)
{
	FILE *f = fopen(path, "re");
	char buf[LINE_MAX_BYTES];
	json_t *j;
	int r = 0;

	if (f == NULL && errno == ENOENT)
		return 0;
	if (f == NULL)
		return err_set(err, ERR_CONFIG, "%s: %s", path,
		    strerror(errno));
	while (r == 0 && fgets(buf, sizeof(buf), f) != NULL) {
		j = json_loads(buf, 0, NULL);
		if (j != NULL)
			r = fn(j, arg);
		json_decref(j);
	}
	if (ferror(f))
		r = err_set(err, ERR_TEMP, "%s: %s", path, strerror(errno));
	fclose(f);
	return r < 0 ? -1 : 0;
}

/* A file of another database is kept for whoever looks for it. */
static int
put_aside(struct highwater *h, struct err *err)
{
	char *old = mem_fmt(h, "%s.old", h->path);
	int r = rename(h->path, old);

	if (r < 0)
		err_set(err, ERR_CONFIG, "%s: %s", h->path, strerror(errno));
	talloc_free(old);
	close_file(h);
	h->fd = -1;
	return r;
}

int
highwater_settle(struct highwater *h, struct db *db, int64_t now,
    struct err *err)
{
	enum highwater_state state;
	char why[HIGHWATER_WHY_MAX];
	struct db_query *q;
	json_t *line;
	int r;

	if (highwater_check(h, db, &state, why, err) < 0)
		return -1;
	if (state == HIGHWATER_FOREIGN && put_aside(h, err) < 0)
		return -1;
	r = db_get_maybe(db, &highwater_last, &q, err, "");
	if (r < 0)
		return -1;
	line = json_pack("{s:I, s:s, s:I}", "settled",
	    (json_int_t)(r > 0 ? db_int(q, 0) : 0), "token",
	    r > 0 ? db_text(q, 1) : "", "at", (json_int_t)now);
	if (r > 0)
		db_done(q);
	return append_json(h, line, err);
}
