#include "send/maildir.h"

#include "base/file.h"
#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SUFFIX ".dunlin"

static char *
name_in(void *owner, const char *path, const char *folder, const char *token)
{
	return mem_fmt(owner, "%s/%s/%s" SUFFIX, path, folder, token);
}

static int
make_folders(const char *path, struct err *err)
{
	static const char *const folders[] = { "tmp", "new", "cur" };
	char *folder;
	size_t i;
	int r;

	for (i = 0; i < 3; i++) {
		folder = mem_fmt(NULL, "%s/%s", path, folders[i]);
		r = file_mkdirs(folder, 0700, err);
		talloc_free(folder);
		if (r < 0)
			return -1;
	}
	return 0;
}

/* CRLF -> LF into buf, which has room for n bytes. */
static size_t
to_lf(const char *s, size_t n, char *buf)
{
	size_t i, out;

	for (i = out = 0; i < n; i++)
		if (s[i] != '\r' || i + 1 == n || s[i + 1] != '\n')
			buf[out++] = s[i];
	return out;
}

static int
write_all(int fd, const char *p, size_t n)
{
	ssize_t w;

	while (n > 0) {
		w = write(fd, p, n);
		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return -1;
		p += w;
		n -= (size_t)w;
	}
	return 0;
}

static int
write_tmp(const char *tmp, const struct channel_message *m)
{
	char *text;
	size_t n;
	int fd, saved;

	fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	text = mem_array(NULL, char, m->len + 1);
	n = to_lf(m->bytes, m->len, text);
	if (write_all(fd, text, n) < 0 || fsync(fd) < 0) {
		saved = errno;
		close(fd);
		unlink(tmp);
		talloc_free(text);
		errno = saved;
		return -1;
	}
	talloc_free(text);
	return close(fd);
}

static int
sync_folder(const char *path)
{
	int fd, r;

	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	r = fsync(fd);
	close(fd);
	return r;
}

/* Until the rename nothing was handed over; from then on it may be there
 * after a crash even if the folder could not be synced. */
static void
deliver(const char *path, const struct channel_message *m, void *pool,
    struct channel_outcome *o)
{
	char *tmp, *new;

	memset(o, 0, sizeof(*o));
	tmp = name_in(pool, path, "tmp", m->name);
	new = name_in(pool, path, "new", m->name);
	if (write_tmp(tmp, m) < 0 || rename(tmp, new) < 0) {
		o->outcome = OUTCOME_NOT_SENT;
		o->reply = mem_fmt(pool, "%s: %s", path, strerror(errno));
		return;
	}
	if (sync_folder(mem_fmt(pool, "%s/new", path)) < 0) {
		o->outcome = OUTCOME_UNCERTAIN;
		o->reply = mem_fmt(pool, "%s: %s", new, strerror(errno));
		return;
	}
	o->outcome = OUTCOME_ACCEPTED;
	o->code = 250;
	o->reply = "delivered into the Maildir";
}

int
maildir_run(const char *path, const struct channel_feed *feed,
    struct err *err)
{
	struct channel_message m;
	struct channel_outcome o;
	void *pool;
	int r;

	if (make_folders(path, err) < 0)
		return -1;
	while ((r = feed->next(feed->arg, &m, err)) > 0) {
		if ((r = feed->begin(feed->arg, &m, 1, err)) < 0)
			return -1;
		if (r == 0)
			continue;
		pool = talloc_new(NULL);
		deliver(path, &m, pool, &o);
		feed->outcome(feed->arg, &m, &o);
		talloc_free(pool);
	}
	return r;
}

/* Readers move a message to cur/ and put ":2,FLAGS" behind its name. */
static int
look_in_cur(const char *path, const char *token, bool *ret_there,
    struct err *err)
{
	char *folder, *name;
	struct dirent *e;
	size_t n;
	DIR *dir;

	folder = mem_fmt(NULL, "%s/cur", path);
	dir = opendir(folder);
	if (dir == NULL && errno != ENOENT) {
		err_set(err, ERR_TEMP, "%s: %s", folder, strerror(errno));
		talloc_free(folder);
		return -1;
	}
	name = mem_fmt(folder, "%s" SUFFIX, token);
	n = strlen(name);
	while (dir != NULL && !*ret_there && (e = readdir(dir)) != NULL)
		*ret_there = strncmp(e->d_name, name, n) == 0 &&
		    (e->d_name[n] == '\0' || e->d_name[n] == ':');
	if (dir != NULL)
		closedir(dir);
	talloc_free(folder);
	return 0;
}

int
maildir_look(const char *path, const char *token, bool *ret_there,
    struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	bool there;

	/* new/ first: a reader moves it from there to cur/, never back. */
	there = access(name_in(pool, path, "new", token), F_OK) == 0;
	if (!there && look_in_cur(path, token, &there, err) < 0)
		return -1;
	if (!there)
		unlink(name_in(pool, path, "tmp", token));
	*ret_there = there;
	return 0;
}
