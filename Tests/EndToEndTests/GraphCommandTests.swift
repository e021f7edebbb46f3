import Foundation
import PollerModel
import PollerSimulator
import TestSupport
import Testing

/// Graphs that are made and removed by command.
@Suite struct GraphCommandTests {
    @Test func `graphs are offered, made, and removed for good`() async throws {
        let tree = InterfaceFormula.tree(device: 1, interfaces: 3)
        let server = try await SimulatorServer.start([
            .init(agent: Agent(community: "public", tree: tree))
        ])
        let daemon = try await Daemon()
        let added = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(server.ports[0])", "--community", "public",
            "--name", "sw", "--graphs", "none",
        ])
        #expect(added.status == 0, "\(added.errors)")

        let offers = try await daemon.json([OfferReport].self, ["device", "offers", "sw"])
        let traffic = try #require(offers.first { $0.template == "interface_traffic" })
        #expect(traffic.rows == 3 && traffic.graphs == 0 && traffic.automatic)

        let dry = try await daemon.control([
            "device", "interfaces", "sw", "--graph", "eth1", "eth2", "--template",
            "interface_traffic", "--dry-run",
        ])
        #expect(dry.status == 0 && dry.output.contains("would be made"), "\(dry)")
        #expect(dry.errors.contains("sw: 2 graphs would be made."))
        let made = try await daemon.control([
            "device", "interfaces", "sw", "--graph", "eth1", "--graph", "eth2",
        ])
        #expect(made.status == 0 && made.output.contains("sw - Traffic - port 1 of 1"))
        let shared = try await daemon.control([
            "graph", "create", "sw", "interface_use", "--row", "#1", "-o", "json",
        ])
        #expect(shared.status == 0 && shared.output.contains("\"outcome\":\"made\""), "\(shared)")
        let once = try await daemon.control(["graph", "create", "sw", "uptime"])
        #expect(once.status == 0 && once.errors.contains("sw: 1 graph made"), "\(once)")

        for (arguments, status, words) in [
            (["graph", "create", "sw", "interface_uze", "--all"], Int32(5), "“interface_use”?"),
            (["graph", "create", "sw", "interface_use", "--row", "eht1"], 5, "mean “eth1”?"),
            (["graph", "create", "sw", "interface_use"], 2, "add --row INDEX"),
            (["graph", "create", "sw", "ucd_load"], 1, "no graph could be made of sw"),
            (["device", "interfaces", "sw", "--dry-run"], 2, "add --graph NAME, or --all"),
            (["device", "rows", "sw", "storag", "--graph", "1"], 5, "“storage”?"),
            (["graph", "delete", "1"], 2, "add --yes"),
        ] {
            let result = try await daemon.control(arguments)
            #expect(result.status == status, "\(arguments): \(result)")
            #expect(result.errors.contains(words), "\(arguments): \(result.errors)")
        }

        let graphs = try await daemon.json([GraphReport].self, ["graph", "list"])
        let ids = graphs.filter { $0.index == "1" }.map { "\($0.id)" }
        let removed = try await daemon.control(
            ["graph", "delete", "--yes", "--remove-data"] + ids)
        #expect(removed.status == 0, "\(removed.errors)")
        let again = try await daemon.control(["device", "reindex", "sw", "--recognise"])
        #expect(again.errors.contains("0 graphs made"), "\(again)")
        let left = try await daemon.json([GraphReport].self, ["graph", "list"])
        #expect(left == graphs.filter { $0.index != "1" })
        _ = try await daemon.stop()
        try await server.stop()
    }
}
