import Foundation
import PollerModel
import PollerSimulator
import TestSupport
import Testing

/// A device that is looked for, and then looked at while it counts.
@Suite struct SearchAndLiveTests {
    private func daemon(
        _ body: (Daemon) async throws -> Void
    ) async throws {
        let tree = InterfaceFormula.tree(device: 1, interfaces: 3)
        let server = try await SimulatorServer.start([
            .init(agent: Agent(community: "public", tree: tree))
        ])
        let daemon = try await Daemon()
        let added = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(server.ports[0])", "--community", "public",
            "--name", "attic-switch", "--tag", "lighthouse", "--interval", "10",
        ])
        try #require(added.status == 0, "\(added.errors)")
        try await body(daemon)
        _ = try await daemon.stop()
    }

    @Test func `what was added is found by the command, the page and the API`() async throws {
        try await daemon { daemon in
            for text in ["attic", "LIGHTHOUSE", "ttic-swi"] {
                let report = try await daemon.json(SearchReport.self, ["search", text])
                let device = report.groups.first { $0.kind == "device" }
                #expect(device?.items.map(\.path) == ["/devices/1"], "\(text): \(report)")
            }
            let shown = try await daemon.control(["search", "attic", "switch", "--kind", "device"])
            #expect(shown.status == 0 && shown.output.contains("/devices/1"))
            let none = try await daemon.control(["search", "zebra"])
            #expect(none.status == 0 && none.errors.contains("Nothing is called so"))
            let bad = try await daemon.control(["search", "x", "--kind", "hosts"])
            #expect(bad.status == 2 && bad.errors.contains("no kind “hosts”"), "\(bad.errors)")
            let page = try await daemon.fetch("/search?q=attic")
            #expect(String(decoding: page.body, as: UTF8.self).contains("found-graph"))
            let help = try await daemon.fetch("/help/empty-graph")
            #expect(help.status == 200)
        }
    }

    /// A connection on which somebody looks on.
    private struct Watching {
        let socket: LoopbackSocket

        init(_ daemon: Daemon, _ source: DataSourceID) throws {
            socket = try LoopbackSocket(.tcp)
            try socket.connect(to: daemon.port)
            let request = """
                GET /devices/1/live/events?sources=\(source)&interval=1 HTTP/1.1\r
                Host: 127.0.0.1:\(daemon.port)\r
                Accept: text/event-stream\r
                \r

                """
            guard write(socket.descriptor, request, request.utf8.count) > 0 else {
                throw Unexpected("nothing could be sent")
            }
        }

        /// What came until `text` did.
        func read(until text: String) async throws -> String {
            var all: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4_096)
            return try await waitFor("\(text) comes") {
                let count = recv(
                    socket.descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
                if count > 0 { all += buffer[..<count] }
                let heard = String(decoding: all, as: UTF8.self)
                return heard.contains(text) ? heard : nil
            }
        }
    }

    @Test func `rates come live, and whoever leaves makes room`() async throws {
        try await daemon { daemon in
            let sources = try await daemon.json(
                [DataSourceReport].self, ["data-source", "list", "--device", "attic-switch"])
            let source = try #require(sources.first { $0.template == "interface_traffic" }).id
            var watching = [try Watching(daemon, source), try Watching(daemon, source)]
            for one in watching {
                let heard = try await one.read(until: "\"code\":null")
                #expect(heard.contains("HTTP/1.1 200") && heard.contains("first_sample"))
                #expect(heard.contains("event: reading"))
            }
            let path = "/devices/1/live/events?sources=\(source)"
            let full = try await daemon.fetch(path)
            let words = String(decoding: full.body, as: UTF8.self)
            #expect(full.status == 429 && words.contains("2 live views already"), "\(words)")
            #expect(full.headers["retry-after"] == "30")
            // One is closed: its place is free as soon as the daemon hears of it.
            watching.removeLast()
            try await waitUntil("there is room again", seconds: 60) {
                let next = try Watching(daemon, source)
                return try await next.read(until: "\r\n\r\n").contains("HTTP/1.1 200")
            }
            _ = watching
        }
    }
}
