/* understand_frames.c - the child of the reader: mails on standard input,
 * each as a line of JSON, {"size": N, "received": TIME, "tz": ZONE,
 * "country": CC}, and its N bytes; for each one line of JSON comes back,
 * {"mail": envelope.h, "meaning": as of "understand --mail"}.  With
 * {"size": N, "hook": "report" or "message", "gateway": its description,
 * "file": its name} the bytes are what a gateway called us with
 * (sms/gateway.h), and {"events": [...]} or {"broken": why} comes back.
 * Both have "unconfined" as cmd/frames.h says. */
#include "cmd/understand_frames.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cmd/frames.h"
#include "sms/gateway.h"
#include "understand/envelope.h"
#include "understand/understand.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

struct reader {
	struct understander *u;
	void *known;			/* the description read last */
	char *description;
	struct gateway *gateway;
};

static void
answer(struct reader *r, void *owner, const json_t *head, const char *raw,
    size_t n, struct text *out)
{
	const struct mail *mail = mime_parse(owner, raw, n);
	const char *received = frames_member(head, "received");
	struct understand_in in = { .mail = true };
	int64_t at = CLOCK_NONE;

	if (received != NULL && clock_parse(received, &at, NULL) < 0)
		at = CLOCK_NONE;
	in.tz = frames_member(head, "tz");
	in.country = frames_member(head, "country");
	in.ref = at == CLOCK_NONE ? 0 : (int32_t)(at / 86400);
	text_add(out, "{\"mail\":");
	envelope_json(owner, mail, out);
	text_add(out, ",\"meaning\":");
	meaning_json(understand_parsed(r->u, owner, &in, mail, at), NULL, out);
}

/* --- calls of gateways --- */

static int
know(struct reader *r, const char *file, const char *text, struct err *err)
{
	if (r->description != NULL && strcmp(r->description, text) == 0)
		return 0;
	talloc_free(r->known);
	r->known = mem_check(talloc_new(NULL));
	r->description = NULL;
	if (gateway_parse(r->known, file, text, strlen(text), &r->gateway,
	    NULL, err) < 0)
		return -1;
	r->description = mem_str(r->known, text);
	return 0;
}

static int
read_call(struct reader *r, void *owner, const json_t *head,
    const char *raw, size_t n, json_t *events, struct err *err)
{
	const char *file = frames_member(head, "file");
	struct gateway_event *e;
	struct gateway_call call;
	enum gateway_hook hook;
	size_t i, count;

	if (frames_member(head, "gateway") == NULL ||
	    !gateway_hook_parse(frames_member(head, "hook"), &hook))
		return err_set(err, ERR_PERM, "no call that is known");
	if (know(r, file != NULL ? file : "gateway", frames_member(head, "gateway"),
	    err) < 0 || gateway_call_read(owner, raw, n, &call, err) < 0 ||
	    gateway_read(owner, r->gateway, hook, &call, &e, &count, err) < 0)
		return -1;
	for (i = 0; i < count; i++)
		json_array_append_new(events, json_pack("{s:s*, s:s*, s:i, "
		    "s:s*, s:s*, s:s*, s:s*}", "token", e[i].token, "id",
		    e[i].id, "state", (int)e[i].state, "error", e[i].error,
		    "text", e[i].text, "number", e[i].number, "to",
		    e[i].to));
	return 0;
}

static void
answer_call(struct reader *r, void *owner, const json_t *head,
    const char *raw, size_t n, struct text *out)
{
	json_t *events = json_array();
	struct err err = { ERR_NONE, "" };
	char *list;

	if (read_call(r, owner, head, raw, n, events, &err) < 0) {
		text_addf(out, "{\"config\":%s,\"broken\":",
		    err.kind == ERR_CONFIG ? "true" : "false");
		meaning_json_text(out, err.text);
	} else {
		list = json_dumps(events, JSON_COMPACT);
		text_addf(out, "{\"events\":%s", list);
		free(list);
	}
	json_decref(events);
}

/* Mails that say nothing: every row of the tables is looked at, and with it
 * compiled, while memory may still be made executable. */
static const char *const warm[] = {
	"From: a@x.invalid\nSubject: weather\n\nThe weather is 12.5 fine, "
	"and INV-1 of 3 May 2026 lies on the table.\n\nOn Mon, 4 May 2026 "
	"at 10:00, B <b@x.invalid> wrote:\n> The sky is blue.\n-- \nA\n",
	"From: a@x.invalid\nSubject: =?utf-8?B?5aSp5rCU?=\nContent-Type: "
	"text/plain; charset=utf-8\n\n5月3日的天空很蓝，云有12.5朵。\n\n"
	"在2026年5月4日，b@x.invalid 写道：\n> 天空很蓝。\n",
	"From: a@x.invalid\nContent-Type: text/html\n\n<p>The <b>sky</b> is "
	"blue.</p><blockquote>Is it?</blockquote>\n",
	"From: MAILER-DAEMON@x.invalid\nSubject: weather\nAuto-Submitted: "
	"auto-replied\nContent-Type: multipart/report; report-type="
	"delivery-status; boundary=b\n\n--b\n\nThe sky.\n--b\n"
	"Content-Type: message/delivery-status\n\nReporting-MTA: dns; "
	"x.invalid\n\nFinal-Recipient: rfc822; a@x.invalid\nAction: failed\n"
	"Status: 5.0.0\nDiagnostic-Code: smtp; the sky\n\n--b--\n",
};

static void
warm_up(struct reader *r, void *owner)
{
	void *one = mem_check(talloc_new(owner));
	struct text *out = text_new(one);
	json_t *head = json_object();
	size_t i;

	mime_load();
	for (i = 0; i < sizeof(warm) / sizeof(warm[0]); i++)
		answer(r, one, head, warm[i], strlen(warm[i]), out);
	json_decref(head);
	talloc_free(one);
}

static void
either(void *arg, void *owner, const json_t *head, const char *raw, size_t n,
    struct text *out)
{
	(frames_member(head, "hook") != NULL ? answer_call : answer)(arg,
	    owner, head, raw, n, out);
}

int
understand_frames(void *owner, struct err *err)
{
	struct reader reader = { .u = understander_new(owner) };

	warm_up(&reader, owner);
	return frames_serve(owner, either, &reader, err);
}
