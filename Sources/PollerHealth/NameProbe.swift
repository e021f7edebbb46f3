import Foundation
import PollerModel
import Synchronization

/// Looks names of devices up, all at the same time and no longer than somebody waits.
struct NameProbe {
    /// Names that are looked up; of a fleet's many, a hundred tell whether its resolver works.
    static let largestCount = 100
    /// Lookups at a time, each on a thread of its own, for a resolver cannot be interrupted.
    private static let largestThreadCount = 20
    /// After this time nobody waits for the rest.
    static let patienceMilliseconds: Int64 = 2_000

    private final class Board: Sendable {
        struct State {
            var waiting: [String]
            var failures: [String: String] = [:]
            var took: [String: Int64] = [:]
        }
        let state: Mutex<State>
        let done = DispatchSemaphore(value: 0)

        init(_ names: [String]) { state = Mutex(State(waiting: names.reversed())) }
    }

    /// - Parameter lookUp: the words of a failure, or nil when the name has an address.
    static func probe(
        _ names: [String], hasServer: Bool,
        lookUp: @escaping @Sendable (String) -> String? = NameProbe.systemFailure
    ) -> HostFacts.NameLookups {
        var lookups = HostFacts.NameLookups()
        lookups.hasServer = hasServer
        let names = Array(names.prefix(largestCount))
        lookups.count = names.count
        guard !names.isEmpty else { return lookups }
        let board = Board(names)
        for _ in 0..<min(names.count, largestThreadCount) {
            Thread.detachNewThread {
                while let name = board.state.withLock({ $0.waiting.popLast() }) {
                    let start = ContinuousClock.now
                    let failure = lookUp(name)
                    let took = (ContinuousClock.now - start) / .milliseconds(1)
                    board.state.withLock {
                        $0.failures[name] = failure
                        $0.took[name] = Int64(took)
                    }
                    board.done.signal()
                }
            }
        }
        let deadline = DispatchTime.now() + .milliseconds(Int(patienceMilliseconds))
        for _ in names where board.done.wait(timeout: deadline) == .timedOut { break }
        let state = board.state.withLock { $0 }
        lookups.failures = state.failures
        for name in names {
            let took = state.took[name] ?? patienceMilliseconds
            guard took >= HostFacts.slowLookupMilliseconds, state.failures[name] == nil else {
                continue
            }
            lookups.slow[name] = took
        }
        return lookups
    }

    /// As pollerd resolves them.
    private static let systemFailure: @Sendable (String) -> String? = { name in
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(name, nil, &hints, &list)
        guard code == 0 else { return String(cString: gai_strerror(code)) }
        freeaddrinfo(list)
        return nil
    }
}
