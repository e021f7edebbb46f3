import Foundation
import GRDB
import PollerDefinitions
import PollerModel
import TestSupport
import Testing

@Suite struct InventoryTests {
    @Test func `what was added is there after the database was opened again`() async throws {
        let fixture = try InventoryFixture()
        let added = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        #expect(added.rows.count == 2 && added.dataSources.count == 3 && added.graphs.count == 3)
        #expect(fixture.inventory.definitions.devices[added.device.id]?.device == added.device)
        #expect(fixture.inventory.definitions.version == 2)
        try fixture.inventory.close()
        let read = try fixture.reopened().definitions.devices[added.device.id]
        #expect(read?.device == added.device)
        #expect(read?.rows == added.rows)
        #expect(read?.dataSources == added.dataSources)
        #expect(read?.graphs == added.graphs)
    }

    @Test func `two graphs of one data source share it`() async throws {
        let fixture = try InventoryFixture()
        let added = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        let keys = added.dataSources.map { "\($0.template) \($0.row.map { "\($0)" } ?? "-")" }
        #expect(Set(keys).count == keys.count)
    }

    @Test func `names and addresses are taken once, and nothing of a refused device stays`()
        async throws
    {
        let fixture = try InventoryFixture()
        _ = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        await #expect(throws: InventoryFailure.nameTaken("SW1", by: DeviceID(1))) {
            try await fixture.inventory.add(fixture.new("SW1", host: "192.0.2.2"), at: fixture.now)
        }
        let host = try #require(DeviceHost("192.0.2.1"))
        await #expect(throws: InventoryFailure.hostTaken(host, port: 161, by: DeviceID(1))) {
            try await fixture.inventory.add(fixture.new("sw2"), at: fixture.now)
        }
        _ = try await fixture.inventory.add(fixture.new("sw3", port: 1_161), at: fixture.now)
        #expect(fixture.inventory.definitions.devices.count == 2)
        #expect(fixture.inventory.definitions.dataSourceCount == 6)
    }

    @Test func `a removed device takes everything along, and its ids are not used again`()
        async throws
    {
        let fixture = try InventoryFixture()
        let first = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        #expect(try await fixture.inventory.remove(first.device.id).graphs == first.graphs)
        #expect(fixture.inventory.definitions.dataSourceCount == 0)
        #expect(fixture.inventory.definitions.graphCount == 0)
        let second = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        #expect(second.device.id > first.device.id)
        #expect(second.dataSources[0].id > first.dataSources[2].id)
        await #expect(throws: InventoryFailure.notFound("device 1")) {
            try await fixture.inventory.remove(first.device.id)
        }
    }

    @Test func `rows that swap their indexes keep their identity`() async throws {
        let fixture = try InventoryFixture()
        let added = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        let table = DiscoveredTable(
            query: "interfaces",
            rows: [
                fixture.row(1, "eth1", alias: "uplink"), fixture.row(2, "eth0"),
                fixture.row(3, "eth2"),
            ],
            note: nil)
        let verdict = ReindexPlanner.verdict(added, table: table, catalogue: fixture.catalogue)
        guard case .change(let change) = verdict else {
            throw Unexpected("no change: \(verdict)")
        }
        let changed = try await fixture.inventory.apply(change, at: fixture.now)
        #expect(changed.rows.map(\.index) == [[2], [1], [3]])
        #expect(changed.graphs.map(\.title).contains("sw1 - Traffic - uplink"))
        #expect(changed.dataSources.count == added.dataSources.count + 1)
        try fixture.inventory.close()
        #expect(try fixture.reopened().definitions.devices[added.device.id]?.rows == changed.rows)
    }

    @Test func `a device that was added unseen is completed once`() async throws {
        let fixture = try InventoryFixture()
        var unseen = try fixture.new("sw1", rows: [])
        let full = unseen.discovered
        unseen.discovered = DiscoveredDevice(
            system: SystemDescription(), kind: full.kind, tables: [:],
            scalars: ["uptime": .wide])
        let added = try await fixture.inventory.add(unseen, at: fixture.now)
        #expect(added.graphs.map(\.template) == ["uptime"])
        let complete = try fixture.new("sw1")
        let changed = try await fixture.inventory.complete(
            added.device.id, with: complete.discovered, proposals: complete.proposals,
            at: fixture.now)
        #expect(changed.device.system.name?.text == "sys-sw1")
        #expect(
            changed.graphs.map(\.template).sorted() == [
                "interface_traffic", "interface_traffic", "uptime",
            ])
    }

    @Test func `watched values are remembered by device`() async throws {
        let fixture = try InventoryFixture()
        let added = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        let object = OID([1, 3, 6, 1, 2, 1, 2, 1, 0])
        #expect(try await fixture.inventory.watchValues(of: added.device.id).isEmpty)
        try await fixture.inventory.setWatchValues([object: "4"], of: added.device.id)
        try await fixture.inventory.setWatchValues([object: "5"], of: added.device.id)
        #expect(try await fixture.inventory.watchValues(of: added.device.id) == [object: "5"])
        try await fixture.inventory.setWatchValues([object: "5"], of: DeviceID(99))
    }

    @Test func `a user of SNMPv3 comes back with its keys, and none of them is told`() async throws
    {
        let fixture = try InventoryFixture()
        var new = try fixture.new("sw1")
        let user = try SNMPUser(
            name: "poller", authentication: .init(.sha256, Secret("auth-secret")),
            privacy: .init(.aes256C, Secret("priv-secret")), context: "vlan-7",
            contextEngineID: [1, 2, 3, 4, 5])
        new.target.version = .v3
        new.target.credentials = .user(user)
        let added = try await fixture.inventory.add(new, at: fixture.now)
        #expect("\(added)".contains("secret>") && !"\(added)".contains("-secret"))
        try fixture.inventory.close()
        let read = try fixture.reopened().definitions.devices[added.device.id]
        #expect(read?.device.target == new.target)
    }

    @Test func `what was learned of agents is remembered, the newest of each`() async throws {
        let fixture = try InventoryFixture()
        let record = { (boots: UInt32) in
            SNMPEngineRecord(
                address: IPAddress(bytes: [192, 0, 2, 1]), port: 161, user: "poller",
                engineID: [0x80, 0, 0x1f, 0x88, 4], boots: boots, seconds: .max,
                heardAt: fixture.now)
        }
        var knowledge = SNMPKnowledge()
        knowledge.engines = [record(1), record(2)]
        try await fixture.inventory.remember(knowledge)
        knowledge.engines = [record(3)]
        knowledge.habits = [
            SNMPHabitsRecord(
                address: IPAddress(bytes: [192, 0, 2, 1]), port: 161,
                habits: SNMPHabits(
                    objectsPerMessage: 22, largestMessage: 60, usesBulk: false,
                    roundTripMilliseconds: 1.5, roundTripVariation: 0.25), learnedAt: fixture.now)
        ]
        try await fixture.inventory.remember(knowledge)
        #expect(try fixture.inventory.knowledge() == knowledge)
    }

    @Test func `text that is no UTF-8 survives the database`() async throws {
        let fixture = try InventoryFixture()
        let name = DeviceText(bytes: [0x42, 0xfc, 0x00, 0x0a])
        let row = DiscoveredTable.Row(
            index: [1], fields: ["ifName": .text(name)], widths: ["interface_traffic": .wide])
        let added = try await fixture.inventory.add(
            fixture.new("sw1", rows: [row]), at: fixture.now)
        try fixture.inventory.close()
        let read = try fixture.reopened().definitions.devices[added.device.id]
        #expect(read?.rows.first?.fields["ifName"] == .text(name))
    }

    @Test func `the file is for its owner only`() throws {
        let fixture = try InventoryFixture()
        let rights = try FileManager.default.attributesOfItem(
            atPath: fixture.folder.path + "/pollerd.sqlite")
        #expect(rights[.posixPermissions] as? Int == 0o600)
    }

    @Test(arguments: [
        ("UPDATE device SET created_at = -9223372036854775808", "device 1 (sw1)"),
        ("UPDATE device SET host = ' '", "device 1 (sw1)"),
        ("UPDATE device SET source_address = 'here'", "device 1 (sw1)"),
        ("UPDATE device SET ping = 'tcp:1x'", "row 1 of the table device"),
        ("UPDATE device SET tags = 's3cret'", "row 1 of the table device"),
        (
            "UPDATE query_row SET fields = '[\"s3cret\"]' WHERE id = 2",
            "row 2 of the table query_row"
        ),
        ("UPDATE query_row SET row_index = '1.2.x' WHERE id = 2", "query_row 2"),
        ("UPDATE data_source SET created_at = 9223372036854775807 WHERE id = 3", "data_source 3"),
    ])
    func `a row that cannot be is named, and its secrets are not`(sql: String, place: String)
        async throws
    {
        let fixture = try InventoryFixture()
        _ = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        try fixture.tamper(sql)
        let problem = Inventory.problem(at: fixture.folder.path + "/pollerd.sqlite")?.description
        #expect(problem?.contains(place) == true, "\(problem ?? "none")")
        #expect(problem?.contains("s3cret") == false)
        #expect {
            try fixture.reopened()
        } throws: { error in
            let words = (error as? InventoryFailure)?.words ?? ""
            return words.contains(place) && !words.contains("s3cret")
        }
    }

    @Test func `a database of the first schema is brought to the present one`() async throws {
        let fixture = try InventoryFixture()
        let added = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        var unseen = try fixture.new("sw2", host: "192.0.2.2", rows: [])
        unseen.discovered = DiscoveredDevice(
            system: SystemDescription(), kind: unseen.discovered.kind, tables: [:],
            scalars: [:], hasAnswered: false)
        let second = try await fixture.inventory.add(unseen, at: fixture.now)
        try fixture.tamper(
            """
            \(InventoryFixture.dropOptions)
            ALTER TABLE device DROP COLUMN makes_graphs;
            ALTER TABLE device DROP COLUMN is_discovered;
            ALTER TABLE device DROP COLUMN is_template_chosen;
            DROP TABLE snmp_engine;
            DROP TABLE snmp_habits;
            DELETE FROM grdb_migrations WHERE identifier NOT LIKE '1 %';
            """)
        #expect(Inventory.problem(at: fixture.folder.path + "/pollerd.sqlite") == nil)
        let devices = try fixture.reopened().definitions.devices
        let first = try #require(devices[added.device.id])
        #expect(first.device == added.device && first.rows == added.rows)
        #expect(first.dataSources == added.dataSources && first.graphs == added.graphs)
        #expect(devices[second.device.id]?.device == second.device)
    }

    @Test func `no migration gives an id again that was used once`() async throws {
        let fixture = try InventoryFixture()
        let removed = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        _ = try await fixture.inventory.remove(removed.device.id)
        try fixture.tamper(
            """
            \(InventoryFixture.dropOptions)
            DROP TABLE snmp_engine;
            DROP TABLE snmp_habits;
            DELETE FROM grdb_migrations WHERE identifier NOT LIKE '1 %';
            """)
        let later = try await fixture.reopened().add(fixture.new("sw2"), at: fixture.now)
        #expect(later.device.id > removed.device.id)
    }

    @Test func `a damaged or newer database is refused in words`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            String(repeating: "not a database ", count: 100), to: "pollerd.sqlite")
        #expect(Inventory.problem(at: path)?.description.contains("cannot be read") == true)
        #expect(throws: InventoryFailure.self) {
            try Inventory(
                path: path,
                catalogue: Catalogue(
                    profiles: [], dataQueries: [], dataTemplates: [], graphTemplates: [],
                    deviceTemplates: []))
        }
        #expect(Inventory.problem(at: folder.path + "/none.sqlite") == nil)
    }
}
