import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// How long a request may take.
enum Deadline {
    /// For what only reads: whoever waits longer has left, or asks again.
    static let readingSeconds: Int64 = 30
    /// For what changes something, because to cut that off is worse: the discovery of a device ends
    /// by itself after five minutes.
    static let changingSeconds: Int64 = 360
    /// What reads and takes as long: a look at all files, or at all records.
    private static let longReadings: Set<String> = ["/api/v1/rrd/check", "/api/v1/audit/check"]

    /// Answers for `work`, or instead of it when that takes too long; then nobody waits for it any
    /// more, and it is cancelled.
    ///
    /// - Throws: what `work` throws, or 503.
    static func keep(
        for request: Request, on loop: any EventLoop,
        _ work: @escaping @Sendable () async throws -> Response
    ) async throws -> Response {
        let isLong = request.method.isUnsafe || longReadings.contains(request.uri.path)
        let seconds = isLong ? changingSeconds : readingSeconds
        let race = Race()
        // No child of ours: a child that does not hear of its cancellation would be waited for.
        let task = Task {
            let result: Result<Response, any Error>
            do {
                result = .success(try await work())
            } catch {
                result = .failure(error)
            }
            race.end(result)
        }
        let timer = loop.scheduleTask(in: .seconds(seconds)) {
            race.end(.failure(passed(seconds)))
            task.cancel()
        }
        defer { timer.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { race.begin($0) }
        } onCancel: {
            task.cancel()
        }
    }

    private static func passed(_ seconds: Int64) -> WebProblem {
        WebProblem(
            .serviceUnavailable, "there was no answer within \(seconds) s", code: "too_slow",
            fix: "ask for less, a shorter range for example, or try again in a minute",
            retrySeconds: 60)
    }

    /// Whoever comes first is heard.
    private final class Race: Sendable {
        private enum State {
            case begun
            case waiting(CheckedContinuation<Response, any Error>)
            case ended(Result<Response, any Error>)
            case heard
        }
        private let state = Mutex(State.begun)

        func begin(_ continuation: CheckedContinuation<Response, any Error>) {
            let result: Result<Response, any Error>? = state.withLock { state in
                guard case .ended(let result) = state else {
                    state = .waiting(continuation)
                    return nil
                }
                state = .heard
                return result
            }
            if let result { continuation.resume(with: result) }
        }

        func end(_ result: Result<Response, any Error>) {
            let waiting: CheckedContinuation<Response, any Error>? = state.withLock { state in
                switch state {
                case .begun:
                    state = .ended(result)
                    return nil
                case .waiting(let continuation):
                    state = .heard
                    return continuation
                case .ended, .heard: return nil
                }
            }
            waiting?.resume(with: result)
        }
    }
}
