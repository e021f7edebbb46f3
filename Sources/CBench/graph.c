#define _GNU_SOURCE
#include "CBench.h"

#include <errno.h>
#include <rrd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "CRRD.h"

static uint64_t cpu_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

int cbench_graph(const char *const *arguments, int count, bool is_treated,
                 cbench_graph_result *result) {
    memset(result, 0, sizeof *result);
    // librrd's option parser reorders the vector.
    char **vector = calloc((size_t)count + 3, sizeof *vector);
    if (!vector) return ENOMEM;
    vector[0] = "graph";
    vector[1] = "-";
    for (int i = 0; i < count; i++) vector[i + 2] = (char *)arguments[i];
    crrd_treat_as_ours(is_treated);
    const uint64_t start = cpu_now();
    rrd_clear_error();
    // Through void *, because librrd 1.9 made the argument const and 1.7 has it without.
    rrd_info_t *list = rrd_graph_v(count + 2, (void *)vector);
    for (const rrd_info_t *entry = list; entry; entry = entry->next)
        if (entry->type == RD_I_BLO && strcmp(entry->key, "image") == 0)
            result->size = entry->value.u_blo.size;
    if (list) rrd_info_free(list);
    result->cpu_nanoseconds = cpu_now() - start;
    crrd_treat_as_ours(false);
    free(vector);
    return result->size > 0 ? 0 : EIO;
}
