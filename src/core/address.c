#include "core/address.h"

#include "base/text.h"

#include <stdbool.h>
#include <string.h>

#define LOCAL_MAX 64
#define LABEL_MAX 63
#define EMAIL_MAX 254
#define PHONE_LEAST 5
#define PHONE_MOST 15

static bool
is_alnum(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z') || c >= 0x80;
}

bool
address_is_local(const char *s, size_t n)
{
	size_t i;

	if (n == 0 || n > LOCAL_MAX || s[0] == '.' || s[n - 1] == '.')
		return false;
	for (i = 0; i < n; i++) {
		if (s[i] == '.' && s[i + 1] == '.')
			return false;
		if (!is_alnum((unsigned char)s[i]) &&
		    strchr(".!#$%&'*+-/=?^_`{|}~", s[i]) == NULL)
			return false;
	}
	return true;
}

static bool
is_label(const char *s, size_t n)
{
	size_t i;

	if (n == 0 || n > LABEL_MAX || s[0] == '-' || s[n - 1] == '-')
		return false;
	for (i = 0; i < n; i++)
		if (!is_alnum((unsigned char)s[i]) && s[i] != '-')
			return false;
	return true;
}

bool
address_is_domain(const char *s, int least)
{
	int labels = 0;
	size_t n;

	for (;;) {
		n = strcspn(s, ".");
		if (!is_label(s, n))
			return false;
		labels++;
		if (s[n] == '\0')
			return labels >= least;
		s += n + 1;
	}
}

int
address_email(const char *text, char ret_norm[ADDRESS_MAX], struct err *err)
{
	const char *at = strrchr(text, '@');
	size_t n = strlen(text), i;

	if (text_has_control(text) || !text_is_utf8(text, n))
		return err_set(err, ERR_PERM, "a control character in a mail "
		    "address");
	if (n > EMAIL_MAX)
		return err_set(err, ERR_PERM, "a mail address longer than "
		    "254 bytes");
	if (at == NULL || !address_is_local(text, (size_t)(at - text)) ||
	    !address_is_domain(at + 1, 2))
		return err_set(err, ERR_PERM, "'%.80s' is not a mail address",
		    text);
	for (i = 0; i <= n; i++)
		ret_norm[i] = text[i] >= 'A' && text[i] <= 'Z' ?
		    (char)(text[i] + 32) : text[i];
	return 0;
}

int
address_phone(const char *text, char ret_norm[ADDRESS_MAX], struct err *err)
{
	const char *p = text;
	size_t n = 0, digits;

	if (*p == '+')
		ret_norm[n++] = *p++;
	for (digits = 0; *p != '\0'; p++) {
		if (strchr(" -.()/", *p) != NULL)
			continue;
		if (*p < '0' || *p > '9' || digits == PHONE_MOST)
			break;
		ret_norm[n++] = *p;
		digits++;
	}
	if (*p != '\0' || digits < PHONE_LEAST)
		return err_set(err, ERR_PERM, "'%.40s' is not a phone number",
		    text);
	ret_norm[n] = '\0';
	return 0;
}
