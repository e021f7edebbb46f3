import HTTPTypes
import PollerModel
import Synchronization

/// Who is connected how often.
final class ConnectionLedger: Sendable {
    private let limits: ConnectionLimits
    /// Proxies, behind whose one address all clients are.
    private let exempt: Set<IPAddress>

    private struct State {
        var total = 0
        var counts: [IPAddress: Int] = [:]
    }
    private let state = Mutex(State())

    init(limits: ConnectionLimits, exempt: Set<IPAddress> = []) {
        self.limits = limits
        self.exempt = exempt
    }

    var count: Int { state.withLock { $0.total } }

    /// Counts a connection, also one that is refused: it is there until it is closed.
    ///
    /// - Parameter address: nil on a Unix socket.
    /// - Returns: why it is not served; nil when it is.
    func enter(_ address: IPAddress?) -> WebProblem? {
        let key = address.map(Self.network)
        let (total, own) = state.withLock { state in
            state.total += 1
            if let key { state.counts[key, default: 0] += 1 }
            return (state.total, key.flatMap { state.counts[$0] } ?? 0)
        }
        if own > limits.connectionsOfAddress, let address, !exempt.contains(address) {
            return WebProblem(
                .tooManyRequests,
                "\(address) has \(limits.connectionsOfAddress) connections already",
                code: "too_many_connections",
                fix: "close some; a proxy is listed in web.proxies of pollerd.yaml",
                retrySeconds: 5)
        }
        guard total > limits.connections else { return nil }
        return WebProblem(
            .serviceUnavailable, "\(limits.connections) connections are open already",
            code: "too_many_connections", fix: "try again in a few seconds", retrySeconds: 5)
    }

    func leave(_ address: IPAddress?) {
        let key = address.map(Self.network)
        state.withLock { state in
            state.total -= 1
            guard let key, let count = state.counts[key] else { return }
            state.counts[key] = count > 1 ? count - 1 : nil
        }
    }

    private static func network(_ address: IPAddress) -> IPAddress {
        address.isV4 ? address : IPAddress(v6High: address.high, low: 0)
    }
}
