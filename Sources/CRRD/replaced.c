// Two functions of libraries stand here under their own names. The dynamic linker finds those of
// the program first, for librrd and cairo too, and these call the ones that they replace. Where
// they are not found, all is as the libraries made it.
#define _GNU_SOURCE
#include "replaced.h"
#include "CRRD.h"

#include <dlfcn.h>
#include <png.h>
#include <rrd.h>
#include <stdlib.h>
#include <string.h>

_Thread_local bool crrd_is_drawing;

static rrd_info_t *(*library_info_push)(rrd_info_t *, char *, rrd_info_type_t, rrd_infoval_t);
static void (*library_write_info)(png_structrp, png_const_inforp);
static bool leaves_legends;

/// Before main, so that no thread sees it half made.
__attribute__((constructor)) static void find_libraries(void) {
    *(void **)&library_info_push = dlsym(RTLD_NEXT, "rrd_info_push");
    *(void **)&library_write_info = dlsym(RTLD_NEXT, "png_write_info");
    // Those of which we read that they do it (leg_place in src/rrd_graph.c).
    static const char *const versions[] = {"1.7.2", "1.8.0", "1.9.0"};
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
        if (strcmp(rrd_strversion(), versions[i]) == 0) leaves_legends = true;
}

static _Thread_local uint64_t freed_texts;

uint64_t crrd_freed_texts(void) { return freed_texts; }

/// librrd tells each line of a legend and its place under these names. It makes a text for that,
/// of which this function keeps a copy, and forgets the text: 0.7 KB for each picture.
static bool is_left_behind(const char *key) {
    return strncmp(key, "legend[", 7) == 0 || strncmp(key, "coords[", 7) == 0;
}

rrd_info_t *rrd_info_push(rrd_info_t *list, char *key, rrd_info_type_t type, rrd_infoval_t value) {
    rrd_info_t *entry = library_info_push(list, key, type, value);
    if (leaves_legends && crrd_is_drawing && type == RD_I_STR && is_left_behind(key)) {
        free(value.u_str);
        freed_texts++;
    }
    return entry;
}

/// cairo compresses as libpng does by itself, which is more than half of what a picture costs.
/// Lines and areas of few colours become hardly larger in half the time: without a filter, which
/// is for photographs, and at level 3 of 9.
void png_write_info(png_structrp png, png_const_inforp info) {
    if (crrd_is_drawing) {
        png_set_compression_level(png, 3);
        png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
    }
    library_write_info(png, info);
}
