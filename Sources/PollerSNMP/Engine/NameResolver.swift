import Foundation
import Glibc
import PollerModel

/// Turns names into addresses on threads of its own, because the system's resolver blocks for
/// seconds when a server is silent. Addresses are kept; one that cannot be looked up again stays
/// in use.
final class NameResolver: @unchecked Sendable {
    /// Looked up again after this, while the old address still serves.
    static let freshMilliseconds: Int64 = 300_000
    static let threadCount = 2
    static let largestCache = 100_000
    static let largestQueue = 10_000

    private typealias Waiter = CheckedContinuation<Result<IPAddress, SNMPFailure>, Never>

    private struct Entry {
        let address: IPAddress
        let resolvedAt: MonotonicTime
    }

    // @unchecked: everything below is only touched under `condition`.
    private let condition = NSCondition()
    private let timekeeper: any Timekeeper
    private var cache: [String: Entry] = [:]
    private var queue: [String] = []
    private var waiters: [String: [Waiter]] = [:]
    private var isStopping = false

    init(timekeeper: any Timekeeper) {
        self.timekeeper = timekeeper
        for number in 1...Self.threadCount {
            let thread = Thread { [self] in work() }
            thread.name = "resolve-\(number)"
            thread.start()
        }
    }

    func stop() {
        let orphans = condition.withLock {
            isStopping = true
            condition.broadcast()
            defer { waiters = [:] }
            return waiters.values.flatMap { $0 }
        }
        for waiter in orphans { waiter.resume(returning: .failure(.stopped)) }
    }

    func resolve(_ name: String) async throws(SNMPFailure) -> IPAddress {
        if let address = cached(name) { return address }
        let result = await withCheckedContinuation { waiter in
            let refusal = condition.withLock { () -> SNMPFailure? in
                if isStopping { return .stopped }
                if queue.count >= Self.largestQueue { return .overloaded(waiting: queue.count) }
                waiters[name, default: []].append(waiter)
                enqueue(name)
                return nil
            }
            if let refusal { waiter.resume(returning: .failure(refusal)) }
        }
        return try result.get()
    }

    /// A known address at once; one that is old is looked up again meanwhile.
    private func cached(_ name: String) -> IPAddress? {
        condition.withLock {
            guard let entry = cache[name] else { return nil }
            let age = timekeeper.now.monotonic.milliseconds - entry.resolvedAt.milliseconds
            if age > Self.freshMilliseconds, queue.count < Self.largestQueue { enqueue(name) }
            return entry.address
        }
    }

    /// Under `condition`.
    private func enqueue(_ name: String) {
        guard !queue.contains(name) else { return }
        queue.append(name)
        condition.signal()
    }

    private func work() {
        while true {
            condition.lock()
            while queue.isEmpty && !isStopping { condition.wait() }
            guard !isStopping else { return condition.unlock() }
            let name = queue.removeFirst()
            condition.unlock()
            let result = Self.lookUp(name)
            let woken = condition.withLock {
                if case .success(let address) = result, cache.count < Self.largestCache {
                    cache[name] = Entry(address: address, resolvedAt: timekeeper.now.monotonic)
                }
                return waiters.removeValue(forKey: name) ?? []
            }
            for waiter in woken { waiter.resume(returning: result) }
        }
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
