import TestSupport
import Testing

@testable import PollerModel

@Suite struct ReindexPlannerTests {
    private func change(
        _ definition: DeviceDefinition, _ table: DiscoveredTable, _ fixture: CatalogueFixture
    ) throws -> TableChange {
        let verdict = ReindexPlanner.verdict(
            definition, table: table, catalogue: fixture.catalogue)
        guard case .change(let change) = verdict else {
            throw Unexpected("no change: \(verdict)")
        }
        return change
    }

    @Test func `rows behind a cut are asked no more, until they are seen again`() throws {
        let fixture = try CatalogueFixture()
        let definition = fixture.device(interfaces: ["ge-0", "ge-1", "ge-2"])
        let rows = [fixture.row(index: 1, name: "ge-1"), fixture.row(index: 9, name: "ge-9")]
        let table = DiscoveredTable(
            query: "interfaces", rows: rows, isCut: true, note: "only the first 2 rows were read")
        let change = try change(definition, table, fixture)
        // Whatever stands at the old indexes behind the cut, it may be somebody else.
        #expect(change.rows.map(\.index) == [[1], [1], [3]])
        #expect(change.rows.map(\.isPresent) == [false, true, false])
        #expect(
            change.summary == "2 rows recognised by ifName: 1 moved, 1 new, 2 gone; "
                + "only the first 2 rows were read")
    }

    @Test func `new rows are judged once all is known of them`() throws {
        let fixture = try CatalogueFixture()
        let definition = fixture.device(interfaces: ["ge-0"])
        let rows = [fixture.row(index: 4, name: "ge-0"), fixture.row(index: 5, name: "ge-9")]
        for (unread, areWidthsUnread) in [(Set(["ifOperStatus"]), false), ([], true)] {
            let table = DiscoveredTable(
                query: "interfaces", rows: rows, unreadFields: unread,
                areWidthsUnread: areWidthsUnread, note: nil)
            let change = try change(definition, table, fixture)
            #expect(change.rows.map(\.index) == [[4]])
            #expect(change.isPartial && change.added.isEmpty && change.proposals.isEmpty)
            #expect(change.summary.contains("1 not judged yet"))
        }
    }

    @Test func `a column that was not read takes no field away`() throws {
        let fixture = try CatalogueFixture()
        let definition = fixture.device(interfaces: ["ge-0", "ge-1"])
        var bare = [fixture.row(index: 2, name: "ge-0"), fixture.row(index: 1, name: "ge-1")]
        bare = bare.map { row in
            DiscoveredTable.Row(
                index: row.index, fields: row.fields.filter { $0.key != "ifName" },
                widths: row.widths)
        }
        let unread = DiscoveredTable(
            query: "interfaces", rows: bare, unreadFields: ["ifName"], note: nil)
        let verdict = ReindexPlanner.verdict(
            definition, table: unread, catalogue: fixture.catalogue)
        #expect(verdict == .unclear("interfaces: ifName was not read"))
        let whole = DiscoveredTable(
            query: "interfaces",
            rows: [
                fixture.row(index: 2, name: "ge-0"), fixture.row(index: 1, name: "ge-1"),
            ].map { row in
                DiscoveredTable.Row(
                    index: row.index, fields: row.fields.filter { $0.key == "ifName" },
                    widths: row.widths)
            }, unreadFields: Set(definition.rows[0].fields.keys).subtracting(["ifName"]),
            note: nil)
        let moved = try change(definition, whole, fixture)
        #expect(moved.rows.map(\.index) == [[2], [1]])
        #expect(moved.rows.map(\.fields) == definition.rows.map(\.fields))
    }

    @Test func `an empty answer keeps the known rows`() throws {
        let fixture = try CatalogueFixture()
        let definition = fixture.device(interfaces: ["ge-0", "ge-1"])
        let table = DiscoveredTable(query: "interfaces", rows: [], note: "the agent said genErr")
        #expect(
            ReindexPlanner.verdict(definition, table: table, catalogue: fixture.catalogue)
                == .unclear("interfaces: the agent said genErr, the known ones stay"))
    }

    @Test func `a title that somebody chose stays, and one of the pattern follows`() throws {
        let fixture = try CatalogueFixture()
        let definition = fixture.device(
            interfaces: ["ge-0", "ge-1"], titles: [QueryRowID(1): "Uplink to Rome"])
        let table = DiscoveredTable(
            query: "interfaces",
            rows: [
                fixture.row(index: 1, name: "ge-0", alias: "rome"),
                fixture.row(index: 2, name: "ge-1", alias: "oslo"),
            ], note: nil)
        let change = try change(definition, table, fixture)
        #expect(change.titles == [GraphID(2): "sw1 - Traffic - oslo"])
    }

    @Test func `what moved, vanished and returned is told, and what stays is not`() throws {
        let fixture = try CatalogueFixture()
        let definition = fixture.device(
            interfaces: ["ge-0", "ge-1", "ge-2", "ge-3"], absent: ["ge-3"])
        let table = DiscoveredTable(
            query: "interfaces",
            rows: [
                fixture.row(index: 2, name: "ge-0"), fixture.row(index: 1, name: "ge-3"),
                fixture.row(index: 3, name: "ge-2", alias: "other", status: 2),
            ], note: nil)
        let change = try change(definition, table, fixture)
        let place = { (index: UInt32, name: String) in
            Remap.Place(index: [index], fields: ["ifName": .text(DeviceText(name))])
        }
        #expect(
            change.moves == [
                .init(
                    QueryRowID(1), .moved, before: place(1, "ge-0"), after: place(2, "ge-0"),
                    reason: "ifName"),
                .init(QueryRowID(2), .vanished, before: place(2, "ge-1"), after: nil),
                .init(
                    QueryRowID(4), .returned, before: place(4, "ge-3"), after: place(1, "ge-3"),
                    reason: "ifName"),
            ])
        #expect(change.isRemap && change.reason == "recognised by ifName")
        #expect(change.moves.words == "1 moved, 1 vanished, 1 returned")
    }

    @Test func `a table that only changed what does not identify is no remap`() throws {
        let fixture = try CatalogueFixture()
        let table = DiscoveredTable(
            query: "interfaces", rows: [fixture.row(index: 1, name: "ge-0", alias: "x")], note: nil)
        let change = try change(fixture.device(interfaces: ["ge-0"]), table, fixture)
        #expect(change.rows.count == 1 && !change.isRemap)
    }

    @Test func `rows that cannot be told apart are said in words`() throws {
        let fixture = try CatalogueFixture()
        let definition = fixture.device(interfaces: ["eth", "eth", "lo"])
        let table = DiscoveredTable(
            query: "interfaces",
            rows: [
                fixture.row(index: 7, name: "eth"), fixture.row(index: 8, name: "eth"),
                fixture.row(index: 3, name: "lo"),
            ], note: nil)
        let change = try change(definition, table, fixture)
        #expect(
            change.reason
                == "recognised by what is each one's own (1 by ifName), 2 not (the first: "
                + "ifName “eth” stands at 2 rows that were known and at 2 found now)")
        #expect(change.moves.map(\.change) == [.vanished, .vanished])
        #expect(change.moves[0].reason?.hasPrefix("ifName “eth” stands") == true)
        #expect(change.added.count == 2)
    }

    @Test func `moved, renamed, new and vanished rows are told apart`() throws {
        let fixture = try CatalogueFixture()
        let definition = fixture.device(interfaces: ["ge-0", "ge-1", "ge-2"])
        let table = DiscoveredTable(
            query: "interfaces",
            rows: [
                fixture.row(index: 7, name: "ge-0"),
                fixture.row(index: 2, name: "ge-1", alias: "uplink"),
                fixture.row(index: 4, name: "ge-9"),
            ], note: nil)
        let change = try change(definition, table, fixture)
        #expect(change.rows.map(\.index) == [[7], [2], [3]])
        #expect(change.rows.map(\.isPresent) == [true, true, false])
        #expect(change.titles.values.sorted() == ["sw1 - Traffic - uplink"])
        #expect(change.added.map(\.index) == [[4]])
        #expect(change.proposals.map(\.title) == ["sw1 - Traffic - ge-9"])
        #expect(change.summary == "3 rows recognised by ifName: 1 moved, 1 new, 1 gone")
    }
}

@Suite struct GraphSelectionTests {
    @Test func `only rows worth a graph that have the values get one`() throws {
        let fixture = try CatalogueFixture()
        let rows = [
            fixture.row(index: 1, name: "up"), fixture.row(index: 2, name: "down", status: 2),
            fixture.row(index: 3, name: "bare", width: nil),
        ]
        let device = DiscoveredDevice(
            system: SystemDescription(), kind: DeviceKind([fixture.template]),
            tables: ["interfaces": DiscoveredTable(query: "interfaces", rows: rows, note: nil)],
            scalars: [:])
        let host = try #require(DeviceHost("192.0.2.1"))
        let proposals = GraphSelection.proposals(
            for: device, of: TitleSubject(name: "sw1", host: host), catalogue: fixture.catalogue)
        #expect(proposals.map(\.title) == ["sw1 - Traffic - up"])
        #expect(proposals.map(\.width) == [.wide])
    }
}

@Suite struct PollPlannerTests {
    @Test func `objects, files, limits and watches follow from the definitions`() throws {
        let fixture = try CatalogueFixture()
        let definition = fixture.device(interfaces: ["ge-0", "ge-1"])
        let plan = PollPlanner.plan(for: definition, catalogue: fixture.catalogue)
        #expect(plan.sources.map(\.file.path) == ["rrd/1/1.rrd", "rrd/1/2.rrd"])
        #expect(
            plan.sources[1].objects.map(\.description)
                == ["1.3.6.1.2.1.31.1.1.1.6.2", "1.3.6.1.2.1.31.1.1.1.10.2"])
        #expect(plan.sources[0].items.map(\.limitPerSecond) == [125_000_000, 125_000_000])
        #expect(plan.watches.map(\.object.description) == ["1.3.6.1.2.1.2.1.0"])
        #expect(plan.sources[0].file.sources.map(\.kind) == [.counter, .counter])
    }

    @Test func `a row that vanished is not asked for`() throws {
        let fixture = try CatalogueFixture()
        let definition = fixture.device(interfaces: ["ge-0", "ge-1"], absent: ["ge-0"])
        let plan = PollPlanner.plan(for: definition, catalogue: fixture.catalogue)
        #expect(plan.sources.map(\.dataSource.rawValue) == [2])
    }
}
