import PollerDefinitions
import PollerModel
import TestSupport
import Testing

@Suite struct BatchChangeTests {
    private func add(_ count: Int, to fixture: InventoryFixture) async throws -> [DeviceID] {
        var ids: [DeviceID] = []
        for number in 1...count {
            let new = try fixture.new("sw\(number)", host: "192.0.2.\(number)")
            ids.append(try await fixture.inventory.add(new, at: fixture.now).device.id)
        }
        return ids
    }

    @Test func `devices change all together, in memory as in the database`() async throws {
        let fixture = try InventoryFixture()
        let ids = try await add(3, to: fixture)
        let before = fixture.inventory.definitions
        var change = DeviceChange()
        change.site = "cellar"
        change.addedTags = ["core"]
        change.target.retries = 5
        let changed = try await fixture.inventory.change(
            [ids[2], ids[0]], to: change, at: fixture.now)
        #expect(changed.map(\.device.id) == [ids[2], ids[0]])
        let after = fixture.inventory.definitions
        for id in [ids[0], ids[2]] {
            var expected = try #require(before.devices[id]?.device)
            try change.apply(to: &expected, at: fixture.now)
            #expect(after.devices[id]?.device == expected)
            #expect(after.devices[id]?.graphs == before.devices[id]?.graphs)
            // So that the poller takes a new plan.
            #expect(after.devices[id]?.revision == after.version)
        }
        #expect(after.devices[ids[1]] == before.devices[ids[1]])
        #expect(after.version == before.version + 1)
        try fixture.inventory.close()
        let read = try fixture.reopened().definitions
        for id in ids { #expect(read.devices[id]?.device == after.devices[id]?.device) }
    }

    @Test func `one that cannot change keeps all as they were`() async throws {
        let fixture = try InventoryFixture()
        let ids = try await add(3, to: fixture)
        let before = fixture.inventory.definitions
        var change = DeviceChange()
        change.target.account.version = .v3
        let refusal = await #expect(throws: InventoryFailure.self) {
            try await fixture.inventory.change(ids, to: change, at: fixture.now)
        }
        #expect(refusal == .ofOne(ids[0], name: "sw1", .unfit(.noUser)))
        #expect(refusal?.words.contains("device 1 (sw1): the key “user” is missing") == true)
        #expect(refusal?.cause == .unfit(.noUser))

        change = DeviceChange()
        change.target.port = 1_161
        change.target.account.credentials = .community(Secret("new"))
        // The second of them goes where a fourth is already.
        let fourth = try await fixture.inventory.add(
            fixture.new("sw4", host: "192.0.2.2", port: 1_161), at: fixture.now)
        let taken = await #expect(throws: InventoryFailure.self) {
            try await fixture.inventory.change(ids, to: change, at: fixture.now)
        }
        #expect(
            taken?.cause
                == .hostTaken(
                    try #require(DeviceHost("192.0.2.2")), port: 1_161, by: fourth.device.id))
        for id in ids {
            #expect(fixture.inventory.definitions.devices[id] == before.devices[id])
        }
        await #expect(throws: InventoryFailure.notFound("device 9")) {
            try await fixture.inventory.change(
                [ids[0], DeviceID(9)], to: change, at: fixture.now)
        }
        try fixture.inventory.close()
        #expect(
            try fixture.reopened().definitions.devices[ids[0]]?.device
                == before.devices[ids[0]]?.device)
    }

    @Test func `titles follow, and what was watched of another agent is forgotten`() async throws {
        let fixture = try InventoryFixture()
        let ids = try await add(2, to: fixture)
        let watched = [OID([1, 3, 6, 1]): "7"]
        for id in ids { try await fixture.inventory.setWatchValues(watched, of: id) }
        var change = DeviceChange()
        change.target.port = 1_161
        change.target.account.credentials = .community(Secret("new"))
        let changed = try await fixture.inventory.change(ids, to: change, at: fixture.now)
        #expect(changed.allSatisfy { $0.device.agentSince == fixture.now })
        for id in ids { #expect(try await fixture.inventory.watchValues(of: id) == [:]) }

        change = DeviceChange()
        change.name = "core"
        let renamed = try await fixture.inventory.change([ids[0]], to: change, at: fixture.now)
        #expect(renamed[0].graphs.allSatisfy { $0.title.contains("core") })
        let read = try #require(fixture.inventory.definitions.devices[ids[0]])
        #expect(read.graphs == renamed[0].graphs)
        #expect(try await fixture.inventory.change([], to: change, at: fixture.now).isEmpty)
    }
}
