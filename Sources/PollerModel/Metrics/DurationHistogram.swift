/// How often something took how long: counts by upper bounds, which only ever grow.
package struct DurationHistogram: Sendable, Hashable {
    /// In seconds, ascending. Whatever took longer than the last is counted behind it.
    package let bounds: [Double]
    /// `counts[i]` took at most `bounds[i]` and longer than the bound before; the last of them
    /// longer than every bound.
    package private(set) var counts: [Int]
    package private(set) var sumSeconds = 0.0

    package init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    /// - Parameter microseconds: less than 0 counts as 0, for a clock may have been set.
    package mutating func take(microseconds: Int64) {
        let seconds = Double(max(0, microseconds)) / 1_000_000
        counts[bounds.firstIndex { seconds <= $0 } ?? bounds.count] += 1
        sumSeconds += seconds
    }

    package var count: Int { counts.reduce(0, +) }

    /// What took at most each bound, and everything: as the text formats want it.
    package var cumulative: [(bound: Double, count: Int)] {
        var sum = 0
        return zip(bounds + [.infinity], counts).map { bound, count in
            sum += count
            return (bound, sum)
        }
    }
}

/// The largest of what was seen lately: within the present minute and the one before.
package struct RecentLargest: Sendable, Hashable {
    static let windowMilliseconds: Int64 = 60_000

    private var window: Int64 = 0
    private var present: Int64 = 0
    private var former: Int64 = 0

    package init() {}

    package mutating func take(_ value: Int64, at time: MonotonicTime) {
        turn(to: time)
        present = max(present, value)
    }

    package func value(at time: MonotonicTime) -> Int64 {
        var turned = self
        turned.turn(to: time)
        return max(turned.present, turned.former)
    }

    private mutating func turn(to time: MonotonicTime) {
        let now = time.milliseconds / Self.windowMilliseconds
        guard now != window else { return }
        former = now == window + 1 ? present : 0
        (present, window) = (0, now)
    }
}

/// How long polls take, and how late they begin.
package struct PollTiming: Sendable, Hashable {
    /// In seconds; the longest poll that is not late takes as long as the longest step.
    static let pollBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]
    static let latenessBounds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

    /// From the first question of a poll to what is known when it is over.
    package private(set) var polls = DurationHistogram(bounds: pollBounds)
    /// From a slot to the poll that begins in it.
    package private(set) var lateness = DurationHistogram(bounds: latenessBounds)
    private var longest = RecentLargest()
    private var latest = RecentLargest()

    package init() {}

    package mutating func took(microseconds: Int64, at time: MonotonicTime) {
        polls.take(microseconds: microseconds)
        longest.take(microseconds, at: time)
    }

    package mutating func began(lateMicroseconds: Int64, at time: MonotonicTime) {
        lateness.take(microseconds: lateMicroseconds)
        latest.take(max(0, lateMicroseconds), at: time)
    }

    /// Of the last one to two minutes.
    package func longestPollMilliseconds(at time: MonotonicTime) -> Double {
        Double(longest.value(at: time)) / 1_000
    }

    /// The same of how late polls began.
    package func longestLatenessMilliseconds(at time: MonotonicTime) -> Double {
        Double(latest.value(at: time)) / 1_000
    }
}
