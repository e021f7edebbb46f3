import Foundation
import PollerModel
import PollerSimulator
import TestSupport
import Testing

/// Graphs of many data sources by command.
@Suite struct AggregateCommandTests {
    private static func fleet(_ daemon: Daemon) async throws -> SimulatorServer {
        let server = try await SimulatorServer.start(
            (1...2).map { number in
                .init(
                    agent: Agent(
                        community: "public",
                        tree: InterfaceFormula.tree(device: number, interfaces: 2)))
            })
        for (port, name) in zip(server.ports, ["sw1", "sw2"]) {
            let added = try await daemon.control([
                "add-device", "127.0.0.1", "--port", "\(port)", "--community", "public",
                "--name", name, "--tag", "core",
            ])
            #expect(added.status == 0, "\(added.errors)")
        }
        return server
    }

    private static let traffic = [
        "graph", "create", "--aggregate", "sum", "--template", "interface_traffic",
    ]

    @Test func `an aggregate is tried, made, shown, changed, kept and deleted`() async throws {
        let daemon = try await Daemon()
        let server = try await Self.fleet(daemon)
        let wanted = Self.traffic + ["--title", "Core <b>", "--tag", "core", "--mirrored"]
        let dry = try await daemon.control(wanted + ["--dry-run"])
        #expect(dry.status == 0 && dry.output.hasPrefix("Nothing was done. It would be:"))
        #expect(dry.output.contains("sum of 4 data sources, mirrored"), "\(dry.output)")
        #expect(try await list(daemon, ["--kind", "aggregate"]).isEmpty)

        let made = try await daemon.control(wanted)
        #expect(made.status == 0 && made.output.contains("Made graph "), "\(made)")
        let graph = try #require(try await list(daemon, ["--kind", "aggregate"]).first)
        #expect(graph.title == "Core <b>" && graph.deviceId == nil)
        #expect(try await list(daemon, []).contains(graph))
        #expect(try await list(daemon, ["--device", "sw1"]).allSatisfy { $0.kind == .device })
        let shown = try await daemon.json(GraphReport.self, ["graph", "show", "\(graph.id)"])
        let members = try #require(shown.aggregate?.members)
        #expect(members.map(\.device) == ["sw1", "sw1", "sw2", "sw2"])
        let text = try await daemon.control(["graph", "show", "\(graph.id)"])
        #expect(text.output.contains("tag core") && text.output.contains("LEGEND"))
        let page = try await daemon.fetch("/graphs/\(graph.id)")
        #expect(page.status == 200)
        #expect(String(decoding: page.body, as: UTF8.self).contains("<h1>Core &lt;b&gt;</h1>"))

        let sources = [members[3], members[0]].map { "\($0.dataSourceId)" }
        let edited = try await daemon.json(
            AggregateOrderReport.self,
            ["graph", "edit", "\(graph.id)", "--aggregate", "stack", "--total", "--no-mirrored"]
                + ["--source"] + sources)
        #expect(edited.graph.aggregate?.members?.map(\.device) == ["sw2", "sw1"])
        #expect(edited.graph.title == "Core <b>" && edited.graph.aggregate?.mirrored == false)

        let removed = try await daemon.control(["device", "delete", "sw2", "--yes"])
        #expect(removed.status == 0, "\(removed)")
        let left = try await daemon.json(GraphReport.self, ["graph", "show", "\(graph.id)"])
        #expect(left.aggregate?.members?.map(\.device) == ["sw1"])
        #expect(left.aggregate?.missing == [])
        let deleted = try await daemon.control(["graph", "delete", "\(graph.id)", "--yes"])
        #expect(deleted.status == 0 && deleted.output.contains("Core <b>"))
        #expect(try await list(daemon, ["--kind", "aggregate"]).isEmpty)
        let log = daemon.log
        for change in ["made", "changed", "removed"] {
            #expect(log.contains("aggregate \(graph.id) (Core <b>) was \(change)"), "\(log)")
        }
        // What it was made of is there as before.
        #expect(try await list(daemon, ["--device", "sw1"]).count >= 2)
        _ = try await daemon.stop()
        try await server.stop()
    }

    private func list(_ daemon: Daemon, _ options: [String]) async throws -> [GraphReport] {
        try await daemon.json([GraphReport].self, ["graph", "list"] + options)
    }

    @Test func `what does not go together is said, with what to type instead`() async throws {
        let daemon = try await Daemon()
        let server = try await Self.fleet(daemon)
        let traffic = Self.traffic
        for (arguments, status, words) in [
            (traffic, Int32(2), "“title” is missing"),
            (traffic + ["--title", "T"], 2, "nothing says what the aggregate is made of"),
            (traffic + ["--title", "T", "--tag", "a", "--source", "1"], 2, "omit one"),
            (traffic + ["--title", "T", "--source", "999"], 2, "there is no data source 999"),
            (traffic + ["--title", "T", "--source", "x"], 2, "“x” is no id"),
            (traffic + ["--title", "T", "--device", "sw9"], 5, "there is no device “sw9”"),
            (traffic + ["--title", "T", "--tag", "core", "--total"], 2, "a stack or an overlay"),
            (traffic + ["--title", "T", "--tag", "core", "--palette", "blue"], 2, "“blues”?"),
            (["graph", "create", "sw1", "uptime", "--tag", "core"], 2, "add --aggregate"),
            (["graph", "create", "sw1"], 2, "no template is named"),
            (["graph", "create"], 2, "it is not said of what"),
            (["graph", "create", "sw1", "--aggregate", "sum"], 2, "give --device NAME"),
            (["graph", "edit", "1"], 2, "nothing was asked for"),
            (["graph", "edit", "1", "--total"], 2, "graph 1 is of one device"),
            (["graph", "edit", "999", "--title", "T"], 5, "there is no graph 999"),
            (["graph", "list", "--kind", "all"], 2, "“kind” is device or aggregate"),
        ] {
            let result = try await daemon.control(arguments)
            #expect(result.status == status, "\(arguments): \(result)")
            #expect(result.errors.contains(words), "\(arguments): \(result.errors)")
        }
        let empty = try await daemon.control(traffic + ["--title", "T", "--tag", "later"])
        #expect(empty.status == 0 && empty.errors.contains("the graph is empty until"))
        _ = try await daemon.stop()
        try await server.stop()
    }
}
