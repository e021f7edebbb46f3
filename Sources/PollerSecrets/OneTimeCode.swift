import CCrypto
package import PollerModel

/// Codes that follow from a secret and the time (RFC 6238, with SHA-1, half minutes and six digits,
/// which is what all applications for telephones know).
package enum OneTimeCode {
    package static let stepSeconds: Int64 = 30
    package static let digits = 6
    /// Steps before and behind ours that count: clocks of telephones differ, and people type.
    package static let tolerance: Int64 = 1

    /// The code of a step (RFC 4226 §5.3).
    ///
    /// - Parameter digits: 6 to 8.
    package static func text(
        of secret: SecretBytes, step: Int64, digits: Int = Self.digits
    ) throws(SecretsFailure) -> String {
        precondition((6...8).contains(digits), "a code has six to eight digits")
        let counter = withUnsafeBytes(of: step.bigEndian) { Array($0) }
        var signature = [UInt8](repeating: 0, count: Int(CCRYPTO_SHA1_SIZE))
        let code = secret.withExposedBytes { key in
            ccrypto_hmac_sha1(key, key.count, counter, counter.count, &signature)
        }
        guard code == 1 else { throw .sign }
        let offset = Int(signature[signature.count - 1] & 0x0f)
        let number = signature[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let modulus = (0..<digits).reduce(UInt32(1)) { product, _ in product * 10 }
        let text = String((number & 0x7fff_ffff) % modulus)
        return String(repeating: "0", count: digits - text.count) + text
    }

    package static func step(at time: Timestamp) -> Int64 {
        time.seconds.flooredDivision(by: stepSeconds)
    }

    /// The step of which this is the code; nil when it is none of those that count now.
    ///
    /// - Parameter used: of the newest code that was used; neither it nor older ones count.
    package static func step(
        of code: String, under secret: SecretBytes, at now: Timestamp, after used: Int64
    ) throws(SecretsFailure) -> Int64? {
        let present = step(at: now)
        var found: Int64?
        // All are compared, so that the time it takes says nothing.
        for step in present - tolerance...present + tolerance {
            let text = try text(of: secret, step: step)
            if ConstantTime.areEqual(Array(code.utf8), Array(text.utf8)), step > used, found == nil
            {
                found = step
            }
        }
        return found
    }
}

/// Passwords that are invented for somebody, to be read out once and then changed.
package enum InventedPassword {
    /// 16 digits of base 32: 80 bits.
    private static let byteCount = 10

    package static func make() throws(SecretsFailure) -> Secret {
        Secret(SecondFactor.recoveryText(try RandomBytes.make(byteCount)))
    }
}
