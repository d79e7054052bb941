/* understand_frames.c - the child of the reader: mails on standard input,
 * each as a line of JSON, {"size": N, "received": TIME, "tz": ZONE,
 * "country": CC}, and its N bytes; for each one line of JSON comes back,
 * {"mail": envelope.h, "meaning": as of "understand --mail"}. */
#include "cmd/understand_frames.h"

#include "base/clock.h"
#include "base/mem.h"
#include "understand/envelope.h"
#include "understand/understand.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#define HEAD_MAX 4096
#define FRAME_MAX (64 * 1024 * 1024)

static int
read_head(void *owner, json_t **ret_head, size_t *ret_size, struct err *err)
{
	char *line = mem_array(owner, char, HEAD_MAX);
	json_int_t size;

	if (fgets(line, HEAD_MAX, stdin) == NULL)
		return 0;
	*ret_head = json_loads(line, 0, NULL);
	size = json_integer_value(json_object_get(*ret_head, "size"));
	if (size < 0 || size > FRAME_MAX || *ret_head == NULL) {
		json_decref(*ret_head);
		return err_set(err, ERR_PERM, "frames: a head that is none");
	}
	*ret_size = (size_t)size;
	return 1;
}

static const char *
member(const json_t *head, const char *name)
{
	return json_string_value(json_object_get(head, name));
}

static void
answer(struct understander *u, void *owner, const json_t *head,
    const char *raw, size_t n)
{
	const char *received = member(head, "received");
	struct understand_in in = { .mail = true };
	struct text *out = text_new(owner);
	int64_t at = CLOCK_NONE;

	if (received != NULL && clock_parse(received, &at, NULL) < 0)
		at = CLOCK_NONE;
	in.tz = member(head, "tz");
	in.country = member(head, "country");
	in.ref = at == CLOCK_NONE ? 0 : (int32_t)(at / 86400);
	text_add(out, "{\"mail\":");
	envelope_json(owner, mime_parse(owner, raw, n), out);
	text_add(out, ",\"meaning\":");
	meaning_json(understand_mail(u, owner, &in, raw, n, at), NULL, out);
	text_add(out, "}\n");
	fwrite(text_str(out), 1, text_len(out), stdout);
}

int
understand_frames(void *owner, struct err *err)
{
	struct understander *u = understander_new(owner);
	json_t *head;
	size_t size = 0;
	void *one;
	char *raw;
	int r;

	for (;;) {
		one = mem_check(talloc_new(owner));
		r = read_head(one, &head, &size, err);
		if (r <= 0)
			return r < 0 ? -1 : EX_OK;
		raw = mem_array(one, char, size + 1);
		if (fread(raw, 1, size, stdin) != size) {
			json_decref(head);
			return err_set(err, ERR_PERM, "frames: cut short");
		}
		answer(u, one, head, raw, size);
		json_decref(head);
		talloc_free(one);
		if (fflush(stdout) != 0)
			return err_set(err, ERR_TEMP, "cannot write");
	}
}
