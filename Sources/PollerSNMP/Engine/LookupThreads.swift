import Foundation
import PollerModel

/// Threads that find values for keys, each key once however many ask: for what blocks or
/// computes longer than the engine's thread or the cooperative pool can wait.
final class LookupThreads<Key: Hashable & Sendable, Value: Sendable>: @unchecked Sendable {
    private typealias Waiter = CheckedContinuation<Result<Value, SNMPFailure>, Never>

    private let limit: Int
    private let find: @Sendable (Key) -> Result<Value, SNMPFailure>
    // @unchecked: everything below is only touched under `condition`.
    private let condition = NSCondition()
    private var queue: [Key] = []
    private var waiters: [Key: [Waiter]] = [:]
    private var isStopping = false

    /// - Parameters:
    ///   - limit: keys that may wait.
    ///   - find: runs on one of the threads.
    init(
        name: String, threads: Int, limit: Int,
        find: @escaping @Sendable (Key) -> Result<Value, SNMPFailure>
    ) {
        self.limit = limit
        self.find = find
        for number in 1...threads {
            Thread.detachNewThread { [self] in
                Thread.current.name = "\(name)-\(number)"
                work()
            }
        }
    }

    func stop() {
        let orphans = condition.withLock {
            isStopping = true
            condition.broadcast()
            defer { waiters = [:] }
            return waiters.values.flatMap { $0 }
        }
        for waiter in orphans { waiter.resume(returning: .failure(.stopped)) }
    }

    func value(for key: Key) async throws(SNMPFailure) -> Value {
        let result = await withCheckedContinuation { waiter in
            let refusal = condition.withLock { () -> SNMPFailure? in
                if isStopping { return .stopped }
                if queue.count >= limit { return .overloaded(waiting: queue.count) }
                enqueue(key)
                waiters[key, default: []].append(waiter)
                return nil
            }
            if let refusal { waiter.resume(returning: .failure(refusal)) }
        }
        return try result.get()
    }

    /// Finds it while nobody waits; not at all when too much does.
    func refresh(_ key: Key) {
        condition.withLock {
            if !isStopping, queue.count < limit { enqueue(key) }
        }
    }

    /// Under `condition`.
    private func enqueue(_ key: Key) {
        guard waiters[key] == nil, !queue.contains(key) else { return }
        queue.append(key)
        condition.signal()
    }

    private func work() {
        while true {
            condition.lock()
            while queue.isEmpty && !isStopping { condition.wait() }
            guard !isStopping else { return condition.unlock() }
            let key = queue.removeFirst()
            condition.unlock()
            let result = find(key)
            let woken = condition.withLock { waiters.removeValue(forKey: key) ?? [] }
            for waiter in woken { waiter.resume(returning: result) }
        }
    }
}
