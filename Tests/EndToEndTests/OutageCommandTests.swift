import Foundation
import PollerModel
import PollerSimulator
import TestSupport
import Testing

/// A device that falls silent, a daemon that dies, and what is said of both afterwards.
@Suite struct OutageCommandTests {
    private func outages(_ daemon: Daemon) async throws -> [InterruptionReport] {
        try await daemon.json([InterruptionReport].self, ["device", "outages", "d"])
    }

    private func add(_ port: UInt16, to daemon: Daemon) async throws {
        let added = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(port)", "--community", "public",
            "--name", "d", "--interval", "10", "--timeout", "200", "--retries", "0",
        ])
        try #require(added.status == 0, "\(added.errors)")
    }

    @Test func `an outage is listed with its reason and its times`() async throws {
        let tree = InterfaceFormula.tree(device: 1, interfaces: 1)
        let agent = Agent(community: "public", tree: tree)
        let server = try await SimulatorServer.start([.init(agent: agent)])
        let daemon = try await Daemon()
        try await add(server.ports[0], to: daemon)
        let none = try await daemon.control(["device", "outages", "d"])
        #expect(none.status == 0 && none.errors.contains("Nothing of d was missing"))
        try await waitUntil("the device answers", seconds: 60) {
            try await daemon.json(DeviceReport.self, ["device", "show", "d"]).status == .up
        }

        var dead = Faults()
        dead.isDead = true
        let stopped = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        agent.change(dead)
        try await waitUntil("the outage is listed", seconds: 60) {
            _ = try await daemon.control(["device", "poll", "d"])
            return try await !outages(daemon).isEmpty
        }
        let open = try #require(try await outages(daemon).first)
        #expect(open.scope == .device && open.end == nil && open.deviceId == DeviceID(1))
        #expect(open.reasonCode == "no_answer", "\(open)")
        // It began with the last answer, which was before the agent stopped.
        #expect(open.start <= stopped.rfc3339, "\(open.start), \(stopped.rfc3339)")
        let page = try await daemon.fetch("/devices/1?tab=events")
        #expect(String(decoding: page.body, as: UTF8.self).contains("What went wrong lately"))
        let shown = try await daemon.control(["device", "outages", "d"])
        #expect(shown.output.contains("goes on") && shown.output.contains(open.reason))

        agent.change(Faults())
        try await waitUntil("the outage is over", seconds: 60) {
            _ = try await daemon.control(["device", "poll", "d"])
            return try await outages(daemon).allSatisfy { $0.end != nil }
        }
        let over = try #require(try await outages(daemon).first { $0.scope == .device })
        #expect(over.id == open.id && over.start == open.start)
        #expect(over.end.map { $0 > stopped.rfc3339 } == true && over.lost > 0)
        #expect(try await outages(daemon).count { $0.scope == .device } == 1)
        let old = try await daemon.control([
            "device", "outages", "d", "--from", "now-2d", "--to", "now-1d", "-o", "name",
        ])
        #expect(old.status == 0 && old.output.isEmpty)
        let wrong = try await daemon.control(["device", "outages", "d", "--from", "never"])
        #expect(wrong.status == 2 && wrong.errors.contains("is no time"), "\(wrong.errors)")
        _ = try await daemon.stop()
        try await server.stop()
    }

    @Test(.enabled(if: !Places.isFast, "left out by --fast"))
    func `a daemon that was killed says from when to when it was away`() async throws {
        let silent = try SilentAgent()
        let daemon = try await Daemon()
        let added = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(silent.port)", "--community", "public",
            "--name", "d", "--interval", "10", "--timeout", "200", "--retries", "0", "--no-test",
        ])
        try #require(added.status == 0, "\(added.errors)")
        try await waitUntil("the outage is listed", seconds: 60) {
            try await !outages(daemon).isEmpty
        }
        let open = try #require(try await outages(daemon).first)
        // It is written within seconds.
        try await waitUntil("a heartbeat behind it", seconds: 60) {
            try await outages(daemon).first.map { $0.durationSeconds > 12 } ?? false
        }
        daemon.program.signal(SIGKILL)
        _ = try await daemon.program.finish()
        let killed = Date()
        // No shorter absence counts.
        try await waitUntil("a while has passed", seconds: 60) {
            Date().timeIntervalSince(killed) > 16
        }
        let second = try Program(
            Daemon.product("pollerd"), ["--config", daemon.folder.path + "/pollerd.yaml"])
        try await waitUntil("pollerd is ready", seconds: 60) {
            try await daemon.control(["status"]).status == 0
        }
        let away = try #require(try await outages(daemon).first { $0.scope == .poller })
        #expect(away.reasonCode == "poller.stopped" && away.end != nil)
        #expect((15...60).contains(away.durationSeconds), "\(away)")
        // What went on before goes on.
        try await waitUntil("the device was polled", seconds: 60) {
            try await daemon.json(DeviceReport.self, ["device", "show", "d"]).status == .down
        }
        let still = try #require(try await outages(daemon).first { $0.scope == .device })
        #expect(still.id == open.id && still.start == open.start && still.end == nil)
        second.signal(SIGTERM)
        #expect(try await second.finish().status == 0)
    }
}
