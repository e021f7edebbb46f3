#define _GNU_SOURCE
#include "CRRD.h"

#include <string.h>

#if defined(__x86_64__)
#include <nmmintrin.h>

static int is_fast(void) { return __builtin_cpu_supports("sse4.2"); }

__attribute__((target("sse4.2"))) static uint32_t fast(uint32_t sum, const uint8_t *bytes,
                                                       size_t count) {
    uint64_t wide = sum;
    for (; count >= 8; bytes += 8, count -= 8) {
        uint64_t word;
        memcpy(&word, bytes, sizeof word);
        wide = _mm_crc32_u64(wide, word);
    }
    sum = (uint32_t)wide;
    for (; count > 0; bytes++, count--) sum = _mm_crc32_u8(sum, *bytes);
    return sum;
}
#else
static int is_fast(void) { return 0; }
static uint32_t fast(uint32_t sum, const uint8_t *bytes, size_t count) {
    (void)bytes;
    (void)count;
    return sum;
}
#endif

static uint32_t table[256];

/// Before main, so that no thread sees it half made.
__attribute__((constructor)) static void make_table(void) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t sum = i;
        // The polynomial of Castagnoli, bits reversed (RFC 3720, B.4).
        for (int bit = 0; bit < 8; bit++) sum = sum >> 1 ^ (sum & 1 ? 0x82f63b78u : 0);
        table[i] = sum;
    }
}

uint32_t crrd_checksum_slow(const void *bytes, size_t count) {
    uint32_t sum = ~0u;
    for (const uint8_t *next = bytes; count > 0; next++, count--)
        sum = table[(sum ^ *next) & 0xff] ^ sum >> 8;
    return ~sum;
}

uint32_t crrd_checksum(const void *bytes, size_t count) {
    return is_fast() ? ~fast(~0u, bytes, count) : crrd_checksum_slow(bytes, count);
}
