/// A user of SNMPv3's User-based Security Model (RFC 3414), and how it proves itself.
package struct SNMPUser: Sendable, Hashable {
    /// RFC 3414 §6 and RFC 7860.
    package enum Authentication: String, Sendable, Codable, CaseIterable {
        case md5 = "MD5"
        case sha1 = "SHA"
        case sha224 = "SHA224"
        case sha256 = "SHA256"
        case sha384 = "SHA384"
        case sha512 = "SHA512"
    }

    /// RFC 3414 §8, RFC 3826, and the two ways in which vendors lengthen keys for AES-192 and
    /// AES-256: Blumenthal's (draft-blumenthal-aes-usm-04), and Reeder's, which Cisco uses (C).
    package enum Privacy: String, Sendable, Codable, CaseIterable {
        case des = "DES"
        case aes128 = "AES128"
        case aes192 = "AES192"
        case aes192C = "AES192C"
        case aes256 = "AES256"
        case aes256C = "AES256C"
    }

    /// RFC 3411 §3.4.3.
    package enum Level: String, Sendable, Codable, CaseIterable {
        case noAuthNoPriv, authNoPriv, authPriv
    }

    package struct AuthenticationKey: Sendable, Hashable {
        package let kind: Authentication
        package let passphrase: Secret

        package init(_ kind: Authentication, _ passphrase: Secret) {
            self.kind = kind
            self.passphrase = passphrase
        }
    }

    package struct PrivacyKey: Sendable, Hashable {
        package let kind: Privacy
        package let passphrase: Secret

        package init(_ kind: Privacy, _ passphrase: Secret) {
            self.kind = kind
            self.passphrase = passphrase
        }
    }

    /// What a user cannot be.
    package struct Mistake: Error, Sendable, Hashable {
        package let words: String
    }

    /// RFC 3414 §5, usmUserName: SnmpAdminString of 1 to 32 bytes.
    package static let nameBytes: ClosedRange<Int> = 1...32
    /// RFC 3414 §11.2 asks for at least 8.
    package static let passphraseBytes: ClosedRange<Int> = 8...255
    /// RFC 3411 §5, SnmpEngineID.
    package static let engineIDBytes: ClosedRange<Int> = 5...32
    /// RFC 3411 §5, contextName.
    package static let longestContext = 32

    package let name: String
    package let authentication: AuthenticationKey?
    package let privacy: PrivacyKey?
    package let context: String
    /// Empty: the agent's own.
    package let contextEngineID: [UInt8]

    package init(
        name: String, authentication: AuthenticationKey? = nil, privacy: PrivacyKey? = nil,
        context: String = "", contextEngineID: [UInt8] = []
    ) throws(Mistake) {
        guard Self.nameBytes.contains(name.utf8.count), DeviceText(name).text == name else {
            throw Mistake(words: "a user name of SNMPv3 is 1 to 32 bytes long, and printable")
        }
        guard privacy == nil || authentication != nil else {
            throw Mistake(words: "SNMPv3 has no privacy without authentication")
        }
        let passphrases = [authentication?.passphrase, privacy?.passphrase].compactMap { $0 }
        for passphrase in passphrases {
            let count = passphrase.withExposedValue { $0.utf8.count }
            guard Self.passphraseBytes.contains(count) else {
                throw Mistake(words: "a passphrase of SNMPv3 is 8 to 255 bytes long, not \(count)")
            }
        }
        guard context.utf8.count <= Self.longestContext, DeviceText(context).text == context else {
            throw Mistake(words: "a context name of SNMPv3 is at most 32 bytes long, and printable")
        }
        guard contextEngineID.isEmpty || Self.engineIDBytes.contains(contextEngineID.count) else {
            throw Mistake(words: "a context engine id is 5 to 32 bytes long")
        }
        self.name = name
        self.authentication = authentication
        self.privacy = privacy
        self.context = context
        self.contextEngineID = contextEngineID
    }

    package var level: Level {
        privacy != nil ? .authPriv : authentication != nil ? .authNoPriv : .noAuthNoPriv
    }
}
