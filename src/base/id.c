#include "base/id.h"

#include "base/hash.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define POOL 1024	/* asking for a few bytes costs as much as for many */

static struct {
	char seed[128];
	uint64_t counter;
	unsigned char pool[POOL];
	size_t left;
	pid_t owner;	/* a child has the same bytes: it takes new ones */
} the;

void
id_seed(const char *seed)
{
	snprintf(the.seed, sizeof(the.seed), "%s", seed == NULL ? "" : seed);
	the.counter = 0;
}

static void
seeded_bytes(unsigned char *buf, size_t n)
{
	unsigned char digest[HASH_LEN];
	char label[192];
	size_t k;

	while (n > 0) {
		snprintf(label, sizeof(label), "%s/%llu", the.seed,
		    (unsigned long long)the.counter++);
		hash_bytes(label, strlen(label), digest);
		k = n < HASH_LEN ? n : HASH_LEN;
		memcpy(buf, digest, k);
		buf += k;
		n -= k;
	}
}

static void
random_bytes(unsigned char *buf, size_t n)
{
	if (RAND_bytes(buf, (int)n) == 1)
		return;
	fprintf(stderr, "dunlin: the system has no random bytes\n");
	abort();
}

void
id_bytes(unsigned char *buf, size_t n)
{
	if (the.seed[0] != '\0') {
		seeded_bytes(buf, n);
		return;
	}
	if (n > POOL) {
		random_bytes(buf, n);
		return;
	}
	if (the.left < n || the.owner != getpid()) {
		random_bytes(the.pool, POOL);
		the.left = POOL;
		the.owner = getpid();
	}
	the.left -= n;
	memcpy(buf, the.pool + the.left, n);
	OPENSSL_cleanse(the.pool + the.left, n);
}

void
id_token(char buf[ID_TOKEN_MAX])
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
	unsigned char raw[ID_TOKEN_LEN];
	int i;

	id_bytes(raw, sizeof(raw));
	for (i = 0; i < ID_TOKEN_LEN; i++)
		buf[i] = digits[raw[i] & 31];
	buf[ID_TOKEN_LEN] = '\0';
}
