import Foundation
import TestSupport
import Testing

@testable import PollerModel
@testable import PollerRRD

@Suite(.timeLimit(.minutes(10))) struct CachedGraphTests {
    private static let longestRow: Int64 = 1_440

    private func range(hours: Int64) throws -> TimeRange {
        let end = CachedFixture.begin + Self.longestRow * 60
        return try TimeRange(
            start: Timestamp(seconds: end - hours * 3_600), end: Timestamp(seconds: end))
    }

    /// Means and peaks of each file.
    private func reads(_ paths: [String], _ range: TimeRange) -> [SeriesRead] {
        paths.flatMap { path in
            [
                SeriesRead(path: path, function: .average, range: range, rowSeconds: 60),
                SeriesRead(path: path, function: .maximum, range: range, rowSeconds: 60),
            ]
        }
    }

    /// A picture of what was answered to `reads`.
    private func script(
        _ rows: [RoundRobinSeries], _ range: TimeRange, width: Int = 240, title: String = "t"
    ) -> GraphScript {
        .picture(
            title: title, range: range, width: width, height: 60, rows: rows,
            stride(from: 0, to: rows.count, by: 2).flatMap { number -> [GraphScript.Element] in
                [
                    .read("a\(number)", "in", rows: number),
                    .read("b\(number)", "out", rows: number),
                    .read("c\(number)", "in", rows: number + 1, .maximum),
                    .area(
                        name: "a\(number)", color: Color(0x336699), legend: "in", isStacked: false),
                    .line("b\(number)", color: 0x993366, legend: "out"),
                    .line("c\(number)", legend: "peak"),
                ]
            })
    }

    /// Two files with a day of uneven rows and a gap.
    private func write(_ fixture: CachedFixture) throws -> [RoundRobinFile] {
        let files = [1, 2].map { fixture.file($0, kind: .gauge) }
        let rows = (Int64(0)...Self.longestRow).filter { !(700..<800).contains($0) }.map { number in
            RoundRobinRow(
                time: Timestamp(milliseconds: (CachedFixture.begin + number * 60) * 1_000 + 250),
                values: [.gauge(Double(number * 37 % 101)), .gauge(Double(number * 53 % 211))])
        }
        for result in fixture.files.write(
            files.map { fixture.write($0, rows) }, horizon: fixture.now)
        { try result.get() }
        return files
    }

    /// As the store asks for them.
    private func rows(
        _ files: some ArchiveBackend, _ reads: [SeriesRead]
    ) throws -> [RoundRobinSeries] {
        try reads.map { try files.series($0, horizon: Timestamp(seconds: 4_000_000_000)) }
    }

    /// The words in which reading one of them fails; nil when all are read.
    private func failure(_ files: some ArchiveBackend, _ reads: [SeriesRead]) -> String? {
        do {
            _ = try rows(files, reads)
            return nil
        } catch {
            return (error as? StoreFailure)?.words
        }
    }

    @Test func `five hundred pictures are the same as those of the files themselves`() async throws
    {
        let cache = try await RealCache()
        let fixture = try CachedFixture(cache)
        let paths = try write(fixture).map(\.path)
        let storage = RoundRobinStorage(folder: cache.base)
        let store = try JournaledStore(
            storage: storage, timekeeper: ManualClock(CachedFixture.begin + Self.longestRow * 60),
            logger: StoreFixture.silent)
        let renderer = RowRenderer()
        for number in 0..<(Places.isFast ? 20 : 500) {
            let range = try range(hours: Int64(number % 4 + 1))
            let reads = reads(paths, range)
            let cached = try rows(fixture.files, reads)
            let local = try await store.series(reads).map { try $0.get() }
            for (one, other) in zip(cached, local) {
                #expect(one.start == other.start && one.stepSeconds == other.stepSeconds)
                #expect(one.names == other.names && one.rowCount == other.rowCount)
                #expect(one.rows == other.rows, "\(number)")
            }
            try #require(cached.allSatisfy { $0.values.contains { $0 > 0 } })
            guard number.isMultiple(of: 10) else { continue }
            let pictures = (
                try await renderer.render(
                    script(cached, range, width: 240 + number % 50, title: "\(number)")),
                try await renderer.render(
                    script(local, range, width: 240 + number % 50, title: "\(number)"))
            )
            #expect(pictures.0 == pictures.1, "\(number)")
        }
    }

    @Test func `a range that needs fewer rows than there are is drawn from the finest`()
        async throws
    {
        let cache = try await RealCache()
        let fixture = try CachedFixture(cache)
        let paths = try write(fixture).map(\.path)
        let range = try range(hours: 24)
        let series = try rows(fixture.files, reads(paths, range))
        #expect(series[0].stepSeconds == 60)
        let image = try await RowRenderer().render(script(series, range))
        #expect(image.range == range)
        #expect(image.bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]))
    }

    @Test func `rrdcached's finest rows, put together, are the longer ones of the file`()
        async throws
    {
        let cache = try await RealCache()
        let fixture = try CachedFixture(cache)
        let paths = try write(fixture).map(\.path)
        let frame = ColumnFrame(covering: try range(hours: 4), stepSeconds: 600)
        // From whole rows on: of part of one there is only the mean of that part.
        let range = try TimeRange(
            start: Timestamp(seconds: frame.start), end: Timestamp(seconds: frame.end))
        let store = try JournaledStore(
            storage: RoundRobinStorage(folder: cache.base),
            timekeeper: ManualClock(CachedFixture.begin + Self.longestRow * 60),
            logger: StoreFixture.silent)
        for function in [ConsolidationFunction.average, .maximum] {
            let read = SeriesRead(
                path: paths[0], function: function, range: range, rowSeconds: 600)
            let cached = try rows(fixture.files, [read])[0]
            #expect(cached.stepSeconds == 60)
            let local = try await store.series([read])[0].get()
            #expect(local.stepSeconds == 600)
            let pair = [cached, local].map { $0.fitted(to: frame, function).values }
            #expect(pair[0].count { !$0.isNaN } >= 2 * 24)
            for (one, other) in zip(pair[0], pair[1]) where !one.isNaN && !other.isNaN {
                #expect(abs(one - other) < 1e-9)
            }
        }
    }

    @Test func `a new row is in the next picture`() async throws {
        let cache = try await RealCache()
        let fixture = try CachedFixture(cache)
        let file = fixture.file()
        let renderer = RowRenderer()
        let range = try TimeRange(
            start: Timestamp(seconds: CachedFixture.begin),
            end: Timestamp(seconds: CachedFixture.begin + 3_600))
        var before: GraphImage?
        for number in stride(from: Int64(0), to: 50, by: 10) {
            try fixture.write(file, number...(number + 9)).get()
            let rows = try rows(fixture.files, reads([file.path], range))
            let image = try await renderer.render(script(rows, range))
            #expect(image.bytes != before?.bytes)
            before = image
        }
    }

    @Test func `without rrdcached there are no rows but the reason`() async throws {
        let cache = try await RealCache()
        let fixture = try CachedFixture(cache)
        let reads = reads(try write(fixture).map(\.path), try range(hours: 1))
        #expect(failure(fixture.files, reads) == nil)
        try await cache.suspend()
        let impatient = try CachedFixture(cache, timeout: 200).files
        #expect(failure(impatient, reads)?.contains("did not answer within 200 ms") == true)
        cache.resume()
        try await cache.kill()
        #expect(failure(fixture.files, reads)?.contains("cannot be reached") == true)
    }

    @Test func `a file that is not there is said, and what it does not have is not drawn`()
        async throws
    {
        let cache = try await RealCache()
        let fixture = try CachedFixture(cache)
        let paths = try write(fixture).map(\.path)
        let range = try range(hours: 1)
        let words = failure(fixture.files, reads([paths[0], "rrd/9/9.rrd"], range))
        #expect(words?.contains("rrd/9/9.rrd could not be read") == true)
        let rows = try rows(fixture.files, reads(paths, range))
        var wrong = script(rows, range)
        wrong.elements[0] = .read("a0", "no")
        let renderer = RowRenderer()
        await #expect {
            try await renderer.render(wrong)
        } throws: { error in
            (error as? RenderFailure)?.words.contains("No DS called 'no'") == true
        }
        await renderer.stop()
        await #expect(throws: RenderFailure.stopped) {
            try await renderer.render(script(rows, range))
        }
    }

    @Test func `librrd reads only series that were lent to it`() {
        let range = try? TimeRange(start: Timestamp(seconds: 60), end: Timestamp(seconds: 120))
        for name in ["cb//0", "cb//", "cb//x", "cb//-1", "cb//99999999999999999999"] {
            #expect {
                _ = try RRDLibrary.graph(
                    ["DEF:a=\(name):in:AVERAGE", "LINE1:a#000000"], scale: 1,
                    range: try #require(range))
            } throws: { error in
                (error as? RRDLibrary.Failure)?.words.contains("there is no series") == true
            }
        }
    }
}
