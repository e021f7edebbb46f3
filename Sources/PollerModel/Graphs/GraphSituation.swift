/// What the planner must know besides the graph: the time, the clock on the wall, and what is known
/// about missing data.
package struct GraphSituation: Sendable {
    package let now: Timestamp
    /// Seconds east of UTC of the server's zone at a UTC second.
    package let zoneOffset: @Sendable (Int64) -> Int64
    /// What is true of the whole picture, for example why there is no data yet.
    package var note: GraphNote?
    /// What happened in its range, in the order of time; at most `EventMark.mostMarks`.
    package let marks: [EventMark]
    /// Sentences about stretches of time in which nothing that is drawn is known, though it could
    /// be, the longest first.
    package let explain: @Sendable (_ gaps: [GapText.Gap], _ rowSeconds: Int64) -> [String]

    package init(
        now: Timestamp, zoneOffset: @escaping @Sendable (Int64) -> Int64, note: GraphNote? = nil,
        marks: [EventMark] = [],
        explain: @escaping @Sendable (_ gaps: [GapText.Gap], _ rowSeconds: Int64) -> [String] = {
            _, _ in []
        }
    ) {
        self.now = now
        self.zoneOffset = zoneOffset
        self.note = note
        self.marks = marks
        self.explain = explain
    }

    /// Whether a range has the newest step in it, so that its last value is the current one.
    func isReached(by range: TimeRange, step: Int64) -> Bool {
        range.end.seconds > now.seconds - step
    }

    /// The same stretch of time days before, by the clock on the wall; nil before 1980.
    func earlier(_ range: TimeRange, by comparison: GraphView.Comparison) -> TimeRange? {
        let shift = shiftSeconds(range, by: comparison)
        guard range.start.seconds - shift >= GraphLimits.earliestSeconds else { return nil }
        return try? TimeRange(
            start: range.start.advanced(seconds: -shift), end: range.end.advanced(seconds: -shift))
    }

    /// Days of 23 and 25 hours are days too.
    func shiftSeconds(_ range: TimeRange, by comparison: GraphView.Comparison) -> Int64 {
        let local = range.start.seconds + zoneOffset(range.start.seconds)
        let before = local - comparison.days * 86_400
        let guess = before - zoneOffset(before - zoneOffset(range.start.seconds))
        return range.start.seconds - (before - zoneOffset(guess))
    }
}
