#include "followup/publish.h"

#include "base/mem.h"
#include "followup/ical.h"

struct collect {
	void *owner;
	const struct publish *p;
	struct entry *list;
	size_t n;
};

static int
take(const struct entry_facts *f, void *arg)
{
	struct collect *c = arg;

	if ((c->n & (c->n - 1)) == 0)
		c->list = mem_grow(c->owner, c->list, struct entry,
		    c->n == 0 ? 1 : c->n * 2);
	/* The texts of f last for this call only; uid is copied here, the
	 * rest by entry_make. */
	entry_make(c->owner, f, c->p->language, c->p->details, c->p->zone,
	    &c->list[c->n]);
	c->list[c->n].uid = mem_str(c->owner, f->uid);
	c->n++;
	return 0;
}

int
publish(void *owner, struct db *db, const struct publish *p, char **ret_text,
    size_t *ret_n, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct collect c = { .owner = tmp, .p = p };
	struct ical_stream s = { .method = "PUBLISH", .name = p->name,
	    .refresh = p->refresh };

	if ((p->account_id != 0 ? entries_of_account(db, p->account_id, take,
	    &c, err) : entries_each(db, &p->of, PUBLISH_MAX, take, &c,
	    err)) < 0)
		return -1;
	*ret_text = ical_write(owner, &s, c.list, c.n);
	*ret_n = c.n;
	return 0;
}
