#include "CBench.h"

#include <malloc.h>

size_t cbench_allocated_bytes(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

void cbench_trim(void) { malloc_trim(0); }
