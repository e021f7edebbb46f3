#define _GNU_SOURCE
#include "CRRD.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int crrd_rename_new(const char *from, const char *to) {
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
}

int crrd_sync_file_system(int descriptor) { return syncfs(descriptor); }
