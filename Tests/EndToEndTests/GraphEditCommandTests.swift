import Foundation
import PollerModel
import PollerSimulator
import TestSupport
import Testing

/// How one graph is drawn, by command and in its picture.
@Suite struct GraphEditCommandTests {
    @Test func `a graph is tried, drawn otherwise, and as its template says again`() async throws {
        let tree = InterfaceFormula.tree(device: 1, interfaces: 1)
        let server = try await SimulatorServer.start([
            .init(agent: Agent(community: "public", tree: tree))
        ])
        let daemon = try await Daemon()
        let added = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(server.ports[0])", "--community", "public",
            "--name", "sw",
        ])
        #expect(added.status == 0, "\(added.errors)")
        let all = try await daemon.json([GraphReport].self, ["graph", "list"])
        let graph = try #require(all.first { $0.template == "interface_traffic" })
        let wanted = [
            "graph", "edit", "\(graph.id)", "--title", "Uplink <1>", "--color",
            "Inbound=#ff0000", "--legend", "Inbound=Down", "--hide", "Outbound", "--upper-limit",
            "10G", "--lower-limit", "auto", "--percentile", "95",
        ]
        let dry = try await daemon.control(wanted + ["--dry-run"])
        #expect(dry.status == 0 && dry.output.hasPrefix("Nothing was done."), "\(dry)")
        #expect(dry.output.contains("Uplink <1>"))
        #expect(try await report(daemon, graph.id).edit == nil)

        let before = try await daemon.fetch("/graphs/\(graph.id).png")
        let edited = try await daemon.control(wanted)
        #expect(edited.status == 0 && edited.output.contains("Changed graph"), "\(edited)")
        let kept = try await report(daemon, graph.id)
        #expect(kept.title == "Uplink <1>" && kept.edit?.version == 1)
        #expect(kept.edit?.changes.upperLimit == .at(1e10))
        #expect(kept.edit?.changes.series?.map(\.name) == ["Inbound", "Outbound"])
        let after = try await daemon.fetch("/graphs/\(graph.id).png")
        #expect(before.status == 200 && after.status == 200 && before.body != after.body)
        let command = try await daemon.control(["graph", "command", "\(graph.id)"])
        #expect(command.output.contains("Uplink <1>") && command.output.contains("#ff0000"))
        let rows = try await daemon.fetch("/graphs/\(graph.id).csv")
        let heading = String(decoding: rows.body.prefix(200), as: UTF8.self)
        #expect(heading.contains("Down") && !heading.contains("Outbound"), "\(heading)")

        for (arguments, status, words) in [
            (["--percentile", "0"], Int32(2), "“percentile”"),
            (["--color", "Inbound=redd"], 2, "no colour"), (["--color", "Inbound"], 2, "SERIES="),
            (["--hide", "Inbond"], 2, "“Inbound”?"), (["--unset", "titel"], 2, "“title”?"),
            (["--aggregate", "sum"], 2, "has no members"), ([], 2, "nothing was asked for"),
            (["--upper-limit", "much"], 2, "--upper-limit"),
        ] {
            let result = try await daemon.control(["graph", "edit", "\(graph.id)"] + arguments)
            #expect(result.status == status, "\(arguments): \(result)")
            #expect(result.errors.contains(words), "\(arguments): \(result.errors)")
        }
        let reset = try await daemon.control(["graph", "edit", "\(graph.id)", "--unset", "all"])
        #expect(reset.status == 0)
        #expect(try await report(daemon, graph.id).title == graph.title)
        _ = try await daemon.stop()
        try await server.stop()
    }

    private func report(_ daemon: Daemon, _ graph: GraphID) async throws -> GraphReport {
        try await daemon.json(GraphReport.self, ["graph", "show", "\(graph)"])
    }
}
