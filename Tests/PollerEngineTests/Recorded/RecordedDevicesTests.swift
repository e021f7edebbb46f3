import PollerDefinitions
import PollerModel
import PollerSNMP
import TestSupport
import Testing

/// Real devices, recorded and served over SNMP: what is found on them is what their facts say.
@Suite(
    .enabled(if: ReplayAgent.isAvailable, "the recordings beside the project are not there"),
    .enabled(if: !Places.isFast, "left out by --fast"))
struct RecordedDevicesTests {
    /// Questions to one device in one discovery.
    private static let mostMessages = 3_000

    @Test func `every recorded device is found to be what its facts say`() async throws {
        let shared = try #require(Places.shared)
        let names = try RecordedFacts.names(in: shared)
        let agent = try await ReplayAgent(recordings: names, options: [])
        let office = try RecordedOffice()
        var coverage: [String: (covered: Int, facts: Int)] = [:]
        for name in names {
            let host = try #require(DeviceHost(try agent.address(of: name)))
            var target = SNMPTarget(
                host: host, port: agent.port, credentials: .community(Secret("public")))
            target.timeoutMilliseconds = 10_000
            let visit = try await office.visit(name, at: target)
            check(visit, name)
            let values = RecordedValues(
                visit.definition, office.inventory.definitions.catalogue, office.board)
            for silent in values.silent {
                Issue.record("\(name): \(silent.template) never gets a value")
            }
            var check = FactCheck(
                facts: try RecordedFacts(name, in: shared), definition: visit.definition,
                values: values, catalogue: office.inventory.definitions.catalogue)
            check.run()
            for mistake in check.mistakes { Issue.record("\(mistake)") }
            for line in check.uncovered { Issue.record("not found: \(line)") }
            coverage.merge(check.coverage) { ($0.covered + $1.covered, $0.facts + $1.facts) }
            print(
                """
                \(name): \(visit.device.kind.main.title), \(visit.messages) messages, \
                \(visit.milliseconds) ms, \(visit.proposals.count) graphs, \
                \(visit.definition.dataSources.count) data sources in all
                """)
        }
        for (package, count) in coverage.sorted(by: { $0.key < $1.key }) {
            print("facts of \(package): \(count.covered) of \(count.facts)")
        }
        await office.engine.stop()
    }

    private func check(_ visit: RecordedOffice.Visit, _ name: String) {
        #expect(visit.messages <= Self.mostMessages, "\(name)")
        #expect(visit.proposals.allSatisfy { !$0.title.isEmpty }, "\(name)")
        let titles = visit.definition.graphs.map(\.title)
        #expect(Set(titles).count == titles.count, "\(name)")
    }
}
