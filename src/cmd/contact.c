/* contact.c - who is written to about an account, as people decide. */
#include "cmd/cmd.h"

#include "core/address.h"
#include "store/contacts.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

enum verb { ADD, CLOSE, PRIMARY, CONSENT, OFFERS, NO_OFFERS, VERBS };

struct job {
	struct cmd *c;
	struct contact_new n;
	char norm[ADDRESS_MAX];
	enum verb verb;
	const char *how;
};

static int
change(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;
	int64_t company = j->n.company_id, account = j->n.account_id;
	int64_t now = j->c->now;
	const char *actor = j->c->actor;

	switch (j->verb) {
	case ADD:
		return contacts_put(db, &j->n, now, actor, err);
	case CLOSE:
		return contacts_end(db, company, account, j->norm, now,
		    actor, err);
	case CONSENT:
		return contacts_consent(db, company, account, j->norm,
		    j->how, now, actor, err);
	case OFFERS:
	case NO_OFFERS:
		return contacts_offers(db, company, account, j->norm, j->how,
		    j->verb == OFFERS, now, actor, err);
	default:
		return contacts_primary(db, company, account, j->norm, now,
		    actor, err);
	}
}

static int
address(struct job *j, const char *text, struct err *err)
{
	j->n.value = text;
	j->n.norm = j->norm;
	j->n.kind = strchr(text, '@') != NULL ? ADDRESS_EMAIL :
	    ADDRESS_PHONE;
	if ((j->n.kind == ADDRESS_EMAIL ? address_email(text, j->norm, err) :
	    address_phone(text, j->norm, err)) < 0)
		return cmd_usage(err, "%s: no mail address and no phone "
		    "number", text);
	return 0;
}

int
cmd_contact(struct cmd *c, int argc, char **argv, struct err *err)
{
	static const char *const verbs[] = { "add", "close", "primary",
		"consent", "offers", "no-offers" };
	const char *role = "payables";
	struct job j = { .c = c };
	const struct cmd_option options[] = {
		{ "role", OPTION_TEXT, &role },
		{ "name", OPTION_TEXT, &j.n.name },
		{ "language", OPTION_TEXT, &j.n.language },
		{ "how", OPTION_TEXT, &j.how },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct cmd_account a;
	size_t i;

	if (cmd_options(options, &argc, argv, 3, 3, err) < 0)
		return -1;
	for (i = 0; i < VERBS && strcmp(verbs[i], argv[1]) != 0; i++)
		continue;
	if (i == VERBS)
		return cmd_usage(err, "%s: one of add, close, primary, "
		    "consent, offers, no-offers", argv[1]);
	j.verb = (enum verb)i;
	if ((j.verb == CONSENT || j.verb == OFFERS) && j.how == NULL)
		return cmd_usage(err, "--how: say how they agreed, such as "
		    "\"contract of 3 May 2026\"");
	if (!contact_role_parse(role, &j.n.role))
		return cmd_usage(err, "--role: one of %s",
		    contact_role_words());
	if (j.n.language != NULL && strcmp(j.n.language, "en") != 0 &&
	    strcmp(j.n.language, "zh-CN") != 0)
		return cmd_usage(err, "--language: en or zh-CN");
	if (cmd_check_text("--name", j.n.name, err) < 0 ||
	    cmd_check_text("--how", j.how, err) < 0 ||
	    address(&j, argv[3], err) < 0 ||
	    cmd_account(c, argv[2], &a, err) < 0)
		return -1;
	j.n.company_id = a.company_id;
	j.n.account_id = a.account_id;
	if (store_tx(c->db, change, &j, err) < 0)
		return -1;
	if (c->json)
		printf("{\"account\": \"%s\", \"done\": \"%s\"}\n", a.code,
		    argv[1]);
	else
		puts(cmd_say(c, "Done.", "已完成。"));
	return EX_OK;
}
