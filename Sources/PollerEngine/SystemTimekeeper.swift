import Glibc
package import PollerModel

/// The machine's clocks.
package struct SystemTimekeeper: Timekeeper {
    package init() {}

    package var now: Moment {
        Moment(
            wall: Timestamp(
                milliseconds: Self.microseconds(CLOCK_REALTIME).flooredDivision(by: 1_000)),
            monotonic: MonotonicTime(microseconds: Self.microseconds(CLOCK_BOOTTIME)))
    }

    package func sleep(until deadline: MonotonicTime) async throws(CancellationError) {
        let wait = deadline.microseconds - now.monotonic.microseconds
        guard wait > 0 else { return }
        do {
            try await Task.sleep(for: .microseconds(wait), clock: .continuous)
        } catch {
            throw CancellationError()
        }
    }

    private static func microseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
