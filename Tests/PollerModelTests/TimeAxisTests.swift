import Testing

@testable import PollerModel

@Suite struct TimeAxisTests {
    private func axis(_ seconds: Int64, width: Int) throws -> TimeAxis {
        let start = Timestamp(seconds: 1_700_000_000)
        let range = try TimeRange(start: start, end: start.advanced(seconds: seconds))
        return TimeAxis.fitted(to: range, width: width) { _ in 0 }
    }

    /// Of a range that ends at 2026-11-26 and so many seconds by a clock one hour east of UTC.
    private func axis(
        ofLast days: Int64, endingAt second: Int64, width: Int = 700
    ) throws -> TimeAxis {
        let end = Timestamp(seconds: 1_795_651_200 - 3_600 + second)
        let range = try TimeRange(start: end.advanced(seconds: -days * 86_400), end: end)
        return TimeAxis.fitted(to: range, width: width) { _ in 3_600 }
    }

    @Test func `a label that would reach over the right edge makes another grid`() throws {
        // Of a week, a day is 100 pixels: the label of the last one begins to show at noon.
        let noon: Int64 = 43_200
        #expect(try axis(ofLast: 7, endingAt: noon - 1).format == "%a %d %b")
        #expect(try axis(ofLast: 7, endingAt: noon).format == "%d %b")
        #expect(try axis(ofLast: 7, endingAt: noon + 6_000).format == "%a %d")
        #expect(try axis(ofLast: 7, endingAt: noon + 16_000).format == "%a %d %b")
        // Hours fit beside the plot.
        for second in stride(from: Int64(0), to: 7_200, by: 120) {
            #expect(try axis(ofLast: 1, endingAt: second).label.count == 2, "\(second)")
        }
    }

    @Test func `the last label is where librrd puts it`() throws {
        func last(_ start: String, _ end: String, width: Int = 700) throws -> String? {
            let range = try TimeRange(
                start: try #require(Timestamp(rfc3339: start)),
                end: try #require(Timestamp(rfc3339: end)))
            let axis = TimeAxis.fitted(to: range, width: width) { _ in 0 }
            return axis.lastLabel(in: range) { _ in 0 }.map { Timestamp(seconds: $0).rfc3339 }
        }
        // Sundays.
        #expect(
            try last("2026-10-27T12:20:00Z", "2026-11-26T12:20:00Z") == "2026-11-22T00:00:00Z")
        // The middle of a month of 30.4 days.
        #expect(
            try last("2025-11-26T12:20:00Z", "2026-11-26T12:20:00Z") == "2026-11-16T05:14:33Z")
        #expect(
            try last("2026-11-25T12:20:00Z", "2026-11-26T12:20:00Z") == "2026-11-26T12:00:00Z")
        // A year of 365.2 days.
        #expect(
            try last("2001-01-01T00:00:00Z", "2026-01-01T00:00:00Z", width: 1_200)
                == "2025-07-02T14:54:36Z")
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
