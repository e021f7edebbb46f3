#define _GNU_SOURCE
#include "CRRD.h"
#include "replaced.h"

#include <math.h>
#include <rrd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

const char *crrd_version(void) { return rrd_strversion(); }

const char *crrd_error(void) { return rrd_get_error(); }

void crrd_clear_environment(void) {
    // With an address set, librrd would silently read and write through another daemon.
    static const char *const inherited[] = {"RRDCACHED_ADDRESS", "RRDCACHED_STRIPPATH",
                                            "RRD_DEFAULT_FONT", "RRDDEBUGSQL"};
    for (size_t i = 0; i < sizeof inherited / sizeof *inherited; i++) unsetenv(inherited[i]);
}

// Every call clears the thread's error first: librrd refuses a good update when an old error
// still stands.

int crrd_create(const char *path, unsigned long step, int64_t last_update,
                const char *const *definitions, int count) {
    rrd_clear_error();
    return rrd_create_r2(path, step, last_update, 1, NULL, NULL, count,
                         (const char **)definitions);
}

int crrd_update(const char *path, const char *const *rows, int count) {
    rrd_clear_error();
    return rrd_updatex_r(path, NULL, RRD_SKIP_PAST_UPDATES, count, (const char **)rows);
}

static void free_texts(char **texts, unsigned long count) {
    if (!texts) return;
    for (unsigned long i = 0; i < count; i++) rrd_freemem(texts[i]);
    rrd_freemem(texts);
}

int crrd_fetch(const char *path, const char *function, int64_t start, int64_t end,
               unsigned long step, crrd_rows *into) {
    rrd_clear_error();
    memset(into, 0, sizeof *into);
    time_t from = start, to = end;
    into->step = step;
    if (rrd_fetch_r(path, function, &from, &to, &into->step, &into->name_count, &into->names,
                    &into->values) != 0) {
        memset(into, 0, sizeof *into);
        return -1;
    }
    into->start = from;
    into->end = to;
    into->row_count = into->step ? (unsigned long)(to - from) / into->step : 0;
    return 0;
}

void crrd_rows_free(crrd_rows *rows) {
    free_texts(rows->names, rows->name_count);
    if (rows->values) rrd_freemem(rows->values);
    memset(rows, 0, sizeof *rows);
}

/// Copies what is wanted of librrd's list; false without memory.
static bool keep(const rrd_info_t *entry, crrd_image *into) {
    static const struct {
        const char *key;
        size_t offset;
    } numbers[] = {{"graph_left", offsetof(crrd_image, plot_left)},
                   {"graph_top", offsetof(crrd_image, plot_top)},
                   {"graph_width", offsetof(crrd_image, plot_width)},
                   {"graph_height", offsetof(crrd_image, plot_height)},
                   {"image_width", offsetof(crrd_image, width)},
                   {"image_height", offsetof(crrd_image, height)},
                   {"graph_start", offsetof(crrd_image, start)},
                   {"graph_end", offsetof(crrd_image, end)}};
    if (entry->type == RD_I_CNT)
        for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
            if (strcmp(entry->key, numbers[i].key) == 0)
                *(int64_t *)((char *)into + numbers[i].offset) = (int64_t)entry->value.u_cnt;
    if (entry->type == RD_I_BLO && strcmp(entry->key, "image") == 0) {
        into->size = entry->value.u_blo.size;
        into->bytes = malloc(into->size ? into->size : 1);
        if (!into->bytes) return false;
        memcpy(into->bytes, entry->value.u_blo.ptr, into->size);
    }
    return true;
}

// What the picture that is being drawn on this thread may read.
static _Thread_local const crrd_series *lent;
static _Thread_local size_t lent_count;

// librrd exports this and declares it in none of its installed headers (src/rrd_tool.h).
typedef int (*fetch_callback)(const char *name, int function, time_t *start, time_t *end,
                              unsigned long *step, unsigned long *name_count, char ***names,
                              rrd_value_t **values);
extern int rrd_fetch_cb_register(fetch_callback);

/// Hands librrd a copy of the series that `name` means; librrd frees it with free(3). When this
/// fails, it frees nothing.
static int fetch_lent(const char *name, int function, time_t *start, time_t *end,
                      unsigned long *step, unsigned long *name_count, char ***names,
                      rrd_value_t **values) {
    (void)function;
    char *rest = NULL;
    // Behind "cb//", without which librrd does not come here.
    unsigned long number = strtoul(name + 4, &rest, 10);
    if (rest == name + 4 || *rest || number >= lent_count) {
        rrd_set_error("there is no series %lu", number);
        return -1;
    }
    const crrd_series *series = &lent[number];
    // As librrd's own fetch, one row more than there are.
    size_t places = series->name_count * (series->row_count + 1);
    char **copied_names = calloc(series->name_count, sizeof *copied_names);
    rrd_value_t *copied_values = malloc(places * sizeof *copied_values);
    bool is_complete = copied_names && copied_values;
    for (unsigned long i = 0; is_complete && i < series->name_count; i++)
        is_complete = (copied_names[i] = strdup(series->names[i])) != NULL;
    if (!is_complete) {
        for (unsigned long i = 0; copied_names && i < series->name_count; i++)
            free(copied_names[i]);
        free(copied_names);
        free(copied_values);
        rrd_set_error("no memory for a series");
        return -1;
    }
    size_t filled = series->name_count * series->row_count;
    if (filled) memcpy(copied_values, series->values, filled * sizeof *copied_values);
    for (size_t i = filled; i < places; i++) copied_values[i] = NAN;
    *start = series->start;
    *end = series->start + (time_t)(series->step * series->row_count);
    *step = series->step;
    *name_count = series->name_count;
    *names = copied_names;
    *values = copied_values;
    return 0;
}

int crrd_graph(const char *const *arguments, int count, const crrd_series *series,
               size_t series_count, crrd_image *into) {
    rrd_clear_error();
    memset(into, 0, sizeof *into);
    // librrd's option parser reorders the vector, so it works on a copy.
    char **vector = calloc((size_t)count + 3, sizeof *vector);
    if (!vector) return -1;
    vector[0] = "graph";
    vector[1] = "-";
    for (int i = 0; i < count; i++) vector[i + 2] = (char *)arguments[i];
    // Through void *, because librrd 1.9 made the argument const and 1.7 has it without.
    rrd_fetch_cb_register(fetch_lent);
    lent = series;
    lent_count = series_count;
    crrd_is_drawing = true;
    rrd_info_t *list = rrd_graph_v(count + 2, (void *)vector);
    crrd_is_drawing = false;
    lent = NULL;
    lent_count = 0;
    free(vector);
    if (!list) return -1;
    bool is_complete = true;
    for (const rrd_info_t *entry = list; entry && is_complete; entry = entry->next)
        is_complete = keep(entry, into);
    rrd_info_free(list);
    // librrd returns a list without an image when cairo could not make one.
    if (is_complete && into->size > 0) return 0;
    crrd_image_free(into);
    return -1;
}

void crrd_treat_as_ours(bool is_ours) { crrd_is_drawing = is_ours; }

void crrd_image_free(crrd_image *image) {
    free(image->bytes);
    memset(image, 0, sizeof *image);
}
