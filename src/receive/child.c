#include "receive/child.h"

#include "base/clock.h"
#include "base/confined.h"
#include "base/mem.h"

#include <stdlib.h>

struct child {
	struct confined *process;
	char *unconfined;	/* why; NULL: it is confined */
};

struct child *
child_new(void *owner, const char *program)
{
	static const char *const args[] = { "understand", "--mail",
		"--frames", NULL };
	struct child *c = mem_new(owner, struct child);

	c->process = confined_new(c, program, args);
	return c;
}

static char *
line_of(void *owner, json_t *j)
{
	char *text = json_dumps(j, JSON_COMPACT), *line;

	line = mem_fmt(owner, "%s\n", text != NULL ? text : "{}");
	free(text);
	json_decref(j);
	return line;
}

/* One line of head, the bytes; one line back. */
static int
exchange(struct child *c, const char *head, const char *raw, size_t len,
    int wait_ms, json_t **ret_answer, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	char *line;

	confined_begin(c->process, CHILD_MAILS_MOST);
	if (confined_ask(c->process, tmp, head, raw, len, wait_ms, &line,
	    err) < 0)
		return -1;
	*ret_answer = json_loads(line, 0, NULL);
	return 0;
}

static int
nonsense(struct child *c, json_t *answer, struct err *err)
{
	json_decref(answer);
	confined_stop(c->process);
	return err_set(err, ERR_PERM, "reading it gave nonsense");
}

static void
note_confined(struct child *c, const json_t *answer)
{
	TALLOC_FREE(c->unconfined);
	c->unconfined = mem_str(c, json_string_value(json_object_get(answer,
	    "unconfined")));
}

int
child_ask(struct child *c, const struct child_mail *m, int wait_ms,
    json_t **ret_answer, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	char at[CLOCK_TEXT_MAX];
	json_t *j;

	j = json_pack("{s:I, s:s, s:s*, s:s*}", "size", (json_int_t)m->len,
	    "received", clock_format(m->received_at, at), "tz", m->tz,
	    "country", m->country);
	if (exchange(c, line_of(tmp, j), m->raw, m->len, wait_ms, &j,
	    err) < 0)
		return -1;
	if (!json_is_object(json_object_get(j, "mail")) ||
	    !json_is_object(json_object_get(j, "meaning")))
		return nonsense(c, j, err);
	note_confined(c, j);
	*ret_answer = j;
	return 0;
}

int
child_ask_call(struct child *c, const struct child_call *m, int wait_ms,
    json_t **ret_answer, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	json_t *j;

	j = json_pack("{s:I, s:s, s:s, s:s}", "size", (json_int_t)m->len,
	    "file", m->file, "gateway", m->gateway, "hook", m->hook);
	if (exchange(c, line_of(tmp, j), m->raw, m->len, wait_ms, &j,
	    err) < 0)
		return -1;
	if (!json_is_array(json_object_get(j, "events")) &&
	    !json_is_string(json_object_get(j, "broken")))
		return nonsense(c, j, err);
	note_confined(c, j);
	*ret_answer = j;
	return 0;
}

const char *
child_unconfined(const struct child *c)
{
	return c->unconfined;
}
