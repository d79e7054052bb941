#include "base/hash.h"

#include "base/mem.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
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

static const struct {
	const char *word;
	const EVP_MD *(*md)(void);
} kinds[HASH_KIND_COUNT] = {
	{ "md5", EVP_md5 }, { "sha1", EVP_sha1 }, { "sha256", EVP_sha256 },
};

bool
hash_kind_parse(const char *word, enum hash_kind *ret_kind)
{
	int i;

	for (i = 0; i < HASH_KIND_COUNT; i++)
		if (strcmp(kinds[i].word, word) == 0) {
			*ret_kind = (enum hash_kind)i;
			return true;
		}
	return false;
}

size_t
hash_digest(enum hash_kind kind, const void *data, size_t n,
    unsigned char ret[HASH_LEN])
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned len;

	if (EVP_Digest(data, n, md, &len, kinds[kind].md(), NULL) != 1 ||
	    len > HASH_LEN)
		abort();
	memcpy(ret, md, len);
	return len;
}

size_t
hash_mac(enum hash_kind kind, const void *key, size_t key_len,
    const void *data, size_t n, unsigned char ret[HASH_LEN])
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned len;

	if (HMAC(kinds[kind].md(), key, (int)key_len, data, n, md, &len) ==
	    NULL || len > HASH_LEN)
		abort();
	memcpy(ret, md, len);
	return len;
}

char *
hash_base64(void *owner, const void *data, size_t n)
{
	char *s = mem_array(owner, char, (n + 2) / 3 * 4 + 1);

	EVP_EncodeBlock((unsigned char *)s, data, (int)n);
	return s;
}

char *
hash_hex_text(void *owner, const void *data, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	char *s = mem_array(owner, char, 2 * n + 1);
	const unsigned char *p = data;
	size_t i;

	for (i = 0; i < n; i++) {
		s[2 * i] = digits[p[i] >> 4];
		s[2 * i + 1] = digits[p[i] & 15];
	}
	return s;
}

bool
hash_same(const char *a, const char *b)
{
	size_t n = strlen(a);

	return n == strlen(b) && CRYPTO_memcmp(a, b, n) == 0;
}
