#define _GNU_SOURCE
#include "CRRD.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

int crrd_rename_new(const char *from, const char *to) {
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
}

int crrd_open_to_read(const char *path) {
    // Without O_NONBLOCK, opening a FIFO would wait for ever.
    const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    // Only a file's owner may leave the time of its last access as it was.
    int descriptor = open(path, flags | O_NOATIME);
    return descriptor < 0 && errno == EPERM ? open(path, flags) : descriptor;
}

int crrd_sync_file_system(int descriptor) { return syncfs(descriptor); }

void crrd_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }
