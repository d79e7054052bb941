#include "understand/understand.h"

#include "base/mem.h"

struct meaning *
understand_mail(struct understander *u, void *owner,
    const struct understand_in *in, const char *raw, size_t n,
    int64_t received)
{
	struct understand_in plain = *in;

	plain.mail = true;
	return understand_text(u, owner, &plain, raw, n);
}
