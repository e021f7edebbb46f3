import Glibc
import PollerModel

/// Rows as librrd reads them (RRDtool manual, rrdupdate), in memory that is used again.
struct RowText {
    /// What is wrong with a row or a file.
    struct Refusal: Error, Hashable {
        let reason: String
    }

    private var bytes: [CChar] = []
    private var starts: [Int] = []

    /// Takes over rows, from number `first` on.
    ///
    /// - Parameter places: which value fills each data source of the file, in its order; nil is
    ///   unknown.
    mutating func set(_ rows: PackedRows, from first: Int, places: [Int?]) {
        bytes.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        for row in first..<rows.count {
            starts.append(bytes.count)
            append(rows.time(row))
            for place in places {
                bytes.append(Self.colon)
                append(place.map { rows.value(row, $0) } ?? .unknown)
            }
            bytes.append(0)
        }
    }

    /// The rows as C strings, for as long as `body` runs.
    func withRows<Value, Problem>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>, Int32) throws(Problem) -> Value
    ) throws(Problem) -> Value {
        try bytes.withUnsafeBufferPointer { text in
            withUnsafeTemporaryAllocation(
                of: UnsafePointer<CChar>?.self, capacity: starts.count + 1
            ) { vector in
                for (position, start) in starts.enumerated() {
                    vector.initializeElement(at: position, to: text.baseAddress.map { $0 + start })
                }
                vector.initializeElement(at: starts.count, to: nil)
                return Result { () throws(Problem) in
                    guard let base = vector.baseAddress else {
                        preconditionFailure("a vector that ends in nil is not empty")
                    }
                    return try body(UnsafePointer(base), Int32(starts.count))
                }
            }
        }.get()
    }

    /// The rows as text.
    var lines: [String] {
        withRows { vector, count in
            (0..<Int(count)).compactMap { vector[$0].map { String(cString: $0) } }
        }
    }

    private static let colon = CChar(0x3A)
    private static let point = CChar(0x2E)
    private static let zero: UInt64 = 0x30
    private static let unknown = CChar(0x55)
    /// Of a number with 64 bits.
    private static let mostDigits = 20

    /// Seconds with the milliseconds behind a point.
    private mutating func append(_ time: Timestamp) {
        append(UInt64(clamping: time.milliseconds / 1_000))
        bytes.append(Self.point)
        let fraction = UInt64(clamping: time.milliseconds % 1_000)
        bytes.append(CChar(fraction / 100 + Self.zero))
        bytes.append(CChar(fraction / 10 % 10 + Self.zero))
        bytes.append(CChar(fraction % 10 + Self.zero))
    }

    private mutating func append(_ value: RoundRobinValue) {
        switch value {
        case .unknown: bytes.append(Self.unknown)
        case .counter(let number): append(number)
        case .gauge(let number):
            for byte in number.plainText.utf8 { bytes.append(CChar(bitPattern: byte)) }
        }
    }

    private mutating func append(_ number: UInt64) {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Self.mostDigits) { digits in
            var first = Self.mostDigits
            var rest = number
            repeat {
                first -= 1
                digits[first] = CChar(truncatingIfNeeded: rest % 10 + Self.zero)
                rest /= 10
            } while rest > 0
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[first...]))
        }
    }
}

extension RowText {
    /// What librrd must never see: a bad later value would corrupt an earlier data source, and a
    /// time far ahead would close the file for good.
    ///
    /// - Parameters:
    ///   - latest: rows later than this are refused.
    ///   - newest: the time of the newest row there is; nil when there is none.
    static func check(
        _ update: RoundRobinUpdate, latest: Timestamp, after newest: Timestamp?
    ) throws(Refusal) {
        var before = newest
        for row in update.rows {
            // A clock that was reset to 1970 would make files that the guard takes for damaged.
            guard row.time.seconds > HeadGuard.earliestUpdate else {
                throw Refusal(
                    reason: "its time \(row.time.rfc3339) lies before 1980: the clock is wrong")
            }
            guard row.time <= latest else {
                throw Refusal(reason: "its time \(row.time.rfc3339) lies in the future")
            }
            if let before, row.time <= before {
                throw Refusal(
                    reason: "its time \(row.time.rfc3339) is not later than that of the row "
                        + "before, \(before.rfc3339)")
            }
            guard row.values.count == update.file.sources.count else {
                throw Refusal(
                    reason: "it has \(row.values.count) values for "
                        + "\(update.file.sources.count) data sources")
            }
            for (value, source) in zip(row.values, update.file.sources) {
                switch (value, source.kind) {
                case (.unknown, _), (.counter, .counter): break
                case (.gauge(let number), .gauge) where number.isFinite: break
                default:
                    throw Refusal(
                        reason:
                            "\(value) is no value for the \(source.kind.rawValue) \(source.name)"
                    )
                }
            }
            before = row.time
        }
    }

    /// Which value of a row fills each data source of a file. A file that was made for another
    /// definition has them in another order, some less, or some more, which stay unknown.
    static func places(of file: RoundRobinFile, in head: FileHead) throws(Refusal) -> [Int?] {
        if head.hasSources(file.sources) { return Array(0..<file.sources.count) }
        var places: [Int?] = []
        for (name, kind, _) in head.sources {
            let place = file.sources.firstIndex { $0.name == name }
            places.append(place)
            guard let place else { continue }
            let wanted = file.sources[place].kind
            // DERIVE takes raw counters as COUNTER does.
            guard kind == wanted.rawValue || (kind == "DERIVE" && wanted == .counter) else {
                throw Refusal(
                    reason: "its data source \(name) is a \(kind) and should be a "
                        + "\(wanted.rawValue): pollerctl rrd reshape --data-source ID puts it right"
                )
            }
        }
        return places
    }

    /// Reads back what a file remembers of its newest row.
    static func value(_ text: String, kind: DataSourceKind) -> RoundRobinValue {
        switch kind {
        case .counter: UInt64(text).map { .counter($0) } ?? .unknown
        case .gauge: Double(text).flatMap { $0.isFinite ? .gauge($0) : nil } ?? .unknown
        }
    }
}
