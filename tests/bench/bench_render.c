/* bench_render [MAILS] - mails rendered in a second of CPU time, and the
 * memory it takes, against the composing of the same texts alone (headers,
 * encoding). */
#include "../unit/render_fixture.h"
#include "bench_usage.h"

#include "render/mail_compose.h"

#include <stdio.h>
#include <stdlib.h>

#define MAILS 5000

static struct fixture *
customer(void *owner, const char *language)
{
	struct fixture *f = fixture_new(owner, language);
	const char *cur = strcmp(language, "en") == 0 ? "USD" : "CNY";

	fixture_item(f, "INV-2041", date_make(2026, 9, 1),
	    date_make(2026, 11, 1), 1234567, 999900, cur);
	fixture_item(f, "INV-2077", date_make(2026, 10, 1),
	    date_make(2026, 11, 10), 50000, 50000, cur);
	fixture_item(f, "INV-2102", date_make(2026, 10, 1),
	    date_make(2026, 12, 10), 8765, 8765, cur);
	return f;
}

static double
render(const struct templates *t, const char *language, int n)
{
	void *ctx = talloc_new(NULL);
	struct fixture *f = customer(ctx, language);
	double start = cpu();
	struct mail *m;
	struct err err;
	int i;

	for (i = 0; i < n; i++) {
		if (render_mail(NULL, t, &f->in, &m, &err) < 0) {
			fprintf(stderr, "%s\n", err.text);
			return 0;
		}
		talloc_free(m);
	}
	talloc_free(ctx);
	return n / (cpu() - start + 1e-6);
}

static double
compose(const struct templates *t, const char *language, int n)
{
	void *ctx = talloc_new(NULL);
	struct fixture *f = customer(ctx, language);
	struct mail_parts p = { .from = "a@example.com",
		.to = "b@example.com", .reply_to = "c@example.com",
		.language = language, .auto_submitted = "auto-generated",
		.message_id = "<m@example.com>" };
	double start;
	struct mail *m;
	char *bytes;
	size_t len;
	int i;

	if (render_mail(ctx, t, &f->in, &m, NULL) < 0)
		return 0;
	p.subject = m->subject;
	p.text = m->text;
	p.html = m->html;
	start = cpu();
	for (i = 0; i < n; i++) {
		mail_compose(ctx, &p, &bytes, &len, NULL);
		talloc_free(bytes);
	}
	talloc_free(ctx);
	return n / (cpu() - start + 1e-6);
}

int
main(int argc, char **argv)
{
	int mails = argc > 1 ? atoi(argv[1]) : MAILS;
	static const char *const languages[] = { "en", "zh-CN" };
	struct config_problems problems = { 0 };
	struct templates *t;
	struct err err;
	double whole, part;
	long before;
	size_t i;

	mem_init();
	if (templates_load(NULL, NULL, &t, &problems, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	for (i = 0; i < 2; i++) {
		render(t, languages[i], mails / 20 + 1);
		before = peak_kib();
		whole = render(t, languages[i], mails);
		part = compose(t, languages[i], mails);
		printf("render %-5s  %6.0f mails/s of CPU; composing alone %6.0f/s, "
		    "ratio %.2f; peak %ld KiB, grew %ld KiB\n", languages[i],
		    whole, part, whole / part, peak_kib(),
		    peak_kib() - before);
	}
	return 0;
}
