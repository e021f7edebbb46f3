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
    let timekeeper: any Timekeeper
    let counters: EngineCounters
    let logger: Logger
    let v4: DatagramSocket
    let v6: DatagramSocket?
    private let receiver: OpaquePointer
    private let window: Int

    var arenas = SNMPLibrary.Arenas()
    private var waiting: [Order] = []
    private var nextWaiting = 0
    /// Exchanges that were begun and have not ended; each has one or more ids in flight.
    private var underWay = 0
    var inFlight: [Int32: Exchange] = [:]
    var wheel: TimerWheel
    private var habits: [Endpoint: AgentHabits]
    var secureAgents: [SecureAgent.Key: SecureAgent] = [:]
    /// What was known at the start, until somebody asks there.
    var formerEngines: [FormerKey: SNMPEngineRecord]
    let notes: KnowledgeNotes

    private var random = BufferedRandom()

    init(
        mailbox: EngineMailbox, timekeeper: any Timekeeper, counters: EngineCounters,
        logger: Logger, knowledge: SNMPKnowledge, notes: KnowledgeNotes
    ) throws(NetworkError) {
        self.notes = notes
        let now = timekeeper.now.monotonic
        habits = Dictionary(
            knowledge.habits.map { record in
                (
                    Endpoint(address: record.address, port: record.port),
                    AgentHabits(record.habits, now: now)
                )
            }, uniquingKeysWith: { $1 })
        formerEngines = Dictionary(
            knowledge.engines.map { engine in
                let endpoint = Endpoint(address: engine.address, port: engine.port)
                return (FormerKey(endpoint: endpoint, user: engine.user), engine)
            }, uniquingKeysWith: { $1 })
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
        counters.receiveBuffer.store(v4.grantedReceiveBuffer, ordering: .relaxed)
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
        for exchange in exchanges { give(.stopped, to: exchange) }
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
        let canBegin = nextWaiting < waiting.count && underWay < window
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
        while nextWaiting < waiting.count, underWay < window {
            let order = waiting[nextWaiting]
            nextWaiting += 1
            underWay += 1
            let exchange = Exchange(
                target: order.target,
                endpoint: Endpoint(address: order.address, port: order.target.port),
                talk: order.talk, secure: secureAgent(for: order))
            let now = timekeeper.now
            if let habits = habits[exchange.endpoint] {
                exchange.talk.adapt(to: habits, now: now.monotonic)
            }
            exchange.startedAt = now
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
        exchange.question = question
        exchange.requestID = freshID()
        exchange.attempts = 0
        exchange.rounds = 0
        ask(exchange)
    }

    /// Makes the message for the exchange's question and sends it.
    func ask(_ exchange: Exchange) {
        guard let question = exchange.question else { return }
        do {
            exchange.message = try compose(question, for: exchange)
        } catch {
            release(exchange)
            return proceed(exchange, exchange.talk.give(up: question))
        }
        transmit(exchange)
    }

    private func compose(
        _ question: Question, for exchange: Exchange
    ) throws(SNMPLibrary.EncodingFailure) -> [UInt8] {
        switch exchange.target.credentials {
        case .community:
            register(exchange.requestID, .question, exchange)
            return try SNMPLibrary.encode(
                question, requestID: exchange.requestID, version: exchange.target.version,
                community: exchange.community)
        case .user(let user):
            guard let agent = exchange.secure else { throw SNMPLibrary.EncodingFailure() }
            let messageID = freshID()
            guard !agent.engineID.isEmpty else {
                register(messageID, .discovery, exchange)
                return try SNMPLibrary.discovery(
                    messageID: messageID, requestID: exchange.requestID)
            }
            register(messageID, .question, exchange)
            return try agent.encode(
                question, level: user.level, messageID: messageID, requestID: exchange.requestID,
                now: timekeeper.now.monotonic)
        }
    }

    /// From now on, answers with this id belong to the exchange.
    func register(_ id: Int32, _ purpose: Exchange.Purpose, _ exchange: Exchange) {
        exchange.ids[id] = purpose
        if purpose != .withoutPrivacy { exchange.newestID = id }
        inFlight[id] = exchange
    }

    /// Nothing is awaited for the exchange any more.
    private func release(_ exchange: Exchange) {
        for id in exchange.ids.keys { inFlight[id] = nil }
        exchange.ids = [:]
        exchange.isAnsweredWithoutPrivacy = false
    }

    /// Those in flight, each once.
    private var exchanges: [Exchange] {
        inFlight.filter { $0.value.newestID == $0.key }.map(\.value)
    }

    /// Random, so that nobody off the path can guess an answer; never 0, never in use.
    func freshID() -> Int32 {
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
        exchange.sentAt = now.monotonic
        if exchange.attempts == 1 { exchange.firstSentAt = now.monotonic }
        let patience = (habits[exchange.endpoint] ?? AgentHabits()).timeout(
            attempt: exchange.attempts, of: exchange.target.retries + 1,
            configured: exchange.target.timeoutMilliseconds)
        exchange.deadline = now.monotonic.advanced(milliseconds: jittered(patience))
        wheel.set(Int(exchange.newestID), at: exchange.deadline)
        socket.queue(exchange.message, to: exchange.endpoint)
    }

    /// A tenth more or less, so that agents behind one lost link are not asked again all at once.
    private func jittered(_ milliseconds: Int64) -> Int64 {
        let tenth = milliseconds / 10
        return milliseconds - Int64.random(in: 0...max(0, tenth), using: &random)
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
        guard let head = SNMPLibrary.head(of: packet) else {
            counters.malformed.add(1, ordering: .relaxed)
            return
        }
        if head.isVersion3 {
            hearSecure(packet, id: head.messageID, from: from, receivedAt: receivedAt)
            return
        }
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
            case .community = exchange.target.credentials,
            SNMPLibrary.isCommunity(exchange.community, of: arenas)
        else {
            counters.unmatched.add(1, ordering: .relaxed)
            return
        }
        take(message, id: message.requestID, for: exchange, receivedAt: receivedAt)
    }

    func take(
        _ message: SNMPLibrary.Message, id: Int32, for exchange: Exchange, receivedAt: Moment
    ) {
        counters.answers.add(1, ordering: .relaxed)
        learnRoundTrip(exchange, id: id, receivedAt.monotonic)
        release(exchange)
        let reply = Reply(
            errorStatus: message.errorStatus, errorIndex: message.errorIndex,
            varbinds: SNMPLibrary.varbinds(
                in: arenas, expected: exchange.question?.objects ?? []),
            receivedAt: receivedAt)
        proceed(exchange, exchange.talk.hear(reply))
    }

    /// Which of several sendings an answer belongs to is not known; then it is at most the time
    /// since the first, so that the engine's patience grows with an agent that has become slow.
    private func learnRoundTrip(_ exchange: Exchange, id: Int32, _ time: MonotonicTime) {
        let isOnly = exchange.attempts == 1 && id == exchange.newestID
        let sentAt = isOnly ? exchange.sentAt : exchange.firstSentAt
        let elapsed = Double(time.microseconds - sentAt.microseconds) / 1_000
        var known = habits[exchange.endpoint] ?? AgentHabits()
        known.learn(roundTrip: max(0, elapsed))
        if habits.count < Self.largestMemory || habits[exchange.endpoint] != nil {
            habits[exchange.endpoint] = known
        }
    }

    // MARK: Failures

    private func expire() {
        let now = timekeeper.now.monotonic
        for entry in wheel.due(at: now) {
            // Entries of answered or repeated requests ring too; only the newest counts.
            guard let exchange = inFlight[Int32(entry.key)], exchange.deadline == entry.deadline
            else { continue }
            counters.timeouts.add(1, ordering: .relaxed)
            timedOut(exchange)
        }
    }

    private func timedOut(_ exchange: Exchange) {
        if exchange.isAnsweredWithoutPrivacy, let privacy = exchange.user?.privacy {
            exchange.secure?.isProven = false
            return give(.wrongPrivacy(privacy.kind, isReported: false), to: exchange)
        }
        if let agent = exchange.secure, !agent.isProven, exchange.user?.privacy != nil,
            !exchange.isDiscovering, !exchange.ids.values.contains(.withoutPrivacy)
        {
            // The encrypted one first: an agent answers in order.
            ask(exchange)
            // Unless it could not be made again, which has ended the exchange.
            if !exchange.ids.isEmpty { askWithoutPrivacy(exchange, agent) }
            return
        }
        if exchange.attempts > exchange.target.retries {
            exchange.secure?.isProven = false
            let (attempts, patience) = (exchange.attempts, exchange.target.patienceMilliseconds)
            give(
                exchange.user == nil
                    ? .noAnswer(attempts: attempts, milliseconds: patience)
                    : .noAnswerToUser(attempts: attempts, milliseconds: patience),
                to: exchange)
        } else if exchange.secure != nil {
            ask(exchange)
        } else {
            transmit(exchange)
        }
    }

    /// The network or the kernel said that nothing gets through to `endpoint`.
    private func unreachable(_ endpoint: Endpoint, _ error: NetworkError, isICMP: Bool) {
        guard error.concernsDestination(isICMP: isICMP) else { return }
        let failure: SNMPFailure =
            error.code == ECONNREFUSED && isICMP
            ? .portClosed(port: endpoint.port) : .noRoute(detail: error.words)
        for exchange in exchanges where exchange.endpoint == endpoint {
            give(failure, to: exchange)
        }
    }

    func give(_ failure: SNMPFailure, to exchange: Exchange) {
        release(exchange)
        proceed(exchange, exchange.talk.fail(failure))
    }

    private func finish(_ exchange: Exchange) {
        underWay -= 1
        let now = timekeeper.now.monotonic
        if let startedAt = exchange.startedAt {
            exchange.effort.microseconds = now.microseconds - startedAt.monotonic.microseconds
        }
        if var known = habits[exchange.endpoint] {
            let before = known.values
            exchange.talk.teach(&known, now: now)
            habits[exchange.endpoint] = known
            exchange.effort.habits = known.values
            if before.objectsPerMessage != known.objects || before.usesBulk != known.usesBulk {
                notes.add(
                    SNMPHabitsRecord(
                        address: exchange.endpoint.address, port: exchange.endpoint.port,
                        habits: known.values, learnedAt: timekeeper.now.wall))
            }
        }
        exchange.talk.finish(exchange.effort)
    }
}
