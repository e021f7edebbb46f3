import GRDB
import PollerDefinitions
import PollerModel
import TestSupport
import Testing

/// Graphs that are made and removed on request, in a real database.
@Suite struct InventoryGraphTests {
    private func proposal(
        _ template: String, of data: String = "interface_traffic", index: UInt32
    ) -> GraphProposal {
        GraphProposal(
            template: template, dataTemplate: data, width: .wide, title: "\(template) \(index)",
            row: .init(query: "interfaces", index: [index]))
    }

    @Test func `graphs share a data source, and none is made twice`() async throws {
        let fixture = try InventoryFixture()
        let added = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        let id = added.device.id
        let wanted = [
            proposal("interface_use", index: 1),
            proposal("interface_errors", of: "interface_errors", index: 1),
            proposal("interface_traffic", index: 1),
            // Nothing stands there.
            proposal("interface_traffic", index: 9),
        ]
        for _ in 0..<2 {
            let after = try await fixture.inventory.makeGraphs(
                wanted, judged: ["interface_errors"], of: id, at: fixture.now)
            #expect(after.graphs.count == added.graphs.count + 2)
            #expect(after.dataSources.count == added.dataSources.count + 1)
            let use = try #require(after.graphs.first { $0.template == "interface_use" })
            let traffic = after.graphs.first { $0.template == "interface_traffic" }
            #expect(use.dataSource == traffic?.dataSource)
            #expect(after.device.judgedGraphs.contains("interface_errors"))
            #expect(!after.device.judgedGraphs.contains("interface_use"))
            #expect(fixture.inventory.definitions.devices[id]?.graphs == after.graphs)
        }
    }

    @Test func `a data source goes with the last of its graphs`() async throws {
        let fixture = try InventoryFixture()
        let added = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        let after = try await fixture.inventory.makeGraphs(
            [proposal("interface_use", index: 1)], judged: [], of: added.device.id,
            at: fixture.now)
        let use = try #require(after.graphs.last)
        let traffic = try #require(added.graphs.first { $0.dataSource == use.dataSource })
        let first = try await fixture.inventory.removeGraph(use.id)
        #expect(first.graph == use && first.dataSource == nil)
        #expect(first.definition.device.judgedGraphs.contains("interface_use"))
        let second = try await fixture.inventory.removeGraph(traffic.id)
        #expect(second.dataSource?.id == traffic.dataSource)
        #expect(second.definition.dataSource(traffic.dataSource) == nil)
        #expect(fixture.inventory.definitions.graph(traffic.id) == nil)
        // Its row stays, for it is still what the device has.
        #expect(second.definition.rows == added.rows)
        await #expect(throws: InventoryFailure.unknownGraph(traffic.id)) {
            try await fixture.inventory.removeGraph(traffic.id)
        }
    }

    @Test func `a device is recognised again, and that is kept`() async throws {
        let fixture = try InventoryFixture()
        let added = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        let system = SystemDescription(name: DeviceText("renamed"))
        let after = try await fixture.inventory.recognise(
            added.device.id, as: ["printer", "generic_snmp"], system: system)
        #expect(after.device.templates == ["printer", "generic_snmp"])
        #expect(after.device.system == system && after.graphs == added.graphs)
        try fixture.inventory.close()
        #expect(
            try fixture.reopened().definitions.devices[added.device.id]?.device == after.device)
    }

    @Test
    func `devices of before this schema are judged for what they have, and keep their choice`()
        async throws
    {
        let fixture = try InventoryFixture()
        let added = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        var without = try fixture.new("sw2", host: "192.0.2.2")
        (without.graphPolicy, without.proposals) = (.none, [])
        let second = try await fixture.inventory.add(without, at: fixture.now)
        try fixture.tamper(
            """
            ALTER TABLE device ADD COLUMN makes_graphs INTEGER NOT NULL DEFAULT 1;
            UPDATE device SET makes_graphs = 0 WHERE id = \(second.device.id);
            ALTER TABLE device DROP COLUMN graph_policy;
            ALTER TABLE device DROP COLUMN judged_graphs;
            DELETE FROM grdb_migrations WHERE identifier LIKE '9 %';
            """)
        let devices = try fixture.reopened().definitions.devices
        #expect(devices[added.device.id]?.device == added.device)
        #expect(devices[added.device.id]?.device.judgedGraphs == ["interface_traffic", "uptime"])
        #expect(devices[second.device.id]?.device.graphPolicy == GraphPolicy.none)
        #expect(devices[second.device.id]?.device.judgedGraphs == [])
    }
}
