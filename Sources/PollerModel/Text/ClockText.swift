/// Times and stretches of time as the clock on the wall shows them.
package enum ClockText {
    static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// “25 Nov 09:26 to 26 Nov 09:26”; the day of the end only where it is another, the year where
    /// they differ, the seconds where there are some.
    package static func range(
        _ range: TimeRange, zoneOffset: (Int64) -> Int64
    ) -> String {
        let ends = [range.start, range.end].map {
            CivilTime(secondsSinceEpoch: $0.seconds + zoneOffset($0.seconds))
        }
        let hasYears = ends[0].year != ends[1].year
        let hasSeconds = ends.contains { $0.second != 0 } && range.seconds < 3_600
        let isOneDay =
            (ends[0].year, ends[0].month, ends[0].day) == (ends[1].year, ends[1].month, ends[1].day)
        func day(_ time: CivilTime) -> String {
            "\(time.day) \(months[Int(time.month) - 1])" + (hasYears ? " \(time.year)" : "")
        }
        func clock(_ time: CivilTime) -> String {
            let text = time.text.suffix(8)
            return String(hasSeconds ? text : text.prefix(5))
        }
        return "\(day(ends[0])) \(clock(ends[0])) to "
            + (isOneDay ? "" : "\(day(ends[1])) ") + clock(ends[1])
    }
}
