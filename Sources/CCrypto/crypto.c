#include "CCrypto.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

const char *ccrypto_version(void) { return OpenSSL_version(OPENSSL_VERSION_STRING); }

int ccrypto_sha256(const uint8_t *bytes, size_t count, uint8_t *into) {
    unsigned int size = 0;
    return EVP_Digest(bytes, count, into, &size, EVP_sha256(), NULL) == 1 &&
           size == CCRYPTO_DIGEST_SIZE;
}

int ccrypto_hmac_sha256(const uint8_t *key, size_t key_count, const uint8_t *bytes, size_t count,
                        uint8_t *into) {
    unsigned int size = 0;
    if (key_count > INT_MAX) return 0;
    return HMAC(EVP_sha256(), key, (int)key_count, bytes, count, into, &size) != NULL &&
           size == CCRYPTO_DIGEST_SIZE;
}

int ccrypto_hmac_sha1(const uint8_t *key, size_t key_count, const uint8_t *bytes, size_t count,
                      uint8_t *into) {
    unsigned int size = 0;
    if (key_count > INT_MAX) return 0;
    return HMAC(EVP_sha1(), key, (int)key_count, bytes, count, into, &size) != NULL &&
           size == CCRYPTO_SHA1_SIZE;
}

int ccrypto_random(uint8_t *into, size_t count) {
    return count <= INT_MAX && RAND_bytes(into, (int)count) == 1;
}

int ccrypto_scrypt(const uint8_t *password, size_t password_count, const uint8_t *salt,
                   size_t salt_count, uint32_t log_cost, uint32_t block, uint32_t parallel,
                   uint64_t memory, uint8_t *into, size_t into_count) {
    return log_cost < 32 &&
           EVP_PBE_scrypt((const char *)password, password_count, salt, salt_count,
                          UINT64_C(1) << log_cost, block, parallel, memory, into,
                          into_count) == 1;
}

int ccrypto_equal(const uint8_t *left, const uint8_t *right, size_t count) {
    return CRYPTO_memcmp(left, right, count) == 0;
}
