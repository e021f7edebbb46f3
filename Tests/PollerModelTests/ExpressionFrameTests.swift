import Glibc
import TestSupport
import Testing

@testable import PollerModel

@Suite struct ExpressionFrameTests {
    private func column(
        _ text: String, _ frame: ColumnFrame, _ rows: [Double] = [], offset: Int64 = 0
    ) throws -> [Double] {
        try Expression(text, variables: ["a"]).column({ _ in rows }, frame: frame, now: 0) { _ in
            offset
        }
    }

    /// Days, months and years begin by the clocks of the zone, at the end of a row.
    @Test(
        arguments: [
            // 2023-12-31 is a Sunday.
            ("NEWDAY", 1_703_894_400, 0, [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]),
            ("NEWWEEK", 1_703_894_400, 0, [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]),
            ("NEWMONTH", 1_703_894_400, 0, [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]),
            ("NEWYEAR", 1_703_894_400, 0, [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]),
            ("NEWDAY", 1_703_894_400, 21_600, [0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0]),
            ("NEWYEAR", 1_703_894_400, -21_600, [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]),
        ] as [(String, Int64, Int64, [Double])])
    func `a new day begins where the zone's clocks say so`(
        text: String, start: Int64, offset: Int64, expected: [Double]
    ) throws {
        let frame = ColumnFrame(start: start, stepSeconds: 21_600, count: 12)
        #expect(try column(text, frame, offset: offset) == expected)
    }

    @Test(arguments: [0, 1, 511, 512, 513, 1_025])
    func `a column has as many rows as its frame, however they are cut into blocks`(
        count: Int
    ) throws {
        let frame = ColumnFrame(start: 600, stepSeconds: 60, count: count)
        let rows = (0..<count).map(Double.init)
        #expect(try column("a", frame, rows) == rows)
        #expect(try column("a,2,*,1,+,COUNT,-", frame, rows) == rows)
        #expect(try column("a,a,a,3,AVG", frame, rows + [9, 9]) == rows)
        #expect(try column("PREV,0,ADDNAN,1,+", frame) == rows.map { $0 + 1 })
        #expect(try column("TIME", frame).last == (count == 0 ? nil : Double(frame.end)))
    }

    @Test(arguments: [1, 2, 3, 7, 64, 999, 1_000])
    func `a trend is what adding up each window comes to`(window: Int) throws {
        var generator = SeededGenerator(seed: UInt64(window))
        let rows = (0..<1_000).map { _ in
            Int.random(in: 0..<10, using: &generator) == 0
                ? Double.nan : Double.random(in: -1...1, using: &generator)
        }
        let frame = ColumnFrame(start: 0, stepSeconds: 10, count: rows.count)
        let trend = try column("a,\(window * 10),TREND", frame, rows)
        let known = try column("a,\(window * 10 - 9),TRENDNAN", frame, rows)
        for row in rows.indices {
            guard row + 1 >= window else {
                #expect(trend[row].isNaN && known[row].isNaN)
                continue
            }
            let seen = rows[(row + 1 - window)...row]
            let there = seen.filter { !$0.isNaN }
            let mean = there.reduce(0, +) / Double(there.count)
            #expect(trend[row].isNaN == (there.count < seen.count || there.isEmpty))
            #expect(trend[row].isNaN || abs(trend[row] - mean) < 1e-12)
            #expect(known[row].isNaN == there.isEmpty)
            #expect(there.isEmpty || abs(known[row] - mean) < 1e-12)
        }
    }

    @Test func `values are sorted as qsort does with librrd's comparison`() throws {
        var values = [5, .infinity, .nan, 1]
        LibrrdOrder.sort(&values)
        #expect(values[0].isNaN)
        // Not a slip of the pen: librrd takes a number to be larger than infinity.
        #expect(values.dropFirst().elementsEqual([1, .infinity, 5]))
        var generator = SeededGenerator(seed: 7)
        for length in 0...200 {
            let kinds = Int.random(in: 1...6, using: &generator)
            let given = (0..<length).map { _ in
                switch Int.random(in: 0..<kinds, using: &generator) {
                case 0, 3: Double(Int.random(in: -9...9, using: &generator))
                case 1: Double.nan
                case 2: Double.random(in: -1e300...1e300, using: &generator)
                case 4: Double.infinity
                default: -Double.infinity
                }
            }
            var (ours, librrds) = (given, given)
            LibrrdOrder.sort(&ours)
            qsort(&librrds, length, MemoryLayout<Double>.size) { one, other in
                guard let one = one?.load(as: Double.self), let other = other?.load(as: Double.self)
                else { return 0 }
                if one.isNaN && other.isNaN { return 0 }
                if one.isNaN { return -1 }
                if other.isNaN { return 1 }
                if one.isInfinite { return one > 0 ? 1 : -1 }
                if other.isInfinite { return other > 0 ? 1 : -1 }
                return one < other ? -1 : one > other ? 1 : 0
            }
            let isEqual = ours.elementsEqual(librrds) { $0 == $1 || $0.isNaN && $1.isNaN }
            #expect(isEqual, "\(given)")
        }
    }
}
