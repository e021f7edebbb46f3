import PollerModel

/// What the writer does about its journal besides writing to it.
extension StoreWriter {
    /// Rows of the oldest of more segments than this are written to the newest again, so that it
    /// can go.
    private static let largestSegmentCount = 8

    func releaseSegments(now: Moment) {
        if journal.segmentCount > Self.largestSegmentCount,
            let oldest = needed.keys.min(), oldest < journal.number, nextJournalTry == nil
        {
            _ = carryOver(now: now) { $0.oldestSegment == oldest }
        }
        journal.release(before: needed.keys.min() ?? journal.number)
        counters.journalBytes = journal.bytes
        counters.journalSegments = journal.segmentCount
    }

    /// Writes rows that wait to the newest segment again.
    ///
    /// - Returns: whether it could be written.
    private func carryOver(now: Moment, where isMeant: (BufferedFile) -> Bool) -> Bool {
        let meant = files.values.filter { !$0.rows.isEmpty && isMeant($0) }
        guard writeToJournal(meant.map(JournalEntry.init), now: now) else { return false }
        for file in meant {
            forgetSegment(of: file)
            file.oldestSegment = file.newestSegment
            needed[file.newestSegment, default: 0] += 1
        }
        return true
    }

    func watchDisk(now: Moment) {
        if let error = syncer.takeFilesFailure() { reporter.filesNotSynced(error) }
        for consequence in disk.hear(syncer.takeOutcome(), at: now.monotonic) {
            switch consequence {
            case .failed(let error):
                counters.journalTrouble = error.sentence
                reporter.journalFailed(error)
            case .writeAgain:
                journal.leave()
                if !carryOver(now: now, where: { _ in true }) {
                    disk.postpone(at: now.monotonic)
                }
            case .recovered: if nextJournalTry == nil { journalRecovered() }
            }
        }
    }

    func tellRemovals(now: Moment) {
        guard !untoldRemovals.isEmpty, now.monotonic >= nextJournalTry ?? now.monotonic else {
            return
        }
        do {
            for path in untoldRemovals { try journal.append(removed: path) }
            untoldRemovals = []
        } catch {
            journalFailed(error, now: now)
        }
    }

    // MARK: The start

    func replay(_ folder: String) {
        let now = timekeeper.now
        var segment: UInt64 = 0
        let report = JournalReplay.read(folder) { event in
            switch event {
            case .segment(let number): segment = number
            case .removed(let path):
                if let file = files.removeValue(forKey: path) {
                    drop(rows: file.rows.count, of: file)
                    for later in file.later { release(later.segment) }
                    queue.forget(file)
                }
            case .rows(let definition, let rows): takeBack(rows, of: definition, segment, now: now)
            }
        }
        reporter.replayed(report)
        counters.rowsReplayed = counters.rowsWaiting
        counters.tornBytes = report.tornBytes + report.damagedBytes
        journal.follow(report)
    }

    private func takeBack(
        _ rows: PackedRows, of definition: RoundRobinFile, _ segment: UInt64, now: Moment
    ) {
        let file = buffered(definition, now: now)
        guard file.file.sources == definition.sources, file.later.isEmpty else {
            // The file cannot be written now, and what waits for it is of another definition.
            file.later.append((definition, rows, segment))
            needed[segment, default: 0] += 1
            return
        }
        takeBack(rows, of: file, segment, now: now)
    }

    /// Rows of another definition waited for these to be written.
    func goOn(with file: BufferedFile) {
        let (definition, rows, segment) = file.later.removeFirst()
        file.rows = PackedRows(valueCount: definition.sources.count)
        file.file = definition
        file.mark = Journal.Mark()
        takeBack(rows, of: file, segment, now: timekeeper.now)
        release(segment)
        if file.rows.isEmpty, !file.later.isEmpty { return goOn(with: file) }
        while let next = file.later.first, next.definition.sources == file.file.sources {
            takeBack(next.rows, of: file, next.segment, now: timekeeper.now)
            release(next.segment)
            file.later.removeFirst()
        }
        queue.append(file)
    }

    private func takeBack(
        _ rows: PackedRows, of file: BufferedFile, _ segment: UInt64, now: Moment
    ) {
        // Which of them are in the file is seen when it is written: to look into a hundred thousand
        // files would take minutes after a boot, when the kernel has none of them in memory.
        file.isNewestKnown = true
        for position in rows.indices {
            let time = rows.time(position)
            if let newest = file.newest, time <= newest { continue }
            if file.rows.isEmpty {
                file.oldestSegment = segment
                needed[segment, default: 0] += 1
                file.deadline = now.monotonic.advanced(milliseconds: file.policy.ageMilliseconds)
                queue.remember(file)
            }
            let before = file.rows.bytes.count
            file.rows.append(rows.row(position))
            counters.rowsWaiting += 1
            counters.bytesWaiting += file.rows.bytes.count - before
            file.newest = time
        }
        if file.rows.count >= file.policy.rows { queue.append(file) }
    }
}
