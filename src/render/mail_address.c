#include "base/mem.h"
#include "base/text.h"
#include "core/address.h"
#include "render/fold.h"
#include "render/mail_compose.h"

#include <string.h>

#define LOCAL_MAX 64		/* RFC 5321 4.5.3.1 */
#define DOMAIN_MAX 255

int
mail_address(void *owner, const char *address, char **ret_address,
    struct err *err)
{
	const char *at = strrchr(address, '@');
	size_t n = at != NULL ? (size_t)(at - address) : 0;
	char *domain;

	if (!text_is_ascii(address, n))
		return err_set(err, ERR_PERM, "the mail address '%.200s' has "
		    "other than ASCII characters before the @, which cannot "
		    "be sent to: ask for another address", address);
	domain = at != NULL ? fold_domain(owner, at + 1) : NULL;
	if (domain == NULL || !address_is_local(address, n) ||
	    strlen(domain) > DOMAIN_MAX || !address_is_domain(domain, 1)) {
		talloc_free(domain);
		return err_set(err, ERR_PERM, "'%.200s' is not a mail "
		    "address, correct it in the ledger", address);
	}
	*ret_address = mem_fmt(owner, "%.*s@%s", (int)n, address, domain);
	talloc_free(domain);
	return 0;
}

int
mail_sub_address(void *owner, const char *address, char separator,
    const char *tag, char **ret_address, struct err *err)
{
	const char *at = strrchr(address, '@');
	size_t n = at != NULL ? (size_t)(at - address) : 0;

	if (n == 0 || n + 1 + strlen(tag) > LOCAL_MAX)
		return err_set(err, ERR_CONFIG, "'%.200s' leaves no room for "
		    "a token before the @, use a shorter address", address);
	*ret_address = mem_fmt(owner, "%.*s%c%s%s", (int)n, address,
	    separator, tag, at);
	return 0;
}
