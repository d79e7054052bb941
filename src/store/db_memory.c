/* SQLite takes and gives back some 200 small pieces for each message.  It can
 * keep them at hand itself (lookaside), but distributions build it without.
 * Pieces of one size wait here for the next one; each has its size before it.
 * One thread only, as all of SQLite here (SQLITE_OPEN_NOMUTEX). */
#include "store/db_driver.h"

#include <stdlib.h>

#define STEP 64			/* sizes are multiples of this */
#define MOST 4096		/* bytes of a piece that is kept */
#define KEPT 64			/* of one size */

struct piece {
	struct piece *next;
};

static struct {
	struct piece *first;
	int n;
} kept[MOST / STEP + 1];

static int
size_of(void *p)
{
	return p == NULL ? 0 : (int)((int64_t *)p)[-1];
}

static int
round_up(int n)
{
	return (n + STEP - 1) / STEP * STEP;
}

static void *
take(int size)
{
	int n = round_up(size);
	struct piece *p;
	int64_t *head;

	if (n <= MOST && (p = kept[n / STEP].first) != NULL) {
		kept[n / STEP].first = p->next;
		kept[n / STEP].n--;
		return p;
	}
	head = malloc((size_t)n + sizeof(*head));
	if (head == NULL)
		return NULL;
	*head = n;
	return head + 1;
}

static void
give_back(void *p)
{
	int n = size_of(p);

	if (n <= MOST && kept[n / STEP].n < KEPT) {
		((struct piece *)p)->next = kept[n / STEP].first;
		kept[n / STEP].first = p;
		kept[n / STEP].n++;
		return;
	}
	free((int64_t *)p - 1);
}

static void *
resize(void *p, int size)
{
	int n = round_up(size);
	int64_t *head = realloc((int64_t *)p - 1, (size_t)n + sizeof(*head));

	if (head == NULL)
		return NULL;
	*head = n;
	return head + 1;
}

static int
begin(void *data)
{
	return SQLITE_OK;
}

static void
end(void *data)
{
}

const sqlite3_mem_methods *
db_memory(void)
{
	static const sqlite3_mem_methods methods = { take, give_back, resize,
	    size_of, round_up, begin, end, NULL };

	return &methods;
}
