#ifndef CDEFLATE_H
#define CDEFLATE_H

#include <stddef.h>
#include <stdint.h>

/// Bytes that so many become at most when they are compressed.
size_t cdeflate_largest(size_t length);

/// Compresses bytes into the form of gzip (RFC 1952).
///
/// level: 1 (fast) to 9 (small).
/// Returns how many bytes `out` holds then; 0 when there was no memory or no room for them.
size_t cdeflate_gzip(const uint8_t *bytes, size_t length, uint8_t *out, size_t room, int level);

#endif
