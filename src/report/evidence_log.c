/* The contact log of a bundle. */
#include "report/evidence_int.h"

#include "base/mem.h"
#include "render/locale.h"
#include "report/log.h"
#include "understand/mime.h"

#include <stdio.h>
#include <string.h>

#define SAID_MAX 20000		/* bytes of a message shown in the page */
#define PROGRESS_EVERY 256

static const char *const languages[EVIDENCE_LANGUAGES] = { "en", "zh-CN" };

static int
read_said(const char *bytes, size_t n, void *arg)
{
	struct evidence_job *j = arg;
	struct mail *m = mime_parse(j->tmp, bytes, n);
	const char *subject = mail_get(m, "Subject");

	j->said = mem_fmt(j->tmp, "%s\n\n%.*s", subject != NULL ? subject :
	    "", SAID_MAX, m->body != NULL ? m->body : "");
	while (!text_is_utf8(j->said, strlen(j->said)) && *j->said != '\0')
		j->said[strlen(j->said) - 1] = '\0';
	talloc_free(m);
	return 0;
}

/* The file of the message that an event tells of, or NULL.  One that came in
 * and belongs to several accounts is found by its event only. */
static const char *
message_of(struct evidence_job *j, const struct event *e)
{
	json_t *p = e->payload == NULL ? NULL : json_loads(e->payload, 0,
	    NULL);
	int64_t mail = json_integer_value(json_object_get(p, "inbox"));
	int64_t outbox, n;
	char key[EVIDENCE_NAME_MAX] = "";

	outbox = json_integer_value(json_object_get(p, "outbox"));
	n = json_integer_value(json_object_get(p, "attempt"));
	if (json_object_get(p, "content") == NULL) {
		json_decref(p);
		return NULL;
	}
	json_decref(p);
	if (mail != 0) {
		snprintf(key, sizeof(key), "received/%lld", (long long)mail);
		if (evidence_received(j, mail, "mail") < 0)
			j->failed = true;
	} else if (outbox != 0 && text_starts(e->kind, "message-")) {
		snprintf(key, sizeof(key), "sent/%lld-%lld",
		    (long long)outbox, (long long)n);
		if (export_sent(j->e->db, outbox, n, read_said, j, j->err) <
		    0)
			j->failed = true;
	}
	return json_string_value(json_object_get(j->files, key));
}

int
evidence_log_one(const struct event *e, void *arg)
{
	struct evidence_job *j = arg;
	struct log_event l = { j->e->company->code, j->account, e->seq,
	    e->at, e->kind, e->actor, e->salt, e->payload, e->payload_hash,
	    e->prev, e->hash };
	const struct zone *zone = j->e->company->zone;
	const char *file;
	int i;

	j->said = NULL;
	file = message_of(j, e);
	text_add(j->chain, log_chain_line(j->tmp, &l));
	text_addc(j->chain, '\n');
	json_array_append_new(j->log, log_row(&l));
	log_csv_row(j->csv, &l, zone);
	for (i = 0; i < EVIDENCE_LANGUAGES; i++)
		log_html_row(j->html[i], &l, zone, languages[i], file,
		    j->said);
	talloc_free_children(j->tmp);
	if (++j->report->events % PROGRESS_EVERY == 0 &&
	    j->e->progress != NULL)
		j->e->progress(j->report->events, 0, j->e->arg);
	return j->failed ? 1 : 0;
}

/* Whose log it is, and who made it when. */
static char *
under(struct evidence_job *j, const char *language)
{
	const struct config_company *c = j->e->company;
	bool zh = strcmp(language, "zh-CN") == 0;
	int32_t second, day = zone_day(c->zone, j->e->now, &second);

	return mem_fmt(j->tmp, zh ? "公司：%s（%s）。时间均为 %s 时区。%s "
	    "%02d:%02d 由 %s 制作。" : "Company: %s (%s). Times are those of "
	    "%s. Made on %s at %02d:%02d by %s.", config_company_name(c,
	    language), c->code, zone_name(c->zone), locale_date(j->tmp,
	    locale_for(language), day), second / 3600, second / 60 % 60,
	    log_actor(j->tmp, j->e->actor, language));
}

void
evidence_log_begin(struct evidence_job *j)
{
	char *title;
	int i;

	j->chain = text_new(j->bundle);
	j->csv = text_new(j->bundle);
	log_csv_head(j->csv);
	for (i = 0; i < EVIDENCE_LANGUAGES; i++) {
		j->html[i] = text_new(j->bundle);
		title = mem_fmt(j->tmp, i == 0 ? "Contact log of account %s" :
		    "客户 %s 联系记录", j->e->code);
		log_html_head(j->html[i], languages[i], title, under(j,
		    languages[i]));
	}
}

int
evidence_log_end(struct evidence_job *j)
{
	static const char *const names[EVIDENCE_LANGUAGES] = { "log.html",
		"log.zh-CN.html" };
	int i;

	for (i = 0; i < EVIDENCE_LANGUAGES; i++) {
		log_html_end(j->html[i]);
		if (evidence_add_text(j, names[i], j->html[i]) < 0)
			return -1;
	}
	return (!j->e->personal &&
	    evidence_add_text(j, "events.jsonl", j->chain) < 0) ||
	    evidence_add_text(j, "log.csv", j->csv) < 0 ||
	    evidence_add_json(j, "log.json", j->log) < 0 ? -1 : 0;
}
