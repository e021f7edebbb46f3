import PollerModel

/// What others ask of the files.
extension StoreWriter {
    func create(_ files: [RoundRobinFile], start: Timestamp) -> [Result<Void, StoreFailure>] {
        files.map { file in
            Result { () throws(StoreFailure) in try backend.create(file, start: start) }
        }
    }

    func lastRows(_ wanted: [RoundRobinFile]) -> [Result<RoundRobinLastRow, StoreFailure>] {
        let now = timekeeper.now
        return wanted.map { definition in
            if let file = files[definition.path], !file.rows.isEmpty {
                return .success(file.lastRow)
            }
            let result = Result { () throws(StoreFailure) in
                try backend.lastRow(definition, horizon: horizon(now))
            }
            let file = buffered(definition, now: now)
            file.isNewestKnown = true
            if case .success(let row) = result { file.newest = row.time }
            return result
        }
    }

    func series(_ read: SeriesRead) throws(StoreFailure) -> RoundRobinSeries {
        try settle(read.path)
        return try backend.series(read, horizon: horizon(timekeeper.now))
    }

    /// Brings everything that waits for a file into it.
    func settle(_ path: String) throws(StoreFailure) {
        guard let file = files[path] else { return }
        // More than once where rows of another definition come behind.
        while !file.rows.isEmpty {
            flush([file], now: timekeeper.now)
            if let trouble = file.trouble { throw trouble }
        }
    }

    func plan(_ file: RoundRobinFile) throws(ReshapeFailure) -> ReshapePlan {
        try backend.plan(file, horizon: horizon(timekeeper.now))
    }

    /// With all that waits for the file in it.
    func reshape(
        _ file: RoundRobinFile, undoFolder: String
    ) throws(ReshapeFailure) -> ReshapeReport {
        do {
            try settle(file.path)
        } catch {
            throw .store(error)
        }
        return try backend.reshape(
            file, undoPath: "\(undoFolder)/\(file.path)", horizon: horizon(timekeeper.now))
    }

    func remove(_ paths: [String]) -> [Result<Void, StoreFailure>] {
        paths.map { path in
            forget(path)
            return Result { () throws(StoreFailure) in try backend.remove(path) }
        }
    }

    /// Nothing waits for a file any more, and the journal gives nothing of before back.
    func forget(_ path: String) {
        if let file = files.removeValue(forKey: path) {
            drop(rows: file.rows.count, of: file)
            for later in file.later { release(later.segment) }
            if file.trouble != nil { relieve(file) }
            queue.forget(file)
        }
        do throws(SystemError) {
            try journal.append(removed: path)
        } catch {
            // Without it, the next start would make the file again from the rows before.
            untoldRemovals.append(path)
            journalFailed(error, now: timekeeper.now)
        }
    }

    /// The newest row that is known of, and why what waits cannot be written; without a look at the
    /// file.
    func waiting(for path: String) -> (newest: Timestamp?, trouble: StoreFailure?) {
        (files[path]?.newest, files[path]?.trouble)
    }

    /// Writes what waits while there is time; the rest stays in the journal.
    func finish(by end: ContinuousClock.Instant) {
        var waiting = files.values.filter { !$0.rows.isEmpty }
        while !waiting.isEmpty, ContinuousClock.now < end {
            for start in stride(from: 0, to: waiting.count, by: backend.largestWrite) {
                guard ContinuousClock.now < end else { break }
                flush(
                    Array(waiting[start..<min(start + backend.largestWrite, waiting.count)]),
                    now: timekeeper.now)
            }
            // Rows of another definition may come behind.
            waiting = waiting.filter { !$0.rows.isEmpty && $0.trouble == nil }
        }
        if counters.rowsWaiting == 0, nextJournalTry == nil {
            // The next start has nothing to read then but the newest time.
            do throws(SystemError) {
                try journal.begin()
            } catch {
                journalFailed(error, now: timekeeper.now)
            }
        }
        releaseSegments(now: timekeeper.now)
    }
}
