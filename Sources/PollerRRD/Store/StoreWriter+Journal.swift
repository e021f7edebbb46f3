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
        var found: [String: ReplayedRows] = [:]
        let report = JournalReplay.read(folder) { event in
            switch event {
            case .segment(let number): segment = number
            case .removed(let path): found[path] = nil
            case .rows(let definition, let rows):
                found[definition.path, default: ReplayedRows()].add(rows, definition, segment)
            }
        }
        for (path, rows) in found { takeBack(rows.pieces, path, now: now) }
        reporter.replayed(report)
        counters.tornBytes = report.tornBytes + report.damagedBytes
        journal.follow(report)
    }

    /// Which rows are in the file already is seen when it is written: to look into a hundred
    /// thousand files would take minutes after a boot, when the kernel has none of them in memory.
    private func takeBack(_ pieces: [ReplayedRows.Piece], _ path: String, now: Moment) {
        guard let first = pieces.first, let last = pieces.last else { return }
        let file = BufferedFile(first.definition)
        files[path] = file
        file.isNewestKnown = true
        file.newest = last.rows.time(last.rows.count - 1)
        file.later = Array(pieces.dropFirst())
        for piece in pieces {
            needed[piece.segment, default: 0] += 1
            counters.rowsReplayed += piece.rows.count
        }
        begin(with: first, of: file, now: now)
    }

    /// Rows of another definition waited for those before them to be written.
    func goOn(with file: BufferedFile) {
        begin(with: file.later.removeFirst(), of: file, now: timekeeper.now)
        queue.append(file)
    }

    private func begin(with piece: ReplayedRows.Piece, of file: BufferedFile, now: Moment) {
        file.file = piece.definition
        file.mark = Journal.Mark()
        file.rows = piece.rows
        file.oldestSegment = piece.segment
        file.deadline = now.monotonic.advanced(milliseconds: file.policy.ageMilliseconds)
        counters.rowsWaiting += piece.rows.count
        counters.bytesWaiting += piece.rows.bytes.count
        queue.remember(file)
        if file.rows.count >= file.policy.rows { queue.append(file) }
    }
}
