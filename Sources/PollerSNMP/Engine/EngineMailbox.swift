import CNetSNMP
import Glibc
import PollerModel
import Synchronization

/// Exchanges for the engine's thread, and the eventfd that wakes it.
final class EngineMailbox: Sendable {
    /// Conversations that may wait for their turn.
    static let largestWaitingCount = 100_000

    private struct State {
        var orders: [Exchange] = []
        /// Orders the thread has taken and not begun.
        var backlog = 0
        var isStopping = false
        /// Whether the thread was woken and has not looked yet.
        var isRung = false
    }

    private let state = Mutex(State())
    let wakeup: Int32

    init() throws(NetworkError) {
        let descriptor = cnetsnmp_wakeup_open()
        guard descriptor >= 0 else { throw NetworkError(code: -descriptor) }
        wakeup = descriptor
    }

    deinit { close(wakeup) }

    /// Hands an exchange over; where that cannot be, ends it at once with the reason.
    func post(_ order: Exchange) {
        let (refusal, rings) = state.withLock { state -> (SNMPFailure?, Bool) in
            let waiting = state.orders.count + state.backlog
            if state.isStopping { return (.stopped, false) }
            if waiting >= Self.largestWaitingCount { return (.overloaded(waiting: waiting), false) }
            state.orders.append(order)
            defer { state.isRung = true }
            return (nil, !state.isRung)
        }
        if let refusal { order.refuse(refusal) }
        if rings { ring() }
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        ring()
    }

    /// Moves what arrived since the last call to the end of `waiting`. Returns whether the thread
    /// is to stop.
    ///
    /// - Parameters:
    ///   - backlog: orders the thread has not begun.
    ///   - hasRung: whether the eventfd is readable.
    func take(into waiting: inout [Exchange], backlog: Int, hasRung: Bool) -> Bool {
        if hasRung {
            var counter: UInt64 = 0
            // It was readable, and nobody else reads it.
            _ = read(wakeup, &counter, 8)
        }
        return state.withLock { state in
            waiting += state.orders
            state.backlog = backlog + state.orders.count
            state.orders.removeAll(keepingCapacity: true)
            state.isRung = false
            return state.isStopping
        }
    }

    private func ring() {
        var one: UInt64 = 1
        // A full counter wakes the thread just as well, so the result does not matter.
        _ = write(wakeup, &one, 8)
    }
}
