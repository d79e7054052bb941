#include "daemon/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct signals signals;

static int ends[2] = { -1, -1 };

static const int caught[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGCHLD };

#define N_CAUGHT (sizeof(caught) / sizeof(caught[0]))

static void
on_signal(int sig)
{
	int saved = errno;

	if (sig == SIGHUP)
		signals.reload = 1;
	else if (sig == SIGUSR1)
		signals.wake = 1;
	else if (sig == SIGCHLD)
		signals.child = 1;
	else
		signals.stop = 1;
	/* A full pipe is readable anyway. */
	if (write(ends[1], "", 1) < 0)
		errno = saved;
	errno = saved;
}

int
signals_init(struct err *err)
{
	struct sigaction sa;
	size_t i;

	if (pipe(ends) < 0)
		return err_set(err, ERR_TEMP, "pipe: %s", strerror(errno));
	for (i = 0; i < 2; i++) {
		fcntl(ends[i], F_SETFD, FD_CLOEXEC);
		fcntl(ends[i], F_SETFL, O_NONBLOCK);
	}
	memset(&sa, 0, sizeof(sa));
	sigemptyset(&sa.sa_mask);
	sa.sa_handler = on_signal;
	for (i = 0; i < N_CAUGHT; i++)
		sigaction(caught[i], &sa, NULL);
	sa.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &sa, NULL);
	return 0;
}

int
signals_fd(void)
{
	return ends[0];
}

void
signals_drain(void)
{
	char buf[64];

	while (read(ends[0], buf, sizeof(buf)) > 0)
		;
}

void
signals_default(void)
{
	struct sigaction sa;
	sigset_t none;
	size_t i;

	memset(&sa, 0, sizeof(sa));
	sigemptyset(&sa.sa_mask);
	sa.sa_handler = SIG_DFL;
	for (i = 0; i < N_CAUGHT; i++)
		sigaction(caught[i], &sa, NULL);
	sigaction(SIGPIPE, &sa, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}
