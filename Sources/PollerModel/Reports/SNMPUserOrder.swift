/// A user of SNMPv3 as `pollerctl` sends it.
package struct SNMPUserOrder: Sendable, Hashable, Codable {
    package var name: String
    /// nil: what the passphrases allow.
    package var level: String?
    package var authentication: String?
    package var authenticationPassphrase: String?
    package var privacy: String?
    package var privacyPassphrase: String?
    package var context: String?
    /// In base 16.
    package var contextEngineId: String?

    /// All there are: an order with another one is refused, for the user would be another.
    package enum CodingKeys: String, CodingKey, CaseIterable {
        case name, level, authentication, authenticationPassphrase, privacy, privacyPassphrase
        case context, contextEngineId
    }

    package init(name: String) { self.name = name }

    /// - Throws: what is wrong, and how it would be right.
    package func user() throws(SNMPUser.Mistake) -> SNMPUser {
        let authentication = try Self.key(
            authentication, authenticationPassphrase, "authentication",
            SNMPUser.Authentication.self)
        let privacy = try Self.key(privacy, privacyPassphrase, "privacy", SNMPUser.Privacy.self)
        let user = try SNMPUser(
            name: name,
            authentication: authentication.map { SNMPUser.AuthenticationKey($0, $1) },
            privacy: privacy.map { SNMPUser.PrivacyKey($0, $1) }, context: context ?? "",
            contextEngineID: try engineID())
        guard let level else { return user }
        guard let wanted = SNMPUser.Level(rawValue: level) else {
            throw SNMPUser.Mistake(
                words: "the level “\(level)” is none of "
                    + SNMPUser.Level.allCases.map(\.rawValue).joined(separator: ", "))
        }
        guard wanted == user.level else {
            throw SNMPUser.Mistake(
                words: "the level is \(wanted.rawValue), but the protocols and passphrases are "
                    + "those of \(user.level.rawValue)")
        }
        return user
    }

    private static func key<Kind: RawRepresentable<String> & CaseIterable>(
        _ kind: String?, _ passphrase: String?, _ what: String, _: Kind.Type
    ) throws(SNMPUser.Mistake) -> (Kind, Secret)? {
        switch (kind, passphrase) {
        case (nil, nil): return nil
        case (nil, _?): throw SNMPUser.Mistake(words: "the \(what) protocol is missing")
        case (_?, nil): throw SNMPUser.Mistake(words: "the \(what) passphrase is missing")
        case (let kind?, let passphrase?):
            // "SHA-256" and "sha256" are what people write, too.
            let name = kind.uppercased().filter { $0 != "-" }
            guard let found = Kind(rawValue: name == "AES" ? "AES128" : name) else {
                throw SNMPUser.Mistake(
                    words: "the \(what) protocol “\(kind)” is none of "
                        + Kind.allCases.map(\.rawValue).joined(separator: ", "))
            }
            return (found, Secret(passphrase))
        }
    }

    private func engineID() throws(SNMPUser.Mistake) -> [UInt8] {
        guard let text = contextEngineId else { return [] }
        let digits = Array((text.lowercased().hasPrefix("0x") ? text.dropFirst(2) : text[...]).utf8)
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: digits.count - 1, by: 2) {
            guard
                let byte = UInt8(
                    String(decoding: digits[start...start + 1], as: UTF8.self), radix: 16)
            else { break }
            bytes.append(byte)
        }
        guard bytes.count * 2 == digits.count, !bytes.isEmpty else {
            throw SNMPUser.Mistake(
                words: "the context engine id “\(text)” is not made of pairs of hexadecimal digits")
        }
        return bytes
    }
}
