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

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names that begin with a dot are no mail. */
static int
names_of(void *owner, const char *path, char ***ret_names, size_t *ret_n,
    struct err *err)
{
	char **names = NULL;
	struct dirent *e;
	size_t n = 0;
	DIR *d = opendir(path);

	if (d == NULL)
		return err_set(err, ERR_TEMP, "%s: %s", path,
		    strerror(errno));
	while ((e = readdir(d)) != NULL && n < INTAKE_LOOK_MAX) {
		if (e->d_name[0] == '.')
			continue;
		names = mem_grow(owner, names, char *, n + 1);
		names[n++] = mem_str(owner, e->d_name);
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

static int
one(struct intake_look *look, const char *name, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	const struct config_intake *in = look->intake;
	char *from = mem_fmt(tmp, "%s/new/%s", in->path, name);
	struct intake_mail m = {
		.company_id = look->company_id,
		.intake = in->url,
		.position = name,
		.max = (size_t)in->max_size * 1024 * 1024,
	};
	bool is_new;
	int r;

	r = read_mail(tmp, from, &m, err);
	if (r != 0)
		return r < 0 ? -1 : 0;
	if (intake_store(look->db, &m, clock_now(), &is_new, err) < 0)
		return -1;
	look->seen++;
	look->stored += is_new;
	if (rename(from, mem_fmt(tmp, "%s/cur/%s%s", in->path, name,
	    strstr(name, ":2,") == NULL ? ":2,S" : "")) < 0 &&
	    errno != ENOENT)
		return err_set(err, ERR_TEMP, "%s: cannot be moved to cur/: "
		    "%s", from, strerror(errno));
	return 0;
}

int
intake_maildir(struct intake_look *look, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	char **names = NULL;
	size_t i, n = 0;

	if (names_of(tmp, mem_fmt(tmp, "%s/new", look->intake->path), &names,
	    &n, err) < 0)
		return -1;
	for (i = 0; i < n && !(look->stop != NULL && *look->stop); i++)
		if (one(look, names[i], err) < 0)
			return -1;
	return 0;
}
