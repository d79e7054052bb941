#include "report/zip.h"

#include "base/mem.h"
#include "core/date.h"

#include <sys/stat.h>
#include <zip.h>

#define DAY 86400
#define UNIX_FILE (UINT32_C(0100644) << 16)

static void
stamp(int64_t at, zip_uint16_t *ret_time, zip_uint16_t *ret_date)
{
	int s = (int)(at % DAY), y, m, d;

	date_split((int32_t)(at / DAY), &y, &m, &d);
	*ret_time = (zip_uint16_t)(s / 3600 << 11 | s / 60 % 60 << 5 |
	    s % 60 / 2);
	*ret_date = (zip_uint16_t)((y < 1980 ? 0 : y - 1980) << 9 | m << 5 |
	    d);
}

static int
add(zip_t *z, const char *folder, const char *name, int64_t at)
{
	char *path = mem_fmt(NULL, "%s/%s", folder, name);
	zip_source_t *source = zip_source_file(z, path, 0, -1);
	zip_uint16_t time, date;
	zip_int64_t i = -1;

	talloc_free(path);
	if (source != NULL)
		i = zip_file_add(z, name, source, ZIP_FL_ENC_UTF_8);
	if (i < 0) {
		zip_source_free(source);
		return -1;
	}
	stamp(at, &time, &date);
	return zip_file_set_dostime(z, (zip_uint64_t)i, time, date, 0) < 0 ||
	    zip_set_file_compression(z, (zip_uint64_t)i, ZIP_CM_DEFLATE, 6) <
	    0 || zip_file_set_external_attributes(z, (zip_uint64_t)i, 0,
	    ZIP_OPSYS_UNIX, UNIX_FILE) < 0 ? -1 : 0;
}

int
zip_write(const char *path, const char *folder, const char *const *names,
    size_t n, int64_t at, struct err *err)
{
	zip_error_t why;
	mode_t mask;
	int code = 0, r = 0;
	zip_t *z;
	size_t i;

	z = zip_open(path, ZIP_CREATE | ZIP_EXCL, &code);
	if (z == NULL) {
		zip_error_init_with_code(&why, code);
		err_set(err, ERR_PERM, "%s: %s: name another file", path,
		    zip_error_strerror(&why));
		zip_error_fini(&why);
		return -1;
	}
	for (i = 0; i < n && r == 0; i++)
		r = add(z, folder, names[i], at);
	/* Only its owner reads it. */
	mask = umask(077);
	if (r == 0)
		r = zip_close(z);
	umask(mask);
	if (r == 0)
		return 0;
	err_set(err, ERR_TEMP, "%s: it cannot be written: %s", path,
	    zip_strerror(z));
	zip_discard(z);
	return -1;
}
