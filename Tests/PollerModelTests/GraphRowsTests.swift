import TestSupport
import Testing

@testable import PollerModel

@Suite struct GraphRowsTests {
    private func series(
        _ values: [Double], from start: Int64, seconds: Int64 = 60
    ) -> RoundRobinSeries {
        RoundRobinSeries(
            start: Timestamp(seconds: start), stepSeconds: seconds, names: ["v"], values: values)
    }

    /// Those of the frame; nil is unknown.
    private func fitted(
        _ series: RoundRobinSeries, _ frame: ColumnFrame,
        _ function: ConsolidationFunction = .average
    ) -> [Double?] {
        let fitted = series.fitted(to: frame, function)
        #expect(fitted.start.seconds == frame.start && fitted.rowCount == frame.count)
        #expect(fitted.stepSeconds == frame.stepSeconds && fitted.names == series.names)
        return fitted.rows.map { $0[0] }
    }

    @Test func `a frame has the rows of which time lies in the range`() throws {
        func frame(_ start: Int64, _ end: Int64) throws -> ColumnFrame {
            ColumnFrame(
                covering: try TimeRange(
                    start: Timestamp(seconds: start), end: Timestamp(seconds: end)),
                stepSeconds: 60)
        }
        #expect(try frame(600, 720) == ColumnFrame(start: 600, stepSeconds: 60, count: 2))
        #expect(try frame(659, 720) == ColumnFrame(start: 600, stepSeconds: 60, count: 2))
        #expect(try frame(660, 721) == ColumnFrame(start: 660, stepSeconds: 60, count: 2))
    }

    @Test func `rows of another start are moved, and what lies outside is left out`() {
        let frame = ColumnFrame(start: 600, stepSeconds: 60, count: 3)
        #expect(fitted(series([1, 2, 3], from: 600), frame) == [1, 2, 3])
        #expect(fitted(series([1, 2, 3], from: 540), frame) == [2, 3, nil])
        #expect(fitted(series([1, 2, 3], from: 720), frame) == [nil, nil, 1])
        #expect(fitted(series([1], from: 6_000), frame) == [nil, nil, nil])
        #expect(fitted(series([1], from: 0), frame) == [nil, nil, nil])
    }

    @Test func `columns stay apart`() {
        let both = RoundRobinSeries(
            start: Timestamp(seconds: 600), stepSeconds: 60, names: ["a", "b"],
            values: [1, 10, 3, 30])
        for frame in [
            ColumnFrame(start: 600, stepSeconds: 60, count: 2),
            ColumnFrame(start: 600, stepSeconds: 120, count: 1),
        ] {
            let fitted = both.fitted(to: frame, .average)
            let means = frame.count == 1 ? [2.0] : [1, 3]
            #expect(fitted.column("a") == means)
            #expect(fitted.column("b") == means.map { $0 * 10 })
        }
    }

    @Test(
        arguments: [
            (.average, 2), (.maximum, 3), (.minimum, 1), (.last, 2),
        ] as [(ConsolidationFunction, Double)])
    func `shorter rows are put together as their function says`(
        function: ConsolidationFunction, value: Double
    ) {
        let frame = ColumnFrame(start: 600, stepSeconds: 180, count: 1)
        #expect(fitted(series([1, 3, 2], from: 600), frame, function) == [value])
        let negative = fitted(series([-1, -3, -2], from: 600), frame, .maximum)
        #expect(negative == [-1])
    }

    @Test func `a row is known when half of it is`() {
        let frame = ColumnFrame(start: 600, stepSeconds: 240, count: 2)
        let half = series([.nan, 4, 6, .nan, 1, .nan, .nan, .nan], from: 600)
        #expect(fitted(half, frame) == [5, nil])
        #expect(fitted(half, frame, .maximum) == [6, nil])
    }

    @Test func `longer rows and rows between the others count by the time they share`() {
        let longer = ColumnFrame(start: 600, stepSeconds: 60, count: 5)
        #expect(fitted(series([1, 2], from: 600, seconds: 120), longer) == [1, 1, 2, 2, nil])
        let between = ColumnFrame(start: 600, stepSeconds: 60, count: 2)
        #expect(fitted(series([0, 60, 120], from: 580), between) == [20, 80])
    }

    private func file(_ archives: [RoundRobinArchive]) throws -> RoundRobinFile {
        RoundRobinFile(
            path: "rrd/1/1.rrd", step: try #require(Step(seconds: 60)), heartbeatSeconds: 120,
            sources: [.init(name: "v", kind: .gauge)], archives: archives)
    }

    @Test func `the finest rows that reach back are chosen, else those that reach farthest`()
        throws
    {
        let file = try file([
            .init(function: .average, stepsPerRow: 60, rows: 100),
            .init(function: .average, stepsPerRow: 1, rows: 100),
            .init(function: .average, stepsPerRow: 10, rows: 100),
            .init(function: .maximum, stepsPerRow: 60, rows: 100),
        ])
        let now = Timestamp(seconds: 1_700_000_000)
        func seconds(_ ago: Int64, _ function: ConsolidationFunction = .average) throws -> Int64? {
            let start = now.advanced(seconds: -ago)
            return file.rowSeconds(
                function, over: try TimeRange(start: start, end: start.advanced(seconds: 600)),
                now: now)
        }
        #expect(try seconds(6_000) == 60)
        #expect(try seconds(6_001) == 600)
        #expect(try seconds(60_000) == 600)
        #expect(try seconds(60_001) == 3_600)
        #expect(try seconds(9_000_000) == 3_600)
        #expect(try seconds(600, .maximum) == 3_600)
        #expect(try seconds(600, .minimum) == nil)
        #expect(file.has(.average, rowSeconds: 600) && !file.has(.maximum, rowSeconds: 600))
    }

    @Test func `no more rows are read than a picture takes`() throws {
        let rows = Int(GraphLimits.mostRows) * 2
        let file = try file([
            .init(function: .average, stepsPerRow: 1, rows: rows),
            .init(function: .average, stepsPerRow: 10, rows: rows),
        ])
        let now = Timestamp(seconds: 1_700_000_000)
        func seconds(rows count: Int64) throws -> Int64? {
            file.rowSeconds(
                .average,
                over: try TimeRange(start: now.advanced(seconds: -60 * count), end: now), now: now)
        }
        #expect(try seconds(rows: GraphLimits.mostRows) == 60)
        #expect(try seconds(rows: GraphLimits.mostRows + 1) == 600)
    }

    @Test func `the newest rows are read beside longer ones that reach to now`() throws {
        let file = try file([
            .init(function: .average, stepsPerRow: 1, rows: 100),
            .init(function: .average, stepsPerRow: 60, rows: 1_000),
            .init(function: .maximum, stepsPerRow: 60, rows: 1_000),
        ])
        let now = Timestamp(seconds: 1_700_000_000)
        func reads(hours: Int64, endAgo: Int64 = 0) throws -> GraphReads.Part {
            let end = now.advanced(seconds: -endAgo)
            return try GraphFixture.reads(
                GraphFixture.subject([file]), end.advanced(seconds: -hours * 3_600), end, now: now
            ).parts[0]
        }
        let short = try reads(hours: 1)
        #expect(short.average.rowSeconds == 60 && short.peak == nil && short.recent == nil)
        let long = try reads(hours: 100)
        #expect(long.average.rowSeconds == 3_600)
        #expect(long.peak?.function == .maximum && long.peak?.rowSeconds == 3_600)
        #expect(long.recent?.rowSeconds == 60 && long.recent?.range.end == now)
        #expect(long.all.count == 3 && long.earlier == nil && long.others.isEmpty)
        #expect(try reads(hours: 100, endAgo: 59).recent != nil)
        #expect(try reads(hours: 100, endAgo: 60).recent == nil)
    }

    @Test func `a file that cannot be read leaves the others as they are`() throws {
        let files = try [1, 2].map { number in
            RoundRobinFile(
                path: "rrd/1/\(number).rrd", step: try #require(Step(seconds: 60)),
                heartbeatSeconds: 120, sources: [.init(name: "v", kind: .gauge)],
                archives: [.init(function: .average, stepsPerRow: 1, rows: 1_000)])
        }
        let now = Timestamp(seconds: 1_700_000_040)
        let (start, end) = (now.advanced(seconds: -3_600), now)
        let subject = try GraphFixture.subject(files)
        let reads = try GraphFixture.reads(subject, start, end, now: now)
        let failure = StoreFailure.failed(
            path: "rrd/1/1.rrd", operation: "read", detail: "it is not there")
        let sound = RoundRobinSeries(answering: reads.all[1], names: ["v"]) { _, _ in 3 }
        let rows = GraphRows(
            reads, [.failure(failure), .success(sound)],
            range: try TimeRange(start: start, end: end))
        #expect(rows.parts.map(\.failure) == [failure, nil])
        #expect(rows.parts[0].columns.isEmpty)
        #expect(rows.parts[1].columns[.average]?.column("v")?.allSatisfy { $0 == 3 } == true)
    }
}
