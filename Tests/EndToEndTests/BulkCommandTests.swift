import Foundation
import PollerModel
import PollerSimulator
import TestSupport
import Testing

/// Many devices at once, their tables, and templates, with the real programs.
@Suite struct BulkCommandTests {
    private func withAgents(
        _ count: Int, _ body: (Daemon) async throws -> Void
    ) async throws {
        let server = try await SimulatorServer.start(
            (1...count).map {
                .init(
                    agent: Agent(
                        community: "public",
                        tree: InterfaceFormula.tree(device: $0, interfaces: 2), faults: Faults()))
            })
        let daemon = try await Daemon()
        for (number, port) in server.ports.enumerated() {
            let added = try await daemon.control([
                "add-device", "127.0.0.1", "--port", "\(port)", "--community", "public",
                "--name", "d\(number + 1)", "--site", number == 0 ? "roof" : "cellar",
            ])
            try #require(added.status == 0, "\(added.errors)")
        }
        try await body(daemon)
        _ = try await daemon.stop()
        try await server.stop()
    }

    private func names(_ daemon: Daemon, _ filter: [String]) async throws -> [String] {
        try await daemon.control(["device", "list", "-o", "name"] + filter).output
            .split(separator: "\n").map(String.init)
    }

    @Test func `devices are chosen by name or by what they have, and change together`()
        async throws
    {
        try await withAgents(3) { daemon in
            let planned = try await daemon.control([
                "device", "edit", "--of-site", "cellar", "--add-tag", "core", "--site", "attic",
                "--dry-run",
            ])
            #expect(planned.status == 0, "\(planned.errors)")
            #expect(planned.output.contains("Site: cellar → attic; Tags: none → core"))
            #expect(planned.errors == "Nothing was done: it would be 2 devices changed.\n")
            #expect(try await names(daemon, ["--tag", "core"]).isEmpty)

            let edited = try await daemon.control([
                "device", "edit", "d2", "3", "D2", "--add-tag", "core", "--add-tag", "x",
            ])
            #expect(edited.status == 0 && edited.errors == "2 devices changed.\n", "\(edited)")
            #expect(try await names(daemon, ["--tag", "core"]) == ["d2", "d3"])
            #expect(try await names(daemon, ["--tag", "core", "--site", "roof"]).isEmpty)
            let untagged = try await daemon.control([
                "device", "edit", "d2", "--remove-tag", "core",
            ])
            #expect(untagged.output.contains("core, x → x"), "\(untagged)")
            let results = try await daemon.json(
                [DeviceResult].self, ["device", "disable", "--tag", "x"])
            #expect(results.map(\.name) == ["d2", "d3"] && results.allSatisfy(\.ok))
            #expect(try await names(daemon, ["--status", "disabled"]) == ["d2", "d3"])
            #expect(try await daemon.control(["device", "enable", "--all"]).status == 0)
            #expect(try await names(daemon, ["--status", "disabled"]).isEmpty)
            let sites = try await daemon.control(["site", "list", "-o", "csv"])
            #expect(sites.output.hasPrefix("SITE,DEVICES,UP,DOWN\r\ncellar,2,"), "\(sites)")
        }
    }

    @Test func `all or none, and nothing chosen is not everything`() async throws {
        try await withAgents(2) { daemon in
            for (arguments, status, words) in [
                (["edit", "--site", "x"], Int32(2), "no device is named, and nothing was done"),
                (["edit", "d1", "--all", "--site", "x"], 2, "exclude each other"),
                (["disable", "--site", ""], 2, "the site is empty"),
                (["disable", "--status", "upp"], 2, "did you mean “up”?"),
                (["disable", "--site", "nowhere"], 5, "no device is like that"),
                (["disable", "d1", "d9"], 5, "there is no device “d9”"),
                (["disable", ""], 5, "there is no device “”"),
                (["edit", "d1", "d2", "--name", "x"], 2, "several devices cannot have one name"),
                (["edit", "--all", "--port", "162"], 2, "another address or port is taken only"),
                (["edit", "d1", "--host", "192.0.2.66"], 2, "give --community-file again"),
                (["delete", "--all"], 2, "this needs a yes"),
            ] {
                let result = try await daemon.control(["device"] + arguments)
                #expect(result.status == status, "\(arguments): \(result)")
                #expect(result.errors.contains(words), "\(arguments): \(result)")
            }
            #expect(try await names(daemon, ["--site", "roof"]) == ["d1"])
            #expect(try await names(daemon, ["--status", "disabled"]).isEmpty)
            // The second would stand where the first is: none moves.
            let first = try await daemon.json(DeviceReport.self, ["device", "show", "d1"])
            let moved = try await daemon.control([
                "device", "edit", "d2", "d1", "--port", "\(first.port)", "--community", "public",
            ])
            #expect(moved.status == 7 && moved.errors.contains("no device was changed"), "\(moved)")
            let polled = try await daemon.control(["device", "poll", "--all", "-o", "json"])
            #expect(polled.status == 0, "\(polled)")
        }
    }

    @Test func `devices are removed with their files or without, after a look`() async throws {
        try await withAgents(3) { daemon in
            let look = try await daemon.control(["device", "delete", "--all", "--dry-run"])
            #expect(look.status == 0 && look.output.contains("would be removed with"), "\(look)")
            let kept = try await daemon.control([
                "device", "delete", "--site", "roof", "--keep-data", "--yes", "-o", "json",
            ])
            #expect(kept.status == 0 && kept.output.contains("files are kept"), "\(kept)")
            #expect(FileManager.default.fileExists(atPath: daemon.state + "/rrd/1"))
            let removed = try await daemon.control(["device", "delete", "d2", "d3", "--yes"])
            #expect(removed.status == 0 && removed.errors == "2 devices removed.\n", "\(removed)")
            #expect(try await names(daemon, []).isEmpty)
        }
    }

    @Test func `tables are listed, read again and walked`() async throws {
        try await withAgents(1) { daemon in
            let table = try await daemon.control(["device", "interfaces", "d1"])
            #expect(table.status == 0, "\(table)")
            #expect(
                table.output.contains("ethernetCsmacd") && table.output.contains("  up "),
                "\(table.output)")
            let json = try await daemon.control(["device", "interfaces", "d1", "-o", "json"])
            for text in [
                "\"index\":\"1\"", "\"graphed\":true", "\"present\":true", "\"counter_bits\":64",
                "\"oper_status\":1", "\"speed_bits_per_second\":",
            ] { #expect(json.output.contains(text), "\(text) in \(json.output)") }
            let rows = try await daemon.control(["device", "rows", "d1", "interfaces"])
            #expect(rows.output.hasPrefix("INDEX  ifAdminStatus"), "\(rows.output)")
            let none = try await daemon.control(["device", "rows", "d1", "interface"])
            #expect(none.status == 5 && none.errors.contains("did you mean “interfaces”?"))

            let read = try await daemon.control([
                "device", "reindex", "d1", "--query", "interfaces",
            ])
            #expect(read.status == 0 && read.output.contains("0 moved, 0 new, 0 gone"), "\(read)")

            let system = "1.3.6.1.2.1.1.5.0"
            let walk = try await daemon.control(["device", "walk", "d1", system])
            #expect(walk.output == "\(system) = OCTET STRING: sim-1\n", "\(walk)")
            let port = try await daemon.json(DeviceReport.self, ["device", "show", "d1"]).port
            let host = try await daemon.json(
                WalkReport.self,
                [
                    "device", "walk", "127.0.0.1", "1.3.6.1.2.1.2.2.1.1", "--port", "\(port)",
                    "--community", "public", "--rows", "1",
                ])
            #expect(host.rows.count == 1 && host.cut?.contains("first 1 rows") == true)
            let empty = try await daemon.control(["device", "walk", "d1", "1.3.6.1.4.1.99999"])
            #expect(empty.status == 5, "\(empty)")
            let wrong = try await daemon.control([
                "device", "walk", "127.0.0.1", "1.3.6.1", "--port", "\(port)", "--community",
                "wrong", "--timeout", "200", "--retries", "0",
            ])
            #expect(wrong.status == 8, "\(wrong)")
            let stray = try await daemon.control(["device", "walk", "d1", "1.3", "--retries", "0"])
            #expect(stray.status == 2 && stray.errors.contains("asked as it is polled"))
        }
    }
}
