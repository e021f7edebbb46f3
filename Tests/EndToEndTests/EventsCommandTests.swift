import Foundation
import PollerModel
import TestSupport
import Testing

@Suite struct EventsCommandTests {
    private func events(_ daemon: Daemon, _ arguments: [String] = []) async throws -> [EventReport]
    {
        try await daemon.json([EventReport].self, ["events"] + arguments)
    }

    @Test func `a device that is added and does not answer is in the list, and a mark`()
        async throws
    {
        let silent = try SilentAgent()
        let daemon = try await Daemon()
        let added = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(silent.port)", "--community", "public",
            "--name", "dead", "--interval", "10", "--timeout", "200", "--retries", "0", "--no-test",
        ])
        try #require(added.status == 0, "\(added.errors)")
        let marked = try await daemon.control([
            "events", "mark", "deployed 1.2", "--device", "dead",
        ])
        #expect(marked.status == 0, "\(marked.errors)")
        try await waitUntil("it counts as down", seconds: 60) {
            _ = try await daemon.control(["device", "poll", "dead"])
            return try await events(daemon, ["--kind", "device.down"]).count == 1
        }
        // A poll that somebody orders may keep the device from its slot.
        let all = try await events(daemon).filter { $0.kind != .slotMissed }
        // The newest last.
        // Its first poll may find it down before the mark is set.
        #expect(all.map(\.kind).prefix(2) == [.daemonStarted, .deviceAdded], "\(all)")
        #expect(Set(all.map(\.kind).dropFirst(2)) == [.mark, .deviceDown], "\(all)")
        let mark = try #require(all.first { $0.kind == .mark })
        let down = try #require(all.first { $0.kind == .deviceDown })
        #expect(all.map(\.id) == all.map(\.id).sorted())
        #expect(mark.message == "deployed 1.2" && mark.name == "dead")
        #expect(mark.details.contains { $0.name == "by" && !$0.value.isEmpty })
        #expect(down.details.map(\.value) == ["no_answer"])
        #expect(try await events(daemon, ["-n", "2"]).count == 2)
        #expect(try await events(daemon, ["--severity", "error", "--since", "1h"]).count == 1)
        #expect(try await events(daemon, ["--since", "2020-01-01T00:00:00Z"]).count >= 4)
        #expect(try await events(daemon, ["--device", "dead"]).count >= 3)
        let none = try await daemon.control(["events", "--kind", "clock"])
        #expect(none.status == 0 && none.errors.contains("Nothing of the kind"))
        let wrong = try await daemon.control(["events", "--kind", "devise"])
        #expect(wrong.status == 2 && wrong.errors.contains("no kind of event"), "\(wrong.errors)")
        #expect(try await daemon.control(["events", "mark", ""]).status == 2)
        let page = String(decoding: try await daemon.fetch("/events").body, as: UTF8.self)
        #expect(page.contains("deployed 1.2") && page.contains("Device down"))
        _ = try await daemon.stop()
    }

    @Test func `who follows sees what happens, over a restart too`() async throws {
        let daemon = try await Daemon()
        let follower = try Program(
            Daemon.product("pollerctl"), ["events", "-f"],
            environment: ["POLLERD_SOCKET": daemon.folder.path + "/pollerd.sock"])
        try await waitUntil("it shows the start", seconds: 30) {
            follower.outputSoFar.contains("daemon.started pollerd ")
        }
        _ = try await daemon.control(["events", "mark", "first"])
        try await waitUntil("it shows the mark", seconds: 30) {
            follower.outputSoFar.contains("info mark first\n")
        }
        _ = try await daemon.stop()
        try await waitUntil("it waits", seconds: 30) {
            follower.errorsSoFar.contains("waiting for it")
        }
        let again = try Program(
            Daemon.product("pollerd"), ["--config", daemon.folder.path + "/pollerd.yaml"])
        try await waitUntil("it goes on", seconds: 60) {
            follower.outputSoFar.components(separatedBy: "daemon.started").count == 3
        }
        let lines = follower.outputSoFar.split(separator: "\n")
        #expect(lines.count == Set(lines).count, "\(lines)")
        #expect(lines.contains { $0.contains("daemon.stopped") })
        follower.signal(SIGINT)
        #expect(try await follower.finish().status == -SIGINT)
        again.signal(SIGTERM)
        #expect(try await again.finish().status == 0)
    }

    @Test func `a daemon that was killed, and settings and templates that changed, are told`()
        async throws
    {
        let daemon = try await Daemon()
        _ = try await daemon.control(["events", "mark", "kept"])
        // The one event after which nothing is left to be written.
        try await waitUntil("it is kept", seconds: 30) {
            try await events(daemon, ["--kind", "mark"]).count == 1
        }
        daemon.program.signal(SIGKILL)
        _ = try await daemon.program.finish()
        _ = try Daemon.writeSettings(
            in: daemon.folder, port: daemon.port, more: "polling: {retries: 3}")
        try daemon.folder.write(
            "name: hourly\ntitle: Hourly\nstep_seconds: 3600\narchives: [{functions: [AVERAGE], steps: 1, rows: 9}]\n",
            to: "site/profiles/hourly.yaml")
        let again = try Program(
            Daemon.product("pollerd"), ["--config", daemon.folder.path + "/pollerd.yaml"])
        try await waitUntil("it answers", seconds: 60) {
            try await daemon.control(["status"]).status == 0
        }
        let kinds = try await events(daemon).map(\.kind)
        #expect(
            kinds == [
                .daemonStarted, .mark, .daemonUnclean, .daemonStarted, .settingsChanged,
                .templatesChanged,
            ], "\(kinds)")
        again.signal(SIGTERM)
        #expect(try await again.finish().status == 0)
        let third = try Program(
            Daemon.product("pollerd"), ["--config", daemon.folder.path + "/pollerd.yaml"])
        try await waitUntil("it answers", seconds: 60) {
            try await daemon.control(["status"]).status == 0
        }
        let last = try await events(daemon, ["-n", "2"]).map(\.kind)
        #expect(last == [.daemonStopped, .daemonStarted], "\(last)")
        third.signal(SIGTERM)
        #expect(try await third.finish().status == 0)
    }
}
