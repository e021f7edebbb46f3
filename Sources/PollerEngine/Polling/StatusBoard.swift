package import PollerModel
import Synchronization

/// Where the poller writes how it fares, and everybody reads it.
package final class StatusBoard: PollStatus {
    private struct State {
        var summary: PollSummary
        var devices: [DeviceID: DeviceStatus] = [:]
        var sources: [DataSourceID: SourceStatus] = [:]
    }
    private let state: Mutex<State>

    package init(startedAt: Timestamp) {
        state = Mutex(State(summary: PollSummary(startedAt: startedAt)))
    }

    package func device(_ id: DeviceID) -> DeviceStatus {
        state.withLock { $0.devices[id] ?? DeviceStatus() }
    }

    package func source(_ id: DataSourceID) -> SourceStatus? {
        state.withLock { $0.sources[id] }
    }

    package func statuses(of sources: [DataSource]) -> [SourceStatus?] {
        state.withLock { state in sources.map { state.sources[$0.id] } }
    }

    package func summary() -> PollSummary { state.withLock { $0.summary } }

    /// How many devices are how, without the daemon itself.
    package func tally(_ definitions: Definitions) -> DeviceTally {
        state.withLock { state in
            var tally = DeviceTally()
            for definition in definitions.fleet {
                guard definition.device.isEnabled else {
                    tally.take(.disabled, reason: nil)
                    continue
                }
                guard let status = state.devices[definition.device.id] else {
                    tally.take(.unknown, reason: nil)
                    continue
                }
                tally.take(status.state, reason: status.reason?.code)
            }
            return tally
        }
    }

    func change(_ device: DeviceID, _ body: (inout DeviceStatus) -> Void) {
        state.withLock { body(&$0.devices[device, default: DeviceStatus()]) }
    }

    func changeSummary(_ body: (inout PollSummary) -> Void) {
        state.withLock { body(&$0.summary) }
    }

    func record(_ sources: [(DataSourceID, SourceStatus)]) {
        state.withLock { state in
            for (id, status) in sources { state.sources[id] = status }
        }
    }

    /// Forgets data sources that are no longer measured.
    func forget(_ sources: [DataSourceID]) {
        state.withLock { state in
            for source in sources { state.sources[source] = nil }
        }
    }

    /// Forgets what is no longer polled.
    func forget(_ device: DeviceID, sources: [DataSourceID]) {
        state.withLock { state in
            state.devices[device] = nil
            for source in sources { state.sources[source] = nil }
        }
    }
}
