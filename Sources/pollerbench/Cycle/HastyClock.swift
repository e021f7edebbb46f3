import PollerEngine
import PollerModel

/// The machine's clocks, some times as fast: an hour of polling is over in minutes.
///
/// Both run ahead together, so nothing of the poller takes it for a clock that was set. Agents
/// count at their own pace all the same, and the rates that are stored are so many times smaller.
struct HastyClock: Timekeeper {
    private let system = SystemTimekeeper()
    let speed: Int64
    let start: Moment

    init(speed: Int64) {
        self.speed = speed
        start = system.now
    }

    var now: Moment { hasten(system.now) }

    /// What this clock showed at a moment of the machine's.
    func hasten(_ moment: Moment) -> Moment {
        let wall = moment.wall.milliseconds - start.wall.milliseconds
        let monotonic = moment.monotonic.microseconds - start.monotonic.microseconds
        return Moment(
            wall: start.wall.advanced(milliseconds: wall * speed),
            monotonic: MonotonicTime(
                microseconds: start.monotonic.microseconds + monotonic * speed))
    }

    func sleep(until deadline: MonotonicTime) async throws(CancellationError) {
        let wait = (deadline.microseconds - start.monotonic.microseconds) / speed
        try await system.sleep(
            until: MonotonicTime(microseconds: start.monotonic.microseconds + wait))
    }
}

/// A transport whose answers come at the times of a hasty clock.
struct HastyTransport: SNMPTransport {
    let transport: any SNMPTransport
    let clock: HastyClock

    var counters: SNMPCounters { transport.counters }

    func resolve(_ host: DeviceHost) async throws(SNMPFailure) -> IPAddress {
        try await transport.resolve(host)
    }

    func get(_ request: SNMPGetRequest) async -> SNMPGetResponse {
        let response = await transport.get(request)
        return SNMPGetResponse(
            groups: response.groups.map { group in
                group.map {
                    SNMPGroupAnswer(
                        values: $0.values, companion: $0.companion,
                        receivedAt: clock.hasten($0.receivedAt))
                }
            }, effort: response.effort)
    }

    func walk(_ request: SNMPWalkRequest) async throws(SNMPFailure) -> SNMPWalkResponse {
        try await transport.walk(request)
    }

    func takeKnowledge() -> SNMPKnowledge { transport.takeKnowledge() }
}
