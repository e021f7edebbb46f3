import PollerDefinitions
import PollerModel
import TestSupport
import Testing

/// Data sources that get another profile.
@Suite struct InventoryProfileTests {
    private let fixture: InventoryFixture

    init() throws { fixture = try InventoryFixture() }

    private func profiles(_ inventory: Inventory) -> [String] {
        inventory.definitions.devices.values.flatMap(\.dataSources).sorted { $0.id < $1.id }
            .map(\.profile)
    }

    @Test func `data sources of two devices get another profile in one version, and keep it`()
        async throws
    {
        let inventory = fixture.inventory
        let first = try await inventory.add(fixture.new("sw1"), at: fixture.now)
        let second = try await inventory.add(
            fixture.new("sw2", host: "192.0.2.2"), at: fixture.now)
        let version = inventory.definitions.version
        let wanted = [first.dataSources[0].id, second.dataSources[2].id, first.dataSources[0].id]
        let changed = try await inventory.setProfile(of: wanted, to: "long")
        #expect(changed.map(\.device.id) == [first.device.id, second.device.id])
        #expect(inventory.definitions.version == version + 1)
        let usual = "one_minute"
        let expected = ["long", usual, usual, usual, usual, "long"]
        #expect(profiles(inventory) == expected)
        // The poller makes its plan anew for what has another revision.
        for device in changed.map(\.device.id) {
            #expect(inventory.definitions.devices[device]?.revision == version + 1)
        }
        try inventory.close()
        #expect(profiles(try fixture.reopened()) == expected)
    }

    @Test func `an unknown data source or profile changes nothing, and is said`() async throws {
        let inventory = fixture.inventory
        let added = try await inventory.add(fixture.new("sw1"), at: fixture.now)
        let version = inventory.definitions.version
        let sources = added.dataSources.map(\.id)
        await #expect(throws: InventoryFailure.unknownDataSource(DataSourceID(99))) {
            try await inventory.setProfile(of: sources + [DataSourceID(99)], to: "long")
        }
        await #expect {
            try await inventory.setProfile(of: sources, to: "lung")
        } throws: { error in
            let failure = error as? InventoryFailure
            return failure?.words == "there is no profile “lung”; did you mean “long”?"
                && failure?.fix == "see pollerctl profile list"
        }
        #expect(try await inventory.setProfile(of: [], to: "long").isEmpty)
        #expect(inventory.definitions.version == version)
        #expect(Set(profiles(inventory)) == ["one_minute"])
    }

    @Test func `what is found later is kept like most of the device`() async throws {
        let inventory = fixture.inventory
        let added = try await inventory.add(fixture.new("sw1"), at: fixture.now)
        let table = DiscoveredTable(
            query: "interfaces",
            rows: [fixture.row(1, "eth0"), fixture.row(2, "eth1"), fixture.row(3, "eth2")],
            note: nil)
        _ = try await inventory.setProfile(of: [added.dataSources[0].id], to: "long")
        let definition = try #require(inventory.definitions.devices[added.device.id])
        guard
            case .change(let change) = ReindexPlanner.verdict(
                definition, table: table, catalogue: fixture.catalogue)
        else { throw Unexpected("no change") }
        let changed = try await inventory.apply(change, at: fixture.now)
        #expect(
            changed.dataSources.map(\.profile) == [
                "long", "one_minute", "one_minute", "one_minute",
            ])
    }
}
