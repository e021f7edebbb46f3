import PollerModel
import Synchronization

/// A clock that stands still until it is told how much time has passed.
final class SteppedClock: Timekeeper {
    private let moment: Mutex<Moment>
    /// Agents that are as old as the clock have been up for long.
    private static let firstMilliseconds: Int64 = 10_000_000

    init(_ start: Timestamp) {
        moment = Mutex(
            Moment(
                wall: start, monotonic: MonotonicTime(milliseconds: Self.firstMilliseconds)))
    }

    var now: Moment { moment.withLock { $0 } }

    func advance(milliseconds: Int64) {
        moment.withLock { $0 = $0.advanced(milliseconds: milliseconds) }
    }

    /// Whoever waits by it is at once where he wanted to be.
    func sleep(until deadline: MonotonicTime) async throws(CancellationError) {
        moment.withLock { moment in
            let wait = deadline.microseconds - moment.monotonic.microseconds
            if wait > 0 { moment = moment.advanced(microseconds: wait) }
        }
    }
}
