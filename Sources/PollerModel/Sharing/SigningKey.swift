package typealias SigningKeyID = Identifier<SigningKey>

/// A key of this daemon, with which it signs what it hands out. The newest signs; what an older one
/// signed stays valid until that is removed.
package struct SigningKey: Sendable, Hashable {
    /// Of its secret part: as many as HMAC-SHA-256 makes use of (RFC 2104 §3).
    package static let byteCount = 32
    /// Keys at one time.
    package static let largestCount = 16

    /// At most `UInt32.max`, because tokens carry it in four bytes.
    package let id: SigningKeyID
    package let createdAt: Timestamp
    private let secret: SecretBytes

    /// nil unless the secret has `byteCount` bytes and the id fits a token.
    package init?(id: SigningKeyID, secret: SecretBytes, createdAt: Timestamp) {
        guard secret.count == Self.byteCount, UInt32(exactly: id.rawValue) != nil else {
            return nil
        }
        self.id = id
        self.secret = secret
        self.createdAt = createdAt
    }

    /// Hands the secret part to whoever signs with it.
    package func withExposedBytes<Result, Failure: Error>(
        _ body: ([UInt8]) throws(Failure) -> Result
    ) throws(Failure) -> Result { try secret.withExposedBytes(body) }
}
