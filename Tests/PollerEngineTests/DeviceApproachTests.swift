import PollerDefinitions
import PollerEngine
import PollerModel
import PollerSimulator
import TestSupport
import Testing

@Suite struct DeviceApproachTests {
    private static let silence = PingFailure.noAnswer(attempts: 2, milliseconds: 800)

    private func agent(_ faults: Faults = Faults()) -> Agent {
        Agent(
            community: "public", tree: InterfaceFormula.tree(device: 1, interfaces: 2),
            faults: faults)
    }

    private func policy(_ method: AvailabilityMethod) -> AvailabilityPolicy {
        var policy = AvailabilityPolicy()
        policy.method = method
        policy.ping = .tcp(port: 22)
        return policy
    }

    @Test(
        arguments: [
            (.snmp, nil, "resolve reply system"),
            (.ping, nil, "resolve ping reply system"),
            (.pingAndSNMP, nil, "resolve ping reply system"),
            (.pingOrSNMP, nil, "resolve ping reply system"),
            (.ping, silence, "resolve !ping"), (.pingAndSNMP, silence, "resolve !ping"),
            (.pingOrSNMP, silence, "resolve !ping reply system"),
            (.snmp, silence, "resolve reply system"),
        ] as [(AvailabilityMethod, PingFailure?, String)])
    func `a test pings where that counts, and stops where it has to be answered`(
        method: AvailabilityMethod, failure: PingFailure?, steps: String
    ) async throws {
        try await withOffice([agent()]) { office, ports in
            office.pings.fail(failure)
            let seen = await office.desk.test(
                office.request(ports[0]).target, availability: policy(method)
            ) { _ in }
            #expect(
                seen.map { ($0.ok ? "" : "!") + $0.step.rawValue }.joined(separator: " ") == steps)
            guard let ping = seen.first(where: { $0.step == .ping }) else { return }
            let isObstacle = method != .pingOrSNMP
            #expect(ping.ok ? ping.detail == "tcp:22 answered" : ping.reason == failure?.code)
            #expect(ping.ok || (ping.fix != nil) == isObstacle)
            #expect(ping.ok || ping.detail.hasSuffix("; no obstacle") == !isObstacle)
        }
    }

    @Test func `a device that does not answer the ping is refused, and added when that is wished`()
        async throws
    {
        try await withOffice([agent()]) { office, ports in
            office.pings.fail(Self.silence)
            var request = office.request(ports[0])
            request.availability = policy(.pingAndSNMP)
            await #expect(throws: OperationFailure.unpingable(Self.silence)) {
                try await office.desk.add(request) { _ in }
            }
            #expect(office.inventory.definitions.devices.isEmpty)
            // What answers is found all the same.
            request.isTested = false
            let added = try await office.desk.add(request) { _ in }
            #expect(added.hasAnswered && added.definition?.rows.count == 2)
            #expect(added.definition?.device.availability == policy(.pingAndSNMP))
        }
    }

    @Test func `sysdescr is wanted from the first`() async throws {
        var hidden = Faults()
        hidden.hidden = [WellKnownObject.sysDescr]
        try await withOffice([agent(hidden)]) { office, ports in
            var request = office.request(ports[0])
            request.availability = policy(.sysDescr)
            let steps = await office.desk.test(
                request.target, availability: request.availability
            ) { _ in }
            #expect(steps.map(\.step) == [.resolve, .reply, .system])
            #expect(steps.last?.reason == "object_absent" && steps.last?.ok == false)
            await #expect {
                try await office.desk.add(request) { _ in }
            } throws: { ($0 as? OperationFailure)?.code == "object_absent" }
        }
    }

    @Test func `an agent that shows nothing is added where any answer counts`() async throws {
        let mute = Agent(community: "public", tree: ObjectTree([]), faults: Faults())
        try await withOffice([mute]) { office, ports in
            var request = office.request(ports[0])
            await #expect(throws: OperationFailure.unreachable(.viewEmpty)) {
                try await office.desk.add(request) { _ in }
            }
            request.availability = policy(.getNext)
            let steps = await office.desk.test(
                request.target, availability: request.availability
            ) { _ in }
            #expect(steps.map(\.step) == [.resolve, .reply, .system])
            #expect(steps.last?.ok == true)
            #expect(
                steps.last?.detail == "the agent shows no system group, which is no obstacle")
            let added = try await office.desk.add(request) { _ in }
            let id = try #require(added.definition?.device.id)
            #expect(added.hasAnswered && added.name == "127.0.0.1")
            #expect(try await office.desk.poll(id).state == .up)
        }
    }

    @Test func `a change is what the next poll goes by`() async throws {
        try await withOffice([agent()]) { office, ports in
            let id = try #require(
                try await office.desk.add(office.request(ports[0])) { _ in }.definition?.device.id)
            #expect(try await office.desk.poll(id).state == .up)
            #expect(office.pings.requests.isEmpty)
            office.pings.fail(Self.silence)
            var change = DeviceChange()
            change.availability.method = .ping
            change.availability.ping = .tcp(port: 22)
            let changed = try await office.desk.change(id, to: change)
            #expect(changed.device.availability.method == .ping)
            let status = try await office.desk.poll(id)
            #expect(status.state == .down && status.outage?.code == "ping_no_answer")
            #expect(status.failure == nil)
            #expect(office.pings.requests.allSatisfy { $0.method == .tcp(port: 22) })
            await #expect {
                try await office.desk.change(DeviceID(9), to: change)
            } throws: { ($0 as? OperationFailure)?.code == "not_found" }
        }
    }
}
