import PollerModel

/// What waits for one file. Only the writer's thread uses it.
final class BufferedFile {
    /// As the newest rows want it to be.
    var file: RoundRobinFile {
        didSet { policy = FlushPolicy(file) }
    }
    /// Accepted, and not in the file yet.
    var rows: PackedRows
    private(set) var policy: FlushPolicy
    /// The time of the newest row, in the file or waiting; nil when there is none.
    var newest: Timestamp?
    /// Whether `newest` was looked up: a file may be there from before.
    var isNewestKnown = false
    /// Where the journal declared the file.
    var mark = Journal.Mark()
    /// The segment that rows of it were written to last.
    var newestSegment: UInt64 = 0
    /// Rows of other definitions that come behind those that wait: what a start found.
    var later: [ReplayedRows.Piece] = []
    /// The segment that holds the oldest row that waits.
    var oldestSegment: UInt64 = 0
    /// Rows after which it is written.
    var wantedRows: Int
    /// When it is written all the same.
    var deadline = MonotonicTime(microseconds: 0)
    var isQueued = false
    /// Whether `rows` ends in some that are on their way to the journal.
    var isBeingAccepted = false
    /// Why it could not be written the last time; nil when it could.
    var trouble: StoreFailure?

    init(_ file: RoundRobinFile) {
        self.file = file
        rows = PackedRows(valueCount: file.sources.count)
        policy = FlushPolicy(file)
        wantedRows = policy.firstRows
    }

    /// Whether it is as `definition` says, which has the same path.
    func isFor(_ definition: RoundRobinFile) -> Bool {
        file.step == definition.step && file.heartbeatSeconds == definition.heartbeatSeconds
            && file.sources == definition.sources && file.archives == definition.archives
    }

    /// The newest row that waits. There must be one.
    var lastRow: RoundRobinLastRow {
        let (file, rows) = later.last.map { ($0.definition, $0.rows) } ?? (file, rows)
        let row = rows.row(rows.count - 1)
        var values: [String: RoundRobinValue] = [:]
        for (source, value) in zip(file.sources, row.values) { values[source.name] = value }
        return RoundRobinLastRow(time: row.time, values: values)
    }
}

/// When a file's rows are written: so many at once that librrd's cost for each call does not
/// count, and so soon that the file is never far behind.
struct FlushPolicy: Hashable {
    /// Of steps up to ten seconds: ten minutes.
    static let rowsOfShortSteps = 60
    /// Of all others: an hour of the usual five minutes.
    static let rowsOfLongSteps = 12
    static let longestShortStep: Int64 = 10
    /// No row waits longer, but for the jitter of a quarter.
    static let longestAgeMilliseconds: Int64 = 3_600_000

    /// Rows that are written at once.
    let rows: Int
    /// The first time it are fewer, so that files which began together are not all due together.
    let firstRows: Int
    let ageMilliseconds: Int64

    init(_ file: RoundRobinFile) {
        rows =
            file.step.seconds <= Self.longestShortStep
            ? Self.rowsOfShortSteps : Self.rowsOfLongSteps
        let hash = StableHash.fnv1a(file.path.utf8)
        firstRows = 1 + Int((hash >> 16) % UInt64(rows))
        let age = min(Int64(rows) * file.step.milliseconds, Self.longestAgeMilliseconds)
        ageMilliseconds = age + age / 4 * Int64(hash & 0xFF) / 256
    }
}
