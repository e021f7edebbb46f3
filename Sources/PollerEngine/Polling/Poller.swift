package import Logging
package import PollerModel
import ServiceLifecycle
import Synchronization

/// The loop: polls every device at its slot, for ever.
package final class Poller: Service {
    /// The loop looks at new definitions at least this often.
    static let tickMilliseconds: Int64 = 1_000
    /// A device's tables are not read again sooner than this, however often they change.
    static let reindexPauseMilliseconds: Int64 = 60_000

    private let inventory: any DeviceInventory
    private let timekeeper: any Timekeeper
    private let board: StatusBoard
    private let memories = DeviceMemories()
    private let devicePoller: DevicePoller
    private let reindexer: Reindexer
    private let logger: Logger
    private let busy = Mutex<Set<DeviceID>>([])

    package init(
        transport: some SNMPTransport, store: some RoundRobinStore,
        inventory: some DeviceInventory, timekeeper: some Timekeeper, board: StatusBoard,
        logger: Logger
    ) {
        self.inventory = inventory
        self.timekeeper = timekeeper
        self.board = board
        self.logger = logger
        devicePoller = DevicePoller(
            transport: transport, store: store, timekeeper: timekeeper, board: board,
            memories: memories, logger: logger)
        reindexer = Reindexer(
            transport: transport, store: store, inventory: inventory, timekeeper: timekeeper,
            board: board, logger: logger)
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
                board.changeSummary { $0.lastTick = now.monotonic }
                let definitions = inventory.definitions
                if version != definitions.version {
                    forget(known, missingIn: definitions)
                    (version, known) = (definitions.version, definitions.devices)
                    queue.follow(definitions, now: now)
                }
                for due in queue.due(at: now) {
                    guard begin(due.device) else {
                        miss(due)
                        continue
                    }
                    group.addTask {
                        await self.poll(due.device)
                        self.end(due.device)
                    }
                }
                let tick = now.monotonic.advanced(milliseconds: Self.tickMilliseconds)
                do {
                    try await timekeeper.sleep(until: min(queue.next ?? tick, tick))
                } catch {
                    return
                }
            }
        }
    }

    /// Polls a device outside its slots; false when it is being polled already.
    func pollNow(_ device: DeviceID) async -> Bool {
        guard begin(device) else { return false }
        await poll(device)
        end(device)
        return true
    }

    private func begin(_ device: DeviceID) -> Bool {
        let isFree = busy.withLock { $0.insert(device).inserted }
        if isFree { board.changeSummary { $0.pollsUnderWay += 1 } }
        return isFree
    }

    private func end(_ device: DeviceID) {
        busy.withLock { _ = $0.remove(device) }
        board.changeSummary { $0.pollsUnderWay -= 1 }
    }

    /// A device that is still busy misses its slot and is not queued, so that a slow device
    /// never falls further and further behind.
    private func miss(_ due: PollQueue.Due) {
        board.change(due.device) { $0.missedSlots += 1 }
        board.changeSummary { $0.missedSlots += 1 }
        logger.warning(
            "device \(due.device) was still busy at its slot \(due.slot.rfc3339), which it misses",
            metadata: ["event": "device.slot_missed", "device": "\(due.device)"])
    }

    private func forget(_ known: [DeviceID: DeviceDefinition], missingIn definitions: Definitions) {
        for (id, definition) in known where definitions.devices[id] == nil {
            memories.forget(id)
            board.forget(id, sources: definition.dataSources.map(\.id))
        }
    }

    private func poll(_ device: DeviceID) async {
        let definitions = inventory.definitions
        guard let definition = definitions.devices[device] else { return }
        await recallWatches(of: device)
        let plan = plan(for: definition, catalogue: definitions.catalogue)
        guard let outcome = await devicePoller.poll(plan), outcome.failure == nil else { return }
        if definition.device.isDiscovered {
            await reindex(device, after: outcome)
        } else {
            await reindexer.complete(device)
        }
    }

    private func plan(for definition: DeviceDefinition, catalogue: Catalogue) -> DevicePlan {
        let device = definition.device.id
        var memory = memories.take(device)
        defer { memories.put(memory, for: device) }
        if let known = memory.plan, known.revision == definition.revision { return known.plan }
        let plan = PollPlanner.plan(for: definition, catalogue: catalogue)
        memory.plan = (definition.revision, plan)
        return plan
    }

    private func recallWatches(of device: DeviceID) async {
        var memory = memories.take(device)
        if memory.watches == nil {
            do {
                memory.watches = try await inventory.watchValues(of: device)
            } catch {
                logger.warning(
                    "device \(device): \(error.words)",
                    metadata: ["event": "inventory.failed", "device": "\(device)"])
            }
        }
        memories.put(memory, for: device)
    }

    /// Reads changed tables again, and remembers what was watched once that succeeded.
    private func reindex(_ device: DeviceID, after outcome: DevicePoller.Outcome) async {
        var memory = memories.take(device)
        defer { memories.put(memory, for: device) }
        if !outcome.changedQueries.isEmpty {
            let now = timekeeper.now.monotonic
            if let last = memory.reindexedAt,
                now < last.advanced(milliseconds: Self.reindexPauseMilliseconds)
            {
                return
            }
            memory.reindexedAt = now
            guard await reindexer.reindex(device, queries: outcome.changedQueries) else { return }
        }
        guard memory.watches != outcome.watchValues, !outcome.watchValues.isEmpty else { return }
        do {
            try await inventory.setWatchValues(outcome.watchValues, of: device)
            memory.watches = outcome.watchValues
        } catch {
            logger.warning(
                "device \(device): \(error.words)",
                metadata: ["event": "inventory.failed", "device": "\(device)"])
        }
    }
}
