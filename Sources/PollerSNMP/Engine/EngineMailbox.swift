import CNetSNMP
import Glibc
import PollerModel
import Synchronization

/// A conversation to be held.
struct Order: Sendable {
    let target: SNMPTarget
    let address: IPAddress
    /// Of SNMPv3's user.
    var keys: SecurityKeys?
    var talk: Talk
}

/// Orders for the engine's thread, and the eventfd that wakes it.
final class EngineMailbox: Sendable {
    /// Conversations that may wait for their turn.
    static let largestWaitingCount = 100_000

    private struct State {
        var orders: [Order] = []
        /// Orders the thread has taken and not begun.
        var backlog = 0
        var isStopping = false
    }

    private let state = Mutex(State())
    let wakeup: Int32

    init() throws(NetworkError) {
        let descriptor = cnetsnmp_wakeup_open()
        guard descriptor >= 0 else { throw NetworkError(code: -descriptor) }
        wakeup = descriptor
    }

    deinit { close(wakeup) }

    /// Hands an order over; where that cannot be, finishes it at once with the reason.
    func post(_ order: Order) {
        let refusal = state.withLock { state -> SNMPFailure? in
            let waiting = state.orders.count + state.backlog
            if state.isStopping { return .stopped }
            if waiting >= Self.largestWaitingCount { return .overloaded(waiting: waiting) }
            state.orders.append(order)
            return nil
        }
        if let refusal { order.refuse(refusal) } else { wake() }
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        wake()
    }

    /// What arrived since the last call. The thread says how many orders it has not begun.
    func take(backlog: Int) -> (orders: [Order], isStopping: Bool) {
        var counter: UInt64 = 0
        // Without a wake-up there is nothing to read, which is no error.
        _ = read(wakeup, &counter, 8)
        return state.withLock { state in
            let orders = state.orders
            state.orders = []
            state.backlog = backlog + orders.count
            return (orders, state.isStopping)
        }
    }

    private func wake() {
        var one: UInt64 = 1
        // A full counter wakes the thread just as well, so the result does not matter.
        _ = write(wakeup, &one, 8)
    }
}

extension Order {
    /// Ends the conversation before it began.
    func refuse(_ failure: SNMPFailure) {
        var talk = talk
        while talk.fail(failure) != nil {}
        talk.finish(SNMPEffort())
    }
}
