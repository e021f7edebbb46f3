/// Forbids this process, for good and for every thread, to start another one.
#ifndef CSEAL_H
#define CSEAL_H

/// Loads a seccomp filter (libseccomp) under which execve and execveat fail with EPERM, fork
/// and vfork fail with EPERM, and clone succeeds for threads only. clone3 fails with ENOSYS,
/// because its flags lie behind a pointer that a filter cannot follow; glibc then uses clone.
///
/// Returns 0, or the errno of the step that failed.
int cseal_forbid_children(void);

/// Tries to fork. Returns the errno with which it was refused, or 0 when a child could be made
/// (which has ended by then). For the proof that the seal holds.
int cseal_try_fork(void);

#endif
