import Testing

@testable import PollerModel

@Suite struct CivilTimeTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00"), (951_782_400, "2000-02-29T00:00:00"),
            (1_795_622_409, "2026-11-25T16:00:09"), (-1, "1969-12-31T23:59:59"),
            (4_102_444_799, "2099-12-31T23:59:59"),
        ] as [(Int64, String)])
    func `seconds and dates turn into each other`(seconds: Int64, text: String) {
        let civil = CivilTime(secondsSinceEpoch: seconds)
        #expect(civil.text == text)
        #expect(civil.secondsSinceEpoch == seconds)
    }

    @Test func `every day of forty years has the day after it`() {
        var day = CivilTime(year: 2000, month: 1, day: 1).secondsSinceEpoch
        for _ in 0..<14_610 {
            let next = CivilTime(secondsSinceEpoch: day + 86_400)
            #expect(next.secondsSinceEpoch == day + 86_400)
            #expect(next.weekday == (CivilTime(secondsSinceEpoch: day).weekday + 1) % 7)
            day += 86_400
        }
        #expect(CivilTime(secondsSinceEpoch: day).text == "2040-01-01T00:00:00")
    }

    @Test func `the first of January 1970 was a Thursday`() {
        #expect(CivilTime(secondsSinceEpoch: 0).weekday == 3)
    }
}

@Suite struct RFC3339Tests {
    @Test(
        arguments: [
            ("2026-11-25T16:00:09Z", 1_795_622_409_000),
            ("2026-11-25 17:00:09.25+01:00", 1_795_622_409_250),
            ("2026-11-25t16:00:09z", 1_795_622_409_000),
            ("2026-11-25T10:30:09-05:30", 1_795_622_409_000),
        ] as [(String, Int64)])
    func `what the RFC allows is read`(text: String, milliseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2026-11-25", "2026-11-25T16:00:09", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
        "2026-11-25T24:00:00Z", "2026-11-25T16:60:00Z", "2026-11-25T16:00:09Zx",
        "٢٠٢٦-11-25T16:00:09Z",
        "2026-11-25T16:00:09.Z", "2026-11-25T16:00:09+1:00",
    ])
    func `anything else is not`(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test func `a time is written as it is read`() {
        let time = Timestamp(seconds: 1_795_622_409)
        #expect(time.rfc3339 == "2026-11-25T16:00:09Z")
        #expect(Timestamp(rfc3339: time.rfc3339) == time)
    }
}

@Suite struct TimeExpressionTests {
    /// 2026-11-25T16:00:09Z, a Wednesday.
    private let now = Timestamp(seconds: 1_795_622_409)

    private func resolve(
        _ text: String, _ edge: TimeExpression.Edge = .start, offset: Int64 = 0
    ) -> String? {
        TimeExpression(text)?.timestamp(now: now, edge: edge) { _ in offset }.rfc3339
    }

    @Test(arguments: [
        ("now", "2026-11-25T16:00:09Z"), ("now-6h", "2026-11-25T10:00:09Z"),
        ("now-90s", "2026-11-25T15:58:39Z"), ("now-1d/d", "2026-11-24T00:00:00Z"),
        ("now/h", "2026-11-25T16:00:00Z"), ("now/w", "2026-11-23T00:00:00Z"),
        ("now/M", "2026-11-01T00:00:00Z"), ("now-1y/y", "2025-01-01T00:00:00Z"),
        ("now-1M", "2026-10-25T16:00:09Z"), ("now+2w", "2026-12-09T16:00:09Z"),
        ("1795622409", "2026-11-25T16:00:09Z"), ("2026-11-25T16:00:09Z", "2026-11-25T16:00:09Z"),
    ])
    func `times are read as Grafana reads them`(text: String, expected: String) {
        #expect(resolve(text) == expected)
    }

    @Test func `as an end, a rounded time is the start of the next unit`() {
        #expect(resolve("now-1d/d", .end) == "2026-11-25T00:00:00Z")
        #expect(resolve("now/M", .end) == "2026-12-01T00:00:00Z")
    }

    @Test func `the last day of a month stays in the month before`() {
        let march = Timestamp(rfc3339: "2026-03-31T12:00:00Z")
        let time = TimeExpression("now-1M")?.timestamp(now: march ?? now, edge: .start) { _ in 0 }
        #expect(time?.rfc3339 == "2026-02-28T12:00:00Z")
    }

    @Test func `days are those of the zone`() {
        #expect(resolve("now/d", offset: 9 * 3_600) == "2026-11-25T15:00:00Z")
    }

    /// Europe/Berlin in 2026: summer time from 29 March 01:00 UTC to 25 October 01:00 UTC.
    private func berlin(_ seconds: Int64) -> Int64 {
        let start = CivilTime(year: 2026, month: 3, day: 29, hour: 1).secondsSinceEpoch
        let end = CivilTime(year: 2026, month: 10, day: 25, hour: 1).secondsSinceEpoch
        return (start..<end).contains(seconds) ? 7_200 : 3_600
    }

    @Test(arguments: [
        ("2026-03-29T12:00:00Z", 23), ("2026-10-25T12:00:00Z", 25), ("2026-07-01T12:00:00Z", 24),
    ])
    func `a day has the hours it has`(noon: String, hours: Int64) throws {
        let noon = try #require(Timestamp(rfc3339: noon))
        let day = try #require(TimeExpression("now/d"))
        let start = day.timestamp(now: noon, edge: .start, zoneOffset: berlin)
        let end = day.timestamp(now: noon, edge: .end, zoneOffset: berlin)
        #expect(end.seconds - start.seconds == hours * 3_600)
    }

    @Test(arguments: [
        "", "now-", "now-6", "now-6x", "now/", "now/dd", "now-6h/", "yesterday", "-1d", "now - 6h",
        "now-9999999999h", "99999999999999", "now-1000001s", "now-٣d",
    ])
    func `what is no time is refused`(text: String) {
        #expect(TimeExpression(text) == nil)
    }
}
