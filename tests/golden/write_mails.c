/* write_mails DIR - one mail per language and template, and some variants,
 * as DIR/NAME.eml with the facts it was made from in DIR/NAME.json. */
#include "render_fixture.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static const struct {
	const char *template, *role;
	enum stage stage;
	int late;			/* days of the oldest item */
} mails[] = {
	{ "m0-notice", "account-manager", STAGE_M0, -5 },
	{ "m0-due", "account-manager", STAGE_M0, 0 },
	{ "m1-first", "account-manager", STAGE_M1, 4 },
	{ "m1-second", "account-manager", STAGE_M1, 15 },
	{ "m1-again", "account-manager", STAGE_M1, 24 },
	{ "m2-first", "collections", STAGE_M2, 33 },
	{ "m2-second", "collections", STAGE_M2, 46 },
	{ "m2-again", "collections", STAGE_M2, 57 },
	{ "m3-first", "manager", STAGE_M3, 62 },
	{ "m3-final", "manager", STAGE_M3, 78 },
	{ "m3-again", "manager", STAGE_M3, 89 },
	{ "m4-letter", "legal", STAGE_M4, 95 },
	{ "courtesy", "account-manager", STAGE_M1, 20 },
	{ "thanks", "account-manager", STAGE_M1, -20 },
	{ "apology", "account-manager", STAGE_M1, -20 },
	{ "answer-promise", "account-manager", STAGE_M1, 20 },
	{ "answer-too-far", "account-manager", STAGE_M1, 20 },
	{ "answer-ask-date", "account-manager", STAGE_M1, 20 },
	{ "answer-claim", "account-manager", STAGE_M1, 20 },
	{ "answer-dispute", "account-manager", STAGE_M1, 20 },
	{ "answer-trade", "account-manager", STAGE_M1, 20 },
	{ "answer-statement", "account-manager", STAGE_M1, 20 },
	{ "answer-invoice", "account-manager", STAGE_M1, 20 },
	{ "answer-bank", "account-manager", STAGE_M1, 20 },
	{ "answer-hardship", "account-manager", STAGE_M1, 20 },
	{ "answer-reason", "account-manager", STAGE_M1, 20 },
	{ "answer-third-party", "account-manager", STAGE_M1, 20 },
	{ "answer-calm", "account-manager", STAGE_M1, 20 },
	{ "answer-wrong-person", "account-manager", STAGE_M1, 20 },
	{ "outcome-dispute", "account-manager", STAGE_M1, 20 },
	{ "outcome-claim", "account-manager", STAGE_M1, 20 },
};

static struct talk talk;
static struct talk_day talk_days[2];

/* Of a template; one without a change is named for an attitude. */
struct variant {
	const char *name;
	const char *template;
	void (*change)(struct fixture *f, const char *cur);
};

static int32_t today;

/* Three items: the oldest partly paid, one of a single day, one to come. */
static void
three_items(struct fixture *f, const char *cur, int late)
{
	fixture_item(f, "INV-2041", today - late - 30, today - late, 1234567,
	    999900, cur);
	if (late > 1)
		fixture_item(f, "INV-2077", today - 31, today - 1, 50000,
		    50000, cur);
	fixture_item(f, "INV-2102", DATE_NONE, today + 12, 8765, 8765, cur);
}

static void
single(struct fixture *f, const char *cur)
{
	int late = f->in.stage == STAGE_M0 ? -5 : 4;

	fixture_item(f, "INV-2041", today - late - 30, today - late, 1234567,
	    1234567, cur);
}

static void
prime(struct fixture *f, const char *cur)
{
	single(f, cur);
	f->facts.tier = TIER_PRIME;
}

/* A consumer: neutral subject, a way to stop; no name, no bank details. */
static void
consumer(struct fixture *f, const char *cur)
{
	single(f, cur);
	f->facts.party_kind = PARTY_PERSON;
	f->facts.name = f->facts.country[0] == 'C' ? "测试客户" : "Test Customer";
	f->contact.name = NULL;
	f->company.n_banks = 0;
}

/* Two currencies, a credit note, an unallocated receipt, hostile names. */
static void
mixed(struct fixture *f, const char *cur)
{
	fixture_item(f, "INV-2041", today - 70, today - 40, 100000, 100000,
	    cur);
	fixture_item(f, "<b>7&8</b>{{total}}", today - 60, today - 35, 250050,
	    200000, "EUR");
	fixture_item(f, "CN-11", today - 20, today - 20, -30000, -30000, cur);
	f->items[0].kind = ITEM_TERM;
	f->unallocated[0] = money_zero("EUR");
	f->unallocated[0].minor = 4200;
	f->facts.n_unallocated = 1;
	f->facts.name = "A \"quoted\" <name> & Söhne";
}

/* A plan of two parts. */
static void
plan(struct fixture *f, const char *cur)
{
	single(f, cur);
	talk.n_days = 2;
}

static void
reference(struct fixture *f, const char *cur)
{
	single(f, cur);
	talk.reference = "TRX-99871";
}

static void
whole(struct fixture *f, const char *cur)
{
	single(f, cur);
	talk.document = NULL;
	f->in.talk_owner = NULL;
}

/* Part of it, and the rest promised in the same breath. */
static void
part(struct fixture *f, const char *cur)
{
	single(f, cur);
	talk.n_days = 1;
	talk.part = money_zero(cur);
	talk.part.minor = 30000;
}

static void
accepted(struct fixture *f, const char *cur)
{
	single(f, cur);
	talk.outcome = DISPUTE_IS_ACCEPTED;
}

static void
withdrawn(struct fixture *f, const char *cur)
{
	single(f, cur);
	talk.outcome = DISPUTE_IS_WITHDRAWN;
}

static void
settled(struct fixture *f, const char *cur)
{
	whole(f, cur);
	talk.settled = true;
}

/* All that can be wrong with a reminder. */
static void
wrongs(struct fixture *f, const char *cur)
{
	static struct talk_wrong list[WRONG_COUNT];
	static char names[WRONG_COUNT][24];
	int i;

	single(f, cur);
	for (i = 0; i < WRONG_COUNT; i++) {
		snprintf(names[i], sizeof(names[i]), "INV-30%02d", i);
		list[i] = (struct talk_wrong){ (enum wrong)i, names[i],
		    today - 9 + (i == WRONG_DUE ? 20 : 0), money_zero(cur) };
		list[i].amount.minor = 100000 + 100 * i;
	}
	talk.wrongs = list;
	talk.n_wrongs = WRONG_COUNT;
}

static struct offer_terms offered;
static struct fact_offer stands;

/* Two per cent of what is overdue: two invoices. */
static void
offer(struct fixture *f, const char *cur)
{
	three_items(f, cur, 33);
	memset(&offered, 0, sizeof(offered));
	offered.made = true;
	memcpy(offered.cur, cur, sizeof(offered.cur));
	offered.full = 999900 + 50000;
	offered.percent = 200;
	offered.discount = offer_discount(offered.full, 200);
	offered.on = today;
	offered.day = today + 7;
	offered.n_items = 2;
	f->in.offer = &offered;
}

/* One invoice, and all of it is to be paid. */
static void
next_order(struct fixture *f, const char *cur)
{
	single(f, cur);
	offer(f, cur);
	f->facts.n_items = f->in.n_items = 1;
	offered.full = 1234567;
	offered.percent = 0;
	offered.discount = 20000;
	offered.next_order = true;
	offered.n_items = 1;
}

/* It was made three days ago. */
static void
standing(struct fixture *f, const char *cur)
{
	static const struct fact_offered items[] = { { 1, "INV-2041" },
	    { 2, "INV-2077" } };

	offer(f, cur);
	f->in.offer = NULL;
	memset(&stands, 0, sizeof(stands));
	stands.state = OFFER_IS_OPEN;
	stands.terms = offered;
	stands.terms.on = today - 3;
	stands.terms.day = today + 4;
	stands.items = items;
	stands.n_items = 2;
	f->facts.offer = &stands;
}

static const struct variant variants[] = {
	{ "offer", "m2-first", offer },
	{ "next-order", "m2-second", next_order },
	{ "standing", "answer-promise", standing },
	{ "standing", "answer-statement", standing },
	{ "passive", "m2-first", NULL },
	{ "sales-led", "m2-first", NULL },
	{ "payment-led", "m2-first", NULL },
	{ "strategic", "m2-first", NULL },
	{ "passive", "m2-second", NULL },
	{ "sales-led", "m2-second", NULL },
	{ "payment-led", "m2-second", NULL },
	{ "strategic", "m2-second", NULL },
	{ "passive", "m3-first", NULL },
	{ "sales-led", "m3-first", NULL },
	{ "payment-led", "m3-first", NULL },
	{ "strategic", "m3-first", NULL },
	{ "wrongs", "apology", wrongs },
	{ "plan", "answer-promise", plan },
	{ "reference", "answer-claim", reference },
	{ "whole", "answer-dispute", whole },
	{ "part", "answer-dispute", part },
	{ "accepted", "outcome-dispute", accepted },
	{ "withdrawn", "outcome-dispute", withdrawn },
	{ "settled", "outcome-claim", settled },
	{ "single", "m1-first", single },
	{ "single", "m0-notice", single },
	{ "prime", "m1-first", prime },
	{ "consumer", "m1-first", consumer },
	{ "mixed", "m2-first", mixed },
};

static void
put_file(const char *dir, const char *name, const char *suffix,
    const char *data, size_t n)
{
	char path[1024];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.%s", dir, name, suffix);
	f = fopen(path, "wb");
	if (f == NULL || fwrite(data, 1, n, f) != n || fclose(f) != 0) {
		perror(path);
		exit(1);
	}
}

static void
write_facts(const char *dir, const char *name, const struct fixture *f)
{
	json_t *items = json_array(), *facts;
	char *text;
	size_t i;

	for (i = 0; i < f->facts.n_items; i++) {
		const struct fact_item *t = &f->items[i];

		json_array_append_new(items, json_pack(
		    "{s:s, s:I, s:I, s:s, s:i, s:i}", "document",
		    t->document, "amount", (json_int_t)t->amount, "open",
		    (json_int_t)t->open, "currency", t->cur, "due",
		    (int)t->due, "issued", t->issued == DATE_NONE ? 0 :
		    (int)t->issued));
	}
	for (i = 0; i < f->facts.n_unallocated; i++)
		json_array_append_new(items, json_pack("{s:n, s:I, s:s}",
		    "document", "open", -(json_int_t)f->unallocated[i].minor,
		    "currency", f->unallocated[i].cur));
	facts = json_pack("{s:s, s:s, s:o, s:i}", "template", f->in.template,
	    "language", f->in.language, "items", items, "today",
	    (int)today);
	if (f->in.offer != NULL || f->facts.offer != NULL)
		json_object_set_new(facts, "offer", json_pack("[I, I, I]",
		    (json_int_t)offer_sum(&offered),
		    (json_int_t)offered.discount, (json_int_t)offered.full));
	text = json_dumps(facts, JSON_INDENT(1));
	put_file(dir, name, "json", text, strlen(text));
	free(text);
	json_decref(facts);
}

static void
write_mail(const char *dir, const struct templates *t, const char *language,
    size_t i, const struct variant *v)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	static const char *const references[] = {
	    "<dunlin.0.aaaaaaaa@example.com>",
	    "<dunlin.0.bbbbbbbb@example.com>", NULL };
	struct fixture *f = fixture_new(ctx, language);
	const char *cur = strcmp(language, "en") == 0 ? "USD" : "CNY";
	struct mail *m;
	struct err err;
	char *name;

	f->in.template = mails[i].template;
	f->in.role = mails[i].role;
	f->in.stage = mails[i].stage;
	memset(&talk, 0, sizeof(talk));
	talk.days = talk_days;
	talk.n_days = strcmp(mails[i].template, "answer-dispute") != 0;
	talk.latest = today + 30;
	talk.by = today + 7;
	talk.bill = DATE_NONE;
	talk.received = today - 2;
	talk.receipt = money_zero(cur);
	talk.receipt.minor = 1234567;
	talk.parts = 6;
	talk.document = "INV-2041";
	talk.outcome = DISPUTE_IS_REJECTED;
	talk_days[0].day = today + 7;
	talk_days[0].amount = talk_days[1].amount = money_zero(cur);
	talk_days[0].amount.minor = 500000;
	talk_days[1].day = today + 37;
	talk_days[1].amount.minor = 734567;
	f->in.talk = strncmp(mails[i].template, "answer-", 7) == 0 ||
	    strncmp(mails[i].template, "outcome-", 8) == 0 ||
	    strncmp(mails[i].template, "apology", 7) == 0 ? &talk : NULL;
	talk.sent = today - 3;
	f->in.talk_owner = f->facts.country[0] == 'C' ? "测试员" :
	    "Test Person";
	if (v != NULL && v->change != NULL)
		v->change(f, cur);
	else
		three_items(f, cur, mails[i].late);
	if (v != NULL && v->change == NULL)
		f->facts.attitude = v->name;
	if (mails[i].late > 10)
		f->in.references = references;
	f->promise.day = today + 1;
	f->promise.amount = money_zero(cur);
	f->promise.amount.minor = 999900;
	f->in.promise = &f->promise;
	f->payment.day = today - 1;
	f->payment.amount = f->promise.amount;
	f->in.payment = &f->payment;
	name = mem_fmt(ctx, "%s-%s%s%s", language, mails[i].template,
	    v != NULL ? "-" : "", v != NULL ? v->name : "");
	if (render_mail(ctx, t, &f->in, &m, &err) < 0) {
		fprintf(stderr, "%s: %s\n", name, err.text);
		exit(1);
	}
	put_file(dir, name, "eml", m->bytes, m->len);
	write_facts(dir, name, f);
}

int
main(int argc, char **argv)
{
	static const char *const languages[] = { "en", "zh-CN" };
	struct config_problems problems = { 0 };
	struct templates *t;
	struct err err;
	size_t i, j, k;

	mem_init();
	today = date_make(2026, 11, 20);
	if (argc != 2 || templates_load(NULL, NULL, &t, &problems, &err) < 0) {
		fprintf(stderr, "%s\n", argc != 2 ? "usage: write_mails DIR" :
		    err.text);
		return 1;
	}
	for (i = 0; i < 2; i++) {
		for (j = 0; j < sizeof(mails) / sizeof(mails[0]); j++) {
			write_mail(argv[1], t, languages[i], j, NULL);
			for (k = 0; k < sizeof(variants) /
			    sizeof(variants[0]); k++)
				if (strcmp(variants[k].template,
				    mails[j].template) == 0)
					write_mail(argv[1], t, languages[i],
					    j, &variants[k]);
		}
	}
	return 0;
}
