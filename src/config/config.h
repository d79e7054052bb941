/* config.h - the workspace: DIR/dunlin.yaml and the files it names.
 *
 * Every setting is one row of config/settings.def: path, type, default, help
 * (dunlin.yaml(5) is checked against it).  All mistakes are reported at once,
 * one a line as "FILE:LINE: what is wrong, and what to do".  Secrets are
 * given by file path only, and read by the role that needs them. */
#ifndef DUNLIN_CONFIG_CONFIG_H
#define DUNLIN_CONFIG_CONFIG_H

#include "base/err.h"
#include "config/problems.h"
#include "core/date.h"
#include "core/kinds.h"
#include "policy/policy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zone;

enum smtp_tls { TLS_STARTTLS, TLS_IMPLICIT, TLS_NONE };

/* Where messages are handed over: "smtp://host:587", "smtps://host:465" or
 * "maildir:PATH" (relative to the workspace). */
struct config_transport {
	const char *url;
	bool maildir;
	const char *path;		/* maildir; the workspace's folder is
					 * in it already */
	const char *host;		/* smtp */
	int port;
	enum smtp_tls tls;
	bool tls_verify;		/* default true */
	const char *tls_ca;		/* PEM file; NULL: the system's */
	int tls_min;			/* 12 or 13 */
	const char *user, *password_file;
	const char *helo;
	int timeout;			/* seconds for each answer */
	int per_session;		/* messages in one session */
	int per_minute;			/* pace of one company; 0: none */
	int cost;			/* beside those of routes */
};

/* Where replies are fetched: "maildir:PATH", "imap://host", "imaps://host".
 */
struct config_intake {
	const char *url;
	bool maildir;
	const char *path;		/* maildir, with the workspace */
	const char *host;		/* IMAP */
	int port;
	enum smtp_tls tls;
	bool tls_verify;
	const char *tls_ca;
	const char *mailbox;
	const char *user, *password_file;
	int every;			/* seconds */
	int max_size;			/* MiB */
};

/* A calendar on a server (CalDAV): a person's or the team's. */
struct config_calendar {
	const char *name;
	const char *url;		/* of the calendar, or to look from */
	const char *user, *password_file;
	const char *read_user, *read_password_file;	/* NULL: as above */
	const char *owner;		/* login; NULL: the team's */
	bool all;			/* team: also what is in calendars of
					 * their own */
	bool details;			/* its readers may see them */
	const char *language;		/* NULL: the company's first */
	const char *collection;		/* display name to find or make */
	int every;			/* seconds */
	int timeout;			/* seconds for one answer */
	bool tls_verify;
	const char *tls_ca;
	int line;
};

/* Who signs: account manager, collections team, manager, legal. */
struct config_sender {
	const char *role;		/* one of config_roles, never NULL */
	const char *language;		/* NULL: any */
	const char *name, *title;
	const char *email;		/* From */
	const char *phone;
};

struct config_bank {
	const char *currency;		/* NULL: any */
	const char *language;		/* NULL: any */
	const char *holder, *bank, *account, *swift, *note;
};

struct config_name {
	const char *language, *text;	/* language NULL: any */
};

struct config_value {
	const char *name, *text;
};

/* An SMS that the gateway's owner has approved. */
struct config_sms_template {
	const char *name;		/* of ours: "m1-first" */
	const char *language;
	const char *id;			/* theirs */
	const char *text;		/* as approved; {{names}} as in
					 * templates stand for its variables */
	struct config_value *params;	/* their variables, in order */
	size_t n_params;
};

/* What a group robot tells of. */
enum robot_tells { ROBOT_SEVERE = 1, ROBOT_DAILY = 2, ROBOT_WEEKLY = 4 };
#define ROBOT_PREFIX "robot/"

/* A way to send SMS; or a group robot, whose name begins with "robot/". */
struct config_sms {
	const char *name;
	const char *label;		/* "sms.NAME", "robots.NAME" */
	bool robot;
	const char *url_file;		/* robot: its address is a secret */
	const char *language;		/* robot; NULL: the company's first */
	const char *tell;		/* robot: words of tells */
	unsigned tells;			/* robot: enum robot_tells */
	bool accounts;			/* robot: may say whose it is */
	const char *gateway;		/* gateways/NAME.yaml or a built-in */
	const char *url;		/* NULL: the gateway's */
	const char *user, *secret_file;	/* NULL: none */
	const char *from;		/* number or name; NULL */
	const char *sign;		/* signature in 【】; NULL */
	const char **countries;		/* NULL-ended; NULL: all but CN */
	bool replies;			/* people can answer it */
	bool poll;			/* their answers are asked for */
	const char *letters;		/* single letters advertised; NULL */
	const char *callers;		/* addresses of its webhooks; NULL */
	const char *hook_file;		/* secret part of their path; NULL */
	struct config_sms_template *templates;
	size_t n_templates;
	struct config_value *values;	/* of the gateway's own settings */
	size_t n_values;
	bool own_texts;			/* to CN without approved templates */
	int parts;			/* most parts of a message */
	int per_minute, per_number;	/* limits; 0: none */
	int cost;			/* cheaper routes first */
	int connections;		/* messages on their way at once */
	int timeout;			/* seconds */
	const char *tls_ca;
	int line;
};

/* Changes of a limitation pack (policy/limitation.h); NULL and 0: none. */
struct config_limitation {
	const char *pack, *interrupts, *proof;
	int years;
};

/* Words of policy/interest.h; NULL: not given. */
struct config_interest {
	const char *pack, *rates, *rate, *count, *rounding;
};

struct config_company {
	const char *code;
	struct config_name *names;	/* legal name per language */
	size_t n_names;
	const char *country;
	const struct zone *zone;
	const char **languages;		/* NULL-ended; the first is default */
	const char *currency;
	bool agency;
	const char *address;		/* postal, for the footer */
	const char *phone;
	const char *place;		/* before the date of a letter */
	const char *seal;		/* PNG file; NULL: none */
	int seal_width;			/* mm */
	const char *reply_to;		/* "ar@example.com": the token goes
					 * into its sub-address */
	const char *bounce_to;		/* envelope sender; default reply_to */
	char separator;			/* of the sub-address; default '+' */
	const char *message_domain;	/* right side of Message-IDs */
	struct config_sender *senders;
	size_t n_senders;
	struct config_bank *banks;
	size_t n_banks;
	struct config_sms *sms;		/* by cost, then as written */
	size_t n_sms;
	struct config_sms *robots;
	size_t n_robots;
	struct config_intake *intakes;
	size_t n_intakes;
	struct config_calendar *calendars;
	size_t n_calendars;
	const char *workdays;		/* calendar_for(); NULL: its
					 * country's */
	struct config_interest interest;
	struct config_limitation limitation;
	const char *authserv_id;	/* NULL: none is believed */
	const char *policy_name;
	const struct policy *policy;
	struct config_transport transport;
	int line;			/* in dunlin.yaml */
};

/* A file's own name of a column; the words are those of import/header.def. */
struct config_column {
	const char *name, *column;
};

/* A source of ledger files: how they are written (import/profile.h). */
struct config_source {
	const char *name;
	const char *company;		/* never NULL after reading */
	bool full;
	struct config_column *columns;
	size_t n_columns;
	enum date_order dates;
	const char *encoding;		/* NULL: found */
	char delimiter, decimal;	/* '\0': found */
	const char *company_code;
	const char *currency, *zone, *country;	/* NULL: none */
	int line;
};

struct config_import {
	const char *dir;		/* NULL: none */
	int settle;			/* seconds */
};

/* What the role web listens on. */
struct config_web {
	const char *host;		/* in numbers; NULL: it does not run */
	int port;
	const char *public_url;		/* no slash at its end; NULL */
	bool forwarded;			/* a proxy of ours says who calls */
};

/* A working-day calendar of their own (policy/calendar.h). */
struct config_workdays {
	const char *name;
	const char *country, *weekend;	/* NULL: none */
	const char **files;		/* NULL-ended, or NULL */
	int line;
};

/* Days on which a user is away; a list that ends with from DATE_NONE. */
struct config_absence {
	int32_t from, to;
};

struct config_user {
	const char *login, *name, *mail;
	const char *roles;		/* space separated */
	const char *companies;		/* space separated codes, or "*" */
	const char *workdays;		/* NULL: the company's */
	const char *const *languages;	/* NULL-ended; NULL: not told */
	const struct zone *zone;	/* NULL: the company's */
	const struct config_absence *away;
	int line;
};

struct config {
	const char *dir;		/* the workspace */
	const char *file;		/* DIR/dunlin.yaml */
	const char *database;		/* path of the SQLite file */
	const char *state_file;		/* high-water file, DESIGN §5.8 */
	const char *templates;		/* folder; NULL: embedded only */
	const char **holidays;		/* files; NULL-ended, or NULL */
	struct config_workdays *workdays;
	size_t n_workdays;
	bool test;			/* workspace marked "test" */
	struct config_company *companies;
	size_t n_companies;
	struct config_source *sources;
	size_t n_sources;
	struct config_import import;
	struct config_web web;
	struct config_user *users;
	size_t n_users;
	const struct policy **policies;	/* with the default one */
	size_t n_policies;
};

/* Reads dir/dunlin.yaml and the policies in dir/policies.  -1 with ERR_CONFIG
 * and the first problem's text when there are any; ret_problems (may be NULL)
 * has all of them, also those of policies.  All belongs to owner. */
int config_read(void *owner, const char *dir, struct config **ret_config,
    struct config_problems *ret_problems, struct err *err);

/* The same for bytes that are already here; file is their name in the
 * mistakes.  Reads no other file but holiday data and policies that the
 * bytes name.  The entry for tests and fuzzing. */
int config_parse(void *owner, const char *dir, const char *file,
    const char *bytes, size_t n, struct config **ret_config,
    struct config_problems *ret_problems, struct err *err);

/* What could be read, mistakes and all, for "dunlin check" alone: fields that
 * had one are NULL or default.  NULL when nothing could be read. */
struct config *config_load(void *owner, const char *dir,
    struct config_problems *ret_problems);

/* NULL when there is none. */
const struct config_source *config_source(const struct config *c,
    const char *name);
/* Whether a user works for a company, has a role, is away that day. */
bool config_user_sees(const struct config_user *u, const char *company);
bool config_user_is(const struct config_user *u, enum user_role role);
bool config_user_is_away(const struct config_user *u, int32_t day);
/* NULL when there is none of that login. */
const struct config_user *config_user(const struct config *c,
    const char *login);
const struct config_company *config_company(const struct config *c,
    const char *code);
const struct policy *config_policy(const struct config *c, const char *name);

/* Who signs as role in language: the entry that fits best.  Never NULL for a
 * role of config_roles: a sender without role stands for all of them. */
const struct config_sender *config_sender(const struct config_company *c,
    const char *role, const char *language);
/* The route for numbers of country (two letters; "": none that is known);
 * NULL: none serves it. */
const struct config_sms *config_sms(const struct config_company *c,
    const char *country);
const struct config_sms *config_sms_named(const struct config_company *c,
    const char *name);
/* The robot of a name without its prefix; NULL. */
const struct config_sms *config_robot(const struct config_company *c,
    const char *name);
/* NULL: there is no approved one. */
const struct config_sms_template *config_sms_template(
    const struct config_sms *s, const char *name, const char *language);
/* The account to pay into that fits a currency and a language best, or
 * NULL. */
const struct config_bank *config_bank(const struct config_company *c,
    const char *currency, const char *language);
/* The legal name in language, or else the first. */
const char *config_company_name(const struct config_company *c,
    const char *language);

/* "account-manager", "collections", "manager", "legal"; ended by NULL. */
extern const char *const config_roles[];

#endif
