import PollerModel

/// Whether datagrams come so often that the loop lets some gather before it looks at them: to
/// wake up for each costs as much as the answer itself. The kernel stamps them all the same.
struct Gathering {
    /// How long the loop looks away.
    static let nanoseconds = 4_000_000
    /// Datagrams a second from which that is worth it.
    static let worthwhileRate: Int64 = 200
    static let windowMilliseconds: Int64 = 250

    private var start: MonotonicTime
    private var received: Int64 = 0
    private(set) var isWorthwhile = false

    init(now: MonotonicTime) { start = now }

    /// Takes note of datagrams that were received.
    mutating func count(_ datagrams: Int, now: MonotonicTime) {
        received += Int64(datagrams)
        let elapsed = now.milliseconds - start.milliseconds
        guard elapsed >= Self.windowMilliseconds else { return }
        isWorthwhile = received * 1_000 >= Self.worthwhileRate * elapsed
        received = 0
        start = now
    }
}
