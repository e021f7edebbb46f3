package import Logging
package import PollerModel
import ServiceLifecycle
import Synchronization

/// The loop: polls every device at its slot, for ever.
package final class Poller: Service {
    /// The loop looks at new definitions at least this often.
    static let tickMilliseconds: Int64 = 1_000
    /// Slots that follow each other closer than this begin together: in large fleets, to wake up
    /// for each costs as much as the poll itself.
    static let gatheringMilliseconds: Int64 = 10

    let inventory: any DeviceInventory
    let timekeeper: any Timekeeper
    let board: StatusBoard
    private let interruptions: InterruptionRecorder
    let memories = DeviceMemories()
    let devicePoller: DevicePoller
    let reindexer: Reindexer
    let logger: Logger
    private let events: any EventLog
    private let greets: Bool
    /// Devices that are being polled, with whoever waits for the end of it.
    private let busy = Mutex<[DeviceID: [CheckedContinuation<Void, Never>]]>([:])

    /// - Parameters:
    ///   - interruptions: where it is remembered what gave no values; nil: nobody reads it.
    ///   - greets: whether devices are polled soon after the start, before their slots.
    package init(
        transport: some SNMPTransport, pings: some PingTransport, store: some RoundRobinStore,
        inventory: some DeviceInventory, timekeeper: some Timekeeper, board: StatusBoard,
        interruptions: InterruptionRecorder? = nil, logger: Logger,
        events: any EventLog = NoEvents(), greets: Bool = true
    ) {
        let interruptions =
            interruptions
            ?? InterruptionRecorder(startedAt: timekeeper.now.wall, logger: logger)
        self.interruptions = interruptions
        self.greets = greets
        self.inventory = inventory
        self.timekeeper = timekeeper
        self.board = board
        self.logger = logger
        self.events = events
        devicePoller = DevicePoller(
            transport: transport, pings: pings, store: store, timekeeper: timekeeper,
            board: board, interruptions: interruptions, logger: logger, events: events)
        reindexer = Reindexer(
            transport: transport, store: store, inventory: inventory, timekeeper: timekeeper,
            board: board, logger: logger, events: events)
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown { await self.loop() }
    }

    /// Until the task is cancelled.
    package func loop() async {
        await withDiscardingTaskGroup { group in
            var queue = PollQueue()
            var known: [DeviceID: DeviceDefinition] = [:]
            var version: Int64?
            while !Task.isCancelled {
                let now = timekeeper.now
                let counters = devicePoller.transport.counters
                let stored = devicePoller.store.counters
                board.changeSummary {
                    ($0.lastTick, $0.snmp, $0.store) = (now.monotonic, counters, stored)
                }
                devicePoller.debugBook.tick(at: now.monotonic)
                let knowledge = devicePoller.transport.takeKnowledge()
                if !knowledge.isEmpty { group.addTask { await self.remember(knowledge) } }
                let definitions = inventory.definitions
                if version != definitions.version {
                    forget(known, missingIn: definitions)
                    queue.follow(definitions, now: now, isStart: greets && version == nil)
                    (version, known) = (definitions.version, definitions.devices)
                }
                let unwritten = interruptions.tick(definitions, at: now) {
                    board.device($0).lastAnswer
                }
                if let unwritten { group.addTask { await self.interruptions.write(unwritten) } }
                for due in queue.due(at: now) {
                    if due.skipped > 0 {
                        miss(due, slots: due.skipped, because: "the poller was late")
                    }
                    guard begin(due.device) else {
                        miss(due, slots: 1, because: "it was still busy")
                        continue
                    }
                    if due.occasion == .slot { began(due.slot, at: now) }
                    group.addTask {
                        await self.poll(due.device, at: due.slot, due.occasion)
                        self.end(due.device)
                    }
                }
                let tick = now.monotonic.advanced(milliseconds: Self.tickMilliseconds)
                let earliest = now.monotonic.advanced(milliseconds: Self.gatheringMilliseconds)
                do {
                    try await timekeeper.sleep(until: max(min(queue.next ?? tick, tick), earliest))
                } catch {
                    return
                }
            }
        }
    }

    private func began(_ slot: Timestamp, at now: Moment) {
        let late = (now.wall.milliseconds - slot.milliseconds) * 1_000
        board.changeSummary { $0.timing.began(lateMicroseconds: late, at: now.monotonic) }
    }

    /// Writes the polls of a device to the log in full for so long; 0 s ends that.
    ///
    /// - Returns: until when; nil where enough devices are debugged already, or it ended.
    func debug(_ device: DeviceID, seconds: Int64) -> Timestamp? {
        guard seconds > 0 else {
            devicePoller.debugBook.end(device)
            return nil
        }
        return devicePoller.debugBook.begin(device, seconds: seconds, at: timekeeper.now)
    }

    /// Devices whose polls are written to the log in full.
    var debugged: [DeviceID] { devicePoller.debugBook.devices }

    /// Polls a device outside its slots; false when it is being polled already.
    func pollNow(_ device: DeviceID) async -> Bool {
        guard begin(device) else { return false }
        await poll(device, at: timekeeper.now.wall, .order)
        end(device)
        return true
    }

    /// Runs `body` while the device is not polled, with what its next poll will remember; nil when
    /// it is being polled already.
    func betweenPolls<Value: Sendable, Failure: Error>(
        _ device: DeviceID,
        _ body: (inout DeviceMemory) async throws(Failure) -> Value
    ) async throws(Failure) -> Value? {
        guard begin(device) else { return nil }
        var memory = memories.take(device)
        defer {
            memories.put(memory, for: device)
            // A device that was removed meanwhile leaves nothing behind.
            if inventory.definitions.devices[device] == nil { memories.forget(device) }
            end(device)
        }
        return try await body(&memory)
    }

    /// Reads tables of a device again, once it is not being polled; nil when polls of it follow
    /// each other without an end. After a silence, the rest is not tried.
    func readNow(_ queries: [String], of device: DeviceID) async -> [(
        query: String, outcome: Reindexer.Outcome
    )]? {
        await inTurn(device) { memory in await read(queries, of: device, &memory) }
    }

    /// The same as `betweenPolls`, once the device is not being polled; nil when polls of it
    /// follow each other without an end.
    func inTurn<Value: Sendable, Failure: Error>(
        _ device: DeviceID,
        _ body: (inout DeviceMemory) async throws(Failure) -> Value
    ) async throws(Failure) -> Value? {
        for _ in 0..<Self.longestQueue {
            if let value = try await betweenPolls(device, body) { return value }
            await settle(device)
        }
        return nil
    }

    private func read(
        _ queries: [String], of device: DeviceID, _ memory: inout DeviceMemory
    ) async -> [(query: String, outcome: Reindexer.Outcome)] {
        if inventory.definitions.devices[device]?.device.isDiscovered == false {
            await reindexer.complete(device)
        }
        var outcomes: [(String, Reindexer.Outcome)] = []
        for query in queries {
            let outcome = await reindexer.read(query, of: device)
            outcomes.append((query, outcome))
            memory.note(outcome.reading, of: query)
            memory.noteReading(of: query, memory.plan?.plan, at: timekeeper.now.monotonic)
            if outcome.failure?.concernsWholeAgent == true || outcome.failure == .stopped { break }
        }
        return outcomes
    }

    /// Polls of a device that an order waits for, one after the other.
    static let longestQueue = 5

    /// Returns once no poll of the device is under way. A device that is gone from the inventory
    /// is not polled again after that.
    func settle(_ device: DeviceID) async {
        await withCheckedContinuation { continuation in
            let isBusy = busy.withLock { busy in
                if busy[device] == nil { return false }
                busy[device]?.append(continuation)
                return true
            }
            if !isBusy { continuation.resume() }
        }
    }

    private func begin(_ device: DeviceID) -> Bool {
        let isFree = busy.withLock { busy in
            guard busy[device] == nil else { return false }
            busy[device] = []
            return true
        }
        if isFree { board.changeSummary { $0.pollsUnderWay += 1 } }
        return isFree
    }

    private func end(_ device: DeviceID) {
        let waiting = busy.withLock { $0.removeValue(forKey: device) } ?? []
        board.changeSummary { $0.pollsUnderWay -= 1 }
        for continuation in waiting { continuation.resume() }
    }

    /// A device that is still busy misses its slot and is not queued, so that a slow device
    /// never falls further and further behind.
    private func miss(_ due: PollQueue.Due, slots: Int, because reason: String) {
        board.change(due.device) { $0.missedSlots += slots }
        board.changeSummary { $0.missedSlots += slots }
        let which = slots == 1 ? "a slot" : "\(slots) slots"
        logger.warning(
            "device \(due.device) missed \(which) at \(due.slot.rfc3339): \(reason)",
            metadata: ["event": "device.slot_missed", "device": "\(due.device)"])
        events.report(
            NewEvent(
                .slotMissed, of: .device(due.device), "missed \(which): \(reason)",
                details: ["reason": reason, "slot": due.slot.rfc3339]))
    }

    private func forget(_ known: [DeviceID: DeviceDefinition], missingIn definitions: Definitions) {
        for (id, definition) in known where definitions.devices[id] == nil { forget(definition) }
    }

    /// Leaves nothing behind of a device that was removed.
    func forget(_ definition: DeviceDefinition) {
        let device = definition.device.id
        let sources = definition.dataSources.map(\.id)
        memories.forget(device)
        devicePoller.debugBook.forget(device)
        board.forget(device, sources: sources)
        interruptions.forget(device, sources: sources)
    }

    private func remember(_ knowledge: SNMPKnowledge) async {
        do {
            try await inventory.remember(knowledge)
        } catch {
            logger.warning(
                "what was learned of some agents will be learned again: \(error.words)",
                metadata: ["event": "inventory.failed"])
        }
    }
}
