import CBench
import Foundation
import Logging
import PollerEngine
import PollerModel
import PollerRRD
import PollerSNMP

/// The poller and its parts, joined as the daemon joins them.
final class CycleRun: Sendable {
    private let fleet: Fleet
    private let home: String
    private let profile: Profile
    private let clock: HastyClock
    private let definitions: Definitions
    private let store: JournaledStore
    private let board: StatusBoard
    private let poller: Poller

    /// Older than what the poller would welcome with polls of its own.
    private static let ageSeconds: Int64 = 60
    private static let learningCycles = 12
    /// Devices that are asked in a second while the engine learns.
    private static let learningPace = 1_500
    /// Times are whole milliseconds, and agents count in hundredths of a second.
    private static let tolerance = 0.01

    init(fleet: Fleet, profile: Profile, home: String, speed: Int64, logger: Logger) throws {
        self.fleet = fleet
        self.home = home
        self.profile = profile
        clock = HastyClock(speed: speed)
        let birth = clock.start.wall.advanced(seconds: -Self.ageSeconds)
        definitions = try fleet.definitions(profile: profile, createdAt: birth)
        let storage = RoundRobinStorage(folder: home)
        let writer = try UnjournaledFiles(storage: storage, logger: logger)
        guard mkdir("\(home)/rrd", 0o750) == 0 else {
            throw BenchFailure(words: "\(home)/rrd: \(String(cString: strerror(errno)))")
        }
        for definition in definitions.devices.values {
            for file in definition.files(definitions.catalogue) {
                try writer.create(file, start: birth)
            }
        }
        store = try JournaledStore(storage: storage, timekeeper: clock, logger: logger)
        board = StatusBoard(startedAt: clock.now.wall)
        // At its own pace the engine's answers need no other times.
        let transport: any SNMPTransport =
            speed == 1 ? fleet.engine : HastyTransport(transport: fleet.engine, clock: clock)
        poller = Self.poller(
            transport, store: store, inventory: BenchInventory(definitions), clock: clock,
            board: board, logger: logger)
    }

    private static func poller(
        _ transport: some SNMPTransport, store: JournaledStore, inventory: BenchInventory,
        clock: HastyClock, board: StatusBoard, logger: Logger
    ) -> Poller {
        Poller(
            transport: transport, pings: NoPings(), store: store, inventory: inventory,
            timekeeper: clock, board: board, logger: logger, greets: false)
    }

    /// Until messages are as large as they get.
    func learn() async throws {
        for _ in 0..<Self.learningCycles {
            _ = await fleet.cycle(seconds: max(1, fleet.devices / Self.learningPace))
        }
    }

    /// - Returns: also what a data source costs in a cycle: CPU time of all threads.
    func measure(
        warmUp: Int, cycles: Int
    ) async throws -> (figures: Figures, microsecondsPerSource: Double) {
        let polling = Task { await poller.loop() }
        try await pass(warmUp)
        let before = try Usage(self)
        try await pass(cycles)
        let spent = try Usage(self).since(before)
        let verdict = judge()
        polling.cancel()
        await polling.value
        await store.stop()
        let resident = try (ProcessClock.residentMebibytes, ProcessClock.peakMebibytes)
        var figures = Figures(bench: "cycle", of: "\(fleet.devices) × \(fleet.interfaces)")
        figures.add("profile", profile.name)
        figures.add("speed", Int(clock.speed))
        figures.add("cycles", cycles)
        figures.add("polls", spent.summary.polls)
        figures.add("failed_polls", spent.summary.failedPolls)
        figures.add("missed_slots", spent.summary.missedSlots)
        figures.add("rows_refused", spent.summary.rowsRefused)
        figures.add("values_stored", spent.values)
        figures.add("rates_right", verdict.right)
        figures.add("rates_wrong", verdict.wrong)
        figures.add("rows_in_a_write", spent.rowsInAWrite)
        figures.add("resident_mebibytes", resident.0)
        figures.add("peak_mebibytes", resident.1)
        let perCycle = 1 / Double(cycles)
        figures.add("cpu_seconds_per_cycle", spent.seconds * perCycle)
        figures.add("snmp_seconds_per_cycle", spent.engineSeconds * perCycle)
        figures.add("writer_seconds_per_cycle", spent.writerSeconds * perCycle)
        figures.add("sync_seconds_per_cycle", spent.syncSeconds * perCycle)
        figures.add("pool_seconds_per_cycle", spent.poolSeconds * perCycle)
        let own = spent.seconds * 1e6 / Double(spent.values)
        figures.add("microseconds_per_value", own)
        let perSource = spent.seconds * 1e6 / Double(spent.rows)
        figures.add("microseconds_per_source", perSource)
        let asking = try askingLimit(spent)
        let writing = try writingLimit()
        figures.add("c_snmp_microseconds_per_value", asking)
        figures.add("c_rrd_microseconds_per_value", writing)
        figures.add("ratio", own / (asking + writing))
        return (figures, perSource)
    }

    private func pass(_ slots: Int) async throws {
        let step = profile.step.milliseconds
        try await clock.sleep(
            until: clock.now.monotonic.advanced(milliseconds: Int64(slots) * step))
    }

    // MARK: What is right

    /// Whether the newest rates are those of the agents.
    private func judge() -> (right: Int, wrong: Int) {
        var sum = (right: 0, wrong: 0)
        for device in 0..<fleet.devices {
            for (interface, rates) in zip(1..., fleet.rates(device)) {
                let id = DataSourceID(Int64(device * fleet.interfaces + interface))
                let items = board.source(id)?.items ?? []
                for (position, rate) in rates.enumerated() {
                    // The agents' are octets in a hundredth of a second.
                    let wanted = Double(rate) * 100 / Double(clock.speed)
                    if position < items.count, case .success(let shown) = items[position].shown,
                        abs(shown - wanted) <= wanted * Self.tolerance
                    {
                        sum.right += 1
                    } else {
                        sum.wrong += 1
                    }
                }
            }
        }
        return sum
    }

    // MARK: The limits

    /// The C loop asks the same agents as often and at the same pace.
    private func askingLimit(_ spent: Usage) throws -> Double {
        let messages = Double(spent.summary.snmp.requests) / Double(max(1, spent.summary.polls))
        let loop = CLoop(
            fleet, rounds: max(1, Int(messages.rounded())),
            seconds: max(1, Int(profile.step.seconds / clock.speed)))
        return try loop.run().microsecondsPerMessage * messages * Double(spent.summary.polls)
            / Double(spent.values)
    }

    /// The C loop writes the same files, a batch to each.
    private func writingLimit() throws -> Double {
        var result = cbench_rrd_result()
        let error = home.withCString { folder in
            var plan = cbench_rrd_plan()
            plan.folder = folder
            plan.file_count = UInt32(fleet.devices * fleet.interfaces)
            plan.files_in_folder = UInt32(fleet.interfaces)
            plan.stride = 1
            plan.row_count = profile.step.seconds <= 10 ? 60 : 12
            plan.first_milliseconds = clock.now.wall.milliseconds
            plan.step_milliseconds = profile.step.milliseconds
            return cbench_rrd(&plan, &result)
        }
        guard error == 0, result.failures == 0 else {
            throw BenchFailure(words: "\(result.failures) files took no rows")
        }
        return Double(result.cpu_nanoseconds) / 1_000 / Double(2 * result.rows)
    }
}

extension CycleRun {
    /// What was used and done by some time, or between two.
    struct Usage {
        private(set) var summary: PollSummary
        private var counters: StoreCounters
        private(set) var seconds: Double
        private(set) var engineSeconds: Double
        private(set) var writerSeconds: Double
        private(set) var syncSeconds: Double

        init(_ run: CycleRun) throws {
            seconds = ProcessClock.seconds
            engineSeconds = try ThreadClock(ofThread: "snmp").seconds
            writerSeconds = try ThreadClock(ofThread: "rrd-writer").seconds
            syncSeconds = try ThreadClock(ofThread: "rrd-sync").seconds
            summary = run.board.summary()
            summary.snmp = run.fleet.engine.counters
            counters = run.store.counters
        }

        func since(_ before: Usage) -> Usage {
            var spent = self
            spent.seconds -= before.seconds
            spent.engineSeconds -= before.engineSeconds
            spent.writerSeconds -= before.writerSeconds
            spent.syncSeconds -= before.syncSeconds
            spent.summary.polls -= before.summary.polls
            spent.summary.failedPolls -= before.summary.failedPolls
            spent.summary.missedSlots -= before.summary.missedSlots
            spent.summary.rowsRefused -= before.summary.rowsRefused
            spent.summary.snmp.requests -= before.summary.snmp.requests
            spent.counters.rowsAccepted -= before.counters.rowsAccepted
            spent.counters.rowsWritten -= before.counters.rowsWritten
            spent.counters.writes -= before.counters.writes
            return spent
        }

        /// One of each data source a cycle.
        var rows: Int { counters.rowsAccepted }
        /// Each row has two.
        var values: Int { 2 * rows }
        var rowsInAWrite: Double { Double(counters.rowsWritten) / Double(max(1, counters.writes)) }
        /// All other threads: Swift's cooperative pool, and this measurement.
        var poolSeconds: Double { seconds - engineSeconds - writerSeconds - syncSeconds }
    }
}
