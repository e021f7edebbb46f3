import PollerModel

/// The answer to FETCHBIN: five lines with times and counts, then one record for each data
/// source, `DSName-in: BinaryData 300 8 LITTLE`, a line feed, the numbers and a line feed. All of
/// it is checked, because librrd draws from it.
struct CachedSeries: Hashable {
    /// What an archive of 64 MiB holds of one data source.
    static let mostRows = 8 << 20
    /// More than any template has.
    static let mostSources = 1_000
    private static let headLines = 5

    let start: Int64
    let end: Int64
    let step: Int64
    private(set) var names: [String] = []
    /// `columns[i]` belongs to `names[i]`.
    private(set) var columns: [[Double]] = []

    /// - Parameter records: as the status line counts them.
    init(from socket: CachedSocket, records: Int) throws(CachedFailure) {
        guard try Self.number("FlushVersion", socket) == 1 else {
            throw Self.wrong("its version is not 1")
        }
        start = try Self.number("Start", socket)
        end = try Self.number("End", socket)
        step = try Self.number("Step", socket)
        let count = try Self.number("DSCount", socket)
        guard (1...Int64(Self.mostSources)).contains(count), Int(count) + Self.headLines == records
        else { throw Self.wrong("\(count) data sources in \(records) records") }
        guard start > 0, end >= start, end < Self.latest, (1...Self.longestStep).contains(step),
            start.isMultiple(of: step), end.isMultiple(of: step),
            (end - start) / step <= Int64(Self.mostRows)
        else { throw Self.wrong("rows of \(step) s from \(start) to \(end)") }
        for _ in 0..<count {
            let (name, numbers) = try Self.column(socket, rows: Int((end - start) / step))
            guard !names.contains(name) else { throw Self.wrong("“\(name)” comes twice") }
            names.append(name)
            columns.append(numbers)
        }
    }

    /// Beyond the year 5000: sums of such times still fit.
    private static let latest: Int64 = 100_000_000_000
    /// A hundred years.
    private static let longestStep: Int64 = 3_155_760_000

    /// Whether it shows what was asked for: librrd widens a range to whole rows, no further.
    func covers(start wantedStart: Int64, end wantedEnd: Int64) -> Bool {
        start <= wantedStart && wantedStart - start < step && end >= wantedEnd
            && end - wantedEnd <= step
    }

    var series: RoundRobinSeries {
        let count = Int((end - start) / step)
        return RoundRobinSeries(
            start: Timestamp(seconds: start), stepSeconds: step, names: names,
            values: (0..<count).flatMap { row in columns.map { $0[row] } })
    }

    private static func number(
        _ key: String, _ socket: CachedSocket
    ) throws(CachedFailure) -> Int64 {
        let line = try socket.line()
        guard line.starts(with: "\(key): ".utf8),
            let number = Int64(
                String(decoding: line.dropFirst(key.utf8.count + 2), as: UTF8.self))
        else { throw wrong("“\(CachedReply.shown(line))” in place of \(key)") }
        return number
    }

    private static func column(
        _ socket: CachedSocket, rows: Int
    ) throws(CachedFailure) -> (name: String, numbers: [Double]) {
        let line = try socket.line()
        let text = String(decoding: line, as: UTF8.self)
        guard
            let match = text.wholeMatch(
                of: /DSName-([A-Za-z0-9_-]{1,19}): BinaryData ([0-9]+) 8 (LITTLE|BIG)/),
            Int(match.output.2) == rows
        else { throw wrong("“\(CachedReply.shown(line))” in place of \(rows) rows") }
        let isBig = match.output.3 == "BIG"
        let bytes = try socket.bytes(rows * 8)
        let numbers = bytes.withUnsafeBytes { bytes in
            (0..<rows).map { row in
                let word = bytes.loadUnaligned(fromByteOffset: row * 8, as: UInt64.self)
                return Double(
                    bitPattern: isBig ? UInt64(bigEndian: word) : UInt64(littleEndian: word))
            }
        }
        guard try socket.bytes(1).first == 0x0a else { throw wrong("no line ends behind the rows") }
        return (String(match.output.1), numbers)
    }

    private static func wrong(_ what: String) -> CachedFailure {
        .nonsense(what: "its rows make no sense: \(what)")
    }
}
