import TestSupport
import Testing

@testable import PollerModel

@Suite struct RowMatcherTests {
    private func known(_ id: Int64, index: UInt32, _ fields: [String: String]) -> QueryRow {
        QueryRow(
            id: QueryRowID(id), device: DeviceID(1), query: "interfaces", index: [index],
            fields: fields.mapValues { .text(DeviceText($0)) }, isPresent: true)
    }

    private func found(index: UInt32, _ fields: [String: String]) -> DiscoveredTable.Row {
        .init(index: [index], fields: fields.mapValues { .text(DeviceText($0)) }, widths: [:])
    }

    @Test func `renumbering moves the index, not the identity`() {
        let outcome = RowMatcher.match(
            known: [
                known(1, index: 1, ["ifName": "ge-0"]), known(2, index: 2, ["ifName": "ge-1"]),
            ],
            found: [found(index: 1, ["ifName": "ge-1"]), found(index: 9, ["ifName": "ge-0"])],
            identity: ["ifName"])
        #expect(outcome.positions == [QueryRowID(1): 1, QueryRowID(2): 0])
        #expect(outcome.field == "ifName")
        #expect(outcome.missing.isEmpty && outcome.added.isEmpty)
    }

    @Test func `a field that is not unique, or empty, identifies nothing`() {
        let outcome = RowMatcher.match(
            known: [
                known(1, index: 1, ["ifName": "x", "ifAlias": "", "ifDescr": "a"]),
                known(2, index: 2, ["ifName": "x", "ifAlias": "b", "ifDescr": "b"]),
            ],
            found: [
                found(index: 1, ["ifName": "x", "ifAlias": "", "ifDescr": "b"]),
                found(index: 2, ["ifName": "y", "ifAlias": "b", "ifDescr": "a"]),
            ], identity: ["ifName", "ifAlias", "ifDescr"])
        #expect(outcome.field == "ifDescr")
        #expect(outcome.positions == [QueryRowID(1): 1, QueryRowID(2): 0])
    }

    @Test func `a row that is gone takes only what the present ones leave`() {
        var gone = known(1, index: 1, ["ifName": "ge-0"])
        gone.isPresent = false
        var other = known(3, index: 7, [:])
        other.isPresent = false
        let outcome = RowMatcher.match(
            known: [gone, known(2, index: 2, ["ifName": "ge-0"]), other],
            found: [found(index: 1, ["ifName": "ge-0"]), found(index: 2, ["ifName": "7"])],
            identity: ["ifName"])
        #expect(outcome.positions == [QueryRowID(2): 0])
        #expect(outcome.missing == [QueryRowID(1), QueryRowID(3)])
        #expect(outcome.added == [1])
    }

    @Test func `where no field tells rows apart, an index is no proof against another name`() {
        let outcome = RowMatcher.match(
            known: [
                known(1, index: 31, ["descr": "/"]), known(2, index: 33, ["descr": "/home"]),
            ],
            found: [
                found(index: 31, ["descr": "/"]), found(index: 32, ["descr": "/boot"]),
                found(index: 33, ["descr": "/boot"]),
            ], identity: ["descr"])
        #expect(outcome.field == nil)
        #expect(outcome.positions == [QueryRowID(1): 0])
        #expect(outcome.missing == [QueryRowID(2)])
        #expect(outcome.added == [1, 2])
    }

    @Test func `without an identity only the same index matches`() {
        let outcome = RowMatcher.match(
            known: [known(1, index: 1, [:]), known(2, index: 2, [:])],
            found: [found(index: 2, [:]), found(index: 3, [:])], identity: ["ifName"])
        #expect(outcome.field == nil)
        #expect(outcome.positions == [QueryRowID(2): 0])
        #expect(outcome.missing == [QueryRowID(1)])
        #expect(outcome.added == [1])
    }
}

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
