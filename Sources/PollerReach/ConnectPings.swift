import Glibc
import PollerModel
import Synchronization

/// Pings by TCP: connects, watches deadlines. Belongs to the thread.
final class ConnectPings {
    /// Connections open at once; further pings wait in their order. A quarter of the 1,024
    /// descriptors a process has without being given more.
    static let largestConnectionCount = 256

    /// A connection of a ping under way.
    private struct Attempt {
        let connection: Connection
        let ping: Int
        /// Which of the ping's attempts, from 0.
        let number: Int
    }

    private let timekeeper: any Timekeeper
    private let counters: ReachCounters
    private var waiting: ArraySlice<Order> = []
    private var pings: [Int: Attempts] = [:]
    private var lastPing = 0
    private var open: [Attempt] = []
    /// Whether the process has no descriptors left.
    private(set) var isBlocked = false

    init(timekeeper: any Timekeeper, counters: ReachCounters) {
        self.timekeeper = timekeeper
        self.counters = counters
    }

    var backlog: Int { waiting.count }
    var nextDeadline: MonotonicTime? { pings.values.lazy.compactMap(\.deadline).min() }
    /// Whether there is something to do at once.
    var isReady: Bool { !isBlocked && !waiting.isEmpty && hasRoom }
    private var hasRoom: Bool { open.count < Self.largestConnectionCount }

    /// `descriptors[i]` is that of the i-th connection, until the next turn.
    var descriptors: [pollfd] {
        open.map { pollfd(fd: $0.connection.descriptor, events: Int16(POLLOUT), revents: 0) }
    }

    func add(_ order: Order) { waiting.append(order) }

    /// Does what there is to do now; `polled` are `descriptors` as poll(2) left them.
    func turn(_ polled: some Collection<pollfd>) {
        for (attempt, descriptor) in zip(open, polled) where descriptor.revents != 0 {
            take(attempt.connection.outcome(), of: attempt)
        }
        expire()
        begin()
    }

    func stop() {
        for attempts in pings.values { attempts.order.finish(.failure(.stopped)) }
        for order in waiting { order.finish(.failure(.stopped)) }
        (pings, open, waiting) = ([:], [], [])
    }

    private func begin() {
        isBlocked = false
        for _ in 0..<ReachLoop.beginsPerTurn {
            guard hasRoom, let order = waiting.first else { return }
            lastPing += 1
            pings[lastPing] = Attempts(order)
            guard connect(lastPing, order.request) else {
                // No descriptor is free: this one waits until others have ended.
                pings[lastPing] = nil
                isBlocked = true
                return
            }
            waiting.removeFirst()
        }
    }

    /// Makes an attempt; false when this machine has nothing to make it with.
    private func connect(_ ping: Int, _ request: PingRequest) -> Bool {
        guard let port = request.method.port else { return true }
        let connection: Connection
        do {
            connection = try Connection(isV6: !request.address.isV4)
        } catch {
            // Our own connections will end; what others hold may not.
            if error.isShortage, !open.isEmpty { return false }
            end(ping, .failure(error.pingFailure()))
            return true
        }
        counters.attempts.add(1, ordering: .relaxed)
        let number = pings[ping]?.madeAt.count ?? 0
        pings[ping]?.made(at: timekeeper.now.monotonic)
        let attempt = Attempt(connection: connection, ping: ping, number: number)
        open.append(attempt)
        take(connection.begin(to: request.address, port: port), of: attempt)
        return true
    }

    private func take(_ outcome: Connection.Outcome, of attempt: Attempt) {
        guard let attempts = pings[attempt.ping] else { return }
        let answer = attempts.answer(to: attempt.number, at: timekeeper.now.monotonic)
        switch (outcome, attempts.request.method) {
        case (.pending, _), (.refused, .icmp): break
        case (.accepted, _), (.refused, .tcpClosed):
            if let answer { end(attempt.ping, .success(answer)) }
        case (.refused, .tcp(let port)): end(attempt.ping, .failure(.refused(port: port)))
        case (.lapsed, _):
            open.removeAll { $0.connection === attempt.connection }
        case (.unreachable(let error), _):
            end(attempt.ping, .failure(error.pingFailure()))
        }
    }

    private func end(_ ping: Int, _ result: Result<PingAnswer, PingFailure>) {
        guard let attempts = pings.removeValue(forKey: ping) else { return }
        open.removeAll { $0.ping == ping }
        if case .success = result { counters.answers.add(1, ordering: .relaxed) }
        attempts.order.finish(result)
    }

    private func expire() {
        let now = timekeeper.now.monotonic
        for (ping, attempts) in pings where attempts.isDue(at: now) {
            counters.timeouts.add(1, ordering: .relaxed)
            guard pings[ping]?.expire() == true else {
                end(ping, .failure(attempts.silence))
                continue
            }
            // Without room the kernel is left to send its SYN again, a second after the first.
            if !hasRoom || !connect(ping, attempts.request) { pings[ping]?.skipped(at: now) }
        }
    }
}

extension PingMethod {
    /// nil for ICMP.
    var port: UInt16? {
        switch self {
        case .icmp: nil
        case .tcp(let port), .tcpClosed(let port): port
        }
    }
}
