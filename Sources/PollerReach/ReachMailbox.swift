import Glibc
import PollerModel
import Synchronization

/// A ping to be made, and who waits for it.
struct Order: Sendable {
    let request: PingRequest
    /// Called once, on any thread.
    let finish: @Sendable (Result<PingAnswer, PingFailure>) -> Void
}

/// Orders for the thread, and what wakes it: a pair of sockets, because Swift does not import
/// eventfd.
final class ReachMailbox: Sendable {
    /// Pings that may wait for their turn.
    static let largestWaitingCount = 100_000

    private struct State {
        var orders: [Order] = []
        /// Orders the thread has taken and not begun.
        var backlog = 0
        var isStopping = false
    }

    private let state = Mutex(State())
    /// What the thread polls.
    let wakeup: Int32
    private let bell: Int32

    init() throws(SystemError) {
        var pair: [Int32] = [-1, -1]
        let type = SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        guard socketpair(AF_UNIX, Int32(type), 0, &pair) == 0 else { throw .last }
        (wakeup, bell) = (pair[0], pair[1])
    }

    deinit {
        close(wakeup)
        close(bell)
    }

    /// Hands an order over; where that cannot be, finishes it at once with the reason.
    func post(_ order: Order) {
        let refusal = state.withLock { state -> PingFailure? in
            let waiting = state.orders.count + state.backlog
            if state.isStopping { return .stopped }
            if waiting >= Self.largestWaitingCount { return .overloaded(waiting: waiting) }
            state.orders.append(order)
            return nil
        }
        if let refusal { order.finish(.failure(refusal)) } else { wake() }
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        wake()
    }

    /// What arrived since the last call. The thread says how many orders it has not begun.
    func take(backlog: Int) -> (orders: [Order], isStopping: Bool) {
        var bytes = [UInt8](repeating: 0, count: 1)
        // Until there is nothing to read, which is no error.
        while recv(wakeup, &bytes, bytes.count, 0) > 0 {}
        return state.withLock { state in
            let orders = state.orders
            state.orders = []
            state.backlog = backlog + orders.count
            return (orders, state.isStopping)
        }
    }

    private func wake() {
        // Where the queue between the two is full, the thread has not yet seen an earlier one,
        // which wakes it just as well; so the result does not matter.
        _ = send(bell, [1], 1, Int32(MSG_NOSIGNAL))
    }
}
