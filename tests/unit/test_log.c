/* Every kind of event has words in both languages wherever a log is read. */
#include "report/log.h"

#include "unit.h"

#include "base/mem.h"
#include "core/event_words.h"
#include "core/kinds.h"
#include "escalate/reason.h"
#include "escalate/verb.h"
#include "plan/hold.h"
#include "policy/limitation.h"
#include "report/words.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static bool
has_chinese(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s >= 0xe4)
			return true;
	return false;
}

static void
kinds_have_words(void **state)
{
	const char *kind, *en, *zh;
	size_t i;

	for (i = 0; (kind = event_kind_at(i)) != NULL; i++) {
		if (i > 0)
			assert_true(strcmp(event_kind_at(i - 1), kind) < 0);
		en = event_words(kind, "en");
		zh = event_words(kind, "zh-CN");
		if (en == NULL || has_chinese(en) || strcmp(en, kind) == 0 ||
		    zh == NULL || !has_chinese(zh))
			fail_msg("events.def: %s has no words", kind);
	}
	assert_true(i > 60);
	assert_null(event_words("prayed", "en"));
}

static struct log_event
event_of(const char *kind)
{
	struct log_event e = { .company = "main", .account = "C-1", .seq = 1,
		.at = 1795000000, .kind = kind, .actor = "user:lin",
		.salt = "00", .payload = "{\"note\":\"<b>=1+1</b>\"}",
		.payload_hash = "11", .prev = "", .hash = "22" };

	return e;
}

static void
logs_say_them(void **state)
{
	static const char *const languages[] = { "en", "zh-CN" };
	const struct zone *zone = NULL;
	struct text *t = text_new(NULL);
	struct err err;
	struct log_event e;
	const char *kind;
	size_t i, k;

	assert_int_equal(zone_open("Asia/Shanghai", &zone, &err), 0);
	for (i = 0; (kind = event_kind_at(i)) != NULL; i++) {
		e = event_of(kind);
		for (k = 0; k < 2; k++) {
			text_clear(t);
			log_html_row(t, &e, zone, languages[k], NULL, NULL);
			assert_non_null(strstr(text_str(t),
			    event_words(kind, languages[k])));
			assert_non_null(strstr(text_str(t), "&lt;b&gt;"));
			text_clear(t);
			log_csv_row(t, &e, zone);
			assert_non_null(strstr(text_str(t),
			    event_words(kind, languages[k])));
		}
	}
	text_free(t);
}

/* --- words --- */

static const char *
intent_at(int i)
{
	static const char *const list[] = {
#define MEAN_INTENT(name, word, safety, stops) word,
#include "core/intents.def"
#undef MEAN_INTENT
		NULL
	};

	return list[i];
}

static const char *
mail_at(int i)
{
	static const char *const list[] = {
#define MEAN_KIND(name, word) word,
#define MEAN_INTENT(name, word, safety, stops)
#define MEAN_ROLE(name, word)
#define MEAN_REF(name, word)
#include "understand/meaning.def"
#undef MEAN_KIND
#undef MEAN_INTENT
#undef MEAN_ROLE
#undef MEAN_REF
		NULL
	};

	return list[i];
}

static const char *
objection_at(int i)
{
	static const char *const list[] = {
#define REASON(lang, word, pattern, example) word,
#define MEANS(lang, word, pattern, example)
#define PAPER(lang, word, pattern, example)
#include "understand/reasons.def"
#undef REASON
#undef MEANS
#undef PAPER
		"other", NULL
	};

	return list[i];
}

static const char *
means_at(int i)
{
	static const char *const list[] = {
#define REASON(lang, word, pattern, example)
#define MEANS(lang, word, pattern, example) word,
#define PAPER(lang, word, pattern, example)
#include "understand/reasons.def"
#undef REASON
#undef MEANS
#undef PAPER
		"acceptance_bill", NULL
	};

	return list[i];
}

static const char *
reason_at(int i)
{
	return (size_t)i < reason_count() && strcmp(reason_get(
	    (size_t)i)->word, "todo") != 0 ? reason_get((size_t)i)->word :
	    NULL;
}

static const char *
title_at(int i)
{
	return (size_t)i < reason_count() ? reason_text(reason_get(
	    (size_t)i), "en") : NULL;
}

static const char *
event_at(int i)
{
	return event_kind_at((size_t)i);
}

static const char *
limitation_at(int i)
{
	return i < LIMITATION_EVENT_COUNT ? limitation_event_word(
	    (enum limitation_event)i) : NULL;
}

static const char *
match_at(int i)
{
	static const char *const list[] = { "token", "thread", "address",
		"item", "nothing", "a person",
		"address, which several accounts have", NULL };

	return list[i];
}

/* The words of a list of kinds.def, and where they stand in an event. */
#define OF_KINDS(list, COUNT) static const char *			\
	list##_at(int i)						\
	{								\
		return i < (int)COUNT ? list##_name((enum list)i) : NULL; \
	}
OF_KINDS(hold_scope, SCOPE_COUNT)
OF_KINDS(promise_state, PROMISE_IS_COUNT)
OF_KINDS(payplan_state, PAYPLAN_IS_COUNT)
OF_KINDS(dispute_state, DISPUTE_IS_COUNT)
OF_KINDS(claim_state, CLAIM_IS_COUNT)
OF_KINDS(bill_state, BILL_IS_COUNT)
OF_KINDS(address_state, ADDRESS_IS_COUNT)
OF_KINDS(delivery, DELIVERY_COUNT)
OF_KINDS(channel, CHANNEL_COUNT)
OF_KINDS(contact_role, CONTACT_COUNT)
OF_KINDS(tier, TIER_COUNT)
OF_KINDS(attitude, ATTITUDE_COUNT)
OF_KINDS(guarantee_kind, GUARANTEE_COUNT)
OF_KINDS(item_kind, ITEM_COUNT)
OF_KINDS(wrong, WRONG_COUNT)
OF_KINDS(class, CLASS_COUNT)
OF_KINDS(outbox_state, OUTBOX_COUNT)
OF_KINDS(inbox_state, INBOX_COUNT)

static const char *
hold_at(int i)
{
	return i < (int)HOLD_COUNT ? hold_name((enum hold_kind)i) : NULL;
}

static const char *
verb_at(int i)
{
	return i < (int)VERB_COUNT ? verb_word((enum verb)i) : NULL;
}

static const char *
outcome_at(int i)
{
	return i < (int)DONE_COUNT ? outcome_word((enum outcome_kind)i) : NULL;
}

static const struct {
	const char *kind, *key;
	const char *(*at)(int i);
} places[] = {
	{ "hold-placed", "kind", hold_at },
	{ "hold-released", "kind", hold_at },
	{ "hold-placed", "scope", hold_scope_at },
	{ "hold-released", "note", promise_state_at },
	{ "hold-released", "note", payplan_state_at },
	{ "hold-released", "note", claim_state_at },
	{ "hold-released", "note", bill_state_at },
	{ "hold-released", "note", dispute_state_at },
	{ "hold-placed", "note", objection_at },
	{ "promise-made", "state", promise_state_at },
	{ "promise-changed", "state", promise_state_at },
	{ "plan-changed", "state", payplan_state_at },
	{ "dispute-opened", "state", dispute_state_at },
	{ "dispute-opened", "reason", objection_at },
	{ "dispute-changed", "reason", objection_at },
	{ "claim-made", "state", claim_state_at },
	{ "claim-changed", "state", claim_state_at },
	{ "bill-changed", "state", bill_state_at },
	{ "address-state", "state", address_state_at },
	{ "address-state", "was", address_state_at },
	{ "sms-receipt", "state", delivery_at },
	{ "contacted", "by", channel_at },
	{ "contact-added", "role", contact_role_at },
	{ "tier-changed", "was", tier_at },
	{ "tier-changed", "is", tier_at },
	{ "override", "was", tier_at },
	{ "override", "is", attitude_at },
	{ "guarantor-noted", "kind", guarantee_kind_at },
	{ "corrected", "old", item_kind_at },
	{ "reminder-wrong", "wrong", wrong_at },
	{ "reply-read", "lead", intent_at },
	{ "reply-read", "also", intent_at },
	{ "reply-read", "by", match_at },
	{ "reply-read", "reason", objection_at },
	{ "reply-read", "means", means_at },
	{ "report-read", "kind", mail_at },
	{ "task-assigned", "reason", reason_at },
	{ "task-closed", "reason", reason_at },
	{ "task-closed", "outcome", outcome_at },
	{ "task-closed", "outcome", dispute_state_at },
	{ "task-opened", "title", title_at },
	{ "task-command", "command", verb_at },
	{ "undone", "kind", event_at },
	{ "limitation-interrupted", "event", limitation_at },
};

/* Two small letters in a row: a word that no Chinese reader should see, but in
 * a command. */
static bool
has_english(const char *s)
{
	for (; *s != '\0'; s++) {
		while (strncmp(s, "dunlin ", 7) == 0)
			for (s += 7; (*s > ' ' && *s < 0x7f) || *s == ' '; )
				s++;
		if (*s >= 'a' && *s <= 'z' && s[1] >= 'a' && s[1] <= 'z')
			return true;
		if (*s == '\0')
			break;
	}
	return false;
}

static char *
say(void *ctx, const char *kind, const char *key, const char *value,
    const char *language)
{
	json_t *o = json_pack("{s:s}", key, value);
	char *text = json_dumps(o, 0), *out;

	out = log_details(ctx, kind, text, NULL, language);
	free(text);
	json_decref(o);
	return out;
}

/* One word means another thing in another place: a task that is settled is no
 * offer that is paid. */
static void
words_are_of_their_place(void **state)
{
	static const struct {
		const char *kind, *key, *value, *en, *zh;
	} said[] = {
		{ "task-closed", "outcome", "paid", "result: paid",
		    "结果：已付款" },
		{ "task-closed", "outcome", "settled", "result: settled",
		    "结果：已核实" },
		{ "offer-changed", "state", "settled",
		    "state: paid and credited", "状态：已付款并结清" },
		{ "corrected", "old", "disputed", "old: disputed",
		    "旧值：disputed" },
		{ "corrected", "new", "yes", "new: yes", "新值：是" },
	};
	void *ctx = talloc_new(NULL);
	size_t i;

	for (i = 0; i < UNIT_COUNT(said); i++) {
		assert_string_equal(say(ctx, said[i].kind, said[i].key,
		    said[i].value, "en"), said[i].en);
		assert_string_equal(say(ctx, said[i].kind, said[i].key,
		    said[i].value, "zh-CN"), said[i].zh);
	}
	assert_string_equal(log_details(ctx, "offer-made",
	    "{\"currency\":\"USD\",\"pay\":\"1980.00\"}", NULL, "en"),
	    "to pay: USD 1,980.00");
	assert_string_equal(log_details(ctx, "offer-made",
	    "{\"currency\":\"CNY\",\"pay\":\"1980.00\"}", NULL, "zh-CN"),
	    "应付金额：人民币1,980.00元");
	talloc_free(ctx);
}

static void
words_are_native(void **state)
{
	void *ctx = talloc_new(NULL);
	char *en, *zh, *value;
	const char *w;
	size_t i, n = 0;
	int k;

	for (i = 0; i < UNIT_COUNT(places); i++)
		for (k = 0; (w = places[i].at(k)) != NULL; k++, n++) {
			en = say(ctx, places[i].kind, places[i].key, w,
			    "en");
			zh = say(ctx, places[i].kind, places[i].key, w,
			    "zh-CN");
			value = strstr(en, ": ");
			/* In English its whole sentence stands there. */
			if (places[i].at != wrong_at && (value == NULL ||
			    has_chinese(en) || (strpbrk(w, "-_") != NULL &&
			    strcmp(value + 2, w) == 0 && strchr(w, ' ') ==
			    NULL)))
				fail_msg("%s.%s, English: %s", places[i].kind,
				    places[i].key, en);
			value = strstr(zh, "：");
			if (value == NULL || !has_chinese(value +
			    strlen("：")) || has_english(zh))
				fail_msg("%s.%s %s, Chinese: %s",
				    places[i].kind, places[i].key, w, zh);
		}
	assert_true(n > 400);
	talloc_free(ctx);
}

/* What the reports say. */
static void
reports_have_words(void **state)
{
	static const struct {
		enum words_list list;
		const char *(*at)(int i);
	} lists[] = { { WORDS_CLASS, class_at }, { WORDS_SENT,
	    outbox_state_at }, { WORDS_SENT, inbox_state_at },
	    { WORDS_CHANNEL, channel_at }, { WORDS_PROMISE,
	    promise_state_at }, { WORDS_DISPUTE, dispute_state_at },
	    { WORDS_OBJECTION, objection_at } };
	const char *w, *en, *zh;
	size_t i;
	int k;

	for (i = 0; i < UNIT_COUNT(lists); i++)
		for (k = 0; (w = lists[i].at(k)) != NULL; k++) {
			en = words_say(lists[i].list, w, "en");
			zh = words_say(lists[i].list, w, "zh-CN");
			if (en == NULL || zh == NULL || has_chinese(en) ||
			    has_english(zh))
				fail_msg("%s: %s, %s", w, en, zh);
		}
	for (k = 0; k <= LIMITATION_REPLIED; k++)
		assert_non_null(words_say(WORDS_PROOF, limitation_proof_word(
		    (enum limitation_proof)k), "zh-CN"));
	for (k = 0; k <= LIMITATION_REVIVED; k++)
		assert_non_null(words_say(WORDS_EFFECT,
		    limitation_effect_word((enum limitation_effect)k),
		    "zh-CN"));
}

/* Every row of the table of words, and of the names of the parts. */
static void
tables_are_whole(void **state)
{
	static const struct {
		const char *word, *en, *zh;
	} rows[] = {
#define LOG_WORD(list, word, en, zh) { word, en, zh },
#include "report/log_words.def"
#undef LOG_WORD
#define LOG_KEY(kinds, key, en, zh, how) { #how, en, zh },
#include "report/log.def"
#undef LOG_KEY
	};
	size_t i;

	for (i = 0; i < UNIT_COUNT(rows); i++) {
		if (strcmp(rows[i].word, "HIDE") == 0)
			continue;
		if (*rows[i].en == '\0' || has_chinese(rows[i].en) ||
		    strpbrk(rows[i].en, "_") != NULL ||
		    !has_chinese(rows[i].zh) || has_english(rows[i].zh))
			fail_msg("%s: %s, %s", rows[i].word, rows[i].en,
			    rows[i].zh);
	}
}

static void
actors_and_times_are_said(void **state)
{
	static const struct {
		const char *actor, *en, *zh;
	} actors[] = {
		{ "user:lin", "lin", "lin" },
		{ "calendar:lin", "lin, in a calendar", "lin（日历）" },
		{ "sender", "Dunlin, sending", "Dunlin（发送）" },
		{ "import", "the ledger", "账务导入" },
	};
	void *ctx = talloc_new(NULL);
	size_t i;

	for (i = 0; i < UNIT_COUNT(actors); i++) {
		assert_string_equal(log_actor(ctx, actors[i].actor, "en"),
		    actors[i].en);
		assert_string_equal(log_actor(ctx, actors[i].actor,
		    "zh-CN"), actors[i].zh);
	}
	assert_string_equal(log_details(ctx, "contacted", "{\"at\":"
	    "1795147200,\"by\":\"phone\",\"result\":\"no-answer\"}", NULL,
	    "en"), "by: telephone; result: no answer; time: "
	    "20 November 2026 04:00");
	assert_string_equal(log_details(ctx, "promise-made",
	    "{\"amount\":50000,\"currency\":\"CNY\",\"day\":\"2026-11-27\","
	    "\"state\":\"open\"}", NULL, "zh-CN"),
	    "状态：未到期；日期：2026年11月27日；金额：人民币500.00元");
	assert_string_equal(log_details(ctx, "erased",
	    "{\"seqs\":[1,2,4],\"why\":\"erasure was asked for and no ground "
	    "to keep it is left\"}", NULL, "zh-CN"),
	    "所涉序号：1、2、4；原因：对方要求删除，且已无保存依据");
	assert_string_equal(log_details(ctx, "reply-read", "{\"also\":"
	    "[\"promise\",\"dispute\"],\"why\":[\"some-rule\"],\"dates\":"
	    "[]}", NULL, "en"), "also: promise to pay, objection");
	assert_string_equal(log_details(ctx, "hold-placed", "{\"note\":"
	    "\"blocked in the ledger: =A1\"}", NULL, "zh-CN"),
	    "备注：账务中已冻结：=A1");
	talloc_free(ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_have_words),
		cmocka_unit_test(logs_say_them),
		cmocka_unit_test(words_are_native),
		cmocka_unit_test(words_are_of_their_place),
		cmocka_unit_test(reports_have_words),
		cmocka_unit_test(tables_are_whole),
		cmocka_unit_test(actors_and_times_are_said),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
