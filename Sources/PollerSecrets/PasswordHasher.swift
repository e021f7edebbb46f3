import CCrypto
package import PollerModel

/// Hashes passwords with scrypt (RFC 7914), so that each try costs a thief of the database as much
/// memory and time as a log-in costs us.
package struct PasswordHasher: Sendable {
    /// What a hash costs: 128 · block · 2^logCost bytes of memory.
    package struct Cost: Sendable, Hashable {
        package let logCost: UInt32
        package let block: UInt32
        package let parallel: UInt32

        package init(logCost: UInt32, block: UInt32 = 8, parallel: UInt32 = 1) {
            self.logCost = logCost
            self.block = block
            self.parallel = parallel
        }

        /// 128 MiB (OWASP Password Storage Cheat Sheet: N = 2^17, r = 8, p = 1).
        package static let usual = Cost(logCost: 17)
        /// What a hash in the database may ask for at most; more is a damaged row.
        static let largest = Cost(logCost: 20, block: 16, parallel: 4)

        var mebibytes: Int { Int(((128 * UInt64(block)) << UInt64(logCost)) >> 20) }
    }

    static let saltByteCount = 16
    static let hashByteCount = 32

    package let cost: Cost

    package init(cost: Cost = .usual) { self.cost = cost }

    /// It takes a third of a second and 128 MiB at the usual cost.
    package func hash(_ password: Secret) throws(SecretsFailure) -> PasswordHash {
        let salt = try RandomBytes.make(Self.saltByteCount)
        let hash = try Self.scrypt(password, salt: salt, cost)
        return PasswordHash(
            "$scrypt$ln=\(cost.logCost),r=\(cost.block),p=\(cost.parallel)"
                + "$\(Base64URL.text(salt))$\(Base64URL.text(hash))")
    }

    /// Whether this is the password. A text that is no hash is never right.
    package func isRight(
        _ password: Secret, for hash: PasswordHash
    ) throws(SecretsFailure) -> Bool {
        guard let known = Self.parts(of: hash) else { return false }
        let found = try Self.scrypt(password, salt: known.salt, known.cost)
        return ConstantTime.areEqual(found, known.hash)
    }

    /// Whether a right password should be hashed anew, because hashes cost more by now.
    package func isOutdated(_ hash: PasswordHash) -> Bool { Self.parts(of: hash)?.cost != cost }

    static func scrypt(
        _ password: Secret, salt: [UInt8], _ cost: Cost
    ) throws(SecretsFailure) -> [UInt8] {
        var hash = [UInt8](repeating: 0, count: hashByteCount)
        let code = password.withExposedValue { text in
            let bytes = Array(text.utf8)
            return ccrypto_scrypt(
                bytes, bytes.count, salt, salt.count, cost.logCost, cost.block, cost.parallel,
                UInt64(cost.mebibytes + 16) << 20, &hash, hash.count)
        }
        guard code == 1 else { throw .password(mebibytes: cost.mebibytes) }
        return hash
    }

    private struct Parts {
        let cost: Cost
        let salt: [UInt8]
        let hash: [UInt8]
    }

    private static func parts(of hash: PasswordHash) -> Parts? {
        let fields = hash.secret.withExposedValue { $0.split(separator: "$").map(String.init) }
        guard fields.count == 4, fields[0] == "scrypt",
            let cost = cost(fields[1]),
            let salt = Base64URL.bytes(fields[2].utf8),
            let bytes = Base64URL.bytes(fields[3].utf8), bytes.count == hashByteCount
        else { return nil }
        return Parts(cost: cost, salt: salt, hash: bytes)
    }

    private static func cost(_ text: String) -> Cost? {
        let fields = text.split(separator: ",")
        let names = ["ln=", "r=", "p="]
        guard fields.count == names.count else { return nil }
        let numbers = zip(fields, names).compactMap { field, name in
            field.hasPrefix(name) ? UInt32(field.dropFirst(name.count)) : nil
        }
        guard numbers.count == names.count, (1...Cost.largest.logCost).contains(numbers[0]),
            (1...Cost.largest.block).contains(numbers[1]),
            (1...Cost.largest.parallel).contains(numbers[2])
        else { return nil }
        return Cost(logCost: numbers[0], block: numbers[1], parallel: numbers[2])
    }
}

/// A token that nobody can guess, and what is kept of it.
package enum OpaqueToken {
    package static let byteCount = 32

    /// A new one, in the alphabet of URLs.
    package static func make() throws(SecretsFailure) -> String {
        Base64URL.text(try RandomBytes.make(byteCount))
    }

    /// What is kept: who reads it cannot make the token of it.
    package static func digest(of token: String) throws(SecretsFailure) -> [UInt8] {
        try SHA256.digest(Array(token.utf8))
    }

    /// Another token that follows from this one: whoever knows it does not know this one.
    package static func derived(
        from token: String, for purpose: String
    ) throws(SecretsFailure) -> String {
        Base64URL.text(try HMAC.signature(of: Array(purpose.utf8), under: Array(token.utf8)))
    }
}
