import PollerModel

/// One file's rows on their way to an rrdcached. Only the thread that writes uses it.
final class CachedWriting {
    let file: RoundRobinFile
    private let rows: PackedRows
    /// `lines[i]` is row `i`.
    private var lines: [String] = []
    private var updates: [CachedCommand.Update] = []
    private var position = 0
    private var failure: StoreFailure?
    /// Whether the file was already found missing once; a second time is a failure.
    private var wasMissing = false

    init(_ write: ArchiveWrite) {
        file = write.file
        rows = write.rows
        guard CachedCommand.isPlain(path) else {
            failure = .refused(
                path: path, reason: "its path holds what rrdcached takes for syntax")
            return
        }
        var text = RowText()
        text.set(rows, from: 0, places: Array(0..<file.sources.count))
        lines = text.lines
        do {
            updates = try CachedCommand.updates(path, rows: lines)
        } catch {
            failure = .refused(path: path, reason: error.reason)
        }
    }

    var path: String { file.path }

    /// Whether nothing is left to be sent.
    var isOver: Bool { failure != nil || position == updates.count }

    var result: Result<Void, StoreFailure> { failure.map { .failure($0) } ?? .success(()) }

    /// From when on a new file is empty.
    var start: Timestamp {
        rows.isEmpty ? Timestamp(seconds: 0) : rows.time(0).advanced(seconds: -file.step.seconds)
    }

    /// What is to be sent next.
    ///
    /// - Precondition: it is not over.
    var next: CachedCommand.Update { updates[position] }
    var newestOfNext: Timestamp { rows.time(next.rows.upperBound - 1) }

    /// What was sent last has been taken.
    func advance() { position += 1 }

    func fail(_ detail: String) {
        failure = failure ?? .failed(path: path, operation: "updated", detail: detail)
    }

    /// All rows are to be sent again, into a new file.
    ///
    /// - Returns: false when that was so before.
    func beginAgain() -> Bool {
        defer { wasMissing = true }
        position = 0
        return !wasMissing
    }

    /// Leaves out the rows that are in the file. Its newest row is known to the second only, so
    /// within that second the values tell which it is.
    func leaveOut(_ info: CachedInfo) {
        guard failure == nil, let last = info.lastUpdate else { return }
        var first = 0
        for row in rows.indices {
            let seconds = rows.time(row).seconds
            if seconds < last || seconds == last && isNewest(row, info) { first = row + 1 }
        }
        keep(from: first)
    }

    private func isNewest(_ row: Int, _ info: CachedInfo) -> Bool {
        let values = lines[row].split(separator: ":").dropFirst()
        return zip(file.sources, values).allSatisfy { source, value in
            info.lastValues[source.name] == String(value.prefix(CachedInfo.longestValue))
        }
    }

    /// rrdcached refused the next command because its first new row is no later than what it
    /// has; it took the rows in front of that one and none behind. So each of them goes alone:
    /// the old ones are refused again, the others are taken.
    func leaveOutOld() {
        let update = next
        guard update.rows.count > 1 else { return advance() }
        updates.replaceSubrange(
            position...position,
            with: update.rows.map {
                CachedCommand.Update(text: "UPDATE \(path) \(lines[$0])", rows: $0..<($0 + 1))
            })
    }

    private func keep(from first: Int) {
        guard first > 0 else { return }
        position = 0
        do {
            updates = try CachedCommand.updates(path, rows: Array(lines[first...])).map {
                CachedCommand.Update(
                    text: $0.text,
                    rows: ($0.rows.lowerBound + first)..<($0.rows.upperBound + first))
            }
        } catch {
            failure = .refused(path: path, reason: error.reason)
        }
    }
}
