/* write_letters DIR SEAL - letters of several accounts in both languages, as
 * DIR/NAME.pdf with the picture SEAL, and what they say to the linter as
 * DIR/NAME.said. */
#include "base/file.h"
#include "render_fixture.h"

#include <stdio.h>
#include <stdlib.h>

static int32_t today;
static const char *seal;

static void
one(struct fixture *f, const char *cur)
{
	fixture_item(f, "INV-2041", today - 125, today - 95, 1640902, 1640902,
	    cur);
}

/* Over several pages; documents as long as ledgers have them. */
static void
forty(struct fixture *f, const char *cur)
{
	int i;

	for (i = 0; i < 40; i++)
		fixture_item(f, mem_fmt(f, i % 7 == 3 ?
		    "2026/HERON-EXPORT-PUMPS/%04d-A" : "INV-%04d", 2100 + i),
		    today - 140 + i * 2, today - 110 + i * 2,
		    123456 + i * 98765, i % 5 == 0 ? 100000 + i : 123456 +
		    i * 98765, cur);
}

static void
long_names(struct fixture *f, const char *cur)
{
	one(f, cur);
	f->facts.name = f->facts.country[0] == 'C' ?
	    "内蒙古自治区呼伦贝尔市白鹳重型机械制造与国际工程技术服务集团股份有限公司"
	    "（海拉尔第二分公司）" :
	    "The Stork & Sons Consolidated Hydraulic Engineering, Pump "
	    "Maintenance and Export Services (Northern Region) Holding Inc.";
	f->names[0].text = "Heron Pumps, Valves, Compressors and Water "
	    "Treatment Equipment Manufacturing (Shanghai) Limited";
	f->contact.name = f->facts.country[0] == 'C' ?
	    "集团财务共享中心应付账款及供应商往来核算一组" :
	    "Accounts Payable, Shared Service Centre for Northern Europe";
	f->company.address = "Building 12, Floor 3, Units 301 to 318, "
	    "1288 Example Road, Example Industrial Park, Shanghai";
	f->company.place = f->facts.country[0] == 'C' ? "上海" : "Shanghai";
}

/* A credit, a receipt and hostile names too. */
static void
two_currencies(struct fixture *f, const char *cur)
{
	one(f, cur);
	fixture_item(f, "<b>7&8</b>{{total}}", today - 130, today - 99,
	    250050, 200000, "EUR");
	fixture_item(f, "INV-2102", DATE_NONE, today + 12, 8765, 8765, cur);
	fixture_item(f, "CN-11", today - 20, today - 20, -30000, -30000, cur);
	f->items[1].kind = ITEM_TERM;
	f->unallocated[0] = money_zero("EUR");
	f->unallocated[0].minor = 4200;
	f->facts.n_unallocated = 1;
	f->facts.name = "A \"quoted\" <name> & Söhne</row>";
}

/* A name in traditional characters and rare ones; a person; no bank. */
static void
traditional(struct fixture *f, const char *cur)
{
	one(f, cur);
	f->facts.name = "臺灣鸛鳥機械股份有限公司（負責人：𠮷田堃）";
	f->facts.party_kind = PARTY_PERSON;
	f->facts.country = "TW";
	f->contact.name = NULL;
	f->company.n_banks = 0;
}

/* With a seal beside write_letters.c. */
static void
sealed(struct fixture *f, const char *cur)
{
	one(f, cur);
	f->company.seal = seal;
	f->company.seal_width = 40;
}

static const struct {
	const char *name;
	void (*change)(struct fixture *f, const char *cur);
} letters[] = {
	{ "one", one }, { "forty", forty }, { "long", long_names },
	{ "two", two_currencies }, { "traditional", traditional },
	{ "sealed", sealed },
};

static void
fail(const char *name, const char *what)
{
	fprintf(stderr, "%s: %s\n", name, what);
	exit(1);
}

static void
write_letter(const char *dir, const struct templates *t,
    const char *language, size_t i)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct fixture *f = fixture_new(ctx, language);
	char *path = mem_fmt(ctx, "%s/%s-letter-%s", dir, language,
	    letters[i].name), *pdf = mem_fmt(ctx, "%s.pdf", path);
	const struct mail_file *file;
	struct mail *m;
	struct err err;

	f->in.template = "m4-letter";
	f->in.role = "legal";
	f->in.stage = STAGE_M4;
	letters[i].change(f, strcmp(language, "en") == 0 ? "USD" : "CNY");
	if (render_mail(ctx, t, &f->in, &m, &err) < 0)
		fail(path, err.text);
	file = render_letter(m);
	if (file_write(pdf, file->text, file->len, 0644, &err) < 0 ||
	    file_write(mem_fmt(ctx, "%s.said", path), m->letter,
	    strlen(m->letter), 0644, &err) < 0)
		fail(path, err.text);
}

int
main(int argc, char **argv)
{
	static const char *const languages[] = { "en", "zh-CN" };
	struct config_problems problems = { 0 };
	struct templates *t;
	struct err err;
	size_t i, k;

	mem_init();
	today = date_make(2026, 11, 20);
	if (argc != 3)
		fail("usage", "write_letters DIR SEAL");
	seal = argv[2];
	if (templates_load(NULL, NULL, &t, &problems, &err) < 0)
		fail("templates", err.text);
	for (i = 0; i < 2; i++)
		for (k = 0; k < sizeof(letters) / sizeof(letters[0]); k++)
			write_letter(argv[1], t, languages[i], k);
	return 0;
}
