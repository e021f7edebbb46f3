import PollerModel

/// How long the loop looks away while datagrams come often, so that some gather: to wake up for
/// each costs more than the answer itself. The kernel stamps them all the same.
struct Gathering {
    /// Datagrams a second from which that is worth it.
    static let worthwhileRate: Int64 = 100
    /// So many shall gather, if that takes neither less nor more than `microsecondsRange`.
    static let wanted: Int64 = 8
    static let microsecondsRange: ClosedRange<Int64> = 500...10_000
    /// Where agents answer at once, nobody waits longer than this for one to be looked at; where
    /// they take their time, for a quarter of that.
    static let shortestPatience: Int64 = 1_000
    /// Over which the rate is measured.
    static let windowMilliseconds: Int64 = 250

    private var start: MonotonicTime
    private var received: Int64 = 0
    /// Smoothed, of all agents.
    private var roundTripMicroseconds = 0.0
    /// nil: not at all.
    private(set) var microseconds: Int64?

    init(now: MonotonicTime) { start = now }

    /// Takes note of how long an agent took.
    mutating func learn(roundTripMicroseconds: Double) {
        self.roundTripMicroseconds += (roundTripMicroseconds - self.roundTripMicroseconds) / 64
    }

    /// Takes note of datagrams that were received.
    mutating func count(_ datagrams: Int, now: MonotonicTime) {
        received += Int64(datagrams)
        let elapsed = now.milliseconds - start.milliseconds
        guard elapsed >= Self.windowMilliseconds else { return }
        microseconds = pause(rate: received * 1_000 / elapsed)
        received = 0
        start = now
    }

    private func pause(rate: Int64) -> Int64? {
        guard rate >= Self.worthwhileRate else { return nil }
        let patience = max(Int64(roundTripMicroseconds / 4), Self.shortestPatience)
        let wanted = min(Self.wanted * 1_000_000 / rate, patience)
        return min(
            max(wanted, Self.microsecondsRange.lowerBound), Self.microsecondsRange.upperBound)
    }
}
