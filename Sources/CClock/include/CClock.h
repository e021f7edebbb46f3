/// What the kernel knows of this machine's clock, which the platform's modules leave out.
#ifndef CCLOCK_H
#define CCLOCK_H

/// Whether something keeps the clock right (man 2 adjtimex). Changes nothing.
///
/// Returns 1 or 0, or -1 when the kernel does not tell.
int cclock_is_synchronised(void);

#endif
