import Foundation
import PollerModel
import TestSupport
import Testing

/// Many devices of SNMPv3 over a restart of the daemon: one `snmpd` at many addresses.
///
/// `POLLERD_LOAD_DEVICES` sets how many (100 by default), `POLLERD_TEST_BIN` where the programs
/// are, so that the same test measures a release build.
@Suite(
    .enabled(if: !Places.isFast, "left out by --fast"),
    .enabled(if: RealAgent.isInstalled, "snmpd is not installed"),
    .enabled(if: Program.find("snmpget") != nil, "snmpget is not installed"))
struct SecureFleetTests {
    private static let interval = 10

    private var devices: Int {
        ProcessInfo.processInfo.environment["POLLERD_LOAD_DEVICES"].flatMap { Int($0) } ?? 100
    }

    /// usmStatsUnknownEngineIDs.0 (RFC 3414 §5): each look for an engine counts there.
    private func discoveries(_ agent: RealAgent) async throws -> Int {
        let snmpget = try #require(Program.find("snmpget"))
        let result = try await Program.run(
            snmpget,
            [
                "-v2c", "-c", "public", "-Oqv", "127.0.0.1:\(agent.port)",
                "1.3.6.1.6.3.15.1.1.4.0",
            ])
        return try #require(
            Int(result.output.trimmingCharacters(in: .whitespacesAndNewlines)),
            "\(result.output)\(result.errors)")
    }

    private func add(to daemon: Daemon, _ agent: RealAgent) async throws {
        let password = try daemon.folder.write("c4nary-passphrase\n", to: "passphrase")
        for number in 0..<devices {
            let added = try await daemon.control([
                "add-device", "127.0.\(1 + number / 250).\(1 + number % 250)", "--port",
                "\(agent.port)", "--v3-user", "poller", "--auth", "SHA256",
                "--auth-password-file", password, "--priv", "AES128", "--priv-password-file",
                password, "--interval", "\(Self.interval)", "--name", "secure-\(number)",
                "--graphs", "none", "--template", "generic_snmp",
            ])
            try #require(added.status == 0, "\(added.errors)")
        }
    }

    private func answered(_ daemon: Daemon) async throws -> Int {
        let reports = try await daemon.json([DeviceReport].self, ["device", "list"])
        return reports.count { $0.status == .up && $0.lastAnswer != nil }
    }

    @Test func `after a restart every engine is known, and every device polled within its step`()
        async throws
    {
        let agent = try await RealAgent(
            configuration: """
                rocommunity public 127.0.0.1
                createUser poller SHA-256 "c4nary-passphrase" AES "c4nary-passphrase"
                rouser poller priv
                """, address: "0.0.0.0")
        let daemon = try await Daemon()
        try await add(to: daemon, agent)
        try await waitUntil("all have answered", seconds: 60) {
            try await answered(daemon) == devices
        }
        let before = try await discoveries(agent)
        #expect(before >= devices)
        #expect(try await daemon.stop().status == 0)

        let clock = ContinuousClock()
        let start = clock.now
        let again = try Program(
            Daemon.product("pollerd"), ["--config", daemon.folder.path + "/pollerd.yaml"])
        try await waitUntil("pollerd is ready again", seconds: 60) {
            try await daemon.control(["status"]).status == 0
        }
        let ready = clock.now - start
        try await waitUntil("all have answered again", seconds: 60) {
            try await answered(daemon) == devices
        }
        let whole = clock.now - start
        let after = try await discoveries(agent)
        #expect(after == before)
        print(
            """
            restart: \(devices) devices with SNMPv3, ready after \(ready), all polled after \(whole), \
            \(after - before) engines looked for
            """)
        again.signal(SIGTERM)
        #expect(try await again.finish().status == 0)
        agent.stop()
    }
}
