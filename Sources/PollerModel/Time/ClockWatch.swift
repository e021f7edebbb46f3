/// Notices that the wall clock was set, and decides whether it is to be believed.
///
/// A round-robin file takes no row that is older than its newest one, so one row of a clock that
/// was far ahead for a moment closes the file for years. A leap ahead is therefore believed only
/// once it has lasted.
package struct ClockWatch: Sendable {
    /// Smaller steps are nobody's concern but the decoder's.
    static let toleranceMilliseconds: Int64 = 2_000
    /// A leap ahead up to this is believed at once: a file that took such a row is closed for no
    /// longer.
    package static let largestLeapMilliseconds: Int64 = 300_000
    /// So long must a larger leap last.
    package static let doubtMilliseconds: Int64 = 600_000
    /// And so long one of more than `longestRestMilliseconds`, unless pollerd is started anew: files
    /// that took such a row would be closed for as long, and somebody should look at the clock.
    package static let longDoubtMilliseconds: Int64 = 86_400_000
    /// Between the newest row there was before a start, and the start. A machine that rested for
    /// longer waits for the end of the doubt.
    static let longestRestMilliseconds: Int64 = 30 * 86_400_000

    /// How long a leap must last.
    package static func patience(_ milliseconds: Int64) -> Int64 {
        milliseconds > longestRestMilliseconds ? longDoubtMilliseconds : doubtMilliseconds
    }

    /// What happened to the clock.
    package enum Event: Hashable, Sendable {
        /// It was set by so much, and is believed.
        case set(milliseconds: Int64)
        /// It leapt ahead by so much, and is not believed yet.
        case leapt(milliseconds: Int64)
        /// At the start it is so far ahead of the newest row, and is not believed yet.
        case begunAhead(milliseconds: Int64)
        /// It came back from a leap, to so much of what it was.
        case returned(milliseconds: Int64)
        /// A leap has lasted, and is believed now.
        case believed(milliseconds: Int64)
    }

    private var last: Moment
    /// The farthest that the clock was believed. Files may have rows up to there, so coming back to
    /// it closes none for longer.
    private var farthest: Moment
    /// How far the clock of a machine that starts without one may be set at once.
    private var startLimit: Moment?
    /// Where the clock would be without the leap, and since when it has been where it is.
    private var doubt: Doubt?
    private struct Doubt {
        let expected: Moment
        let since: MonotonicTime
        let patience: Int64
    }

    /// An event that came about with the start.
    private var first: Event?

    /// - Parameter newest: the newest row that was accepted before the start.
    package init(now: Moment, newest: Timestamp?) {
        last = now
        farthest = now
        guard let newest else { return }
        let rest = now.wall.milliseconds - newest.milliseconds
        if rest > Self.longestRestMilliseconds {
            farthest = Moment(wall: newest, monotonic: now.monotonic)
            doubt = Doubt(
                expected: farthest, since: now.monotonic, patience: Self.doubtMilliseconds)
            first = .begunAhead(milliseconds: rest)
        } else if rest < -Self.largestLeapMilliseconds {
            farthest = Moment(wall: newest, monotonic: now.monotonic)
            startLimit = farthest.advanced(wallMilliseconds: Self.longestRestMilliseconds)
            first = .set(milliseconds: rest)
        }
    }

    /// Rows later than this are not to be written; nil while the clock is believed.
    package func latestBelieved(at now: Moment) -> Timestamp? {
        doubt.map {
            Self.expected($0.expected, at: now.monotonic)
                .advanced(milliseconds: Self.largestLeapMilliseconds)
        }
    }

    /// To be called often: the clock is compared with what it was the last time.
    package mutating func look(at now: Moment) -> Event? {
        defer {
            last = now
            first = nil
            if doubt == nil, now.wall > Self.expected(farthest, at: now.monotonic) {
                farthest = now
            }
        }
        if let first { return first }
        let step = now.wall.milliseconds - Self.expected(last, at: now.monotonic).milliseconds
        if let doubt { return settle(doubt, step, at: now) }
        guard abs(step) > Self.toleranceMilliseconds else { return nil }
        let isClose = step <= Self.largestLeapMilliseconds || isNoFarther(now)
        startLimit = nil
        guard !isClose else { return .set(milliseconds: step) }
        doubt = Doubt(expected: last, since: now.monotonic, patience: Self.patience(step))
        return .leapt(milliseconds: step)
    }

    /// - Parameter step: by how much the clock was set since the last look.
    private mutating func settle(
        _ leap: Doubt, _ step: Int64, at now: Moment
    ) -> Event? {
        let ahead =
            now.wall.milliseconds
            - Self.expected(leap.expected, at: now.monotonic).milliseconds
        if ahead <= Self.largestLeapMilliseconds || isNoFarther(now) {
            doubt = nil
            return .returned(milliseconds: ahead)
        }
        // Set once more, and still ahead: where it is now has not lasted yet.
        if abs(step) > Self.largestLeapMilliseconds {
            doubt = Doubt(
                expected: leap.expected, since: now.monotonic, patience: Self.patience(ahead))
            return .leapt(milliseconds: ahead)
        }
        guard now.monotonic.milliseconds - leap.since.milliseconds >= leap.patience else {
            return nil
        }
        doubt = nil
        return .believed(milliseconds: ahead)
    }

    /// Whether the clock is no farther than it was believed before.
    private func isNoFarther(_ now: Moment) -> Bool {
        let known = Self.expected(farthest, at: now.monotonic)
            .advanced(milliseconds: Self.largestLeapMilliseconds)
        let limit = startLimit.map { Self.expected($0, at: now.monotonic) } ?? known
        return now.wall <= max(known, limit)
    }

    private static func expected(_ before: Moment, at time: MonotonicTime) -> Timestamp {
        before.wall.advanced(
            milliseconds: time.milliseconds - before.monotonic.milliseconds)
    }
}

extension Moment {
    fileprivate func advanced(wallMilliseconds delta: Int64) -> Moment {
        Moment(wall: wall.advanced(milliseconds: delta), monotonic: monotonic)
    }
}
