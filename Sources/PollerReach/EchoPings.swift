import Glibc
import Logging
import PollerModel
import Synchronization

/// Pings by ICMP: sends echoes, matches answers, watches deadlines. Belongs to the thread.
final class EchoPings {
    /// Echoes sent before the answers get their turn: those of loopback addresses are back before
    /// the next is sent.
    static let sendsPerTurn = 64
    /// Datagrams or errors taken from a socket before anything else gets its turn.
    static let receivesPerTurn = 256
    /// How long the kernel's buffers may be full before echoes are given up. Hosts whose hardware
    /// address nobody tells fill them for the three seconds that the kernel asks for it.
    static let longestBlockMilliseconds: Int64 = 10_000

    private let timekeeper: any Timekeeper
    private let counters: ReachCounters
    private let logger: Logger
    /// By whether they are for IPv6. Opened when first needed, and again after a failure, so that
    /// a permission given later counts without a restart.
    private var sockets: [Bool: EchoSocket] = [:]
    private var complained: Set<Bool> = []
    private var waiting: ArraySlice<Order> = []
    private var table = EchoTable()
    /// Sequence numbers of echoes to be sent, for the first time or again.
    private var outgoing: ArraySlice<UInt16> = []
    private var random = SystemRandomNumberGenerator()
    /// Since when the kernel's buffers are full.
    private var blockedSince: MonotonicTime?

    init(timekeeper: any Timekeeper, counters: ReachCounters, logger: Logger) {
        self.timekeeper = timekeeper
        self.counters = counters
        self.logger = logger
    }

    var backlog: Int { waiting.count }
    var nextDeadline: MonotonicTime? { table.nextDeadline }
    var isBlocked: Bool { blockedSince != nil }
    /// Whether there is something to do at once.
    var isReady: Bool { !isBlocked && (!outgoing.isEmpty || !waiting.isEmpty && table.hasRoom) }
    var descriptors: [pollfd] {
        sockets.values.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    }

    func add(_ order: Order) { waiting.append(order) }

    /// Does what there is to do now.
    func turn() {
        // Answers first: one that came in time counts, even where the thread is late.
        for socket in sockets.values { receive(from: socket) }
        expire()
        begin()
        send()
    }

    func stop() {
        for echo in table.echoes.values { echo.attempts.order.finish(.failure(.stopped)) }
        for order in waiting { order.finish(.failure(.stopped)) }
        table = EchoTable()
        waiting = []
    }

    private func begin() {
        for _ in 0..<ReachLoop.beginsPerTurn {
            guard table.hasRoom, let order = waiting.popFirst() else { return }
            do throws(PingFailure) {
                _ = try socket(isV6: !order.request.address.isV4)
                outgoing.append(table.insert(order, using: &random))
            } catch {
                order.finish(.failure(error))
            }
        }
    }

    private func socket(isV6: Bool) throws(PingFailure) -> EchoSocket {
        if let socket = sockets[isV6] { return socket }
        do {
            let socket = try EchoSocket(isV6: isV6)
            sockets[isV6] = socket
            complained.remove(isV6)
            return socket
        } catch {
            if complained.insert(isV6).inserted {
                logger.notice(
                    "IPv\(isV6 ? 6 : 4) hosts cannot be pinged by ICMP",
                    metadata: [
                        "event": "reach.no_icmp", "detail": "\(error.words)", "fix": "\(error.fix)",
                    ])
            }
            throw error
        }
    }

    private func send() {
        for _ in 0..<Self.sendsPerTurn {
            guard let sequence = outgoing.first else {
                blockedSince = nil
                return
            }
            // It may be answered meanwhile, and its number in use again.
            if let echo = table[sequence], echo.attempts.wantsAttempt {
                guard send(sequence, echo) else { return }
            }
            outgoing.removeFirst()
        }
    }

    /// False when it has to wait.
    private func send(_ sequence: UInt16, _ echo: EchoTable.Echo) -> Bool {
        guard let socket = sockets[!echo.address.isV4] else { return true }
        let message = EchoMessage(
            identifier: socket.identifier, sequence: sequence, token: echo.token,
            attempt: UInt16(echo.attempts.madeAt.count))
        // Read before: the answer of a loopback address is there before the call returns.
        let now = timekeeper.now.monotonic
        switch socket.send(message, to: echo.address) {
        case .sent:
            blockedSince = nil
            counters.attempts.add(1, ordering: .relaxed)
            table.made(sequence, at: now)
        case .busy:
            let since = blockedSince ?? now
            blockedSince = since
            guard since.advanced(milliseconds: Self.longestBlockMilliseconds) <= now else {
                return false
            }
            let seconds = Self.longestBlockMilliseconds / 1_000
            table.remove(sequence)?.finish(
                .failure(
                    .localFault(
                        detail: "its buffers for echoes have been full for \(seconds) s")))
        case .failed(let error):
            blockedSince = nil
            table.remove(sequence)?.finish(.failure(error.pingFailure()))
        }
        return true
    }

    private func receive(from socket: EchoSocket) {
        for _ in 0..<Self.receivesPerTurn {
            let received = socket.receive()
            if case .nothing = received { break }
            guard case .reply(let reply, let address) = received else { continue }
            if let (order, answer) = table.take(
                answered: reply, from: address, at: timekeeper.now.monotonic)
            {
                counters.answers.add(1, ordering: .relaxed)
                order.finish(.success(answer))
            } else {
                counters.unmatched.add(1, ordering: .relaxed)
            }
        }
        for _ in 0..<Self.receivesPerTurn {
            let (isEmpty, refusal) = socket.receiveError()
            if isEmpty { break }
            guard let refusal else { continue }
            table.take(refused: refusal.quote, to: refusal.address)?
                .finish(.failure(.unreachable(detail: refusal.error.words)))
        }
    }

    private func expire() {
        let expired = table.expire(at: timekeeper.now.monotonic)
        counters.timeouts.add(expired.again.count + expired.over.count, ordering: .relaxed)
        outgoing += expired.again
        for (order, failure) in expired.over { order.finish(.failure(failure)) }
    }
}
