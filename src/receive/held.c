#include "receive/held.h"

#include "base/clock.h"
#include "base/mem.h"
#include "receive/apply.h"
#include "store/inbox.h"

/* Before it is tried: what ends this process counts too. */
static int
try_tx(struct db *db, void *arg, struct err *err)
{
	struct inbox_row *row = arg;

	return inbox_look(db, row->id, err);
}

/* Up to the empty line. */
static size_t
header(const char *raw, size_t len)
{
	size_t i;

	if (len > HELD_HEADER)
		len = HELD_HEADER;
	for (i = 1; i < len; i++)
		if (raw[i] == '\n' && (raw[i - 1] == '\n' || (i > 1 &&
		    raw[i - 1] == '\r' && raw[i - 2] == '\n')))
			return i + 1;
	return len;
}

int
held_look(struct batch *b, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct err why = { ERR_NONE, "" };
	struct inbox_row *row;
	json_t *answer;
	struct apply a;
	int r;

	r = inbox_held(tmp, b->db, b->company_id, &row, err);
	if (r <= 0)
		return r;
	r = store_tx(b->db, try_tx, row, err);
	if (r != 0)
		return r < 0 ? -1 : 1;
	row->len = header(row->raw, row->len);
	if (batch_hear(b, row, &answer, &why) < 0)
		return why.kind == ERR_PERM ? 1 :
		    err_set(err, why.kind, "%s", why.text);
	a = (struct apply){ .config = b->config, .company = b->company,
	    .rows = row, .answers = &answer, .n = 1, .now = clock_now() };
	r = apply_held(b->db, &a, err);
	json_decref(answer);
	return r < 0 ? -1 : 1;
}
