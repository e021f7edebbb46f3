import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerSNMP
@testable import PollerSimulator

/// From where agents are asked, and in which version.
@Suite struct RoutesTests {
    private func get(
        _ engine: SNMPEngine, _ port: UInt16, from source: IPAddress? = nil, retries: Int = 1
    ) async -> SNMPGetResponse {
        var target = target(port, timeout: 1_000, retries: retries)
        target.sourceAddress = source
        return await engine.get(SNMPGetRequest(target: target, groups: [[object(1)]]))
    }

    private func agent() throws -> RawAgent {
        try RawAgent { datagram, _ in
            [Datagram(try SNMPMessage(decoding: datagram).answer { _ in .integer(1) })]
        }
    }

    @Test func `an agent is asked from the address that its device names`() async throws {
        let agent = try agent()
        defer { agent.stop() }
        try await withEngine { engine in
            let source = IPAddress(bytes: [127, 0, 9, 9])
            let response = await get(engine, agent.port, from: source)
            #expect(response.groups[0].failure == nil)
            #expect(agent.senders == ["127.0.9.9"])
        }
    }

    @Test func `more sources than there are sockets for take turns`() async throws {
        let agent = try agent()
        defer { agent.stop() }
        try await withEngine { engine in
            for number in 1...UInt8(EngineLoop.mostSources + 6) {
                let source = IPAddress(bytes: [127, 0, 9, number])
                let response = await get(engine, agent.port, from: source)
                #expect(response.groups[0].failure == nil, "\(number)")
            }
            #expect(agent.senders.count == EngineLoop.mostSources + 6)
        }
    }

    @Test func `a source that is not this machine's is its fault, and nobody else's`()
        async throws
    {
        let agent = try agent()
        defer { agent.stop() }
        try await withEngine { engine in
            async let neighbour = get(engine, agent.port)
            for source in ["192.0.2.1", "2001:db8::1"] {
                let response = await get(engine, agent.port, from: IPAddress(source))
                let failure = try #require(response.groups[0].failure)
                #expect(failure.code == "local_fault" && failure.concernsThisMachine)
            }
            #expect(await neighbour.groups[0].failure == nil)
        }
    }

    @Test(arguments: [0, 1])
    func `an agent of SNMPv1 is read also when SNMPv2c is tried again, and may learn it`(
        retries: Int
    ) async throws {
        let isModern = Flag()
        let agent = try RawAgent { datagram, _ in
            let request = try SNMPMessage(decoding: datagram)
            guard request.version == .v1 || isModern.value.load(ordering: .relaxed) else {
                return []
            }
            return [Datagram(request.answer { _ in .integer(1) })]
        }
        defer { agent.stop() }
        let clock = ForwardClock()
        try await withEngine(clock: clock) { engine in
            for _ in 0..<3 {
                let response = await get(engine, agent.port, retries: retries)
                #expect(response.groups[0].failure == nil)
                #expect(response.effort.habits?.speaksVersion1Only == true)
                clock.advance(milliseconds: AgentHabits.version1PauseMilliseconds + 1)
            }
            isModern.value.store(true, ordering: .relaxed)
            let response = await get(engine, agent.port, retries: retries)
            #expect(response.groups[0].failure == nil)
            #expect(response.effort.habits?.speaksVersion1Only == nil)
            let count = agent.datagrams.count
            _ = await get(engine, agent.port, retries: retries)
            let later = try agent.messages().dropFirst(count)
            #expect(later.contains { $0.version == .v2c })
        }
    }

    private final class Flag: Sendable {
        let value = Atomic(false)
    }
}
