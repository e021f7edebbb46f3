import Foundation
import FoundationNetworking
import PollerModel
import TestSupport
import Testing

/// Accounts, tokens and the audit log by command, with a daemon and its database.
@Suite struct AccountCommandTests {
    @Test func `accounts are added, changed and removed, and what was done is kept`() async throws {
        let daemon = try await Daemon()
        let file = try daemon.folder.write("correct horse battery\n", to: "password")
        let added = try await daemon.control([
            "user", "add", "ann", "--role", "administrator", "--password-file", file,
        ])
        #expect(added.status == 0 && added.output.isEmpty, "\(added)")
        let invented = try await daemon.control([
            "user", "add", "bob", "--role", "operator", "--scope", "site:Berlin", "--scope",
            "tag:core",
        ])
        let password = invented.output.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(invented.status == 0 && password.count == 19, "\(invented)")
        #expect(invented.errors.contains("has to be changed"))
        let kept = try await daemon.control(["user", "password", "bob", "--keep"])
        #expect(kept.status == 0 && kept.errors.contains("shown once"), "\(kept)")
        #expect(!kept.errors.contains("has to be changed"))
        let users = try await daemon.json([AccountReport].self, ["user", "list"])
        #expect(users.map(\.name) == ["ann", "bob"])
        #expect(users[1].scope == ["site:Berlin", "tag:core"])
        for (arguments, status) in [
            (["user", "add", "ANN", "--role", "viewer"], Int32(7)),
            (["user", "add", "eve", "--role", "administrator", "--scope", "tag:x"], 2),
            (["user", "add", "eve", "--role", "root"], 2),
            (["user", "disable", "ann"], 7), (["user", "disable", "nobody"], 5),
            (["user", "remove", "bob"], 2), (["user", "scope", "bob"], 2),
            (["user", "explain", "bob", "device", "9"], 5),
            (["user", "role", "bob", "viewer"], 0), (["user", "scope", "bob", "--everything"], 0),
            (["user", "password", "BOB"], 0), (["user", "sessions", "bob", "--end"], 0),
            (["user", "second-factor", "bob", "--remove"], 0),
            (["user", "remove", "bob", "--yes"], 0),
        ] {
            let result = try await daemon.control(arguments)
            #expect(result.status == status, "\(arguments): \(result)")
        }
        let records = try await daemon.json([AuditReport].self, ["audit"])
        #expect(records.first?.objects.hasSuffix("(bob)") == true)
        #expect(records.allSatisfy { $0.actor == NSUserName() })
        #expect(records.contains { $0.status == 409 })
        let table = try await daemon.control(["audit", "--since", "now-1h", "--limit", "1"])
        #expect(table.output.contains("DELETE /api/v1/users/2"))
        #expect(try await daemon.control(["audit", "--check"]).status == 0)
        let secrets = [password, "correct horse battery"]
        for secret in secrets {
            #expect(!daemon.log.contains(secret) && !"\(records)".contains(secret))
        }
        _ = try await daemon.stop()
        let database = try Data(contentsOf: URL(filePath: daemon.state + "/pollerd.sqlite"))
        for secret in secrets { #expect(database.range(of: Data(secret.utf8)) == nil) }
    }

    @Test func `a daemon is commanded from elsewhere with a token, as far as its role goes`()
        async throws
    {
        let daemon = try await Daemon()
        let file = try daemon.folder.write("correct horse battery\n", to: "password")
        _ = try await daemon.control([
            "user", "add", "ann", "--role", "administrator", "--password-file", file,
        ])
        let made = try await daemon.control([
            "token", "create", "--user", "ann", "--label", "elsewhere",
        ])
        #expect(made.status == 0 && made.output.hasPrefix("plr_t_"), "\(made)")
        let token = try daemon.folder.write(made.output, to: "token")
        let remote = { (arguments: [String], token: String, server: String) in
            try await Program.run(
                Daemon.product("pollerctl"),
                arguments + ["--server", server, "--token-file", token],
                environment: ["POLLERD_SOCKET": "/nonexistent"], seconds: 60)
        }
        let list = try await remote(["device", "list"], token, daemon.url)
        #expect(list.status == 0, "\(list)")
        let refused = try await remote(["user", "list"], token, daemon.url)
        #expect(refused.status == 6 && refused.errors.contains("takes the role administrator"))
        let wrong = try daemon.folder.write("plr_t_wrong\n", to: "wrong")
        #expect(try await remote(["status"], wrong, daemon.url).status == 6)
        #expect(try await remote(["status"], token, "http://127.0.0.1:1").status == 4)
        let encrypted = try await remote(["status"], token, "https://127.0.0.1:8080")
        #expect(encrypted.status == 2 && encrypted.errors.contains("speaks no TLS"))
        let listed = try await daemon.json([TokenReport].self, ["token", "list"])
        #expect(listed.count == 1 && listed[0].lastUsedAt != nil)
        #expect(try await daemon.control(["token", "revoke", "1"]).status == 0)
        #expect(try await remote(["status"], token, daemon.url).status == 6)
        #expect(!daemon.log.contains(made.output.dropFirst(6).prefix(30)))
        _ = try await daemon.stop()
    }
}
