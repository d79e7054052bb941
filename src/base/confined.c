#define _GNU_SOURCE
#include "base/confined.h"

#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

struct confined {
	const char *program;
	const char *argv[CONFINED_ARGS_MAX + 2];
	pid_t pid;		/* 0: not running */
	int in, out;		/* what it reads and writes */
	int asked;
};

static void
stop(struct confined *c, int *ret_status)
{
	int status = 0;

	if (c->pid == 0)
		return;
	close(c->in);
	close(c->out);
	kill(c->pid, SIGKILL);
	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	c->pid = 0;
	if (ret_status != NULL)
		*ret_status = status;
}

static int
destroy(struct confined *c)
{
	stop(c, NULL);
	return 0;
}

struct confined *
confined_new(void *owner, const char *program, const char *const args[])
{
	struct confined *c = mem_new(owner, struct confined);
	size_t n;

	c->program = mem_str(c, program == NULL ? "/proc/self/exe" : program);
	c->argv[0] = "dunlin";
	for (n = 0; args[n] != NULL && n < CONFINED_ARGS_MAX; n++)
		c->argv[n + 1] = args[n];
	talloc_set_destructor(c, destroy);
	return c;
}

static void
limit(int what, rlim_t most)
{
	struct rlimit l = { most, most };

	setrlimit(what, &l);
}

/* Between fork and exec, what holds for the loading of the program too.  What
 * the system does not allow is left out: the sandbox of the child is closed
 * all the same. */
static void
confine(void)
{
#ifdef __linux__
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (unshare(CLONE_NEWNET) != 0)
		(void)!unshare(CLONE_NEWUSER | CLONE_NEWNET);
#endif
	limit(RLIMIT_CPU, CONFINED_CPU_SECONDS);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, 0);
	limit(RLIMIT_NOFILE, 16);
#ifndef __SANITIZE_ADDRESS__
	limit(RLIMIT_AS, CONFINED_MEMORY);
#endif
}

static void
run(const struct confined *c, int in, int out)
{
	static char locale[] = "LC_ALL=C.UTF-8", zone[] = "TZ=UTC";
	static char *const env[] = { locale, zone, NULL };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	signal(SIGPIPE, SIG_DFL);
	if (null < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 ||
	    dup2(null, 2) < 0)
		_exit(EX_OSERR);
	close_range(3, ~0U, 0);
	confine();
	/* execve changes neither list. */
	execve(c->program, (char *const *)(uintptr_t)c->argv, env);
	_exit(EX_OSERR);
}

static int
start(struct confined *c, struct err *err)
{
	int in[2], out[2];

	if (pipe2(in, O_CLOEXEC) < 0)
		return err_set(err, ERR_TEMP, "pipe: %s", strerror(errno));
	if (pipe2(out, O_CLOEXEC) < 0) {
		close(in[0]);
		close(in[1]);
		return err_set(err, ERR_TEMP, "pipe: %s", strerror(errno));
	}
	c->pid = fork();
	if (c->pid == 0)
		run(c, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	if (c->pid < 0) {
		c->pid = 0;
		close(in[1]);
		close(out[0]);
		return err_set(err, ERR_TEMP, "fork: %s", strerror(errno));
	}
	c->in = in[1];
	c->out = out[0];
	fcntl(c->in, F_SETFL, O_NONBLOCK);
	c->asked = 0;
	return 0;
}

static bool
ready(int fd, short events, int64_t until)
{
	struct pollfd p = { .fd = fd, .events = events };
	int64_t left;
	int r;

	do {
		left = until - clock_mono_ms();
		r = left <= 0 ? 0 : poll(&p, 1, (int)left);
	} while (r < 0 && errno == EINTR);
	return r > 0;
}

static bool
put(const struct confined *c, const char *s, size_t n, int64_t until)
{
	ssize_t w;

	while (n > 0) {
		if (!ready(c->in, POLLOUT, until))
			return false;
		w = write(c->in, s, n);
		if (w < 0 && errno != EAGAIN && errno != EINTR)
			return false;
		if (w > 0) {
			s += w;
			n -= (size_t)w;
		}
	}
	return true;
}

/* One line; NULL when there is none in time. */
static char *
get(const struct confined *c, void *owner, int64_t until)
{
	size_t cap = 65536, n = 0;
	char *buf = mem_array(owner, char, cap);
	ssize_t r;

	while (ready(c->out, POLLIN, until)) {
		r = read(c->out, buf + n, cap - n - 1);
		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return NULL;
		n += (size_t)r;
		if (buf[n - 1] == '\n') {
			buf[n] = '\0';
			return buf;
		}
		if (n >= CONFINED_ANSWER_MAX)
			return NULL;
		if (n + 1 >= cap)
			buf = mem_grow(owner, buf, char, cap *= 2);
	}
	return NULL;
}

static int
died(struct confined *c, int64_t until, struct err *err)
{
	bool late = clock_mono_ms() >= until;
	int status = 0;

	if (late) {
		stop(c, NULL);
		return err_set(err, ERR_PERM, "reading it took too long");
	}
	/* It has closed its end: let it tell why it ended. */
	for (late = true; late && clock_mono_ms() < until;) {
		late = waitpid(c->pid, &status, WNOHANG) == 0;
		if (late)
			clock_sleep_ms(1);
	}
	if (late) {
		stop(c, &status);
		return err_set(err, ERR_PERM, "reading it gave no answer");
	}
	close(c->in);
	close(c->out);
	c->pid = 0;
	if (WIFSIGNALED(status))
		return err_set(err, ERR_PERM, "reading it ended with signal "
		    "%d", WTERMSIG(status));
	return err_set(err, WEXITSTATUS(status) == EX_OSERR ? ERR_TEMP :
	    ERR_PERM, "reading it ended with exit code %d",
	    WEXITSTATUS(status));
}

void
confined_stop(struct confined *c)
{
	stop(c, NULL);
}

void
confined_begin(struct confined *c, int most)
{
	if (c->asked >= most)
		stop(c, NULL);
}

int
confined_ask(struct confined *c, void *owner, const char *head,
    const char *raw, size_t len, int wait_ms, char **ret_line,
    struct err *err)
{
	int64_t until = clock_mono_ms() + wait_ms;
	char *line;

	if (c->pid == 0 && start(c, err) < 0)
		return -1;
	c->asked++;
	if (!put(c, head, strlen(head), until) || !put(c, raw, len, until) ||
	    (line = get(c, owner, until)) == NULL)
		return died(c, until, err);
	*ret_line = line;
	return 0;
}
