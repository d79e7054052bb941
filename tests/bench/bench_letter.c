/* bench_letter [LETTERS] - demand letters of 5 and of 40 items in both
 * languages: how many in a second of CPU time, their size, and the peak of
 * memory after the first and after all: it must not grow. */
#include "../unit/render_fixture.h"
#include "bench_usage.h"

#include <stdio.h>
#include <stdlib.h>

#define LETTERS 1000
#define WARM 20

/* Another customer each time: another name and other amounts. */
static size_t
letter(const struct templates *t, const char *language, int items, int i)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct fixture *f = fixture_new(ctx, language);
	int32_t today = date_make(2026, 11, 20);
	struct mail *m;
	struct err err;
	int k;

	f->in.template = "m4-letter";
	f->in.role = "legal";
	f->in.stage = STAGE_M4;
	f->facts.code = mem_fmt(ctx, "C-%d", i);
	for (k = 0; k < items; k++)
		fixture_item(f, mem_fmt(ctx, "INV-%d", 1000 + i + k),
		    today - 130 - k, today - 100 - k, 100000 + i * 7 + k,
		    100000 + i * 7 + k, strcmp(language, "en") == 0 ? "USD" :
		    "CNY");
	if (render_mail(ctx, t, &f->in, &m, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	return render_letter(m)->len;
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *language;
		int items;
	} kinds[] = { { "en", 5 }, { "zh-CN", 5 }, { "en", 40 },
	    { "zh-CN", 40 } };
	int n = argc > 1 ? atoi(argv[1]) : LETTERS, i, k;
	struct templates *t;
	struct err err;
	size_t bytes;
	double start;
	long first;

	mem_init();
	if (templates_load(NULL, NULL, &t, NULL, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	for (i = 0; i < WARM; i++)
		letter(t, kinds[i % 4].language, kinds[i % 4].items, i);
	first = peak_kib();
	printf("after %d letters: %ld KiB\n", WARM, first);
	for (k = 0; k < 4; k++) {
		start = cpu();
		for (bytes = 0, i = 0; i < n / 4; i++)
			bytes += letter(t, kinds[k].language, kinds[k].items,
			    i);
		printf("%s, %d items: %.0f letters/s, %zu bytes each\n",
		    kinds[k].language, kinds[k].items, n / 4 / (cpu() - start),
		    bytes / (size_t)(n / 4));
	}
	printf("after %d letters: %ld KiB (grew by %ld)\n", n / 4 * 4 + WARM,
	    peak_kib(), peak_kib() - first);
	return 0;
}
