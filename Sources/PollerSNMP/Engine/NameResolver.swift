import Glibc
import PollerModel
import Synchronization

/// Turns names into addresses on threads of its own, because the system's resolver blocks for
/// seconds when a server is silent. Addresses are kept; one that cannot be looked up again stays
/// in use.
final class NameResolver: Sendable {
    /// Looked up again after this, while the old address still serves.
    static let freshMilliseconds: Int64 = 300_000
    static let threadCount = 2
    static let largestCache = 100_000
    static let largestQueue = 10_000

    private struct Entry {
        let address: IPAddress
        let resolvedAt: MonotonicTime
    }

    private let timekeeper: any Timekeeper
    private let cache: Cache
    private let threads: LookupThreads<String, IPAddress>

    private final class Cache: Sendable {
        let entries = Mutex<[String: Entry]>([:])
    }

    init(timekeeper: any Timekeeper) {
        self.timekeeper = timekeeper
        let cache = Cache()
        self.cache = cache
        threads = LookupThreads(
            name: "resolve", threads: Self.threadCount, limit: Self.largestQueue
        ) { name in
            let result = Self.lookUp(name)
            if case .success(let address) = result {
                let entry = Entry(address: address, resolvedAt: timekeeper.now.monotonic)
                cache.entries.withLock {
                    if $0.count < Self.largestCache || $0[name] != nil { $0[name] = entry }
                }
            }
            return result
        }
    }

    func stop() { threads.stop() }

    /// A known address at once; one that is old is looked up again meanwhile.
    func resolve(_ name: String) async throws(SNMPFailure) -> IPAddress {
        guard let entry = cache.entries.withLock({ $0[name] }) else {
            return try await threads.value(for: name)
        }
        let age = timekeeper.now.monotonic.milliseconds - entry.resolvedAt.milliseconds
        if age > Self.freshMilliseconds { threads.refresh(name) }
        return entry.address
    }

    /// The system's resolver, first answer (RFC 6724 puts the best one first).
    private static func lookUp(_ name: String) -> Result<IPAddress, SNMPFailure> {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(name, nil, &hints, &list)
        guard code == 0 else {
            return .failure(
                .nameNotResolved(name: name, detail: String(cString: gai_strerror(code))))
        }
        defer { freeaddrinfo(list) }
        var next = list
        while let entry = next {
            if let address = IPAddress(entry.pointee.ai_addr) { return .success(address) }
            next = entry.pointee.ai_next
        }
        return .failure(.nameNotResolved(name: name, detail: "it has no IPv4 or IPv6 address"))
    }
}

extension IPAddress {
    fileprivate init?(_ address: UnsafeMutablePointer<sockaddr>?) {
        guard let address else { return nil }
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            self = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { v4 in
                withUnsafeBytes(of: v4.pointee.sin_addr) { IPAddress(bytes: Array($0)) }
            }
        case AF_INET6:
            self = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { v6 in
                withUnsafeBytes(of: v6.pointee.sin6_addr) { IPAddress(bytes: Array($0)) }
            }
        default: return nil
        }
    }
}
