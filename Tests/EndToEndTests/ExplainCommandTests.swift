import Foundation
import PollerModel
import TestSupport
import Testing

/// Explanations by command, of a daemon that polls a real agent.
@Suite(.enabled(if: RealAgent.isInstalled, "snmpd is not installed"))
struct ExplainCommandTests {
    /// `pollerctl explain … --json`, whatever it says.
    private func explain(
        _ daemon: Daemon, _ arguments: [String]
    ) async throws -> ExplanationReport {
        let result = try await daemon.control(["explain"] + arguments + ["--json"])
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(ExplanationReport.self, from: Data(result.output.utf8))
    }

    @Test func `a poll is traced, a restart is outlived, and who sees what is explained`()
        async throws
    {
        let agent = try await RealAgent(configuration: "rocommunity c4nary-text 127.0.0.1\n")
        let daemon = try await Daemon()
        let added = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(agent.port)", "--community", "c4nary-text",
            "--interval", "10", "--name", "here", "--site", "Berlin",
        ])
        #expect(added.status == 0, "\(added.errors)")
        let graphs = try await daemon.json(
            [GraphReport].self, ["graph", "list", "--device", "here"])
        let graph = try #require(graphs.first { $0.dataSourceId != nil })
        let source = try #require(graph.dataSourceId)

        let live = try await daemon.control(["explain", "device", "here", "--live"])
        #expect(live.status == 0, "\(live)")
        for text in ["The poll began at", "→", "←", "get", "response", "round trip"] {
            #expect(live.output.contains(text), "\(text): \(live.output)")
        }
        let json = try await explain(daemon, ["graph", "\(graph.id)", "--live"])
        let trace = try #require(json.trace)
        #expect(trace.messages.contains { $0.kind == .response && $0.errorStatus == "noError" })
        #expect(trace.messages.allSatisfy { $0.bytes > 0 && $0.version == "2c" })

        try await waitUntil("a value of the data source") {
            try await daemon.json(
                DataSourceReport.self, ["data-source", "last", "\(source)"]
            ).values.contains { $0.rate != nil }
        }
        for (arguments, status, text) in [
            (["graph", "\(graph.id)", "--as", "nobody"], Int32(6), "there is no account nobody"),
            (
                ["graph", "\(graph.id)", "--as", "ann"], 6,
                "pollerctl user scope ann site:Rome site:Berlin"
            ),
            (["device", "here", "--as", "ann", "--live"], 2, ""),
        ] {
            if text.contains("site:Berlin") {
                let file = try daemon.folder.write("correct horse battery\n", to: "password")
                _ = try await daemon.control([
                    "user", "add", "ann", "--role", "viewer", "--scope", "site:Rome",
                    "--password-file", file,
                ])
                _ = try await daemon.control(["user", "password", "ann", "--keep"])
            }
            let result = try await daemon.control(["explain"] + arguments)
            #expect(result.status == status, "\(result)")
            #expect(text.isEmpty || result.output.contains(text), "\(result)")
        }
        _ = try await daemon.control(["user", "scope", "ann", "site:Rome", "site:Berlin"])
        let seen = try await daemon.control(["explain", "data-source", "\(source)", "--as", "ann"])
        #expect(seen.status == 0 && seen.output.contains("ann sees data-source"), "\(seen)")

        try await waitUntil("a row of the file", seconds: 60) {
            try await explain(daemon, ["graph", "\(graph.id)"]).links
                .contains { $0.stage == .inRange && $0.outcome == .ok }
        }
        // The agent is gone when the daemon comes back.
        try await agent.end()
        _ = try await daemon.stop()
        let next = try await Daemon(state: daemon.state)
        var report: ExplanationReport?
        try await waitUntil("the device has no answer", seconds: 60) {
            report = try await explain(next, ["data-source", "\(source)"])
            return report?.stage == .answered
        }
        let link = try #require(report?.links.first { $0.stage == .answered })
        let last = try #require(link.evidence.first { $0.name == "last ok" })
        #expect(last.text.hasSuffix(", before pollerd was restarted"), "\(link)")
        #expect(link.lastOk != nil)
        #expect(!live.output.contains("c4nary") && !"\(json)".contains("c4nary"))
    }
}
