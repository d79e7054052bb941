/* options.c - the options of one command, by table. */
#include "cmd/cmd.h"

#include "base/clock.h"
#include "core/date.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* --NAME or --NAME=VALUE of the table; ret_value is NULL without "=". */
static const struct cmd_option *
find(const struct cmd_option *options, const char *arg, const char **ret_value)
{
	const struct cmd_option *o;
	size_t n = strcspn(arg, "=");

	for (o = options; o->name != NULL; o++) {
		if (strlen(o->name) != n || strncmp(o->name, arg, n) != 0)
			continue;
		*ret_value = arg[n] == '=' ? arg + n + 1 : NULL;
		return o;
	}
	return NULL;
}

static int
store_int(const struct cmd_option *o, const char *value, struct err *err)
{
	long long v;
	char *end;

	errno = 0;
	v = strtoll(value, &end, 10);
	if (errno != 0 || end == value || *end != '\0' || v < 0)
		return cmd_usage(err, "--%s: '%.40s' is not a whole number",
		    o->name, value);
	*(int64_t *)o->ret = v;
	return 0;
}

static int
store(const struct cmd_option *o, const char *value, struct err *err)
{
	struct err why;

	switch (o->type) {
	case OPTION_FLAG:
		*(bool *)o->ret = true;
		return 0;
	case OPTION_TEXT:
		*(const char **)o->ret = value;
		return 0;
	case OPTION_INT:
		return store_int(o, value, err);
	case OPTION_DATE:
		if (date_parse(value, DATE_ISO, o->ret, &why) < 0)
			return cmd_usage(err, "--%s: %s", o->name, why.text);
		return 0;
	case OPTION_TIME:
		if (clock_parse(value, o->ret, &why) < 0)
			return cmd_usage(err, "--%s: %s", o->name, why.text);
		return 0;
	}
	return 0;
}

/* One option at argv[*i]; moves *i over its value. */
static int
option(const struct cmd_option *options, int argc, char **argv, int *i,
    struct err *err)
{
	const struct cmd_option *o = NULL;
	const char *value = NULL;

	if (argv[*i][1] == '-')
		o = find(options, argv[*i] + 2, &value);
	if (o == NULL)
		return cmd_usage(err, "unknown option '%.60s'", argv[*i]);
	if (o->type == OPTION_FLAG && value != NULL)
		return cmd_usage(err, "--%s takes no value", o->name);
	if (o->type != OPTION_FLAG && value == NULL) {
		if (*i + 1 >= argc)
			return cmd_usage(err, "--%s needs a value", o->name);
		value = argv[++*i];
	}
	return store(o, value, err);
}

int
cmd_options(const struct cmd_option *options, int *argc, char **argv, int min,
    int max, struct err *err)
{
	int i, n = 1;

	for (i = 1; i < *argc; i++) {
		if (strcmp(argv[i], "--") == 0) {
			for (i++; i < *argc; i++)
				argv[n++] = argv[i];
			break;
		}
		if (argv[i][0] != '-' || argv[i][1] == '\0')
			argv[n++] = argv[i];
		else if (option(options, *argc, argv, &i, err) < 0)
			return -1;
	}
	argv[n] = NULL;
	*argc = n;
	if (n - 1 < min)
		return cmd_usage(err, "too few operands");
	if (max >= 0 && n - 1 > max)
		return cmd_usage(err, "unexpected operand '%.60s'",
		    argv[max + 1]);
	return 0;
}
