import Foundation
import PollerModel
import PollerSimulator
import TestSupport
import Testing

/// Trees and dashboards by command.
@Suite struct TreeCommandTests {
    private static func agent(_ daemon: Daemon) async throws -> SimulatorServer {
        let server = try await SimulatorServer.start([
            .init(
                agent: Agent(
                    community: "public", tree: InterfaceFormula.tree(device: 1, interfaces: 2)))
        ])
        let added = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(server.ports[0])", "--community", "public",
            "--name", "sw1", "--tag", "core", "--site", "ATTIC",
        ])
        #expect(added.status == 0, "\(added.errors)")
        return server
    }

    private func tree(_ daemon: Daemon, _ arguments: String...) async throws -> TreeReport {
        try await daemon.json(TreeReport.self, ["tree"] + arguments)
    }

    @Test func `a tree is made, filled, rearranged, kept and deleted`() async throws {
        let daemon = try await Daemon()
        let server = try await Self.agent(daemon)
        let first = try await daemon.json([TreeReport].self, ["tree", "list"])
        #expect(first.map(\.name) == ["All devices"])

        let made = try await tree(daemon, "create", "Net <b>")
        #expect(made.nodes == [] && made.version == 1)
        _ = try await tree(daemon, "add", "net <b>", "--branch", "Core")
        _ = try await tree(daemon, "add", "Net <b>", "--device", "sw1", "--in", "1")
        _ = try await tree(daemon, "add", "Net <b>", "--site", "ATTIC")
        _ = try await tree(
            daemon, "add", "Net <b>", "--rule", "--tag", "core", "--group-by", "site", "--name",
            "By site")
        var now = try await tree(daemon, "move", "Net <b>", "4", "--up")
        #expect(now.nodes?.map(\.name) == ["Core", "sw1", "By site", "ATTIC"])
        now = try await tree(daemon, "move", "Net <b>", "3", "--to", "1", "--before", "2")
        #expect(now.nodes?.map(\.name) == ["Core", "ATTIC", "sw1", "By site"])
        #expect(now.nodes?.map(\.depth) == [1, 2, 2, 1])
        now = try await tree(daemon, "edit", "Net <b>", "1", "--name", "Kern", "--order", "name")
        #expect(now.nodes?.first?.order == .byName)
        let shown = try await daemon.control(["tree", "show", "\(made.id)"])
        #expect(shown.status == 0 && shown.output.contains("tag core, by site"), "\(shown)")

        let page = try await daemon.control(["tree", "list", "-o", "name"])
        #expect(page.output == "All devices\nNet <b>\n")
        let removed = try await daemon.control(["tree", "remove", "Net <b>", "1"])
        #expect(removed.status == 0, "\(removed)")
        #expect(try await tree(daemon, "show", "Net <b>").nodes?.map(\.name) == ["By site"])
        for (arguments, status, words) in [
            (["show", "Nett <b>"], Int32(5), "did you mean “Net <b>”"),
            (["create", "all devices"], 7, "is already called"),
            (["add", "Net <b>"], 2, "not said what to add"),
            (["add", "Net <b>", "--device", "sw9"], 5, "no device “sw9”"),
            (["add", "Net <b>", "--site", "x", "--tag", "y"], 2, "add --rule"),
            (["add", "Net <b>", "--graph", "999"], 2, "there is no graph 999"),
            (["add", "Net <b>", "--branch", "x", "--in", "4"], 2, "is no branch"),
            (["move", "Net <b>", "4"], 2, "not said where to"),
            (["move", "Net <b>", "9", "--up"], 5, "no node 9"),
            (["edit", "Net <b>"], 2, "nothing"),
            (["delete", "Net <b>"], 2, "needs a yes"),
        ] {
            let result = try await daemon.control(["tree"] + arguments)
            #expect(result.status == status, "\(arguments): \(result)")
            #expect(result.errors.contains(words), "\(arguments): \(result.errors)")
        }
        let deleted = try await daemon.control(["tree", "delete", "Net <b>", "--yes"])
        #expect(deleted.status == 0 && deleted.output.contains("Net <b>"))
        _ = try await daemon.stop()
        try await server.stop()
    }

    @Test func `a dashboard is made, shown and deleted`() async throws {
        let daemon = try await Daemon()
        let server = try await Self.agent(daemon)
        let graphs = try await daemon.json([GraphReport].self, ["graph", "list"])
        let graph = try #require(graphs.first)
        let made = try await daemon.json(
            DashboardReport.self,
            [
                "dashboard", "create", "Wall", "--shared", "--columns", "3", "--states", "--graph",
                "\(graph.id)", "--from", "now-6h", "--top", "interface_traffic/traffic_out",
                "--text", "Call Anna",
            ])
        #expect(made.columns == 3 && made.shared && made.version == 1)
        #expect(made.tiles?.map(\.kind) == ["states", "graph", "top", "text"])
        #expect(made.tiles?[1].from == "now-6h" && made.tiles?[2].item == "traffic_out")
        let shown = try await daemon.control(["dashboard", "show", "\(made.id)"])
        #expect(shown.output.contains("10 largest traffic_out of interface_traffic"), "\(shown)")
        #expect(try await daemon.control(["dashboard", "list", "-o", "name"]).output == "Wall\n")
        for (arguments, status, words) in [
            (["show", "9"], Int32(5), "there is no dashboard 9"),
            (["create", "x", "--columns", "5"], 2, "1 to 4 columns"),
            (["create", "x", "--graph", "999"], 2, "there is no graph 999"),
            (["create", "x", "--top", "interface_trafic"], 2, "did you mean"),
            (["delete", "\(made.id)"], 2, "needs a yes"),
        ] {
            let result = try await daemon.control(["dashboard"] + arguments)
            #expect(result.status == status, "\(arguments): \(result)")
            #expect(result.errors.contains(words), "\(arguments): \(result.errors)")
        }
        let deleted = try await daemon.control(["dashboard", "delete", "\(made.id)", "--yes"])
        #expect(deleted.status == 0, "\(deleted)")
        #expect(try await daemon.json([DashboardReport].self, ["dashboard", "list"]).isEmpty)
        _ = try await daemon.stop()
        try await server.stop()
    }
}
