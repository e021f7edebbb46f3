#define _GNU_SOURCE
#include "CBench.h"

#include <errno.h>
#include <inttypes.h>
#include <rrd.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define MOST_ROWS 64
#define LONGEST_ROW 96
#define LONGEST_PATH 4096

static uint64_t cpu_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

uint64_t cbench_rrd_counter(uint32_t file, uint32_t position, int64_t milliseconds) {
    return (uint64_t)milliseconds * (1000u + (file * 7919u + position * 104729u) % 90000u) / 10u;
}

int cbench_rrd(const cbench_rrd_plan *plan, cbench_rrd_result *result) {
    if (plan->row_count > MOST_ROWS) return EINVAL;
    const uint64_t start = cpu_now();
    for (uint32_t file = plan->first; file < plan->file_count; file += plan->stride) {
        char path[LONGEST_PATH], texts[MOST_ROWS][LONGEST_ROW];
        const char *rows[MOST_ROWS];
        snprintf(path, sizeof path, "%s/rrd/%" PRIu32 "/%" PRIu32 ".rrd", plan->folder,
                 file / plan->files_in_folder + 1, file + 1);
        for (uint32_t i = 0; i < plan->row_count; i++) {
            int64_t time = plan->first_milliseconds + i * plan->step_milliseconds;
            snprintf(texts[i], LONGEST_ROW, "%" PRId64 ".%03" PRId64 ":%" PRIu64 ":%" PRIu64,
                     time / 1000, time % 1000, cbench_rrd_counter(file, 0, time),
                     cbench_rrd_counter(file, 1, time));
            rows[i] = texts[i];
        }
        // The cast, because librrd 1.9 made the rows const and 1.7 has them without.
        if (rrd_updatex_r(path, NULL, RRD_SKIP_PAST_UPDATES, (int)plan->row_count,
                          (const char **)rows) != 0) {
            rrd_clear_error();
            result->failures++;
        }
        result->updates++;
        result->rows += plan->row_count;
    }
    result->cpu_nanoseconds += cpu_now() - start;
    return 0;
}
