import CCrypto

/// The hash of FIPS 180-4.
package enum SHA256 {
    package static let byteCount = Int(CCRYPTO_DIGEST_SIZE)

    /// `byteCount` bytes.
    package static func digest(_ bytes: [UInt8]) throws(SecretsFailure) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: byteCount)
        guard ccrypto_sha256(bytes, bytes.count, &digest) == 1 else { throw .hash }
        return digest
    }
}

/// The signature of RFC 2104 with SHA-256.
package enum HMAC {
    package static let byteCount = SHA256.byteCount

    /// `byteCount` bytes.
    package static func signature(
        of bytes: [UInt8], under key: [UInt8]
    ) throws(SecretsFailure) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: byteCount)
        guard ccrypto_hmac_sha256(key, key.count, bytes, bytes.count, &signature) == 1 else {
            throw .sign
        }
        return signature
    }
}

/// Bytes that nobody can foretell.
package enum RandomBytes {
    package static func make(_ count: Int) throws(SecretsFailure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard ccrypto_random(&bytes, count) == 1 else { throw .random }
        return bytes
    }
}

/// A comparison that takes as long wherever two texts differ, so that nobody guesses a secret byte
/// by byte with a clock.
package enum ConstantTime {
    /// How many bytes there are is no secret.
    package static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && ccrypto_equal(left, right, left.count) == 1
    }
}

/// The library behind all this.
package enum CryptographyLibrary {
    /// For example "3.0.19".
    package static var version: String { String(cString: ccrypto_version()) }
}
