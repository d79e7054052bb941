#include "store/db_driver.h"

#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BACKUP_PAGES 1024

/* The copy, while it has its temporary name. */
struct copy {
	sqlite3 *handle;
	const char *path;
};

static int
copy_fail(struct copy *c, int rc, struct err *err)
{
	switch (rc & 0xff) {
	case SQLITE_FULL:
	case SQLITE_IOERR:
		return err_set(err, ERR_TEMP, "%s: cannot write (%s): make "
		    "room, or choose another place", c->path,
		    sqlite3_errstr(rc));
	case SQLITE_CORRUPT:
		return err_set(err, ERR_CORRUPT, "%s: the database is "
		    "damaged (%s)", c->path, sqlite3_errstr(rc));
	default:
		return err_set(err, ERR_CONFIG, "%s: %s", c->path,
		    sqlite3_errstr(rc));
	}
}

/* An open read transaction makes all pages those of one instant, so that a
 * writer in between does not start the copy again. */
static int
copy_pages(struct db *db, struct copy *c,
    void (*progress)(int64_t done, int64_t all, void *arg), void *arg,
    struct err *err)
{
	sqlite3_backup *b;
	int all, rc;

	b = sqlite3_backup_init(c->handle, "main", db->handle, "main");
	if (b == NULL)
		return copy_fail(c, sqlite3_errcode(c->handle), err);
	while ((rc = sqlite3_backup_step(b, BACKUP_PAGES)) == SQLITE_OK) {
		all = sqlite3_backup_pagecount(b);
		if (progress != NULL)
			progress(all - sqlite3_backup_remaining(b), all, arg);
	}
	sqlite3_backup_finish(b);
	if (rc != SQLITE_DONE)
		return copy_fail(c, rc, err);
	/* One file, without a log beside it; db_open turns it on again. */
	rc = sqlite3_exec(c->handle, "PRAGMA journal_mode = DELETE", NULL,
	    NULL, NULL);
	return rc == SQLITE_OK ? 0 : copy_fail(c, rc, err);
}

static int
check_copy(struct copy *c, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	const char *text = NULL;
	int rc;

	rc = sqlite3_prepare_v2(c->handle, "PRAGMA quick_check(1)", -1, &stmt,
	    NULL);
	if (rc == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW)
		text = (const char *)sqlite3_column_text(stmt, 0);
	rc = text != NULL && strcmp(text, "ok") == 0 ? 0 :
	    err_set(err, ERR_CORRUPT, "%s: the copy is damaged: %s", c->path,
	    text == NULL ? "unreadable" : text);
	sqlite3_finalize(stmt);
	return rc;
}

static int
copy_into(struct db *db, const char *part,
    void (*progress)(int64_t done, int64_t all, void *arg), void *arg,
    struct err *err)
{
	struct copy c = { NULL, part };
	int r, rc;

	rc = sqlite3_open_v2(part, &c.handle, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_NOMUTEX, NULL);
	if (rc != SQLITE_OK)
		r = copy_fail(&c, rc, err);
	else if ((r = copy_pages(db, &c, progress, arg, err)) == 0)
		r = check_copy(&c, err);
	sqlite3_close(c.handle);
	return r;
}

static int
sync_path(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), r;

	if (fd < 0)
		return err_set(err, ERR_TEMP, "%s: %s", path, strerror(errno));
	r = fsync(fd);
	if (r < 0)
		err_set(err, ERR_TEMP, "%s: %s", path, strerror(errno));
	close(fd);
	return r;
}

/* link, not rename: an older file is never written over. */
static int
publish(void *ctx, const char *part, const char *to, struct err *err)
{
	char *folder = dirname(mem_str(ctx, to));

	if (sync_path(part, err) < 0)
		return -1;
	if (link(part, to) < 0)
		return err_set(err, errno == EEXIST ? ERR_CONFIG : ERR_TEMP,
		    "%s: %s", to, strerror(errno));
	return sync_path(folder, err);
}

int
db_backup(struct db *db, const char *to,
    void (*progress)(int64_t done, int64_t all, void *arg), void *arg,
    struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	char *part = mem_fmt(ctx, "%s.part", to);
	int fd, r;

	if (file_exists(to))
		return err_set(err, ERR_CONFIG, "%s: the file exists: choose "
		    "a new name", to);
	unlink(part);
	fd = open(part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_set(err, ERR_CONFIG, "%s: %s", part,
		    strerror(errno));
	close(fd);
	r = db_snapshot_begin(db, err);
	if (r == 0) {
		r = copy_into(db, part, progress, arg, err);
		db_snapshot_end(db);
	}
	if (r == 0)
		r = publish(ctx, part, to, err);
	unlink(part);
	unlink(mem_fmt(ctx, "%s-journal", part));
	return r;
}

int
db_sweep(struct db *db, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	int rc, r = -1;

	rc = sqlite3_prepare_v2(db->handle, "PRAGMA wal_checkpoint(TRUNCATE)",
	    -1, &stmt, NULL);
	if (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
		r = sqlite3_column_int(stmt, 0) == 0;
	else
		db_fail(db, rc, "wal_checkpoint", err);
	sqlite3_finalize(stmt);
	return r;
}

int
db_integrity(struct db *db, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	const char *text = NULL;
	int r, rc;

	rc = sqlite3_prepare_v2(db->handle, "PRAGMA integrity_check(1)", -1,
	    &stmt, NULL);
	if (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
		text = (const char *)sqlite3_column_text(stmt, 0);
	if (text == NULL)
		r = db_fail(db, rc, "integrity_check", err);
	else if (strcmp(text, "ok") != 0)
		r = err_set(err, ERR_CORRUPT, "%s: the file is damaged: %s: "
		    "stop, keep it, and restore a backup", db->path, text);
	else
		r = 0;
	sqlite3_finalize(stmt);
	return r;
}
