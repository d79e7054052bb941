#include "render/lint_memo.h"

#include "base/mem.h"

#include <string.h>

#define MEMO_BITS 11

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* One that is asked for often stays, whatever else falls on its place. */
struct memo {
	uint64_t hash;
	size_t n;
	unsigned asked;
	char *bytes;
};

static struct memo memos[1 << MEMO_BITS];

/* Each digit of eight bytes as '0'. */
static uint64_t
without_digits(uint64_t v)
{
	uint64_t x = v ^ EACH('0'), is;

	/* the high bit of a byte: it is no digit */
	is = ~(((x & EACH(0x7f)) + EACH(0x76)) | x) & EACH(0x80);
	return v ^ (x & ((is - (is >> 7)) | is));
}

/* A reference such as "&#108;" is made of digits. */
static bool
has_reference(const char *s, size_t n)
{
	const char *end = s + n;

	for (; (s = memchr(s, '&', (size_t)(end - s))) != NULL; s++)
		if (s + 1 < end && s[1] == '#')
			return true;
	return false;
}

static uint64_t
stir(uint64_t hash, uint64_t v)
{
	hash = (hash ^ v) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

void
lint_key_make(enum lint_form form, const char *s, size_t n,
    struct lint_key *ret_key)
{
	uint64_t hash = n * 2 + (form == LINT_HTML), v;
	size_t i;

	ret_key->n = 0;
	if (n > LINT_MEMO_BYTES || (form == LINT_HTML && has_reference(s, n)))
		return;
	for (i = 0; i + 8 <= n; i += 8) {
		memcpy(&v, s + i, 8);
		v = without_digits(v);
		memcpy(ret_key->bytes + i, &v, 8);
		hash = stir(hash, v);
	}
	v = 0;
	memcpy(&v, s + i, n - i);
	v = without_digits(v);
	memcpy(ret_key->bytes + i, &v, n - i);
	ret_key->hash = stir(hash, v);
	ret_key->n = n;
}

static struct memo *
place(const struct lint_key *key)
{
	return &memos[key->hash & ((1 << MEMO_BITS) - 1)];
}

bool
lint_memo_has(const struct lint_key *key)
{
	struct memo *m = place(key);

	if (key->n == 0 || m->n != key->n || m->hash != key->hash ||
	    memcmp(m->bytes, key->bytes, key->n) != 0)
		return false;
	if (m->asked < 1000)
		m->asked++;
	return true;
}

void
lint_memo_add(const struct lint_key *key)
{
	struct memo *m = place(key);

	if (key->n == 0)
		return;
	if (m->asked > 0) {
		m->asked--;
		return;
	}
	talloc_free(m->bytes);
	m->bytes = mem_check(talloc_memdup(NULL, key->bytes, key->n));
	m->n = key->n;
	m->hash = key->hash;
}
