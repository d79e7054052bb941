#include "base/err.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

int
err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
{
	va_list ap;

	if (err == NULL)
		return -1;
	err->kind = kind;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	return -1;
}

int
err_add(struct err *err, const char *fmt, ...)
{
	char old[ERR_TEXT_MAX];
	va_list ap;
	size_t n;

	if (err == NULL)
		return -1;
	memcpy(old, err->text, sizeof(old));
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	n = strlen(err->text);
	snprintf(err->text + n, sizeof(err->text) - n, ": %s", old);
	return -1;
}

static const struct {
	const char *name;
	int exit_code;
} kinds[ERR_KIND_COUNT] = {
	[ERR_NONE] = { "none", EX_OK },
	[ERR_TEMP] = { "temporary", EX_TEMPFAIL },
	[ERR_PERM] = { "permanent", EX_DATAERR },
	[ERR_UNCERTAIN] = { "uncertain", EX_UNAVAILABLE },
	[ERR_CONFIG] = { "config", EX_CONFIG },
	[ERR_CORRUPT] = { "corrupt", EX_SOFTWARE },
};

int
err_exit_code(const struct err *err)
{
	return kinds[err->kind].exit_code;
}

const char *
err_kind_name(enum err_kind kind)
{
	return kinds[kind].name;
}
