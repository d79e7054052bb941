/* What a process can no longer do once it has entered the sandbox; each act
 * in a process of its own. */
#define _GNU_SOURCE
#include "unit.h"

#include "base/clock.h"
#include "base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static bool
read_file(void)
{
	return open("/etc/passwd", O_RDONLY) >= 0;
}

static bool
write_file(void)
{
	return open("/tmp/sandbox-test", O_WRONLY | O_CREAT, 0600) >= 0;
}

static bool
look_at_file(void)
{
	struct stat st;

	return stat("/etc/passwd", &st) == 0 ||
	    access("/etc/passwd", F_OK) == 0;
}

static bool
remove_file(void)
{
	return unlink("/tmp/sandbox-test") == 0 || errno != EPERM;
}

static bool
connect_out(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) >= 0 ||
	    socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
}

static bool
socket_pair(void)
{
	int fd[2];

	return socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == 0;
}

static bool
new_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid > 0;
}

static bool
new_program(void)
{
	execl("/bin/true", "true", (char *)NULL);
	return errno != EPERM;
}

static bool
signal_others(void)
{
	return kill(getppid(), 0) == 0;
}

static bool
trace_others(void)
{
	return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0;
}

static bool
more_memory(void)
{
	struct rlimit l = { RLIM_INFINITY, RLIM_INFINITY };

	return setrlimit(RLIMIT_AS, &l) == 0;
}

static bool
executable_memory(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED || mmap(NULL, 4096, PROT_READ | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED ||
	    mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0;
}

/* What a reader of mail needs. */
static bool
work(void)
{
	char *p = malloc(50000000);
	int64_t before = clock_mono_ms();

	if (p == NULL)
		return false;
	memset(p, 1, 50000000);
	free(p);
	return clock_mono_ms() >= before && clock_now() > 0 &&
	    write(1, "", 0) == 0;
}

static int
in_sandbox(bool (*act)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(sandbox_enter() != NULL ? 77 : act());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	    1000 + WTERMSIG(status);
}

static void
test_cannot(void **state)
{
	static const struct {
		const char *what;
		bool (*act)(void);
	} rows[] = {
		{ "read a file", read_file },
		{ "write a file", write_file },
		{ "look at a file", look_at_file },
		{ "remove a file", remove_file },
		{ "make a socket", connect_out },
		{ "make a pair of sockets", socket_pair },
		{ "make a process", new_process },
		{ "run a program", new_program },
		{ "signal another process", signal_others },
		{ "trace another process", trace_others },
		{ "lift its limits", more_memory },
		{ "make memory executable", executable_memory },
	};
	size_t i;
	int r;

	for (i = 0; i < UNIT_COUNT(rows); i++) {
		r = in_sandbox(rows[i].act);
		if (r == 77)
			skip();
		if (r != 0)
			fail_msg("it can %s (%d)", rows[i].what, r);
	}
}

static bool
end_by_abort(void)
{
	abort();
}

static void
test_can(void **state)
{
	int r = in_sandbox(work);

	if (r == 77)
		skip();
	assert_int_equal(r, 1);
	assert_int_equal(in_sandbox(end_by_abort), 1000 + SIGABRT);
}

/* Where it cannot be had, the reason is told: only sanitizers here. */
static void
test_told(void **state)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(sandbox_enter() == NULL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
#if defined(__linux__) && defined(__x86_64__) && \
    !defined(__SANITIZE_ADDRESS__)
	assert_int_equal(WEXITSTATUS(status), 1);
#else
	assert_true(WIFEXITED(status));
#endif
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cannot),
		cmocka_unit_test(test_can),
		cmocka_unit_test(test_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
