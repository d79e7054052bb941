#include "daemon/supervise.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/notify.h"
#include "daemon/signals.h"
#include "daemon/throttle.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#define OTHERS 5		/* roles besides the senders */
#define CHILDREN_MOST (OTHERS + SUPERVISE_SENDERS_MOST)
#define NUDGE_FD 3

struct child {
	const char *role;
	char name[24];
	pid_t pid;		/* 0: not running */
	int fd;			/* our end of its socket; -1: none */
	int64_t started, start_at;	/* clock_mono_ms */
	struct throttle throttle;
};

struct supervisor {
	const struct supervise *s;
	struct child children[CHILDREN_MOST];
	size_t n;
	bool stopping;
	int64_t watchdog_ms, watchdog_at;
};

static void
child_exec(const struct supervisor *v, const struct child *c, int fd)
{
	char stamp[CLOCK_TEXT_MAX];
	const char *program = v->s->program;

	/* A clock that --now has stopped stands still for the roles too. */
	if (clock_is_test() && getenv("DUNLIN_CLOCK_FILE") == NULL)
		setenv("DUNLIN_NOW", clock_format(clock_now(), stamp), 1);
	signals_default();
	if (fd == NUDGE_FD)
		fcntl(fd, F_SETFD, 0);
	else if (dup2(fd, NUDGE_FD) < 0)
		_exit(EX_OSERR);
	execlp(program == NULL ? "/proc/self/exe" : program, "dunlin",
	    "-C", v->s->dir, "run", c->role, "--name", c->name, "--nudge",
	    (char *)NULL);
	log_error("cannot run %s: %s", c->name, strerror(errno));
	_exit(EX_OSERR);
}

static void
child_failed(struct child *c, const char *what)
{
	c->start_at = clock_mono_ms() + throttle_next(&c->throttle, 0, false);
	log_error("cannot start %s: %s: %s", c->name, what, strerror(errno));
}

static void
child_start(struct supervisor *v, struct child *c)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
		child_failed(c, "socketpair");
		return;
	}
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	c->pid = fork();
	if (c->pid == 0)
		child_exec(v, c, ends[1]);
	close(ends[1]);
	if (c->pid < 0) {
		c->pid = 0;
		close(ends[0]);
		child_failed(c, "fork");
		return;
	}
	c->fd = ends[0];
	c->started = clock_mono_ms();
	log_info("started %s pid=%ld", c->name, (long)c->pid);
}

static void
child_ended(struct supervisor *v, struct child *c, int status)
{
	bool clean = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	int64_t lived = clock_mono_ms() - c->started, delay;

	close(c->fd);
	c->fd = -1;
	c->pid = 0;
	if (v->stopping) {
		if (!clean && !(WIFSIGNALED(status) &&
		    WTERMSIG(status) == SIGTERM))
			log_warn("%s ended with status %d", c->name, status);
		return;
	}
	delay = throttle_next(&c->throttle, lived, clean);
	c->start_at = clock_mono_ms() + delay;
	if (WIFSIGNALED(status))
		log_error("%s was killed by signal %d; again in %d s", c->name,
		    WTERMSIG(status), (int)(delay / 1000));
	else if (!clean || delay > 0)
		log_error("%s ended with exit code %d; again in %d s", c->name,
		    WEXITSTATUS(status), (int)(delay / 1000));
	else
		log_info("%s ended in good order; starting it again", c->name);
}

static void
reap(struct supervisor *v)
{
	size_t i;
	int status;

	signals.child = 0;
	for (i = 0; i < v->n; i++)
		if (v->children[i].pid != 0 && waitpid(v->children[i].pid,
		    &status, WNOHANG) == v->children[i].pid)
			child_ended(v, &v->children[i], status);
}

static size_t
alive(const struct supervisor *v)
{
	size_t i, n = 0;

	for (i = 0; i < v->n; i++)
		n += v->children[i].pid != 0;
	return n;
}

static void
signal_all(struct supervisor *v, int sig)
{
	size_t i;

	for (i = 0; i < v->n; i++)
		if (v->children[i].pid != 0)
			kill(v->children[i].pid, sig);
}

static void
handle_signals(struct supervisor *v)
{
	signals_drain();
	if (signals.stop) {
		signals.stop = 0;
		if (!v->stopping) {
			log_info("stopping: roles finish what they have in "
			    "hand");
			notify_send("STOPPING=1\nSTATUS=waiting for roles to "
			    "finish what they have in hand");
		}
		v->stopping = true;
		signal_all(v, SIGTERM);
	}
	if (signals.reload) {
		signals.reload = 0;
		notify_send("RELOADING=1");
		if (v->s->check(v->s->arg) == 0)
			signal_all(v, SIGHUP);
		notify_send("READY=1");
	}
	if (signals.wake) {
		signals.wake = 0;
		signal_all(v, SIGUSR1);
	}
	reap(v);
}

/* Somebody has committed something: wake the others. */
static void
pass_nudge(struct supervisor *v, size_t from)
{
	char buf[64];
	size_t i;

	if (read(v->children[from].fd, buf, sizeof(buf)) <= 0)
		return;
	for (i = 0; i < v->n; i++)
		if (i != from && v->children[i].fd >= 0 &&
		    send(v->children[i].fd, "", 1, MSG_NOSIGNAL) < 0 &&
		    errno != EAGAIN && errno != EPIPE)
			log_warn("cannot nudge %s: %s", v->children[i].name,
			    strerror(errno));
}

static void
start_due(struct supervisor *v, int64_t *ret_wait_ms)
{
	int64_t now = clock_mono_ms(), wait = 60000;
	size_t i;

	for (i = 0; i < v->n && !v->stopping; i++) {
		struct child *c = &v->children[i];

		if (c->pid == 0 && c->start_at <= now)
			child_start(v, c);
		if (c->pid == 0 && c->start_at - now < wait)
			wait = c->start_at - now;
	}
	if (v->watchdog_ms > 0 && now >= v->watchdog_at) {
		notify_send("WATCHDOG=1");
		v->watchdog_at = now + v->watchdog_ms;
	}
	if (v->watchdog_ms > 0 && v->watchdog_at - now < wait)
		wait = v->watchdog_at - now;
	*ret_wait_ms = wait < 10 ? 10 : wait;
}

static void
wait_and_handle(struct supervisor *v, int64_t wait_ms)
{
	struct pollfd p[1 + CHILDREN_MOST];
	size_t i;

	p[0] = (struct pollfd){ .fd = signals_fd(), .events = POLLIN };
	for (i = 0; i < v->n; i++)
		p[1 + i] = (struct pollfd){ .fd = v->children[i].fd,
			.events = POLLIN };
	if (poll(p, (nfds_t)(1 + v->n), (int)wait_ms) <= 0) {
		reap(v);
		return;
	}
	for (i = 0; i < v->n; i++)
		if (p[1 + i].revents & POLLIN)
			pass_nudge(v, i);
	/* A closed socket is readable until its owner was reaped. */
	for (i = 0; i < v->n; i++)
		if (p[1 + i].revents & POLLHUP)
			reap(v);
	if (p[0].revents != 0)
		handle_signals(v);
}

static void
say_status(const struct supervisor *v, size_t *said)
{
	size_t n = alive(v);

	if (n == *said || v->stopping)
		return;
	notify_send("STATUS=%zu of %zu roles run", n, v->n);
	*said = n;
}

/* nth: of several; 0: the only one. */
static void
add_child(struct supervisor *v, const char *role, int nth)
{
	struct child *c = &v->children[v->n++];

	c->fd = -1;
	c->role = role;
	if (nth == 0)
		snprintf(c->name, sizeof(c->name), "%s", role);
	else
		snprintf(c->name, sizeof(c->name), "%s-%d", role, nth);
}

int
supervise(const struct supervise *s, struct err *err)
{
	struct supervisor v = { .s = s };
	size_t said = SIZE_MAX;
	int64_t wait_ms;
	int i;

	if (signals_init(err) < 0)
		return -1;
	add_child(&v, "planner", 0);
	add_child(&v, "reader", 0);
	for (i = 0; i < s->senders; i++)
		add_child(&v, "sender", s->senders == 1 ? 0 : i + 1);
	if (s->importer)
		add_child(&v, "importer", 0);
	if (s->web)
		add_child(&v, "web", 0);
	if (s->calendar)
		add_child(&v, "calendar", 0);
	v.watchdog_ms = notify_watchdog_ms();
	start_due(&v, &wait_ms);
	notify_send("READY=1");
	while (!v.stopping || alive(&v) > 0) {
		say_status(&v, &said);
		wait_and_handle(&v, wait_ms);
		start_due(&v, &wait_ms);
	}
	log_info("all roles have ended");
	return 0;
}
