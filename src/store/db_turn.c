/* db_turn.c - turns of writers.  SQLite has no queue: who waits for the
 * database looks from time to time whether it is free, and beside a long
 * import, which takes it again at once, might never find it so.  So whoever
 * waits holds a shared lock on the file NAME-turn, and a long job makes room
 * while somebody does, and only then. */
#include "store/db_driver.h"

#include "base/clock.h"
#include "base/mem.h"

#include <fcntl.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOOK_MS 5		/* a waiting writer looks so often */
#define ROOM_MS 40		/* what they are given */

/* -1 when there can be none: then nobody is told, as without this file. */
static int
turn_file(struct db *db)
{
	mode_t old;
	char *path;

	if (db->turn != 0)
		return db->turn;
	path = mem_fmt(db, "%s-turn", db->path);
	old = umask(077);
	db->turn = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	umask(old);
	talloc_free(path);
	return db->turn;
}

static int
wait_turn(void *arg, int tries)
{
	struct db *db = arg;

	if (tries == 0) {
		db->wait_from = clock_mono_ms();
		db->waits = turn_file(db) >= 0 && flock(db->turn, LOCK_SH |
		    LOCK_NB) == 0;
	} else if (clock_mono_ms() - db->wait_from >= db->busy_ms) {
		db_turn_end(db);
		return 0;
	}
	clock_sleep_ms(tries < LOOK_MS ? tries + 1 : LOOK_MS);
	return 1;
}

void
db_set_busy_timeout(struct db *db, int ms)
{
	db->busy_ms = ms;
	sqlite3_busy_handler(db->handle, wait_turn, db);
}

void
db_turn_end(struct db *db)
{
	if (db->waits)
		flock(db->turn, LOCK_UN);
	db->waits = false;
}

void
db_turn_close(struct db *db)
{
	if (db->turn > 0)
		close(db->turn);
}

/* One transaction is not enough for who has many: time, not a turn. */
void
db_let_others(struct db *db)
{
	if (turn_file(db) < 0)
		return;
	if (flock(db->turn, LOCK_EX | LOCK_NB) < 0)
		clock_sleep_ms(ROOM_MS);
	else
		flock(db->turn, LOCK_UN);
}
