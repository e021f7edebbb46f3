import PollerModel

/// Rows as librrd reads them, checked before it sees them: a bad later value would corrupt an
/// earlier data source, and a time far ahead would close the file for good.
enum RowText {
    /// What is wrong with a row.
    struct Refusal: Error, Hashable {
        let reason: String
    }

    /// - Parameter now: rows later than one step from here are refused.
    static func lines(for update: RoundRobinUpdate, now: Timestamp) throws(Refusal) -> [String] {
        var lines: [String] = []
        var before: Timestamp?
        let latest = now.advanced(seconds: update.file.step.seconds)
        for row in update.rows {
            guard row.time.milliseconds > 0, row.time <= latest else {
                throw Refusal(reason: "its time \(row.time.rfc3339) lies in the future")
            }
            if let before, row.time <= before {
                throw Refusal(reason: "its rows are not in the order of time")
            }
            guard row.values.count == update.file.sources.count else {
                throw Refusal(
                    reason: "it has \(row.values.count) values for "
                        + "\(update.file.sources.count) data sources")
            }
            var line = time(row.time)
            for (value, source) in zip(row.values, update.file.sources) {
                line += ":" + (try text(value, for: source))
            }
            lines.append(line)
            before = row.time
        }
        return lines
    }

    /// Seconds with the milliseconds behind a point.
    private static func time(_ time: Timestamp) -> String {
        let fraction = String(time.milliseconds % 1_000)
        let padding = String(repeating: "0", count: 3 - fraction.count)
        return "\(time.milliseconds / 1_000).\(padding)\(fraction)"
    }

    private static func text(
        _ value: RoundRobinValue, for source: RoundRobinFile.Source
    ) throws(Refusal) -> String {
        switch (value, source.kind) {
        case (.unknown, _): return "U"
        case (.counter(let number), .counter): return String(number)
        case (.gauge(let number), .gauge) where number.isFinite: return number.plainText
        default:
            throw Refusal(
                reason: "\(value) is no value for the \(source.kind.rawValue) \(source.name)")
        }
    }

    /// Reads back what a file remembers of its newest row.
    static func value(_ text: String, kind: DataSourceKind) -> RoundRobinValue {
        switch kind {
        case .counter: UInt64(text).map { .counter($0) } ?? .unknown
        case .gauge: Double(text).flatMap { $0.isFinite ? .gauge($0) : nil } ?? .unknown
        }
    }
}
