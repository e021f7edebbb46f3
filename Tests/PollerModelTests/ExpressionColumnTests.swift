import Glibc
import Testing

@testable import PollerModel

private let nan = Double.nan
private let infinity = Double.infinity

@Suite struct ExpressionColumnTests {
    /// Four rows of an hour each; the third of `a` is unknown, `gone` does not exist.
    private static let rows: [String: [Double]] = [
        "a": [1, -2.5, nan, 4], "b": [3, 0, 2, nan], "i": [infinity, -infinity, 0, nan],
        "short": [8],
    ]
    private let frame = ColumnFrame(
        start: 1_700_000_000 / 3_600 * 3_600, stepSeconds: 3_600, count: 4)

    private func column(_ text: String) throws -> [Double] {
        let names = Set(Self.rows.keys).union(["gone"])
        return try Expression(text, variables: names)
            .column({ Self.rows[$0] }, frame: frame, now: 1_800_000_000) { _ in 7_200 }
    }

    private func expect(
        _ text: String, _ expected: [Double], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let column = try column(text)
        let isEqual = column.elementsEqual(expected) { one, other in
            one.isNaN && other.isNaN || one == other || abs(one - other) < 1e-12
        }
        #expect(isEqual, "\(text): \(column)", sourceLocation: sourceLocation)
    }

    @Test(
        arguments: [
            ("a,b,+", [4, -2.5, nan, nan]), ("a,b,-", [-2, -2.5, nan, nan]),
            ("a,b,*", [3, 0, nan, nan]), ("a,b,/", [1 / 3, -infinity, nan, nan]),
            ("b,DUP,/", [1, nan, 1, nan]), ("a,b,%", [1, nan, nan, nan]),
            ("a,2,%", [1, -0.5, nan, 0]), ("a,b,ADDNAN", [4, -2.5, 2, 4]),
            ("a,2,POW", [1, 6.25, nan, 16]), ("a,0.5,POW", [1, nan, nan, 2]),
            ("a,0,POW", [1, 1, 1, 1]), ("b,-1,POW", [1.0 / 3, infinity, 0.5, nan]),
            ("a,SQRT", [1, nan, nan, 2]), ("b,LOG,EXP", [3, 0, 2, nan]),
            ("b,LOG", [log(3), -infinity, log(2), nan]),
            ("a,SIN", [sin(1), sin(-2.5), nan, sin(4)]),
            ("a,COS", [cos(1), cos(-2.5), nan, cos(4)]), ("i,SIN", [nan, nan, 0, nan]),
            ("a,ATAN", [atan(1), atan(-2.5), nan, atan(4)]),
            ("i,ATAN", [.pi / 2, -.pi / 2, 0, nan]),
            ("a,b,ATAN2", [atan2(1, 3), -.pi / 2, nan, nan]),
            ("a,FLOOR", [1, -3, nan, 4]), ("a,CEIL", [1, -2, nan, 4]), ("a,ABS", [1, 2.5, nan, 4]),
            ("b,RAD2DEG", [171.88733853, 0, 114.59155902, nan]),
            ("b,DEG2RAD", [0.0523598856, 0, 0.0349065904, nan]),
        ] as [(String, [Double])])
    func `arithmetic is librrd's, also of what is unknown, infinite or nothing`(
        text: String, expected: [Double]
    ) throws {
        try expect(text, expected)
    }

    @Test(
        arguments: [
            ("a,UN", [0, 0, 1, 0]), ("gone,UN", [1, 1, 1, 1]), ("i,ISINF", [1, 1, 0, 0]),
            ("a,1,LT", [0, 1, nan, 0]), ("a,1,LE", [1, 1, nan, 0]), ("a,1,GT", [0, 0, nan, 1]),
            ("a,1,GE", [1, 0, nan, 1]), ("a,1,EQ", [1, 0, nan, 0]), ("a,1,NE", [0, 1, nan, 1]),
            ("1,a,LT", [0, 0, nan, 1]), ("i,0,GT", [1, 0, 0, nan]),
            ("a,b,MIN", [1, -2.5, nan, nan]), ("a,b,MAX", [3, 0, nan, nan]),
            ("a,b,MINNAN", [1, -2.5, 2, 4]), ("a,b,MAXNAN", [3, 0, 2, 4]),
            ("i,7,MIN", [7, -infinity, 0, nan]), ("b,a,7,IF", [1, 7, nan, 7]),
            ("a,1,4,LIMIT", [1, nan, nan, 4]), ("a,b,4,LIMIT", [nan, nan, nan, nan]),
            ("a,-9,b,LIMIT", [1, -2.5, nan, nan]),
            ("i,NEGINF,INF,LIMIT", [infinity, -infinity, 0, nan]),
        ] as [(String, [Double])])
    func `comparing with the unknown is unknown, and only IF takes it for no`(
        text: String, expected: [Double]
    ) throws {
        try expect(text, expected)
    }

    @Test(
        arguments: [
            ("UNKN", [nan, nan, nan, nan]), ("INF", [infinity, infinity, infinity, infinity]),
            ("NEGINF", [-infinity, -infinity, -infinity, -infinity]), ("5", [5, 5, 5, 5]),
            ("a,DUP,+", [2, -5, nan, 8]), ("1,a,EXC,-", [0, -3.5, nan, 3]),
            ("a,b,POP", [1, -2.5, nan, 4]),
            ("short", [8, nan, nan, nan]), ("COUNT", [1, 2, 3, 4]),
            ("STEPWIDTH", [3_600, 3_600, 3_600, 3_600]),
            ("NOW", [1_800_000_000, 1_800_000_000, 1_800_000_000, 1_800_000_000]),
            ("TIME", [1_700_002_800, 1_700_006_400, 1_700_010_000, 1_700_013_600]),
            ("LTIME,TIME,-", [7_200, 7_200, 7_200, 7_200]),
            ("a,PREV,ADDNAN", [1, -1.5, -1.5, 2.5]), ("PREV,UN,a,PREV,IF", [1, 1, 1, 1]),
            ("a,PREV,+", [nan, nan, nan, nan]),
        ] as [(String, [Double])])
    func `rows know their time, their place and the row before`(
        text: String, expected: [Double]
    ) throws {
        try expect(text, expected)
    }

    @Test(
        arguments: [
            ("a,b,5,3,SORT,POP,POP", [1, -2.5, nan, nan]),
            ("a,b,5,3,SORT,EXC,POP,EXC,POP", [5, 5, 5, 5]),
            ("a,b,2,REV,-", [2, 2.5, nan, nan]), ("a,b,9,3,REV,POP,-", [6, 9, 7, nan]),
            ("a,b,9,3,AVG", [13.0 / 3, 6.5 / 3, 5.5, 6.5]), ("gone,1,AVG", [nan, nan, nan, nan]),
            ("a,b,9,3,MEDIAN", [3, 0, 5.5, 6.5]), ("a,b,2,MEDIAN", [2, -1.25, 2, 4]),
            ("gone,gone,2,MEDIAN", [nan, nan, nan, nan]), ("a,b,9,3,SMIN", [1, -2.5, 2, 4]),
            ("a,b,9,3,SMAX", [9, 9, 9, 9]), ("a,gone,2,SMIN", [1, -2.5, nan, 4]),
            ("a,b,2,STDEV", [2, 3.125, nan, nan].map { $0.squareRoot() }),
            (
                "a,b,9,3,STDEV",
                [104.0 / 6, 439.0 / 12, 24.5, 12.5].map { $0.squareRoot() }
            ),
            ("a,b,9,50,3,PERCENT", [3, 0, 2, 4]), ("a,b,9,100,3,PERCENT", [9, 9, 9, 9]),
            ("a,b,9,34,3,PERCENT", [1, -2.5, nan, nan]),
        ] as [(String, [Double])])
    func `of many values the unknown are left out or come first`(
        text: String, expected: [Double]
    ) throws {
        try expect(text, expected)
    }

    @Test(
        arguments: [
            ("a,3600,TREND", [1, -2.5, nan, 4]), ("a,1,TREND", [1, -2.5, nan, 4]),
            ("a,3601,TREND", [nan, -0.75, nan, nan]), ("a,7200,TREND", [nan, -0.75, nan, nan]),
            ("a,7200,TRENDNAN", [nan, -0.75, -2.5, 4]),
            ("a,10800,TRENDNAN", [nan, nan, -0.75, 0.75]),
            ("a,14400,TRENDNAN", [nan, nan, nan, 2.5 / 3]),
            ("a,14401,TRENDNAN", [nan, nan, nan, nan]),
            ("a,100000000,TREND", [nan, nan, nan, nan]),
            ("gone,7200,TRENDNAN", [nan, nan, nan, nan]),
            ("b,a,7200,TRENDNAN,+", [nan, -0.75, -0.5, nan]),
        ] as [(String, [Double])])
    func `a trend is the mean of the rows that its seconds touch`(
        text: String, expected: [Double]
    ) throws {
        try expect(text, expected)
    }
}
