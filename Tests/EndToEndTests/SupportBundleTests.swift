import Foundation
import PollerModel
import TestSupport
import Testing

/// `pollerctl support-bundle`, with marks in everything that must not be in it.
@Suite struct SupportBundleTests {
    /// The files of an archive, by tar.
    private func files(_ archive: String) async throws -> (names: [String], text: String) {
        let folder = try TemporaryFolder()
        let unpacked = try await Program.run("/usr/bin/tar", ["-xf", archive, "-C", folder.path])
        guard unpacked.status == 0 else { throw Unexpected(unpacked.errors) }
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            .filter { $0.contains(".") }.sorted()
        let text = try names.map {
            try String(contentsOfFile: "\(folder.path)/\($0)", encoding: .utf8)
        }.joined(separator: "\n")
        return (names, text)
    }

    @Test func `a bundle of a daemon has what helps, and no mark of what is secret`() async throws {
        let silent = try SilentAgent()
        let daemon = try await Daemon(prepare: { folder in
            try folder.write("c4nary-auth-pass\n", to: "auth")
            try folder.write("c4nary-priv-pass\n", to: "priv")
            try folder.write("c4nary-password\n", to: "password")
        })
        let place = daemon.folder.path
        for arguments in [
            ["--community", "c4nary-community", "--name", "c4nary-name"],
            [
                "--snmp", "3", "--v3-user", "c4nary-user", "--v3-level", "authPriv", "--auth",
                "SHA", "--auth-password-file", place + "/auth", "--priv", "AES128",
                "--priv-password-file", place + "/priv", "--name", "c4nary-other",
                "--site", "c4nary-site",
            ],
        ] {
            let host = arguments[0] == "--snmp" ? "127.0.0.2" : "127.0.0.1"
            let added = try await daemon.control(
                [
                    "add-device", host, "--port", "\(silent.port)", "--interval", "10",
                    "--timeout", "200", "--retries", "0", "--no-test",
                ] + arguments)
            try #require(added.status == 0, "\(added.errors)")
        }
        let made = try await daemon.control([
            "user", "add", "c4nary-account", "--role", "viewer", "--password-file",
            place + "/password",
        ])
        try #require(made.status == 0, "\(made.errors)")
        let token = try await daemon.control([
            "token", "create", "--user", "c4nary-account", "--label", "c4nary-label", "--role",
            "viewer",
        ])
        try await waitUntil("it fails", seconds: 60) {
            try await daemon.control(["doctor"]).output.contains("c4nary-name")
        }
        let path = place + "/bundle.tar.gz"
        let preview = try await daemon.control(["support-bundle", "--preview"])
        #expect(preview.status == 0 && preview.errors.contains("devices.jsonl"))
        #expect(preview.errors.contains("Never in it: communities"))
        let unasked = try await daemon.control(["support-bundle", path])
        #expect(unasked.status == 2 && unasked.errors.contains("--yes"))
        #expect(!FileManager.default.fileExists(atPath: path))
        let written = try await daemon.control(["support-bundle", path, "--yes"])
        #expect(written.status == 0, "\(written.errors)")
        let rights = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(rights as? Int == 0o600)
        let (names, text) = try await files(path)
        for name in [
            "version.txt", "machine.txt", "settings.txt", "state-folder.txt", "doctor.json",
            "status.txt", "devices.jsonl", "events.jsonl", "explain/device-1.jsonl",
        ] { #expect(names.contains("pollerd-support/\(name)"), "\(name) in \(names)") }
        #expect(!text.contains("c4nary"), "\(lines(of: text, with: "c4nary"))")
        let secret = token.output.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(secret.isEmpty || !text.contains(secret))
        #expect(text.contains("sealed: "))
        #expect(text.contains("device-1") && text.contains("schema of the database: "))
        // It is not written over.
        let again = try await daemon.control(["support-bundle", path, "--yes"])
        #expect(again.status == 7, "\(again.errors)")
        let named = place + "/named.tar.gz"
        let kept = try await daemon.control(["support-bundle", named, "--yes", "--with-names"])
        #expect(kept.status == 0, "\(kept.errors)")
        let withNames = try await files(named).text
        #expect(withNames.contains("c4nary-name") && withNames.contains("c4nary-site"))
        for mark in ["c4nary-community", "c4nary-auth", "c4nary-priv", "c4nary-password"] {
            #expect(!withNames.contains(mark), "\(mark)")
        }
        let audit = try await daemon.control(["audit"])
        #expect(audit.output.contains("support bundle pollerd-support-"), "\(audit.output)")
        _ = try await daemon.stop()
    }

    private func lines(of text: String, with mark: String) -> String {
        text.split(separator: "\n").filter { $0.contains(mark) }.joined(separator: "\n")
    }

    @Test func `without a daemon a bundle has what can be seen from outside`() async throws {
        let folder = try TemporaryFolder()
        let settings = try Daemon.writeSettings(in: folder, port: Ports.freeTCP())
        let text = try String(contentsOfFile: settings, encoding: .utf8)
        try folder.write(text + "# c4nary-comment\nc4nary_key: c4nary-value\n", to: "pollerd.yaml")
        let path = folder.path + "/bundle.tar"
        let result = try await Program.run(
            Daemon.product("pollerctl"), ["support-bundle", path, "--yes", "--config", settings])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("pollerd does not answer"))
        let (names, content) = try await files(path)
        for name in ["version.txt", "machine.txt", "doctor.json", "settings.txt"] {
            #expect(names.contains("pollerd-support/\(name)"), "\(names)")
        }
        #expect(content.contains("settings.invalid") && !content.contains("c4nary"))
        // What binds pollerctl says nothing of the daemon.
        #expect(content.contains("kernel: ") && !content.contains("sealed: "))
    }
}
