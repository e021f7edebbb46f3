#define _GNU_SOURCE
#include "CRRD.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

int crrd_rename_new(const char *from, const char *to) {
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
}

int crrd_sync_file_system(int descriptor) { return syncfs(descriptor); }

void crrd_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }
