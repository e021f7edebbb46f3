extension TimeAxis {
    /// Labels that are looked at; a picture has no room for more.
    private static let mostLabels = 1_000

    /// Where the middle of the last label stands, in seconds of UTC; nil where there is none.
    ///
    /// As librrd finds it (rrd_graph.c: vertical_grid, find_first_time): the first label belongs to
    /// the beginning of the range by the clock on the wall, and the others follow in its distance.
    func lastLabel(in range: TimeRange, zoneOffset: (Int64) -> Int64) -> Int64? {
        let half = labelSpanSeconds / 2
        let start = range.start.seconds - half
        var local = first(atOrBefore: start + zoneOffset(start))
        var last: Int64?
        for _ in 0..<Self.mostLabels {
            let guess = local - zoneOffset(local)
            let middle = local - zoneOffset(guess) + half
            guard middle <= range.end.seconds else { break }
            if middle >= range.start.seconds { last = middle }
            local = next(after: local)
        }
        return last
    }

    /// In seconds of the local clock.
    private func first(atOrBefore local: Int64) -> Int64 {
        var time = CivilTime(secondsSinceEpoch: local)
        let count = Int64(label.count)
        switch label.unit {
        case .second, .minute, .hour:
            let seconds = label.seconds
            return local.flooredDivision(by: seconds) * seconds
        case .day: break
        // In the C locale a week begins on Sunday.
        case .week: time.day -= (time.weekday + 1) % 7
        case .month:
            time.day = 1
            time.month -= (time.month - 1) % count
        case .year:
            (time.month, time.day) = (1, 1)
            time.year -= time.year % count
        }
        (time.hour, time.minute, time.second) = (0, 0, 0)
        return time.secondsSinceEpoch
    }

    private func next(after local: Int64) -> Int64 {
        var time = CivilTime(secondsSinceEpoch: local)
        switch label.unit {
        case .second, .minute, .hour, .day, .week: return local + label.seconds
        case .month: time.month += Int64(label.count)
        case .year: time.year += Int64(label.count)
        }
        return time.secondsSinceEpoch
    }
}
