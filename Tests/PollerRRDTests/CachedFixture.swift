import Foundation
import PollerModel
import TestSupport
import Testing

@testable import PollerRRD

/// Files of an rrdcached, and rows for them.
struct CachedFixture {
    static let begin: Int64 = 1_700_000_040
    let files: CachedFiles
    /// Lives as long as whoever asks it.
    private let server: AnyObject?
    let now = Timestamp(seconds: begin + 1_000_000)
    let step: Step

    /// Without pauses after failures, unless a test is about them.
    init(
        _ address: CachedAddress, of server: AnyObject? = nil, timeout: Int64 = 20_000,
        pause: Int64 = 0
    ) throws {
        self.server = server
        files = CachedFiles(
            address,
            limits: .init(
                timeoutMilliseconds: timeout, firstPauseMilliseconds: pause,
                longestPauseMilliseconds: pause))
        step = try #require(Step(seconds: 60))
    }

    init(_ cache: RealCache, timeout: Int64 = 20_000, pause: Int64 = 0) throws {
        try self.init(.unix(path: cache.path), of: cache, timeout: timeout, pause: pause)
    }

    init(_ cache: ScriptedCache, timeout: Int64 = 20_000, pause: Int64 = 0) throws {
        try self.init(.loopback(cache.port), of: cache, timeout: timeout, pause: pause)
    }

    func file(
        _ id: Int = 1, kind: DataSourceKind = .counter, names: [String] = ["in", "out"],
        rows: Int = 1_500
    ) -> RoundRobinFile {
        RoundRobinFile(
            path: "rrd/\(id % 7)/\(id).rrd", step: step, heartbeatSeconds: 120,
            sources: names.map { .init(name: $0, kind: kind) },
            archives: [
                .init(function: .average, stepsPerRow: 1, rows: rows),
                .init(function: .average, stepsPerRow: 10, rows: 50),
                .init(function: .maximum, stepsPerRow: 10, rows: 50),
            ])
    }

    /// Row `n` of counters that grow by 1000 a second, stamped between the seconds.
    func row(_ number: Int64, milliseconds: Int64 = 250, values: Int = 2) -> RoundRobinRow {
        let time = Timestamp(milliseconds: (Self.begin + number * 60) * 1_000 + milliseconds)
        let count = RoundRobinValue.counter(UInt64(number * 60_000 + milliseconds))
        return RoundRobinRow(time: time, values: Array(repeating: count, count: values))
    }

    func write(_ file: RoundRobinFile, _ rows: [RoundRobinRow]) -> ArchiveWrite {
        var packed = PackedRows(valueCount: file.sources.count)
        for row in rows { packed.append(row) }
        return ArchiveWrite(file: file, rows: packed)
    }

    /// Writes rows `numbers` of a file.
    func write(_ file: RoundRobinFile, _ numbers: ClosedRange<Int64>) -> Result<Void, StoreFailure>
    {
        files.write(
            [write(file, numbers.map { row($0, values: file.sources.count) })], horizon: now)[0]
    }

    /// What is known of steps `numbers`, of the first data source.
    func rates(_ file: RoundRobinFile, _ numbers: Range<Int64>) throws -> [Double?] {
        guard !numbers.isEmpty else { return [] }
        return try files.series(
            SeriesRead(
                path: file.path, function: .average,
                range: TimeRange(
                    start: Timestamp(seconds: Self.begin + numbers.lowerBound * 60),
                    end: Timestamp(seconds: Self.begin + numbers.upperBound * 60 - 1)),
                rowSeconds: 60), horizon: now
        ).rows.map { $0[0] }
    }

    /// Whether all of them are the rate at which the counters grow.
    func areWhole(_ rates: [Double?]) -> Bool {
        rates.allSatisfy { $0.map { abs($0 - 1_000) < 0.001 } ?? false }
    }
}

extension CachedAddress {
    static func loopback(_ port: UInt16) -> CachedAddress {
        .network(IPAddress(bytes: [127, 0, 0, 1]), port: port)
    }
}
