import PollerModel
import Testing

@Suite struct FleetTests {
    private typealias Fixture = AggregateFixture

    private func daemon(_ number: Int64) throws -> DeviceDefinition {
        let likeness = Fixture.device(number, "pollerd", titles: ["a", "b"])
        let device = Device(
            id: likeness.device.id, name: "pollerd",
            target: SNMPTarget(host: .daemon, credentials: .community(Secret(""))),
            step: likeness.device.step, template: "pollerd", system: SystemDescription(),
            createdAt: Timestamp(seconds: 1))
        return DeviceDefinition(
            device: device, rows: [], dataSources: likeness.dataSources, graphs: likeness.graphs)
    }

    @Test func `the daemon is among the devices and not in the fleet`() throws {
        let core = Fixture.device(1, "core", titles: ["a"])
        var definitions = Definitions(
            version: 1, catalogue: Fixture.catalogue, devices: [core, try daemon(2)])
        #expect(definitions.daemon?.device.id == DeviceID(2))
        #expect(definitions.fleet.map(\.device.name) == ["core"])
        #expect(definitions.fleetCounts.devices == 1)
        #expect(definitions.fleetCounts.dataSources == 1)
        #expect(definitions.fleetCounts.graphs == 1)
        definitions.replace([(DeviceID(2), nil)])
        #expect(definitions.daemon == nil)
        #expect(definitions.fleetCounts.graphs == 1)
        definitions.replace([(DeviceID(2), try daemon(2))])
        #expect(definitions.daemon?.device.id == DeviceID(2))
    }

    @Test func `no rule takes the daemon, however wide it is`() throws {
        let core = Fixture.device(1, "core", titles: ["a"])
        let definitions = Definitions(
            version: 1, catalogue: Fixture.catalogue, devices: [core, try daemon(2)])
        let everything = Fixture.aggregate(.rule(Fixture.rule { _ in }))
        let members = everything.members(in: definitions).members
        #expect(members.map(\.source.device) == [DeviceID(1)])
    }

    @Test func `slow devices are found by what keeps them busy, with what that is`() throws {
        let core = Fixture.device(1, "core", titles: [])
        let definitions = Definitions(
            version: 1, catalogue: Fixture.catalogue, devices: [core, try daemon(2)])
        let step = core.device.step.milliseconds
        let statuses = OneStatus()
        let slow = { (milliseconds: Int64) in
            statuses.status.budget = PollBudget(
                from: MonotonicTime(milliseconds: 0),
                to: MonotonicTime(milliseconds: milliseconds),
                askedMicroseconds: milliseconds * 1_000,
                groups: [
                    .init(
                        .table("interfaces"), objects: 1,
                        answeredAt: MonotonicTime(milliseconds: milliseconds))
                ])
            return DaemonFacts(
                definitions, statuses,
                now: Moment(
                    wall: Timestamp(seconds: 10), monotonic: MonotonicTime(milliseconds: 0)))
        }
        #expect(slow(step / 2 - 1).slow.isEmpty)
        let facts = slow(step / 2)
        #expect(facts.slow.map(\.name) == ["core"])
        #expect(facts.devices == 1)
        let finding = try #require(facts.findings.first { $0.code == .devicesSlow })
        #expect(finding.place.contains("s in interfaces)"), "\(finding.place)")
    }
}

/// All devices are alike.
private final class OneStatus: PollStatus, @unchecked Sendable {
    // Of one test, which is one task.
    var status = DeviceStatus()
    func device(_ id: DeviceID) -> DeviceStatus { status }
    func source(_ id: DataSourceID) -> SourceStatus? { nil }
    func summary() -> PollSummary { PollSummary(startedAt: Timestamp(seconds: 0)) }
}
