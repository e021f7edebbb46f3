import Foundation
import PollerModel
import TestSupport
import Testing

@Suite struct SelfMonitoringCommandTests {
    @Test(
        .enabled(
            if: Program.find("promtool") != nil, "promtool (Debian: prometheus) is not installed"))
    func `promtool has nothing to say about the metrics`() async throws {
        let daemon = try await Daemon()
        _ = try await daemon.fetch("/graphs/1")
        let (status, body, headers) = try await daemon.fetch("/metrics")
        #expect(status == 200)
        #expect(headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
        let file = try daemon.folder.write(
            String(decoding: body, as: UTF8.self), to: "metrics.txt")
        let result = try await Program.run(
            "/bin/sh",
            ["-c", "'\(try #require(Program.find("promtool")))' check metrics < '\(file)'"])
        #expect(result.status == 0)
        #expect(result.output == "" && result.errors == "", "\(result.output)\(result.errors)")
        _ = try await daemon.stop()
    }

    @Test func `the daemon draws its own work, is nobody's device, and outlives a restart`()
        async throws
    {
        let silent = try SilentAgent()
        let daemon = try await Daemon(
            moreSettings: "polling: {default_interval_seconds: 10}", watchesItself: true)
        let added = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(silent.port)", "--community", "s3cret-word",
            "--name", "dead", "--timeout", "200", "--retries", "0", "--no-test",
        ])
        try #require(added.status == 0, "\(added.errors)")
        try await waitUntil("it has added itself", seconds: 60) {
            try await daemon.control(["device", "show", "pollerd"]).status == 0
        }
        let own = try await daemon.json(DeviceReport.self, ["device", "show", "pollerd"])
        #expect(own.isDaemon)
        let listed = try await daemon.json([DeviceReport].self, ["device", "list"])
        #expect(listed.map(\.name) == ["dead"])
        #expect(listed.map(\.id) == [DeviceID(1)])
        let sources = try await daemon.json(
            [DataSourceReport].self, ["data-source", "list", "--device", "pollerd"])
        let memory = try #require(sources.first { $0.template == "pollerd_memory" })
        try await waitUntil("it knows its memory", seconds: 60) {
            _ = try await daemon.control(["device", "poll", "pollerd"])
            let last = try await daemon.control(["data-source", "last", "\(memory.id)"])
            return last.output.contains("resident")
        }
        let debugged = try await daemon.control(["device", "debug", "dead", "--for", "30s"])
        #expect(debugged.status == 0, "\(debugged.errors)")
        _ = try await daemon.control(["device", "poll", "dead"])
        try await waitUntil("the log tells a poll in full", seconds: 30) {
            daemon.log.contains("event=device.debug_answer")
        }
        #expect(!daemon.log.contains("s3cret-word"))
        let off = try await daemon.control(["device", "debug", "dead", "--off"])
        #expect(off.output.contains("not in the log in full any more"))
        let refused = try await daemon.control(["device", "delete", "pollerd", "--yes"])
        #expect(refused.status != 0)
        #expect(
            refused.errors.contains("pollerd is the daemon itself, and would be back"),
            "\(refused.errors)")
        let graph = try #require(
            try await daemon.json(
                [GraphReport].self, ["graph", "list", "--device", "pollerd"]
            ).first)
        try await expectPicture(of: graph.id, by: daemon)
        _ = try await daemon.stop()
        #expect(daemon.log.contains("event=audit"))

        let next = try await Daemon(
            moreSettings: "polling: {default_interval_seconds: 10}", state: daemon.state,
            watchesItself: true)
        let again = try await next.json(DeviceReport.self, ["device", "show", "pollerd"])
        #expect(again.id == own.id && again.isDaemon)
        let names = try await next.json([DeviceReport].self, ["device", "list"]).map(\.name)
        #expect(names == ["dead"])
        try await expectPicture(of: graph.id, by: next)
        _ = try await next.stop()
    }

    private func expectPicture(of graph: GraphID, by daemon: Daemon) async throws {
        let picture = try await daemon.fetch("/graphs/\(graph).png?from=now-2m")
        #expect(picture.status == 200 && picture.headers["content-type"] == "image/png")
    }
}
