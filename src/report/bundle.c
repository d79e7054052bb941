#include "report/bundle.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "report/zip.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

struct bundle {
	char *to, *folder;
	bool zip, made, done;
	int64_t at;
	char **names;
	size_t n;
	struct text *sums;
};

/* The files that were added, then the folders that they made empty. */
static void
take_away(struct bundle *b)
{
	char *path, *slash;
	size_t i;

	for (i = 0; i < b->n; i++)
		unlink(mem_fmt(b, "%s/%s", b->folder, b->names[i]));
	for (i = 0; i < b->n; i++) {
		path = mem_fmt(b, "%s/%s", b->folder, b->names[i]);
		slash = strrchr(path, '/');
		*slash = '\0';
		if (strcmp(path, b->folder) != 0)
			rmdir(path);
	}
	if (b->made)
		rmdir(b->folder);
}

static int
discard(struct bundle *b)
{
	if (!b->done)
		take_away(b);
	return 0;
}

static bool
is_empty(const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *e;
	int n = 0;

	if (d == NULL)
		return false;
	while ((e = readdir(d)) != NULL)
		n++;
	closedir(d);
	return n == 2;
}

static bool
ends_in(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n > k && strcasecmp(s + n - k, end) == 0;
}

/* A name that promises what is not made. */
static bool
is_other_archive(const char *to)
{
	static const char *const ends[] = { ".tar", ".gz", ".tgz", ".xz",
		".7z", ".rar" };
	size_t i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (ends_in(to, ends[i]))
			return true;
	return false;
}

int
bundle_new(void *owner, const char *to, int64_t at,
    struct bundle **ret_bundle, struct err *err)
{
	struct bundle *b;

	if (*to == '\0' || is_other_archive(to))
		return err_set(err, ERR_PERM, "%s: name a new folder, or "
		    "FILE.zip", *to == '\0' ? "-o" : to);
	b = mem_new(owner, struct bundle);
	b->at = at;
	b->to = mem_str(b, to);
	b->zip = ends_in(to, ".zip");
	b->folder = b->zip ? mem_fmt(b, "%s.part", to) : mem_str(b, to);
	b->sums = text_new(b);
	if (b->zip && file_exists(to)) {
		talloc_free(b);
		return err_set(err, ERR_PERM, "%s: it is there already: name "
		    "another file", to);
	}
	if (mkdir(b->folder, 0700) == 0) {
		b->made = true;
	} else if (errno != EEXIST || b->zip || !is_empty(b->folder)) {
		err_set(err, ERR_PERM, "%s: %s: name a folder that is not "
		    "there yet", b->folder, errno == EEXIST || errno == 0 ?
		    "it is not empty" : strerror(errno));
		talloc_free(b);
		return -1;
	}
	talloc_set_destructor(b, discard);
	*ret_bundle = b;
	return 0;
}

int
bundle_add(struct bundle *b, const char *name, const void *data, size_t n,
    struct err *err)
{
	char *path = mem_fmt(b, "%s/%s", b->folder, name), *slash;
	unsigned char raw[HASH_LEN];
	char hex[HASH_HEX_MAX];
	FILE *f;
	int r;

	if ((b->n & (b->n + 1)) == 0)
		b->names = mem_grow(b, b->names, char *, 2 * (b->n + 1));
	b->names[b->n++] = mem_str(b, name);
	slash = strrchr(path, '/');
	*slash = '\0';
	r = mkdir(path, 0700) < 0 && errno != EEXIST ? -1 : 0;
	*slash = '/';
	f = r < 0 ? NULL : fopen(path, "wx");
	if (f == NULL)
		return err_set(err, ERR_TEMP, "%s: %s", path,
		    strerror(errno));
	r = fwrite(data, 1, n, f) == n ? 0 : -1;
	if (fclose(f) != 0 || r < 0)
		return err_set(err, ERR_TEMP, "%s: it cannot be written: %s",
		    path, strerror(errno));
	hash_bytes(data, n, raw);
	text_addf(b->sums, "%s  %s\n", hash_hex(raw, hex), name);
	talloc_free(path);
	return 0;
}

int
bundle_end(struct bundle *b, char *ret_hash, struct err *err)
{
	unsigned char raw[HASH_LEN];
	int r;

	hash_bytes(text_str(b->sums), text_len(b->sums), raw);
	r = bundle_add(b, "SHA256SUMS", text_str(b->sums),
	    text_len(b->sums), err);
	if (r == 0 && b->zip)
		r = zip_write(b->to, b->folder, (const char *const *)b->names,
		    b->n, b->at, err);
	if (r == 0) {
		hash_hex(raw, ret_hash);
		b->done = !b->zip;
	}
	talloc_free(b);
	return r;
}
