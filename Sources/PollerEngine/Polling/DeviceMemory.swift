import PollerModel
import Synchronization

/// What one poll of a device leaves for the next.
struct DeviceMemory {
    /// One data source's newest counters and the time of its newest row.
    struct Source {
        /// By position of the item; nil for gauges and where nothing is known.
        var counters: [CounterMemory?]
        /// When its row's counters began anew, as the agent said last; nil when it never did.
        var beganAt: UInt32?
        /// The objects that were read for it; nil when a file remembers the counters.
        var objects: [OID]?
        var turn = SourceTurn()
        /// Rows go behind this or nowhere.
        var lastRow: Timestamp?
        /// Whether samples were left out since then because the clock was behind it.
        var isBroken = false
        var lastKnown: Timestamp?
        var lastStored: Timestamp?

        /// The store has rows of it, the last of them sampled at that time.
        mutating func accepted(_ update: RoundRobinUpdate, at time: Timestamp) {
            lastRow = update.rows.last?.time
            isBroken = false
            lastStored = time
        }

        /// The file ends with an unknown row of that time; what comes next begins anew.
        mutating func breakOff(at time: Timestamp) {
            counters = counters.map { _ in nil }
            (objects, lastRow, isBroken) = (nil, time, false)
        }
    }

    /// The plan of the definition's revision, made once.
    var plan: (revision: Int64, plan: DevicePlan)?
    var sources: [DataSourceID: Source] = [:]
    /// The revision whose sources are all in `sources`.
    var recalled: Int64?
    /// Polls in a row that were not answered, and why the last was not.
    var silentPolls = 0
    var silence: SNMPFailure?
    /// Not before this is a device that is down asked again.
    var nextProbe: MonotonicTime?
    var uptimeTicks: UInt32?
    var answeredAt: Timestamp?
    /// Values of the watched objects as the tables were last read; nil until they were read from
    /// the inventory.
    var watches: [OID: String]?
    /// Names of data queries whose rows may have changed since they were read.
    var owed: Set<String> = []
    /// Data sources that raised doubts about their tables, and until when they raise no others: a
    /// counter that is reset all the time must not make a table be read all the time.
    var doubters: [DataSourceID: MonotonicTime] = [:]
    /// Tables that were in doubt, and until when that counts.
    var doubts: [(table: String, until: MonotonicTime)] = []
    /// How many polls in a row were answered, and looked at rows.
    var probeTurn = 0
    /// Names of data queries whose new rows are still to be judged.
    var unfinished: Set<String> = []
    /// When each table was last seen as the definitions have it, as the files tell after a start.
    var tablesSeenAt: [String: Timestamp] = [:]
    /// When each table is read again though nothing says that it changed.
    var nextRereading: [String: MonotonicTime] = [:]
    /// Not before this are owed tables read again.
    var nextReading: MonotonicTime?
    /// Not before this are tables read again of which only new rows are to be judged.
    var nextJudging: MonotonicTime?

    /// Whose turn it is at a slot: what is due in it, and what is asked, with what is made up for.
    struct Turn {
        let due: DevicePlan
        let asked: DevicePlan

        /// Once in its own slot is often enough to write that a data source has no value.
        func told(_ answers: PollAnswers) -> DevicePlan { answers.failure == nil ? asked : due }
    }

    func turn(of plan: DevicePlan, at slot: Timestamp, _ occasion: PollOccasion) -> Turn {
        guard !occasion.asksAll else { return Turn(due: plan, asked: plan) }
        let isDue = { (source: PlannedSource) in
            sources[source.dataSource]?.turn.isDue(plan.schedule(of: source), at: slot) ?? true
        }
        let due = plan.asking(where: isDue)
        guard due.sources.count < plan.sources.count else { return Turn(due: plan, asked: plan) }
        let asked = plan.asking {
            isDue($0) || sources[$0.dataSource]?.turn.isOwed ?? false
        }
        return Turn(due: due, asked: asked)
    }

    mutating func note(_ asked: DevicePlan, askedAt slot: Timestamp, isAnswered: Bool) {
        for source in asked.sources {
            sources[source.dataSource]?.turn.ask(at: slot, isAnswered: isAnswered)
        }
    }

    static let doubtMilliseconds: Int64 = 600_000
    /// Of one table within `doubtMilliseconds`: names of rows that change all the time must not make
    /// it be read all the time either.
    static let mostDoubts = 3

    /// These data sources may be other rows': their tables are owed, unless that was looked into
    /// just now.
    ///
    /// - Returns: the tables that are owed for it.
    mutating func doubt(
        _ sources: [(source: DataSourceID, table: String)], at now: MonotonicTime
    ) -> Set<String> {
        guard !sources.isEmpty else { return [] }
        let until = now.advanced(milliseconds: Self.doubtMilliseconds)
        doubters = doubters.filter { $0.value > now }
        doubts.removeAll { $0.until <= now }
        let news = sources.filter { doubters[$0.source] == nil }
        for (source, _) in news { doubters[source] = until }
        let tables = Set(news.map(\.table)).filter { table in
            doubts.count { $0.table == table } < Self.mostDoubts
        }
        doubts += tables.map { ($0, until) }
        owed.formUnion(tables)
        return tables
    }

    /// Tables whose time it is, though nothing says that they changed. A table that is met for the
    /// first time gets its time, spread by device and table, so that a fleet is not read at once.
    mutating func rereadings(of plan: DevicePlan, at now: MonotonicTime) -> Set<String> {
        var due: Set<String> = []
        for (table, minutes) in plan.rereadMinutes {
            let period = Int64(minutes) * 60_000
            guard let next = nextRereading[table] else {
                let spread = Int64(
                    StableHash.fnv1a("\(plan.device)/\(table)".utf8) % UInt64(period))
                nextRereading[table] = now.advanced(milliseconds: period / 2 + spread)
                continue
            }
            if now >= next { due.insert(table) }
        }
        return due
    }

    /// A table was read, or is not there to be read.
    mutating func noteReading(of table: String, _ plan: DevicePlan?, at now: MonotonicTime) {
        guard let minutes = plan?.rereadMinutes[table] else { return }
        nextRereading[table] = now.advanced(milliseconds: Int64(minutes) * 60_000)
    }

    /// A table was read again, or could not be.
    mutating func note(_ reading: Reindexer.Reading, of query: String) {
        switch reading {
        case .complete:
            owed.remove(query)
            unfinished.remove(query)
        case .partial:
            owed.remove(query)
            unfinished.insert(query)
        case .failed: break
        }
    }

    /// Asks again at the next slot, as if the device had answered.
    mutating func forgetSilence() { (silentPolls, silence, nextProbe) = (0, nil, nil) }

    /// Takes a new version of the plan over. Another agent's counters and tables are not those
    /// that are known, so its first values wait for its tables, and are no rates.
    mutating func adopt(_ new: DevicePlan, revision: Int64) {
        defer { plan = (revision, new) }
        guard let old = plan?.plan, old.target != new.target else { return }
        forgetSilence()
        guard old.agentSince != new.agentSince else { return }
        owed = Set(new.tables)
        // Nothing is watched of it yet; nil would mean that this is to be asked of the inventory.
        watches = [:]
        (uptimeTicks, answeredAt, nextReading, nextJudging) = (nil, nil, nil, nil)
        sources = sources.mapValues { source in
            var source = source
            source.counters = source.counters.map { _ in nil }
            source.isBroken = true
            return source
        }
    }
}

/// The memories of all devices. A device has one poll at a time, which takes its memory out and
/// puts it back.
final class DeviceMemories: Sendable {
    private let memories = Mutex<[DeviceID: DeviceMemory]>([:])

    func take(_ device: DeviceID) -> DeviceMemory {
        memories.withLock { $0.removeValue(forKey: device) } ?? DeviceMemory()
    }

    func put(_ memory: DeviceMemory, for device: DeviceID) {
        memories.withLock { $0[device] = memory }
    }

    func forget(_ device: DeviceID) { memories.withLock { $0[device] = nil } }
}
