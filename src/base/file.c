#include "base/file.h"

#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
read_all(void *owner, int fd, const char *path, size_t max, char **ret_data,
    size_t *ret_len, struct err *err)
{
	size_t cap = 65536, len = 0;
	char *buf = mem_array(owner, char, cap);
	ssize_t n;

	for (;;) {
		if (len + 1 >= cap) {
			cap *= 2;
			buf = mem_grow(owner, buf, char, cap);
		}
		n = read(fd, buf + len, cap - len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, ERR_TEMP, "%s: %s", path,
			    strerror(errno));
		if (n == 0)
			break;
		len += (size_t)n;
		if (len > max)
			return err_set(err, ERR_PERM,
			    "%s: larger than %zu bytes", path, max);
	}
	buf[len] = '\0';
	*ret_data = buf;
	*ret_len = len;
	return 0;
}

int
file_read(void *owner, const char *path, size_t max, char **ret_data,
    size_t *ret_len, struct err *err)
{
	int fd, r;

	if (strcmp(path, "-") == 0)
		return read_all(owner, STDIN_FILENO, "standard input", max,
		    ret_data, ret_len, err);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set(err, errno == ENOENT ? ERR_CONFIG : ERR_TEMP,
		    "%s: %s", path, strerror(errno));
	r = read_all(owner, fd, path, max, ret_data, ret_len, err);
	close(fd);
	return r;
}

static int
write_all(int fd, const char *p, size_t n)
{
	ssize_t k;

	while (n > 0) {
		k = write(fd, p, n);
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return -1;
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

static int
sync_folder_of(void *owner, const char *path)
{
	char *dir = mem_str(owner, path), *slash = strrchr(dir, '/');
	int fd, r;

	if (slash == NULL)
		dir = mem_str(owner, ".");
	else if (slash == dir)
		slash[1] = '\0';
	else
		*slash = '\0';
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	r = fsync(fd);
	close(fd);
	return r;
}

int
file_write(const char *path, const void *data, size_t n, unsigned mode,
    struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	char *tmp = mem_fmt(ctx, "%s.tmp.%ld", path, (long)getpid());
	int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
	    (mode_t)mode);
	int saved;

	if (fd < 0)
		return err_set(err, ERR_TEMP, "%s: %s", tmp, strerror(errno));
	if (write_all(fd, data, n) < 0 || fsync(fd) < 0) {
		saved = errno;
		close(fd);
		unlink(tmp);
		return err_set(err, ERR_TEMP, "%s: %s", path, strerror(saved));
	}
	close(fd);
	if (rename(tmp, path) < 0 || sync_folder_of(ctx, path) < 0) {
		saved = errno;
		unlink(tmp);
		return err_set(err, ERR_TEMP, "%s: %s", path, strerror(saved));
	}
	return 0;
}

int
file_secret(void *owner, const char *path, char **ret_secret, struct err *err)
{
	struct stat st;
	size_t n;

	if (stat(path, &st) < 0)
		return err_set(err, ERR_CONFIG, "secret file %s: %s", path,
		    strerror(errno));
	if ((st.st_mode & 077) != 0)
		return err_set(err, ERR_CONFIG, "secret file %s: others can "
		    "read or write it; run: chmod 600 %s", path, path);
	if (file_read(owner, path, 65536, ret_secret, &n, err) < 0)
		return -1;
	(*ret_secret)[strcspn(*ret_secret, "\r\n")] = '\0';
	return 0;
}

int
file_mkdirs(const char *path, unsigned mode, struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	char *p = mem_str(ctx, path), *s;

	for (s = p + 1;; s++) {
		char c = *s;

		if (c != '/' && c != '\0')
			continue;
		*s = '\0';
		if (mkdir(p, (mode_t)mode) < 0 && errno != EEXIST)
			return err_set(err, ERR_CONFIG, "%s: %s", p,
			    strerror(errno));
		*s = c;
		if (c == '\0')
			return 0;
	}
}

bool
file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

char *
file_join(void *owner, const char *dir, const char *name)
{
	if (name[0] == '/')
		return mem_str(owner, name);
	return mem_fmt(owner, "%s/%s", dir, name);
}
