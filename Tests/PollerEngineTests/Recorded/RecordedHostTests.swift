import Foundation
import PollerDefinitions
import PollerModel
import PollerSNMP
import PollerSimulator
import TestSupport
import Testing

/// A host recorded from a real snmpd, served by our own simulator.
struct RecordedHostTests {
    private func visit(
        _ body: (RecordedOffice, RecordedOffice.Visit) throws -> Void
    ) async throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Recordings/snmpd-linux.snmprec")
        let tree = try Recording.tree(String(contentsOf: path, encoding: .utf8))
        let server = try await SimulatorServer.start([
            SimulatorServer.Place(agent: Agent(community: "public", tree: tree))
        ])
        let office = try RecordedOffice()
        let target = SNMPTarget(
            host: .address(IPAddress(bytes: [127, 0, 0, 1])), port: server.ports[0],
            credentials: .community(Secret("public")))
        let visit = try await office.visit("host", at: target)
        try body(office, visit)
        await office.engine.stop()
        try await server.stop()
    }

    @Test func `what snmpd showed of a Linux host is found and measured`() async throws {
        try await visit { office, visit in
            #expect(visit.device.kind.main.name == "net_snmp_linux")
            #expect(visit.definition.device.system.name?.text == "recorded")
            let names = visit.device.tables["interfaces"]?.rows.map { $0.fields["ifName"]?.text }
            #expect(names == ["lo", "ifb0", "ifb1", "eth0"])
            let traffic = visit.proposals.filter { $0.template == "interface_traffic" }
            #expect(traffic.map(\.title) == ["host - Traffic - eth0"])
            #expect(traffic.map(\.width) == [.wide])
            let values = RecordedValues(
                visit.definition, office.inventory.definitions.catalogue, office.board)
            #expect(values.silent.isEmpty)
            for (object, expected) in [
                ("1.3.6.1.2.1.25.2.3.1.5.31", 66_053_021.0 * 4_096),
                ("1.3.6.1.4.1.2021.10.1.5.1", 3.99),
                ("1.3.6.1.4.1.2021.4.5.0", 24_684_084.0 * 1_024),
            ] {
                let object = try #require(OID(object))
                let shown = try values.values(of: object).map { try $0.shown.get() }
                #expect(
                    shown.contains { abs($0 - expected) < 1e-6 * expected }, "\(object): \(shown)")
            }
        }
    }

    @Test func `no graph is without a title, and none has another's`() async throws {
        try await visit { _, visit in
            let titles = visit.definition.graphs.map(\.title)
            #expect(titles.count > 20 && Set(titles).count == titles.count)
            #expect(titles.allSatisfy { $0.hasPrefix("host - ") && $0.count > 8 })
        }
    }
}
