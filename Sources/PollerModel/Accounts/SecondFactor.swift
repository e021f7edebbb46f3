/// What a telephone and we both know, from which both make the same code every half minute
/// (RFC 6238), and what helps without the telephone.
package struct SecondFactor: Sendable, Hashable {
    /// RFC 4226 §4 (R6) recommends as many bytes.
    package static let secretByteCount = 20
    /// Codes for days without the telephone; each counts once.
    package static let recoveryCount = 10
    /// Bytes of such a code: 80 bits that nobody tries out.
    package static let recoveryByteCount = 10

    package let secret: SecretBytes
    /// Of the newest code that was used: neither it nor an older one counts again.
    package let usedStep: Int64
    /// Recovery codes that were not used yet.
    package let recoveryLeft: Int

    package init(secret: SecretBytes, usedStep: Int64, recoveryLeft: Int) {
        self.secret = secret
        self.usedStep = usedStep
        self.recoveryLeft = recoveryLeft
    }

    /// What applications for such codes read
    /// (https://github.com/google/google-authenticator/wiki/Key-Uri-Format).
    package static func address(of name: AccountName, secret: [UInt8]) -> String {
        // Of the signs in names only these two mean something in an address.
        let name = name.description.map { $0 == "@" ? "%40" : $0 == "+" ? "%2B" : String($0) }
        return "otpauth://totp/Pollerd:\(name.joined())?secret=\(Base32.text(secret))"
            + "&issuer=Pollerd&algorithm=SHA1&digits=6&period=30"
    }

    /// A recovery code as people copy it: `abcd-efgh-ijkl-mnop`.
    package static func recoveryText(_ bytes: [UInt8]) -> String {
        let digits = Array(Base32.text(bytes).lowercased())
        return stride(from: 0, to: digits.count, by: 4)
            .map { String(digits[$0..<min($0 + 4, digits.count)]) }.joined(separator: "-")
    }

    /// A recovery code that was typed, without what people add or leave out; nil when it cannot be
    /// one.
    package static func recoveryDigits(_ typed: String) -> String? {
        let digits = typed.lowercased().filter { $0 != "-" && $0 != " " }
        let length = recoveryByteCount * 8 / 5
        guard digits.count == length, digits.allSatisfy({ Base32.isDigit($0) }) else { return nil }
        return digits
    }
}

/// Where second factors are kept.
package protocol SecondFactorRegister: Sendable {
    func secondFactor(of account: AccountID) async throws(AccountFailure) -> SecondFactor?

    /// Gives an account a second factor in place of any other; its sessions end, except one.
    ///
    /// - Parameters:
    ///   - usedStep: of the code that showed that the telephone has the secret.
    ///   - recovery: digests of its recovery codes.
    func setSecondFactor(
        of account: AccountID, secret: SecretBytes, usedStep: Int64, recovery: [[UInt8]],
        except session: SessionID?
    ) async throws(AccountFailure)

    /// Uses a code up: false when it or a later one was used before. One of two at the same time
    /// is false.
    func useCode(of account: AccountID, step: Int64) async throws(AccountFailure) -> Bool

    /// Uses a recovery code up: false when it is none, or was used before.
    func useRecoveryCode(
        of account: AccountID, digest: [UInt8]
    ) async throws(AccountFailure) -> Bool

    func replaceRecoveryCodes(
        of account: AccountID, with recovery: [[UInt8]]
    ) async throws(AccountFailure)

    /// Takes an account's second factor away; its sessions end, except one.
    func removeSecondFactor(
        of account: AccountID, except session: SessionID?
    ) async throws(AccountFailure)
}
