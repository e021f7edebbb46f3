package import Logging
package import PollerModel
import ServiceLifecycle
import Synchronization

/// Takes in what everybody reports, at the price of a moment in memory, and writes it a little
/// later, all that came meanwhile at once.
package final class EventRecorder: EventHistory, Service {
    /// Events are gathered for so long before they are written.
    static let writePauseMilliseconds: Int64 = 1_000

    private typealias Waiter = CheckedContinuation<Void, Never>

    private struct State {
        var queue: EventQueue
        var marks: EventMarks
        var isWriting = false
        var waiters: [Waiter] = []
        var isWriteFailing = false
        var reported = 0
    }

    private let state: Mutex<State>
    private let store: any EventStore
    private let inventory: any DeviceInventory
    private let timekeeper: any Timekeeper
    private let logger: Logger

    /// - Parameters:
    ///   - nextID: higher than the id of any event there ever was.
    ///   - marks: what pictures mark of what was written before.
    ///   - inventory: tells what the subjects of events are called.
    package init(
        nextID: Int64, marks: EventMarks = EventMarks(), store: some EventStore,
        inventory: some DeviceInventory,
        timekeeper: some Timekeeper, logger: Logger
    ) {
        state = Mutex(State(queue: EventQueue(nextID: nextID), marks: marks))
        self.store = store
        self.inventory = inventory
        self.timekeeper = timekeeper
        self.logger = logger
    }

    package func report(_ event: NewEvent) {
        let now = timekeeper.now
        state.withLock { state in
            state.reported += 1
            let kept = state.queue.add(event, at: now, name: self.name(of: event.subject))
            if let kept { state.marks.add(kept) }
        }
    }

    /// What was reported since the start, the same of the same counted each time.
    package var reportedCount: Int { state.withLock { $0.reported } }

    /// What found no room since the start.
    package var lostCount: Int { state.withLock { $0.queue.lostInAll } }

    private func name(of subject: Event.Subject) -> String {
        let definitions = inventory.definitions
        return switch subject {
        case .none: ""
        case .device(let device): definitions.devices[device]?.device.name ?? ""
        case .source(let source, of: let device):
            "\(definitions.devices[device]?.device.name ?? "device \(device)"), "
                + "data source \(source)"
        case .graph(let graph):
            definitions.graph(graph)?.graph.title ?? definitions.aggregates[graph]?.title ?? ""
        }
    }

    // MARK: Writing

    package func run() async throws {
        await cancelWhenGracefulShutdown { await self.loop() }
    }

    /// Until the task is cancelled.
    private func loop() async {
        while !Task.isCancelled {
            let next = timekeeper.now.monotonic.advanced(
                milliseconds: Self.writePauseMilliseconds)
            do {
                try await timekeeper.sleep(until: next)
            } catch {
                return
            }
            await write()
        }
    }

    /// Writes what was reported before. What cannot be written is tried again the next time.
    package func write() async {
        // One that goes on may have begun before the last report; the one behind it has not.
        for _ in 0..<2 {
            let now = timekeeper.now.wall
            let (batch, isOther) = state.withLock { state -> (EventBatch?, Bool) in
                guard !state.isWriting else { return (nil, true) }
                guard !state.queue.isEmpty else { return (nil, false) }
                state.isWriting = true
                return (state.queue.take(at: now), false)
            }
            if let batch { return await write(batch) }
            guard isOther else { return }
            await waitForWrite()
        }
    }

    /// Those who wait for a write that goes on.
    var waitingCount: Int { state.withLock { $0.waiters.count } }

    private func waitForWrite() async {
        await withCheckedContinuation { waiter in
            let isOver = state.withLock { state in
                if state.isWriting { state.waiters.append(waiter) }
                return !state.isWriting
            }
            if isOver { waiter.resume() }
        }
    }

    private func write(_ batch: EventBatch) async {
        var failure: InventoryFailure?
        do {
            try await store.write(batch)
        } catch let error {
            failure = error
        }
        let (isNews, waiters) = state.withLock { state -> (Bool, [Waiter]) in
            state.isWriting = false
            if failure != nil { state.queue.giveBack(batch) }
            defer {
                state.isWriteFailing = failure != nil
                state.waiters = []
            }
            return (failure != nil && !state.isWriteFailing, state.waiters)
        }
        for waiter in waiters { waiter.resume() }
        guard isNews, let failure else { return }
        logger.warning(
            "events cannot be written at present, and are tried again: \(failure.words)",
            metadata: ["event": "events.write_failed"])
    }

    // MARK: Reading

    package func events(_ query: EventQuery) async throws(InventoryFailure) -> [Event] {
        await write()
        return try await store.events(query)
    }

    package func marks(
        of devices: Set<DeviceID>, graph: GraphID, ofAll: Bool, in range: TimeRange
    ) -> [EventMark] {
        // No report waits while they are looked through.
        let marks = state.withLock { $0.marks }
        return marks.marks(of: devices, graph: graph, ofAll: ofAll, in: range)
    }
}
