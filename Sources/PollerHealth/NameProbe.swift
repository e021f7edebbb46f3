import Foundation
import PollerModel
import Synchronization

/// Looks names of devices up, all at the same time and no longer than somebody waits. A lookup
/// cannot be interrupted: its thread stays until the resolver gives up. As long as one does, no
/// other lookups are begun.
final class NameProbe: Sendable {
    /// Names that are looked up; of a fleet's many, a hundred tell whether its resolver works.
    static let largestCount = 100
    /// Lookups at a time, each on a thread of its own.
    static let largestThreadCount = 20
    /// After this time nobody waits for the rest.
    static let patienceMilliseconds: Int64 = 2_000
    /// Of this process.
    static let shared = NameProbe()

    /// What became of the names of one probe.
    private final class Board: Sendable {
        struct State {
            var waiting: [String]
            var started: [String: ContinuousClock.Instant] = [:]
            var failures: [String: String] = [:]
            var took: [String: Int64] = [:]
        }
        let state: Mutex<State>
        let done = DispatchSemaphore(value: 0)

        init(_ names: [String]) { state = Mutex(State(waiting: names.reversed())) }

        /// Whether a thread of it lives, or is about to.
        var isBusy: Bool {
            state.withLock { !$0.waiting.isEmpty || $0.took.count < $0.started.count }
        }

        func next() -> String? {
            state.withLock { state in
                guard let name = state.waiting.popLast() else { return nil }
                state.started[name] = ContinuousClock.now
                return name
            }
        }

        func end(_ name: String, _ failure: String?) {
            state.withLock { state in
                state.failures[name] = failure
                state.took[name] = state.started[name].map(NameProbe.milliseconds) ?? 0
            }
            done.signal()
        }
    }

    /// The last probe that was begun.
    private let last = Mutex<Board?>(nil)

    /// Whether lookups go on, so that no other ones are begun.
    var isBusy: Bool { last.withLock { $0?.isBusy ?? false } }

    /// What the names are told by: of this probe, or of the last one where its lookups go on.
    ///
    /// - Parameters:
    ///   - names: each once.
    ///   - lookUp: the words of a failure, or nil when the name has an address.
    func probe(
        _ names: [String], hasServer: Bool,
        lookUp: @escaping @Sendable (String) -> String? = NameProbe.systemFailure
    ) -> HostFacts.NameLookups {
        let names = Array(names.prefix(Self.largestCount))
        let (board, isNew) = last.withLock { last -> (Board, Bool) in
            if let last, last.isBusy { return (last, false) }
            let board = Board(names)
            last = board
            return (board, true)
        }
        if isNew { Self.run(board, names.count, lookUp) }
        return Self.lookups(of: names, on: board, hasServer: hasServer)
    }

    /// Begins the lookups, and waits for them as long as somebody waits.
    private static func run(
        _ board: Board, _ count: Int, _ lookUp: @escaping @Sendable (String) -> String?
    ) {
        for _ in 0..<min(count, largestThreadCount) {
            Thread.detachNewThread {
                while let name = board.next() { board.end(name, lookUp(name)) }
            }
        }
        let deadline = DispatchTime.now() + .milliseconds(Int(patienceMilliseconds))
        for _ in 0..<count where board.done.wait(timeout: deadline) == .timedOut { break }
        // Nobody reads what the others would find.
        board.state.withLock { $0.waiting = [] }
    }

    private static func lookups(
        of names: [String], on board: Board, hasServer: Bool
    ) -> HostFacts.NameLookups {
        var lookups = HostFacts.NameLookups()
        lookups.hasServer = hasServer
        let state = board.state.withLock { $0 }
        for name in names {
            if let failure = state.failures[name] {
                lookups.failures[name] = failure
                continue
            }
            // One that goes on takes at least as long as it did until now.
            let known = state.took[name]
            let took = known ?? state.started[name].map(milliseconds) ?? 0
            if took >= HostFacts.slowLookupMilliseconds {
                lookups.slow[name] = took
            } else if known == nil {
                lookups.notLookedUp += 1
            }
        }
        return lookups
    }

    private static func milliseconds(since start: ContinuousClock.Instant) -> Int64 {
        Int64((ContinuousClock.now - start) / .milliseconds(1))
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
