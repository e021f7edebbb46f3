import Glibc
package import PollerModel

/// Round-robin files below one folder of this machine.
package final class LocalStore: RoundRobinStore {
    /// Batches that may wait for the writer's thread.
    static let largestQueue = 10_000

    private let folder: String
    private let timekeeper: any Timekeeper
    private let locks: FileLocks
    private let writer = WorkThread(name: "rrd-writer", limit: largestQueue)

    /// - Parameter storage: in the state folder, which exists, and whose path holds neither % nor
    ///   backslash: `SettingsLoader` refuses such a one, because librrd reads them as syntax.
    package init(storage: RoundRobinStorage, timekeeper: some Timekeeper) {
        folder = storage.folder
        locks = storage.locks
        self.timekeeper = timekeeper
    }

    /// How long what waits is still written when the store is to end; the rest is refused.
    static let stopPatience = Duration.seconds(3)

    /// Writes what waits, then ends.
    package func stop() async { await writer.stop(patience: Self.stopPatience) }

    package func create(
        _ files: [RoundRobinFile], start: Timestamp
    ) async -> [Result<Void, StoreFailure>] {
        await onWriter(files) { [self] file in
            locks.withLocked([file.path]) {
                Result { () throws(StoreFailure) in try makeIfMissing(file, start: start) }
            }
        }
    }

    package func update(_ updates: [RoundRobinUpdate]) async -> [Result<Void, StoreFailure>] {
        await onWriter(updates) { [self] update in
            locks.withLocked([update.file.path]) {
                Result { () throws(StoreFailure) in try write(update) }
            }
        }
    }

    package func lastRows(
        _ files: [RoundRobinFile]
    ) async -> [Result<RoundRobinLastRow, StoreFailure>] {
        await onWriter(files) { [self] file in
            locks.withLocked([file.path]) {
                Result { () throws(StoreFailure) in try lastRow(file) }
            }
        }
    }

    package func series(
        of file: RoundRobinFile, function: ConsolidationFunction, start: Timestamp,
        end: Timestamp
    ) async throws(StoreFailure) -> RoundRobinSeries {
        let results = await onWriter([file]) {
            [self] file -> Result<RoundRobinSeries, StoreFailure> in
            locks.withLocked([file.path]) {
                Result { () throws(StoreFailure) in
                    try series(file, function: function, start: start, end: end)
                }
            }
        }
        guard let result = results.first else { throw .stopped }
        return try result.get()
    }

    package func remove(_ paths: [String]) async -> [Result<Void, StoreFailure>] {
        await onWriter(paths) { [self] place in
            locks.withLocked([place]) {
                Result { () throws(StoreFailure) in
                    let path = "\(folder)/\(place)"
                    guard unlink(path) == 0 || errno == ENOENT else {
                        throw .failed(
                            path: path, operation: "removed",
                            detail: String(cString: strerror(errno)))
                    }
                    // The device's folder goes with its last file; while it has others it stays.
                    _ = rmdir(parent(of: path))
                }
            }
        }
    }

    /// Runs `body` for each element on the writer's thread.
    private func onWriter<Element: Sendable, Value: Sendable>(
        _ elements: [Element],
        _ body: @escaping @Sendable (Element) -> Result<Value, StoreFailure>
    ) async -> [Result<Value, StoreFailure>] {
        guard !elements.isEmpty else { return [] }
        switch await writer.run({ elements.map(body) }) {
        case .success(let results): return results
        case .failure(.overloaded(let waiting)):
            return elements.map { _ in .failure(.overloaded(waiting: waiting)) }
        case .failure(.stopped):
            return elements.map { _ in .failure(.stopped) }
        }
    }

    // MARK: On the writer's thread

    private func path(_ file: RoundRobinFile) -> String { "\(folder)/\(file.path)" }

    private func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    private func makeIfMissing(_ file: RoundRobinFile, start: Timestamp) throws(StoreFailure) {
        let path = path(file)
        guard access(path, F_OK) != 0 else { return }
        try makeFolders(for: path)
        do {
            // One second before, because librrd takes no row at the very start.
            try RRDLibrary.create(
                path, step: file.step, lastUpdate: start.seconds - 1,
                definitions: file.definitions)
        } catch {
            throw .failed(path: path, operation: "created", detail: error.words)
        }
        // librrd creates 0644 whatever the umask says.
        _ = chmod(path, 0o640)
    }

    private func makeFolders(for path: String) throws(StoreFailure) {
        let device = parent(of: path)
        for folder in [parent(of: device), device] {
            guard mkdir(folder, 0o750) == 0 || errno == EEXIST else {
                throw .failed(
                    path: folder, operation: "created", detail: String(cString: strerror(errno)))
            }
        }
    }

    private func write(_ update: RoundRobinUpdate) throws(StoreFailure) {
        let path = path(update.file)
        let lines: [String]
        do {
            lines = try RowText.lines(for: update, now: timekeeper.now.wall)
        } catch {
            throw .refused(path: path, reason: error.reason)
        }
        guard let first = update.rows.first else { return }
        try makeIfMissing(
            update.file, start: first.time.advanced(seconds: -update.file.step.seconds))
        do {
            try RRDLibrary.update(path, rows: lines)
        } catch {
            throw .failed(path: path, operation: "updated", detail: error.words)
        }
    }

    private func series(
        _ file: RoundRobinFile, function: ConsolidationFunction, start: Timestamp, end: Timestamp
    ) throws(StoreFailure) -> RoundRobinSeries {
        do {
            return try RRDLibrary.rows(
                path(file), function: function, start: start.seconds, end: end.seconds)
        } catch {
            throw .failed(path: path(file), operation: "read", detail: error.words)
        }
    }

    private func lastRow(_ file: RoundRobinFile) throws(StoreFailure) -> RoundRobinLastRow {
        do {
            let (seconds, texts) = try RRDLibrary.lastRow(path(file))
            var values: [String: RoundRobinValue] = [:]
            for source in file.sources {
                values[source.name] = texts[source.name].map {
                    RowText.value($0, kind: source.kind)
                }
            }
            return RoundRobinLastRow(time: Timestamp(seconds: seconds), values: values)
        } catch {
            throw .failed(path: path(file), operation: "read", detail: error.words)
        }
    }
}

/// What the store and the renderer share: the folder, and the locks on its files.
package final class RoundRobinStorage: Sendable {
    let folder: String
    let locks = FileLocks()

    package init(folder: String) { self.folder = folder }
}

extension RoundRobinFile {
    /// DS and RRA lines (RRDtool manual, rrdcreate). No bounds: what is too large is refused
    /// before it is written, with its reason; librrd would drop it without a word.
    var definitions: [String] {
        sources.map { "DS:\($0.name):\($0.kind.rawValue):\(heartbeatSeconds):U:U" }
            + archives.map {
                "RRA:\($0.function.rawValue):\($0.unknownShare):\($0.stepsPerRow):\($0.rows)"
            }
    }
}
