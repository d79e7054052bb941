#include "report/log.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "core/event_words.h"
#include "core/money.h"
#include "escalate/reason.h"
#include "plan/hold.h"
#include "policy/limitation.h"
#include "render/locale.h"
#include "report/csv.h"
#include "report/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How a value is said: by a list of words, or so. */
enum how {
#define WORDS_LIST(NAME) NAME = WORDS_##NAME,
#include "report/word_lists.def"
#undef WORDS_LIST
	PLAIN = WORDS_COUNT, SAID, DAY, TIME, MONEY, TITLE, REASON, HOLD,
	EVENT, LIMITATION, EN, ZH, WRONG_ZH, HIDE
};

static const struct key {
	const char *kinds, *key, *en, *zh;
	enum how how;
} keys[] = {
#define LOG_KEY(kinds, key, en, zh, how) { kinds, key, en, zh, how },
#include "report/log.def"
#undef LOG_KEY
};
#define KEYS (sizeof(keys) / sizeof(keys[0]))

/* What is said of an event, in one language. */
struct said {
	struct text *t;
	const struct locale *l;
	const struct zone *zone;	/* NULL: UTC */
	bool zh;
	const char *cur;		/* the event's; NULL: none */
};

static bool
is_zh(const char *language)
{
	return strcmp(language, "zh-CN") == 0;
}

const char *
log_kind(const char *kind, const char *language)
{
	const char *w = event_words(kind, language);

	return w != NULL ? w : kind;
}

const char *
log_actor(void *owner, const char *actor, const char *language)
{
	static const struct {
		const char *actor, *en, *zh;
	} ours[] = {
		{ "planner", "Dunlin, planning", "Dunlin（计划）" },
		{ "sender", "Dunlin, sending", "Dunlin（发送）" },
		{ "reader", "Dunlin, reading replies", "Dunlin（读取回复）" },
		{ "calendar", "Dunlin, calendars", "Dunlin（日历）" },
		{ "import", "the ledger", "账务导入" },
	};
	bool zh = is_zh(language);
	size_t i;

	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (strcmp(ours[i].actor, actor) == 0)
			return zh ? ours[i].zh : ours[i].en;
	if (text_starts(actor, "user:"))
		return actor + strlen("user:");
	if (text_starts(actor, "calendar:"))
		return mem_fmt(owner, zh ? "%s（日历）" : "%s, in a calendar",
		    actor + strlen("calendar:"));
	return actor;
}

static void
add_day(struct said *s, const char *iso)
{
	int32_t day;

	if (date_parse(iso, DATE_ISO, &day, NULL) < 0)
		text_add(s->t, iso);
	else
		text_add(s->t, locale_date(s->t, s->l, day));
}

static void
add_time(struct said *s, int64_t at)
{
	int32_t second = (int32_t)(((at % 86400) + 86400) % 86400);
	int32_t day = (int32_t)((at - second) / 86400);

	if (s->zone != NULL)
		day = zone_day(s->zone, at, &second);
	text_addf(s->t, "%s %02d:%02d", locale_date(s->t, s->l, day),
	    second / 3600, second / 60 % 60);
}

static void
add_word(struct said *s, enum how how, const char *v)
{
	const char *language = s->zh ? "zh-CN" : "en", *w = NULL, *rest;
	const struct reason *r;
	enum limitation_event e;
	int i;

	if (how == DAY) {
		add_day(s, v);
		return;
	}
	if (how == TITLE)
		w = reason_title(v, language);
	else if (how == REASON && (r = reason_find(v)) != NULL)
		w = reason_text(r, language);
	else if (how == EVENT)
		w = event_words(v, language);
	else if (how == LIMITATION && limitation_event_parse(v, &e))
		w = limitation_event_text(e, language);
	else if (how == SAID && (w = words_begin(v, language, &rest)) != NULL)
		text_add(s->t, w), w = rest;
	else if (how == SAID)
		w = words_say(WORDS_SENTENCE, v, language);
	else if (how == WRONG_ZH)
		w = words_say(WORDS_WRONG, v, language);
	else if (how < PLAIN)
		w = words_say((enum words_list)how, v, language);
	if (how == OUTCOME && w == NULL)	/* closed by the program */
		w = words_say(WORDS_SENTENCE, v, language);
	for (i = 0; how == HOLD && i < HOLD_COUNT; i++)
		if (strcmp(hold_name((enum hold_kind)i), v) == 0)
			w = hold_text((enum hold_kind)i, language);
	text_add(s->t, w != NULL ? w : v);
}

static void
add_value(struct said *s, enum how how, const json_t *v)
{
	const json_t *one;
	size_t i;

	if (json_is_string(v))
		add_word(s, how, json_string_value(v));
	else if (json_is_integer(v) && how == TIME)
		add_time(s, json_integer_value(v));
	else if (json_is_integer(v))
		text_addf(s->t, "%lld", (long long)json_integer_value(v));
	json_array_foreach(v, i, one) {
		if (i > 0)
			text_add(s->t, s->zh ? "、" : ", ");
		add_value(s, how, one);
	}
}

static void
next_part(struct said *s)
{
	if (text_len(s->t) > 0)
		text_add(s->t, s->zh ? "；" : "; ");
}

/* Is there anything to say, to this reader? */
static bool
is_for(const struct said *s, const struct key *k, const json_t *v)
{
	if (v == NULL || k->how == HIDE || (k->how == EN && s->zh) ||
	    ((k->how == ZH || k->how == WRONG_ZH) && !s->zh))
		return false;
	if (json_is_array(v))
		return json_array_size(v) > 0 && (k->how != SAID);
	/* A number of an item is that of a row: it says nothing to anybody. */
	return json_is_string(v) || (json_is_integer(v) &&
	    strcmp(k->key, "item") != 0);
}

/* As text, or in minor units; 0 stands for all that is owed. */
static void
add_money(struct said *s, const json_t *v, const char *cur)
{
	struct money m;

	m = money_zero(cur);
	m.minor = json_integer_value(v);
	if (json_is_string(v) && money_parse(json_string_value(v), cur, &m,
	    NULL) < 0)
		text_addf(s->t, "%s %s", json_string_value(v), cur);
	else
		text_add(s->t, locale_money(s->t, s->l, m));
}

static void
add_key(struct said *s, const struct key *k, const json_t *v)
{
	if (!is_for(s, k, v))
		return;
	next_part(s);
	text_addf(s->t, s->zh ? "%s：" : "%s: ", s->zh ? k->zh : k->en);
	if (k->how == MONEY && s->cur != NULL)
		add_money(s, v, s->cur);
	else
		add_value(s, k->how, v);
}

static void
amount(struct said *s, const json_t *payload)
{
	const json_t *v = json_object_get(payload, "amount");
	const char *cur = json_string_value(json_object_get(payload,
	    "currency"));

	if (cur == NULL || money_digits(cur) < 0 || (!json_is_string(v) &&
	    json_integer_value(v) == 0))
		return;
	next_part(s);
	text_add(s->t, s->zh ? "金额：" : "amount: ");
	add_money(s, v, cur);
}

/* item-opened and item-cleared have a list. */
static void
items(struct said *s, const json_t *list)
{
	const char *cur, *number;
	const json_t *item, *v;
	size_t i;

	json_array_foreach(list, i, item) {
		next_part(s);
		number = json_string_value(json_object_get(item, "item"));
		text_add(s->t, number != NULL ? number : "?");
		v = json_object_get(item, "amount");
		cur = json_string_value(json_object_get(item, "currency"));
		if (v == NULL || cur == NULL || money_digits(cur) < 0)
			continue;
		text_addc(s->t, ' ');
		add_money(s, v, cur);
	}
}

/* Has an earlier row told of it? */
static bool
is_told(const char *kind, size_t row)
{
	size_t i;

	for (i = 0; i < row; i++)
		if (strcmp(keys[i].key, keys[row].key) == 0 &&
		    text_starts(kind, keys[i].kinds))
			return true;
	return false;
}

char *
log_details(void *owner, const char *kind, const char *payload,
    const struct zone *zone, const char *language)
{
	struct said s = { text_new(owner), locale_for(language), zone,
		is_zh(language), NULL };
	const json_t *v;
	json_t *j;
	char *out;
	size_t i;

	if (payload == NULL)
		return mem_str(owner, s.zh ? "（内容已删除）" :
		    "(the content was erased)");
	j = json_loads(payload, 0, NULL);
	s.cur = json_string_value(json_object_get(j, "currency"));
	if (s.cur != NULL && money_digits(s.cur) < 0)
		s.cur = NULL;
	for (i = 0; i < KEYS; i++) {
		if (!text_starts(kind, keys[i].kinds))
			continue;
		v = json_object_get(j, keys[i].key);
		if (v != NULL && !is_told(kind, i))
			add_key(&s, &keys[i], v);
	}
	amount(&s, j);
	items(&s, json_object_get(j, "items"));
	json_decref(j);
	out = mem_str(owner, text_str(s.t));
	talloc_free(s.t);
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
	csv_cell(t, log_details(ctx, e->kind, e->payload, zone, "en"));
	csv_cell(t, log_details(ctx, e->kind, e->payload, zone, "zh-CN"));
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
	    "th, td.t { white-space: nowrap; }\n"
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
	char here[40], *details;

	text_addf(t, "<tr><td>%lld</td><td class=\"t\">%s</td>"
	    "<td class=\"w\">",
	    (long long)e->seq, local(e->at, zone, here, sizeof(here)));
	text_add_html(t, log_kind(e->kind, language));
	text_add(t, "</td><td>");
	text_add_html(t, log_actor(ctx, e->actor, language));
	text_add(t, "</td><td>");
	details = log_details(ctx, e->kind, e->payload, zone, language);
	text_add_html(t, details);
	if (*details != '\0')
		text_add(t, "<br>");
	if (file != NULL)
		text_addf(t, "<a href=\"%s\">%s</a><br>", file, file);
	if (file != NULL && said != NULL && *said != '\0') {
		text_add(t, "<pre>");
		text_add_html(t, said);
		text_add(t, "</pre>");
	}
	text_addf(t, "<code>%.16s</code></td></tr>\n", e->hash);
}

void
log_html_end(struct text *t)
{
	text_add(t, "</table>\n</body>\n</html>\n");
}
