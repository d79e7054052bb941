#include "import/stage.h"

#include "base/mem.h"

#include <string.h>

#define TEXT_BLOCK 65536
#define CHUNK 16384	/* entries of a list that grows without moving */

/* A list in chunks: no copying of a large array while it grows. */
struct list {
	char **chunks;
	size_t n, n_chunks, size;
};

/* An open hash table of indexes. */
struct table {
	uint32_t *slots;	/* index + 1; 0: free */
	size_t n, cap;		/* cap is a power of two */
};

struct staging {
	struct list accounts, rows, receipts;
	struct table by_code, by_document;
	char **files;
	size_t n_files;
	char *block;		/* of text */
	size_t block_left;
};

static void *
list_at(const struct list *l, size_t i)
{
	return l->chunks[i / CHUNK] + (i % CHUNK) * l->size;
}

static void *
list_add(struct staging *s, struct list *l)
{
	if (l->n == l->n_chunks * CHUNK) {
		l->chunks = mem_grow(s, l->chunks, char *, l->n_chunks + 1);
		l->chunks[l->n_chunks++] = mem_array(s, char,
		    CHUNK * l->size);
	}
	return list_at(l, l->n++);
}

struct staging *
stage_new(void *owner)
{
	struct staging *s = mem_new(owner, struct staging);

	s->accounts.size = sizeof(struct stage_account);
	s->rows.size = sizeof(struct stage_row);
	s->receipts.size = sizeof(struct stage_row);
	return s;
}

const char *
stage_text(struct staging *s, const char *text)
{
	size_t n = strlen(text) + 1;
	char *p;

	if (n > TEXT_BLOCK / 4)
		return mem_str(s, text);
	if (n > s->block_left) {
		s->block = mem_check(talloc_size(s, TEXT_BLOCK));
		s->block_left = TEXT_BLOCK;
	}
	p = s->block + (TEXT_BLOCK - s->block_left);
	s->block_left -= n;
	memcpy(p, text, n);
	return p;
}

size_t
stage_files(const struct staging *s)
{
	return s->n_files;
}

uint32_t
stage_add_file(struct staging *s, const char *path)
{
	s->files = mem_grow(s, s->files, char *, s->n_files + 1);
	s->files[s->n_files] = mem_str(s, path);
	return (uint32_t)s->n_files++;
}

const char *
stage_file(const struct staging *s, uint32_t file)
{
	return s->files[file];
}

/* FNV-1a: the keys are the ledger's own, and tables are bounded. */
static uint64_t
hash_bytes_of(uint64_t h, const void *data, size_t n)
{
	const unsigned char *p = data;

	while (n-- > 0)
		h = (h ^ *p++) * UINT64_C(0x100000001b3);
	return h;
}

static uint64_t
hash_key(const char *text, int32_t year, int32_t line)
{
	uint64_t h = hash_bytes_of(UINT64_C(0xcbf29ce484222325), text,
	    strlen(text));

	h = hash_bytes_of(h, &year, sizeof(year));
	h = hash_bytes_of(h, &line, sizeof(line));
	return h ^ h >> 29;
}

typedef uint64_t key_fn(struct staging *s, uint32_t i);

static uint64_t
row_key(struct staging *s, uint32_t i)
{
	struct stage_row *r = stage_row_at(s, i);

	return hash_key(r->document, r->year, r->line);
}

static uint64_t
account_key(struct staging *s, uint32_t i)
{
	return hash_key(stage_account_at(s, i)->code, 0, 0);
}

static void
table_put(struct table *t, uint64_t h, uint32_t index)
{
	size_t i = h & (t->cap - 1);

	while (t->slots[i] != 0)
		i = (i + 1) & (t->cap - 1);
	t->slots[i] = index + 1;
}

static void
table_add(struct staging *s, struct table *t, key_fn *key, uint32_t index)
{
	size_t i;

	if (t->n * 2 >= t->cap) {
		t->cap = t->cap == 0 ? 1024 : t->cap * 2;
		talloc_free(t->slots);
		t->slots = mem_array(s, uint32_t, t->cap);
		for (i = 0; i < t->n; i++)
			table_put(t, key(s, (uint32_t)i), (uint32_t)i);
	}
	table_put(t, key(s, index), index);
	t->n++;
}

struct stage_account *
stage_account_at(struct staging *s, uint32_t index)
{
	return list_at(&s->accounts, index);
}

size_t
stage_accounts(const struct staging *s)
{
	return s->accounts.n;
}

struct stage_account *
stage_account(struct staging *s, const char *code, uint32_t *ret_index)
{
	struct table *t = &s->by_code;
	struct stage_account *a;
	size_t i;

	if (t->cap > 0)
		for (i = hash_key(code, 0, 0) & (t->cap - 1);
		    t->slots[i] != 0; i = (i + 1) & (t->cap - 1)) {
			a = stage_account_at(s, t->slots[i] - 1);
			if (strcmp(a->code, code) == 0) {
				*ret_index = t->slots[i] - 1;
				return a;
			}
		}
	*ret_index = (uint32_t)s->accounts.n;
	a = list_add(s, &s->accounts);
	a->code = stage_text(s, code);
	a->first = a->last = STAGE_NONE;
	table_add(s, t, account_key, *ret_index);
	return a;
}

struct stage_row *
stage_row_at(struct staging *s, uint32_t index)
{
	return list_at(&s->rows, index);
}

size_t
stage_rows(const struct staging *s)
{
	return s->rows.n;
}

struct stage_row *
stage_find(struct staging *s, const char *document, int32_t year,
    int32_t line)
{
	struct table *t = &s->by_document;
	struct stage_row *r;
	size_t i;

	if (t->cap == 0)
		return NULL;
	for (i = hash_key(document, year, line) & (t->cap - 1);
	    t->slots[i] != 0; i = (i + 1) & (t->cap - 1)) {
		r = stage_row_at(s, t->slots[i] - 1);
		if (r->year == year && r->line == line &&
		    strcmp(r->document, document) == 0)
			return r;
	}
	return NULL;
}

const struct stage_row *
stage_add(struct staging *s, const struct stage_row *row)
{
	struct stage_row *r = stage_find(s, row->document, row->year,
	    row->line);
	struct stage_account *a;
	uint32_t index = (uint32_t)s->rows.n;

	if (r != NULL)
		return r;
	r = list_add(s, &s->rows);
	*r = *row;
	r->document = stage_text(s, row->document);
	r->next = STAGE_NONE;
	r->mark = ROW_SAME;
	table_add(s, &s->by_document, row_key, index);
	a = stage_account_at(s, row->account);
	if (a->first == STAGE_NONE)
		a->first = index;
	else
		stage_row_at(s, a->last)->next = index;
	a->last = index;
	return NULL;
}

void
stage_add_receipt(struct staging *s, const struct stage_row *row)
{
	struct stage_row *r = list_add(s, &s->receipts);

	*r = *row;
	r->document = stage_text(s, row->document);
}

size_t
stage_receipts(const struct staging *s)
{
	return s->receipts.n;
}

const struct stage_row *
stage_receipt_at(const struct staging *s, size_t i)
{
	return list_at(&s->receipts, i);
}
