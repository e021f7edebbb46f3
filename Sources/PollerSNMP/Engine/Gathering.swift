import PollerModel

/// How long the loop looks away while datagrams come often, so that some gather: to wake up for
/// each costs more than the answer itself. The kernel stamps them all the same.
struct Gathering {
    /// Datagrams a second from which that is worth it.
    static let worthwhileRate: Int64 = 100
    /// So many shall gather, if that takes neither less nor more than `microsecondsRange`.
    static let wanted: Int64 = 8
    static let microsecondsRange: ClosedRange<Int64> = 500...10_000
    /// Over which the rate is measured.
    static let windowMilliseconds: Int64 = 250

    private var start: MonotonicTime
    private var received: Int64 = 0
    /// nil: not at all.
    private(set) var microseconds: Int64?

    init(now: MonotonicTime) { start = now }

    /// Takes note of datagrams that were received.
    mutating func count(_ datagrams: Int, now: MonotonicTime) {
        received += Int64(datagrams)
        let elapsed = now.milliseconds - start.milliseconds
        guard elapsed >= Self.windowMilliseconds else { return }
        let rate = received * 1_000 / elapsed
        microseconds =
            rate < Self.worthwhileRate
            ? nil
            : min(
                max(Self.wanted * 1_000_000 / rate, Self.microsecondsRange.lowerBound),
                Self.microsecondsRange.upperBound)
        received = 0
        start = now
    }
}
