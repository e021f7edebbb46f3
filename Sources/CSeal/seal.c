#define _GNU_SOURCE
#include "CSeal.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/wait.h>
#include <unistd.h>

/// Denies a system call; one that this architecture does not have is denied already.
static int deny(scmp_filter_ctx filter, int number, int error) {
    int failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO((uint32_t)error), number, 0);
    return failed == -EDOM ? 0 : failed;
}

int cseal_forbid_children(void) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (!filter) return ENOMEM;
    int failed = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    if (!failed) failed = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    if (!failed) failed = deny(filter, SCMP_SYS(execve), EPERM);
    if (!failed) failed = deny(filter, SCMP_SYS(execveat), EPERM);
    if (!failed) failed = deny(filter, SCMP_SYS(fork), EPERM);
    if (!failed) failed = deny(filter, SCMP_SYS(vfork), EPERM);
    if (!failed) failed = deny(filter, SCMP_SYS(clone3), ENOSYS);
    if (!failed)
        failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
                                  SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
    if (!failed) failed = seccomp_load(filter);
    seccomp_release(filter);
    return -failed;
}

int cseal_try_fork(void) {
    pid_t child = fork();
    if (child == 0) _exit(0);
    if (child < 0) return errno;
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    }
    return 0;
}
