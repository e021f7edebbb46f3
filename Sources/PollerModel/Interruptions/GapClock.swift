/// Times of gaps as the reader of a picture takes them: hours and minutes, with the day where the
/// picture shows more than one, or the time lies outside of it.
package struct GapClock: Sendable {
    /// A picture that shows at most so much needs no days; one day of 25 hours among it.
    package static let longestDaySeconds: Int64 = 25 * 3_600

    /// In a longer one a day and a month may stand for two days.
    private static let longestYearSeconds: Int64 = 300 * 86_400

    private let range: TimeRange
    private let zoneOffset: @Sendable (Int64) -> Int64

    /// - Parameter zoneOffset: seconds east of UTC of the reader's zone at a UTC second.
    package init(for range: TimeRange, zoneOffset: @escaping @Sendable (Int64) -> Int64) {
        self.range = range
        self.zoneOffset = zoneOffset
    }

    /// “02:10”, “26 Nov 02:10”, of a year “26 Nov 2026 02:10”; in the hour that a change to winter time repeats with what tells
    /// the two apart, “02:10 (UTC+2)”.
    package func text(_ time: Timestamp) -> String {
        let offset = zoneOffset(time.seconds)
        let local = CivilTime(secondsSinceEpoch: time.seconds + offset)
        var text = String(local.text.dropFirst(11).prefix(5))
        if range.seconds > Self.longestDaySeconds || time < range.start || time > range.end {
            let year = range.seconds > Self.longestYearSeconds ? " \(local.year)" : ""
            text = "\(local.day) \(ClockText.months[Int(local.month) - 1])\(year) \(text)"
        }
        return isRepeated(time, offset) ? text + " (\(Self.zone(offset)))" : text
    }

    /// How far the offset of a zone moves with summer time at most; half an hour in some.
    private static let shifts: [Int64] = [1_800, 3_600, 7_200]

    /// Whether the clocks on the wall show this time twice.
    private func isRepeated(_ time: Timestamp, _ offset: Int64) -> Bool {
        Self.shifts.contains { shift in
            zoneOffset(time.seconds + shift) == offset - shift
                || zoneOffset(time.seconds - shift) == offset + shift
        }
    }

    private static func zone(_ offset: Int64) -> String {
        let minutes = abs(offset) / 60
        let rest = minutes % 60
        return "UTC" + (offset < 0 ? "−" : "+") + "\(minutes / 60)"
            + (rest > 0 ? ":\(rest < 10 ? "0" : "")\(rest)" : "")
    }
}
