import HTTPTypes
import PollerModel
import Synchronization

/// What a graph's numbers and rows may take.
enum GraphDataLimits {
    /// Values of one file: 220,000 rows of nine series, some 40 MB of text.
    static let mostCells = 2_000_000
    /// Requests that read rows for a table or a file at the same time.
    static let largestUnderWay = 8
    /// Requests that may wait for their turn.
    static let largestWaiting = 200
}

/// Who works out numbers at present, apart from pictures, and who waits for that, in the order in
/// which they came: all at once would take the memory of all.
final class DataTurns: Sendable {
    private struct State {
        var underWay = 0
        var waiting: [CheckedContinuation<Bool, Never>] = []
    }

    private let state = Mutex(State())

    var counts: (underWay: Int, waiting: Int) {
        state.withLock { ($0.underWay, $0.waiting.count) }
    }

    /// Does something when there is room for it; nil where too many wait for that already.
    func run<Value>(_ body: () async throws -> Value) async rethrows -> Value? {
        guard await take() else { return nil }
        defer { give() }
        return try await body()
    }

    private func take() async -> Bool {
        await withCheckedContinuation { continuation in
            let answer = state.withLock { state -> Bool? in
                if state.underWay < GraphDataLimits.largestUnderWay {
                    state.underWay += 1
                    return true
                }
                guard state.waiting.count < GraphDataLimits.largestWaiting else { return false }
                state.waiting.append(continuation)
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// Passes the turn on, or back.
    private func give() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.underWay -= 1
            return nil
        }
        next?.resume(returning: true)
    }
}

extension WebProblem {
    /// Where `DataTurns` has no room.
    static var dataOverloaded: WebProblem {
        WebProblem(
            .serviceUnavailable,
            "\(GraphDataLimits.largestWaiting) others wait for rows of graphs already",
            code: "data_overloaded", fix: "try again in a few seconds",
            retrySeconds: PictureLimits.retrySeconds)
    }
}
