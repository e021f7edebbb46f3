import Foundation
import PollerDefinitions
import PollerModel
import PollerSimulator
import TestSupport
import Testing

@Suite struct DoctorTests {
    private func doctor(_ settings: String, _ more: [String] = []) async throws -> Program.Result {
        try await Program.run(
            Daemon.product("pollerctl"), ["doctor", "--config", settings] + more)
    }

    @Test func `a healthy daemon is one line within a second`() async throws {
        let daemon = try await Daemon()
        var took = Duration.zero
        let clock = ContinuousClock()
        let start = clock.now
        let result = try await daemon.control(["doctor", "--strict"])
        took = clock.now - start
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        #expect(result.output.hasPrefix("All is well: ") && result.errors.isEmpty)
        #expect(result.output.split(separator: "\n").count == 1)
        print("doctor took \(took)")
        let report = try await daemon.json(HealthReport.self, ["doctor"])
        #expect(report.isWell && report.checks > 30)
        // What keeps the clock of this machine right is not the installation's business.
        #expect(report.findings.allSatisfy { $0.code == .clockUnsynchronised })
        // Paths of this machine are for administrators.
        #expect(try await daemon.fetch("/api/v1/doctor").status == 401)
        _ = try await daemon.stop()
    }

    @Test func `a device that fails is a warning with its reason, and strict fails`() async throws {
        let silent = try SilentAgent()
        let daemon = try await Daemon()
        let added = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(silent.port)", "--community", "public",
            "--name", "dead", "--interval", "10", "--timeout", "200", "--retries", "0", "--no-test",
        ])
        try #require(added.status == 0, "\(added.errors)")
        try await waitUntil("it was polled", seconds: 60) {
            try await daemon.control(["doctor"]).output.contains("! dead: fails: nothing answered")
        }
        let result = try await daemon.control(["doctor"])
        #expect(result.status == 0 && result.output.contains("[devices.failing]"))
        #expect(result.output.contains("why: nothing is measured on them"))
        #expect(try await daemon.control(["doctor", "--strict"]).status == 1)
        _ = try await daemon.stop()
    }

    @Test func `with the daemon down everything that is broken is said in one run`() async throws {
        let folder = try TemporaryFolder()
        let taken = try LoopbackSocket(.tcp)
        let port = try Ports.freeTCP()
        try taken.bind(to: port)
        try #require(listen(taken.descriptor, 1) == 0)
        let settings = try folder.write(
            """
            web: {listen: "127.0.0.1:\(port)", prot: 1}
            admin: {socket: pollerd.sock}
            state: {folder: state}
            resources: {folder: "\(Places.resources)", site_folder: site}
            """, to: "pollerd.yaml")
        try folder.write("name: [\n", to: "site/profiles/broken.yaml")
        try folder.write(String(repeating: "no database ", count: 500), to: "state/pollerd.sqlite")
        chmod(folder.path + "/state/pollerd.sqlite", 0o644)
        try folder.write("x", to: "state/quarantine/a.rrd")
        try folder.write("precious", to: "pollerd.sock")
        let result = try await doctor(settings)
        #expect(result.status == 1)
        for code in [
            "settings.invalid", "catalogue.invalid", "database.unusable", "state.exposed",
            "quarantine.filled", "listen.taken", "socket.unusable", "daemon.down",
        ] { #expect(result.output.contains("[\(code)]"), "\(code) in \(result.output)") }
        #expect(!result.output.contains("All is well"))
        let json = try await doctor(settings, ["-o", "json"])
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let report = try decoder.decode(HealthReport.self, from: Data(json.output.utf8))
        #expect(json.status == 1 && !report.isWell)
        let bad = report.findings.filter { $0.severity > .info }
        #expect(bad.count == 8)
        #expect(report.findings.allSatisfy { !$0.evidence.isEmpty && !$0.why.isEmpty })
        #expect(report.findings.map(\.severity) == report.findings.map(\.severity).sorted(by: >))
    }

    @Test func `with the daemon down and all well, only that is said`() async throws {
        let folder = try TemporaryFolder()
        let settings = try Daemon.writeSettings(in: folder, port: Ports.freeTCP())
        let result = try await doctor(settings)
        #expect(result.status == 1)
        // Of this machine's clock nothing can be said.
        let lines = result.output.split(separator: "\n").filter { !$0.hasPrefix("·") }
        #expect(lines.count <= 5, "\(result.output)")
        #expect(result.output.hasPrefix("✗ pollerd: does not answer: "), "\(result.output)")
        #expect(result.output.contains("systemctl start pollerd"))
    }

    @Test func `what needs no decision is repaired, and nothing else`() async throws {
        let folder = try TemporaryFolder()
        let settings = try Daemon.writeSettings(in: folder, port: Ports.freeTCP())
        let state = folder.path + "/state"
        try Inventory(path: state + "/pollerd.sqlite", catalogue: ShippedCatalogue.catalogue)
            .close()
        chmod(state + "/pollerd.sqlite", 0o644)
        try folder.write("precious", to: "state/quarantine/a.rrd")
        try folder.write("x", to: "state/.write-test-9")
        try FileManager.default.setAttributes(
            [.modificationDate: Date().addingTimeInterval(-7_200)],
            ofItemAtPath: state + "/.write-test-9")
        let plan = try await doctor(settings, ["--fix", "--dry-run"])
        #expect(plan.errors.contains("would take from others what they may do with \(state)"))
        #expect(plan.errors.contains("would remove \(state)/.write-test-9"))
        #expect(plan.output.contains("[state.exposed]"))
        #expect(FileManager.default.fileExists(atPath: state + "/.write-test-9"))
        let done = try await doctor(settings, ["--fix"])
        #expect(done.errors.contains("done: take from others"), "\(done.errors)")
        #expect(!done.output.contains("[state.exposed]"), "\(done.output)")
        #expect(done.output.contains("[quarantine.filled]"))
        #expect(!FileManager.default.fileExists(atPath: state + "/.write-test-9"))
        #expect(FileManager.default.fileExists(atPath: state + "/quarantine/a.rrd"))
        let again = try await doctor(settings, ["--fix"])
        #expect(again.errors.contains("nothing to repair"))
    }

    @Test func `settings that are not right repair nothing`() async throws {
        let folder = try TemporaryFolder()
        let settings = try Daemon.writeSettings(in: folder, port: Ports.freeTCP())
        let text = try String(contentsOfFile: settings, encoding: .utf8)
        try folder.write(text + "stat: {folder: state}\n", to: "pollerd.yaml")
        let result = try await doctor(settings, ["--fix", "--dry-run"])
        #expect(result.status == 2 && result.output.isEmpty, "\(result)")
        #expect(result.errors.contains("nothing was repaired") && result.errors.contains("stat"))
    }

    @Test func `a repair that fails is not all well`() async throws {
        let folder = try TemporaryFolder()
        let settings = try folder.write(
            """
            web: {listen: "127.0.0.1:\(Ports.freeTCP())"}
            admin: {socket: pollerd.sock}
            state: {folder: missing/state}
            resources: {folder: "\(Places.resources)", site_folder: site}
            """, to: "pollerd.yaml")
        let result = try await doctor(settings, ["--fix"])
        #expect(result.status == 1 && result.errors.contains("failed: make the folder"))
        #expect(result.errors.contains("1 repair could not be done; "), "\(result.errors)")
    }

    @Test func `a daemon that was not asked is not accused`() async throws {
        let daemon = try await Daemon()
        let settings = daemon.folder.path + "/pollerd.yaml"
        let result = try await doctor(
            settings, ["--socket", daemon.folder.path + "/nobody.sock"])
        #expect(result.status == 1 && result.output.contains("[daemon.down]"))
        #expect(!result.output.contains("[state.in_use]") && !result.output.contains("kill "))
        _ = try await daemon.stop()
    }

    @Test func `a daemon's folder is made again while it runs`() async throws {
        let daemon = try await Daemon()
        let settings = daemon.folder.path + "/pollerd.yaml"
        let journal = daemon.state + "/journal"
        try FileManager.default.moveItem(atPath: journal, toPath: daemon.folder.path + "/away")
        // What was found a moment ago is told again for five seconds.
        try await waitUntil("it is found", seconds: 30) {
            try await doctor(settings).output.contains("[state.incomplete]")
        }
        // Without its settings nobody knows what is its own.
        let nameless = try await daemon.control(["doctor", "--fix"])
        #expect(nameless.status == 2 && nameless.errors.contains("--config FILE"), "\(nameless)")
        #expect(!FileManager.default.fileExists(atPath: journal))
        let fixed = try await doctor(settings, ["--fix"])
        #expect(fixed.errors.contains("done: make the folder \(journal)"), "\(fixed.errors)")
        #expect(FileManager.default.fileExists(atPath: journal))
        // What was found before the repair is not told again.
        #expect(!fixed.output.contains("[state.incomplete]"), "\(fixed.output)")
        _ = try await daemon.stop()
    }
}
