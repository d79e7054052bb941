#include "receive/intake.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "store/inbox.h"

struct adding {
	struct inbox_new mail;
	int64_t now, id;
	bool is_new;
};

static int
add(struct db *db, void *arg, struct err *err)
{
	struct adding *a = arg;

	return inbox_add(db, &a->mail, a->now, &a->id, &a->is_new, err);
}

int
intake_store(struct db *db, const struct intake_mail *m, int64_t now,
    bool *ret_new, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct adding a = { .mail = { .company_id = m->company_id,
	    .intake = m->intake, .position = m->position, .raw = m->data,
	    .len = m->len }, .now = now };
	unsigned char hash[HASH_LEN];
	char hex[HASH_HEX_MAX];

	hash_bytes(m->data, m->len, hash);
	a.mail.hash = hash_hex(hash, hex);
	if (m->cut || m->len > m->max) {
		a.mail.held = mem_fmt(tmp, "too large: %s%zu MiB; the first "
		    "%d KiB are kept here", m->cut ? "more than " : "",
		    m->len / (1024 * 1024), INTAKE_KEEP / 1024);
		a.mail.len = m->len < INTAKE_KEEP ? m->len : INTAKE_KEEP;
	} else if (m->len == 0) {
		a.mail.held = "empty: no bytes at all";
	}
	if (store_tx(db, add, &a, err) < 0)
		return -1;
	*ret_new = a.is_new;
	return 0;
}
