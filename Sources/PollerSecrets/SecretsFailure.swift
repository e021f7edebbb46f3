/// What libcrypto could not do. It computes without asking anybody, so this is lack of memory, or
/// a library that was set up to forbid what is needed.
package enum SecretsFailure: Error, Hashable, Sendable {
    case hash
    case sign
    case random
    /// A password, with so many MiB.
    case password(mebibytes: Int)

    package var words: String {
        switch self {
        case .hash: "libcrypto could not form a SHA-256"
        case .sign: "libcrypto could not form an HMAC-SHA-256"
        case .random: "libcrypto has no random numbers"
        case .password(let mebibytes):
            "libcrypto could not hash a password, for which it needs \(mebibytes) MiB"
        }
    }

    package var fix: String { "look at the memory of this host, and at /etc/ssl/openssl.cnf" }
}
