import CRRD
import Foundation

/// One thread that does pieces of work in the order in which they came. What blocks in a C
/// library runs here and never on the cooperative pool, where it would stall every timer. Between
/// them it does what has no order, one portion at a time.
final class WorkThread: @unchecked Sendable {
    /// Why a piece of work was not done.
    enum Refusal: Error, Hashable {
        case overloaded(waiting: Int)
        case stopped
    }

    private struct Piece {
        /// Returns what tells whoever waits.
        let work: () -> () -> Void
        let refuse: () -> Void
    }

    /// What is done without anybody asking.
    struct Background {
        /// A portion; whether more is to be done at once.
        let portion: () -> Bool
        /// What is left when the thread ends, until then.
        let finish: (ContinuousClock.Instant) -> Void
    }

    /// The background is looked at so often when there is nothing else to do.
    private static let backgroundMilliseconds: Int64 = 250

    private let limit: Int
    private let toldTogether: Int
    private let background: Background?
    // @unchecked: everything below is only touched under `condition`.
    private let condition = TimedCondition()
    private var queue: [Piece] = []
    private var isStopping = false
    /// What waits longer than this is not done any more; nil until the thread is to end.
    private var doneBy: ContinuousClock.Instant?
    private var hasEnded = false
    private var whenEnded: [CheckedContinuation<Void, Never>] = []

    /// - Parameters:
    ///   - limit: pieces of work that may wait.
    ///   - toldTogether: after so many pieces at most, those who wait for them are told. More than
    ///     one where to wake each by itself costs more than most pieces of work.
    init(name: String, limit: Int, toldTogether: Int = 1, background: Background? = nil) {
        self.limit = limit
        self.toldTogether = toldTogether
        self.background = background
        let thread = Thread { [self] in
            // Not by Foundation, which loses a name that a thread gives itself too early.
            crrd_name_thread(name)
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
                        let value = body()
                        return { continuation.resume(returning: .success(value)) }
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
        var hasMore = false
        while let batch = next(waits: !hasMore) {
            for start in stride(from: 0, to: batch.count, by: toldTogether) {
                work(on: batch[start..<min(start + toldTogether, batch.count)])
            }
            hasMore = background?.portion() ?? false
        }
        if let background {
            background.finish(condition.withLock { doneBy } ?? ContinuousClock.now)
        }
        let waiting = condition.withLock {
            hasEnded = true
            return whenEnded
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Tells those who wait once all of it is done.
    private func work(on pieces: ArraySlice<Piece>) {
        var tidings: [() -> Void] = []
        tidings.reserveCapacity(pieces.count)
        for piece in pieces {
            let isLate = condition.withLock {
                doneBy.map { ContinuousClock.now >= $0 } ?? false
            }
            if isLate { piece.refuse() } else { tidings.append(piece.work()) }
        }
        for tell in tidings { tell() }
    }

    /// What was asked for meanwhile; nil when the thread is to end and nothing is left.
    private func next(waits: Bool) -> [Piece]? {
        condition.withLock {
            while waits, queue.isEmpty, !isStopping {
                if background == nil {
                    condition.wait()
                } else if !condition.wait(milliseconds: Self.backgroundMilliseconds) {
                    break
                }
            }
            defer { queue = [] }
            return queue.isEmpty && isStopping ? nil : queue
        }
    }
}
