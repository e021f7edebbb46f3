/// Where the rows of a picture lie in time.
package struct ColumnFrame: Hashable, Sendable {
    /// Where the first row begins, in seconds since the epoch (UTC).
    package let start: Int64
    /// How long a row is, at least one second.
    package let stepSeconds: Int64
    /// How many rows there are.
    package let count: Int

    /// - Precondition: a row has a length, and there are not fewer rows than none.
    package init(start: Int64, stepSeconds: Int64, count: Int) {
        precondition(stepSeconds > 0 && count >= 0, "\(count) rows of \(stepSeconds) s")
        self.start = start
        self.stepSeconds = stepSeconds
        self.count = count
    }

    /// Behind the last row.
    package var end: Int64 { time(ofRow: count - 1) }

    /// The end of a row, which is the time librrd gives it. The row before the first, -1, ends
    /// where that begins.
    package func time(ofRow row: Int) -> Int64 { start + (Int64(row) + 1) * stepSeconds }

    /// Rows that begin within a range, so that each row counts in one of two ranges that follow each
    /// other; where none does, because the range is shorter than a row, all.
    func rows(beginningIn range: TimeRange) -> Range<Int> {
        let lower = -((start - range.start.seconds).flooredDivision(by: stepSeconds))
        let upper = -((start - range.end.seconds).flooredDivision(by: stepSeconds))
        let begun =
            Int(min(max(lower, 0), Int64(count)))..<Int(min(max(upper, lower, 0), Int64(count)))
        return begun.isEmpty ? 0..<count : begun
    }
}
