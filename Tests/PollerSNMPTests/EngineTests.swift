import Foundation
import PollerModel
import PollerSNMP
import PollerSimulator
import Synchronization
import TestSupport
import Testing

@Suite struct EngineWithSimulatedAgentsTests {
    private func agent(_ interfaces: Int = 4, faults: Faults = Faults()) -> Agent {
        Agent(
            community: "public", tree: InterfaceFormula.tree(device: 1, interfaces: interfaces),
            faults: faults)
    }

    private func faults(_ change: (inout Faults) -> Void) -> Faults {
        var faults = Faults()
        change(&faults)
        return faults
    }

    /// Octets in and out of interfaces 1...n.
    private func octets(_ count: UInt32) -> [[OID]] {
        (1...count).map { [ifXTable.appending([6, $0]), ifXTable.appending([10, $0])] }
    }

    private func get(
        _ agent: Agent, groups: [[OID]], version: SNMPVersion = .v2c, community: String = "public",
        timeout: Int64 = 3_000
    ) async throws -> SNMPGetResponse {
        try await withEngine { engine in
            try await withAgents([agent]) { ports in
                await engine.get(
                    SNMPGetRequest(
                        target: target(
                            ports[0], version: version, community: community, timeout: timeout),
                        groups: groups, companion: WellKnownObject.sysUpTime))
            }
        }
    }

    @Test(arguments: [SNMPVersion.v1, .v2c])
    func `both versions read a name`(version: SNMPVersion) async throws {
        let response = try await get(agent(), groups: [[sysName]], version: version)
        #expect(try response.groups[0].get().values == [.success(.octets(Array("sim-1".utf8)))])
    }

    @Test func `counters are exact for the uptime in the same answer`() async throws {
        let response = try await get(agent(24), groups: octets(24))
        for (position, group) in response.groups.enumerated() {
            let answer = try group.get()
            guard case .timeTicks(let ticks)? = answer.companion,
                case .success(.counter64(let value)) = answer.values[0]
            else { throw Unexpected("no counter") }
            let rate = Double(InterfaceFormula.inRate(device: 1, interface: position + 1))
            // The agent's clock is finer than the hundredths it tells.
            #expect(abs(Double(value) - rate * Double(ticks) / 100) <= rate * 0.011)
        }
        #expect(response.effort.messages == 5)
        #expect(response.effort.retransmissions == 0)
    }

    @Test func `64-bit counters do not exist for version 1, and cost nothing else`() async throws {
        let objects = [ifXTable.appending([6, 1]), ifTable.appending([10, 1])]
        let values = try await get(agent(), groups: [objects], version: .v1).groups[0].get().values
        #expect(values[0] == .success(.noSuchInstance))
        guard case .success(.counter32) = values[1] else { throw Unexpected("\(values)") }
    }

    @Test func `silence is told after all attempts`() async throws {
        let response = try await get(
            agent(faults: faults { $0.isDead = true }), groups: [[sysName]], timeout: 300)
        #expect(response.groups[0].failure == .noAnswer(attempts: 2, milliseconds: 600))
        // The third asks whether the agent is so old that it knows SNMPv1 only.
        #expect(response.effort.messages == 3 && response.effort.retransmissions == 1)
    }

    @Test func `a wrong community is silence`() async throws {
        let response = try await get(agent(), groups: [[sysName]], community: "wrong", timeout: 300)
        #expect(response.groups[0].failure?.code == "no_answer")
    }

    @Test func `a closed port is told apart from silence, at once`() async throws {
        let port = try Ports.freeUDP()
        try await withEngine { engine in
            let response = await engine.get(
                SNMPGetRequest(target: target(port, timeout: 10_000), groups: [[sysName]]))
            #expect(response.groups[0].failure == .portClosed(port: port))
            #expect(response.effort.milliseconds < 5_000)
        }
    }

    @Test func `a lost answer is asked for again`() async throws {
        let response = try await get(
            agent(faults: faults { $0.lossEvery = 2 }), groups: octets(4) + octets(4), timeout: 500)
        #expect(response.groups.allSatisfy { (try? $0.get()) != nil })
        #expect(response.effort.retransmissions >= 1)
    }

    @Test func `an answer under another id is nobody's`() async throws {
        let response = try await get(
            agent(faults: faults { $0.wrongIDEvery = 1 }), groups: [[sysName]], timeout: 300)
        #expect(response.groups[0].failure?.code == "answer_other_id")
    }

    @Test func `an answer slower than one attempt still counts`() async throws {
        let slow = faults { $0.delayMilliseconds = 1_500 }
        let response = try await get(agent(faults: slow), groups: [[sysName]], timeout: 1_000)
        #expect(try response.groups[0].get().values[0].get() == .octets(Array("sim-1".utf8)))
    }

    @Test func `tooBig loses no value`() async throws {
        let response = try await get(
            agent(8, faults: faults { $0.tooBigAbove = 3 }), groups: octets(8))
        #expect(response.groups.allSatisfy { (try? $0.get().values.count) == 2 })
        #expect(
            response.groups.allSatisfy { group in
                ((try? group.get().values) ?? []).allSatisfy { (try? $0.get().isPresent) == true }
            })
    }

    @Test func `an absent object and a broken one cost only themselves`() async throws {
        let broken = ifXTable.appending([6, 3])
        let hidden = ifXTable.appending([6, 2])
        let response = try await get(
            agent(
                faults: faults {
                    $0.broken = [broken]
                    $0.hidden = [hidden]
                }), groups: octets(4))
        let values = try response.groups.map { try $0.get().values }
        #expect(values[1][0] == .success(.noSuchObject))
        #expect(values[2][0] == .failure(.errorStatus(.genErr, object: nil)))
        let rest = values.flatMap { $0 }.filter { (try? $0.get().isPresent) == true }
        #expect(rest.count == 6)
    }

    @Test(arguments: [SNMPVersion.v1, .v2c])
    func `a walk finds every row in order`(version: SNMPVersion) async throws {
        try await withEngine { engine in
            try await withAgents([agent(60)]) { ports in
                let walk = try await engine.walk(
                    SNMPWalkRequest(
                        target: target(ports[0], version: version), root: ifTable.appending([2])))
                #expect(walk.rows.count == 60)
                #expect(walk.rows.map(\.oid) == (1...60).map { ifTable.appending([2, $0]) })
                // After 25 rows, all that fit a frame are asked for at once.
                #expect(walk.effort.messages == (version == .v1 ? 61 : 2))
            }
        }
    }

    @Test func `a table without an end is left with an error`() async throws {
        let object = ifTable.appending([2, 2])
        try await withEngine { engine in
            try await withAgents([agent(faults: faults { $0.loop = object })]) { ports in
                let walk = try await engine.walk(
                    SNMPWalkRequest(target: target(ports[0]), root: ifTable.appending([2])))
                #expect(walk.cut == .failed(.notIncreasing(object: object)))
                #expect(walk.rows.last?.oid == object)
            }
        }
    }

    @Test func `an agent without GETBULK is walked all the same`() async throws {
        try await withEngine { engine in
            try await withAgents([agent(5, faults: faults { $0.hasNoBulk = true })]) { ports in
                let request = SNMPWalkRequest(
                    target: target(ports[0], timeout: 150), root: ifTable.appending([2]))
                let walk = try await engine.walk(request)
                #expect(walk.rows.count == 5)
                // That is remembered, also over a restart.
                let again = try await engine.walk(request)
                #expect(again.effort.questions == 6)
                let knowledge = engine.takeKnowledge()
                #expect(knowledge.habits.last?.habits.usesBulk == false)
                try await withEngine(knowing: knowledge) { later in
                    let walk = try await later.walk(request)
                    #expect(walk.rows.count == 5 && walk.effort.questions == 6)
                }
            }
        }
    }

    @Test(arguments: [(nil, 2), (17, 4)] as [(Int?, Int)])
    func `messages grow to what an agent takes`(tooBigAbove: Int?, messages: Int) async throws {
        try await withEngine { engine in
            try await withAgents([agent(24, faults: faults { $0.tooBigAbove = tooBigAbove })]) {
                ports in
                let request = SNMPGetRequest(
                    target: target(ports[0]), groups: octets(24),
                    companion: WellKnownObject.sysUpTime)
                var efforts: [SNMPEffort] = []
                for _ in 0..<20 {
                    let response = await engine.get(request)
                    #expect(response.groups.allSatisfy { (try? $0.get()) != nil })
                    efforts.append(response.effort)
                }
                #expect(efforts.first?.questions == 5)
                let last = try #require(efforts.last)
                #expect(last.questions <= messages, "\(efforts.map(\.questions))")
                let learned = try #require(last.habits)
                #expect(learned.objectsPerMessage < tooBigAbove ?? .max && learned.usesBulk)
                #expect(learned.roundTripMilliseconds ?? 0 > 0)
            }
        }
    }

    @Test func `many devices are asked at once, and dead ones delay nobody`() async throws {
        let dead = faults { $0.isDead = true }
        let agents = (1...40).map { number in
            Agent(
                community: "public", tree: InterfaceFormula.tree(device: number, interfaces: 8),
                faults: number % 10 == 0 ? dead : Faults())
        }
        try await withEngine { engine in
            try await withAgents(agents) { ports in
                let responses = await withTaskGroup(of: (Int, SNMPGetResponse).self) { group in
                    for (position, port) in ports.enumerated() {
                        group.addTask { [self] in
                            (
                                position,
                                await engine.get(
                                    SNMPGetRequest(
                                        target: target(port, timeout: 15_000, retries: 0),
                                        groups: [[sysName]] + octets(8)))
                            )
                        }
                    }
                    return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
                }
                for (position, response) in responses {
                    if (position + 1) % 10 == 0 {
                        #expect(response.groups[0].failure?.code == "no_answer")
                    } else {
                        let name = Array("sim-\(position + 1)".utf8)
                        let values = try response.groups[0].get().values
                        #expect(values == [.success(.octets(name))])
                        #expect(response.effort.milliseconds < 15_000)
                    }
                }
            }
        }
    }

    @Test func `stopping ends what is under way with its reason`() async throws {
        try await withAgents([agent(faults: faults { $0.isDead = true })]) { ports in
            try await withEngine { engine in
                async let response = engine.get(
                    SNMPGetRequest(target: target(ports[0], timeout: 60_000), groups: [[sysName]]))
                try await waitUntil("the request is out") {
                    engine.counters.requests > 0
                }
                await engine.stop()
                #expect(await response.groups[0].failure == .stopped)
                let late = await engine.get(
                    SNMPGetRequest(target: target(ports[0]), groups: [[sysName]]))
                #expect(late.groups[0].failure == .stopped)
            }
        }
    }
}

@Suite struct NameResolutionTests {
    @Test func `an address is its own name`() async throws {
        try await withEngine { engine in
            let host = try #require(DeviceHost("192.0.2.7"))
            #expect(try await engine.resolve(host).description == "192.0.2.7")
        }
    }

    private static var knowsLocalhost: Bool {
        var addresses: UnsafeMutablePointer<addrinfo>?
        defer { if addresses != nil { freeaddrinfo(addresses) } }
        return getaddrinfo("localhost", nil, nil, &addresses) == 0
    }

    @Test(.enabled(if: knowsLocalhost, "this machine's resolver does not know localhost"))
    func `localhost is found, also for a poll`() async throws {
        try await withEngine { engine in
            let agent = Agent(
                community: "public", tree: InterfaceFormula.tree(device: 1, interfaces: 1))
            try await withAgents([agent]) { ports in
                var target = target(ports[0])
                target.host = try #require(DeviceHost("localhost"))
                #expect(try await engine.resolve(target.host).isLoopback)
                guard try await engine.resolve(target.host).isV4 else { return }
                let response = await engine.get(SNMPGetRequest(target: target, groups: [[sysName]]))
                #expect((try? response.groups[0].get()) != nil)
            }
        }
    }

    @Test func `an unknown name fails with the resolver's words`() async throws {
        try await withEngine { engine in
            let host = try #require(DeviceHost("no-such-host.invalid"))
            await #expect {
                try await engine.resolve(host)
            } throws: { error in
                guard
                    case .nameNotResolved("no-such-host.invalid", let detail)? = error
                        as? SNMPFailure
                else { return false }
                return !detail.isEmpty
            }
        }
    }
}

@Suite(.enabled(if: RealAgent.isInstalled, "snmpd is not installed"))
struct EngineWithRealAgentTests {
    @Test(arguments: [SNMPVersion.v1, .v2c])
    func `a real agent's names and counters are read`(version: SNMPVersion) async throws {
        let agent = try await RealAgent(
            configuration: "rocommunity public 127.0.0.1\nsysName real-agent\n")
        try await withEngine { engine in
            let real = target(agent.port, version: version, timeout: 2_000)
            let response = await engine.get(
                SNMPGetRequest(
                    target: real,
                    groups: [
                        [sysName], [ifTable.appending([10, 1]), ifTable.appending([2, 1])],
                    ],
                    companion: WellKnownObject.sysUpTime))
            #expect(
                try response.groups[0].get().values == [.success(.octets(Array("real-agent".utf8)))]
            )
            let row = try response.groups[1].get()
            guard case .success(.counter32) = row.values[0], case .timeTicks? = row.companion else {
                throw Unexpected("\(row)")
            }
            #expect(row.values[1] == .success(.octets(Array("lo".utf8))))
            let walk = try await engine.walk(
                SNMPWalkRequest(target: real, root: OID([1, 3, 6, 1, 2, 1, 1])))
            #expect(walk.rows.count > 6)
            #expect(walk.rows.map(\.oid) == walk.rows.map(\.oid).sorted())
        }
    }

    @Test func `an agent that is suspended is silent, and answers again`() async throws {
        let agent = try await RealAgent()
        try await withEngine { engine in
            let request = SNMPGetRequest(
                target: target(agent.port, timeout: 1_000), groups: [[sysName]])
            #expect((try? await engine.get(request).groups[0].get()) != nil)
            agent.suspend()
            #expect(await engine.get(request).groups[0].failure?.code == "no_answer")
            agent.resume()
            try await waitUntil("it answers again") {
                (try? await engine.get(request).groups[0].get()) != nil
            }
        }
    }
}

extension Result {
    var failure: Failure? { if case .failure(let error) = self { error } else { nil } }
}
