import Glibc
package import Logging
package import PollerModel
import Synchronization

/// Round-robin archives behind a journal: what was accepted is lost by no death of the process,
/// and goes to the files in batches.
package final class JournaledStore: RoundRobinStore {
    /// Batches that may wait for the writer's thread.
    static let largestQueue = 10_000
    /// Batches that are answered together when as many wait.
    private static let answeredTogether = 64
    /// How long what waits is still written when the store is to end; the rest stays in the
    /// journal.
    static let stopPatience = Duration.seconds(3)

    private let thread: WorkThread
    private let work: StoreWork
    private let syncer: JournalSyncer
    private let logger: Logger

    /// Files below the state folder. Puts right what a death left behind, and takes over the
    /// journal: what was accepted before is there when this returns.
    ///
    /// - Throws: what of the journal cannot be used.
    package convenience init(
        storage: RoundRobinStorage, timekeeper: some Timekeeper, logger: Logger,
        events: any EventLog = NoEvents()
    ) throws(JournalFailure) {
        let folder = try Self.journalFolder(in: storage.folder)
        let files: LocalFiles
        do {
            files = try LocalFiles(
                storage: storage, journalFolder: folder, logger: logger, events: events)
        } catch {
            throw JournalFailure(path: folder, error)
        }
        files.repair()
        self.init(
            files, folder: folder, timekeeper: timekeeper, logger: logger, events: events)
    }

    /// Files of an rrdcached; the journal stays on this machine.
    ///
    /// - Throws: what of the journal cannot be used.
    package convenience init(
        cached address: CachedAddress, timeoutMilliseconds: Int64, stateFolder: String,
        timekeeper: some Timekeeper, logger: Logger, events: any EventLog = NoEvents()
    ) throws(JournalFailure) {
        let folder = try Self.journalFolder(in: stateFolder)
        var limits = CachedConnection.Limits()
        limits.timeoutMilliseconds = timeoutMilliseconds
        self.init(
            CachedFiles(address, limits: limits), folder: folder, timekeeper: timekeeper,
            logger: logger, events: events)
    }

    /// - Parameter folder: of the journal.
    init(
        _ backend: some ArchiveBackend, folder: String, timekeeper: some Timekeeper, logger: Logger,
        events: any EventLog = NoEvents()
    ) {
        self.logger = logger
        syncer = JournalSyncer(folder: folder)
        let writer = StoreWriter(
            backend: backend, folder: folder, syncer: syncer, timekeeper: timekeeper,
            logger: logger, events: events)
        let work = StoreWork(writer)
        self.work = work
        thread = WorkThread(
            name: "rrd-writer", limit: Self.largestQueue, toldTogether: Self.answeredTogether,
            background: .init {
                work.with { $0.work() }
            } finish: { end in
                work.with { $0.finish(by: end) }
            })
    }

    private static func journalFolder(in state: String) throws(JournalFailure) -> String {
        let folder = "\(state)/journal"
        guard mkdir(folder, 0o750) == 0 || errno == EEXIST else {
            throw JournalFailure(path: folder, SystemError(operation: "made"))
        }
        return folder
    }

    /// Writes what waits as far as there is time, then ends.
    package func stop() async {
        await thread.stop(patience: Self.stopPatience)
        guard case .late(let segments) = await syncer.stopAside() else { return }
        let seconds = JournalSyncer.stopMilliseconds / 1_000
        logger.error(
            segments.isEmpty
                ? "the disk did not answer within \(seconds) s of the end; the journal is on it"
                : "the disk did not take the end of the journal within \(seconds) s: if this machine fails before it does, the newest samples in \(segments.joined(separator: ", ")) are lost",
            metadata: ["event": "journal.unsynced"])
    }

    package var counters: StoreCounters { work.counters }

    package func create(
        _ files: [RoundRobinFile], start: Timestamp
    ) async -> [Result<Void, StoreFailure>] {
        await onWriter(files) { $0.create($1, start: start) }
    }

    package func update(
        _ updates: [RoundRobinUpdate]
    ) async -> [Result<RowsAccepted, StoreFailure>] {
        await onWriter(updates) { $0.update($1) }
    }

    package func lastRows(
        _ files: [RoundRobinFile]
    ) async -> [Result<RoundRobinLastRow, StoreFailure>] {
        await onWriter(files) { $0.lastRows($1) }
    }

    package func series(
        _ reads: [SeriesRead]
    ) async -> [Result<RoundRobinSeries, StoreFailure>] {
        await onWriter(reads) { writer, reads in
            reads.map { read in
                Result { () throws(StoreFailure) in try writer.series(read) }
            }
        }
    }

    package func settle(_ paths: [String]) async throws(StoreFailure) {
        let results = await onWriter(paths) { writer, paths in
            paths.map { path in
                Result { () throws(StoreFailure) in try writer.settle(path) }
            }
        }
        for result in results { try result.get() }
    }

    package func remove(_ paths: [String]) async -> [Result<Void, StoreFailure>] {
        await onWriter(paths) { $0.remove($1) }
    }

    /// Runs `body` on the writer's thread.
    func onWriter<Element: Sendable, Value: Sendable>(
        _ elements: [Element],
        _ body: @escaping @Sendable (StoreWriter, [Element]) -> [Result<Value, StoreFailure>]
    ) async -> [Result<Value, StoreFailure>] {
        guard !elements.isEmpty else { return [] }
        let work = work
        switch await thread.run({ work.with { body($0, elements) } }) {
        case .success(let results): return results
        case .failure(.overloaded(let waiting)):
            return elements.map { _ in .failure(.overloaded(waiting: waiting)) }
        case .failure(.stopped):
            return elements.map { _ in .failure(.stopped) }
        }
    }
}

extension JournaledStore: ArchiveReshaper {
    package func plans(
        _ files: [RoundRobinFile]
    ) async -> [Result<ReshapePlan, ReshapeFailure>] {
        await oneByOne(files) { (writer, file) throws(ReshapeFailure) in try writer.plan(file) }
    }

    package func reshape(
        _ files: [RoundRobinFile], undoFolder: String
    ) async -> [Result<ReshapeReport, ReshapeFailure>] {
        await oneByOne(files) { (writer, file) throws(ReshapeFailure) in
            try writer.reshape(file, undoFolder: undoFolder)
        }
    }

    /// Each is a piece of work of its own, so that rows are accepted in between.
    private func oneByOne<Value: Sendable>(
        _ files: [RoundRobinFile],
        _ body: @escaping @Sendable (StoreWriter, RoundRobinFile) throws(ReshapeFailure) -> Value
    ) async -> [Result<Value, ReshapeFailure>] {
        var results: [Result<Value, ReshapeFailure>] = []
        for file in files {
            let work = work
            let done = await thread.run {
                work.with { writer in
                    Result { () throws(ReshapeFailure) in try body(writer, file) }
                }
            }
            switch done {
            case .success(let result): results.append(result)
            case .failure(.overloaded(let waiting)):
                results.append(.failure(.store(.overloaded(waiting: waiting))))
            case .failure(.stopped): results.append(.failure(.store(.stopped)))
            }
        }
        return results
    }
}

/// Why there is no journal.
package struct JournalFailure: Error, Hashable {
    package let path: String
    /// What words follow the path.
    package let words: String

    init(path: String, _ error: SystemError) {
        self.path = path
        words = "cannot be \(error.operation): \(error.words)"
    }
}

/// The writer, for the closures that run on its thread.
private final class StoreWork: @unchecked Sendable {
    // @unchecked: only `with` touches it, and only the writer's thread calls that.
    private let writer: StoreWriter
    private let published: Mutex<StoreCounters>

    init(_ writer: StoreWriter) {
        self.writer = writer
        published = Mutex(writer.counters)
    }

    func with<Value>(_ body: (StoreWriter) -> Value) -> Value {
        defer {
            let counters = writer.counters
            published.withLock { $0 = counters }
        }
        return body(writer)
    }

    var counters: StoreCounters { published.withLock { $0 } }
}
