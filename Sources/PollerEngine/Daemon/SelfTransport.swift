package import PollerModel

/// The way to the agents, on which the daemon is an agent as well: whoever asks `DeviceHost.daemon`
/// asks the daemon for its own numbers, without a message. So these take the way of all values,
/// and are kept, drawn and explained as these are.
package struct SelfTransport: SNMPTransport {
    private let network: any SNMPTransport
    private let meter: any DaemonMeter
    private let timekeeper: any Timekeeper

    package init(
        _ network: some SNMPTransport, meter: some DaemonMeter, timekeeper: some Timekeeper
    ) {
        self.network = network
        self.meter = meter
        self.timekeeper = timekeeper
    }

    package var counters: SNMPCounters { network.counters }

    package func takeKnowledge() -> SNMPKnowledge { network.takeKnowledge() }

    /// A ping of the daemon is one of this machine.
    package func resolve(_ host: DeviceHost) async throws(SNMPFailure) -> IPAddress {
        host == .daemon ? IPAddress(bytes: [127, 0, 0, 1]) : try await network.resolve(host)
    }

    package func get(_ request: SNMPGetRequest) async -> SNMPGetResponse {
        guard request.target.host == .daemon else { return await network.get(request) }
        let start = timekeeper.now.monotonic
        let numbers = await meter.numbers()
        let end = timekeeper.now
        let groups: [Result<SNMPGroupAnswer, SNMPFailure>] = request.groups.map { objects in
            .success(
                SNMPGroupAnswer(
                    values: objects.map { .success(Self.value($0, numbers)) },
                    companion: request.companion.map { Self.value($0, numbers) },
                    receivedAt: end))
        }
        return SNMPGetResponse(
            groups: groups,
            effort: SNMPEffort(
                messages: 1, microseconds: max(0, end.monotonic.microseconds - start.microseconds)))
    }

    package func walk(
        _ request: SNMPWalkRequest
    ) async throws(SNMPFailure) -> SNMPWalkResponse {
        guard request.target.host == .daemon else { return try await network.walk(request) }
        let numbers = await meter.numbers()
        let known = Self.system.map(\.object) + DaemonObject.allCases.map(\.oid)
        let rows = known.filter { $0.hasPrefix(request.root) && $0 != request.root }.sorted()
            .map { VarBind($0, Self.value($0, numbers)) }.filter(\.value.isPresent)
        let limit = request.rowLimit
        return SNMPWalkResponse(
            rows: Array(rows.prefix(limit)),
            cut: rows.count > limit ? .rows(limit) : nil, effort: SNMPEffort(messages: 1))
    }

    private static let system: [(object: OID, value: @Sendable (DaemonNumbers) -> SNMPValue)] = [
        (
            WellKnownObject.sysDescr,
            { .octets(Array("pollerd \($0.version), the daemon itself".utf8)) }
        ),
        (WellKnownObject.sysObjectID, { _ in .oid(DaemonObject.root) }),
        (WellKnownObject.sysUpTime, { .timeTicks(UInt32(truncatingIfNeeded: $0.uptimeTicks)) }),
        (WellKnownObject.sysName, { _ in .octets(Array("pollerd".utf8)) }),
    ]

    private static func value(_ object: OID, _ numbers: DaemonNumbers) -> SNMPValue {
        if let own = DaemonObject(object) { return own.value(in: numbers) }
        return system.first { $0.object == object }?.value(numbers) ?? .noSuchObject
    }
}

extension DaemonNumbers {
    /// Hundredths of a second since the start.
    fileprivate var uptimeTicks: Int64 { Int64(uptimeSeconds * 100) }
}
