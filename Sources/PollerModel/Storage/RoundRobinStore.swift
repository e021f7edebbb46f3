/// What a file remembers of its newest row.
package struct RoundRobinLastRow: Hashable, Sendable {
    /// To the millisecond.
    package let time: Timestamp
    /// The newest number of each data source as it was written; `.unknown` where that was.
    package let values: [String: RoundRobinValue]

    package init(time: Timestamp, values: [String: RoundRobinValue]) {
        self.time = time
        self.values = values
    }
}

/// Why a file could not be created, written or read.
package enum StoreFailure: Error, Hashable, Sendable {
    /// A value or time that a round-robin file must never see; nothing was written.
    case refused(path: String, reason: String)
    /// librrd's or the kernel's own words.
    case failed(path: String, operation: String, detail: String)
    /// The clock leapt ahead, and a row of a wrong clock would close the file for years.
    case clockDoubted(path: String)
    /// More work waits than the store holds.
    case overloaded(waiting: Int)
    case stopped

    package var code: String {
        switch self {
        case .refused: "row_refused"
        case .failed: "file_failed"
        case .clockDoubted: "clock_doubted"
        case .overloaded: "store_overloaded"
        case .stopped: "store_stopped"
        }
    }

    package var words: String {
        switch self {
        case .refused(let path, let reason): "\(path) did not take the sample: \(reason)"
        case .failed(let path, let operation, let detail):
            "\(path) could not be \(operation): \(detail)"
        case .clockDoubted(let path):
            "\(path) did not take the sample: the clock leapt ahead, and is not believed before "
                + "that has lasted; the log says how long"
        case .overloaded(let waiting): "\(waiting) samples already wait to be written"
        case .stopped: "the poller is stopping"
        }
    }
}

/// What became of rows that were accepted: no death of the process loses them.
package struct RowsAccepted: Hashable, Sendable {
    /// Why their file cannot be written at present; they wait for it. nil when all is well.
    package let trouble: StoreFailure?

    package init(trouble: StoreFailure? = nil) { self.trouble = trouble }
}

/// What the store did since the start, and what waits in it.
package struct StoreCounters: Hashable, Sendable, Codable {
    package var rowsAccepted = 0
    package var rowsRefused = 0
    /// Rows that are in their files.
    package var rowsWritten = 0
    /// Calls that wrote them.
    package var writes = 0
    /// Rows in the journal, and in memory, that are not in their files yet.
    package var rowsWaiting = 0
    package var bytesWaiting = 0
    package var filesInTrouble = 0
    package var journalBytes = 0
    package var journalSegments = 0
    /// Why the journal cannot be written at present; nil when it can.
    package var journalTrouble: String?
    /// How often it could not be written.
    package var journalFailures = 0
    /// Rows that the journal gave back at the start.
    package var rowsReplayed = 0
    /// Bytes of it that could not be read then.
    package var tornBytes = 0
    package var filesQuarantined = 0

    package init() {}
}

/// Round-robin files. All changes happen on one thread; reads of a file never meet a change.
package protocol RoundRobinStore: Sendable {
    /// Makes the files that do not exist yet, empty since `start`. `results[i]` belongs to
    /// `files[i]`.
    func create(_ files: [RoundRobinFile], start: Timestamp) async -> [Result<Void, StoreFailure>]

    /// Accepts rows: they are in the journal when this returns, and in their files a little later.
    /// A file that is missing is made then. `results[i]` belongs to `updates[i]`.
    func update(_ updates: [RoundRobinUpdate]) async -> [Result<RowsAccepted, StoreFailure>]

    /// The newest row of each file, in it or waiting for it. `results[i]` belongs to `files[i]`.
    func lastRows(_ files: [RoundRobinFile]) async -> [Result<RoundRobinLastRow, StoreFailure>]

    /// Rows of archives, with all that was accepted. `results[i]` belongs to `reads[i]`.
    func series(_ reads: [SeriesRead]) async -> [Result<RoundRobinSeries, StoreFailure>]

    /// Brings everything that was accepted for the files at these paths into them.
    func settle(_ paths: [String]) async throws(StoreFailure)

    var counters: StoreCounters { get }

    /// Removes the files at these paths for good. `results[i]` belongs to `paths[i]`.
    func remove(_ paths: [String]) async -> [Result<Void, StoreFailure>]
}
