import Glibc

/// A lock and a condition whose waits are measured by the clock that nobody sets. Foundation's
/// NSCondition waits until a time of day: a clock that is set back by an hour makes it wait for an
/// hour longer.
final class TimedCondition: @unchecked Sendable {
    // @unchecked: both are made to be used by many threads at once, and never move.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    init() {
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        Self.expect(pthread_mutex_init(mutex, nil))
        var attributes = pthread_condattr_t()
        Self.expect(pthread_condattr_init(&attributes))
        defer { pthread_condattr_destroy(&attributes) }
        Self.expect(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC))
        condition = .allocate(capacity: 1)
        condition.initialize(to: pthread_cond_t())
        Self.expect(pthread_cond_init(condition, &attributes))
    }

    deinit {
        pthread_cond_destroy(condition)
        condition.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    func withLock<Value>(_ body: () throws -> Value) rethrows -> Value {
        Self.expect(pthread_mutex_lock(mutex))
        defer { Self.expect(pthread_mutex_unlock(mutex)) }
        return try body()
    }

    /// Until somebody signals, or without a reason. Only within `withLock`.
    func wait() { Self.expect(pthread_cond_wait(condition, mutex)) }

    /// Until somebody signals, without a reason, or for so long. Only within `withLock`.
    ///
    /// - Returns: false when the time is over.
    func wait(milliseconds: Int64) -> Bool {
        precondition(milliseconds >= 0, "a wait of \(milliseconds) ms")
        var end = timespec()
        Self.expect(clock_gettime(CLOCK_MONOTONIC, &end))
        let nanoseconds = end.tv_nsec + Int(milliseconds % 1_000) * 1_000_000
        end.tv_sec += Int(milliseconds / 1_000) + nanoseconds / 1_000_000_000
        end.tv_nsec = nanoseconds % 1_000_000_000
        let code = pthread_cond_timedwait(condition, mutex, &end)
        if code == ETIMEDOUT { return false }
        Self.expect(code)
        return true
    }

    func signal() { Self.expect(pthread_cond_signal(condition)) }

    func broadcast() { Self.expect(pthread_cond_broadcast(condition)) }

    /// None of these calls fails when it is used as it should be.
    private static func expect(_ code: Int32) {
        precondition(code == 0, "a lock failed: \(String(cString: strerror(code)))")
    }
}
