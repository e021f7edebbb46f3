import Foundation
import PollerModel
import TestSupport
import Testing

/// SNMPv3 as its user meets it.
@Suite(.enabled(if: RealAgent.isInstalled, "snmpd is not installed"))
struct SecureDeviceTests {
    private static let configuration = """
        createUser poller SHA-256 "c4nary-authentication" AES "c4nary-privacy"
        rouser poller auth
        """

    private func arguments(
        _ daemon: Daemon, port: UInt16, user: String = "poller",
        authentication: String = "c4nary-authentication", privacy: String = "c4nary-privacy"
    ) throws -> [String] {
        [
            "127.0.0.1", "--port", "\(port)", "--v3-user", user, "--auth", "SHA256",
            "--auth-password-file",
            try daemon.folder.write(authentication + "\n", to: "a-\(authentication)"),
            "--priv", "AES128", "--priv-password-file",
            try daemon.folder.write(privacy + "\n", to: "p-\(privacy)"), "--timeout", "1000",
        ]
    }

    @Test func `what is wrong with a user is told step by step, and nothing is added`() async throws
    {
        let agent = try await RealAgent(configuration: Self.configuration)
        let daemon = try await Daemon()
        let mistakes = [
            (
                try arguments(daemon, port: agent.port, user: "nobody"),
                "it has no user nobody", "create the user on the device"
            ),
            (
                try arguments(daemon, port: agent.port, authentication: "c4nary-mistaken"),
                "the SHA256 digest is wrong", "compare passphrase and protocol"
            ),
            (
                try arguments(daemon, port: agent.port, privacy: "c4nary-mistaken"),
                "encrypted with AES128", "try the other"
            ),
        ]
        for (arguments, words, fix) in mistakes {
            let result = try await daemon.control(["add-device"] + arguments)
            #expect(result.status == 9, "\(result.errors)")
            #expect(result.errors.contains("✓ reply") && result.errors.contains("✗ authenticate"))
            #expect(result.errors.contains(words) && result.errors.contains(fix))
        }
        let short = try await daemon.control(
            ["add-device"] + arguments(daemon, port: agent.port, privacy: "c4nary"))
        #expect(short.status == 2 && short.errors.contains("8 to 255 bytes long, not 6"))
        #expect(try await daemon.json([DeviceReport].self, ["device", "list"]).isEmpty)
        let end = try await daemon.stop()
        #expect(!end.errors.contains("c4nary"))
    }

    @Test func `a device with a user is polled, and polled on after a restart`() async throws {
        let agent = try await RealAgent(configuration: Self.configuration)
        let daemon = try await Daemon()
        let added = try await daemon.control(
            ["add-device", "--interval", "10", "--wait", "--name", "here"]
                + arguments(daemon, port: agent.port))
        #expect(added.status == 0, "\(added.errors)")
        #expect(added.errors.contains("✓ authenticate"))
        let shown = try await daemon.control(["device", "show", "here"])
        #expect(shown.output.contains("version 3, user poller (authPriv)"))
        let refused = try await daemon.control(["device", "edit", "here", "--community", "public"])
        #expect(refused.status == 2 && refused.errors.contains("--snmp 2c"), "\(refused.errors)")
        let page = String(decoding: try await daemon.fetch("/devices/1").body, as: UTF8.self)
        #expect(page.contains("version 3"))
        let end = try await daemon.stop()
        let texts = [added.output, added.errors, shown.output, page, end.errors]
        #expect(!texts.contains { $0.contains("c4nary") })
        let again = try Program(
            Daemon.product("pollerd"), ["--config", daemon.folder.path + "/pollerd.yaml"])
        let device = try await waitFor("an answer after the restart", seconds: 60) {
            let result = try await daemon.control(["device", "show", "here", "-o", "json"])
            return result.status == 0 && result.output.contains("\"status\":\"up\"")
                ? result.output : nil
        }
        #expect(device.contains("\"snmp_user\":\"poller\"") && device.contains("authPriv"))
        again.signal(SIGTERM)
        #expect(try await again.finish().status == 0)
    }

    /// Behind the flags of a message with a digest stands the security model, 3.
    private static func isProtected(_ bytes: [UInt8]) -> Bool {
        for start in bytes.indices.dropLast(5) {
            guard bytes[start] == 4, bytes[start + 1] == 1, bytes[start + 3] == 2 else { continue }
            if bytes[start + 2] & 1 == 1, bytes[start + 5] == 3 { return true }
        }
        return false
    }

    @Test func `what net-snmp says of a message is logged with its device`() async throws {
        let agent = try await RealAgent(configuration: Self.configuration)
        let way = try SlowWay(to: agent.port, milliseconds: 0) { bytes in
            var spoilt = bytes
            if Self.isProtected(bytes) { spoilt[spoilt.count - 1] ^= 1 }
            return spoilt
        }
        let daemon = try await Daemon()
        let added = try await daemon.control(
            ["add-device", "--retries", "0"] + arguments(daemon, port: way.port))
        #expect(added.status == 8, "\(added.errors)")
        way.stop()
        let end = try await daemon.stop()
        let lines = end.errors.split(separator: "\n").filter {
            $0.contains("event=snmp.net_snmp") && $0.contains("127.0.0.1 port \(way.port)")
        }
        #expect(!lines.isEmpty && lines.count <= 10, "\(end.errors)")
    }
}
