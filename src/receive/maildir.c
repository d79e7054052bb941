#include "receive/intake.h"

#include "base/clock.h"
#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAMES_MAX 200000	/* of one folder; the rest comes later */

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The first names of all: those of a Maildir begin with the time.  Names
 * that begin with a dot are no mail. */
static int
names_of(void *owner, const char *path, char ***ret_names, size_t *ret_n,
    struct err *err)
{
	size_t n = 0, cap = 256;
	char **names = mem_array(owner, char *, cap);
	struct dirent *e;
	DIR *d = opendir(path);

	if (d == NULL)
		return err_set(err, ERR_TEMP, "%s: %s", path,
		    strerror(errno));
	while ((e = readdir(d)) != NULL && n < NAMES_MAX) {
		if (e->d_name[0] == '.')
			continue;
		if (n == cap)
			names = mem_grow(owner, names, char *, cap *= 2);
		names[n++] = mem_str(names, e->d_name);
	}
	closedir(d);
	if (n > 1)
		qsort(names, n, sizeof(*names), by_name);
	*ret_names = names;
	*ret_n = n;
	return 0;
}

/* 1: not a file that can be read, or gone. */
static int
read_mail(void *owner, const char *path, struct intake_mail *m,
    struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	char *data;
	size_t n = 0, want;
	ssize_t r;

	if (fd < 0)
		return errno == ENOENT || errno == ELOOP ? 1 : err_set(err,
		    ERR_TEMP, "%s: %s", path, strerror(errno));
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return 1;
	}
	m->cut = st.st_size > INTAKE_READ_MAX;
	want = m->cut ? INTAKE_READ_MAX : (size_t)st.st_size;
	data = mem_array(owner, char, want + 1);
	while (n < want && (r = read(fd, data + n, want - n)) > 0)
		n += (size_t)r;
	close(fd);
	if (n < want)
		return err_set(err, ERR_TEMP, "%s: cannot be read whole",
		    path);
	m->data = data;
	m->len = n;
	return 0;
}

/* What is stored together. */
struct share {
	void *pool;
	struct intake_mail mails[INTAKE_SHARE];
	size_t n, bytes;
};

static int
seen(struct share *s, const struct intake_mail *m, const char *folder,
    struct err *err)
{
	const char *name = m->position;

	if (rename(mem_fmt(s->pool, "%s/new/%s", folder, name), mem_fmt(
	    s->pool, "%s/cur/%s%s", folder, name, strstr(name, ":2,") ==
	    NULL ? ":2,S" : "")) < 0 && errno != ENOENT)
		return err_set(err, ERR_TEMP, "%s/new/%s: cannot be moved to "
		    "cur/: %s", folder, name, strerror(errno));
	return 0;
}

/* Durable first, then moved. */
static int
flush(struct intake_look *look, struct share *s, struct err *err)
{
	size_t i, fresh = 0;

	if (s->n > 0 && intake_store(look->db, s->mails, s->n, clock_now(),
	    &fresh, err) < 0)
		return -1;
	for (i = 0; i < s->n; i++)
		if (seen(s, &s->mails[i], look->intake->path, err) < 0)
			return -1;
	look->seen += s->n;
	look->stored += fresh;
	talloc_free_children(s->pool);
	s->n = s->bytes = 0;
	return 0;
}

static int
one(struct intake_look *look, struct share *s, const char *name,
    struct err *err)
{
	const struct config_intake *in = look->intake;
	struct intake_mail *m = &s->mails[s->n];
	int r;

	*m = (struct intake_mail){
		.company_id = look->company_id,
		.intake = in->url,
		.position = name,
		.max = (size_t)in->max_size * 1024 * 1024,
	};
	r = read_mail(s->pool, mem_fmt(s->pool, "%s/new/%s", in->path, name),
	    m, err);
	if (r != 0)
		return r < 0 ? -1 : 0;
	s->n++;
	s->bytes += m->len;
	if (s->n < INTAKE_SHARE && s->bytes < INTAKE_SHARE_BYTES)
		return 0;
	return flush(look, s, err);
}

int
intake_maildir(struct intake_look *look, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct share *s = mem_new(tmp, struct share);
	char **names = NULL;
	size_t i, n = 0;

	s->pool = mem_check(talloc_new(s));
	if (names_of(tmp, mem_fmt(tmp, "%s/new", look->intake->path), &names,
	    &n, err) < 0)
		return -1;
	for (i = 0; i < n && look->seen + s->n < INTAKE_LOOK_MAX &&
	    !(look->stop != NULL && *look->stop); i++)
		if (one(look, s, names[i], err) < 0)
			return -1;
	return flush(look, s, err);
}
