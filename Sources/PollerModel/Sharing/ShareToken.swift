/// What stands in a shared link, and opens it: whoever has it may see what is shared. It is not
/// kept anywhere, and never printed by accident.
///
/// `plr_s_` and the base64url of: one byte 1, the share's id (8 bytes), when it expires (8 bytes:
/// Unix seconds, 0 is never), the key's id (4 bytes), a digest of the share (16 bytes), the
/// signature (32 bytes); numbers with the highest byte first. Its length is a multiple of three, so
/// each digit counts.
package struct ShareToken: Sendable, Hashable {
    package static let prefix = "plr_s_"
    package static let digestByteCount = 16
    package static let signatureByteCount = 32
    private static let version: UInt8 = 1
    /// The end of the year 9999, behind which RFC 3339 has no times.
    private static let latestSeconds: Int64 = 253_402_300_799
    private static let bodyByteCount = 1 + 8 + 8 + 4 + digestByteCount

    /// What is signed.
    package struct Body: Sendable, Hashable {
        package let share: ShareID
        /// Whole seconds; nil is never.
        package let expiresAt: Timestamp?
        package let key: SigningKeyID
        /// The first `digestByteCount` bytes of the SHA-256 of `Share.canonicalText`.
        package let digest: [UInt8]

        /// - Precondition: the digest has its length.
        package init(
            share: ShareID, expiresAt: Timestamp?, key: SigningKeyID, digest: [UInt8]
        ) {
            precondition(digest.count == digestByteCount, "the digest has its length")
            self.share = share
            self.expiresAt = expiresAt
            self.key = key
            self.digest = digest
        }

        package var bytes: [UInt8] {
            [version] + Self.bytes(share.rawValue) + Self.bytes(expiresAt?.seconds ?? 0)
                + Self.bytes(UInt32(truncatingIfNeeded: key.rawValue)) + digest
        }

        fileprivate init?(_ bytes: [UInt8]) {
            guard bytes.count == bodyByteCount, bytes[0] == version else { return nil }
            let share = Self.number(bytes[1..<9])
            let expiry = Self.number(bytes[9..<17])
            let key = Self.number(bytes[17..<21])
            guard share > 0, key > 0, (0...latestSeconds).contains(expiry) else {
                return nil
            }
            self.init(
                share: ShareID(share), expiresAt: expiry == 0 ? nil : Timestamp(seconds: expiry),
                key: SigningKeyID(key), digest: Array(bytes[21...]))
        }

        private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
            stride(from: number.bitWidth - 8, through: 0, by: -8).map {
                UInt8(truncatingIfNeeded: number >> $0)
            }
        }

        private static func number(_ bytes: ArraySlice<UInt8>) -> Int64 {
            bytes.reduce(0) { $0 << 8 | Int64($1) }
        }
    }

    package let body: Body
    package let signature: [UInt8]

    package init(body: Body, signature: [UInt8]) {
        self.body = body
        self.signature = signature
    }

    /// nil unless the text has the form of a token. Whether it is genuine, its key tells.
    package init?(_ text: some StringProtocol) {
        let length = (Self.bodyByteCount + Self.signatureByteCount) / 3 * 4
        // By bytes: to a string, a digit with an accent behind it is one character.
        let text = text.utf8
        guard text.count == Self.prefix.utf8.count + length, text.starts(with: Self.prefix.utf8),
            let bytes = Base64URL.bytes(text.dropFirst(Self.prefix.utf8.count)),
            bytes.count == Self.bodyByteCount + Self.signatureByteCount,
            let body = Body(Array(bytes.prefix(Self.bodyByteCount)))
        else { return nil }
        self.init(body: body, signature: Array(bytes.suffix(Self.signatureByteCount)))
    }

    /// The text with whatever stands behind the prefix of a token left away, for messages.
    package static func hidden(in text: String) -> String {
        let bytes = Array(text.utf8)
        let sign = Array(prefix.utf8)
        for start in bytes.indices where bytes[start...].starts(with: sign) {
            return String(decoding: bytes[..<(start + sign.count)], as: UTF8.self) + "…"
        }
        return text
    }

    /// Hands the text to the one answer that shows it, when the link is made.
    package func withExposedText<Result, Failure: Error>(
        _ use: (String) throws(Failure) -> Result
    ) throws(Failure) -> Result { try use(Self.prefix + Base64URL.text(body.bytes + signature)) }
}

extension ShareToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<token of share \(body.share)>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
