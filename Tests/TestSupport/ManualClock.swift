package import PollerModel
import Synchronization

/// A clock that a test sets.
package final class ManualClock: Timekeeper {
    private let state: Mutex<Moment>

    package init(_ seconds: Int64 = 1_700_000_000) {
        state = Mutex(
            Moment(
                wall: Timestamp(seconds: seconds), monotonic: MonotonicTime(milliseconds: 1_000_000)
            ))
    }

    package var now: Moment { state.withLock { $0 } }

    package func advance(milliseconds: Int64) {
        state.withLock { $0 = $0.advanced(milliseconds: milliseconds) }
    }

    /// Sets the wall clock; the monotonic one goes on.
    package func setWall(by milliseconds: Int64) {
        state.withLock {
            $0 = Moment(wall: $0.wall.advanced(milliseconds: milliseconds), monotonic: $0.monotonic)
        }
    }

    package func sleep(until deadline: MonotonicTime) async throws(CancellationError) {
        while now.monotonic < deadline {
            if Task.isCancelled { throw CancellationError() }
            await Task.yield()
        }
    }
}
