import Foundation
import PollerModel
import PollerSimulator
import TestSupport
import Testing

/// `pollerctl rrd reshape` while a daemon polls, and what is in the files then.
@Suite(
    .enabled(if: !Places.isFast, "left out by --fast"),
    .enabled(if: Program.find("rrdtool") != nil, "rrdtool is not installed"))
struct ReshapeCommandTests {
    private static let interfaces = 12
    private static let devices = 2

    private func withDaemon(
        _ body: (Daemon, [DataSourceReport]) async throws -> Void
    ) async throws {
        let server = try await SimulatorServer.start(
            (1...Self.devices).map {
                .init(
                    agent: Agent(
                        community: "public",
                        tree: InterfaceFormula.tree(device: $0, interfaces: Self.interfaces)))
            })
        let daemon = try await Daemon { folder in
            try folder.write(
                """
                name: quick
                title: 2 seconds
                step_seconds: 2
                archives:
                  - {functions: [AVERAGE], steps: 1, rows: 1800}
                  - {functions: [AVERAGE, MAX], steps: 30, rows: 1500}
                """, to: "site/profiles/quick.yaml")
        }
        for (number, port) in server.ports.enumerated() {
            let added = try await daemon.control([
                "add-device", "127.0.0.1", "--port", "\(port)", "--community", "public",
                "--interval", "10", "--name", "sw\(number + 1)",
            ])
            try #require(added.status == 0, "\(added.errors)")
        }
        let sources = try await daemon.json([DataSourceReport].self, ["data-source", "list"])
        try await body(daemon, sources.sorted { $0.id < $1.id })
        _ = try await daemon.stop()
        try await server.stop()
    }

    /// The rows of a file that somebody wrote, as rrdtool reads them: what they measure is unknown
    /// only before the first and behind the last.
    private func rows(
        _ daemon: Daemon, _ source: DataSourceReport, resolution: Int
    ) async throws -> [(time: Int, value: Double?)] {
        // Whoever asks for the data source finds everything in its file.
        _ = try await daemon.json(DataSourceReport.self, ["data-source", "last", "\(source.id)"])
        let rrdtool = try #require(Program.find("rrdtool"))
        let fetched = try await Program.run(
            rrdtool,
            [
                "fetch", "\(daemon.state)/\(try #require(source.file))", "AVERAGE", "-r",
                "\(resolution)", "-s", "now-10min", "-e", "now",
            ])
        #expect(fetched.status == 0, "\(fetched.errors)")
        let rows = fetched.output.split(separator: "\n").compactMap {
            line -> (time: Int, value: Double?)? in
            let cells = line.split(separator: " ")
            guard cells.count >= 2, let time = Int(cells[0].dropLast()) else { return nil }
            return (time, Double(cells[1]).flatMap { $0.isNaN ? nil : $0 })
        }
        guard let first = rows.firstIndex(where: { $0.value != nil }),
            let last = rows.lastIndex(where: { $0.value != nil })
        else { return [] }
        return Array(rows[first...last])
    }

    private func info(_ daemon: Daemon, _ source: DataSourceReport) async throws -> String {
        let result = try await daemon.control(["rrd", "info", "\(source.id)"])
        return result.output
    }

    @Test func `two steps there and back lose no interval and invent none`() async throws {
        try await withDaemon { daemon, sources in
            let traffic = sources.filter { $0.template == "interface_traffic" }
            #expect(traffic.count == Self.devices * Self.interfaces)
            try await waitUntil("three rates", seconds: 60) {
                try await rows(daemon, traffic[0], resolution: 10).count >= 3
            }

            let before = try await rows(daemon, traffic[0], resolution: 10)

            let plan = try await daemon.control([
                "rrd", "reshape", "--all", "--profile", "quick", "--dry-run",
            ])
            #expect(plan.status == 0, "\(plan.errors)")
            #expect(plan.output.contains("  a step of 2 s instead of 10 s\n"))
            #expect(plan.output.contains("\(sources.count) files would be reshaped: "))
            #expect(try await info(daemon, traffic[0]).contains("\nstep = 10\n"))

            let quick = try await daemon.json(
                ReshapeProgress.self, ["rrd", "reshape", "--all", "--profile", "quick"])
            #expect(quick.reshaped == sources.count && quick.failed == 0, "\(quick.failures)")
            #expect(try await info(daemon, traffic[0]).contains("\nstep = 2\n"))
            #expect(
                try await info(daemon, traffic[0]).contains(
                    "\nds[traffic_in].minimal_heartbeat = 4\n"))
            let undo = "\(daemon.state)/\(try #require(quick.undoFolder))/\(traffic[0].file ?? "")"
            #expect(FileManager.default.fileExists(atPath: undo))
            let again = try await daemon.control(["rrd", "reshape", "--all", "--profile", "quick"])
            #expect(
                again.output == "\(sources.count) files as they should be, and left alone\n",
                "\(again.output)")
            let quickened = try await waitFor("rows of the new step") {
                let rows = try await rows(daemon, traffic[0], resolution: 2)
                return rows.isEmpty ? nil : rows
            }
            let newest = try #require(quickened.last?.time)
            try await waitUntil("five rows of the new step", seconds: 60) {
                try await rows(daemon, traffic[0], resolution: 2).last?.time ?? 0 >= newest + 10
            }

            let back = try await daemon.json(
                ReshapeProgress.self,
                ["rrd", "reshape", "--device", "sw1", "--device", "2", "--profile", "ten_seconds"])
            #expect(back.reshaped == sources.count && back.failed == 0, "\(back.failures)")
            let turned = try #require(
                try await rows(daemon, traffic[0], resolution: 10).last?.time)
            try await waitUntil("two rows of the old step", seconds: 60) {
                try await rows(daemon, traffic[0], resolution: 10).last?.time ?? 0 >= turned + 20
            }
            let check = try await daemon.control(["rrd", "check"])
            #expect(check.status == 0, "\(check.output)")

            for source in traffic {
                let device = source.deviceId == sources[0].deviceId ? 1 : 2
                let interface = try #require(source.index.flatMap { Int($0) })
                let rate = Double(
                    InterfaceFormula.inRate(device: device, interface: interface))
                let rows = try await rows(daemon, source, resolution: 10)
                #expect(
                    rows.count >= before.count + 2,
                    "\(source.id): \(rows); at first \(before), then \(quickened)")
                #expect(rows.allSatisfy { $0.value != nil }, "\(source.id): \(rows)")
                let integral = rows.reduce(0) { $0 + ($1.value ?? 0) * 10 }
                let truth = rate * Double(rows.count * 10)
                // Answers are stamped when they arrive, on a busy machine a little late; an interval
                // that was lost or came twice would be ten seconds.
                #expect(
                    abs(integral - truth) < rate * 2, "\(source.id): \(rows), true \(rate)")
            }
        }
    }

    @Test func `what cannot be reshaped says why`() async throws {
        try await withDaemon { daemon, sources in
            let none = try await daemon.control(["rrd", "reshape", "--profile", "quick"])
            #expect(none.status == 2 && none.errors.contains("no file is named"))
            let unknown = try await daemon.control([
                "rrd", "reshape", "--all", "--profile", "quik",
            ])
            #expect(unknown.status == 5 && unknown.errors.contains("quick"), "\(unknown.errors)")
            let missing = try await daemon.control(["rrd", "reshape", "--data-source", "9999"])
            #expect(missing.status == 5, "\(missing.errors)")

            // What is polled meanwhile would find the damage first, and make a new file.
            for device in Set(sources.map(\.deviceId)) {
                let disabled = try await daemon.control(["device", "disable", "\(device)"])
                try #require(disabled.status == 0, "\(disabled.errors)")
            }
            for source in sources {
                _ = try await daemon.json(
                    DataSourceReport.self, ["data-source", "last", "\(source.id)"])
            }
            let file = "\(daemon.state)/\(try #require(sources[0].file))"
            try FileManager.default.removeItem(atPath: file)
            try Data("nothing".utf8).write(to: URL(filePath: file))
            let order = [
                "rrd", "reshape", "--data-source", "\(sources[0].id)", "--data-source",
                "\(sources[1].id)", "--profile", "five_minutes",
            ]
            let planned = try await daemon.control(order + ["--dry-run", "-o", "csv"])
            #expect(planned.status == 1)
            #expect(
                planned.output.hasPrefix("FILES,EXAMPLE,CHANGES\r\n1,"), "\(planned.output)")
            #expect(planned.output.split(whereSeparator: \.isNewline).count == 2)
            #expect(
                planned.errors.contains("✗ ") && planned.errors.contains("1 file would fail\n")
                    && !planned.errors.contains("rrd check"), "\(planned.errors)")
            let damaged = try await daemon.control(order)
            #expect(damaged.status == 1, "\(damaged.output)")
            #expect(damaged.output.contains("✗ ") && damaged.output.contains("1 file reshaped: "))
            #expect(damaged.errors.contains("1 file could not be reshaped"))
        }
    }
}
