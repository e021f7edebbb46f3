import PollerDefinitions
import PollerModel
import TestSupport
import Testing

/// Remaps in a real database.
@Suite struct RemapTests {
    private func reindexed(
        _ fixture: InventoryFixture, _ definition: DeviceDefinition, _ names: [String],
        at now: Timestamp
    ) async throws -> DeviceDefinition {
        let rows = names.enumerated().map { fixture.row(UInt32($0 + 1), $1) }
        let table = DiscoveredTable(query: "interfaces", rows: rows, note: nil)
        let verdict = ReindexPlanner.verdict(
            definition, table: table, catalogue: fixture.catalogue)
        guard case .change(let change) = verdict else { throw Unexpected("\(verdict)") }
        return try await fixture.inventory.apply(change, at: now)
    }

    @Test func `a row is absent since it vanished, and that is kept`() async throws {
        let fixture = try InventoryFixture()
        let added = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        let first = fixture.now.advanced(seconds: 60)
        let gone = try await reindexed(fixture, added, ["eth0"], at: first)
        #expect(gone.rows.map(\.absentSince) == [nil, first])
        let later = try await reindexed(
            fixture, gone, ["eth0"], at: fixture.now.advanced(seconds: 120))
        #expect(later.rows == gone.rows)
        try fixture.inventory.close()
        #expect(try fixture.reopened().definitions.devices[added.device.id]?.rows == gone.rows)
    }

    @Test func `a row that returns goes on with its file`() async throws {
        let fixture = try InventoryFixture()
        let added = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        let gone = try await reindexed(fixture, added, ["eth0"], at: fixture.now)
        let back = try await reindexed(fixture, gone, ["eth0", "eth9", "eth1"], at: fixture.now)
        #expect(back.rows[1].isPresent && back.rows[1].absentSince == nil)
        #expect(back.rows[1].index == [3])
        #expect(back.dataSources.prefix(3) == added.dataSources.prefix(3))
    }

    @Test func `remaps are kept with their rows, the newest first, and undone once`() async throws {
        let fixture = try InventoryFixture()
        let added = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        let id = added.device.id
        #expect(try await fixture.inventory.remaps(of: id).isEmpty)
        let moved = try await reindexed(fixture, added, ["eth1", "eth0"], at: fixture.now)
        let remap = try #require(try await fixture.inventory.remaps(of: id).first)
        #expect(remap.reason == "recognised by ifName" && remap.time == fixture.now)
        #expect(remap.rows.map(\.change) == [.moved, .moved])
        #expect(remap.rows[0].before?.fields["ifName"] == .text(DeviceText("eth0")))
        let later = fixture.now.advanced(seconds: 9)
        let back = try await fixture.inventory.undoRemap(remap.id, of: id, at: later)
        #expect(back.rows.map(\.index) == added.rows.map(\.index))
        #expect(back.rows.map(\.fields) == moved.rows.reversed().map(\.fields))
        #expect(fixture.inventory.definitions.devices[id]?.rows == back.rows)
        let remaps = try await fixture.inventory.remaps(of: id)
        #expect(remaps.map(\.undoes) == [remap.id, nil] && remaps.map(\.undoneAt) == [nil, later])
        await #expect(throws: InventoryFailure.unfitRemap(.alreadyUndone(remap.id, at: later))) {
            try await fixture.inventory.undoRemap(remap.id, of: id, at: later)
        }
        #expect(try await fixture.inventory.remaps(of: id) == remaps)
    }

    @Test func `a new row at the place of a lost one is part of the story`() async throws {
        let fixture = try InventoryFixture()
        let added = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        let renamed = try await reindexed(
            fixture, added, ["eth0", "wan", "extra"], at: fixture.now)
        let remap = try #require(try await fixture.inventory.remaps(of: added.device.id).first)
        #expect(remap.rows.map(\.change) == [.vanished, .added])
        #expect(remap.rows.map(\.row) == [renamed.rows[1].id, renamed.rows[2].id])
        let back = try await fixture.inventory.undoRemap(
            remap.id, of: added.device.id, at: fixture.now)
        #expect(back.rows.map(\.isPresent) == [true, true, false, true])
        #expect(back.rows[1].fields["ifName"] == .text(DeviceText("wan")))
    }

    @Test func `a remap of another device, or none, is said`() async throws {
        let fixture = try InventoryFixture()
        let first = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        let second = try await fixture.inventory.add(
            fixture.new("sw2", host: "192.0.2.2"), at: fixture.now)
        _ = try await reindexed(fixture, first, ["eth1", "eth0"], at: fixture.now)
        for (remap, device) in [(1, second.device.id), (7, first.device.id)] {
            let failure = InventoryFailure.unknownRemap(RemapID(Int64(remap)), of: device)
            await #expect(throws: failure) {
                try await fixture.inventory.undoRemap(
                    RemapID(Int64(remap)), of: device, at: fixture.now)
            }
        }
    }

    @Test func `the newest remaps of each device are kept`() async throws {
        let fixture = try InventoryFixture()
        var device = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        var other = try await fixture.inventory.add(
            fixture.new("sw2", host: "192.0.2.2"), at: fixture.now)
        other = try await reindexed(fixture, other, ["eth1", "eth0"], at: fixture.now)
        for turn in 0...Remap.largestCount {
            let names = turn.isMultiple(of: 2) ? ["eth1", "eth0"] : ["eth0", "eth1"]
            device = try await reindexed(fixture, device, names, at: fixture.now)
        }
        let remaps = try await fixture.inventory.remaps(of: device.device.id)
        #expect(remaps.count == Remap.largestCount)
        #expect(remaps.map(\.id) == remaps.map(\.id).sorted().reversed())
        #expect(remaps.last?.id == RemapID(3))
        #expect(try await fixture.inventory.remaps(of: other.device.id).count == 1)
        _ = try await fixture.inventory.remove(device.device.id)
        #expect(try await fixture.inventory.remaps(of: device.device.id).isEmpty)
    }

    @Test func `a remap that cannot be read is named`() async throws {
        let fixture = try InventoryFixture()
        let added = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        _ = try await reindexed(fixture, added, ["eth1", "eth0"], at: fixture.now)
        try fixture.tamper("UPDATE remap SET remapped_at = -1")
        await #expect {
            try await fixture.reopened().remaps(of: added.device.id)
        } throws: { ($0 as? InventoryFailure)?.words.contains("remap 1 is not readable") == true }
    }
}
