#include "cmd/frames.h"

#include "base/mem.h"
#include "base/sandbox.h"
#include "understand/understand.h"

#include <stdio.h>
#include <sysexits.h>

#define HEAD_MAX (256 * 1024)	/* the description of a gateway is in it */
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

const char *
frames_member(const json_t *head, const char *name)
{
	return json_string_value(json_object_get(head, name));
}

int
frames_serve(void *owner, void (*fn)(void *arg, void *owner,
    const json_t *head, const char *raw, size_t n, struct text *out),
    void *arg, struct err *err)
{
	const char *unconfined = sandbox_enter();
	struct text *out;
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
		out = text_new(one);
		fn(arg, one, head, raw, size, out);
		if (unconfined != NULL) {
			text_add(out, ",\"unconfined\":");
			meaning_json_text(out, unconfined);
		}
		text_add(out, "}\n");
		fwrite(text_str(out), 1, text_len(out), stdout);
		json_decref(head);
		talloc_free(one);
		if (fflush(stdout) != 0)
			return err_set(err, ERR_TEMP, "cannot write");
	}
}
