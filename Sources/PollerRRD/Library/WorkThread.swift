import Foundation

/// One thread that does pieces of work in the order in which they came. What blocks in a C
/// library runs here and never on the cooperative pool, where it would stall every timer.
final class WorkThread: @unchecked Sendable {
    /// Why a piece of work was not done.
    enum Refusal: Error, Hashable {
        case overloaded(waiting: Int)
        case stopped
    }

    private struct Piece {
        let work: () -> Void
        let refuse: () -> Void
    }

    private let limit: Int
    // @unchecked: everything below is only touched under `condition`.
    private let condition = NSCondition()
    private var queue: [Piece] = []
    private var isStopping = false
    /// What waits longer than this is not done any more; nil until the thread is to end.
    private var doneBy: ContinuousClock.Instant?
    private var hasEnded = false
    private var whenEnded: [CheckedContinuation<Void, Never>] = []

    /// - Parameter limit: pieces of work that may wait.
    init(name: String, limit: Int) {
        self.limit = limit
        let thread = Thread { [self] in
            Thread.current.name = name
            work()
        }
        // Cairo and pango need more than the half megabyte of a secondary thread.
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Runs `body` on the thread and returns what it returned.
    func run<Value: Sendable>(
        _ body: @escaping @Sendable () -> Value
    ) async -> Result<Value, Refusal> {
        await withCheckedContinuation { continuation in
            let refusal = condition.withLock { () -> Refusal? in
                if isStopping { return .stopped }
                if queue.count >= limit { return .overloaded(waiting: queue.count) }
                queue.append(
                    Piece {
                        continuation.resume(returning: .success(body()))
                    } refuse: {
                        continuation.resume(returning: .failure(.stopped))
                    })
                condition.signal()
                return nil
            }
            if let refusal { continuation.resume(returning: .failure(refusal)) }
        }
    }

    /// Does what waits for so long, refuses the rest, and ends the thread.
    func stop(patience: Duration) async {
        await withCheckedContinuation { continuation in
            let isOver = condition.withLock {
                isStopping = true
                doneBy = doneBy ?? ContinuousClock.now + patience
                condition.signal()
                if !hasEnded { whenEnded.append(continuation) }
                return hasEnded
            }
            if isOver { continuation.resume() }
        }
    }

    private func work() {
        while let batch = next() {
            for piece in batch {
                let isLate = condition.withLock {
                    doneBy.map { ContinuousClock.now >= $0 } ?? false
                }
                if isLate { piece.refuse() } else { piece.work() }
            }
        }
        let waiting = condition.withLock {
            hasEnded = true
            return whenEnded
        }
        for continuation in waiting { continuation.resume() }
    }

    private func next() -> [Piece]? {
        condition.withLock {
            while queue.isEmpty && !isStopping { condition.wait() }
            defer { queue = [] }
            return queue.isEmpty ? nil : queue
        }
    }
}
