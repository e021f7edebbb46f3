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
    /// Agents that are remembered while nothing is under way with them.
    static let largestMemory = 100_000
    /// Addresses of this machine that messages are sent from, besides what the routes choose.
    static let mostSources = 64

    private let mailbox: EngineMailbox
    let timekeeper: any Timekeeper
    let counters: EngineCounters
    let logger: Logger
    private let v4: DatagramSocket
    private let v6: DatagramSocket?
    private var bySource: [IPAddress: DatagramSocket] = [:]
    /// All of them, in the order of `descriptors` behind the mailbox's.
    private var sockets: [DatagramSocket] = []
    private var descriptors: [pollfd] = []
    let receiver: OpaquePointer
    private let window: Int

    var arenas = SNMPLibrary.Arenas()
    var layout = SNMPLibrary.Layout()
    private var waiting: [Exchange] = []
    private var nextWaiting = 0
    /// Exchanges that were begun and have not ended; each has one or more ids in flight.
    private var underWay = 0
    var inFlight: [Int32: Exchange] = [:]
    var wheel: TimerWheel
    var agents: [Endpoint: Agent] = [:]
    /// What was known at the start, until somebody asks there.
    var formerEngines: [FormerKey: SNMPEngineRecord]
    let notes: KnowledgeNotes
    var random = BufferedRandom()
    var gathering: Gathering
    /// Read once a turn.
    var now: Moment

    init(
        mailbox: EngineMailbox, timekeeper: any Timekeeper, counters: EngineCounters,
        logger: Logger, knowledge: SNMPKnowledge, notes: KnowledgeNotes
    ) throws(NetworkError) {
        self.notes = notes
        now = timekeeper.now
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
                metadata: ["event": "snmp.no_ipv6", "detail": "\(error.words)"])
            v6 = nil
        }
        guard let receiver = cnetsnmp_receiver_create() else { throw NetworkError(code: ENOMEM) }
        self.receiver = receiver
        window = min(Self.largestWindow, max(16, v4.grantedReceiveBuffer / Self.bytesPerAnswer))
        wheel = TimerWheel(now: now.monotonic)
        gathering = Gathering(now: now.monotonic)
        descriptors = [pollfd(fd: mailbox.wakeup, events: Int16(POLLIN), revents: 0)]
        add(v4)
        if let v6 { add(v6) }
        counters.window.store(window, ordering: .relaxed)
        counters.receiveBuffer.store(v4.grantedReceiveBuffer, ordering: .relaxed)
        for record in knowledge.habits {
            let endpoint = Endpoint(address: record.address, port: record.port)
            let agent = Agent(endpoint)
            agent.habits = AgentHabits(record.habits, now: now.monotonic)
            agent.isKnown = true
            agent.noted = record.habits
            agents[endpoint] = agent
        }
    }

    deinit { cnetsnmp_receiver_destroy(receiver) }

    func run() {
        var hasRung = false
        while true {
            let isStopping = mailbox.take(
                into: &waiting, backlog: waiting.count - nextWaiting, hasRung: hasRung)
            guard !isStopping else { return stop() }
            now = timekeeper.now
            for position in sockets.indices {
                let events = descriptors[position + 1].revents
                if events != 0 {
                    receive(from: sockets[position], hasErrors: events & Int16(POLLERR) != 0)
                }
            }
            expire()
            begin()
            for socket in sockets where socket.hasOutgoing { send(through: socket) }
            counters.underWay.store(underWay, ordering: .relaxed)
            counters.waiting.store(waiting.count - nextWaiting, ordering: .relaxed)
            hasRung = wait()
        }
    }

    private func stop() {
        for exchange in agents.values.flatMap(\.underWay) { give(.stopped, to: exchange) }
        for exchange in waiting[nextWaiting...] { exchange.refuse(.stopped) }
        waiting = []
    }

    /// Sleeps until something happens: an order, a datagram, or the next tick while requests
    /// are in flight. Returns whether there are orders.
    private func wait() -> Bool {
        for position in sockets.indices {
            let writes = sockets[position].awaitsRoom ? Int16(POLLOUT) : 0
            descriptors[position + 1].events = Int16(POLLIN) | writes
        }
        // Exchanges may have ended since the last were begun.
        let canBegin = nextWaiting < waiting.count && underWay < window
        let timeout: Int32 =
            canBegin ? 0 : inFlight.isEmpty ? -1 : Int32(TimerWheel.tickMilliseconds)
        if !canBegin, let microseconds = gathering.microseconds {
            var pause = timespec(tv_sec: 0, tv_nsec: Int(microseconds) * 1_000)
            // Cut short by a signal, it gathers less.
            nanosleep(&pause, nil)
        }
        if poll(&descriptors, nfds_t(descriptors.count), timeout) < 0 {
            // Interrupted: an early turn of the loop, in which nothing has happened.
            for position in descriptors.indices { descriptors[position].revents = 0 }
        }
        return descriptors[0].revents != 0
    }

    private func expire() {
        for entry in wheel.due(at: now.monotonic) {
            // Entries of answered or repeated requests ring too; only the newest counts.
            guard let exchange = inFlight[Int32(entry.key)], exchange.deadline == entry.deadline
            else { continue }
            counters.timeouts.add(1, ordering: .relaxed)
            timedOut(exchange)
        }
    }

    // MARK: Sockets

    private func add(_ socket: DatagramSocket) {
        sockets.append(socket)
        descriptors.append(pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0))
    }

    /// The socket that an exchange goes through.
    private func socket(for exchange: Exchange) throws(SNMPFailure) -> DatagramSocket {
        let isV4 = exchange.endpoint.address.isV4
        guard let source = exchange.target.sourceAddress else {
            guard let socket = isV4 ? v4 : v6 else {
                throw .localFault(detail: "it has no IPv6")
            }
            return socket
        }
        guard source.isV4 == isV4 else {
            throw .localFault(
                detail: "the source \(source) and the device's address are not both IPv4 or IPv6")
        }
        if let known = bySource[source] { return known }
        guard bySource.count < Self.mostSources || closeIdleSource() else {
            throw .localFault(
                detail: "it asks from \(Self.mostSources) of its addresses at the moment")
        }
        do {
            let socket = try DatagramSocket(isV6: !isV4, source: source)
            bySource[source] = socket
            add(socket)
            return socket
        } catch {
            throw .localFault(detail: "from the source \(source): \(error.words)")
        }
    }

    /// Closes a socket through which nobody asks at the moment; false when there is none.
    private func closeIdleSource() -> Bool {
        guard let idle = bySource.first(where: { $0.value.exchanges == 0 }) else { return false }
        bySource[idle.key] = nil
        if let position = sockets.firstIndex(where: { $0 === idle.value }) {
            sockets.remove(at: position)
            descriptors.remove(at: position + 1)
        }
        return true
    }

    private func send(through socket: DatagramSocket) {
        defer { counters.bytesSent.add(socket.takeSentBytes(), ordering: .relaxed) }
        socket.flush(
            failed: { self.unreachable($0, $1, isICMP: false, through: socket) },
            refused: { self.unreachable($0, $1, isICMP: true, through: socket) })
    }

    private func receive(from socket: DatagramSocket, hasErrors: Bool) {
        let refused = { (endpoint: Endpoint, error: NetworkError) in
            self.unreachable(endpoint, error, isICMP: true, through: socket)
        }
        if hasErrors { socket.drainErrors(refused) }
        for _ in 0..<Self.batchesPerTurn {
            do {
                let now = timekeeper.now
                var bytes = 0
                defer { counters.bytesReceived.add(bytes, ordering: .relaxed) }
                let count = try socket.receive(into: receiver) { packet, from, age in
                    bytes += packet.count
                    // An age that cannot be means that the wall clock was just set.
                    let isPlausible = (0...10_000_000).contains(age)
                    hear(
                        packet, from: from,
                        receivedAt: now.advanced(microseconds: isPlausible ? -age : 0))
                }
                gathering.count(count, now: now.monotonic)
                if count < DatagramSocket.mostReceived { break }
            } catch {
                // An ICMP error of an earlier datagram: the error queue says whose.
                guard socket.drainErrors(refused) else { break }
            }
        }
        counters.kernelDrops.store(
            sockets.reduce(0) { $0 + Int($1.kernelDrops) }, ordering: .relaxed)
    }

    /// The network or the kernel said that nothing gets to `endpoint` through `socket`.
    private func unreachable(
        _ endpoint: Endpoint, _ error: NetworkError, isICMP: Bool, through socket: DatagramSocket
    ) {
        guard error.concernsDestination(isICMP: isICMP), let agent = agents[endpoint] else {
            return
        }
        let failure: SNMPFailure =
            error.code == ECONNREFUSED && isICMP
            ? .portClosed(port: endpoint.port) : .noRoute(detail: error.words)
        for exchange in agent.underWay where exchange.socket === socket {
            give(failure, to: exchange)
        }
    }

    // MARK: Beginning and ending

    private func begin() {
        while nextWaiting < waiting.count, underWay < window {
            let exchange = waiting[nextWaiting]
            nextWaiting += 1
            underWay += 1
            begin(exchange)
        }
        if nextWaiting == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            nextWaiting = 0
        } else if nextWaiting > 1_024 {
            waiting.removeFirst(nextWaiting)
            nextWaiting = 0
        }
    }

    private func begin(_ exchange: Exchange) {
        let agent = agents[exchange.endpoint] ?? Agent(exchange.endpoint)
        if agent.underWay.isEmpty { agents[exchange.endpoint] = agent }
        agent.begin(exchange)
        exchange.agent = agent
        if agent.isKnown {
            exchange.talk.adapt(to: agent.habits, now: now.monotonic)
            if exchange.version == .v2c, agent.habits.asksWithVersion1(now.monotonic) {
                exchange.version = .v1
            }
        }
        let question = exchange.talk.begin()
        do {
            let socket = try socket(for: exchange)
            exchange.socket = socket
            socket.exchanges += 1
            exchange.secure = try secureAgent(for: exchange, agent)
            proceed(exchange, question)
        } catch {
            give(error, to: exchange)
        }
    }

    func finish(_ exchange: Exchange) {
        underWay -= 1
        if let agent = exchange.agent {
            agent.end(exchange)
            if agent.isKnown { teach(agent, exchange) }
            let isForgotten = !agent.isWorthKeeping || agents.count > Self.largestMemory
            if isForgotten, agent.underWay.isEmpty { agents[agent.endpoint] = nil }
        }
        exchange.agent = nil
        exchange.socket?.exchanges -= 1
        exchange.socket = nil
        exchange.secure = nil
        exchange.finish()
    }

    private func teach(_ agent: Agent, _ exchange: Exchange) {
        let before = agent.habits.values
        exchange.talk.teach(&agent.habits, now: now.monotonic)
        let values = agent.habits.values
        exchange.effort.habits = values
        guard
            before.objectsPerMessage != values.objectsPerMessage
                || before.usesBulk != values.usesBulk
                || agent.noted?.speaksVersion1Only != values.speaksVersion1Only
        else { return }
        agent.noted = values
        notes.add(
            SNMPHabitsRecord(
                address: agent.endpoint.address, port: agent.endpoint.port, habits: values,
                learnedAt: now.wall))
    }
}
