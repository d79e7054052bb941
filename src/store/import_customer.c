/* import_customer.c - what a ledger says about a customer, against what is
 * known. */
#include "store/import_diff.h"

#include "core/country.h"

#include <string.h>

bool
diff_same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* A zone that the file does not name comes from the country, if that keeps
 * one time, and then from --zone; what is known stays before a guess. */
static const char *
zone_of(const struct diff *d, const struct stage_account *a,
    const struct party_facts *old, const struct party_facts *want)
{
	const char *zone = a->attr[ATTR_ZONE], *only = NULL;
	const char *country = a->attr[ATTR_COUNTRY];
	bool moved = old == NULL || !diff_same_text(old->country,
	    want->country);

	if (country != NULL)
		only = country_zone(country);
	if (zone == NULL && (moved || old->zone == NULL))
		zone = only;
	if (zone == NULL && only == NULL)
		zone = d->o->zone;
	if (zone == NULL && old != NULL && !moved)
		zone = old->zone;
	if (zone == NULL && want->country != NULL)
		zone = country_zone(want->country);
	return zone;
}

void
diff_party(const struct diff *d, const struct stage_account *a,
    const struct party_facts *old, struct party_facts *ret_want)
{
	struct party_facts w;

	w.name = a->attr[ATTR_NAME];
	if (w.name == NULL)
		w.name = old != NULL ? old->name : a->code;
	w.language = a->attr[ATTR_LANGUAGE];
	if (w.language == NULL && old != NULL)
		w.language = old->language;
	w.country = a->attr[ATTR_COUNTRY];
	if (w.country == NULL)
		w.country = d->o->country;
	if (w.country == NULL && old != NULL)
		w.country = old->country;
	w.zone = zone_of(d, a, old, &w);
	w.credit = a->attr[ATTR_CREDIT];
	if (w.credit == NULL)
		w.credit = old != NULL ? old->credit : NULL;
	else if (*w.credit == '\0')
		w.credit = NULL;
	*ret_want = w;
}

static void
put_address(struct diff_address *out, size_t *n, enum address_kind kind,
    const char *s, size_t len)
{
	struct diff_address *x = &out[*n];
	size_t i;

	while (len > 0 && s[len - 1] == ' ')
		len--;
	if (len == 0 || len >= ADDRESS_MAX || *n == DIFF_ADDRESSES)
		return;
	memset(x, 0, sizeof(*x));
	x->kind = kind;
	memcpy(x->value, s, len);
	/* Both were checked when the file was read. */
	if ((kind == ADDRESS_EMAIL ? address_email(x->value, x->norm, NULL) :
	    address_phone(x->value, x->norm, NULL)) < 0)
		return;
	for (i = 0; i < *n; i++)
		if (out[i].kind == kind && strcmp(out[i].norm, x->norm) == 0)
			return;
	x->add = true;
	(*n)++;
}

size_t
diff_addresses(const struct stage_account *a,
    const struct contact_row *contacts, size_t n_contacts,
    struct diff_address *out)
{
	const char *s = a->attr[ATTR_EMAIL], *phone = a->attr[ATTR_PHONE];
	size_t n = 0, i, j;

	while (s != NULL && *s != '\0') {
		s += strspn(s, " ;");
		put_address(out, &n, ADDRESS_EMAIL, s, strcspn(s, ";"));
		s += strcspn(s, ";");
	}
	if (phone != NULL)
		put_address(out, &n, ADDRESS_PHONE, phone, strlen(phone));
	for (i = 0; i < n; i++)
		for (j = 0; j < n_contacts; j++)
			if (contacts[j].kind == out[i].kind &&
			    strcmp(contacts[j].norm, out[i].norm) == 0 &&
			    (!contacts[j].closed ||
			    !contacts[j].closed_by_ledger))
				out[i].add = false;
	return n;
}

bool
diff_dropped(const struct contact_row *c, const struct stage_account *a,
    const struct diff_address *addresses, size_t n)
{
	size_t i;

	if (c->closed || !c->from_ledger || a->attr[c->kind == ADDRESS_EMAIL ?
	    ATTR_EMAIL : ATTR_PHONE] == NULL)
		return false;
	for (i = 0; i < n; i++)
		if (addresses[i].kind == c->kind &&
		    strcmp(addresses[i].norm, c->norm) == 0)
			return false;
	return true;
}
