#include "base/hash.h"

#include "base/mem.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

struct hash {
	EVP_MD_CTX *ctx;
};

static int
hash_fini(struct hash *h)
{
	EVP_MD_CTX_free(h->ctx);
	return 0;
}

struct hash *
hash_new(void *owner)
{
	struct hash *h = mem_new(owner, struct hash);

	h->ctx = mem_check(EVP_MD_CTX_new());
	talloc_set_destructor(h, hash_fini);
	if (EVP_DigestInit_ex(h->ctx, EVP_sha256(), NULL) != 1)
		abort();
	return h;
}

static void
feed_length(struct hash *h, uint64_t n)
{
	unsigned char be[8];
	int i;

	for (i = 0; i < 8; i++)
		be[i] = (unsigned char)(n >> (56 - 8 * i));
	EVP_DigestUpdate(h->ctx, be, sizeof(be));
}

void
hash_field(struct hash *h, const void *data, size_t n)
{
	feed_length(h, n);
	EVP_DigestUpdate(h->ctx, data, n);
}

void
hash_text(struct hash *h, const char *s)
{
	if (s == NULL)
		feed_length(h, UINT64_MAX);
	else
		hash_field(h, s, strlen(s));
}

void
hash_int(struct hash *h, int64_t v)
{
	feed_length(h, 8);
	feed_length(h, (uint64_t)v);
}

void
hash_done(struct hash *h, unsigned char ret[HASH_LEN])
{
	EVP_DigestFinal_ex(h->ctx, ret, NULL);
	talloc_free(h);
}

void
hash_bytes(const void *data, size_t n, unsigned char ret[HASH_LEN])
{
	EVP_Digest(data, n, ret, NULL, EVP_sha256(), NULL);
}

char *
hash_hex(const unsigned char hash[HASH_LEN], char buf[HASH_HEX_MAX])
{
	static const char digits[] = "0123456789abcdef";
	int i;

	for (i = 0; i < HASH_LEN; i++) {
		buf[2 * i] = digits[hash[i] >> 4];
		buf[2 * i + 1] = digits[hash[i] & 15];
	}
	buf[2 * HASH_LEN] = '\0';
	return buf;
}
