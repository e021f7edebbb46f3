import CNetSNMP
import Glibc
import Logging
import PollerModel
import Synchronization

/// The engine's thread: sends questions, matches answers, watches deadlines.
///
/// Everything here belongs to that thread; net-snmp's codec is called from nowhere else.
final class EngineLoop {
    /// Exchanges in flight at most, whatever the receive buffer would hold.
    static let largestWindow = 2_000
    /// Bytes the kernel charges for an answer of an Ethernet frame, twice over for safety.
    static let bytesPerAnswer = 4_608
    /// Batches taken from a socket before anything else gets its turn.
    static let batchesPerTurn = 16
    /// Targets whose message size is remembered.
    static let largestMemory = 100_000

    private let mailbox: EngineMailbox
    private let timekeeper: any Timekeeper
    private let counters: EngineCounters
    private let logger: Logger
    private let v4: DatagramSocket
    private let v6: DatagramSocket?
    private let receiver: OpaquePointer
    private let window: Int

    private var arenas = SNMPLibrary.Arenas()
    private var waiting: [Order] = []
    private var nextWaiting = 0
    private var inFlight: [Int32: Exchange] = [:]
    private var wheel: TimerWheel
    private var objectLimits: [Endpoint: Int] = [:]
    private var random = SystemRandomNumberGenerator()

    init(
        mailbox: EngineMailbox, timekeeper: any Timekeeper, counters: EngineCounters,
        logger: Logger
    ) throws(NetworkError) {
        self.mailbox = mailbox
        self.timekeeper = timekeeper
        self.counters = counters
        self.logger = logger
        v4 = try DatagramSocket(isV6: false)
        do {
            v6 = try DatagramSocket(isV6: true)
        } catch {
            logger.notice(
                "this machine has no IPv6: devices with IPv6 addresses cannot be polled",
                metadata: ["event": "snmp.no_ipv6", "reason": "\(error.words)"])
            v6 = nil
        }
        guard let receiver = cnetsnmp_receiver_create() else { throw NetworkError(code: ENOMEM) }
        self.receiver = receiver
        window = min(Self.largestWindow, max(16, v4.grantedReceiveBuffer / Self.bytesPerAnswer))
        wheel = TimerWheel(now: timekeeper.now.monotonic)
        counters.window.store(window, ordering: .relaxed)
    }

    deinit { cnetsnmp_receiver_destroy(receiver) }

    func run() {
        while true {
            let (orders, isStopping) = mailbox.take(backlog: waiting.count - nextWaiting)
            waiting += orders
            guard !isStopping else { return stop() }
            receive(from: v4)
            if let v6 { receive(from: v6) }
            expire()
            begin()
            send(through: v4)
            if let v6 { send(through: v6) }
            wait()
        }
    }

    private func stop() {
        for exchange in inFlight.values { give(.stopped, to: exchange) }
        for order in waiting[nextWaiting...] { order.refuse(.stopped) }
        waiting = []
    }

    /// Sleeps until something happens: an order, a datagram, or the next tick while requests
    /// are in flight.
    private func wait() {
        var descriptors = [
            pollfd(fd: mailbox.wakeup, events: Int16(POLLIN), revents: 0),
            pollfd(fd: v4.descriptor, events: events(of: v4), revents: 0),
        ]
        if let v6 {
            descriptors.append(pollfd(fd: v6.descriptor, events: events(of: v6), revents: 0))
        }
        // Exchanges may have ended since the last were begun.
        let canBegin = nextWaiting < waiting.count && inFlight.count < window
        let timeout: Int32 =
            canBegin ? 0 : inFlight.isEmpty ? -1 : Int32(TimerWheel.tickMilliseconds)
        // An interrupted or failed poll only means an early turn of the loop.
        _ = poll(&descriptors, nfds_t(descriptors.count), timeout)
    }

    private func events(of socket: DatagramSocket) -> Int16 {
        Int16(POLLIN) | (socket.hasOutgoing ? Int16(POLLOUT) : 0)
    }

    // MARK: Beginning and sending

    private func begin() {
        while nextWaiting < waiting.count, inFlight.count < window {
            let order = waiting[nextWaiting]
            nextWaiting += 1
            let exchange = Exchange(
                target: order.target,
                endpoint: Endpoint(address: order.address, port: order.target.port),
                talk: order.talk)
            if let limit = objectLimits[exchange.endpoint] { exchange.talk.limitObjects(to: limit) }
            exchange.startedAt = timekeeper.now
            proceed(exchange, exchange.talk.begin())
        }
        if nextWaiting > 1_024 || nextWaiting == waiting.count {
            waiting.removeFirst(nextWaiting)
            nextWaiting = 0
        }
    }

    /// Asks the next question, or ends the exchange.
    private func proceed(_ exchange: Exchange, _ question: Question?) {
        guard let question else { return finish(exchange) }
        let requestID = freshRequestID()
        do {
            exchange.message = try SNMPLibrary.encode(
                question, requestID: requestID, target: exchange.target)
        } catch {
            return proceed(exchange, exchange.talk.give(up: question))
        }
        exchange.requestID = requestID
        exchange.attempts = 0
        inFlight[requestID] = exchange
        transmit(exchange)
    }

    /// Random, so that nobody off the path can guess an answer; never 0, never in use.
    private func freshRequestID() -> Int32 {
        while true {
            let id = Int32.random(in: 1...Int32.max, using: &random)
            if inFlight[id] == nil { return id }
        }
    }

    private func transmit(_ exchange: Exchange) {
        guard let socket = exchange.endpoint.address.isV4 ? v4 : v6 else {
            return give(.noRoute(detail: "this machine has no IPv6"), to: exchange)
        }
        let now = timekeeper.now
        exchange.attempts += 1
        exchange.effort.messages += 1
        if exchange.attempts > 1 { exchange.effort.retransmissions += 1 }
        counters.requests.add(1, ordering: .relaxed)
        exchange.deadline = now.monotonic.advanced(
            milliseconds: exchange.target.timeoutMilliseconds)
        wheel.set(Int(exchange.requestID), at: exchange.deadline)
        socket.queue(exchange.message, to: exchange.endpoint)
    }

    private func send(through socket: DatagramSocket) {
        socket.flush(
            failed: { self.unreachable($0, $1, isICMP: false) },
            refused: { self.unreachable($0, $1, isICMP: true) })
    }

    // MARK: Answers

    private func receive(from socket: DatagramSocket) {
        for _ in 0..<Self.batchesPerTurn {
            do {
                let now = timekeeper.now
                let count = try socket.receive(into: receiver) { packet, from, age in
                    // An age that cannot be means that the wall clock was just set.
                    let isPlausible = (0...10_000).contains(age)
                    hear(
                        packet, from: from,
                        receivedAt: now.advanced(milliseconds: isPlausible ? -age : 0))
                }
                if count == 0 { break }
            } catch {
                // An ICMP error of an earlier datagram: the error queue says whose.
                guard socket.drainErrors({ self.unreachable($0, $1, isICMP: true) }) else { break }
            }
        }
        socket.drainErrors { self.unreachable($0, $1, isICMP: true) }
        counters.kernelDrops.store(
            Int(v4.kernelDrops) + Int(v6?.kernelDrops ?? 0), ordering: .relaxed)
    }

    private func hear(_ packet: UnsafeBufferPointer<UInt8>, from: Endpoint, receivedAt: Moment) {
        let message: SNMPLibrary.Message
        do {
            message = try SNMPLibrary.decode(packet, arenas: &arenas)
        } catch {
            counters.malformed.add(1, ordering: .relaxed)
            return
        }
        // Late, doubled and forged answers end here: an unknown id, another source, another
        // community. The exchange keeps waiting for the true one.
        guard message.isResponse, let exchange = inFlight[message.requestID],
            exchange.endpoint == from, message.version == exchange.target.version,
            case .community(let community) = exchange.target.credentials,
            community.withExposedValue({ Array($0.utf8) == message.community })
        else {
            counters.unmatched.add(1, ordering: .relaxed)
            return
        }
        counters.answers.add(1, ordering: .relaxed)
        inFlight[message.requestID] = nil
        let reply = Reply(
            errorStatus: message.errorStatus, errorIndex: message.errorIndex,
            varbinds: message.varbinds, receivedAt: receivedAt)
        proceed(exchange, exchange.talk.hear(reply))
    }

    // MARK: Failures

    private func expire() {
        let now = timekeeper.now.monotonic
        for entry in wheel.due(at: now) {
            // Entries of answered or repeated requests ring too; only the newest counts.
            guard let exchange = inFlight[Int32(entry.key)], exchange.deadline == entry.deadline
            else { continue }
            counters.timeouts.add(1, ordering: .relaxed)
            if exchange.attempts <= exchange.target.retries {
                transmit(exchange)
            } else {
                give(
                    .noAnswer(
                        attempts: exchange.attempts,
                        milliseconds: exchange.target.patienceMilliseconds),
                    to: exchange)
            }
        }
    }

    /// The network or the kernel said that nothing gets through to `endpoint`.
    private func unreachable(_ endpoint: Endpoint, _ error: NetworkError, isICMP: Bool) {
        guard error.concernsDestination(isICMP: isICMP) else { return }
        let failure: SNMPFailure =
            error.code == ECONNREFUSED && isICMP
            ? .portClosed(port: endpoint.port) : .noRoute(detail: error.words)
        for exchange in inFlight.values where exchange.endpoint == endpoint {
            give(failure, to: exchange)
        }
    }

    private func give(_ failure: SNMPFailure, to exchange: Exchange) {
        inFlight[exchange.requestID] = nil
        proceed(exchange, exchange.talk.fail(failure))
    }

    private func finish(_ exchange: Exchange) {
        let now = timekeeper.now.monotonic
        if let startedAt = exchange.startedAt {
            exchange.effort.microseconds = now.microseconds - startedAt.monotonic.microseconds
        }
        if let limit = exchange.talk.learnedObjectLimit, objectLimits.count < Self.largestMemory {
            objectLimits[exchange.endpoint] = limit
        }
        exchange.talk.finish(exchange.effort)
    }
}
