/* fuzz_letter.c - any bytes as the markup of a letter and as a .letter file;
 * what is a letter is put on pages, the PDF ends as one, and capital figures
 * that can be read are written again.  Run it with -detect_leaks=0: the font
 * libraries keep caches that nobody points to. */
#include "base/mem.h"
#include "base/text.h"
#include "render/capital.h"
#include "render/letter_page.h"
#include "render/pdf.h"
#include "render/template.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
ignore(void *arg, const char *line)
{
}

static void
pages(void *m, const char *s)
{
	struct canvas_info info = { "t", "a", "en", 0 };
	struct letter *l;
	struct err err;
	char *pdf;
	size_t len;
	int count;

	/* Fonts take a tenth of a second: one in sixteen. */
	if (letter_parse(m, "f", 1, s, &l, &err) < 0 ||
	    text_hash(s) % 16 != 0 || letter_pages(m, l, &info, NULL, &pdf, &len, &count, &err) < 0)
		return;
	if (count < 1 || len < 100 || memcmp(pdf, "%PDF-", 5) != 0 ||
	    memcmp(pdf + len - 6, "%%EOF\n", 6) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	void *m = talloc_new(NULL);
	char *s = mem_strn(m, (const char *)data, n), *pdf, *again;
	struct money amount = { 0, "CNY" };
	struct err err;
	size_t len;

	template_parse_letter(m, "f", "en", "m4", s, ignore, NULL);
	if (n < 4096)
		pages(m, s);
	pdf_complete(m, (const char *)data, n, "en", &pdf, &len, &err);
	if (capital_read(s, &amount.minor) && amount.minor <
	    INT64_C(999999999999999) && capital_money(m, amount, &again,
	    &err) < 0)
		abort();
	talloc_free(m);
	return 0;
}
