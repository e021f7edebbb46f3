import PollerModel
import Synchronization

/// Hosts that answer pings, or do not, as a test says.
final class ScriptedPings: PingTransport, Sendable {
    private struct State {
        var failure: PingFailure?
        var requests: [PingRequest] = []
    }
    private let state = Mutex(State())
    private let wait: @Sendable () async -> Void

    /// - Parameter wait: what passes before each answer.
    init(wait: @escaping @Sendable () async -> Void = {}) { self.wait = wait }

    /// All that was asked.
    var requests: [PingRequest] { state.withLock { $0.requests } }

    /// What pings come to from now on; nil: an answer after 2.5 ms.
    func fail(_ failure: PingFailure?) { state.withLock { $0.failure = failure } }

    func ping(_ request: PingRequest) async -> Result<PingAnswer, PingFailure> {
        await wait()
        return state.withLock { state in
            state.requests.append(request)
            return state.failure.map { .failure($0) }
                ?? .success(PingAnswer(microseconds: 2_500, attempts: 1))
        }
    }
}
