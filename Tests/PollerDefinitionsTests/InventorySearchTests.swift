import GRDB
import PollerDefinitions
import PollerModel
import TestSupport
import Testing

/// The index of search in a real database, beside the definitions it is of.
@Suite struct InventorySearchTests {
    private func found(
        _ typed: String, in inventory: Inventory, _ kinds: [SearchKind] = SearchKind.allCases,
        devices: Set<DeviceID>? = nil
    ) async throws -> [[Int64]] {
        let request = SearchRequest(try SearchText(typed), kinds: kinds, devices: devices)
        return try await inventory.find(request).map { $0.matches.map(\.key.id) }
    }

    @Test func `what was added is found by name, alias, address and title`() async throws {
        let fixture = try InventoryFixture()
        let added = try await fixture.inventory.add(
            fixture.new("core-1", rows: [fixture.row(1, "Gi1/0/24", alias: "Uplink to Bern")]),
            at: fixture.now)
        let device = added.device.id.rawValue
        let row = try #require(added.rows.first).id.rawValue
        let graph = try #require(added.graphs.first { $0.title.contains("Uplink") }).id.rawValue
        let inventory = fixture.inventory
        #expect(try await found("core-1", in: inventory)[0] == [device])
        #expect(try await found("192.0.2.1", in: inventory)[0] == [device])
        #expect(try await found("sys-core", in: inventory)[0] == [device])
        #expect(try await found("1/0/24", in: inventory)[1] == [row])
        #expect(try await found("bern uplink", in: inventory)[1] == [row])
        #expect(try await found("bern", in: inventory)[2].contains(graph))
        #expect(try await found("nowhere", in: inventory) == [[], [], []])
    }

    @Test func `two characters find the names that begin with them`() async throws {
        let fixture = try InventoryFixture()
        let added = try await fixture.inventory.add(fixture.new("b7-core"), at: fixture.now)
        #expect(try await found("b7", in: fixture.inventory)[0] == [added.device.id.rawValue])
        #expect(try await found("7-", in: fixture.inventory)[0] == [])
        // Beside a longer word, they are looked for everywhere.
        #expect(try await found("re co", in: fixture.inventory)[0] == [])
        #expect(try await found("core b7", in: fixture.inventory)[0] != [])
    }

    @Test func `every change is found at once, and the past is not`() async throws {
        let fixture = try InventoryFixture()
        let inventory = fixture.inventory
        let added = try await inventory.add(fixture.new("alpha"), at: fixture.now)
        let id = added.device.id
        var change = DeviceChange()
        change.name = "omega"
        _ = try await inventory.change(id, to: change, at: fixture.now)
        // Its sysName is still sys-alpha.
        #expect(try await found("alpha", in: inventory, [.device, .graph]) == [[id.rawValue], []])
        #expect(try await found("al", in: inventory)[0] == [])
        #expect(try await found("omega", in: inventory)[0] == [id.rawValue])
        #expect(try await !found("omega", in: inventory)[2].isEmpty)

        var tagged = DeviceChange()
        tagged.addedTags = ["lighthouse"]
        _ = try await inventory.change([id], to: tagged, at: fixture.now)
        #expect(try await found("lighthouse", in: inventory)[0] == [id.rawValue])

        let graph = try #require(inventory.definitions.devices[id]?.graphs.first)
        #expect(
            try await found(graph.title, in: inventory)[2].contains(graph.id.rawValue))
        _ = try await inventory.removeGraph(graph.id)
        #expect(
            try await !found(graph.title, in: inventory)[2].contains(graph.id.rawValue))

        _ = try await inventory.remove(id)
        #expect(try await found("omega", in: inventory) == [[], [], []])
        try fixture.inventory.close()
    }

    @Test func `rows that move keep their entries, and those that go lose them`() async throws {
        let fixture = try InventoryFixture()
        let inventory = fixture.inventory
        let added = try await inventory.add(fixture.new("sw1"), at: fixture.now)
        let table = DiscoveredTable(
            query: "interfaces", rows: [fixture.row(7, "eth0", alias: "moved")], note: nil)
        let verdict = ReindexPlanner.verdict(added, table: table, catalogue: fixture.catalogue)
        guard case .change(let change) = verdict else { throw Unexpected("\(verdict)") }
        _ = try await inventory.apply(change, at: fixture.now)
        #expect(try await found("eth1", in: inventory)[1] == [])
        #expect(try await found("eth0", in: inventory)[1].count == 1)
        #expect(try await found("moved", in: inventory)[1].count == 1)
    }

    @Test func `nobody is told of devices that he may not see`() async throws {
        let fixture = try InventoryFixture()
        let inventory = fixture.inventory
        let mine = try await inventory.add(fixture.new("sw-mine"), at: fixture.now)
        _ = try await inventory.add(
            fixture.new("sw-other", host: "192.0.2.2"), at: fixture.now)
        let all = try await found("sw-", in: inventory)
        #expect(all[0].count == 2)
        let some = try await found("sw-", in: inventory, devices: [mine.device.id])
        #expect(some[0] == [mine.device.id.rawValue])
        #expect(Set(some[2]) == Set(mine.graphs.map(\.id.rawValue)))
        #expect(try await found("eth0", in: inventory, devices: [])[1] == [])
    }

    @Test(
        arguments: hostileTexts + ["\"", "\"\"", "a\" OR \"b", "NEAR(a b)", "name : x", "*", "-"])
    func `hostile text is looked for as it is`(hostile: String) async throws {
        let fixture = try InventoryFixture()
        let inventory = fixture.inventory
        _ = try await inventory.add(fixture.new("plain"), at: fixture.now)
        let shown = String(DeviceText(hostile).text.prefix(100))
        let added = try await inventory.add(
            fixture.new(
                "odd", host: "192.0.2.9",
                rows: [fixture.row(1, "eth7", alias: "begin \(shown) end")]), at: fixture.now)
        let text = try SearchText(String("begin \(shown) end".prefix(200)))
        let groups = try await inventory.find(SearchRequest(text))
        #expect(groups[1].matches.map(\.key.id) == added.rows.map(\.id.rawValue), "\(hostile)")
        _ = try await inventory.find(SearchRequest(SearchText(String(hostile.prefix(200)))))
    }

    @Test func `of more than are looked at it is said that there are more`() async throws {
        let fixture = try InventoryFixture()
        for (name, count) in [("full", SearchLimits.matches), ("over", SearchLimits.matches + 1)] {
            let rows = (1...count).map { fixture.row(UInt32($0), "x\(name)\($0)") }
            _ = try await fixture.inventory.add(
                fixture.new(name, host: "\(name).example", rows: rows), at: fixture.now)
        }
        let group = { (typed: String) in
            let request = SearchRequest(try SearchText(typed), kinds: [.row])
            return try await fixture.inventory.find(request)[0]
        }
        let full = try await group("full")
        #expect(full.matches.count == SearchLimits.matches && !full.isCut)
        let over = try await group("over")
        #expect(over.matches.count == SearchLimits.matches && over.isCut)
        // The one that is called so is among them however many there are.
        let last = try await group("xover\(SearchLimits.matches + 1)")
        #expect(last.matches.first?.rank == .name)
    }

    @Test func `an index of another kind is made anew when the database is opened`() async throws {
        let fixture = try InventoryFixture()
        _ = try await fixture.inventory.add(fixture.new("alpha"), at: fixture.now)
        try fixture.tamper(
            """
            UPDATE search_state SET fingerprint = 'old';
            DELETE FROM search_entry;
            INSERT INTO search_text (search_text) VALUES ('rebuild');
            """)
        let reopened = try fixture.reopened()
        #expect(try await found("alpha", in: reopened)[0].count == 1)
        #expect(try await found("eth", in: reopened)[1].count == 2)
    }

    @Test func `a damaged index keeps nobody from changing things, and is made anew`() async throws
    {
        let fixture = try InventoryFixture()
        let added = try await fixture.inventory.add(fixture.new("alpha"), at: fixture.now)
        try fixture.tamper(
            "UPDATE search_text_data SET block = x'ffffffffffffffff' WHERE id > 10")
        let reopened = try fixture.reopened()
        var change = DeviceChange()
        change.name = "omega"
        _ = try await reopened.change(added.device.id, to: change, at: fixture.now)
        #expect(reopened.definitions.devices[added.device.id]?.device.name == "omega")
        #expect(try await found("omega", in: reopened)[0] == [added.device.id.rawValue])
    }
}
