import Testing

@testable import PollerModel

@Suite struct TimeAxisTests {
    private func axis(_ seconds: Int64, width: Int) throws -> TimeAxis {
        let start = Timestamp(seconds: 1_700_000_000)
        let range = try TimeRange(start: start, end: start.advanced(seconds: seconds))
        return TimeAxis.fitted(to: range, width: width)
    }

    @Test func `hours have no day within one day, also one of 25 hours, and have one beyond`()
        throws
    {
        #expect(try axis(25 * 3_600, width: 4_000).format == "%H:%M")
        #expect(try axis(25 * 3_600 + 1, width: 4_000).format == "%a %H:%M")
    }

    @Test func `days of the week stand for themselves within a week only`() throws {
        #expect(try axis(7 * 86_400, width: 4_000).format == "%a %H:%M")
        #expect(try axis(7 * 86_400 + 1, width: 4_000).format == "%a %d %b")
    }

    @Test func `months have no year within one year, and have one beyond`() throws {
        #expect(try axis(366 * 86_400, width: 450).format == "%b")
        #expect(try axis(366 * 86_400 + 1, width: 450).format == "%b %Y")
    }

    @Test func `the longest range has labels with room in the narrowest picture`() throws {
        let axis = try axis(GraphLimits.rangeSeconds.upperBound, width: 100)
        #expect(axis.label.unit == .year && axis.label.count == 20 && axis.format == "%Y")
    }
}
