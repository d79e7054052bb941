#include "receive/intake.h"

#include "base/hash.h"
#include "base/mem.h"
#include "store/inbox.h"

struct adding {
	struct inbox_new mails[INTAKE_SHARE];
	size_t n, fresh;
	int64_t now;
};

static int
add(struct db *db, void *arg, struct err *err)
{
	struct adding *a = arg;
	bool is_new;
	int64_t id;
	size_t i;

	a->fresh = 0;
	for (i = 0; i < a->n; i++) {
		if (inbox_add(db, &a->mails[i], a->now, &id, &is_new,
		    err) < 0)
			return -1;
		a->fresh += is_new;
	}
	return 0;
}

static void
fill(void *tmp, const struct intake_mail *m, struct inbox_new *to)
{
	char *hex = mem_array(tmp, char, HASH_HEX_MAX);
	unsigned char hash[HASH_LEN];

	hash_bytes(m->data, m->len, hash);
	to->company_id = m->company_id;
	to->channel = m->channel;
	to->intake = m->intake;
	to->position = m->position;
	to->raw = m->data;
	to->len = m->len;
	to->hash = hash_hex(hash, hex);
	if (m->cut || m->len > m->max) {
		to->held = mem_fmt(tmp, "too large: %s%zu MiB; the first "
		    "%d KiB are kept here", m->cut ? "more than " : "",
		    m->len / (1024 * 1024), INTAKE_KEEP / 1024);
		to->len = m->len < INTAKE_KEEP ? m->len : INTAKE_KEEP;
	} else if (m->len == 0) {
		to->held = "empty: no bytes at all";
	}
}

int
intake_store(struct db *db, const struct intake_mail *mails, size_t n,
    int64_t now, size_t *ret_new, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct adding *a = mem_new(tmp, struct adding);

	a->now = now;
	for (; a->n < n && a->n < INTAKE_SHARE; a->n++)
		fill(tmp, &mails[a->n], &a->mails[a->n]);
	if (store_tx(db, add, a, err) < 0)
		return -1;
	*ret_new = a->fresh;
	return 0;
}
