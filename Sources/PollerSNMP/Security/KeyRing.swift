import CNetSNMP
import PollerModel
import Synchronization

/// A user's keys, derived from its passphrases and not yet bound to an engine.
struct SecurityKeys: Hashable, Sendable {
    let authentication: [UInt8]
    let privacy: [UInt8]
}

/// Derives keys on threads of its own, each once: a passphrase is hashed to a megabyte, which
/// takes milliseconds (RFC 3414 §2.6).
final class KeyRing: Sendable {
    static let threadCount = 2
    /// Keys that are kept; two for each user at most.
    static let largestCache = 200_000
    static let largestQueue = 100_000

    /// What a key depends on. Privacy keys are made with the authentication protocol's hash.
    private struct Lock: Hashable {
        let hash: SNMPUser.Authentication
        let passphrase: Secret
    }

    private let cache = Mutex<[Lock: [UInt8]]>([:])
    private let threads = LookupThreads<Lock, [UInt8]>(
        name: "keys", threads: threadCount, limit: largestQueue, find: derive)

    func stop() { threads.stop() }

    func keys(of user: SNMPUser) async throws(SNMPFailure) -> SecurityKeys {
        guard let authentication = user.authentication else {
            return SecurityKeys(authentication: [], privacy: [])
        }
        let first = try await key(authentication.kind, authentication.passphrase)
        guard let privacy = user.privacy else {
            return SecurityKeys(authentication: first, privacy: [])
        }
        let second = try await key(authentication.kind, privacy.passphrase)
        return SecurityKeys(authentication: first, privacy: second)
    }

    private func key(
        _ hash: SNMPUser.Authentication, _ passphrase: Secret
    ) async throws(SNMPFailure) -> [UInt8] {
        let lock = Lock(hash: hash, passphrase: passphrase)
        if let key = cache.withLock({ $0[lock] }) { return key }
        let key = try await threads.value(for: lock)
        cache.withLock { if $0.count < Self.largestCache { $0[lock] = key } }
        return key
    }

    @Sendable private static func derive(_ lock: Lock) -> Result<[UInt8], SNMPFailure> {
        var key = [UInt8](repeating: 0, count: Int(CNETSNMP_KEY_SIZE))
        let length = lock.passphrase.withExposedValue { text in
            let bytes = Array(text.utf8)
            return cnetsnmp_derive_key(lock.hash.netSNMPName, bytes, bytes.count, &key)
        }
        guard length > 0 else {
            return .failure(.protocolMissing(lock.hash.rawValue))
        }
        return .success(Array(key.prefix(length)))
    }
}

extension SNMPUser.Authentication {
    /// How net-snmp's usm_lookup_auth_type spells it.
    var netSNMPName: String {
        switch self {
        case .md5: "MD5"
        case .sha1: "SHA"
        case .sha224: "SHA-224"
        case .sha256: "SHA-256"
        case .sha384: "SHA-384"
        case .sha512: "SHA-512"
        }
    }
}

extension SNMPUser.Privacy {
    /// How net-snmp's usm_lookup_priv_type spells it.
    var netSNMPName: String {
        switch self {
        case .des: "DES"
        case .aes128: "AES"
        case .aes192: "AES-192"
        case .aes192C: "AES-192-C"
        case .aes256: "AES-256"
        case .aes256C: "AES-256-C"
        }
    }
}
