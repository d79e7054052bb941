#include "render/fold.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

#include <unicode/uidna.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>

#define DOMAIN_MAX 255

char *
fold_nfkc(void *owner, const char *s)
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *form = unorm2_getNFKCInstance(&status);
	int32_t room = (int32_t)strlen(s) + 1, n = 0, m = 0;
	UChar *a, *b;
	char *r;

	if (text_is_ascii(s, strlen(s)))
		return mem_str(owner, s);
	a = mem_array(owner, UChar, room);
	u_strFromUTF8WithSub(a, room, &n, s, -1, 0xfffd, NULL, &status);
	m = unorm2_normalize(form, a, n, NULL, 0, &status);
	status = U_ZERO_ERROR;
	b = mem_array(owner, UChar, m + 1);
	unorm2_normalize(form, a, n, b, m + 1, &status);
	r = mem_array(owner, char, (size_t)m * 3 + 1);
	u_strToUTF8(r, m * 3 + 1, NULL, b, m, &status);
	talloc_free(a);
	talloc_free(b);
	return U_SUCCESS(status) ? r : mem_str(owner, s);
}

/* A text has few characters that are not plain: each is folded once. */
#define KNOWN 1024
struct folded {
	uint32_t cp;
	unsigned char n;
	char s[11];
};

static void
fold_one(struct folded *k, uint32_t cp)
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *form = unorm2_getNFKCInstance(&status);
	UChar a[2], b[32];
	int32_t n = 0, m;
	UBool failed = 0;

	k->cp = cp;
	k->n = 0;
	U16_APPEND(a, n, 2, cp, failed);
	if (failed || !unorm2_hasBoundaryBefore(form, (UChar32)cp))
		return;
	m = unorm2_normalize(form, a, n, b, 32, &status);
	u_strToUTF8(k->s, sizeof(k->s), &n, b, m, &status);
	if (U_SUCCESS(status))
		k->n = (unsigned char)n;
}

const char *
fold_char(uint32_t cp, size_t *ret_n)
{
	static struct folded known[KNOWN];
	struct folded *k = &known[cp % KNOWN];

	if (k->cp != cp)
		fold_one(k, cp);
	*ret_n = k->n;
	return k->s;
}

char *
fold_domain(void *owner, const char *domain)
{
	UErrorCode status = U_ZERO_ERROR;
	UIDNAInfo info = UIDNA_INFO_INITIALIZER;
	char out[DOMAIN_MAX + 2];
	UIDNA *idna;
	int32_t n;

	if (text_is_ascii(domain, strlen(domain)))
		return mem_str(owner, domain);
	if (strlen(domain) > DOMAIN_MAX)
		return NULL;
	idna = uidna_openUTS46(UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ |
	    UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_USE_STD3_RULES, &status);
	n = uidna_nameToASCII_UTF8(idna, domain, -1, out, sizeof(out) - 1,
	    &info, &status);
	uidna_close(idna);
	if (U_FAILURE(status) || info.errors != 0 || n >= (int32_t)sizeof(out))
		return NULL;
	out[n] = '\0';
	return mem_str(owner, out);
}
