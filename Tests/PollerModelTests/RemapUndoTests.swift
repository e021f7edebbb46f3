import TestSupport
import Testing

@testable import PollerModel

/// Remaps as re-indexing makes them, and how they are taken back.
@Suite struct RemapUndoTests {
    private let fixture: CatalogueFixture
    private let time = Timestamp(seconds: 1_700_000_000)

    init() throws { fixture = try CatalogueFixture() }

    /// A re-index of the device: what becomes of it, and the event.
    private func reindexed(
        _ definition: DeviceDefinition, _ rows: [(UInt32, String)], id: Int64 = 1
    ) throws -> (definition: DeviceDefinition, remap: Remap) {
        let table = DiscoveredTable(
            query: "interfaces", rows: rows.map { fixture.row(index: $0, name: $1) }, note: nil)
        let verdict = ReindexPlanner.verdict(
            definition, table: table, catalogue: fixture.catalogue)
        guard case .change(let change) = verdict else { throw Unexpected("\(verdict)") }
        return applied(change, to: definition, id: id)
    }

    private func applied(
        _ change: TableChange, to definition: DeviceDefinition, id: Int64
    ) -> (definition: DeviceDefinition, remap: Remap) {
        let changed = Dictionary(
            uniqueKeysWithValues: change.rows.map { ($0.id, $0.noted(at: time)) })
        let added = change.added.enumerated().map { position, row in
            QueryRow(
                id: QueryRowID(100 * id + Int64(position)), device: definition.device.id,
                query: "interfaces", index: row.index, fields: row.fields, isPresent: true)
        }
        let graphs = definition.graphs.map { graph in
            Graph(
                id: graph.id, device: graph.device, template: graph.template,
                dataSource: graph.dataSource, title: change.titles[graph.id] ?? graph.title)
        }
        let remap = Remap(
            id: RemapID(id), device: definition.device.id, query: "interfaces", time: time,
            reason: change.reason,
            rows: change.remapRows(
                added: zip(added.map(\.id), change.added).map { ($0, $1) },
                catalogue: fixture.catalogue), undoes: change.undoes)
        let next = DeviceDefinition(
            device: definition.device, rows: definition.rows.map { changed[$0.id] ?? $0 } + added,
            dataSources: definition.dataSources, graphs: graphs)
        return (next, remap)
    }

    private func undone(
        _ remap: Remap, of definition: DeviceDefinition, id: Int64 = 9
    ) throws -> (definition: DeviceDefinition, remap: Remap) {
        let change = try RemapUndo.plan(remap, of: definition, catalogue: fixture.catalogue)
        return applied(change, to: definition, id: id)
    }

    /// "1@2 ge-0": row 1 at index 2 with that name; "1 gone" when it is absent.
    private func places(_ definition: DeviceDefinition) -> [String] {
        definition.rows.map { row in
            row.isPresent
                ? "\(row.id)@\(OID.dotted(row.index)) \(row.fields["ifName"]?.text ?? "")"
                : "\(row.id) gone"
        }
    }

    @Test func `rows go back, and are recognised there by what stands there now`() throws {
        let device = fixture.device(interfaces: ["ge-0", "ge-1"])
        let (moved, remap) = try reindexed(device, [(2, "ge-0"), (1, "ge-1")])
        #expect(places(moved) == ["1@2 ge-0", "2@1 ge-1"])
        let (back, event) = try undone(remap, of: moved)
        #expect(places(back) == ["1@1 ge-1", "2@2 ge-0"])
        #expect(back.graphs.map(\.title) == ["sw1 - Traffic - ge-1", "sw1 - Traffic - ge-0"])
        #expect(event.undoes == remap.id && event.reason == "remap 1 undone")
        #expect(event.rows.map(\.change) == [.moved, .moved])
        // The device said nothing new: it stays.
        let (again, none) = try reindexed(back, [(2, "ge-0"), (1, "ge-1")], id: 10)
        #expect(places(again) == places(back) && none.rows.isEmpty)
    }

    @Test func `what was undone can be done again`() throws {
        let device = fixture.device(interfaces: ["ge-0", "ge-1"])
        let (moved, remap) = try reindexed(device, [(2, "ge-0"), (1, "ge-1")])
        let (back, event) = try undone(remap, of: moved)
        #expect(places(try undone(event, of: back).definition) == places(moved))
    }

    @Test func `a row that was taken for another gets its place back from the new one`() throws {
        let device = fixture.device(interfaces: ["ge-0", "ge-1"])
        let (renamed, remap) = try reindexed(device, [(1, "wan"), (2, "ge-1")])
        #expect(places(renamed) == ["1 gone", "2@2 ge-1", "100@1 wan"])
        #expect(remap.rows.map(\.change) == [.vanished, .added])
        let (back, event) = try undone(remap, of: renamed)
        #expect(places(back) == ["1@1 wan", "2@2 ge-1", "100 gone"])
        #expect(back.rows[2].absentSince == time && back.rows[0].absentSince == nil)
        #expect(event.rows.map(\.change) == [.returned, .vanished])
        let (again, _) = try reindexed(back, [(1, "wan"), (2, "ge-1")], id: 10)
        #expect(places(again) == places(back))
    }

    @Test func `a row whose old place is gone makes room for the one that stood there`() throws {
        let device = fixture.device(interfaces: ["ge-0", "ge-1"])
        let (moved, remap) = try reindexed(device, [(1, "ge-1")])
        #expect(places(moved) == ["1 gone", "2@1 ge-1"])
        #expect(places(try undone(remap, of: moved).definition) == ["1@1 ge-1", "2 gone"])
    }

    @Test func `a row that vanished stays so where nothing stands now`() throws {
        let device = fixture.device(interfaces: ["ge-0", "ge-1", "ge-2"])
        let (moved, remap) = try reindexed(device, [(2, "ge-0"), (1, "ge-1")])
        #expect(
            places(try undone(remap, of: moved).definition)
                == ["1@1 ge-1", "2@2 ge-0", "3 gone"])
    }

    // MARK: Refusals

    private func expectRefusal(
        _ refusal: RemapRefusal, _ remap: Remap, _ definition: DeviceDefinition,
        _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(throws: refusal, sourceLocation: location) {
            try RemapUndo.plan(remap, of: definition, catalogue: fixture.catalogue)
        }
        #expect(!refusal.words.isEmpty && !refusal.fix.isEmpty, sourceLocation: location)
    }

    @Test func `what was undone is not undone again`() throws {
        let device = fixture.device(interfaces: ["ge-0", "ge-1"])
        let (moved, remap) = try reindexed(device, [(2, "ge-0"), (1, "ge-1")])
        let done = Remap(
            id: remap.id, device: remap.device, query: remap.query, time: time,
            reason: remap.reason, rows: remap.rows, undoneAt: time)
        expectRefusal(.alreadyUndone(remap.id, at: time), done, moved)
    }

    @Test func `a remap that only lost rows has nothing to undo`() throws {
        let device = fixture.device(interfaces: ["ge-0", "ge-1"])
        let (moved, remap) = try reindexed(device, [(1, "ge-0")])
        expectRefusal(.nothingMoved(remap.id), remap, moved)
    }

    @Test func `a row that moved on is not moved back`() throws {
        let device = fixture.device(interfaces: ["ge-0", "ge-1"])
        let (moved, remap) = try reindexed(device, [(2, "ge-0"), (1, "ge-1")])
        let (later, _) = try reindexed(moved, [(3, "ge-0"), (1, "ge-1")], id: 2)
        expectRefusal(.rowChanged(QueryRowID(1)), remap, later)
        let (lost, _) = try reindexed(moved, [(2, "ge-0")], id: 2)
        expectRefusal(.rowChanged(QueryRowID(2)), remap, lost)
    }

    @Test func `a row that was deleted is missed`() throws {
        let device = fixture.device(interfaces: ["ge-0", "ge-1"])
        let (moved, remap) = try reindexed(device, [(2, "ge-0"), (1, "ge-1")])
        let rest = DeviceDefinition(
            device: moved.device, rows: Array(moved.rows.prefix(1)), dataSources: [], graphs: [])
        expectRefusal(.rowDeleted(QueryRowID(2)), remap, rest)
    }

    @Test func `a row does not go where nothing is`() throws {
        let device = fixture.device(interfaces: ["ge-0"])
        let (moved, remap) = try reindexed(device, [(7, "ge-0")])
        expectRefusal(.nothingThere(QueryRowID(1), index: [1]), remap, moved)
    }

    @Test func `a place that another row took since is not taken from it`() throws {
        let device = fixture.device(interfaces: ["ge-0"])
        let (moved, remap) = try reindexed(device, [(7, "ge-0")])
        let (later, _) = try reindexed(moved, [(7, "ge-0"), (1, "new")], id: 2)
        expectRefusal(.indexTaken(index: [1], by: QueryRowID(200)), remap, later)
    }
}
