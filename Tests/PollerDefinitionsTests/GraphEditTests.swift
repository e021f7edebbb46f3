import PollerDefinitions
import PollerModel
import TestSupport
import Testing

/// How people want graphs to be drawn, in a real database.
@Suite struct GraphEditTests {
    private let fixture: InventoryFixture

    init() throws { fixture = try InventoryFixture() }

    private func override(_ title: String) -> GraphOverride {
        var override = GraphOverride()
        override.title = title
        override["Inbound"].color = .palette(.plum)
        override.lowerLimit = .automatic
        override.upperLimit = .at(2.5e6)
        return override
    }

    private func save(
        _ graph: GraphID, _ override: GraphOverride, from version: Int
    ) async throws -> Graph {
        try await fixture.inventory.editGraph(
            graph, to: override, from: version, by: "ann", at: fixture.now)
    }

    private func graph() async throws -> (graph: Graph, device: DeviceID) {
        let added = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        return (try #require(added.graphs.first), added.device.id)
    }

    @Test func `what was saved is there at once, and after a restart`() async throws {
        let (graph, device) = try await graph()
        let saved = try await save(graph.id, override("Uplink"), from: 0)
        #expect(saved.title == "Uplink" && saved.givenTitle == graph.title)
        #expect(saved.version == 1 && saved.edit?.editedBy == "ann")
        for definitions in [
            fixture.inventory.definitions, try fixture.reopened().definitions,
        ] {
            let found = try #require(definitions.graph(graph.id)?.graph)
            #expect(found == saved)
            #expect(definitions.devices[device]?.graphs.count { $0.edit != nil } == 1)
        }
    }

    @Test func `who looked at an older version does not overwrite a newer one`() async throws {
        let (graph, _) = try await graph()
        _ = try await save(graph.id, override("First"), from: 0)
        await #expect {
            _ = try await save(graph.id, override("Second"), from: 0)
        } throws: { error in
            guard
                case InventoryFailure.editedMeanwhile(graph.id, let edit)? =
                    error as? InventoryFailure
            else { return false }
            return edit.override.title == "First" && edit.version == 1
        }
        #expect(fixture.inventory.definitions.graph(graph.id)?.graph.title == "First")
        #expect(try await save(graph.id, override("Second"), from: 1).version == 2)
        await #expect(throws: InventoryFailure.unknownGraph(GraphID(999))) {
            _ = try await save(GraphID(999), override("x"), from: 0)
        }
    }

    @Test func `the same again is no version, and only the newest are kept`() async throws {
        let (graph, _) = try await graph()
        for number in 0..<GraphEdit.largestCount + 3 {
            _ = try await save(graph.id, override("Title \(number)"), from: number)
        }
        let last = GraphEdit.largestCount + 3
        let again = try await save(graph.id, override("Title \(last - 1)"), from: last)
        #expect(again.version == last)
        let edits = try await fixture.inventory.edits(of: graph.id)
        #expect(edits.count == GraphEdit.largestCount)
        #expect(edits.map(\.version) == Array((4...last).reversed()))
        #expect(edits.first?.override.title == "Title \(last - 1)")
    }

    @Test func `a title of its own stays when the device is renamed, and the other follows`()
        async throws
    {
        let (graph, device) = try await graph()
        _ = try await save(graph.id, override("Uplink"), from: 0)
        var change = DeviceChange()
        change.name = "sw2"
        _ = try await fixture.inventory.change(device, to: change, at: fixture.now)
        let renamed = try #require(fixture.inventory.definitions.graph(graph.id)?.graph)
        #expect(renamed.title == "Uplink")
        #expect(renamed.givenTitle == graph.title.replacing("sw1", with: "sw2"))
        let back = try await save(graph.id, GraphOverride(), from: 1)
        #expect(back.title == renamed.givenTitle && back.version == 2)
    }

    @Test func `what was saved of a graph goes with it`() async throws {
        let (graph, device) = try await graph()
        _ = try await save(graph.id, override("Uplink"), from: 0)
        _ = try await fixture.inventory.removeGraph(graph.id)
        #expect(try await fixture.inventory.edits(of: graph.id).isEmpty)
        #expect(
            fixture.inventory.definitions.devices[device]?.graphs.contains { $0.edit != nil }
                == false)
    }

    @Test func `an account keeps filters by name, up to a limit`() async throws {
        let account = try await fixture.inventory.add(
            NewAccount(
                name: try AccountName("ann"), role: .viewer,
                password: PasswordHash("x")), at: fixture.now)
        let inventory = fixture.inventory
        for number in 0..<SavedFilter.largestCount {
            try await inventory.keep(
                SavedFilter(name: "f\(number)", query: "q=\(number)"), of: account.id)
        }
        try await inventory.keep(SavedFilter(name: "f0", query: "q=new"), of: account.id)
        await #expect(throws: InventoryFailure.tooManyFilters) {
            try await inventory.keep(SavedFilter(name: "more", query: ""), of: account.id)
        }
        #expect(try await inventory.filters(of: account.id).first?.query == "q=new")
        #expect(try await inventory.removeFilter("f0", of: account.id))
        #expect(try await !inventory.removeFilter("f0", of: account.id))
        #expect(try await inventory.filters(of: account.id).count == SavedFilter.largestCount - 1)
        #expect(try await inventory.filters(of: AccountID(99)).isEmpty)
    }
}
