#define _GNU_SOURCE
#include "CRRD.h"

#include <math.h>
#include <rrd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// What rrd_info_print writes behind "key = "; NULL without memory. That function itself prints to
/// standard output, which is not ours to use.
static char *printed(const rrd_info_t *entry) {
    char *text = NULL;
    int count = -1;
    switch (entry->type) {
    case RD_I_VAL:
        count = isnan(entry->value.u_val) ? asprintf(&text, "NaN")
                                          : asprintf(&text, "%0.10e", entry->value.u_val);
        break;
    case RD_I_CNT: count = asprintf(&text, "%lu", entry->value.u_cnt); break;
    case RD_I_INT: count = asprintf(&text, "%d", entry->value.u_int); break;
    case RD_I_STR: count = asprintf(&text, "\"%s\"", entry->value.u_str); break;
    // Only pictures are blobs.
    case RD_I_BLO: count = asprintf(&text, "BLOB_SIZE:%lu", entry->value.u_blo.size); break;
    }
    return count < 0 ? NULL : text;
}

static int keep(const rrd_info_t *entry, crrd_fact *into) {
    into->key = strdup(entry->key);
    into->text = printed(entry);
    switch (entry->type) {
    case RD_I_VAL:
        into->kind = CRRD_NUMBER;
        into->number = entry->value.u_val;
        break;
    case RD_I_CNT:
        into->kind = CRRD_INTEGER;
        into->integer = (int64_t)entry->value.u_cnt;
        break;
    case RD_I_INT:
        into->kind = CRRD_INTEGER;
        into->integer = entry->value.u_int;
        break;
    default: into->kind = CRRD_TEXT;
    }
    return into->key && into->text;
}

int crrd_info(const char *path, crrd_facts *into) {
    rrd_clear_error();
    memset(into, 0, sizeof *into);
    rrd_info_t *list = rrd_info_r(path);
    if (!list) return -1;
    size_t count = 0;
    for (const rrd_info_t *entry = list; entry; entry = entry->next) count++;
    into->facts = calloc(count, sizeof *into->facts);
    int is_complete = into->facts != NULL;
    for (const rrd_info_t *entry = list; entry && is_complete; entry = entry->next)
        is_complete = keep(entry, &into->facts[into->count++]);
    rrd_info_free(list);
    if (is_complete) return 0;
    crrd_facts_free(into);
    return -1;
}

void crrd_facts_free(crrd_facts *facts) {
    for (size_t i = 0; i < facts->count; i++) {
        free(facts->facts[i].key);
        free(facts->facts[i].text);
    }
    free(facts->facts);
    memset(facts, 0, sizeof *facts);
}
