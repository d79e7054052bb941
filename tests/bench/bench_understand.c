/* Short texts and mails per second of one core, with peak memory.  The mails
 * are made here: 12 KiB, a quoted thread and an HTML form of the same; the
 * references are our parsing of them, and GMime's alone. */
#include "understand/understand.h"

#include "base/clock.h"
#include "base/mem.h"
#include "understand/mime.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include <gmime/gmime.h>

#define TEXT_ROUNDS 400
#define MAIL_ROUNDS 1500
#define MAIL_SIZE (12 * 1024)

static const char *const texts[] = {
	"Will pay by Friday", "ok", "STOP", "paid it yesterday",
	"We'll settle the full 4,250.00 on the 27th",
	"half on the 15th half on the 30th", "wrong number mate",
	"the goods were faulty", "lost my job, can't afford it",
	"Could we have another week to pay?",
	"下周五之前一定打过去", "已经付了", "打错了，我不是张三",
	"月底前先付一半，剩下的下月15号", "金额不对", "资金紧张，付不了",
	"收到", "等甲方打款了就付", "请把对账单发给我", "周五转你2万",
};

/* Seconds of this process on the core: others may share the machine. */
static double
spent(void)
{
	struct rusage use;

	getrusage(RUSAGE_SELF, &use);
	return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
	    (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

static double
seconds(double start)
{
	double s = spent() - start;

	return s > 0.0 ? s : 1e-6;
}

static void
bench_texts(struct understander *u)
{
	struct understand_in in = { .tz = "Asia/Shanghai" };
	size_t n = sizeof(texts) / sizeof(texts[0]), i;
	struct text *out = text_new(NULL);
	struct meaning *m;
	double start;
	int round;

	in.ref = date_make(2026, 3, 11);
	for (round = -1, start = 0; round < TEXT_ROUNDS; round++) {
		if (round == 0)		/* the tables are built by now */
			start = spent();
		for (i = 0; i < n; i++) {
			m = understand_text(u, NULL, &in, texts[i],
			    strlen(texts[i]));
			text_clear(out);
			meaning_json(m, "1", out);
			talloc_free(m);
		}
	}
	printf("short texts: %.0f a second\n",
	    (double)n * TEXT_ROUNDS / seconds(start));
	text_free(out);
}

static char *
make_mail(void)
{
	struct text *t = text_new(NULL);
	int i;

	text_add(t, "From: Jo <jo@acme.example>\nTo: ar@example.com\n"
	    "Date: Wed, 11 Mar 2026 10:00:00 +0000\nSubject: Re: Reminder\n"
	    "MIME-Version: 1.0\nContent-Type: multipart/alternative; "
	    "boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n"
	    "Hi,\n\nwe will pay invoice 10442 on Friday.\n\nJo\n\n"
	    "On Tue, 10 Mar 2026 at 09:00, AR <ar@example.com> wrote:\n");
	for (i = 0; text_len(t) < MAIL_SIZE / 2; i++)
		text_addf(t, "> Line %d of the reminder that was sent, with "
		    "its table of open items.\n", i);
	text_add(t, "\n--b\nContent-Type: text/html; charset=utf-8\n\n"
	    "<p>Hi,</p><p>we will pay invoice 10442 on Friday.</p>"
	    "<blockquote>");
	while (text_len(t) < MAIL_SIZE)
		text_add(t, "<p>A line of the <b>reminder</b>.</p>\n");
	text_add(t, "</blockquote>\n--b--\n");
	return mem_str(NULL, text_str(t));
}

/* Seconds that GMime alone takes for all rounds. */
static double
bare(const char *mail, size_t n)
{
	double start = spent();
	GMimeStream *stream;
	GMimeParser *parser;
	int i;

	for (i = 0; i < MAIL_ROUNDS; i++) {
		stream = g_mime_stream_mem_new_with_buffer(mail, n);
		parser = g_mime_parser_new_with_stream(stream);
		g_object_unref(g_mime_parser_construct_message(parser,
		    NULL));
		g_object_unref(parser);
		g_object_unref(stream);
	}
	return seconds(start);
}

static void
bench_mails(struct understander *u)
{
	struct understand_in in = { .tz = "Europe/London" };
	char *mail = make_mail();
	size_t n = strlen(mail);
	double start;
	int i;

	talloc_free(understand_mail(u, NULL, &in, mail, n, CLOCK_NONE));
	start = spent();
	for (i = 0; i < MAIL_ROUNDS; i++)
		talloc_free(understand_mail(u, NULL, &in, mail, n,
		    CLOCK_NONE));
	printf("mails of 12 KiB: %.0f a second\n",
	    MAIL_ROUNDS / seconds(start));
	start = spent();
	for (i = 0; i < MAIL_ROUNDS; i++) {
		void *owner = talloc_new(NULL);

		mime_parse(owner, mail, n);
		talloc_free(owner);
	}
	printf("  parsed only: %.0f a second\n",
	    MAIL_ROUNDS / seconds(start));
	printf("  bare GMime: %.0f a second\n", MAIL_ROUNDS / bare(mail, n));
	talloc_free(mail);
}

int
main(void)
{
	struct understander *u;
	struct rusage use;

	mem_init();
	u = understander_new(NULL);
	bench_texts(u);
	bench_mails(u);
	talloc_free(u);
	getrusage(RUSAGE_SELF, &use);
	printf("peak memory: %ld KiB\n", use.ru_maxrss);
	return 0;
}
