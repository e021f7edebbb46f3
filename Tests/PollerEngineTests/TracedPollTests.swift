import PollerModel
import PollerSimulator
import TestSupport
import Testing

@testable import PollerEngine

@Suite struct TracedPollTests {
    private func agent(_ change: (inout Faults) -> Void = { _ in }) -> Agent {
        var faults = Faults()
        change(&faults)
        return Agent(
            community: "public", tree: InterfaceFormula.tree(device: 1, interfaces: 3),
            faults: faults)
    }

    @Test func `a traced poll is a poll, with each of its messages and those of nobody else`()
        async throws
    {
        try await withOffice([agent(), agent()]) { office, ports in
            var devices: [DeviceID] = []
            for port in ports {
                var request = office.request(port)
                request.name = "device \(port)"
                let added = try await office.desk.add(request) { _ in }
                devices.append(try #require(added.definition).device.id)
            }
            let before = office.board.device(devices[0]).polls
            let (desk, another) = (office.desk, devices[1])
            async let other = desk.poll(another)
            let trace = try await desk.trace(devices[0])
            _ = try await other
            #expect(office.board.device(devices[0]).polls == before + 1)
            #expect(trace.device == devices[0] && trace.failure == nil && trace.more == 0)
            let effort = office.board.device(devices[0]).effort
            let sent = trace.messages.filter { $0.direction == .sent }
            #expect(sent.count >= effort.messages && effort.messages > 0)
            #expect(trace.messages.first?.direction == .sent)
            #expect(trace.messages.contains { $0.kind == .response && $0.variables > 1 })
            let times = trace.messages.map(\.microseconds)
            #expect(times.allSatisfy { (0...trace.milliseconds * 1_000 + 1_000).contains($0) })
        }
    }

    @Test func `a device that is silent shows what was sent, and why it has no values`()
        async throws
    {
        try await withOffice([agent()]) { office, ports in
            let added = try await office.desk.add(office.request(ports[0], timeout: 300)) { _ in }
            let device = try #require(added.definition).device.id
            var change = DeviceChange()
            change.target.port = try Ports.freeUDP()
            change.target.account.credentials = .community(Secret("public"))
            _ = try await office.desk.change(device, to: change)
            let trace = try await office.desk.trace(device)
            #expect(trace.failure?.contains("is closed") == true)
            #expect(trace.messages.last?.failure == "port_closed")
        }
    }

    @Test func `while a device is polled, a traced poll waits for its turn`() async throws {
        try await withOffice([agent { $0.delayMilliseconds = 200 }]) { office, ports in
            let added = try await office.desk.add(office.request(ports[0])) { _ in }
            let device = try #require(added.definition).device.id
            let (poller, desk) = (office.poller, office.desk)
            async let first = poller.pollNow(device)
            async let second = desk.trace(device)
            _ = await first
            #expect(try await second.messages.isEmpty == false)
        }
    }

    @Test func `a device that does not exist has none`() async throws {
        try await withOffice([]) { office, _ in
            await #expect(throws: OperationFailure.self) {
                try await office.desk.trace(DeviceID(9))
            }
        }
    }
}
