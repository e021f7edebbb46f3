/// Lines that repeat, folded: the first is told at once, and once a window how often it came
/// again. So one fault that comes a thousand times a second is two lines a minute.
package struct RepeatFold<Line: Sendable>: Sendable {
    package static var windowMilliseconds: Int64 { 60_000 }
    /// What more different lines come than this in one window is told as it comes.
    package static var mostKeys: Int { 1_000 }

    package enum Output: Sendable {
        case line(Line)
        /// The newest of those that were left out, how many there were, and in how long.
        case repeated(Line, count: Int, seconds: Int64)
    }

    private struct Entry {
        let since: MonotonicTime
        var count = 0
        var newest: Line
    }

    private var entries: [String: Entry] = [:]

    package init() {}

    /// What is to be written when this line comes.
    ///
    /// - Parameter key: of all lines that say the same of the same.
    package mutating func hear(
        _ line: Line, key: String, at now: MonotonicTime
    ) -> [Output] {
        guard var entry = entries[key] else {
            if entries.count < Self.mostKeys { entries[key] = Entry(since: now, newest: line) }
            return [.line(line)]
        }
        guard now.milliseconds - entry.since.milliseconds >= Self.windowMilliseconds else {
            entry.count += 1
            entry.newest = line
            entries[key] = entry
            return []
        }
        entries[key] = Entry(since: now, newest: line)
        return Self.output(entry, at: now) + [.line(line)]
    }

    /// What is to be written though nothing comes: of windows that are over.
    package mutating func due(at now: MonotonicTime) -> [Output] {
        let over = entries.filter {
            now.milliseconds - $0.value.since.milliseconds >= Self.windowMilliseconds
        }
        for key in over.keys { entries[key] = nil }
        return over.sorted { $0.value.since < $1.value.since }
            .flatMap { Self.output($0.value, at: now) }
    }

    /// What is to be written at the end.
    package mutating func flush(at now: MonotonicTime) -> [Output] {
        defer { entries = [:] }
        return entries.values.sorted { $0.since < $1.since }.flatMap { Self.output($0, at: now) }
    }

    private static func output(_ entry: Entry, at now: MonotonicTime) -> [Output] {
        guard entry.count > 0 else { return [] }
        let seconds = (now.milliseconds - entry.since.milliseconds + 999) / 1_000
        return [.repeated(entry.newest, count: entry.count, seconds: seconds)]
    }
}
