/* The write-ahead log in few large writes.  SQLite writes two pieces for each
 * page, about forty for a commit of ours; here pieces that follow each other
 * are gathered, and written before anybody could ask for them: before a sync,
 * a read, a truncation or a look at the size.  With synchronous=FULL (asserted
 * at open) a commit is synced before other connections are told of it, so
 * what they read is always in the file; an error of the write is one of that
 * sync, and the commit fails. */
#include "store/db_driver.h"

#include <string.h>

#define ROOM (128 * 1024)

struct wal_file {
	sqlite3_file base;
	char *bytes;		/* that wait; NULL: no room yet */
	sqlite3_int64 at;	/* where they belong */
	int n;
	sqlite3_file real[];	/* of the default VFS */
};

static sqlite3_vfs *real_vfs;

static struct wal_file *
wal(sqlite3_file *f)
{
	return (struct wal_file *)f;
}

static int
flush(struct wal_file *w)
{
	int n = w->n;

	w->n = 0;
	return n == 0 ? SQLITE_OK : w->real->pMethods->xWrite(w->real,
	    w->bytes, n, w->at);
}

static int
wal_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	struct wal_file *w = wal(f);
	int rc;

	if (w->n > 0 && (at != w->at + w->n || n > ROOM - w->n) &&
	    (rc = flush(w)) != SQLITE_OK)
		return rc;
	if (w->bytes == NULL)
		w->bytes = sqlite3_malloc(ROOM);
	if (w->bytes == NULL || n > ROOM)
		return w->real->pMethods->xWrite(w->real, p, n, at);
	if (w->n == 0)
		w->at = at;
	memcpy(w->bytes + w->n, p, (size_t)n);
	w->n += n;
	return SQLITE_OK;
}

static int
wal_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	int rc = flush(wal(f));

	return rc != SQLITE_OK ? rc : wal(f)->real->pMethods->xRead(
	    wal(f)->real, p, n, at);
}

static int
wal_sync(sqlite3_file *f, int flags)
{
	int rc = flush(wal(f));

	return rc != SQLITE_OK ? rc : wal(f)->real->pMethods->xSync(
	    wal(f)->real, flags);
}

static int
wal_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	int rc = flush(wal(f));

	return rc != SQLITE_OK ? rc : wal(f)->real->pMethods->xTruncate(
	    wal(f)->real, size);
}

static int
wal_size(sqlite3_file *f, sqlite3_int64 *ret_size)
{
	int rc = flush(wal(f));

	return rc != SQLITE_OK ? rc : wal(f)->real->pMethods->xFileSize(
	    wal(f)->real, ret_size);
}

/* What waits was never committed. */
static int
wal_close(sqlite3_file *f)
{
	sqlite3_free(wal(f)->bytes);
	return wal(f)->real->pMethods->xClose(wal(f)->real);
}

static int
wal_lock(sqlite3_file *f, int lock)
{
	return wal(f)->real->pMethods->xLock(wal(f)->real, lock);
}

static int
wal_unlock(sqlite3_file *f, int lock)
{
	return wal(f)->real->pMethods->xUnlock(wal(f)->real, lock);
}

static int
wal_reserved(sqlite3_file *f, int *ret_is)
{
	return wal(f)->real->pMethods->xCheckReservedLock(wal(f)->real,
	    ret_is);
}

static int
wal_control(sqlite3_file *f, int op, void *arg)
{
	return wal(f)->real->pMethods->xFileControl(wal(f)->real, op, arg);
}

static int
wal_sector(sqlite3_file *f)
{
	return wal(f)->real->pMethods->xSectorSize(wal(f)->real);
}

static int
wal_traits(sqlite3_file *f)
{
	return wal(f)->real->pMethods->xDeviceCharacteristics(wal(f)->real);
}

static int
open_file(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *f,
    int flags, int *ret_flags)
{
	static const sqlite3_io_methods methods = {
		.iVersion = 1, .xClose = wal_close, .xRead = wal_read,
		.xWrite = wal_write, .xTruncate = wal_truncate,
		.xSync = wal_sync, .xFileSize = wal_size, .xLock = wal_lock,
		.xUnlock = wal_unlock, .xCheckReservedLock = wal_reserved,
		.xFileControl = wal_control, .xSectorSize = wal_sector,
		.xDeviceCharacteristics = wal_traits
	};
	struct wal_file *w = wal(f);
	int rc;

	if ((flags & SQLITE_OPEN_WAL) == 0)
		return real_vfs->xOpen(real_vfs, name, f, flags, ret_flags);
	memset(w, 0, sizeof(*w));
	rc = real_vfs->xOpen(real_vfs, name, w->real, flags, ret_flags);
	if (w->real->pMethods != NULL)	/* also after a failure */
		w->base.pMethods = &methods;
	return rc;
}

const char *
db_wal_vfs(void)
{
	static sqlite3_vfs vfs;

	if (real_vfs == NULL && (real_vfs = sqlite3_vfs_find(NULL)) != NULL) {
		vfs = *real_vfs;
		vfs.pNext = NULL;
		vfs.zName = "dunlin-wal";
		vfs.szOsFile += (int)sizeof(struct wal_file);
		vfs.xOpen = open_file;
		if (sqlite3_vfs_register(&vfs, 0) != SQLITE_OK)
			return NULL;
	}
	return "dunlin-wal";
}
