import Foundation
import PollerDefinitions
import PollerEngine
import PollerModel
import PollerRRD
import PollerSimulator
import TestSupport
import Testing

/// Graphs that somebody asks for, over real SNMP, files and database.
@Suite struct GraphDeskTests {
    private func agent(_ faults: Faults = Faults(), interfaces: Int = 3) -> Agent {
        Agent(
            community: "public", tree: InterfaceFormula.tree(device: 1, interfaces: interfaces),
            faults: faults)
    }
    private func order(_ change: (inout GraphOrder) -> Void) -> GraphOrder {
        var order = GraphOrder()
        change(&order)
        return order
    }

    private func failure<Value>(
        _ body: () async throws(OperationFailure) -> Value
    ) async -> OperationFailure? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error
        }
    }

    private func add(
        _ office: Office, _ port: UInt16, _ graphs: GraphPolicy = .auto
    ) async throws -> DeviceDefinition {
        var request = office.request(port)
        request.graphs = graphs
        return try #require(try await office.desk.add(request) { _ in }.definition)
    }

    @Test func `graphs are made of named rows, once, and a dry run makes none`()
        async throws
    {
        try await withOffice([agent()]) { office, ports in
            let added = try await add(office, ports[0])
            let id = added.device.id
            let wanted = order { ($0.templates, $0.rows) = (["interface_use"], ["eth2", "#3"]) }
            var rehearsal = wanted
            rehearsal.dryRun = true
            let dry = try await office.desk.makeGraphs(rehearsal, of: id)
            #expect(dry.count(.made) == 2 && dry.items.allSatisfy { $0.graphId == nil })
            #expect(office.inventory.definitions.devices[id]?.graphs == added.graphs)

            let report = try await office.desk.makeGraphs(wanted, of: id)
            #expect(report.items.map(\.outcome) == [.made, .made])
            #expect(report.items.map(\.index) == ["2", "3"])
            #expect(report.items.map(\.words) == dry.items.map(\.words))
            let after = try #require(office.inventory.definitions.devices[id])
            #expect(after.graphs.suffix(2).map(\.id) == report.items.map(\.graphId))
            #expect(after.dataSources.count == added.dataSources.count + 2)
            let again = try await office.desk.makeGraphs(wanted, of: id)
            #expect(again.items.map(\.outcome) == [.exists, .exists])
            #expect(again.items.map(\.graphId) == report.items.map(\.graphId))
        }
    }

    @Test func `a device without graphs gets those of one row, with their files`() async throws {
        try await withOffice([agent()]) { office, ports in
            let id = try await add(office, ports[0], .none).device.id
            let report = try await office.desk.makeGraphs(
                order { ($0.query, $0.rows) = ("interfaces", ["eth1"]) }, of: id)
            #expect(report.count(.made) >= 3 && report.items.allSatisfy { $0.outcome != .exists })
            let after = try #require(office.inventory.definitions.devices[id])
            #expect(after.graphs.map(\.title).contains("sim-1 - Traffic - port 1 of 1"))
            #expect(after.dataSources.allSatisfy { after.row(of: $0)?.index == [1] })
            for result in await office.store.lastRows(
                after.files(office.inventory.definitions.catalogue))
            {
                _ = try result.get()
            }
        }
    }

    @Test func `what the device has no values of is said, for each row or for all`() async throws {
        var faults = Faults()
        // ifInErrors, without which there are no errors to draw.
        faults.hidden = [OID([1, 3, 6, 1, 2, 1, 2, 2, 1, 14])]
        try await withOffice([agent(faults)]) { office, ports in
            let id = try await add(office, ports[0]).device.id
            let errors = try #require(
                office.inventory.definitions.catalogue.graphTemplates["interface_errors"])
            let named = try await office.desk.makeGraphs(
                order { ($0.templates, $0.rows) = ([errors.name], ["eth2"]) }, of: id)
            #expect(named.items.map(\.outcome) == [.impossible])
            #expect(named.items[0].words.hasPrefix("sim-1 has no values of "), "\(named.items)")
            #expect(named.items[0].words.hasSuffix(" for eth2") && named.items[0].index == "2")
            let all = try await office.desk.makeGraphs(
                order { ($0.templates, $0.allRows) = ([errors.name], true) }, of: id)
            #expect(all.items.count == 1)
            #expect(all.items[0].words.hasSuffix(" for 3 of 3 rows of interfaces"))
            let once = try await office.desk.makeGraphs(
                order { $0.templates = ["ucd_load", "uptime"] }, of: id)
            #expect(once.items.map(\.outcome) == [.impossible, .exists], "\(once.items)")
            let table = try await office.desk.makeGraphs(
                order { ($0.templates, $0.allRows) = (["storage_used"], true) }, of: id)
            #expect(table.items.map(\.outcome) == [.impossible])
            #expect(table.items[0].words.contains("the device has none"), "\(table.items)")
        }
    }

    @Test func `nothing is made when a row does not exist, or nobody answers`() async throws {
        let agent = agent()
        try await withOffice([agent]) { office, ports in
            let request = office.request(ports[0], timeout: 1_000)
            let added = try #require(try await office.desk.add(request) { _ in }.definition)
            let id = added.device.id
            let typo = await failure { () throws(OperationFailure) in
                try await office.desk.makeGraphs(
                    order { ($0.templates, $0.rows) = (["interface_use"], ["eth1", "eht2"]) },
                    of: id)
            }
            #expect(typo?.words == "the table interfaces has no row “eht2”; did you mean “eth2”?")
            let nobody = await failure { () throws(OperationFailure) in
                try await office.desk.makeGraphs(order { $0.templates = ["uptime"] }, of: .init(9))
            }
            #expect(nobody?.code == "not_found")
            var dead = Faults()
            dead.isDead = true
            agent.change(dead)
            let silence = await failure { () throws(OperationFailure) in
                try await office.desk.makeGraphs(
                    order { ($0.templates, $0.allRows) = (["interface_use"], true) }, of: id)
            }
            #expect(silence?.code == "no_answer")
            #expect(office.inventory.definitions.devices[id]?.graphs == added.graphs)
        }
    }

    @Test func `with all, every row gets whatever it has values of, later ones too`() async throws {
        let agent = agent(interfaces: 1)
        try await withOffice([agent]) { office, ports in
            let added = try await add(office, ports[0], .all)
            let first = added.graphs.filter { added.dataSource($0.dataSource)?.row != nil }
            #expect(first.contains { $0.template == "interface_use" })
            agent.replace(InterfaceFormula.tree(device: 1, interfaces: 2))
            _ = try await office.desk.reindex(added.device.id, query: "interfaces")
            let later = try #require(office.inventory.definitions.devices[added.device.id])
            #expect(later.graphs.count == added.graphs.count + first.count)
        }
    }

    // MARK: Removed graphs

    @Test func `a removed graph stays away, and its file where it is unless that is to go`()
        async throws
    {
        try await withOffice([agent()]) { office, ports in
            let added = try await add(office, ports[0])
            let id = added.device.id
            let traffic = added.graphs.filter { $0.template == "interface_traffic" }
            let files = traffic.map { added.dataSource($0.dataSource)?.path ?? "" }
            try await office.desk.deleteGraph(traffic[0].id, keepsData: true)
            for graph in traffic.dropFirst() {
                try await office.desk.deleteGraph(graph.id, keepsData: false)
            }
            #expect(
                files.map { FileManager.default.fileExists(atPath: "\(office.folder.path)/\($0)") }
                    == [true] + files.dropFirst().map { _ in false }
            )
            _ = try await office.desk.reindex(id, query: nil)
            _ = try await office.desk.recognise(id)
            let after = try #require(office.inventory.definitions.devices[id])
            #expect(after.graphs.count == added.graphs.count - 3)
            #expect(!after.graphs.contains { $0.template == "interface_traffic" })
            let gone = await failure { () throws(OperationFailure) in
                try await office.desk.deleteGraph(traffic[0].id, keepsData: true)
            }
            #expect(gone?.code == "not_found")
            // Who asks gets it back.
            let asked = try await office.desk.makeGraphs(
                order { ($0.templates, $0.allRows) = (["interface_traffic"], true) }, of: id)
            #expect(asked.count(.made) == 3)
        }
    }

    // MARK: Recognition

    @Test func `a device gets what is new to it, and nothing twice`() async throws {
        var faults = Faults()
        faults.hidden = [
            WellKnownObject.sysObjectID, OID([1, 3, 6, 1, 2, 1, 2, 2, 1, 14]),
            OID([1, 3, 6, 1, 2, 1, 2, 2, 1, 20]), OID([1, 3, 6, 1, 2, 1, 2, 2, 1, 13]),
            OID([1, 3, 6, 1, 2, 1, 2, 2, 1, 19]),
        ]
        let agent = agent(faults)
        try await withOffice([agent]) { office, ports in
            let added = try await add(office, ports[0])
            let id = added.device.id
            #expect(added.device.template == "generic_snmp")
            #expect(!added.graphs.contains { $0.template == "interface_errors" })
            agent.change(Faults())
            let report = try await office.desk.recognise(id)
            #expect(report.added.contains("Linux with Net-SNMP"), "\(report)")
            #expect(report.tables.contains { $0.query == "interfaces" && $0.presentRows == 3 })
            let after = try #require(office.inventory.definitions.devices[id])
            #expect(after.device.template == "net_snmp_linux")
            #expect(after.graphs.filter { $0.template == "interface_errors" }.count == 3)
            #expect(report.graphs == after.graphs.count - added.graphs.count)
            #expect(Set(after.graphs).isSuperset(of: added.graphs))
            #expect(Set(after.graphs.map(\.title)).count == after.graphs.count)
            let again = try await office.desk.recognise(id)
            #expect(again.added.isEmpty && again.graphs == 0)
            #expect(office.inventory.definitions.devices[id]?.graphs == after.graphs)
        }
    }

    @Test func `what hides its system group stays what it was`() async throws {
        let agent = agent()
        try await withOffice([agent]) { office, ports in
            let added = try await add(office, ports[0])
            var faults = Faults()
            faults.hidden = [OID([1, 3, 6, 1, 2, 1, 1])]
            agent.change(faults)
            let refusal = await failure { () throws(OperationFailure) in
                try await office.desk.recognise(added.device.id)
            }
            #expect(refusal?.words.contains("neither sysObjectID nor sysDescr") == true)
            #expect(office.inventory.definitions.devices[added.device.id]?.device == added.device)
        }
    }

    @Test func `a template that was chosen stays the first`() async throws {
        try await withOffice([agent()]) { office, ports in
            var request = office.request(ports[0])
            request.template = "printer"
            let id = try #require(try await office.desk.add(request) { _ in }.definition).device.id
            _ = try await office.desk.recognise(id)
            #expect(office.inventory.definitions.devices[id]?.device.template == "printer")
        }
    }
}
