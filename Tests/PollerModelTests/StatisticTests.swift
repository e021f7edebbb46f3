import Testing

@testable import PollerModel

@Suite struct StatisticTests {
    private let frame = ColumnFrame(start: 1_000, stepSeconds: 10, count: 5)

    private func expect(
        _ statistic: Statistic, of column: [Double], is value: Double?, at time: Int64? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let found = statistic.value(of: column, frame: frame)
        let isEqual =
            found.value == value || abs((found.value ?? .nan) - (value ?? .nan)) < 1e-12
        #expect(isEqual, "\(found)", sourceLocation: sourceLocation)
        #expect(found.time == time, sourceLocation: sourceLocation)
    }

    @Test func `what was at some time says when`() {
        let column: [Double] = [.nan, 2, -1, 2, .nan]
        expect(.maximum, of: column, is: 2, at: 1_020)
        expect(.minimum, of: column, is: -1, at: 1_030)
        expect(.last, of: column, is: 2, at: 1_040)
        // The start of its row, as librrd has it.
        expect(.first, of: column, is: 2, at: 1_010)
    }

    @Test func `sums leave out what is unknown or infinite`() {
        let column: [Double] = [.nan, 2, .infinity, 4, -.infinity]
        expect(.average, of: column, is: 3)
        expect(.total, of: column, is: 60)
        expect(.deviation, of: column, is: 1)
        expect(.slope, of: column, is: 1)
        expect(.intercept, of: column, is: 1)
        expect(.correlation, of: column, is: 1)
    }

    @Test func `infinity is an extreme only where it comes first`() {
        expect(.maximum, of: [1, .infinity, 3, 2, 0], is: 3, at: 1_030)
        expect(.maximum, of: [.nan, .infinity, 3, 2, 0], is: .infinity, at: 1_020)
        expect(.minimum, of: [-.infinity, .infinity, 3, 2, 0], is: -.infinity, at: 1_010)
        expect(.last, of: [1, .infinity, .nan, .nan, .nan], is: .infinity, at: 1_020)
    }

    @Test func `an unknown row is the smallest of all, or left out`() {
        let column = [5, .nan, 1, .nan, 3]
        expect(.percentile(100), of: column, is: 5)
        expect(.percentile(75), of: column, is: 3)
        expect(.percentile(50), of: column, is: 1)
        // Half a row is rounded up: 0.375 × 4 = 1.5 is the third.
        expect(.percentile(37.5), of: column, is: 1)
        expect(.percentile(37.4), of: column, is: nil)
        expect(.percentileOfKnown(50), of: column, is: 3)
        expect(.percentileOfKnown(24.9), of: column, is: 1)
        expect(.percentileOfKnown(25), of: column, is: 3)
        expect(.percentileOfKnown(1), of: column, is: 1)
    }

    @Test(
        arguments: [
            .maximum, .minimum, .average, .deviation, .last, .first, .total, .percentile(95),
            .percentileOfKnown(95), .slope, .intercept, .correlation,
        ] as [Statistic])
    func `nothing known has no number`(statistic: Statistic) {
        expect(statistic, of: [], is: nil)
        expect(statistic, of: [.nan, .nan, .nan, .nan, .nan], is: nil)
    }

    @Test func `through one point there is no line`() {
        let column: [Double] = [.nan, 3, .nan, .nan, .nan]
        for statistic in [Statistic.slope, .intercept, .correlation] {
            expect(statistic, of: column, is: nil)
        }
        // A level line fits nothing better than anything else.
        expect(.correlation, of: [3, 3, 3, 3, 3], is: nil)
        expect(.slope, of: [3, 3, 3, 3, 3], is: 0)
    }

    @Test(arguments: [0, -1, 100.000_1, .nan, .infinity])
    func `a percentage is more than 0 and up to 100`(percentage: Double) {
        expect(.percentile(percentage), of: [1, 2, 3, 4, 5], is: nil)
        expect(.percentileOfKnown(percentage), of: [1, 2, 3, 4, 5], is: nil)
        for name in ["PERCENT", "PERCENTNAN"] {
            #expect(throws: Expression.Mistake.self) { try Statistic("\(percentage),\(name)") }
        }
    }

    @Test(arguments: [
        "MAXIMUM", "MINIMUM", "AVERAGE", "STDEV", "LAST", "FIRST", "TOTAL", "95,PERCENT",
        "99.9,PERCENTNAN", "100,PERCENT", "1e-05,PERCENT", "LSLSLOPE", "LSLINT", "LSLCORREL",
    ])
    func `a statistic is written as it is read`(text: String) throws {
        #expect(try Statistic(text).rpnText == text)
    }

    @Test(arguments: [
        ("", "is no statistic"), ("AVRAGE", "did you mean “AVERAGE”"),
        ("95,LAST", "takes no number"),
        ("PERCENT", "one percentage"), ("x,PERCENT", "one percentage"),
        ("1,2,PERCENT", "one percentage"),
        ("a,b,+", "is no statistic"),
    ])
    func `a mistake in a statistic is said`(text: String, words: String) {
        #expect {
            try Statistic(text)
        } throws: { error in
            (error as? Expression.Mistake)?.words.contains(words) == true
        }
    }
}
