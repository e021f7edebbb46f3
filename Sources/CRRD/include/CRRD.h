/// A flat interface over librrd: create, update, read, tell, draw. Nothing of the library's memory
/// leaves this target. Every call that fails leaves its reason in `crrd_error`, on the same
/// thread, until the next call.
#ifndef CRRD_H
#define CRRD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// librrd's version, for example "1.7.2".
const char *crrd_version(void);

/// Why the last call on this thread failed. librrd reports a full disk with an empty text.
const char *crrd_error(void);

/// Removes the environment variables that would send librrd elsewhere. Once, before threads.
void crrd_clear_environment(void);

/// Creates `path`, which must not exist. `definitions` are DS and RRA lines (rrdcreate).
int crrd_create(const char *path, unsigned long step, int64_t last_update,
                const char *const *definitions, int count);

/// Adds rows "time:value:value" (rrdupdate), oldest first. Rows that are not later than the
/// newest one in the file are skipped.
int crrd_update(const char *path, const char *const *rows, int count);

/// Rows of one archive; `values` has `row_count * name_count` elements, row by row.
typedef struct {
    int64_t start;
    int64_t end;
    unsigned long step;
    unsigned long name_count;
    unsigned long row_count;
    char **names;
    double *values;
} crrd_rows;
int crrd_fetch(const char *path, const char *function, int64_t start, int64_t end,
               unsigned long step, crrd_rows *into);
void crrd_rows_free(crrd_rows *rows);

/// One line of `rrdtool info`: `key = text`. A text stands between quotes there.
typedef struct {
    char *key;
    char *text;
    enum { CRRD_NUMBER, CRRD_INTEGER, CRRD_TEXT } kind;
    /// Of the kind CRRD_NUMBER; NaN is unknown.
    double number;
    /// Of the kind CRRD_INTEGER.
    int64_t integer;
} crrd_fact;
typedef struct {
    crrd_fact *facts;
    size_t count;
} crrd_facts;

/// All that the head of a file says, as rrdinfo tells it and in its order.
int crrd_info(const char *path, crrd_facts *into);
void crrd_facts_free(crrd_facts *facts);

/// A drawn picture and where its plot lies, in pixels.
typedef struct {
    uint8_t *bytes;
    size_t size;
    int64_t plot_left;
    int64_t plot_top;
    int64_t plot_width;
    int64_t plot_height;
    int64_t width;
    int64_t height;
    int64_t start;
    int64_t end;
} crrd_image;

/// Rows that were fetched already, for a picture: it reads the n-th of them where a DEF names
/// the file "cb//n". `values` has `row_count * name_count` elements, row by row. Borrowed: what
/// librrd gets of it is copied.
typedef struct {
    int64_t start;
    unsigned long step;
    unsigned long name_count;
    unsigned long row_count;
    const char *const *names;
    const double *values;
} crrd_series;

/// Draws in memory. `arguments` are those of rrdgraph behind the file name. One at a time in
/// the process: librrd before 1.8 shares one font map between threads without a lock.
int crrd_graph(const char *const *arguments, int count, const crrd_series *series,
               size_t series_count, crrd_image *into);
void crrd_image_free(crrd_image *image);

/// Whether pictures that somebody else draws on this thread, past `crrd_graph`, are treated as its
/// own (`replaced.c`). For measuring what that is worth.
void crrd_treat_as_ours(bool is_ours);

/// Texts of legends that librrd left behind on this thread and that were freed in its stead.
uint64_t crrd_freed_texts(void);

/// CRC-32C (RFC 3720, B.4) of what the journal keeps; by the processor's instruction where there
/// is one.
uint32_t crrd_checksum(const void *bytes, size_t count);

/// The same without that instruction.
uint32_t crrd_checksum_slow(const void *bytes, size_t count);

/// Renames a file, never over another; what Swift's Glibc lacks. Sets errno.
int crrd_rename_new(const char *from, const char *to);

/// Opens a file to read it, not through a symbolic link, and without marking it as read where that
/// is allowed: after each update that would be one more change of it. Sets errno.
int crrd_open_to_read(const char *path);

/// Brings the whole file system of a descriptor to the disk. Sets errno.
int crrd_sync_file_system(int descriptor);

/// Names the calling thread, in up to 15 bytes; what Swift's Glibc lacks too.
void crrd_name_thread(const char *name);

#endif
