#include "cmd/progress.h"

#include "base/clock.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#define WAIT_MS 1000
#define EVERY_MS 200

struct progress {
	const char *what;
	int64_t next;		/* monotonic ms of the next line */
	bool terminal, shown;
};

static int
wipe(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	return 0;
}

struct progress *
progress_new(void *owner, const char *what)
{
	struct progress *p = mem_new(owner, struct progress);

	p->what = mem_str(p, what);
	p->terminal = isatty(STDERR_FILENO) == 1;
	p->next = clock_mono_ms() + WAIT_MS;
	talloc_set_destructor(p, wipe);
	return p;
}

void
progress_at(struct progress *p, int64_t done, int64_t all)
{
	int64_t now;

	if (!p->terminal)
		return;
	now = clock_mono_ms();
	if (now < p->next)
		return;
	p->next = now + EVERY_MS;
	p->shown = true;
	fprintf(stderr, "\r\033[K%s: %lld of %lld (%d%%)", p->what,
	    (long long)done, (long long)all,
	    all > 0 ? (int)(done * 100 / all) : 0);
}
