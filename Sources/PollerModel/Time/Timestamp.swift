/// A point of UTC: whole milliseconds since 1970-01-01T00:00:00Z.
///
/// Samples carry the millisecond of their receipt, because a rate over a 10 s step would be
/// wrong by up to 10 % if both its ends were rounded to seconds.
package struct Timestamp: Hashable, Sendable, Comparable, Codable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }
    package init(seconds: Int64) { milliseconds = seconds * 1_000 }

    /// Whole seconds, rounded down; the form round-robin files count in.
    package var seconds: Int64 { milliseconds.flooredDivision(by: 1_000) }

    package func advanced(milliseconds delta: Int64) -> Timestamp {
        Timestamp(milliseconds: milliseconds + delta)
    }

    package func advanced(seconds delta: Int64) -> Timestamp {
        Timestamp(milliseconds: milliseconds + delta * 1_000)
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.milliseconds < right.milliseconds
    }
}

/// A point of a clock that nobody sets: microseconds since an arbitrary start of this process'
/// machine. Only differences mean something.
package struct MonotonicTime: Hashable, Sendable, Comparable {
    package let microseconds: Int64

    /// Whole milliseconds, rounded down.
    package var milliseconds: Int64 { microseconds.flooredDivision(by: 1_000) }

    package init(microseconds: Int64) { self.microseconds = microseconds }
    package init(milliseconds: Int64) { microseconds = milliseconds * 1_000 }

    package func advanced(milliseconds delta: Int64) -> MonotonicTime {
        MonotonicTime(microseconds: microseconds + delta * 1_000)
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.microseconds < right.microseconds
    }
}

/// The same instant on both clocks. Where the two disagree about a distance, the wall clock
/// was set in between, and a rate over that distance would be invented.
package struct Moment: Hashable, Sendable {
    package let wall: Timestamp
    package let monotonic: MonotonicTime

    package init(wall: Timestamp, monotonic: MonotonicTime) {
        self.wall = wall
        self.monotonic = monotonic
    }

    package func advanced(milliseconds delta: Int64) -> Moment {
        Moment(
            wall: wall.advanced(milliseconds: delta),
            monotonic: monotonic.advanced(milliseconds: delta))
    }

    /// The wall clock's part is rounded down to milliseconds.
    package func advanced(microseconds delta: Int64) -> Moment {
        Moment(
            wall: wall.advanced(milliseconds: delta.flooredDivision(by: 1_000)),
            monotonic: MonotonicTime(microseconds: monotonic.microseconds + delta))
    }
}

extension Int64 {
    /// Division that rounds towards minus infinity, so that times before 1970 keep their order.
    package func flooredDivision(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return (self % divisor != 0) && ((self < 0) != (divisor < 0)) ? quotient - 1 : quotient
    }

    func flooredRemainder(by divisor: Int64) -> Int64 {
        self - flooredDivision(by: divisor) * divisor
    }
}
