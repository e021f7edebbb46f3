import Foundation

/// What this thread computes, however busy the machine is with others.
package enum ThreadTime {
    /// What `body` returns, and the CPU time of this thread within it. It does not suspend.
    package static func measure<Value>(
        _ body: () throws -> Value
    ) rethrows -> (value: Value, took: Duration) {
        let begin = now
        let value = try body()
        return (value, now - begin)
    }

    private static var now: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
