import Logging
import PollerModel

/// Everything between a row that is offered and the file it ends up in: the check, the journal,
/// what waits for each file, and the writing of it. Only the writer's thread uses it.
final class StoreWriter {
    /// Bytes that may wait for one file, and for all together. Above it, new rows are refused:
    /// what was accepted is kept.
    static let largestFileBytes = 256 << 10
    static let largestWaitingBytes = 512 << 20
    /// From this share on, writing goes before accepting.
    private static let pressingBytes = largestWaitingBytes / 4 * 3
    /// Files written between two looks at what else is to be done.
    private static let portion = 16
    private static let pressingPortion = 1_000
    /// Files that could not be written are tried again after so long.
    private static let retryMilliseconds: Int64 = 5_000
    /// Files a second that are written before they are due, when nothing is, so that they are up to
    /// date for whoever reads them with other programs; unless there are so many that only few of
    /// them would be.
    private static let leisurelyFilesPerSecond: Int64 = 100
    private static let mostLeisurelyFiles = 20_000

    let backend: any ArchiveBackend
    let journal: Journal
    let syncer: JournalSyncer
    let timekeeper: any Timekeeper
    let reporter: StoreReporter
    private var clock: ClockWatch
    var files: [String: BufferedFile] = [:]
    var queue = FlushQueue()
    /// How many files have their oldest row in each segment.
    var needed: [UInt64: Int] = [:]
    private var troubled: [String: BufferedFile] = [:]
    private var nextRetry = MonotonicTime(microseconds: 0)
    var nextJournalTry: MonotonicTime?
    var disk = DiskTrust()
    /// Removals that the journal does not know of yet.
    var untoldRemovals: [String] = []
    private var acceptedSincePortion = 0
    private var lastLeisure: MonotonicTime
    var counters = StoreCounters()

    /// Takes over what the journal holds from before.
    ///
    /// - Parameter folder: of the journal.
    init(
        backend: some ArchiveBackend, folder: String, syncer: JournalSyncer,
        timekeeper: some Timekeeper, logger: Logger, events: any EventLog = NoEvents(),
        limits: Journal.Limits = Journal.Limits()
    ) {
        self.backend = backend
        self.syncer = syncer
        self.timekeeper = timekeeper
        reporter = StoreReporter(folder: folder, logger: logger, events: events)
        journal = Journal(folder: folder, syncer: syncer, limits: limits)
        lastLeisure = timekeeper.now.monotonic
        clock = ClockWatch(now: timekeeper.now, newest: nil)
        replay(folder)
        clock = ClockWatch(now: timekeeper.now, newest: journal.newest)
    }

    // MARK: Accepting

    func update(_ updates: [RoundRobinUpdate]) -> [Result<RowsAccepted, StoreFailure>] {
        let now = timekeeper.now
        watchClock(now)
        var entries: [JournalEntry] = []
        entries.reserveCapacity(updates.count)
        var results: [Result<RowsAccepted, StoreFailure>] = []
        results.reserveCapacity(updates.count)
        /// `places[i]` is the position in `results` of `entries[i]`.
        var places: [Int] = []
        places.reserveCapacity(updates.count)
        // By position: a copy of each would count references that all threads share.
        for position in updates.indices {
            do {
                let file = try admit(updates[position], now: now)
                results.append(.success(RowsAccepted(trouble: file.trouble)))
                guard let last = updates[position].rows.last else { continue }
                places.append(position)
                entries.append(JournalEntry(file, adding: updates[position].rows))
                file.newest = last.time
            } catch {
                counters.rowsRefused += updates[position].rows.count
                results.append(.failure(error))
            }
        }
        let isJournaled = writeToJournal(entries, now: now)
        for entry in entries { keep(entry, now: now) }
        if !isJournaled {
            let failures = writeStraight(entries, now: now)
            for (place, failure) in zip(places, failures) {
                if let failure { results[place] = .failure(failure) }
            }
        }
        acceptedSincePortion += entries.count
        return results
    }

    /// The file of an update whose rows may be accepted.
    private func admit(
        _ update: RoundRobinUpdate, now: Moment
    ) throws(StoreFailure) -> BufferedFile {
        let path = update.file.path
        if let file = files[path], file.isBeingAccepted {
            throw .refused(path: path, reason: "its rows are offered twice at once")
        }
        let file = buffered(update.file, now: now)
        var latest = now.wall.advanced(seconds: update.file.step.seconds)
        if let believed = clock.latestBelieved(at: now), believed < latest {
            if let last = update.rows.last, last.time > believed {
                throw .clockDoubted(path: path)
            }
            latest = believed
        }
        // What waits for a file as it was defined before has values of other data sources.
        guard file.file.sources == update.file.sources, file.later.isEmpty else {
            throw file.trouble ?? .overloaded(waiting: counters.rowsWaiting)
        }
        lookUpNewest(of: file, now: now)
        do {
            try RowText.check(update, latest: latest, after: file.newest)
        } catch {
            throw .refused(path: path, reason: error.reason)
        }
        // One record holds them all, and is not read when it is too large.
        let largest = Self.largestFileBytes / PackedRows.bytes(ofValues: update.file.sources.count)
        guard update.rows.count <= largest else {
            throw .refused(path: path, reason: "more than \(largest) rows at once")
        }
        guard file.rows.bytes.count < Self.largestFileBytes,
            counters.bytesWaiting < Self.largestWaitingBytes
        else { throw file.trouble ?? .overloaded(waiting: counters.rowsWaiting) }
        return file
    }

    private func lookUpNewest(of file: BufferedFile, now: Moment) {
        guard !file.isNewestKnown else { return }
        file.isNewestKnown = true
        // A file that cannot be read is said when it is written.
        file.newest = try? backend.lastRow(file.file, horizon: horizon(now)).time
    }

    /// What waits for the file of `definition`; what waits for it as it was defined before is
    /// written first.
    func buffered(_ definition: RoundRobinFile, now: Moment) -> BufferedFile {
        guard let file = files[definition.path] else {
            let file = BufferedFile(definition)
            files[definition.path] = file
            return file
        }
        guard !file.isFor(definition) else { return file }
        if !file.rows.isEmpty { flush([file], now: now) }
        if file.rows.isEmpty {
            file.rows = PackedRows(valueCount: definition.sources.count)
            file.file = definition
            file.mark = Journal.Mark()
        } else if file.file.sources == definition.sources {
            file.file = definition
            file.mark = Journal.Mark()
        }
        return file
    }

    func writeToJournal(_ entries: [JournalEntry], now: Moment) -> Bool {
        // Nothing to write proves nothing of the journal.
        guard !entries.isEmpty else { return true }
        if let next = nextJournalTry, now.monotonic < next { return false }
        do {
            try journal.append(entries)
            if nextJournalTry != nil {
                nextJournalTry = nil
                if disk.isSound { journalRecovered() }
            }
            return true
        } catch {
            journalFailed(error, now: now)
            return false
        }
    }

    func journalFailed(_ error: SystemError, now: Moment) {
        nextJournalTry = now.monotonic.advanced(milliseconds: Journal.retryMilliseconds)
        counters.journalTrouble = error.sentence
        counters.journalFailures += 1
        reporter.journalFailed(error)
    }

    func journalRecovered() {
        counters.journalTrouble = nil
        reporter.journalRecovered()
    }

    /// Rows that are in the buffer of their file begin to wait.
    private func keep(_ entry: JournalEntry, now: Moment) {
        let file = entry.file
        file.isBeingAccepted = false
        if entry.rows.lowerBound == 0 {
            file.oldestSegment = file.newestSegment
            needed[file.newestSegment, default: 0] += 1
            file.deadline = now.monotonic.advanced(milliseconds: file.policy.ageMilliseconds)
            queue.remember(file)
        }
        counters.rowsAccepted += entry.rows.count
        counters.rowsWaiting += entry.rows.count
        counters.bytesWaiting += entry.rows.count * file.rows.rowBytes
        if file.rows.count >= file.wantedRows, file.trouble == nil { queue.append(file) }
    }

    /// Without a journal, rows are accepted once their file has them. Files need no room on the
    /// disk for that.
    private func writeStraight(_ entries: [JournalEntry], now: Moment) -> [StoreFailure?] {
        entries.map { entry in
            let file = entry.file
            let before = entry.rows.lowerBound
            flush([file], now: now)
            guard let failure = file.trouble, file.rows.count > before else { return nil }
            // Not accepted, so it must not be written later either: the poller counts it as lost.
            counters.rowsAccepted -= entry.rows.count
            counters.rowsRefused += entry.rows.count
            drop(rows: file.rows.count - before, of: file)
            file.newest = before > 0 ? file.rows.time(before - 1) : nil
            file.isNewestKnown = before > 0
            return failure
        }
    }

    // MARK: Writing

    /// One portion of what is due.
    ///
    /// - Returns: whether more is due now.
    func work() -> Bool {
        let now = timekeeper.now
        watchClock(now)
        watchDisk(now: now)
        tellRemovals(now: now)
        queue.expire(at: now.monotonic)
        // What is still to be tried since the last time comes first.
        if now.monotonic >= nextRetry, queue.isEmpty {
            nextRetry = now.monotonic.advanced(milliseconds: Self.retryMilliseconds)
            for file in troubled.values { queue.append(file) }
        }
        if queue.isEmpty, files.count <= Self.mostLeisurelyFiles {
            let idle = min(1_000, now.monotonic.milliseconds - lastLeisure.milliseconds)
            let files = idle * Self.leisurelyFilesPerSecond / 1_000
            if files > 0 {
                queue.hurry(Int(files))
                lastLeisure = now.monotonic
            }
        }
        // Files are written as fast as rows are accepted, whatever comes in.
        let wanted =
            counters.bytesWaiting > Self.pressingBytes
            ? Self.pressingPortion : max(Self.portion, acceptedSincePortion / 4)
        acceptedSincePortion = 0
        var left = wanted
        while left > 0, !queue.isEmpty {
            let files = queue.take(min(left, backend.largestWrite))
            left -= files.count
            flush(files, now: now)
        }
        releaseSegments(now: now)
        return !queue.isEmpty
    }

    /// Writes what waits for these files.
    func flush(_ files: [BufferedFile], now: Moment) {
        let files = files.filter { !$0.rows.isEmpty }
        let results = backend.write(
            files.map { ArchiveWrite(file: $0.file, rows: $0.rows) }, horizon: horizon(now))
        for (file, result) in zip(files, results) {
            switch result {
            case .success:
                counters.rowsWritten += file.rows.count
                counters.writes += 1
                if file.trouble != nil { relieve(file) }
                file.wantedRows = file.policy.rows
                drop(rows: file.rows.count, of: file)
                if !file.later.isEmpty { goOn(with: file) }
            case .failure(let failure):
                if file.trouble == nil { troubled[file.file.path] = file }
                file.trouble = failure
                reporter.failed(file.file.path, failure)
            }
        }
        counters.filesInTrouble = troubled.count
        counters.filesQuarantined = backend.quarantinedCount
    }

    func relieve(_ file: BufferedFile) {
        file.trouble = nil
        troubled[file.file.path] = nil
        counters.filesInTrouble = troubled.count
        reporter.recovered(file.file.path, rows: file.rows.count)
    }

    /// Takes the newest or all rows off what waits for a file.
    func drop(rows count: Int, of file: BufferedFile) {
        let bytes = file.rows.bytes.count
        file.rows.removeLast(count)
        counters.rowsWaiting -= count
        counters.bytesWaiting -= bytes - file.rows.bytes.count
        if file.rows.isEmpty { forgetSegment(of: file) }
    }

    func forgetSegment(of file: BufferedFile) { release(file.oldestSegment) }

    /// One row less keeps a segment.
    func release(_ segment: UInt64) {
        guard let count = needed[segment] else { return }
        needed[segment] = count > 1 ? count - 1 : nil
    }

    // MARK: The clock

    /// No file can be right that is much later. A clock that was set back does not make files
    /// wrong that are ahead of it.
    func horizon(_ now: Moment) -> Timestamp { max(now.wall, journal.newest ?? now.wall) }

    /// The same, at this moment.
    var horizon: Timestamp { horizon(timekeeper.now) }
    var now: Timestamp { timekeeper.now.wall }

    private func watchClock(_ now: Moment) {
        guard let event = clock.look(at: now) else { return }
        reporter.clock(event)
    }
}
