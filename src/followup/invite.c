#include "followup/invite.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"
#include "followup/ical.h"
#include "render/locale.h"

#include <string.h>

#define DAYS_MAX 60
#define NAMED_MAX 5		/* documents in a title */

static char *
make_uid(void *owner, const struct render_input *in, const char *cause,
    size_t nth)
{
	unsigned char digest[HASH_LEN];
	char hex[HASH_HEX_MAX];
	struct hash *h = hash_new(owner);

	hash_text(h, "dunlin-pay");
	hash_text(h, in->company->code);
	hash_text(h, in->company->message_domain);
	hash_text(h, in->facts->code);
	hash_text(h, cause);
	hash_int(h, (int64_t)nth);
	hash_done(h, digest);
	return mem_strn(owner, hash_hex(digest, hex), 32);
}

/* What the money is for; the customer number where that is not one thing. */
static char *
reference(void *owner, const struct render_input *in)
{
	struct text *t = text_new(owner);
	size_t i;

	if (in->n_items == 0 || in->n_items > NAMED_MAX)
		return mem_str(owner, in->facts->code);
	for (i = 0; i < in->n_items; i++)
		text_addf(t, "%s%s", i > 0 ? ", " : "",
		    in->facts->items[in->items[i].i].document);
	return mem_str(owner, text_str(t));
}

static void
line(struct text *t, const char *s)
{
	if (s != NULL)
		text_addf(t, "%s%s", text_len(t) > 0 ? "\n" : "", s);
}

static char *
bank(void *owner, const struct render_input *in, const char *cur,
    const char *language)
{
	const struct config_bank *b = config_bank(in->company, cur, language);
	struct text *t = text_new(owner);

	if (b == NULL)
		return NULL;
	line(t, b->holder);
	line(t, b->bank);
	line(t, b->account);
	line(t, b->swift);
	line(t, b->note);
	return mem_str(owner, text_str(t));
}

char *
invite_make(void *owner, const struct render_input *in, const char *cause)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	const char *language = locale_tag(locale_for(in->language));
	struct ical_stream s = { .method = "PUBLISH", .now = in->now };
	struct entry list[DAYS_MAX];
	struct entry_pay p = { .now = in->now };
	const char *cur;
	size_t i, n;

	n = in->talk == NULL ? 0 : in->talk->n_days;
	/* A bill of exchange is no transfer that somebody has to make. */
	if (n == 0 || n > DAYS_MAX || in->talk->bill != DATE_NONE)
		return NULL;
	p.company = config_company_name(in->company, language);
	p.reference = reference(tmp, in);
	for (i = 0; i < n; i++) {
		p.day = in->talk->days[i].day;
		p.amount = in->talk->days[i].amount;
		cur = p.amount.minor > 0 || in->n_items == 0 ? p.amount.cur :
		    in->facts->items[in->items[0].i].cur;
		p.bank = bank(tmp, in, cur, language);
		p.uid = make_uid(tmp, in, cause, i);
		entry_make_pay(tmp, &p, language, &list[i]);
	}
	return ical_write(owner, &s, list, n);
}
