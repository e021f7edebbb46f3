import Foundation
import PollerModel
import PollerSimulator
import TestSupport
import Testing

/// Round-robin files of a daemon that runs, spoilt in every way, and what `pollerctl rrd` says.
@Suite(.enabled(if: Program.find("rrdtool") != nil, "rrdtool is not installed"))
struct RRDCommandTests {
    /// A daemon with a device that is polled every five minutes, so that nothing is written
    /// meanwhile, and its files in the order of their ids.
    private func withFiles(
        interfaces: Int = 3, _ body: (Daemon, [DataSourceReport]) async throws -> Void
    ) async throws {
        let server = try await SimulatorServer.start([
            .init(
                agent: Agent(
                    community: "public",
                    tree: InterfaceFormula.tree(device: 1, interfaces: interfaces)))
        ])
        let daemon = try await Daemon()
        let added = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(server.ports[0])", "--community", "public",
            "--interval", "300", "--name", "sw",
        ])
        try #require(added.status == 0, "\(added.errors)")
        // A newcomer is polled twice at once; the next slot may come in the midst of a test.
        try await waitForPolls(daemon, 2)
        let device = try await daemon.json(DeviceReport.self, ["device", "show", "sw"])
        let schedule = PollSchedule(step: try #require(Step(seconds: 300)), device: device.id)
        let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
        if schedule.next(after: now) < now.advanced(seconds: Self.quietSeconds) {
            try await waitForPolls(daemon, device.polls + 1)
        }
        // What waits is in the files then.
        let sources = try await daemon.json([DataSourceReport].self, ["data-source", "list"])
        try await body(daemon, sources.sorted { $0.id < $1.id })
        _ = try await daemon.stop()
        try await server.stop()
    }

    /// Longer than a test takes on a machine that does other work too.
    private static let quietSeconds: Int64 = 120

    private func waitForPolls(_ daemon: Daemon, _ count: Int) async throws {
        try await waitUntil("\(count) polls", seconds: Int(Self.quietSeconds) + 60) {
            try await daemon.json(DeviceReport.self, ["device", "show", "sw"]).polls >= count
        }
    }

    private func path(_ daemon: Daemon, _ source: DataSourceReport) throws -> String {
        "\(daemon.state)/\(try #require(source.file))"
    }

    private func age(_ path: String) throws {
        let time = Int(Date().timeIntervalSince1970) - Int(OrphanFile.youngestSeconds) - 60
        let times = [timeval(tv_sec: time, tv_usec: 0), timeval(tv_sec: time, tv_usec: 0)]
        try #require(utimes(path, times) == 0)
    }

    @Test func `sound files are said to be that, and the smallest change is not missed`()
        async throws
    {
        try await withFiles { daemon, sources in
            let sound = try await daemon.control(["rrd", "check"])
            #expect(sound.status == 0, "\(sound.output)")
            #expect(sound.output == "Checked \(sources.count) files: all are sound.\n")

            // Only a warning: the rows are safe.
            let open = try path(daemon, sources[0])
            chmod(open, 0o644)
            let warned = try await daemon.control(["rrd", "check"])
            #expect(warned.status == 0)
            #expect(
                warned.output == """
                    warning  rrd/1/1.rrd is open to every user (mode 0644)
                             data source 1 of sw: chmod 0640
                    Checked \(sources.count) files: 0 errors, 1 warning.

                    """)
            chmod(open, 0o640)

            // An error, and nothing is damaged.
            try FileManager.default.removeItem(atPath: path(daemon, sources[1]))
            let missing = try await daemon.control(["rrd", "check", "--data-source", "2"])
            #expect(missing.status == 1 && missing.errors.contains("the check found 1 error"))
            let report = try await daemon.json(
                ArchiveCheckReport.self, ["rrd", "check", "--data-source", "1"])
            #expect(report.checked == 1 && report.findings.isEmpty && report.orphans == nil)
        }
    }

    @Test func `each kind of harm is told in the order of the files, and nothing is moved`()
        async throws
    {
        try await withFiles { daemon, sources in
            try #require(sources.count >= 7)
            let rrdtool = try #require(Program.find("rrdtool"))
            let files = try sources.map { try path(daemon, $0) }
            // 1: a byte of the head. 2: a FIFO. 3: holes. 4: a foreign profile. 5: gone.
            let head = try #require(FileHandle(forWritingAtPath: files[0]))
            try head.seek(toOffset: 40)
            try head.write(contentsOf: Data(count: 8))
            unlink(files[1])
            mkfifo(files[1], 0o640)
            let whole = try Data(contentsOf: URL(filePath: files[2]))
            truncate(files[2], 8_192)
            truncate(files[2], whole.count)
            unlink(files[3])
            let names = sources[3].values.map(\.name)
            let made = try await Program.run(
                rrdtool,
                ["create", files[3], "--step", "60"] + names.map { "DS:\($0):GAUGE:600:U:U" }
                    + ["RRA:AVERAGE:0.5:1:100"])
            try #require(made.status == 0, "\(made.errors)")
            chmod(files[3], 0o640)
            unlink(files[4])
            try daemon.folder.write("1234567", to: "state/rrd/1/1.rrdAbC123")
            try age("\(daemon.state)/rrd/1/1.rrdAbC123")
            try daemon.folder.write("1", to: "state/rrd/2/young.rrd")

            let result = try await daemon.control(["rrd", "check"])
            #expect(result.status == 10, "\(result.output)\(result.errors)")
            #expect(result.errors.contains("2 files cannot be used any more"))
            let report = try await daemon.control(["rrd", "check", "-o", "jsonl"])
            let lines = report.output.split(separator: "\n").filter { !$0.isEmpty }
            let codes = try lines.map { line -> String in
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
                let finding = try #require(object as? [String: Any])
                return "\(finding["data_source"] ?? "") \(finding["code"] ?? "")"
            }
            #expect(
                codes == [
                    "1 file_damaged", "2 file_damaged", "3 file_holes", "4 layout_sources",
                    "4 layout_step", "5 file_missing",
                ])
            #expect(result.output.contains("rrd/1/1.rrd is damaged: the step cannot be true\n"))
            #expect(result.output.contains("rrd/1/2.rrd is a FIFO, not a file\n"))
            #expect(result.output.contains("Belong to no data source: 1 file, 7 bytes"))
            #expect(result.output.contains("  rrd/1/1.rrdAbC123  7 bytes, unchanged for 11 min"))
            #expect(!result.output.contains("young"))
            #expect(!FileManager.default.fileExists(atPath: "\(daemon.state)/quarantine"))

            // Without the damaged ones it is an ordinary failure, or none.
            let some = try await daemon.control(["rrd", "check", "--data-source", "3"])
            #expect(some.status == 0 && some.output.contains("0 errors, 1 warning."))
            let device = try await daemon.control(["rrd", "check", "--device", "sw"])
            #expect(device.status == 10 && !device.output.contains("Belong to no"))
            let nobody = try await daemon.control(["rrd", "check", "--device", "router"])
            #expect(nobody.status == 5)

            let info = try await daemon.control(["rrd", "info", "1"])
            #expect(info.status == 10 && info.errors.contains("the step cannot be true"))
        }
    }

    @Test func `a purge asks, moves what belongs to nobody, and deletes nothing`() async throws {
        try await withFiles(interfaces: 1) { daemon, sources in
            let before = try path(daemon, sources[0])
            let bytes = try Data(contentsOf: URL(filePath: before))
            #expect(
                try await daemon.control(["rrd", "purge", "--dry-run"]).output
                    == "Every file below rrd/ belongs to a data source.\n")
            let deleted = try await daemon.control([
                "device", "delete", "sw", "--keep-data", "--yes",
            ])
            #expect(deleted.status == 0)
            // Nothing of it is old enough.
            #expect(
                try await daemon.json(PurgeReport.self, ["rrd", "purge", "--dry-run"]).count == 0)
            for source in sources { try age(path(daemon, source)) }
            let planned = try await daemon.control(["rrd", "purge", "--dry-run"])
            #expect(planned.output.contains("Would move \(sources.count) files with "))
            let unasked = try await daemon.control(["rrd", "purge"])
            #expect(unasked.status == 2 && unasked.errors.contains("add --yes"))
            #expect(FileManager.default.fileExists(atPath: before))
            let report = try await daemon.json(PurgeReport.self, ["rrd", "purge", "--yes"])
            #expect(report.count == sources.count && report.keptCount == 0)
            let moved = "\(daemon.state)/\(try #require(report.folder))/\(sources[0].file ?? "")"
            #expect(try Data(contentsOf: URL(filePath: moved)) == bytes)
            #expect(!FileManager.default.fileExists(atPath: "\(daemon.state)/rrd/1"))
            #expect(daemon.log.contains("\(sources.count) files that belong to no data source"))
        }
    }

    @Test func `info is rrdtool's, by id and by path, and by no other path`() async throws {
        try await withFiles(interfaces: 1) { daemon, sources in
            let rrdtool = try #require(Program.find("rrdtool"))
            for source in sources {
                let file = try #require(source.file)
                let expected = try await Program.run(
                    "/bin/sh",
                    ["-c", "cd \"$0\" && exec \"$1\" info \"$2\"", daemon.state, rrdtool, file])
                for argument in ["\(source.id)", file] {
                    let shown = try await daemon.control(["rrd", "info", argument])
                    #expect(shown.status == 0 && shown.output == expected.output)
                }
            }
            let entries = try await daemon.json(
                [RoundRobinInfo.Entry].self, ["rrd", "info", "1"])
            #expect(entries.contains(.init(key: "step", value: .integer(300))))
            for (argument, status) in [
                ("99", Int32(5)), ("rrd/1/99.rrd", 5), ("pollerd.sqlite", 2), ("/etc/passwd", 2),
                ("rrd/../../../etc/passwd", 2), ("rrd/1/1.rrd&file=x", 2), ("", 2),
            ] {
                let result = try await daemon.control(["rrd", "info", argument])
                #expect(result.status == status, "\(argument): \(result.errors)")
                #expect(result.output.isEmpty && !result.errors.isEmpty)
            }
        }
    }
}
