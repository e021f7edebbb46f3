/// What the daemon needs of OpenSSL's libcrypto: hashes, signatures, random numbers, and a
/// comparison that does not tell how far it came. Flat functions; nothing of the library's memory
/// leaves this target. Each that can fail returns 0, and 1 when it did what it says.
#ifndef CCRYPTO_H
#define CCRYPTO_H

#include <stddef.h>
#include <stdint.h>

/// Bytes of a SHA-256 (FIPS 180-4) and of an HMAC-SHA-256 (RFC 2104).
enum { CCRYPTO_DIGEST_SIZE = 32 };
/// Bytes of an HMAC-SHA-1.
enum { CCRYPTO_SHA1_SIZE = 20 };

/// libcrypto's version, for example "3.0.19".
const char *ccrypto_version(void);

/// The SHA-256 of `bytes`, in `into`, which has CCRYPTO_DIGEST_SIZE bytes.
int ccrypto_sha256(const uint8_t *bytes, size_t count, uint8_t *into);

/// The HMAC-SHA-256 of `bytes` under `key`, in `into`, which has CCRYPTO_DIGEST_SIZE bytes.
int ccrypto_hmac_sha256(const uint8_t *key, size_t key_count, const uint8_t *bytes, size_t count,
                        uint8_t *into);

/// The HMAC-SHA-1 of `bytes` under `key`, in `into`, which has CCRYPTO_SHA1_SIZE bytes: only for
/// codes of half a minute, whose applications know nothing else (RFC 6238).
int ccrypto_hmac_sha1(const uint8_t *key, size_t key_count, const uint8_t *bytes, size_t count,
                      uint8_t *into);

/// Fills `into` with bytes that nobody can foretell.
int ccrypto_random(uint8_t *into, size_t count);

/// scrypt (RFC 7914) of `password` with `salt`, in `into`, `into_count` bytes. It takes
/// 128 * block * 2^log_cost bytes of memory, at most `memory`.
int ccrypto_scrypt(const uint8_t *password, size_t password_count, const uint8_t *salt,
                   size_t salt_count, uint32_t log_cost, uint32_t block, uint32_t parallel,
                   uint64_t memory, uint8_t *into, size_t into_count);

/// Whether both hold the same `count` bytes; it takes as long wherever they differ. 1 or 0.
int ccrypto_equal(const uint8_t *left, const uint8_t *right, size_t count);

#endif
