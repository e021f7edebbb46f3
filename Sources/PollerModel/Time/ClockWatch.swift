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
    /// Between the newest row there was before a start, and the start. A machine that rested for
    /// longer waits for the end of the doubt.
    static let longestRestMilliseconds: Int64 = 30 * 86_400_000

    /// What happened to the clock.
    package enum Event: Hashable, Sendable {
        /// It was set by so much, and is believed.
        case set(milliseconds: Int64)
        /// It leapt ahead by so much, and is not believed yet.
        case leapt(milliseconds: Int64)
        /// It came back from a leap, to so much of what it was.
        case returned(milliseconds: Int64)
        /// A leap has lasted, and is believed now.
        case believed(milliseconds: Int64)
    }

    private var last: Moment
    /// Where the clock would be without the leap, and when that was noticed.
    private var doubt: (expected: Moment, since: MonotonicTime)?
    /// An event that came about with the start.
    private var first: Event?

    /// - Parameter newest: the newest row that was accepted before the start.
    package init(now: Moment, newest: Timestamp?) {
        last = now
        guard let newest else { return }
        let rest = now.wall.milliseconds - newest.milliseconds
        guard rest > Self.longestRestMilliseconds else { return }
        doubt = (Moment(wall: newest, monotonic: now.monotonic), now.monotonic)
        first = .leapt(milliseconds: rest)
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
        }
        if let first { return first }
        if let (expected, since) = doubt {
            let ahead =
                now.wall.milliseconds
                - Self.expected(expected, at: now.monotonic).milliseconds
            if ahead <= Self.largestLeapMilliseconds {
                doubt = nil
                return .returned(milliseconds: ahead)
            }
            guard now.monotonic.milliseconds - since.milliseconds >= Self.doubtMilliseconds else {
                return nil
            }
            doubt = nil
            return .believed(milliseconds: ahead)
        }
        let ahead = now.wall.milliseconds - Self.expected(last, at: now.monotonic).milliseconds
        guard abs(ahead) > Self.toleranceMilliseconds else { return nil }
        guard ahead > Self.largestLeapMilliseconds else { return .set(milliseconds: ahead) }
        doubt = (last, now.monotonic)
        return .leapt(milliseconds: ahead)
    }

    private static func expected(_ before: Moment, at time: MonotonicTime) -> Timestamp {
        before.wall.advanced(
            milliseconds: time.milliseconds - before.monotonic.milliseconds)
    }
}
