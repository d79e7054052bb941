/* hash.h - SHA-256 (FIPS 180-4) through libcrypto. */
#ifndef DUNLIN_BASE_HASH_H
#define DUNLIN_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HASH_LEN 32
#define HASH_HEX_MAX 65

void hash_bytes(const void *data, size_t n, unsigned char ret[HASH_LEN]);
char *hash_hex(const unsigned char hash[HASH_LEN], char buf[HASH_HEX_MAX]);

/* What gateways sign with, no more: MD5 and SHA-1 are in their documents. */
enum hash_kind { HASH_MD5, HASH_SHA1, HASH_SHA256, HASH_KIND_COUNT };
bool hash_kind_parse(const char *word, enum hash_kind *ret_kind);
/* The plain hash, and the keyed one (RFC 2104); return their length. */
size_t hash_digest(enum hash_kind kind, const void *data, size_t n,
    unsigned char ret[HASH_LEN]);
size_t hash_mac(enum hash_kind kind, const void *key, size_t key_len,
    const void *data, size_t n, unsigned char ret[HASH_LEN]);
char *hash_base64(void *owner, const void *data, size_t n);
char *hash_hex_text(void *owner, const void *data, size_t n);
/* In a time that does not depend on where they differ. */
bool hash_same(const char *a, const char *b);

/* A hash over fields: each is fed as its length (8 bytes, big-endian) and
 * its bytes, so no two lists of fields give the same input. */
struct hash;
struct hash *hash_new(void *owner);
void hash_field(struct hash *h, const void *data, size_t n);
void hash_text(struct hash *h, const char *s);	/* NULL as length 2^64-1 */
void hash_int(struct hash *h, int64_t v);	/* as 8 bytes big-endian */
void hash_done(struct hash *h, unsigned char ret[HASH_LEN]);	/* frees h */

#endif
