/* id.h - random tokens.  DUNLIN_ID_SEED=TEXT makes them repeatable in tests
 * whose workspace is marked "test"; elsewhere it is ignored. */
#ifndef DUNLIN_BASE_ID_H
#define DUNLIN_BASE_ID_H

#include <stddef.h>

#define ID_TOKEN_LEN 16	/* base32 characters: 80 bits */
#define ID_TOKEN_MAX (ID_TOKEN_LEN + 1)

/* Lower-case base32 (a-z, 2-7), from the system's generator. */
void id_token(char buf[ID_TOKEN_MAX]);
void id_bytes(unsigned char *buf, size_t n);
void id_seed(const char *seed);	/* tests only; NULL: random again */

#endif
