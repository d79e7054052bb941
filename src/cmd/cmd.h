/* cmd.h - what every command of the command line is given.
 *
 * src/cmd/NAME.c exports cmd_NAME (dashes become underscores); the table is
 * commands.def, and the text of "dunlin NAME --help" is in usage.def.
 * cmd_main parses the options that all commands share, opens what the
 * command needs, calls it, prints its error once as "dunlin: TEXT" and exits
 * with err_exit_code, or with what the command returned. */
#ifndef DUNLIN_CMD_CMD_H
#define DUNLIN_CMD_CMD_H

#include "base/err.h"
#include "config/config.h"
#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

enum cmd_needs {
	CMD_NOTHING = 0,
	CMD_CONFIG = 1,		/* c->config */
	CMD_READ = 2,		/* c->db for reading; implies CMD_CONFIG */
	CMD_WRITE = 4		/* c->db for writing; implies CMD_CONFIG */
};

struct cmd {
	const char *name;
	const char *dir;		/* -C DIR; default "." */
	const char *company_code;	/* --company; NULL: not given */
	bool json;			/* --json */
	const char *language;		/* "en" or "zh-CN", from the locale */
	int64_t now;			/* one instant for the whole command */
	char *actor;			/* "user:LOGIN" of the real uid */
	struct config *config;
	struct db *db;
};

/* argv[0] is the command's name; the shared options are gone from argv.
 * Returns an exit code, or -1 with err. */
typedef int cmd_fn(struct cmd *c, int argc, char **argv, struct err *err);

#define COMMAND(fn, word, needs, summary) cmd_fn cmd_##fn;
#include "cmd/commands.def"
#undef COMMAND

struct command {
	const char *name;	/* NULL ends the table */
	cmd_fn *fn;
	int needs;		/* enum cmd_needs, or-ed */
	const char *summary;
};

int cmd_main(const struct command *commands, int argc, char **argv);

/* The options of one command. */
enum cmd_option_type {
	OPTION_FLAG,	/* bool */
	OPTION_TEXT,	/* const char * */
	OPTION_INT,	/* int64_t, not negative */
	OPTION_DATE,	/* int32_t: YYYY-MM-DD */
	OPTION_TIME	/* int64_t: RFC 3339 */
};

struct cmd_option {
	const char *name;	/* "as-of"; NULL ends the table */
	enum cmd_option_type type;
	void *ret;		/* untouched where the option is not given */
};

/* Parses "--NAME VALUE" and "--NAME=VALUE" wherever they stand before "--";
 * the operands are left in argv[1..*argc), at least min and at most max of
 * them (max -1: any number). */
int cmd_options(const struct cmd_option *options, int *argc, char **argv,
    int min, int max, struct err *err);

/* The company that --company names, or the only one; ERR_CONFIG (usage) when
 * there are several and none was named. */
int cmd_company(struct cmd *c, const struct config_company **ret_company,
    struct err *err);

/* The account of that customer number in the company as above, with the ids
 * of both rows. */
struct cmd_account {
	const struct config_company *company;
	int64_t company_id, account_id;
	const char *code;
};
int cmd_account(struct cmd *c, const char *code, struct cmd_account *ret,
    struct err *err);

/* What a person at the terminal does to that account. */
struct act_reply;
void cmd_act(const struct cmd *c, const struct cmd_account *a,
    struct act_reply *ret_r);

/* 0 when login is a user of the configuration. */
int cmd_user(const struct cmd *c, const char *login, struct err *err);

/* 0 when word is what a reply can say (core/intents.def). */
int cmd_intent(const char *word, struct err *err);

/* en or zh, by the language of the person at the terminal; also as the format
 * of printf: both then take the same arguments. */
const char *cmd_say(const struct cmd *c, const char *en, const char *zh)
    __attribute__((format_arg(2), format_arg(3)));

/* What a command that only does something prints with --json:
 * {"ok": true}.  Returns c->json. */
bool cmd_json_ok(const struct cmd *c);

/* Free text from the command line, such as a note: UTF-8, no control
 * characters but line ends and tabs, at most CMD_TEXT_MAX bytes. */
#define CMD_TEXT_MAX 4000
int cmd_check_text(const char *what, const char *text, struct err *err);

/* The PDF that goes with a mail, into a file; ERR_PERM: none does. */
struct mail;
int cmd_letter(const struct mail *m, const char *file, struct err *err);

/* A usage error: err is filled, returns -1 and exits with EX_USAGE. */
int cmd_usage(struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
