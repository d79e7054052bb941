#include "core/phone.h"

#include "base/text.h"

#include <stdint.h>
#include <string.h>

#define DIGITS_MAX 24		/* with prefixes */
#define E164_LEAST 7
#define E164_MOST 15

struct plan {
	const char *country, *code, *trunk, *international;
	size_t least, most;
};

struct range {
	const char *country, *start;
	size_t least, most;
	enum phone_kind kind;
};

static const struct plan plans[] = {
#define PHONE_PLAN(c, code, trunk, intl, least, most) \
	{ #c, code, trunk, intl, least, most },
#define PHONE_RANGE(c, start, least, most, kind)
#include "core/phones.def"
#undef PHONE_PLAN
#undef PHONE_RANGE
};
#define PLANS (sizeof(plans) / sizeof(plans[0]))

static const struct range ranges[] = {
#define PHONE_PLAN(c, code, trunk, intl, least, most)
#define PHONE_RANGE(c, start, least, most, kind) \
	{ #c, start, least, most, kind },
#include "core/phones.def"
#undef PHONE_PLAN
#undef PHONE_RANGE
};
#define RANGES (sizeof(ranges) / sizeof(ranges[0]))

/* Area codes of the North American plan: Canada's, those of other countries
 * and territories, and those that are no place. */
static const char canada[] = " 204 226 236 249 250 257 263 289 306 343 354 "
    "365 367 368 382 403 416 418 428 431 437 438 450 468 474 506 514 519 548 "
    "579 581 584 587 604 613 639 647 672 683 705 709 742 753 778 780 782 807 "
    "819 825 867 873 879 902 905 942 ";
static const char others[] = " 242 246 264 268 284 340 345 441 473 649 658 "
    "664 670 671 684 721 758 767 784 787 809 829 849 868 869 876 939 ";
static const char services[] = " 500 521 522 523 524 525 526 527 528 529 532 "
    "533 535 538 542 543 544 545 546 547 549 550 552 553 554 556 566 558 569 "
    "577 588 600 622 700 710 800 822 833 844 855 866 877 888 900 ";

static bool
has_code(const char *list, const char *npa)
{
	char word[6] = { ' ', npa[0], npa[1], npa[2], ' ', '\0' };

	return strstr(list, word) != NULL;
}

/* Digits of text and whether it began with +; "(0)" after it is left out. */
static bool
digits_of(const char *text, char out[DIGITS_MAX + 1], bool *ret_plus)
{
	size_t n = strlen(text), len, k = 0;
	uint32_t cp;

	*ret_plus = false;
	for (; n > 0; text += len, n -= len) {
		len = text_decode(text, n, &cp);
		if (len == 0)
			return false;
		if (cp >= 0xff01 && cp <= 0xff5e)	/* full-width */
			cp -= 0xfee0;
		if (cp == '+' && k == 0 && !*ret_plus) {
			*ret_plus = true;
		} else if (*ret_plus && k > 0 && n >= 3 &&
		    memcmp(text, "(0)", 3) == 0) {
			len = 3;
		} else if (cp >= '0' && cp <= '9') {
			if (k == DIGITS_MAX)
				return false;
			out[k++] = (char)cp;
		} else if (cp > 0x7f ? cp != 0xa0 && cp != 0x3000 &&
		    cp != 0x2010 && cp != 0x2011 && cp != 0x2013 :
		    strchr(" -.()/", (int)cp) == NULL) {
			return false;
		}
	}
	out[k] = '\0';
	return k > 0;
}

static const struct plan *
plan_of(const char *country)
{
	size_t i;

	for (i = 0; country != NULL && i < PLANS; i++)
		if (strcmp(plans[i].country, country) == 0)
			return &plans[i];
	return NULL;
}

/* The plan whose country code begins an international number. */
static const struct plan *
plan_at(const char *digits)
{
	size_t i;

	for (i = 0; i < PLANS; i++)
		if (text_starts(digits, plans[i].code))
			return &plans[i];
	return NULL;
}

static bool
american(const char *n, struct phone *p)
{
	if (n[0] < '2' || n[3] < '2' || n[1] == '9' ||
	    (n[1] == '1' && n[2] == '1') || (n[4] == '1' && n[5] == '1'))
		return false;
	p->kind = PHONE_EITHER;
	strcpy(p->country, has_code(canada, n) ? "CA" :
	    has_code(others, n) ? "" : "US");
	if (has_code(services, n))
		p->kind = PHONE_SERVICE;
	return true;
}

/* Is n a national number of the plan?  Fills country and kind. */
static bool
national(const struct plan *plan, const char *n, struct phone *p)
{
	const struct range *best = NULL;
	size_t i, len = strlen(n);

	if (len < plan->least || len > plan->most)
		return false;
	if (strcmp(plan->code, "1") == 0)
		return american(n, p);
	for (i = 0; i < RANGES; i++)
		if (ranges[i].country[0] == plan->country[0] &&
		    ranges[i].country[1] == plan->country[1] &&
		    text_starts(n, ranges[i].start) &&
		    len >= ranges[i].least && len <= ranges[i].most &&
		    (best == NULL || strlen(ranges[i].start) >
		    strlen(best->start)))
			best = &ranges[i];
	if (best == NULL)
		return false;
	strcpy(p->country, plan->country);
	p->kind = best->kind;
	return true;
}

static void
compose(struct phone *p, const char *code, const char *n)
{
	p->e164[0] = '+';
	p->e164[1] = '\0';
	strcat(p->e164, code);
	strcat(p->e164, n);
	p->code_len = (int)strlen(code);
}

/* Behind + or an international prefix. */
static int
international(const char *d, const char *text, struct phone *p,
    struct err *err)
{
	const struct plan *plan = plan_at(d);
	size_t n = strlen(d);
	const char *rest;

	if (n < E164_LEAST || n > E164_MOST || d[0] == '0')
		return err_set(err, ERR_PERM, "\"%.40s\" is no phone number: "
		    "write + and the country code, then 4 to 13 digits",
		    text);
	if (plan == NULL) {
		p->e164[0] = '+';
		strcpy(p->e164 + 1, d);
		p->kind = PHONE_EITHER;
		return 0;
	}
	rest = d + strlen(plan->code);
	/* +44 020...: the trunk prefix does not belong there. */
	if (strcmp(plan->trunk, "0") == 0 && rest[0] == '0')
		rest++;
	if (!national(plan, rest, p))
		return err_set(err, ERR_PERM, "\"%.40s\" is no number of "
		    "country code +%s: look whether a digit is missing or "
		    "too many", text, plan->code);
	compose(p, plan->code, rest);
	return 0;
}

/* The digits behind one of the plan's international prefixes, or NULL. */
static const char *
behind_prefix(const struct plan *plan, const char *d)
{
	const char *p = plan->international;
	size_t n;

	for (;; p += n + 1) {
		n = strcspn(p, " ");
		if (n > 0 && strncmp(d, p, n) == 0)
			return d + n;
		if (p[n] == '\0')
			return NULL;
	}
}

int
phone_parse(const char *text, const char *country, struct phone *ret,
    struct err *err)
{
	const struct plan *plan = plan_of(country);
	struct phone p = { .country = "" };
	char d[DIGITS_MAX + 1];
	const char *rest;
	size_t n;
	bool plus;

	if (!digits_of(text, d, &plus))
		return err_set(err, ERR_PERM, "\"%.40s\" is no phone number: "
		    "write digits, + in front of a country code, no "
		    "extension", text);
	if (plus || (plan == NULL && text_starts(d, "00"))) {
		if (international(plus ? d : d + 2, text, &p, err) < 0)
			return -1;
		*ret = p;
		return 0;
	}
	if (plan == NULL)
		return err_set(err, ERR_PERM, "\"%.40s\" has no country: "
		    "write it with + and the country code", text);
	n = strlen(plan->trunk);
	rest = n > 0 && text_starts(d, plan->trunk) ? d + n : d;
	if (national(plan, rest, &p) || national(plan, rest = d, &p)) {
		compose(&p, plan->code, rest);
	} else if ((rest = behind_prefix(plan, d)) != NULL ||
	    text_starts(rest = d, plan->code)) {
		/* 0044..., or the code without its + */
		if (international(rest, text, &p, err) < 0)
			return -1;
	} else {
		return err_set(err, ERR_PERM, "\"%.40s\" is no number of %s: "
		    "look whether a digit is missing, or write + and the "
		    "country code", text, country);
	}
	*ret = p;
	return 0;
}

int
phone_mobile(const char *text, const char *country, struct phone *ret,
    struct err *err)
{
	struct phone p;

	if (phone_parse(text, country, &p, err) < 0)
		return -1;
	if (p.kind == PHONE_FIXED)
		return err_set(err, ERR_PERM, "\"%.40s\" is a fixed line of "
		    "%s: SMS need a mobile number", text, p.country);
	if (p.kind == PHONE_SERVICE)
		return err_set(err, ERR_PERM, "\"%.40s\" is a service number "
		    "of %s: SMS need a mobile number", text,
		    p.country[0] != '\0' ? p.country : "+1");
	*ret = p;
	return 0;
}
