/* The supervisor with shell scripts in place of roles. */
#include "unit.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/supervise.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[64];
static int bad_config;	/* what check() says, seen by the child */

static char *
in_dir(const char *name)
{
	static char path[2][128];
	static int i;

	i = !i;
	snprintf(path[i], sizeof(path[i]), "%s/%s", dir, name);
	return path[i];
}

/* A role: body runs with the arguments of a role; "log WORDS" writes a line
 * to the file "log". */
static void
script(const char *body)
{
	FILE *f = fopen(in_dir("role"), "w");

	assert_non_null(f);
	fprintf(f, "#!/bin/sh\nlog() { echo \"$*\" >>%s/log; }\n%s\n", dir,
	    body);
	fclose(f);
	chmod(in_dir("role"), 0755);
	unlink(in_dir("log"));
}

static int
check(void *arg)
{
	return bad_config;
}

static pid_t
start(int senders)
{
	struct supervise s = { .program = in_dir("role"), .dir = "/ws",
		.senders = senders, .check = check };
	struct err err;
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	log_init("serve", (enum log_level)0);
	_exit(supervise(&s, &err) < 0 ? 1 : 0);
}

static char *
log_text(void)
{
	static char buf[4096];
	FILE *f = fopen(in_dir("log"), "r");
	size_t n = f == NULL ? 0 : fread(buf, 1, sizeof(buf) - 1, f);

	buf[n] = '\0';
	if (f != NULL)
		fclose(f);
	return buf;
}

static int
count(const char *word)
{
	const char *p = log_text();
	int n = 0;

	while ((p = strstr(p, word)) != NULL) {
		n++;
		p += strlen(word);
	}
	return n;
}

/* Until word is n times in the log; the milliseconds it took. */
static int64_t
await(const char *word, int n)
{
	int64_t from = clock_mono_ms();

	while (count(word) < n) {
		if (clock_mono_ms() - from > 15000)
			fail_msg("'%s' is %d times, not %d in the log:\n%s",
			    word, count(word), n, log_text());
		clock_sleep_ms(20);
	}
	return clock_mono_ms() - from;
}

static void
end_with(pid_t pid, int sig, int want)
{
	int status;

	kill(pid, sig);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), want);
}

static void
starts_and_stops_all(void **state)
{
	pid_t pid;

	/* A role takes a while to finish what it has in hand. */
	script("trap 'sleep 0.5; log done $4; exit 0' TERM\n"
	    "log args $*\nwhile :; do sleep 0.1; done");
	pid = start(2);
	await("args", 4);
	assert_int_equal(count("args -C /ws run planner --name planner "
	    "--nudge\n"), 1);
	assert_int_equal(count("args -C /ws run reader --name reader "
	    "--nudge\n"), 1);
	assert_int_equal(count("args -C /ws run sender --name sender-1 "
	    "--nudge\n"), 1);
	assert_int_equal(count("args -C /ws run sender --name sender-2 "
	    "--nudge\n"), 1);
	end_with(pid, SIGTERM, 0);
	assert_int_equal(count("done planner\n"), 1);
	assert_int_equal(count("done sender\n"), 2);
}

static void
starts_again_after_a_delay(void **state)
{
	int64_t took;
	pid_t pid;

	script("[ \"$4\" = planner ] || exec sleep 60\n"
	    "log start\nexit 1");
	pid = start(1);
	await("start", 1);
	took = await("start", 2);
	assert_in_range(took, 1700, 5000);
	took = await("start", 3);
	assert_in_range(took, 3700, 8000);
	end_with(pid, SIGINT, 0);
}

static void
starts_again_at_once_in_good_order(void **state)
{
	pid_t pid;

	script("[ \"$4\" = planner ] || exec sleep 60\n"
	    "log start\nsleep 2.2\nlog end\nexit 0");
	pid = start(1);
	await("end", 1);
	assert_in_range(await("start", 2), 0, 1500);
	end_with(pid, SIGTERM, 0);
}

static void
passes_signals_and_nudges(void **state)
{
	pid_t pid;

	/* The sender writes a byte to its socket: the planner gets one. */
	script("trap 'log hup $4' HUP\ntrap 'log usr1 $4' USR1\n"
	    "trap 'exit 0' TERM\nlog up $4\n"
	    "if [ $4 = sender ]; then sleep 0.3; printf x >&3; fi\n"
	    "if [ $4 = planner ]; then [ $(head -c 1 <&3 | wc -c) = 1 ] && "
	    "log nudged $4; fi\n"
	    "while :; do sleep 0.1; done");
	pid = start(1);
	await("nudged planner", 1);
	await("up", 3);
	kill(pid, SIGUSR1);
	await("usr1", 3);
	kill(pid, SIGHUP);
	await("hup", 3);
	end_with(pid, SIGTERM, 0);
}

static void
keeps_going_with_a_bad_configuration(void **state)
{
	pid_t pid;

	script("trap 'log hup $4' HUP\ntrap 'log usr1 $4' USR1\n"
	    "trap 'exit 0' TERM\nlog up\nwhile :; do sleep 0.1; done");
	bad_config = -1;
	pid = start(1);
	await("up", 3);
	kill(pid, SIGHUP);
	clock_sleep_ms(300);
	kill(pid, SIGUSR1);
	await("usr1", 3);
	assert_int_equal(count("hup"), 0);
	end_with(pid, SIGTERM, 0);
	bad_config = 0;
}

static int
make_dir(void **state)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(dir, sizeof(dir), "%s/dunlin-serve-XXXXXX",
	    tmp != NULL && strlen(tmp) < 32 ? tmp : "/tmp");
	return mkdtemp(dir) == NULL ? -1 : 0;
}

static int
remove_dir(void **state)
{
	unlink(in_dir("role"));
	unlink(in_dir("log"));
	return rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(starts_and_stops_all),
		cmocka_unit_test(starts_again_after_a_delay),
		cmocka_unit_test(starts_again_at_once_in_good_order),
		cmocka_unit_test(passes_signals_and_nudges),
		cmocka_unit_test(keeps_going_with_a_bad_configuration),
	};

	mem_init();
	return cmocka_run_group_tests_name("supervise", tests, make_dir,
	    remove_dir);
}
