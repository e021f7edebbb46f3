#include "cdeflate.h"

#include <limits.h>
#include <string.h>
#include <zlib.h>

// Of gzip's own head and tail, which deflateBound counts only once there is a stream.
static const size_t frame = 32;

// The largest window, and gzip's frame around it (zlib.h, deflateInit2).
static const int window = 15 + 16;

size_t cdeflate_largest(size_t length) { return compressBound(length) + frame; }

size_t cdeflate_gzip(const uint8_t *bytes, size_t length, uint8_t *out, size_t room, int level)
{
    z_stream stream;
    if (length > UINT_MAX || room > UINT_MAX)
        return 0;
    memset(&stream, 0, sizeof stream);
    if (deflateInit2(&stream, level, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return 0;
    // zlib does not write to what it reads; its types are older than const.
    stream.next_in = (Bytef *)bytes;
    stream.avail_in = (uInt)length;
    stream.next_out = out;
    stream.avail_out = (uInt)room;
    int result = deflate(&stream, Z_FINISH);
    size_t written = stream.total_out;
    deflateEnd(&stream);
    return result == Z_STREAM_END ? written : 0;
}
