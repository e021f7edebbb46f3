import Foundation
import PollerModel
import PollerSimulator
import TestSupport
import Testing

/// Pictures, rows, numbers and the gallery of a running daemon, by command.
@Suite struct GraphDataCommandTests {
    /// A device whose name is as bad as names come, with two interfaces and some minutes of data.
    private func withDaemon(
        name: String = "sw", _ body: (Daemon, [GraphReport]) async throws -> Void
    ) async throws {
        let tree = InterfaceFormula.tree(device: 1, interfaces: 2)
        let server = try await SimulatorServer.start([
            .init(agent: Agent(community: "public", tree: tree))
        ])
        let daemon = try await Daemon()
        let added = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(server.ports[0])", "--community", "public",
            "--interval", "10", "--name", name,
        ])
        try #require(added.status == 0, "\(added.errors)")
        let graphs = try await daemon.json([GraphReport].self, ["graph", "list"])
        try await waitUntil("two rates", seconds: 90) {
            let numbers = try await daemon.json(
                GraphNumbersReport.self,
                ["graph", "numbers", "\(graphs[0].id)", "--from", "now-10m"])
            return (numbers.series.first?.knownRows ?? 0) >= 2
        }
        try await body(daemon, graphs)
        _ = try await daemon.stop()
        try await server.stop()
    }

    @Test func `a graph is written as picture, rows, numbers and command`() async throws {
        try await withDaemon { daemon, graphs in
            let graph = try #require(graphs.first { $0.template == "interface_traffic" })
            let id = "\(graph.id)"
            let range = ["--from", "now-30m", "--to", "now"]
            let csv = try await daemon.control(["graph", "render", id, "--format", "csv"] + range)
            #expect(
                csv.output.hasPrefix("time,Inbound,Outbound,In + out,Larger of both\r\n"), "\(csv)")
            let exported = try await daemon.control(["graph", "export", id] + range)
            #expect(
                exported.output.hasPrefix("time,Inbound,Outbound,In + out,Larger of both\r\n"),
                "\(exported)")
            let svg = try await daemon.control(["graph", "render", id, "--format", "svg"])
            #expect(svg.output.hasPrefix("<?xml"))

            let file = daemon.folder.path + "/picture.png"
            let drawn = try await daemon.control(
                ["graph", "render", id, "-o", file, "--axis", "percent", "--no-legend"] + range)
            #expect(drawn.status == 0 && drawn.output.isEmpty, "\(drawn.errors)")
            #expect(
                try Data(contentsOf: URL(filePath: file)).starts(with: [0x89, 0x50, 0x4e, 0x47]))

            let table = try await daemon.control(["graph", "numbers", id] + range)
            #expect(table.status == 0)
            #expect(table.output.contains("  bits per second, totals in B\n"))
            let heading = try #require(
                table.output.split(separator: "\n").first {
                    $0.hasPrefix("SERIES")
                })
            #expect(heading.contains("CURRENT") && heading.contains("95TH"))
            let plain = try await daemon.control(["graph", "numbers", id, "-o", "csv"] + range)
            #expect(plain.output.contains("MINIMUM") && plain.output.contains("\r\nInbound,"))
        }
    }

    @Test(.enabled(if: Program.find("rrdtool") != nil, "rrdtool is not installed"))
    func `a shell and the real rrdtool draw the shown command as the daemon does`() async throws {
        try await withDaemon(name: "it's $(reboot) \\ %n \"x\" a:b") { daemon, graphs in
            let graph = try #require(graphs.first { $0.template == "interface_traffic" })
            let now = Int64(Date().timeIntervalSince1970)
            // A stretch of time into which no new sample falls.
            let range = ["--from", "\(now - 600)", "--to", "\(now - 20)"]
            for more in [
                [], ["--scale", "2"],
                ["--theme", "dark", "--compare", "day", "--percentile", "95"],
            ] {
                let command = try await daemon.control(
                    ["graph", "command", "\(graph.id)", "--format", "svg"] + range + more)
                #expect(command.status == 0 && command.output.contains(daemon.state))
                let folder = try TemporaryFolder()
                let sh = try #require(Program.find("sh"))
                let run = try await Program.run(
                    sh, ["-c", "cd '\(folder.path)' && \(command.output)"])
                #expect(run.status == 0, "\(run.errors)\n\(command.output)")
                let theirs = try String(
                    contentsOfFile: "\(folder.path)/graph-\(graph.id).svg", encoding: .utf8)
                let ours = try await daemon.control(
                    ["graph", "render", "\(graph.id)", "--format", "svg"] + range + more)
                #expect(ours.status == 0 && ours.output.count > 10_000)
                // Cairo numbers the surfaces of a process.
                let pictures = [theirs, ours.output].map {
                    $0.replacing(/surface\d+/, with: "surface")
                }
                #expect(pictures[0] == pictures[1], "\(more)")
            }
            let shown = try await daemon.fetch("/api/v1/graphs/\(graph.id)/command")
            let text = String(decoding: shown.body, as: UTF8.self)
            #expect(shown.status == 200 && text.contains("\"$STATE\"/rrd/"))
            #expect(!text.contains(daemon.state))
        }
    }

    @Test func `many graphs are exported into a folder, and what fails is told`() async throws {
        try await withDaemon { daemon, graphs in
            let folder = daemon.folder.path + "/export"
            let all = try await daemon.control(
                ["graph", "export", "--device", "sw", "-d", folder, "--from", "now-1h"])
            #expect(all.status == 0, "\(all.errors)")
            #expect(all.errors.contains("\(graphs.count) files are in \(folder)."))
            for graph in graphs {
                let text = try String(
                    contentsOfFile: "\(folder)/\(graph.id).csv", encoding: .utf8)
                #expect(text.hasPrefix("time,"))
            }
            for (arguments, status, words) in [
                (["graph", "export"], Int32(2), "not clear which graphs"),
                (["graph", "export", "1", "2"], 2, "--directory"),
                (["graph", "export", "999"], 5, "no graph 999"),
                (["graph", "export", "1", "999", "-d", folder], 1, "graph 999: there is no graph"),
                (["graph", "render", "1", "--format", "csv", "--axis", "round"], 2, "“round”"),
                (["graph", "render", "1", "-o", "/nowhere/x.png"], 1, "/nowhere/x.png"),
                (["graph", "command", "999"], 5, "no graph 999"),
                (["graph", "numbers", "1", "--from", "yesterday"], 2, "is no time"),
            ] {
                let result = try await daemon.control(arguments)
                #expect(result.status == status, "\(arguments): \(result)")
                #expect(result.errors.contains(words), "\(arguments): \(result.errors)")
            }
        }
    }

    @Test func `a gallery shows each kind of graph, and is made up for where it was interrupted`()
        async throws
    {
        let hostile = "<script>alert(1)</script> \"'><img src=x>"
        try await withDaemon(name: hostile) { daemon, graphs in
            let folder = daemon.folder.path + "/gallery"
            let made = try await daemon.control(["graph", "gallery", folder], seconds: 120)
            #expect(made.status == 0, "\(made.errors)")
            let kinds = Set(graphs.map(\.template))
            let files = FileManager.default
            func pictures() throws -> [String] {
                try files.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".png") }
            }
            #expect(try pictures().count == kinds.count * 8)
            let page = try String(contentsOfFile: "\(folder)/index.html", encoding: .utf8)
            #expect(!page.contains("<script") && !page.contains("<img src=x"))
            #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &quot;&#39;&gt;&lt;img"))
            for name in try pictures() { #expect(page.contains("src=\"\(name)\"")) }
            #expect(page.contains("Inbound: average "))

            // What was interrupted: one picture is missing, and nothing says that all was done.
            let lost = try #require(try pictures().sorted().first)
            let kept = try #require(try pictures().sorted().last)
            let state = "\(folder)/gallery.json"
            let text = try String(contentsOfFile: state, encoding: .utf8)
            try text.replacing("\"isComplete\" : true", with: "\"isComplete\" : false").write(
                toFile: state, atomically: true, encoding: .utf8)
            try files.removeItem(atPath: "\(folder)/\(lost)")
            let date = try files.attributesOfItem(atPath: "\(folder)/\(kept)")[.modificationDate]
            let again = try await daemon.control(["graph", "gallery", folder], seconds: 120)
            #expect(again.status == 0 && again.errors.contains("Going on with what was begun"))
            #expect(files.fileExists(atPath: "\(folder)/\(lost)"))
            let same = try files.attributesOfItem(atPath: "\(folder)/\(kept)")[.modificationDate]
            #expect(date as? Date == same as? Date)

            let removed = try await daemon.control(["graph", "delete", "--yes", "\(graphs[0].id)"])
            #expect(removed.status == 0)
            let every = try await daemon.control(
                ["graph", "gallery", folder + "2", "--all"], seconds: 120)
            #expect(every.status == 0, "\(every.errors)")
            let count = try files.contentsOfDirectory(atPath: folder + "2").count
            #expect(count == (graphs.count - 1) * 8 + 2)
        }
    }
}
