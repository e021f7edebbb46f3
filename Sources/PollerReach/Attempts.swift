import PollerModel

/// A ping under way: who waits for it, and how its time goes.
struct Attempts {
    let order: Order
    /// `madeAt[i]` is when attempt i was made.
    private(set) var madeAt: [MonotonicTime] = []
    /// Time-outs begun, made use of or not.
    private var rounds = 0
    /// When the newest attempt's time is over; nil while an attempt waits to be made.
    private(set) var deadline: MonotonicTime?

    init(_ order: Order) { self.order = order }

    var request: PingRequest { order.request }
    var wantsAttempt: Bool { deadline == nil }

    /// An attempt was made.
    mutating func made(at now: MonotonicTime) {
        madeAt.append(now)
        skipped(at: now)
    }

    /// No attempt could be made; the earlier ones get another time-out.
    mutating func skipped(at now: MonotonicTime) {
        rounds += 1
        deadline = now.advanced(milliseconds: request.timeoutMilliseconds)
    }

    func isDue(at now: MonotonicTime) -> Bool { deadline.map { $0 <= now } ?? false }

    /// The deadline has passed: whether there is another attempt to make.
    mutating func expire() -> Bool {
        guard rounds <= request.retries else { return false }
        deadline = nil
        return true
    }

    /// The answer to one of the attempts; nil for an attempt that was never made.
    func answer(to attempt: Int, at now: MonotonicTime) -> PingAnswer? {
        guard madeAt.indices.contains(attempt) else { return nil }
        return PingAnswer(
            microseconds: max(0, now.microseconds - madeAt[attempt].microseconds),
            attempts: madeAt.count)
    }

    /// No attempt was answered.
    var silence: PingFailure {
        .noAnswer(attempts: madeAt.count, milliseconds: request.patienceMilliseconds)
    }
}
