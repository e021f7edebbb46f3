import Foundation
import TestSupport
import Testing

@testable import PollerModel
@testable import PollerRRD

/// What Cacti's own argument vectors plot of a file (`rrdtool graph` of its traffic templates), and
/// what we plot of the same.
@Suite struct CactiTwinTests {
    private static let now: Int64 = 1_698_653_863
    private let twin: CactiTwin

    init() async throws {
        twin = try await CactiTwin(now: Self.now)
    }

    /// From and to in seconds before now, and the seconds of a row there; whole rows, because Cacti
    /// gives librrd nothing else.
    private static let ranges: [(from: Int64, to: Int64, row: Int64)] = [
        (6 * 3_600, 0, 300), (2 * 86_400, 86_400, 300), (7 * 86_400, 0, 1_800),
        (30 * 86_400, 10 * 86_400, 7_200), (400 * 86_400, 86_400, 86_400),
    ]

    private func range(_ one: (from: Int64, to: Int64, row: Int64)) throws -> TimeRange {
        func whole(_ ago: Int64) -> Timestamp {
            Timestamp(seconds: (Self.now - ago) / one.row * one.row)
        }
        return try TimeRange(start: whole(one.from), end: whole(one.to))
    }

    @Test func `the modern traffic graph plots what Cacti's vector plots, row by row`()
        async throws
    {
        var rows = 0
        for one in Self.ranges {
            let range = try range(one)
            let path = twin.folder.path(twin.files[0])
            // cacti-map 2.4.2.
            let cacti = try await twin.export(
                [
                    "DEF:a=\(path):traffic_in:MAX", "DEF:b=\(path):traffic_in:AVERAGE",
                    "DEF:c=\(path):traffic_out:MAX", "DEF:d=\(path):traffic_out:AVERAGE",
                    "CDEF:cdefa=a,8,*", "CDEF:cdefb=b,8,*", "CDEF:cdeff=c,8,*",
                    "CDEF:cdefg=d,8,*",
                ], names: ["cdefa", "cdefb", "cdeff", "cdefg"], range, rowSeconds: one.row)
            var view = GraphView()
            view.showsPeaks = true
            let plan = try twin.plan(range, parts: 1, view: view)
            #expect(plan.frame.stepSeconds == one.row)
            for (place, columns) in [(cacti[0], cacti[1]), (cacti[2], cacti[3])].enumerated() {
                let series = plan.series[place]
                expectTwins(series.values, columns.1, "\(one) \(series.label)")
                expectTwins(series.peaks ?? series.values, columns.0, "\(one) \(series.label)")
                rows += columns.1.count { !$0.isNaN }
            }
            // Mean and peak of both, as the command draws that we show: areas below lines.
            let drawn = try await twin.exportDrawn(plan, rowSeconds: one.row)
            for column in cacti {
                #expect(drawn.contains { areTwins($0, column) }, "\(one)")
            }
        }
        #expect(rows > 1_000)
    }

    @Test func `the classic traffic graph plots what Cacti's vector plots, row by row`()
        async throws
    {
        for one in Self.ranges {
            let range = try range(one)
            let path = twin.folder.path(twin.files[0])
            // cacti-map 2.4.3.
            let cacti = try await twin.export(
                [
                    "DEF:a=\(path):traffic_in:AVERAGE", "DEF:b=\(path):traffic_out:AVERAGE",
                    "CDEF:cdefa=a,8,*", "CDEF:cdefe=b,8,*",
                ], names: ["cdefa", "cdefe"], range, rowSeconds: one.row)
            var view = GraphView()
            view.showsPeaks = false
            let plan = try twin.plan(range, parts: 1, view: view)
            let drawn = try await twin.exportDrawn(plan, rowSeconds: one.row)
            for (place, column) in cacti.enumerated() {
                expectTwins(plan.series[place].values, column, "\(one)")
                #expect(drawn.contains { areTwins($0, column) }, "\(one)")
            }
        }
    }

    @Test func `a sum of what is known is Cacti's total of all data sources`() async throws {
        var (same, empty) = (0, 0)
        for one in Self.ranges {
            let range = try range(one)
            let cacti = try await total(range, rowSeconds: one.row)
            var arrangement = GraphSubject.Arrangement()
            (arrangement.kind, arrangement.unknowns) = (.sum, .known)
            let plan = try twin.plan(range, parts: twin.files.count, as: arrangement)
            let ours = plan.series[0].values
            let known = try await twin.knownParts(range, rowSeconds: one.row)
            try #require(ours.count == cacti.count && known.count == ours.count)
            for row in ours.indices {
                // Where nothing is known, Cacti's sum is 0 and ours is unknown.
                if known[row] == 0 {
                    #expect(ours[row].isNaN && cacti[row] == 0, "\(one) row \(row)")
                    empty += 1
                } else {
                    #expect(isTwin(ours[row], cacti[row]), "\(one) row \(row)")
                    same += 1
                }
            }
        }
        #expect(same > 500 && empty > 10, "\(same) \(empty)")
    }

    @Test func `a strict sum is unknown exactly where a part is, and else the same`() async throws {
        var (same, unknown) = (0, 0)
        for one in Self.ranges {
            let range = try range(one)
            let cacti = try await total(range, rowSeconds: one.row)
            var arrangement = GraphSubject.Arrangement()
            (arrangement.kind, arrangement.unknowns) = (.sum, .strict)
            let plan = try twin.plan(range, parts: twin.files.count, as: arrangement)
            let ours = plan.series[0].values
            let known = try await twin.knownParts(range, rowSeconds: one.row)
            try #require(ours.count == cacti.count && known.count == ours.count)
            for row in ours.indices {
                if known[row] < twin.files.count {
                    #expect(ours[row].isNaN, "\(one) row \(row)")
                    unknown += 1
                } else {
                    #expect(isTwin(ours[row], cacti[row]), "\(one) row \(row)")
                    same += 1
                }
            }
        }
        #expect(same > 200 && unknown > 50, "\(same) \(unknown)")
    }

    /// Cacti's preset “Total All Data Sources” of the inbound traffic (cacti-map 2.4.4), with all
    /// rows older than the newest.
    private func total(_ range: TimeRange, rowSeconds: Int64) async throws -> [Double] {
        let newest = Self.now + 2 * rowSeconds
        var definitions: [String] = []
        var terms: [String] = []
        for (place, file) in twin.files.enumerated() {
            let path = twin.folder.path(file)
            definitions.append("DEF:d\(place)=\(path):traffic_in:AVERAGE")
            let name = "d\(place)"
            terms.append("TIME,\(newest),GT,\(name),\(name),UN,0,\(name),IF,IF")
        }
        let sum = terms.joined(separator: ",") + String(repeating: ",+", count: terms.count - 1)
        definitions += ["CDEF:sum=\(sum)", "CDEF:cdefa=sum,8,*"]
        return try await twin.export(
            definitions, names: ["cdefa"], range, rowSeconds: rowSeconds)[0]
    }
}

/// Whether two columns are the same, row by row.
private func areTwins(_ left: [Double], _ right: [Double]) -> Bool {
    left.count == right.count && zip(left, right).allSatisfy { isTwin($0, $1) }
}

private func expectTwins(_ ours: [Double], _ theirs: [Double], _ context: String) {
    #expect(ours.count == theirs.count, "\(context)")
    for (row, pair) in zip(ours, theirs).enumerated() {
        #expect(isTwin(pair.0, pair.1), "\(context) row \(row)")
    }
}
