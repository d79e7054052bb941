#include "daemon/role.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/roles.h"
#include "daemon/signals.h"
#include "store/companies.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define SLEEP_MOST 60		/* seconds */
#define LOOK_MS 5000		/* between two looks for others' commits */
#define FAILURES_MOST 5

struct loop {
	struct role_run *r;
	const struct role *role;
	struct role_env env;
	void *memory;		/* owns state; freed on reload */
	void *state;
	int64_t version;	/* of the data, as last looked at */
	bool untold;		/* worked since the last nudge */
	int steps, failures;
};

static int
open_state(void *owner, struct loop *l, struct err *err)
{
	void *memory = mem_check(talloc_new(owner));
	void *state = NULL;

	l->env = (struct role_env){ .config = l->r->config, .db = l->r->db,
		.stop = &signals.stop };
	if (l->role->open(memory, &l->env, &state, err) < 0) {
		talloc_free(memory);
		return -1;
	}
	talloc_free(l->memory);
	l->memory = memory;
	l->state = state;
	return 0;
}

/* SIGHUP: the new configuration if it is good, else the old one goes on. */
static int
reload(void *owner, struct loop *l, struct err *err)
{
	const struct config *old = l->r->config;
	struct config_problems problems = { NULL, 0 };
	struct config *config;
	struct err why;
	size_t i;

	signals.reload = 0;
	if (config_read(owner, old->dir, &config, &problems, &why) < 0) {
		for (i = 0; i < problems.n; i++)
			log_error("reload: %s", problems.lines[i]);
		log_error("reload: kept the old configuration: %s", why.text);
		return 0;
	}
	if (companies_sync(l->r->db, config, clock_now(), err) < 0)
		return -1;
	/* The old one stays in memory: a reload is rare. */
	l->r->config = config;
	log_info("reload: configuration read anew");
	return open_state(owner, l, err);
}

/* The supervisor has gone: end, so that no orphan goes on sending. */
static void
hear_supervisor(struct loop *l, short events)
{
	char buf[64];
	ssize_t n;

	do {
		n = read(l->r->nudge_fd, buf, sizeof(buf));
	} while (n > 0);
	if (n == 0 || (events & (POLLERR | POLLNVAL))) {
		log_warn("the supervisor has gone: ending");
		signals.stop = 1;
	}
}

static void
tell_supervisor(struct loop *l)
{
	if (l->untold && l->r->nudge_fd >= 0 &&
	    write(l->r->nudge_fd, "", 1) < 0 && errno == EPIPE)
		signals.stop = 1;
	l->untold = false;
}

/* Waits at most ms; true when something happened. */
static bool
wait_events(struct loop *l, int ms)
{
	struct pollfd p[2] = {
		{ .fd = signals_fd(), .events = POLLIN },
		{ .fd = l->r->nudge_fd, .events = POLLIN },
	};
	int64_t version;

	if (poll(p, 2, ms) > 0) {
		if (p[0].revents != 0)
			signals_drain();
		if (p[1].revents != 0)
			hear_supervisor(l, p[1].revents);
		return true;
	}
	version = db_data_version(l->r->db);
	if (version == l->version)
		return false;
	l->version = version;
	return true;
}

/* Until instant at, by the wall clock, which a test may move. */
static void
sleep_until(struct loop *l, int64_t at)
{
	int64_t now = clock_now(), end, ms, left;

	if (at == CLOCK_NONE || at > now + SLEEP_MOST)
		at = now + SLEEP_MOST;
	if (at <= now)
		wait_events(l, 0);	/* no sleep, but who calls is heard */
	end = clock_mono_ms() + SLEEP_MOST * 1000;
	while (!signals.stop && !signals.reload && !signals.wake) {
		now = clock_now();
		ms = clock_mono_ms();
		if (now >= at || ms >= end)
			break;
		left = (at - now) * 1000 < end - ms ? (at - now) * 1000 :
		    end - ms;
		if (wait_events(l, (int)(left < LOOK_MS ? left : LOOK_MS)))
			break;
	}
	signals.wake = 0;
}

static bool
had_enough(const struct loop *l)
{
	struct rusage u;

	if (l->steps >= ROLE_STEPS_MOST)
		return true;
	if (l->steps % 100 != 0 || getrusage(RUSAGE_SELF, &u) < 0)
		return false;
	return u.ru_maxrss > ROLE_MEMORY_MOST;
}

/* 1: go on, 0: end in good order, -1. */
static int
after_step(struct loop *l, int result, struct err *err)
{
	struct err why = { ERR_NONE, "" };
	int64_t at = CLOCK_NONE;

	if (result > 0) {
		l->untold = true;
		l->failures = 0;
		l->steps++;
		if (l->r->nudge_fd >= 0)
			wait_events(l, 0);
		return had_enough(l) ? 0 : 1;
	}
	if (l->r->once)
		return result;
	tell_supervisor(l);
	if (result < 0) {
		if (++l->failures >= FAILURES_MOST)
			return -1;
		log_error("%s; trying again", err->text);
		sleep_until(l, clock_now() + (1 << l->failures));
		return 1;
	}
	l->failures = 0;
	if (l->role->due(l->r->db, &at, &why) < 0) {
		log_error("%s", why.text);
		at = CLOCK_NONE;
	}
	sleep_until(l, at);
	return 1;
}

int
role_loop(void *owner, struct role_run *r, struct err *err)
{
	struct loop l = { .r = r };
	int result;

	l.role = role_find(r->role);
	if (l.role == NULL)
		return err_set(err, ERR_CONFIG, "no role '%s'", r->role);
	if (r->nudge_fd >= 0)
		fcntl(r->nudge_fd, F_SETFL, O_NONBLOCK);
	if (open_state(owner, &l, err) < 0)
		return -1;
	l.version = db_data_version(r->db);
	do {
		if (signals.reload && reload(owner, &l, err) < 0)
			return -1;
		result = signals.stop ? 0 : l.role->step(l.state, err);
		if (result == 0 && signals.stop)
			break;
		result = after_step(&l, result, err);
	} while (result > 0 && !signals.stop);
	tell_supervisor(&l);
	talloc_free(l.memory);
	return result < 0 ? -1 : 0;
}
