/* kill_shim.c - preloaded: kills the process (SIGKILL) just before its
 * KILL_AT-th act that others can see: a sync, a write, a connect, a rename.
 * KILL_AFTER=1: just after it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static long acts;

static int
is_the_one(void)
{
	const char *at = getenv("KILL_AT");

	return at != NULL && ++acts == atol(at);
}

static void
die(void)
{
	kill(getpid(), SIGKILL);
	pause();
}

static int
after(void)
{
	return getenv("KILL_AFTER") != NULL;
}

#define ACT(type, name, params, args)					\
type name params							\
{									\
	static type (*real) params;					\
	int now = is_the_one();						\
	type r;								\
									\
	if (real == NULL)						\
		*(void **)&real = dlsym(RTLD_NEXT, #name);		\
	if (now && !after())						\
		die();							\
	r = real args;							\
	if (now)							\
		die();							\
	return r;							\
}

int fdatasync(int fd);
int fsync(int fd);
int rename(const char *from, const char *to);

ACT(int, fdatasync, (int fd), (fd))
ACT(int, fsync, (int fd), (fd))
ACT(int, rename, (const char *from, const char *to), (from, to))
ACT(int, connect, (int fd, const struct sockaddr *a, socklen_t n), (fd, a, n))

/* What libcurl sends with; counted where KILL_SENDS is set. */
ssize_t
send(int fd, const void *p, size_t n, int flags)
{
	static ssize_t (*real)(int, const void *, size_t, int);
	int now = getenv("KILL_SENDS") != NULL && is_the_one();
	ssize_t r;

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "send");
	if (now && !after())
		die();
	r = real(fd, p, n, flags);
	if (now)
		die();
	return r;
}

ssize_t
write(int fd, const void *p, size_t n)
{
	static ssize_t (*real)(int, const void *, size_t);
	struct stat st;
	/* With KILL_SENDS what it asks its own child is seen by nobody. */
	int now = fd > 2 && (getenv("KILL_SENDS") == NULL ||
	    fstat(fd, &st) != 0 || !S_ISFIFO(st.st_mode)) &&
	    is_the_one();
	ssize_t r;

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "write");
	if (now && !after())
		die();
	r = real(fd, p, n);
	if (now)
		die();
	return r;
}
