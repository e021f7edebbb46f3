import TestSupport
import Testing

@testable import PollerModel

@Suite struct GraphOrderTests {
    private let query = ShippedCatalogue.catalogue.dataQueries["interfaces"]

    private func row(_ index: UInt32, _ name: String, alias: String = "") -> DiscoveredTable.Row {
        .init(
            index: [index],
            fields: ["ifName": .text(DeviceText(name)), "ifAlias": .text(DeviceText(alias))],
            widths: [:])
    }

    private func failure(_ body: () throws(OperationFailure) -> Void) -> OperationFailure? {
        do {
            try body()
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        ("ge-1", [UInt32(7)]), ("GE-1", [7]), ("#7", [7]), ("7", [7]), ("uplink", [9]),
        ("Eth1", [11]), ("eth1", [12]),
    ])
    func `a row is meant by its index or by what identifies it`(text: String, index: [UInt32])
        throws
    {
        let names = RowNames(
            [row(7, "ge-1"), row(9, "ge-2", alias: "uplink"), row(11, "Eth1"), row(12, "eth1")],
            of: try #require(query))
        #expect(try names.row(text).index == index)
    }

    @Test func `who is nobody or several is not guessed`() throws {
        let rows = [row(1, "ge-1", alias: "spare"), row(2, "1", alias: "spare"), row(3, "ge-3")]
        let names = RowNames(rows, of: try #require(query))
        let none = failure { () throws(OperationFailure) in _ = try names.row("ge-4") }
        #expect(none?.code == "not_found")
        #expect(none?.words.contains("has no row “ge-4”; did you mean “ge-") == true)
        let several = failure { () throws(OperationFailure) in _ = try names.row("spare") }
        #expect(several?.words == "“spare” may be 2 rows of interfaces")
        #expect(several?.fix == "write the index: #1, #2")
        // An index of one, and the name of another.
        #expect(
            failure { () throws(OperationFailure) in _ = try names.row("1") }?.code == "invalid")
        #expect(try names.row("#1").index == [1])
    }

    private func plan(_ change: (inout GraphOrder) -> Void) throws(OperationFailure)
        -> GraphOrderPlan
    {
        var order = GraphOrder()
        change(&order)
        let device = Device(
            id: DeviceID(4), name: "d",
            target: SNMPTarget(
                host: .address(IPAddress(bytes: [192, 0, 2, 1])),
                credentials: .community(Secret("c"))),
            step: ShippedCatalogue.catalogue.steps[0], template: "generic_snmp",
            system: SystemDescription(), createdAt: Timestamp(seconds: 1))
        return try GraphOrderPlan(
            order,
            for: DeviceDefinition(device: device, rows: [], dataSources: [], graphs: []),
            catalogue: ShippedCatalogue.catalogue)
    }

    @Test
    func `a table's usual graphs are those that are made by themselves, else the offered ones`()
        throws
    {
        let usual = try plan { ($0.query, $0.rows) = ("interfaces", ["eth0"]) }
        let names = usual.templates.map(\.name)
        #expect(names.contains("interface_traffic") && !names.contains("interface_use"))
        #expect(usual.queries.map(\.name) == ["interfaces"] && usual.rows == .named(["eth0"]))
        let offered = try plan { ($0.query, $0.allRows) = ("rmon_ports", true) }
        #expect(offered.templates.contains { $0.name == "rmon_errors" })
        #expect(offered.rows == .all)
    }

    @Test func `what cannot be carried out says why, and what to write`() throws {
        let orders: [(String, String, (inout GraphOrder) -> Void)] = [
            (
                "did you mean “interface_use”?", "pollerctl device offers 4",
                { $0.templates = ["interface_uze"] }
            ),
            ("did you mean “interfaces”?", "template list", { $0.query = "interface" }),
            ("neither a template nor a table", "offers 4", { _ in }),
            (
                "draws rows of interfaces: which?", "--row INDEX or --row NAME",
                { $0.templates = ["interface_use"] }
            ),
            (
                "draws what a device has once", "graph create 4 uptime",
                { ($0.templates, $0.rows) = (["uptime"], ["1"]) }
            ),
            (
                "does not draw rows of interfaces, but of storage", "offers 4",
                { ($0.query, $0.templates, $0.allRows) = ("interfaces", ["storage_used"], true) }
            ),
            (
                "rows of different tables: interfaces, storage", "one order for each",
                { ($0.templates, $0.rows) = (["interface_use", "storage_used"], ["1"]) }
            ),
            (
                "rows are named, or all are meant", "omit one",
                { ($0.query, $0.rows, $0.allRows) = ("interfaces", ["1"], true) }
            ),
            (
                "names 1 to 1000 rows, not 0", "name fewer",
                { ($0.query, $0.rows) = ("interfaces", []) }
            ),
            (
                "names 1 to 1000 rows, not 1001", "name fewer",
                { ($0.query, $0.rows) = ("interfaces", Array(repeating: "1", count: 1_001)) }
            ),
            (
                "1 to 100 templates, not 101", "name fewer",
                { $0.templates = Array(repeating: "uptime", count: 101) }
            ),
        ]
        for (words, fix, change) in orders {
            let refusal = failure { () throws(OperationFailure) in _ = try plan(change) }
            #expect(refusal?.words.contains(words) == true, "\(refusal?.words ?? "none"): \(words)")
            #expect(refusal?.fix.contains(fix) == true, "\(refusal?.fix ?? "none"): \(fix)")
        }
        let full = try plan {
            ($0.query, $0.rows) = ("interfaces", Array(repeating: "1", count: 1_000))
            $0.templates = Array(repeating: "interface_use", count: 100)
        }
        #expect(full.templates.map(\.name) == ["interface_use"])
    }
}
