import Foundation
import FoundationNetworking
import PollerModel
import PollerSimulator
import TestSupport
import Testing

/// Links to graphs, made by command and opened as browsers open them.
@Suite struct ShareCommandTests {
    /// Asks on behalf of a page of another site, which knows the daemon under another name.
    private func embedded(_ url: String) async throws -> HTTPURLResponse {
        guard let url = URL(string: url) else { throw Unexpected(url) }
        var request = URLRequest(url: url)
        for (name, value) in [
            ("Host", "graphs.elsewhere.example"), ("Origin", "https://wiki.example.org"),
            ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"),
            ("Sec-Fetch-Dest", "image"),
        ] { request.setValue(value, forHTTPHeaderField: name) }
        let (_, response) = try await URLSession.shared.data(for: request)
        guard let response = response as? HTTPURLResponse else { throw Unexpected("no HTTP") }
        return response
    }

    @Test func `a graph is shared, shown on another site, listed and revoked`() async throws {
        let tree = InterfaceFormula.tree(device: 1, interfaces: 1)
        let server = try await SimulatorServer.start([
            .init(agent: Agent(community: "public", tree: tree))
        ])
        let daemon = try await Daemon(moreSettings: "log: {level: trace}")
        let added = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(server.ports[0])", "--community", "public",
            "--name", "sw",
        ])
        #expect(added.status == 0, "\(added.errors)")

        let made = try await daemon.control([
            "graph", "share", "1", "--from", "now-6h", "--expires", "2d", "--label", "ticket 7",
        ])
        #expect(made.status == 0, "\(made.errors)")
        let url = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(url.hasPrefix("\(daemon.url)/share/plr_s_") && url.hasSuffix(".png"))
        #expect(made.errors.contains("now-6h to now as png, 700 × 200, light, until 20"))
        #expect(made.errors.contains("pollerctl graph unshare 1"))

        let shown = try await embedded(url)
        #expect(shown.statusCode == 200 && shown.mimeType == "image/png")
        #expect(shown.value(forHTTPHeaderField: "Referrer-Policy") == "no-referrer")
        #expect(
            shown.value(forHTTPHeaderField: "Cross-Origin-Resource-Policy") == "cross-origin")
        #expect(try await embedded(url + "?from=now-7h").statusCode == 403)
        // Everything else is refused to that site and under that name.
        for path in ["/", "/graphs/1.png", "/api/v1/graphs", "/share/x/../../graphs/1.png"] {
            let refused = try await embedded(daemon.url + path)
            #expect([403, 404, 421].contains(refused.statusCode), "\(path)")
        }

        let shares = try await daemon.json([ShareReport].self, ["graph", "shares", "1"])
        #expect(shares.count == 1 && shares[0].label == "ticket 7" && shares[0].uses == 1)
        #expect(shares[0].createdBy == NSUserName())
        #expect(try await daemon.control(["graph", "unshare", "1"]).output == "Revoked share 1\n")
        #expect(try await embedded(url).statusCode == 410)
        let table = try await daemon.control(["graph", "shares"])
        #expect(table.output.contains("revoked") && table.output.contains("ticket 7"))
        for (arguments, status) in [
            (["graph", "share", "99"], Int32(5)),
            (["graph", "share", "1", "--expires", "soon"], 2),
            (["graph", "share", "1", "--any-range", "--from", "now-1h"], 2),
            (["graph", "unshare", "99"], 5), (["graph", "share-keys", "--remove", "99"], 5),
        ] {
            let result = try await daemon.control(arguments)
            #expect(result.status == status, "\(arguments): \(result)")
        }
        let token = try #require(url.split(separator: "/").last)
        #expect(!daemon.log.contains(token.dropLast(4).suffix(30)))
        #expect(!table.output.contains("plr_s_"))
        _ = try await daemon.stop()
        try await server.stop()
    }

    @Test func `links outlive the daemon, and a key that was removed takes its own along`()
        async throws
    {
        let tree = InterfaceFormula.tree(device: 1, interfaces: 1)
        let server = try await SimulatorServer.start([
            .init(agent: Agent(community: "public", tree: tree))
        ])
        let first = try await Daemon()
        _ = try await first.control([
            "add-device", "127.0.0.1", "--port", "\(server.ports[0])", "--community", "public",
        ])
        let old = try await first.control(["graph", "share", "1", "--expires", "never"])
        #expect(old.status == 0 && old.errors.contains("until it is revoked"), "\(old.errors)")
        _ = try await first.stop()

        let daemon = try await Daemon { folder in
            try FileManager.default.copyItem(
                atPath: first.state, toPath: folder.path + "/state")
        }
        let path = try #require(URL(string: old.output.trimmingCharacters(in: .newlines))?.path)
        #expect(try await embedded(daemon.url + path).statusCode == 200)
        let keys = try await daemon.control(["graph", "share-keys", "--new"])
        #expect(keys.status == 0 && keys.output.contains("yes"), "\(keys)")
        let new = try await daemon.control(["graph", "share", "1", "--any-range", "--json"])
        #expect(new.output.contains(#""key_id":2"#), "\(new)")
        #expect(try await embedded(daemon.url + path).statusCode == 200)
        #expect(try await daemon.control(["graph", "share-keys", "--remove", "1"]).status == 0)
        #expect(try await embedded(daemon.url + path).statusCode == 404)
        _ = try await daemon.stop()
        try await server.stop()
    }
}
