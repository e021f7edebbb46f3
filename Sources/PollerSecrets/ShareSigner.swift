package import PollerModel

/// Makes the tokens of shares, and tells genuine ones from others.
///
/// A token carries a digest of what is shared under its signature. So whether it is genuine is
/// known before anybody looks for the share, and a share that was changed is not its any more.
package enum ShareSigner {
    /// Set apart from whatever else such a key will ever sign.
    private static let purpose = Array("pollerd share\n".utf8)

    package static func token(
        for share: Share, under key: SigningKey
    ) throws(SecretsFailure) -> ShareToken {
        precondition(share.key == key.id, "the share says which key signs it")
        let body = ShareToken.Body(
            share: share.id, expiresAt: share.expiresAt, key: key.id,
            digest: try digest(of: share))
        return ShareToken(body: body, signature: try signature(of: body, under: key))
    }

    /// Whether the token was made with this key.
    package static func isGenuine(
        _ token: ShareToken, under key: SigningKey
    ) throws(SecretsFailure) -> Bool {
        ConstantTime.areEqual(token.signature, try signature(of: token.body, under: key))
    }

    /// Whether a genuine token is that of the share as it is.
    package static func isToken(
        _ token: ShareToken, of share: Share
    ) throws(SecretsFailure) -> Bool {
        ConstantTime.areEqual(token.body.digest, try digest(of: share))
    }

    private static func digest(of share: Share) throws(SecretsFailure) -> [UInt8] {
        Array(try SHA256.digest(Array(share.canonicalText.utf8)).prefix(ShareToken.digestByteCount))
    }

    private static func signature(
        of body: ShareToken.Body, under key: SigningKey
    ) throws(SecretsFailure) -> [UInt8] {
        try key.withExposedBytes { (bytes) throws(SecretsFailure) in
            try HMAC.signature(of: purpose + body.bytes, under: bytes)
        }
    }
}

extension SigningKey {
    /// The secret part of a new key.
    package static func newSecret() throws(SecretsFailure) -> SecretBytes {
        SecretBytes(try RandomBytes.make(byteCount))
    }
}
