import Foundation
import PollerModel
import TestSupport
import Testing

/// Many devices of the agent farm beside the project, whose rates are known exactly.
///
/// `POLLERD_LOAD_DEVICES` sets how many (100 by default), `POLLERD_TEST_BIN` where the programs
/// are, so that the same test measures a release build.
@Suite(
    .enabled(if: !Places.isFast, "left out by --fast"),
    .enabled(if: Places.shared != nil, "the agent farm is not beside the project"),
    .enabled(if: Program.find("gcc") != nil, "gcc is not installed"))
struct LoadTests {
    private static let interfaces = 24
    private static let cycles = 3

    private var devices: Int {
        ProcessInfo.processInfo.environment["POLLERD_LOAD_DEVICES"].flatMap { Int($0) } ?? 100
    }

    /// 127.0.1.1 and on; the farm knows a device by the low 24 bits.
    private func address(_ number: Int) -> (text: String, index: UInt64) {
        let index = 256 + number
        return ("127.0.\(index >> 8).\(index & 255)", UInt64(index))
    }

    /// Octets a second into an interface (agentfarm.c: 100 × rin).
    private func rate(_ index: UInt64, _ interface: UInt64) -> Double {
        Double(100 * (1_000 + (index * 7_919 + interface * 104_729) % 90_000))
    }

    @Test func `every device is polled in every slot, and stored rates are the farm's`()
        async throws
    {
        let shared = try #require(Places.shared)
        let folder = try TemporaryFolder()
        let farm = "\(folder.path)/agentfarm"
        let gcc = try #require(Program.find("gcc"))
        let built = try await Program.run(gcc, ["-O2", "-o", farm, "\(shared)/tools/agentfarm.c"])
        try #require(built.status == 0, "\(built.errors)")
        let port = try Ports.freeUDP()
        let agents = try Program(
            farm, ["-p", "\(port)", "-n", "\(Self.interfaces)", "-c", "public"])
        let daemon = try await Daemon()
        try await add(to: daemon, port: port)
        let started = try await counts(daemon)
        let cpuStarted = try processorSeconds(daemon)

        // Full minutes in which nothing is added any more.
        let clock = ContinuousClock()
        let begin = clock.now
        try await waitUntil("\(Self.cycles) cycles", seconds: 60 * (Self.cycles + 2)) {
            clock.now - begin >= .seconds(60 * Self.cycles + 1)
        }
        let ended = try await counts(daemon)
        let cpu = try processorSeconds(daemon) - cpuStarted
        let status = try await daemon.json(StatusReport.self, ["status"])
        let reports = try await daemon.json([DeviceReport].self, ["device", "list"])
        #expect(reports.count == devices && reports.allSatisfy { $0.status == .up })
        for (device, count) in ended {
            let before = try #require(started[device])
            #expect(count.polls - before.polls >= Self.cycles, "device \(device)")
            #expect(count.missed == before.missed, "device \(device)")
        }
        #expect(status.failedPolls == 0 && status.rowsRefused == 0)
        let slowest = reports.compactMap(\.pollMilliseconds).max() ?? .max
        #expect(slowest < 10_000)
        let worst = try await compareRates(daemon, reports)
        #expect(worst.error < 0.001, "\(worst)")
        agents.signal(SIGTERM)
        let processor = try String(
            contentsOfFile: "/proc/\(daemon.program.processIdentifier)/status", encoding: .utf8)
        let memory = processor.firstMatch(of: /VmRSS:\s+(\d+)/).map { String($0.output.1) } ?? "?"
        print(
            """
            load: \(devices) devices × \(Self.interfaces) interfaces, \(status.dataSources) files; in \
            \(Self.cycles) cycles every device in every slot (\(status.missedSlots) missed while \
            devices were added), slowest poll \(slowest) ms, \(cpu / Double(Self.cycles)) CPU \
            seconds a cycle, RSS \(memory) kB; worst of \(worst.count) rates off by \(worst.error)
            """)
        _ = try await daemon.stop()
    }

    private func counts(
        _ daemon: Daemon
    ) async throws -> [DeviceID: (polls: Int, missed: Int)] {
        let reports = try await daemon.json([DeviceReport].self, ["device", "list"])
        return Dictionary(
            uniqueKeysWithValues: reports.map { ($0.id, ($0.polls, $0.missedSlots)) })
    }

    /// User and system time of the daemon (man 5 proc, /proc/PID/stat, fields 14 and 15).
    private func processorSeconds(_ daemon: Daemon) throws -> Double {
        let text = try String(
            contentsOfFile: "/proc/\(daemon.program.processIdentifier)/stat", encoding: .utf8)
        let fields = try #require(text.split(separator: ")").last).split(separator: " ")
        let ticks = try #require(Double(fields[11])) + #require(Double(fields[12]))
        return ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private func add(to daemon: Daemon, port: UInt16) async throws {
        for number in 0..<devices {
            let added = try await daemon.control([
                "add-device", address(number).text, "--port", "\(port)", "--community", "public",
                "--interval", "60", "--name", "farm-\(number)", "--template", "generic_snmp",
            ])
            try #require(added.status == 0, "\(added.errors)")
        }
    }

    /// Every interface of every so many devices, at least 1,000 where there are so many: the
    /// newest complete row against the formula.
    private func compareRates(
        _ daemon: Daemon, _ reports: [DeviceReport]
    ) async throws -> (count: Int, error: Double) {
        let rrdtool = try #require(Program.find("rrdtool"))
        var count = 0
        var worst = 0.0
        let stride = max(1, devices * (Self.interfaces - 1) / 1_100)
        for report in reports where Int(report.id.rawValue) % stride == 0 {
            let sources = try await daemon.json(
                [DataSourceReport].self, ["data-source", "list", "--device", "\(report.id)"])
            let number = try #require(Int(report.name.dropFirst(5)))
            for source in sources where source.template == "interface_traffic" {
                let file = try #require(source.file)
                let interface = try #require(source.index.flatMap { UInt64($0) })
                let fetched = try await Program.run(
                    rrdtool,
                    ["fetch", "\(daemon.state)/\(file)", "AVERAGE", "-s", "now-240s", "-e", "now"])
                let rates = fetched.output.split(separator: "\n").compactMap { line -> Double? in
                    let cells = line.split(separator: " ")
                    return cells.count == 3 ? Double(cells[1]) : nil
                }.filter { !$0.isNaN }
                let stored = try #require(rates.last, "\(fetched.output)")
                let expected = rate(address(number).index, interface)
                worst = max(worst, abs(stored - expected) / expected)
                count += 1
            }
        }
        return (count, worst)
    }
}
