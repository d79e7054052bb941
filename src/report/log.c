#include "report/log.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "core/event_words.h"
#include "core/money.h"
#include "report/csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct name {
	const char *word, *en, *zh;
};

#define LOG_KEY(key, en, zh) { key, en, zh },
static const struct name keys[] = {
#include "report/log.def"
	{ NULL, NULL, NULL }
};
#undef LOG_KEY

static bool
is_zh(const char *language)
{
	return strcmp(language, "zh-CN") == 0;
}

const char *
log_kind(const char *kind, const char *language)
{
	const char *words = event_words(kind, language);

	return words != NULL ? words : kind;
}

static void
begin_detail(struct text *t, const char *name, bool zh)
{
	if (text_len(t) > 0)
		text_add(t, zh ? "；" : "; ");
	text_addf(t, zh ? "%s：" : "%s: ", name);
}

/* As text, or in minor units; 0 stands for all that is owed. */
static void
amount(struct text *t, const json_t *payload, bool zh)
{
	const json_t *v = json_object_get(payload, "amount");
	const char *cur = json_string_value(json_object_get(payload,
	    "currency"));
	char buf[MONEY_TEXT_MAX];
	struct money m;

	if (cur == NULL || money_digits(cur) < 0 || (!json_is_string(v) &&
	    json_integer_value(v) == 0))
		return;
	begin_detail(t, zh ? "金额" : "amount", zh);
	m = money_zero(cur);
	m.minor = json_integer_value(v);
	text_addf(t, "%s %s", json_is_string(v) ? json_string_value(v) :
	    money_format(m, buf), cur);
}

static void
detail(struct text *t, const struct name *n, const json_t *v, bool zh)
{
	/* A number of an item is that of a row: it says nothing to anybody. */
	if (!json_is_string(v) && (!json_is_integer(v) ||
	    strcmp(n->word, "item") == 0))
		return;
	begin_detail(t, zh ? n->zh : n->en, zh);
	if (json_is_integer(v))
		text_addf(t, "%lld", (long long)json_integer_value(v));
	else
		text_add(t, json_string_value(v));
}

/* item-opened and item-cleared have a list. */
static void
items(struct text *t, const json_t *list, bool zh)
{
	const json_t *item;
	const char *s;
	size_t i;

	json_array_foreach(list, i, item) {
		if (text_len(t) > 0)
			text_add(t, zh ? "；" : "; ");
		s = json_string_value(json_object_get(item, "item"));
		text_add(t, s != NULL ? s : "?");
		s = json_string_value(json_object_get(item, "amount"));
		if (s != NULL)
			text_addf(t, " %s", s);
		s = json_string_value(json_object_get(item, "currency"));
		if (s != NULL)
			text_addf(t, " %s", s);
	}
}

char *
log_details(void *owner, const char *payload, const char *language)
{
	struct text *t = text_new(owner);
	const struct name *n;
	const json_t *v;
	json_t *j;
	char *out;

	if (payload == NULL)
		return mem_str(owner, is_zh(language) ? "（内容已删除）" :
		    "(the content was erased)");
	j = json_loads(payload, 0, NULL);
	for (n = keys; n->word != NULL; n++) {
		v = json_object_get(j, n->word);
		if (v != NULL)
			detail(t, n, v, is_zh(language));
	}
	amount(t, j, is_zh(language));
	items(t, json_object_get(j, "items"), is_zh(language));
	json_decref(j);
	out = mem_str(owner, text_str(t));
	text_free(t);
	return out;
}

static char *
dump(void *owner, json_t *j)
{
	char *text = mem_check(json_dumps(j, JSON_COMPACT | JSON_SORT_KEYS));
	char *out = mem_str(owner, text);

	free(text);
	json_decref(j);
	return out;
}

char *
log_chain_line(void *owner, const struct log_event *e)
{
	return dump(owner, json_pack("{s:s, s:s, s:I, s:I, s:s, s:s, s:s?, "
	    "s:s?, s:s, s:s, s:s}", "company", e->company, "account",
	    e->account, "seq", (json_int_t)e->seq, "at", (json_int_t)e->at,
	    "kind", e->kind, "actor", e->actor, "salt", e->salt, "payload",
	    e->payload, "payload_hash", e->payload_hash, "prev", e->prev,
	    "hash", e->hash));
}

json_t *
log_row(const struct log_event *e)
{
	json_t *payload = e->payload == NULL ? json_null() :
	    json_loads(e->payload, 0, NULL);
	char at[CLOCK_TEXT_MAX];

	return json_pack("{s:s, s:I, s:s, s:s, s:s, s:s, s:s, s:o, s:s}",
	    "account", e->account, "seq", (json_int_t)e->seq, "at",
	    clock_format(e->at, at), "kind", e->kind, "en",
	    log_kind(e->kind, "en"), "zh-CN", log_kind(e->kind, "zh-CN"),
	    "actor", e->actor, "content", payload != NULL ? payload :
	    json_null(), "hash", e->hash);
}

static char *
local(int64_t at, const struct zone *zone, char *buf, size_t size)
{
	char day[DATE_TEXT_MAX];
	int32_t second, d = zone_day(zone, at, &second);

	snprintf(buf, size, "%s %02d:%02d:%02d", date_format(d, day),
	    second / 3600, second / 60 % 60, second % 60);
	return buf;
}

void
log_csv_head(struct text *t)
{
	static const char *const heads[] = { "account", "seq", "utc",
		"local", "kind", "what", "事项", "actor", "details", "详情",
		"hash" };
	size_t i;

	text_add(t, CSV_MARK);
	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		csv_cell(t, heads[i]);
	csv_end(t);
}

void
log_csv_row(struct text *t, const struct log_event *e,
    const struct zone *zone)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	char at[CLOCK_TEXT_MAX], here[40];

	csv_cell(t, e->account);
	csv_cellf(t, "%lld", (long long)e->seq);
	csv_cell(t, clock_format(e->at, at));
	csv_cell(t, local(e->at, zone, here, sizeof(here)));
	csv_cell(t, e->kind);
	csv_cell(t, log_kind(e->kind, "en"));
	csv_cell(t, log_kind(e->kind, "zh-CN"));
	csv_cell(t, e->actor);
	csv_cell(t, log_details(ctx, e->payload, "en"));
	csv_cell(t, log_details(ctx, e->payload, "zh-CN"));
	csv_cell(t, e->hash);
	csv_end(t);
}

void
log_html_head(struct text *t, const char *language, const char *title,
    const char *under)
{
	bool zh = is_zh(language);

	text_addf(t, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n<title>", language);
	text_add_html(t, title);
	text_add(t, "</title>\n<style>\n"
	    "body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; "
	    "max-width: 70em; padding: 0 1em; color: #222; }\n"
	    "table { border-collapse: collapse; width: 100%; }\n"
	    "th, td { text-align: left; vertical-align: top; padding: .4em "
	    ".6em; border-bottom: 1px solid #ddd; }\n"
	    "td.t { white-space: nowrap; }\n"
	    "td.w { min-width: 9em; }\n"
	    "pre { white-space: pre-wrap; background: #f6f6f4; padding: "
	    ".6em; margin: .3em 0; }\n"
	    "code { font-size: 85%; color: #666; overflow-wrap: anywhere; }\n"
	    "</style>\n</head>\n<body>\n<h1>");
	text_add_html(t, title);
	text_add(t, "</h1>\n<p>");
	text_add_html(t, under);
	text_addf(t, "</p>\n<table>\n<tr><th>%s</th><th>%s</th><th>%s</th>"
	    "<th>%s</th><th>%s</th></tr>\n", zh ? "序号" : "No.",
	    zh ? "时间" : "Time", zh ? "事项" : "What", zh ? "操作者" : "By",
	    zh ? "详情" : "Details");
}

void
log_html_row(struct text *t, const struct log_event *e,
    const struct zone *zone, const char *language, const char *file,
    const char *said)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	char here[40];

	text_addf(t, "<tr><td>%lld</td><td class=\"t\">%s</td>"
	    "<td class=\"w\">",
	    (long long)e->seq, local(e->at, zone, here, sizeof(here)));
	text_add_html(t, log_kind(e->kind, language));
	text_add(t, "</td><td>");
	text_add_html(t, e->actor);
	text_add(t, "</td><td>");
	text_add_html(t, log_details(ctx, e->payload, language));
	if (file != NULL) {
		text_addf(t, "<br><a href=\"%s\">%s</a>", file, file);
		if (said != NULL && *said != '\0') {
			text_add(t, "<pre>");
			text_add_html(t, said);
			text_add(t, "</pre>");
		}
	}
	text_addf(t, "<br><code>%.16s</code></td></tr>\n", e->hash);
}

void
log_html_end(struct text *t)
{
	text_add(t, "</table>\n</body>\n</html>\n");
}
