import PollerModel
import PollerSNMP
import TestSupport
import Testing

@testable import PollerSimulator

/// Where the objects of a bad device lie, and what they are: each is its own number.
let deviceRoot = OID([1, 3, 6, 1, 9])
func truth(_ object: OID) -> SNMPValue { .gauge32(object.arcs.last ?? 0) }
let lie = SNMPValue.gauge32(4_000_000_000)

func truths(_ objects: [OID]) -> [Result<SNMPValue, SNMPFailure>] {
    objects.map { .success(truth($0)) }
}

/// An engine for the body that polls a healthy device all the while, and once more afterwards.
func besideNeighbour(
    knowing knowledge: SNMPKnowledge = SNMPKnowledge(),
    _ body: (SNMPEngine) async throws -> Void
) async throws {
    let neighbour = Neighbour()
    try await withAgents([neighbour.agent]) { ports in
        try await withEngine(knowing: knowledge) { engine in
            async let meanwhile: Void = neighbour.poll(engine, ports[0], times: 20)
            try await body(engine)
            try await meanwhile
            try await neighbour.poll(engine, ports[0], times: 1)
        }
    }
}

/// A healthy device.
private struct Neighbour {
    private static let number = 7

    let agent = Agent(
        community: "public",
        tree: InterfaceFormula.tree(device: Neighbour.number, interfaces: 4))

    /// Polls it and checks every value.
    func poll(_ engine: SNMPEngine, _ port: UInt16, times: Int) async throws {
        let request = SNMPGetRequest(
            target: target(port, timeout: 10_000, retries: 2),
            groups: (UInt32(1)...4).map { [ifXTable.appending([6, $0])] },
            companion: WellKnownObject.sysUpTime)
        for _ in 0..<times {
            let response = await engine.get(request)
            for (position, group) in response.groups.enumerated() {
                let answer = try group.get()
                guard case .timeTicks(let ticks)? = answer.companion,
                    case .success(.counter64(let octets)) = answer.values[0]
                else { throw Unexpected("the neighbour answered \(answer)") }
                let rate = Double(
                    InterfaceFormula.inRate(device: Self.number, interface: position + 1))
                // The agent's clock is finer than the hundredths it tells.
                #expect(abs(Double(octets) - rate * Double(ticks) / 100) <= rate * 0.011)
            }
            // What is learned of the one device is not held against the other.
            #expect((response.effort.habits?.objectsPerMessage ?? 10) >= 10)
        }
    }
}

/// A device whose agent does as its script says, and the engine that polls it.
struct ScriptedDevice {
    let agent: RawAgent
    let engine: SNMPEngine

    func get(
        _ groups: [[OID]], version: SNMPVersion = .v2c, timeout: Int64 = 10_000, retries: Int = 1
    ) async -> SNMPGetResponse {
        await engine.get(
            SNMPGetRequest(
                target: target(agent.port, version: version, timeout: timeout, retries: retries),
                groups: groups))
    }

    func walk(
        version: SNMPVersion = .v2c, timeout: Int64 = 10_000, rowLimit: Int = 100
    ) async throws -> SNMPWalkResponse {
        try await engine.walk(
            SNMPWalkRequest(
                target: target(agent.port, version: version, timeout: timeout), root: deviceRoot,
                rowLimit: rowLimit))
    }
}

extension SNMPGetResponse {
    /// The values of all groups, one after the other.
    func values() throws -> [Result<SNMPValue, SNMPFailure>] {
        try groups.flatMap { try $0.get().values }
    }
}

/// A device that sends back what `script` says, beside a healthy neighbour.
///
/// - Parameters:
///   - habits: what the engine knows of the agent before it asks.
///   - user: to whom the engine knows the agent's own engine already.
func withRawDevice(
    habits: SNMPHabits? = nil, user: SNMPUser? = nil, _ script: @escaping RawAgent.Script,
    polled body: (ScriptedDevice) async throws -> Void
) async throws {
    let agent = try RawAgent(script)
    defer { agent.stop() }
    let address = IPAddress(bytes: [127, 0, 0, 1])
    let time = Timestamp(seconds: 1_700_000_000)
    var knowledge = SNMPKnowledge()
    if let habits {
        knowledge.habits.append(
            SNMPHabitsRecord(
                address: address, port: agent.port, habits: habits, learnedAt: time))
    }
    if let user {
        knowledge.engines.append(
            SNMPEngineRecord(
                address: address, port: agent.port, user: user.name,
                engineID: [0x80, 0, 0x1f, 0x88, 4, 0x61], boots: 3, seconds: 1_000, heardAt: time))
    }
    try await besideNeighbour(knowing: knowledge) { engine in
        try await body(ScriptedDevice(agent: agent, engine: engine))
    }
}

/// What a device of SNMPv1 and SNMPv2c sends back to a request, which knows those before it.
typealias DeviceScript =
    @Sendable (_ request: SNMPMessage, _ before: [SNMPMessage]) throws -> [Datagram]

/// The same for a device of SNMPv1 and SNMPv2c, which is silent to anything else.
func withDevice(
    habits: SNMPHabits? = nil, _ script: @escaping DeviceScript,
    polled body: (ScriptedDevice) async throws -> Void
) async throws {
    try await withRawDevice(habits: habits) { datagram, before in
        try script(SNMPMessage(decoding: datagram), before.map { try SNMPMessage(decoding: $0) })
    } polled: { device in
        try await body(device)
    }
}
