/// What a file remembers of its newest row.
package struct RoundRobinLastRow: Hashable, Sendable {
    /// To the second: librrd does not tell the fraction, so the row may be up to 999 ms later.
    package let time: Timestamp
    /// The newest number of each data source as it was written; `.unknown` where that was.
    package let values: [String: RoundRobinValue]

    package init(time: Timestamp, values: [String: RoundRobinValue]) {
        self.time = time
        self.values = values
    }
}

/// Rows of one archive: row `i` covers the `stepSeconds` before
/// `start + (i + 1) × stepSeconds`.
package struct RoundRobinSeries: Hashable, Sendable {
    package let start: Timestamp
    package let stepSeconds: Int64
    package let names: [String]
    /// `rows[i][j]` belongs to `names[j]`; nil is unknown.
    package let rows: [[Double?]]

    package init(start: Timestamp, stepSeconds: Int64, names: [String], rows: [[Double?]]) {
        self.start = start
        self.stepSeconds = stepSeconds
        self.names = names
        self.rows = rows
    }
}

/// Why a file could not be created, written or read.
package enum StoreFailure: Error, Hashable, Sendable {
    /// A value or time that a round-robin file must never see; nothing was written.
    case refused(path: String, reason: String)
    /// librrd's or the kernel's own words.
    case failed(path: String, operation: String, detail: String)
    /// More work waits than the store holds.
    case overloaded(waiting: Int)
    case stopped

    package var code: String {
        switch self {
        case .refused: "row_refused"
        case .failed: "file_failed"
        case .overloaded: "store_overloaded"
        case .stopped: "store_stopped"
        }
    }

    package var words: String {
        switch self {
        case .refused(let path, let reason): "\(path) did not take the sample: \(reason)"
        case .failed(let path, let operation, let detail):
            "\(path) could not be \(operation): \(detail)"
        case .overloaded(let waiting): "\(waiting) batches of samples already wait to be written"
        case .stopped: "the poller is stopping"
        }
    }
}

/// Round-robin files. All changes happen on one thread; reads of a file never meet a change.
package protocol RoundRobinStore: Sendable {
    /// Makes the files that do not exist yet, empty since `start`. `results[i]` belongs to
    /// `files[i]`.
    func create(_ files: [RoundRobinFile], start: Timestamp) async -> [Result<Void, StoreFailure>]

    /// Adds rows; makes a file that is missing. `results[i]` belongs to `updates[i]`.
    func update(_ updates: [RoundRobinUpdate]) async -> [Result<Void, StoreFailure>]

    /// The newest row of each file. `results[i]` belongs to `files[i]`.
    func lastRows(_ files: [RoundRobinFile]) async -> [Result<RoundRobinLastRow, StoreFailure>]

    /// Rows between `start` and `end` of the archive that fits the range.
    func series(
        of file: RoundRobinFile, function: ConsolidationFunction, start: Timestamp,
        end: Timestamp
    ) async throws(StoreFailure) -> RoundRobinSeries

    /// Removes the files at these paths for good. `results[i]` belongs to `paths[i]`.
    func remove(_ paths: [String]) async -> [Result<Void, StoreFailure>]
}
