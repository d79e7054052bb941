/* supervise.h - serve: starts the roles as processes of their own (fork and
 * exec of this program), starts them again when they end, passes signals and
 * nudges on, tells systemd. */
#ifndef DUNLIN_DAEMON_SUPERVISE_H
#define DUNLIN_DAEMON_SUPERVISE_H

#include "base/err.h"

#include <stdbool.h>

struct supervise {
	const char *program;	/* NULL: this program's own file */
	const char *dir;	/* the workspace */
	int senders;		/* 1.. */
	bool importer;		/* files are dropped somewhere */
	bool web;		/* there is something to listen on */
	bool calendar;		/* there are calendars on servers */
	/* Reads the configuration to see whether it is good; logs what is
	 * not. */
	int (*check)(void *arg);
	void *arg;
};

#define SUPERVISE_SENDERS_MOST 16

/* Returns 0 after SIGTERM or SIGINT, when all roles have ended. */
int supervise(const struct supervise *s, struct err *err);

#endif
