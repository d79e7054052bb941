#include "base/mem.h"
#include "base/text.h"
#include "render/fold.h"
#include "render/mail_compose.h"

#include <string.h>

#define LOCAL_MAX 64		/* RFC 5321 4.5.3.1 */
#define DOMAIN_MAX 255

static bool
local_is_fine(const char *s, size_t n)
{
	size_t i;

	if (n == 0 || n > LOCAL_MAX || s[0] == '.' || s[n - 1] == '.')
		return false;
	for (i = 0; i < n; i++) {
		if (s[i] == '.' && s[i + 1] == '.')
			return false;
		if ((s[i] < 'a' || s[i] > 'z') && (s[i] < 'A' || s[i] > 'Z') &&
		    (s[i] < '0' || s[i] > '9') &&
		    strchr(".!#$%&'*+/=?^_`{|}~-", s[i]) == NULL)
			return false;
	}
	return true;
}

static bool
domain_is_fine(const char *s)
{
	size_t label = 0;

	if (*s == '\0' || strlen(s) > DOMAIN_MAX)
		return false;
	for (; *s != '\0'; s++) {
		if (*s == '.') {
			if (label == 0 || s[-1] == '-')
				return false;
			label = 0;
			continue;
		}
		if ((*s < 'a' || *s > 'z') && (*s < 'A' || *s > 'Z') &&
		    (*s < '0' || *s > '9') && (*s != '-' || label == 0))
			return false;
		if (++label > 63)
			return false;
	}
	return label > 0 && s[-1] != '-';
}

int
mail_address(void *owner, const char *address, char **ret_address,
    struct err *err)
{
	const char *at = strrchr(address, '@');
	size_t n = at != NULL ? (size_t)(at - address) : 0, i;
	char *domain;

	for (i = 0; i < n; i++)
		if ((unsigned char)address[i] >= 0x80)
			return err_set(err, ERR_PERM, "the mail address "
			    "'%.200s' has other than ASCII characters before "
			    "the @, which cannot be sent to: ask for another "
			    "address", address);
	domain = at != NULL ? fold_domain(owner, at + 1) : NULL;
	if (domain == NULL || !local_is_fine(address, n) ||
	    !domain_is_fine(domain)) {
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
