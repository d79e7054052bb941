/* recover.c - what may have happened that the database does not know. */
#include "cmd/cmd.h"

#include "store/recover.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

static const char *const records[] = {
	[HIGHWATER_OK] = "ok",
	[HIGHWATER_BEHIND] = "database-behind",
	[HIGHWATER_MISSING] = "missing",
	[HIGHWATER_FOREIGN] = "foreign",
};

static void
print_json(const struct recover_report *r, bool done)
{
	json_t *out = json_pack("{s:s, s:b, s:I, s:I, s:I, s:I, s:b, s:b}",
	    "record", records[r->record], "clock_ok", r->clock_ok, "lost",
	    (json_int_t)r->lost, "strangers", (json_int_t)r->strangers,
	    "in_flight", (json_int_t)r->in_flight, "due", (json_int_t)r->due,
	    "gap", r->gap, "done", done);
	char *text = json_dumps(out, JSON_INDENT(2));

	puts(text);
	free(text);
	json_decref(out);
}

static void
count(const struct cmd *c, int64_t n, const char *en, const char *zh)
{
	if (n > 0)
		printf("  %lld %s\n", (long long)n, cmd_say(c, en, zh));
}

static void
explain(const struct cmd *c, const struct recover_report *r)
{
	if (!r->clock_ok)
		printf("%s\n", r->clock_why);
	if (r->record == HIGHWATER_OK)
		return;
	printf("%s\n", r->record_why);
	count(c, r->lost, "messages were handed over after this state of the "
	    "database",
	    "封消息是在数据库的这一状态之后发出的");
	count(c, r->strangers, "of them to accounts that are not in the "
	    "database: nothing can be noted on these",
	    "封发给数据库中没有的账户，无法记录");
	count(c, r->in_flight, "messages were being handed over",
	    "封消息当时正在发送");
	count(c, r->due, "messages were due and may have gone out",
	    "封消息已到发送时间，可能已经发出");
	if (r->gap)
		fputs(cmd_say(c, "The record cannot tell what was planned and "
		    "sent after this state of the database.\nWhere in doubt, "
		    "hold the company first: dunlin hold --all\n",
		    "发送记录无法说明数据库这一状态之后又计划并发出了什么。\n"
		    "如有疑问，请先暂停整个公司：dunlin hold --all\n"),
		    stdout);
}

int
cmd_recover(struct cmd *c, int argc, char **argv, struct err *err)
{
	bool confirm = false, nothing_lost = false, todo;
	const struct cmd_option options[] = {
		{ "confirm", OPTION_FLAG, &confirm },
		{ "nothing-lost", OPTION_FLAG, &nothing_lost },
		{ NULL, OPTION_FLAG, NULL }
	};
	const char *file = c->config->state_file;
	struct recover_report r;

	if (cmd_options(options, &argc, argv, 0, 0, err) < 0 ||
	    recover_look(c->db, file, c->now, &r, err) < 0)
		return -1;
	todo = r.record != HIGHWATER_OK || !r.clock_ok;
	if (!c->json)
		explain(c, &r);
	if (todo && confirm && recover_apply(c->db, file, nothing_lost,
	    c->now, c->actor, &r, err) < 0)
		return -1;
	if (c->json)
		print_json(&r, todo && confirm);
	else if (!todo)
		puts(cmd_say(c, "Nothing to recover: the database knows every "
		    "message handed over, the clock is right.",
		    "无需恢复：数据库已记录所有发出的消息，时钟正常。"));
	else if (!confirm)
		puts(cmd_say(c, "Nothing was changed. With --confirm these "
		    "messages become uncertain (never sent again by\n"
		    "themselves; see dunlin settle) and the clock is "
		    "accepted.",
		    "尚未做任何改动。加上 --confirm 后，这些消息将标记为“不确"
		    "定”（不会自动重发，见 dunlin settle），并接受当前时钟。"
		    ));
	else
		puts(cmd_say(c, "Done: sending goes on. What is uncertain is "
		    "listed by dunlin tasks.",
		    "已完成，恢复发送。不确定的消息见 dunlin tasks。"));
	return EX_OK;
}
