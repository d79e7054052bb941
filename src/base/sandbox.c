#define _GNU_SOURCE
#include "base/sandbox.h"

#include <stddef.h>

/* The checks of a sanitizer at the end of the process need far more. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANDBOX_NOT "this program was built with a sanitizer"
#elif !defined(__linux__)
#define SANDBOX_NOT "this system has no seccomp"
#elif !defined(__x86_64__) && !defined(__aarch64__) && !defined(__riscv)
#define SANDBOX_NOT "the filter is not written for this processor"
#endif

#ifdef SANDBOX_NOT

const char *
sandbox_enter(void)
{
	return SANDBOX_NOT;
}

#else

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#define ARCH AUDIT_ARCH_RISCV64
#endif

static const int allowed[] = {
	SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_close, SYS_lseek,
	SYS_fstat, SYS_brk, SYS_munmap, SYS_mremap, SYS_madvise, SYS_futex,
	SYS_clock_gettime, SYS_clock_nanosleep, SYS_gettimeofday, SYS_getpid,
	SYS_gettid, SYS_getrandom, SYS_rt_sigreturn, SYS_rt_sigprocmask,
	SYS_rt_sigaction, SYS_restart_syscall, SYS_exit, SYS_exit_group,
#ifdef SYS_time
	SYS_time,
#endif
};

#define N_ALLOWED (sizeof(allowed) / sizeof(allowed[0]))
#define FILTER_MAX (N_ALLOWED * 2 + 24)

#define DATA(member) (unsigned)offsetof(struct seccomp_data, member)

static size_t
add(struct sock_filter *f, size_t n, unsigned short code, unsigned char jt,
    unsigned char jf, unsigned k)
{
	f[n] = (struct sock_filter){ code, jt, jf, k };
	return n + 1;
}

#define LOAD(at) n = add(f, n, BPF_LD | BPF_W | BPF_ABS, 0, 0, at)
#define RETURN(what) n = add(f, n, BPF_RET | BPF_K, 0, 0, what)
#define SKIP_UNLESS(is, value, many) n = add(f, n, BPF_JMP | is | BPF_K, \
	0, many, value)

/* mmap and mprotect, but nothing executable; the low half holds the bits. */
static size_t
add_memory(struct sock_filter *f, size_t n, int call)
{
	SKIP_UNLESS(BPF_JEQ, (unsigned)call, 4);
	LOAD(DATA(args[2]));
	SKIP_UNLESS(BPF_JSET, PROT_EXEC, 1);
	RETURN(SECCOMP_RET_ERRNO | EPERM);
	RETURN(SECCOMP_RET_ALLOW);
	return n;
}

/* A signal to itself, by which abort() ends. */
static size_t
add_abort(struct sock_filter *f, size_t n)
{
	SKIP_UNLESS(BPF_JEQ, SYS_tgkill, 4);
	LOAD(DATA(args[0]));
	SKIP_UNLESS(BPF_JEQ, (unsigned)getpid(), 1);
	RETURN(SECCOMP_RET_ALLOW);
	RETURN(SECCOMP_RET_ERRNO | EPERM);
	return n;
}

static size_t
fill(struct sock_filter *f)
{
	size_t n = 0, i;

	LOAD(DATA(arch));
	n = add(f, n, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, ARCH);
	RETURN(SECCOMP_RET_KILL_PROCESS);
	LOAD(DATA(nr));
	for (i = 0; i < N_ALLOWED; i++) {
		SKIP_UNLESS(BPF_JEQ, (unsigned)allowed[i], 1);
		RETURN(SECCOMP_RET_ALLOW);
	}
	n = add_memory(f, n, SYS_mmap);
	n = add_memory(f, n, SYS_mprotect);
	n = add_abort(f, n);
	RETURN(SECCOMP_RET_ERRNO | EPERM);
	return n;
}

const char *
sandbox_enter(void)
{
	struct sock_filter filter[FILTER_MAX];
	struct sock_fprog program = { 0, filter };

	program.len = (unsigned short)fill(filter);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		return strerror(errno);
	return NULL;
}

#endif
