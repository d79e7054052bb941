#include "receive/match.h"

#include "base/mem.h"
#include "base/text.h"
#include "core/phone.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define CONVERSATION (30 * 86400)	/* seconds */

static bool
sub_address(const char *base, char separator, const char *address,
    char ret_token[ID_TOKEN_MAX])
{
	const char *at = strrchr(base, '@'), *tail;
	size_t i, n;
	char c;

	if (at == NULL)
		return false;
	n = (size_t)(at - base);
	if (strncasecmp(address, base, n) != 0 || address[n] != separator)
		return false;
	tail = address + n + 1;
	if ((tolower((unsigned char)tail[0]) != 'r' &&
	    tolower((unsigned char)tail[0]) != 'b') || tail[1] != '.')
		return false;
	tail += 2;
	for (i = 0; i < ID_TOKEN_LEN; i++) {
		c = (char)tolower((unsigned char)tail[i]);
		if (!((c >= 'a' && c <= 'z') || (c >= '2' && c <= '7')))
			return false;
		ret_token[i] = c;
	}
	ret_token[i] = '\0';
	return text_eq_nocase(tail + i, at);
}

bool
match_token(const struct config_company *company, const char *address,
    char ret_token[ID_TOKEN_MAX])
{
	char separator = company->separator == '\0' ? '+' :
	    company->separator, token[ID_TOKEN_MAX];

	if ((company->reply_to == NULL || !sub_address(company->reply_to,
	    separator, address, token)) &&
	    (company->bounce_to == NULL || !sub_address(company->bounce_to,
	    separator, address, token)))
		return false;
	memcpy(ret_token, token, sizeof(token));
	return true;
}

bool
match_is_ours(const struct config_company *company, const char *address)
{
	char token[ID_TOKEN_MAX];
	size_t i;

	if ((company->reply_to != NULL &&
	    text_eq_nocase(company->reply_to, address)) ||
	    (company->bounce_to != NULL &&
	    text_eq_nocase(company->bounce_to, address)) ||
	    match_token(company, address, token))
		return true;
	for (i = 0; i < company->n_senders; i++)
		if (company->senders[i].email != NULL &&
		    text_eq_nocase(company->senders[i].email, address))
			return true;
	return false;
}

/* Is domain that of the address, or one above it? */
static bool
aligned(const char *domain, size_t n, const char *address)
{
	const char *at = address == NULL ? NULL : strrchr(address, '@');
	size_t m;

	if (at == NULL || n == 0)
		return false;
	m = strlen(++at);
	return m >= n && memchr(domain, '.', n) != NULL &&
	    strncasecmp(at + m - n, domain, n) == 0 &&
	    (m == n || at[m - n - 1] == '.');
}

/* One "method=result ptype.property=value" of the value. */
static enum match_auth
one_result(const char *s, size_t n, const char *from)
{
	const char *end = s + n, *p, *value;
	bool pass, spf;

	while (s < end && isspace((unsigned char)*s))
		s++;
	if (strncasecmp(s, "dmarc=", 6) == 0)
		return strncasecmp(s + 6, "pass", 4) == 0 ? AUTH_PASS :
		    strncasecmp(s + 6, "fail", 4) == 0 ? AUTH_FAIL :
		    AUTH_NONE;
	spf = strncasecmp(s, "spf=pass", 8) == 0;
	pass = spf || strncasecmp(s, "dkim=pass", 9) == 0;
	for (p = s; pass && p + 7 < end; p++) {
		if (strncasecmp(p, spf ? "mailfrom=" : "header.d=", 9) != 0)
			continue;
		value = p + 9;
		n = strcspn(value, "; \t\r\n()");
		if (spf && memchr(value, '@', n) != NULL) {
			p = memchr(value, '@', n);
			n -= (size_t)(p + 1 - value);
			value = p + 1;
		}
		return aligned(value, n, from) ? AUTH_PASS : AUTH_NONE;
	}
	return AUTH_NONE;
}

enum match_auth
match_auth(const char *authserv_id, const json_t *values, const char *from)
{
	enum match_auth found = AUTH_NONE, one;
	const char *s = NULL, *end;
	size_t i, n;

	if (authserv_id == NULL)
		return AUTH_OFF;
	n = strlen(authserv_id);
	for (i = 0; i < json_array_size(values); i++) {
		s = json_string_value(json_array_get(values, i));
		while (s != NULL && isspace((unsigned char)*s))
			s++;
		if (s != NULL && strncasecmp(s, authserv_id, n) == 0 &&
		    (s[n] == ';' || isspace((unsigned char)s[n])))
			break;
		s = NULL;
	}
	for (s = s == NULL ? NULL : strchr(s, ';'); s != NULL; s = end) {
		end = strchr(++s, ';');
		one = one_result(s, end == NULL ? strlen(s) :
		    (size_t)(end - s), from);
		if (strncasecmp(s + strspn(s, " \t\r\n"), "dmarc=", 6) == 0 &&
		    one != AUTH_NONE)
			return one;
		if (one == AUTH_PASS)
			found = one;
	}
	return found;
}

enum trust
match_trust(bool by_token, bool by_thread, bool known, enum match_auth auth)
{
	if (auth == AUTH_FAIL)
		known = false;
	if ((by_token || by_thread) && known &&
	    (auth == AUTH_OFF || auth == AUTH_PASS))
		return TRUST_COMMIT;
	return by_token || known ? TRUST_STOP : TRUST_NONE;
}

static const char *
text_of(const json_t *j, const char *name)
{
	return json_string_value(json_object_get(j, name));
}

/* By the token of its recipients; another account's token besides makes it
 * nobody's. */
static int
by_token(struct db *db, const struct config_company *company,
    int64_t company_id, const json_t *to, struct match *m, struct err *err)
{
	struct matching_sent sent;
	char token[ID_TOKEN_MAX];
	const char *address;
	bool found = false;
	size_t i;
	int r;

	for (i = 0; i < json_array_size(to); i++) {
		address = json_string_value(json_array_get(to, i));
		if (address == NULL || !match_token(company, address, token))
			continue;
		r = matching_token(db, company_id, token, &sent, err);
		if (r < 0)
			return -1;
		if (r == 0)
			continue;
		if (found && sent.account_id != m->sent.account_id)
			return 0;
		m->sent = sent;
		found = true;
	}
	if (found)
		m->by = "token";
	return found;
}

static int
by_thread(struct db *db, int64_t company_id, const json_t *mail,
    struct match *m, struct err *err)
{
	const json_t *ids = json_object_get(mail, "thread");
	const char *id = text_of(mail, "report_id");
	size_t i;
	int r = 0;

	if (id != NULL)
		r = matching_message(db, company_id, id, &m->sent, err);
	for (i = 0; r == 0 && i < json_array_size(ids); i++) {
		id = json_string_value(json_array_get(ids, i));
		if (id != NULL)
			r = matching_message(db, company_id, id, &m->sent,
			    err);
	}
	id = text_of(mail, "envid");
	if (r == 0 && id != NULL)
		r = matching_token(db, company_id, id, &m->sent, err);
	if (r > 0)
		m->by = "thread";
	return r;
}

/* Among the accounts of a known address the one whose document it names. */
static int
by_item(struct db *db, const json_t *meaning, struct match *m,
    struct err *err)
{
	const json_t *refs = json_object_get(meaning, "refs");
	const char *value;
	size_t i, k, hits = 0;
	int64_t hit = 0;
	int r;

	m->by = "address";
	for (k = 0; k < m->sender.n; k++)
		for (i = 0; i < json_array_size(refs); i++) {
			value = text_of(json_array_get(refs, i), "value");
			r = value == NULL ? 0 : matching_item(db,
			    m->sender.accounts[k], value, err);
			if (r < 0)
				return -1;
			if (r > 0 && hit != m->sender.accounts[k]) {
				hit = m->sender.accounts[k];
				hits++;
			}
		}
	if (hits == 1) {
		m->by = "item";
		m->accounts[0] = hit;
		m->n = 1;
		return 0;
	}
	memcpy(m->accounts, m->sender.accounts, sizeof(m->accounts));
	m->n = m->sender.n;
	return 0;
}

static bool
is_contact(const struct match *m, int64_t account_id, const char *from)
{
	size_t i;

	if (from != NULL && m->has_sent &&
	    text_eq_nocase(m->sent.recipient, from))
		return true;
	for (i = 0; i < m->sender.n; i++)
		if (m->sender.accounts[i] == account_id)
			return true;
	return false;
}

int
match_mail(struct db *db, const struct config_company *company,
    int64_t company_id, const json_t *mail, const json_t *meaning,
    struct match *ret, struct err *err)
{
	const char *from = text_of(mail, "from");
	struct match m;
	int r;

	memset(&m, 0, sizeof(m));
	m.ours = from != NULL && match_is_ours(company, from);
	m.auth = match_auth(company->authserv_id,
	    json_object_get(mail, "auth"), from);
	if (from != NULL && matching_sender(db, company_id, from, &m.sender,
	    err) < 0)
		return -1;
	r = by_token(db, company, company_id, json_object_get(mail, "to"),
	    &m, err);
	if (r == 0)
		r = by_thread(db, company_id, mail, &m, err);
	if (r < 0)
		return -1;
	if (r > 0) {
		m.has_sent = true;
		m.accounts[0] = m.sent.account_id;
		m.n = 1;
	} else if (m.sender.n > 0 && m.auth != AUTH_FAIL &&
	    by_item(db, meaning, &m, err) < 0) {
		return -1;
	}
	m.known_sender = m.n > 0 && m.auth != AUTH_FAIL &&
	    is_contact(&m, m.accounts[0], from);
	m.trust = match_trust(m.by != NULL && strcmp(m.by, "token") == 0,
	    m.by != NULL && strcmp(m.by, "thread") == 0, m.known_sender,
	    m.auth);
	*ret = m;
	return 0;
}

int
match_sms(struct db *db, int64_t company_id, const json_t *mail,
    const json_t *meaning, int64_t now, struct match *ret, struct err *err)
{
	const char *from = text_of(mail, "from"), *at;
	char number[PHONE_MAX] = "";
	struct phone p;
	struct match m;
	int r = 0;

	memset(&m, 0, sizeof(m));
	m.auth = AUTH_OFF;
	at = from != NULL ? strchr(from, '@') : NULL;
	if (at != NULL && (size_t)(at - from) < sizeof(number))
		memcpy(number, from, (size_t)(at - from));
	if (phone_parse(number, NULL, &p, NULL) == 0)
		r = matching_phone(db, company_id, p.e164, p.code_len,
		    &m.sender, err);
	if (r > 0 && m.sender.n > 0)
		r = matching_conversation(db, company_id,
		    m.sender.address_id, now - CONVERSATION, &m.sent, err);
	else if (r > 0)
		r = 0;
	if (r < 0)
		return -1;
	m.has_sent = r > 0;
	if (r > 0) {
		m.by = "thread";
		m.accounts[0] = m.sent.account_id;
		m.n = 1;
	} else if (m.sender.n > 0 && by_item(db, meaning, &m, err) < 0) {
		return -1;
	}
	m.known_sender = m.n > 0 && is_contact(&m, m.accounts[0], NULL);
	m.trust = match_trust(false, m.has_sent, m.known_sender, m.auth);
	*ret = m;
	return 0;
}
