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

int ccrypto_random(uint8_t *into, size_t count) {
    return count <= INT_MAX && RAND_bytes(into, (int)count) == 1;
}

int ccrypto_equal(const uint8_t *left, const uint8_t *right, size_t count) {
    return CRYPTO_memcmp(left, right, count) == 0;
}
