/* digest_int.h - what the files that make digests share: each puts its part
 * into the values of the template. */
#ifndef DUNLIN_ESCALATE_DIGEST_INT_H
#define DUNLIN_ESCALATE_DIGEST_INT_H

#include "escalate/digest_view.h"

#include "base/mem.h"
#include "escalate/mail.h"
#include "render/locale.h"

#include <string.h>

#define DIGEST_WHOM 3		/* customers that a change names */
#define DIGEST_LINES 15		/* of each list but that of tasks */

/* What is told to whom, where they are. */
struct teller {
	void *pool;
	struct db *db;
	const struct digest_ask *a;
	const struct locale *l;
	const struct zone *zone;
	int32_t today;
	struct mst_value *v;
	struct staff_text *text;	/* its pictures */
	struct fact_company *company;	/* NULL: not yet wanted */
	bool worth;
};

static inline const char *
say(const struct teller *t, const char *en, const char *zh)
{
	return strcmp(locale_tag(t->l), "zh-CN") == 0 ? zh : en;
}

static inline void
put_number(struct mst_value *v, const char *name, int64_t n)
{
	mst_put_text(v, name, n == 0 ? NULL : mem_fmt(v, "%lld",
	    (long long)n));
}

char *digest_sums(struct teller *t, const struct money *list, size_t n);

/* Sets a->since, to when the one before was made for login, and begins the
 * snapshot in which this one is made. */
int digest_begin(struct db *db, struct digest_ask *a, const char *login,
    struct err *err);

/* Of one kind, over all scopes and currencies. */
struct tally {
	int64_t n;
	struct money sums[16];
	size_t n_sums;
	/* Of whom, the newest first; more: and of others. */
	const struct digest_change *whom[DIGEST_WHOM];
	size_t n_whom;
	bool more;
};
void tally_add(struct tally *t, const struct digest_change *c);

/* all: of the company, whoever owns it. */
int digest_put_changes(struct teller *t, const struct digest_scope *s,
    size_t n, bool all, struct err *err);
int digest_put_ageing(struct teller *t, const struct digest_scope *s,
    size_t n, bool all, struct err *err);
int digest_put_tasks(struct teller *t, const struct digest_scope *s, size_t n,
    struct err *err);
/* Customers at the end of their schedule; all: how many there are. */
int digest_put_ends(struct teller *t, int64_t company_id, int64_t all,
    struct err *err);
int digest_put_lists(struct teller *t, const struct digest_scope *s, size_t n,
    struct err *err);

#endif
