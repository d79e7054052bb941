/* bench_usage.h - what this process has used so far. */
#ifndef DUNLIN_TESTS_BENCH_USAGE_H
#define DUNLIN_TESTS_BENCH_USAGE_H

#include <sys/resource.h>

/* The most memory that it had. */
static inline long
peak_kib(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss;
}

/* Seconds of CPU time: other work does not count. */
static inline double
cpu(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)u.ru_utime.tv_sec + (double)u.ru_stime.tv_sec +
	    (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

#endif
