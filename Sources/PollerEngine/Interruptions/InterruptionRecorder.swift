package import Logging
package import PollerModel
import Synchronization

/// Hears how polls went, and remembers what was interrupted: at once in memory, where everybody
/// reads it, and a little later in the store. Of what is well it keeps nothing, so that a fleet
/// without trouble costs it next to nothing.
package final class InterruptionRecorder: InterruptionLog {
    /// Changes are gathered for so long before they are written.
    static let writePauseMilliseconds: Int64 = 5_000
    /// That the poller runs is written so often.
    static let heartbeatMilliseconds: Int64 = 10_000
    /// A poller that was away for less than this, which a heartbeat is part of, left no gap.
    static let shortestAbsenceMilliseconds: Int64 = 15_000
    /// The store takes everything again when it refused nothing for so long.
    static let quietMilliseconds: Int64 = 60_000
    /// What is old, and what does not exist any more, is looked for so often.
    static let sweepMilliseconds: Int64 = 3_600_000

    private struct State {
        var book: InterruptionBook
        /// Of devices that were in trouble since the start, or are.
        var trackers: [DeviceID: InterruptionTracker] = [:]
        /// Data sources of which it was told that they are silent, by device.
        var silent: [DeviceID: Set<DataSourceID>] = [:]
        /// Devices that are switched off.
        var disabled: Set<DeviceID> = []
        /// When the store last refused whatever came; nil when that is over.
        var refusedAt: MonotonicTime?
        var followed: Int64?
        var isWriting = false
        var isWriteFailing = false
        var nextWrite: MonotonicTime?
        var nextBeat: MonotonicTime?
        var nextSweep: MonotonicTime?

        mutating func apply(_ changes: [InterruptionChange], of device: DeviceID?) {
            for change in changes { book.apply(change, of: device) }
        }
    }

    private let state: Mutex<State>
    private let startedAt: Timestamp
    private let store: (any InterruptionStore)?
    private let logger: Logger
    private let events: any EventLog

    /// - Parameters:
    ///   - history: what was written before this start. The time since the poller was last known
    ///     to run is an interruption too.
    ///   - definitions: whose data sources these are.
    ///   - store: nil: nothing outlives the process.
    package init(
        startedAt: Timestamp, history: InterruptionHistory = InterruptionHistory(),
        definitions: Definitions? = nil, store: (any InterruptionStore)? = nil, logger: Logger,
        events: any EventLog = NoEvents()
    ) {
        self.startedAt = startedAt
        self.store = store
        self.logger = logger
        self.events = events
        var book = InterruptionBook(history.kept, nextID: history.nextID)
        if let aliveAt = history.aliveAt {
            book.apply(.end(.poller, at: aliveAt, lost: 0), of: nil)
            if startedAt.milliseconds - aliveAt.milliseconds >= Self.shortestAbsenceMilliseconds {
                book.apply(.begin(.poller, at: aliveAt, .stopped), of: nil)
                book.apply(.end(.poller, at: startedAt, lost: 0), of: nil)
            }
        }
        var state = State(book: book)
        let open = Dictionary(grouping: book.open) { interruption -> DeviceID? in
            switch interruption.scope {
            case .device(let device): device
            case .source(let source): definitions?.dataSource(source)?.source.device
            case .poller: nil
            }
        }
        for (device, interruptions) in open {
            guard let device else { continue }
            state.trackers[device] = InterruptionTracker(of: device, resuming: interruptions)
        }
        self.state = Mutex(state)
    }

    // MARK: Reading

    package func interruptions(
        of scopes: [Interruption.Scope]?, in range: TimeRange
    ) -> [Interruption] {
        guard scopes == nil else {
            return state.withLock { $0.book.interruptions(of: scopes, in: range) }
        }
        // No poll waits while all of them are looked through.
        let book = state.withLock { $0.book }
        return book.interruptions(of: nil, in: range)
    }

    package var version: Int { state.withLock { $0.book.version } }

    package func version(of device: DeviceID) -> Int {
        state.withLock { $0.book.version(of: device) }
    }

    // MARK: Hearing

    /// A poll of a device, before its samples.
    ///
    /// - Parameter lastAnswer: when the device answered before; nil: not since the start.
    package func hear(
        _ answers: PollAnswers, of plan: DevicePlan, lastAnswer: @autoclosure () -> Timestamp?
    ) {
        let device = plan.device
        if let failure = answers.failure {
            let since = lastAnswer() ?? max(plan.createdAt, startedAt)
            state.withLock { state in
                // Somebody switched it off while it was asked.
                guard !state.disabled.contains(device) else { return }
                let changes = state.trackers[device, default: InterruptionTracker(of: device)]
                    .lose(for: .init(failure), since: since, at: answers.finishedAt.wall)
                state.apply(changes, of: device)
            }
        } else {
            state.withLock { state in
                guard state.trackers[device] != nil, !state.disabled.contains(device) else {
                    return
                }
                let time = answers.clocks.first?.at ?? answers.finishedAt.wall
                state.apply(state.trackers[device]?.answer(at: time) ?? [], of: device)
            }
        }
    }

    /// Samples of a device's data sources, and what became of them in the store.
    ///
    /// - Parameter createdAt: since when a data source has been measured.
    package func hear(
        _ samples: [(DataSourceID, SourceStatus)], of device: DeviceID, at now: Moment,
        createdAt: (DataSourceID) -> Timestamp?
    ) {
        let isWell = samples.allSatisfy { $0.1.isStored && !$0.1.isAllUnknown }
        let news = state.withLock { state -> [NewEvent] in
            let isUnchanged =
                isWell && state.trackers[device]?.isInterrupted != true
                && state.silent[device] == nil
            guard !isUnchanged, !state.disabled.contains(device) else { return [] }
            var silence = SilentSources(of: device, told: state.silent[device] ?? [])
            for (source, status) in samples {
                if let reason = status.refusalOfAll {
                    Self.refuse(for: reason, since: status.lastStored, at: now, &state)
                    continue
                }
                guard let sample = status.sample else { continue }
                // A value that the store refused was known, and is missing all the same.
                let last = status.isStored ? status.lastKnown : status.lastStored
                let since = last ?? max(createdAt(source) ?? startedAt, startedAt)
                let change = state.trackers[device, default: InterruptionTracker(of: device)]
                    .hear(sample, of: source, since: since, at: status.sampledAt)
                if let change { state.apply([change], of: device) }
                silence.note(
                    source, loss: state.trackers[device]?.loss(of: source),
                    isKnown: sample == .known, isRefused: status.refusal != nil)
            }
            state.silent[device] = silence.told.isEmpty ? nil : silence.told
            return silence.events
        }
        for event in news { events.report(event) }
    }

    private static func refuse(
        for reason: Interruption.Reason, since stored: Timestamp?, at now: Moment,
        _ state: inout State
    ) {
        if state.refusedAt == nil {
            state.apply(
                [.begin(.poller, at: min(stored ?? now.wall, now.wall), reason)], of: nil)
        }
        state.refusedAt = now.monotonic
    }

    /// A device that does not exist any more.
    func forget(_ device: DeviceID, sources: [DataSourceID]) {
        state.withLock { state in
            state.trackers[device] = nil
            state.silent[device] = nil
            state.disabled.remove(device)
            state.book.forget([.device(device)] + sources.map { .source($0) }, of: device)
        }
    }

    // MARK: As time passes

    /// Notes which devices are switched off, forgets what is old, and hands over what is to be
    /// written by now; nil when nothing is.
    ///
    /// - Parameter lastAnswer: when a device answered last.
    package func tick(
        _ definitions: Definitions, at now: Moment, lastAnswer: (DeviceID) -> Timestamp?
    ) -> InterruptionBatch? {
        state.withLock { state in
            if state.followed != definitions.version {
                state.followed = definitions.version
                follow(definitions, at: now.wall, lastAnswer, &state)
            }
            if let refusedAt = state.refusedAt {
                let quiet = now.monotonic.milliseconds - refusedAt.milliseconds
                if quiet >= Self.quietMilliseconds {
                    state.refusedAt = nil
                    // By the clock of now: the one of then may have been wrong.
                    let end = now.wall.advanced(milliseconds: -quiet)
                    state.apply([.end(.poller, at: end, lost: 0)], of: nil)
                }
            }
            if state.nextSweep.map({ now.monotonic >= $0 }) ?? true {
                state.nextSweep = now.monotonic.advanced(milliseconds: Self.sweepMilliseconds)
                state.book.forgetOld(at: now.wall)
                state.book.forget { !definitions.has($0) }
            }
            return Self.due(at: now, &state)
        }
    }

    private func follow(
        _ definitions: Definitions, at now: Timestamp, _ lastAnswer: (DeviceID) -> Timestamp?,
        _ state: inout State
    ) {
        for definition in definitions.devices.values {
            let device = definition.device
            guard !device.isEnabled else {
                // Its next poll says how it goes on.
                if !state.disabled.isEmpty { state.disabled.remove(device.id) }
                continue
            }
            guard state.disabled.insert(device.id).inserted else { continue }
            let since = lastAnswer(device.id) ?? max(device.createdAt, startedAt)
            let changes = state.trackers[device.id, default: InterruptionTracker(of: device.id)]
                .lose(for: .disabled, since: since, at: now)
            state.apply(changes, of: device.id)
        }
    }

    private static func due(at now: Moment, _ state: inout State) -> InterruptionBatch? {
        guard !state.isWriting else { return nil }
        let isBeat = state.nextBeat.map { now.monotonic >= $0 } ?? true
        let isTime = state.nextWrite.map { now.monotonic >= $0 } ?? true
        guard isBeat || (isTime && state.book.hasUnwritten) else { return nil }
        state.nextBeat = now.monotonic.advanced(milliseconds: heartbeatMilliseconds)
        state.nextWrite = now.monotonic.advanced(milliseconds: writePauseMilliseconds)
        state.isWriting = true
        var batch = state.book.takeUnwritten()
        batch.aliveAt = now.wall
        return batch
    }

    /// Writes what `tick` handed over. What cannot be written is tried again with the next batch.
    package func write(_ batch: InterruptionBatch) async {
        var failure: InventoryFailure?
        if let store {
            do {
                try await store.write(batch)
            } catch let error {
                failure = error
            }
        }
        let isNews = state.withLock { state in
            state.isWriting = false
            if failure != nil { state.book.giveBack(batch) }
            defer { state.isWriteFailing = failure != nil }
            return failure != nil && !state.isWriteFailing
        }
        guard isNews, let failure else { return }
        logger.warning(
            "interruptions cannot be written at present, and are tried again: \(failure.words)",
            metadata: ["event": "interruptions.write_failed"])
    }

    /// Writes all there is, at the end.
    package func close(at now: Moment) async {
        var batch = state.withLock { $0.book.takeUnwritten() }
        batch.aliveAt = now.wall
        await write(batch)
    }
}

extension SourceStatus {
    /// Whether the store took the sample, or waits for its file with it.
    fileprivate var isStored: Bool { storeFailure == nil || lastStored == sampledAt }

    /// Why the store took nothing, whatever it was; nil when that is not so.
    fileprivate var refusalOfAll: Interruption.Reason? {
        guard !isStored else { return nil }
        return switch storeFailure {
        case .clockDoubted?: .clockDoubted
        case .overloaded?: .storeOverloaded
        case .refused?, .failed?, .stopped?, nil: nil
        }
    }

    /// nil when the poller stopped over it.
    fileprivate var sample: InterruptionTracker.Sample? {
        if !isStored, let storeFailure {
            return storeFailure == .stopped
                ? nil : .lost(.init(UnknownReason.notWritten(storeFailure)))
        }
        guard isAllUnknown, !items.isEmpty else { return .known }
        for case .failure(let reason) in items.map(\.shown) where reason != .firstSample {
            return .lost(.init(reason))
        }
        return .waiting
    }
}

extension Definitions {
    fileprivate func has(_ scope: Interruption.Scope) -> Bool {
        switch scope {
        case .poller: true
        case .device(let device): devices[device] != nil
        case .source(let source): dataSource(source) != nil
        }
    }
}
