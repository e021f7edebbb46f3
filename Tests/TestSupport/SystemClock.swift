import Glibc
package import PollerModel

/// The machine's clocks, for tests that talk to real programs.
package struct SystemClock: Timekeeper {
    package init() {}

    package var now: Moment {
        Moment(
            wall: Timestamp(milliseconds: Self.read(CLOCK_REALTIME)),
            monotonic: MonotonicTime(milliseconds: Self.read(CLOCK_MONOTONIC)))
    }

    package func sleep(until deadline: MonotonicTime) async throws(CancellationError) {
        let wait = deadline.milliseconds - now.monotonic.milliseconds
        guard wait > 0 else { return }
        do {
            try await ContinuousClock().sleep(for: .milliseconds(wait))
        } catch {
            throw CancellationError()
        }
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
