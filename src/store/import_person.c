/* import_person.c - the customer of an account: party, addresses, contacts. */
#include "store/import_writer.h"

#include "base/mem.h"

/* In the payload of the event of a new account. */
static void
name_contact(json_t *opened, const char *value)
{
	json_t *list = json_object_get(opened, "contacts");

	if (list == NULL) {
		list = json_array();
		json_object_set_new(opened, "contacts", list);
	}
	json_array_append_new(list, json_string(value));
}

/* opened: the payload of the event of a new account; NULL: it is not new. */
static int
write_contacts(struct writer *w, json_t *opened, struct err *err)
{
	struct diff_address found[DIFF_ADDRESSES];
	struct contact_row *contacts = NULL;
	size_t n, n_contacts = 0, i;

	if (opened == NULL && contacts_list(w->tmp, w->db, w->account_id,
	    &contacts, &n_contacts, err) < 0)
		return -1;
	n = diff_addresses(w->a, contacts, n_contacts, found);
	for (i = 0; i < n; i++) {
		if (!found[i].add)
			continue;
		if (contacts_add(w->db, w->d->company_id, w->account_id,
		    w->party_id, found[i].kind, found[i].value,
		    found[i].norm, (int)i, err) < 0)
			return -1;
		if (opened != NULL)
			name_contact(opened, found[i].value);
		else if (writer_event(w, "contact-added", json_pack(
		    "{s:s, s:s}", "address", found[i].value, "role",
		    "payables"), err) < 0)
			return -1;
	}
	for (i = 0; i < n_contacts; i++)
		if (diff_dropped(&contacts[i], w->a, found, n) &&
		    (contacts_close(w->db, contacts[i].id, w->d->now,
		    IMPORT_ACTOR, err) < 0 ||
		    writer_event(w, "contact-closed", json_pack("{s:s, s:s}",
		    "address", contacts[i].value, "why",
		    "no longer in the ledger"), err) < 0))
			return -1;
	return 0;
}

static int
write_party(struct writer *w, const struct party_facts *old, struct err *err)
{
	struct party_facts new;
	size_t i, before = w->n_events;

	diff_party(w->d, w->a, old, &new);
	{
		const struct {
			const char *field, *old, *new;
		} all[] = { { "name", old->name, new.name },
			{ "language", old->language, new.language },
			{ "country", old->country, new.country },
			{ "zone", old->zone, new.zone },
			{ "credit limit", old->credit, new.credit } };

		for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
			if (!diff_same_text(all[i].old, all[i].new) &&
			    writer_corrected(w, NULL, all[i].field,
			    all[i].old, all[i].new, err) < 0)
				return -1;
	}
	return w->n_events > before ? parties_put(w->db, w->party_id, &new,
	    err) : 0;
}

static int
write_new_customer(struct writer *w, struct err *err)
{
	struct party_facts want;
	struct party_row p;
	json_t *o;

	diff_party(w->d, w->a, NULL, &want);
	if (parties_add(w->db, w->d->company_id, w->a->code, &want, STAGE_M2,
	    w->d->now, &p, err) < 0)
		return -1;
	w->account_id = p.account_id;
	w->party_id = p.party_id;
	w->is_new = true;
	o = json_pack("{s:s, s:s, s:s*, s:s*, s:s*, s:s*}", "account",
	    w->a->code, "name", want.name, "language", want.language,
	    "country", want.country, "zone", want.zone, "credit limit",
	    want.credit);
	if (write_contacts(w, o, err) < 0) {
		json_decref(o);
		return -1;
	}
	return writer_event(w, "account-opened", o, err);
}

int
write_customer(struct writer *w, struct err *err)
{
	struct party_row p;
	int r = parties_find(w->tmp, w->db, w->d->company_id, w->a->code, &p,
	    err);

	if (r <= 0)
		return r < 0 ? -1 : write_new_customer(w, err);
	w->account_id = p.account_id;
	w->party_id = p.party_id;
	w->erased = p.erased;
	if (p.alias || p.erased)
		return 0;
	if (write_party(w, &p.facts, err) < 0)
		return -1;
	return write_contacts(w, NULL, err);
}
