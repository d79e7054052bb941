/* understand.c - what a text or a mail means, as one line of JSON each.
 *
 * It reads hostile bytes: no database, no network, no configuration. */
#include "cmd/cmd.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "cmd/calendar_frames.h"
#include "cmd/understand_frames.h"
#include "core/zone.h"
#include "understand/understand.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define ROW_MAX (8 * 1024 * 1024)
#define MAIL_MAX (32 * 1024 * 1024)
#define TEXT_MAX (4 * 1024 * 1024)

struct job {
	struct cmd *c;
	struct understander *u;
	bool mail;
	const char *tz, *lang, *country, *channel, *ref, *received;
};

/* An instant, or a wall clock time without an offset, which is taken as it
 * stands: the civil day on which the text was written. */
static int
ref_day(const struct job *j, const char *ref, const char *tz, int32_t *ret_day,
    struct err *err)
{
	const struct zone *zone = NULL;
	const char *time;
	char day[DATE_TEXT_MAX];
	int32_t second;
	int64_t t = j->c->now;
	bool instant = false;

	if (tz != NULL && strcmp(tz, "naive") != 0 &&
	    zone_open(tz, &zone, NULL) < 0)
		zone = NULL;
	if (ref == NULL) {
		instant = true;
	} else {
		time = strchr(ref, 'T');
		instant = time != NULL && strpbrk(time, "Z+-") != NULL;
		if (instant && clock_parse(ref, &t, err) < 0)
			return err_add(err, "ref");
	}
	if (instant && (zone != NULL || ref == NULL)) {
		if (zone == NULL)
			zone_open("UTC", &zone, NULL);
		*ret_day = zone_day(zone, t, &second);
		return 0;
	}
	if (strlen(ref) < 10)
		return err_set(err, ERR_PERM, "ref: '%.40s' is no time, "
		    "write 2026-11-21T09:00:00", ref);
	memcpy(day, ref, 10);
	day[10] = '\0';
	return date_parse(day, DATE_ISO, ret_day, err);
}

static int
understand_one(const struct job *j, void *owner,
    const struct understand_in *in, const char *text, size_t n,
    const char *received, const char *id, struct text *out, struct err *err)
{
	int64_t at = CLOCK_NONE;
	struct meaning *m;

	if (j->mail) {
		if (received != NULL && clock_parse(received, &at, err) < 0)
			return err_add(err, "received");
		m = understand_mail(j->u, owner, in, text, n, at);
	} else {
		m = understand_text(j->u, owner, in, text, n);
	}
	meaning_json(m, id, out);
	return 0;
}

static const char *
member(const json_t *row, const char *name, const char *otherwise)
{
	const char *s = json_string_value(json_object_get(row, name));

	return s != NULL ? s : otherwise;
}

static int
row_meaning(const struct job *j, void *owner, const json_t *row,
    const char *id, struct text *out, struct err *err)
{
	const json_t *body = json_object_get(row, j->mail ? "path" : "text");
	const char *channel = member(row, "channel", j->channel);
	const char *ref = member(row, "ref", j->ref);
	struct understand_in in = { 0 };
	char *data;
	size_t n;

	if (!json_is_string(body))
		return err_set(err, ERR_PERM, "the row has no \"%s\"",
		    j->mail ? "path" : "text");
	in.tz = member(row, "tz", j->tz);
	in.lang = member(row, "lang", j->lang);
	in.country = member(row, "country", j->country);
	in.mail = channel != NULL && strcmp(channel, "email") == 0;
	if (ref_day(j, ref, in.tz, &in.ref, err) < 0)
		return -1;
	if (!j->mail)
		return understand_one(j, owner, &in, json_string_value(body),
		    json_string_length(body), NULL, id, out, err);
	if (file_read(owner, json_string_value(body), MAIL_MAX, &data, &n,
	    err) < 0)
		return -1;
	return understand_one(j, owner, &in, data, n,
	    member(row, "received", ref != NULL ? NULL : j->received), id,
	    out, err);
}

static char *
row_id(void *owner, const json_t *row)
{
	const json_t *id = json_object_get(row, "id");

	if (json_is_string(id))
		return mem_str(owner, json_string_value(id));
	if (json_is_integer(id))
		return mem_fmt(owner, "%lld",
		    (long long)json_integer_value(id));
	return NULL;
}

/* One row in, one row out, whatever it holds. */
static void
one_row(const struct job *j, const char *line, size_t n, struct text *out)
{
	void *owner = talloc_new(NULL);
	struct err err = { 0 };
	json_error_t why;
	json_t *row;
	char *id = NULL;
	int r = -1;

	row = n < ROW_MAX ? json_loadb(line, n, JSON_ALLOW_NUL, &why) : NULL;
	if (row == NULL)
		err_set(&err, ERR_PERM, "the row is not JSON: %.200s",
		    n < ROW_MAX ? why.text : "longer than 8 MiB");
	else
		id = row_id(owner, row);
	if (row != NULL && !json_is_object(row))
		err_set(&err, ERR_PERM, "the row is not an object");
	else if (row != NULL)
		r = row_meaning(j, owner, row, id, out, &err);
	if (r < 0) {
		text_clear(out);
		text_add(out, "{\"id\":");
		if (id != NULL)
			meaning_json_text(out, id);
		else
			text_add(out, "null");
		text_add(out, ",\"error\":");
		meaning_json_text(out, err.text);
		text_addc(out, '}');
	}
	json_decref(row);
	talloc_free(owner);
}

static int
rows(const struct job *j, struct err *err)
{
	struct text *out = text_new(NULL);
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	while ((n = getline(&line, &cap, stdin)) > 0) {
		while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
			n--;
		if (strspn(line, " \t") >= (size_t)n)
			continue;
		text_clear(out);
		one_row(j, line, (size_t)n, out);
		text_addc(out, '\n');
		fwrite(text_str(out), 1, text_len(out), stdout);
	}
	free(line);
	text_free(out);
	if (ferror(stdin) || fflush(stdout) != 0)
		return err_set(err, ERR_TEMP, "cannot read or write rows");
	return EX_OK;
}

static int
files(const struct job *j, int argc, char **argv, struct err *err)
{
	struct understand_in in = { 0 };
	struct text *out = text_new(j->c);
	char *data;
	size_t n;
	int i;

	in.tz = j->tz;
	in.lang = j->lang;
	in.country = j->country;
	in.mail = j->channel != NULL && strcmp(j->channel, "email") == 0;
	if (ref_day(j, j->ref, j->tz, &in.ref, err) < 0)
		return -1;
	for (i = 1; i < argc || (i == 1 && argc == 1); i++) {
		if (file_read(j->c, i < argc ? argv[i] : "-", j->mail ?
		    MAIL_MAX : TEXT_MAX, &data, &n, err) < 0)
			return -1;
		text_clear(out);
		if (understand_one(j, j->c, &in, data, n, j->received,
		    i < argc ? argv[i] : NULL, out, err) < 0)
			return -1;
		puts(text_str(out));
		talloc_free(data);
	}
	return EX_OK;
}

int
cmd_understand(struct cmd *c, int argc, char **argv, struct err *err)
{
	struct job j = { .c = c };
	bool jsonl = false, frames = false, calendar = false;
	const struct cmd_option options[] = {
		{ "mail", OPTION_FLAG, &j.mail },
		{ "jsonl", OPTION_FLAG, &jsonl },
		{ "frames", OPTION_FLAG, &frames },
		{ "calendar", OPTION_FLAG, &calendar },
		{ "ref", OPTION_TEXT, &j.ref },
		{ "received", OPTION_TEXT, &j.received },
		{ "tz", OPTION_TEXT, &j.tz },
		{ "lang", OPTION_TEXT, &j.lang },
		{ "country", OPTION_TEXT, &j.country },
		{ "channel", OPTION_TEXT, &j.channel },
		{ NULL, OPTION_FLAG, NULL }
	};

	if (cmd_options(options, &argc, argv, 0, -1, err) < 0)
		return -1;
	if (argc > 1 && (jsonl || !j.mail))
		return cmd_usage(err, "operands are files with --mail only");
	if (frames)
		return calendar ? calendar_frames(c, err) :
		    understand_frames(c, err);
	j.u = understander_new(c);
	return jsonl ? rows(&j, err) : files(&j, argc, argv, err);
}
