import Foundation
import Logging
import PollerModel
import PollerSimulator
import TestSupport
import Testing

@testable import PollerRRD

/// The daemon under load, killed again and again at random moments, half of them while librrd
/// changes a file. What the journal accepted is collected after each death; at the end, a twin of
/// each file takes all of it in one go, and the two must be the same to the last bit.
///
/// `POLLERD_KILL_SECONDS` sets for how long (60 by default), `POLLERD_KILL_SEED` repeats a run,
/// `POLLERD_TEST_BIN` is where the programs are.
@Suite(
    .enabled(if: !Places.isFast, "left out by --fast"),
    .enabled(if: Program.find("rrdtool") != nil, "rrdtool is not installed"))
struct KillTests {
    private static let devices = 3
    private static let interfaces = 12

    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    @Test func `no death loses an accepted sample, invents a row or spoils a file`() async throws {
        let seconds = Int(Self.number("POLLERD_KILL_SECONDS") ?? 60)
        let seed = Self.number("POLLERD_KILL_SEED") ?? UInt64.random(in: 1...1_000_000)
        let agents = try await SimulatorServer.start(
            (1...Self.devices).map {
                .init(
                    agent: Agent(
                        community: "public",
                        tree: InterfaceFormula.tree(device: $0, interfaces: Self.interfaces)))
            })
        let daemon = try await Daemon { folder in
            // A row a second, so that much happens.
            try folder.write(
                """
                name: second
                title: 1 second
                step_seconds: 1
                archives:
                  - {functions: [AVERAGE], steps: 1, rows: 300}
                  - {functions: [AVERAGE, MIN, MAX, LAST], steps: 10, rows: 500}
                """, to: "site/profiles/second.yaml")
        }
        for port in agents.ports {
            let added = try await daemon.control([
                "add-device", "127.0.0.1", "--port", "\(port)", "--community", "public",
                "--interval", "1",
            ])
            try #require(added.status == 0, "\(added.errors)")
        }
        var rates: [String: Double] = [:]
        let sources = try await daemon.json([DataSourceReport].self, ["data-source", "list"])
        for source in sources where source.template == "interface_traffic" {
            let interface = try #require(source.index.flatMap { Int($0) })
            rates[try #require(source.file)] = Double(
                InterfaceFormula.inRate(
                    device: Int(source.deviceId.rawValue), interface: interface))
        }
        try #require(rates.count == Self.devices * Self.interfaces)
        // Stopped in order, all files hold all there is; twins begin from here.
        try #require(await daemon.stop().status == 0)
        let run = try KillRun(daemon: daemon, rates: rates, seed: seed)
        try await run.killAgain(for: .seconds(seconds))
        // What the last death left is brought into the files without anything new being polled.
        try await run.settle()
        let result = try await run.compare()
        print(
            """
            kill test: \(run.kills) kills in \(seconds) s, \(run.killsInUpdates) of them inside an \
            update, \(run.killsAtStart) during a start; \(run.repairs) updates were taken back and \
            done again; \(result.files) files, \(result.rows) accepted rows: \
            \(result.unreadable) files unreadable, \(result.missing) rows missing, \
            \(result.untrue) untrue, \(result.different) files differ from their twins; seed \(seed)
            """)
        #expect(run.kills >= seconds / 5 && run.killsInUpdates >= run.kills / 5, "seed \(seed)")
        #expect(result.files >= Self.devices * Self.interfaces && result.rows > 1_000)
        #expect(result.unreadable == 0 && result.missing == 0, "seed \(seed)")
        // What the journal says is what the agents counted.
        #expect(result.untrue == 0, "seed \(seed): \(result.firstUntruth)")
        #expect(result.different == 0, "seed \(seed): \(result.firstDifference)")
        #expect(!FileManager.default.fileExists(atPath: "\(daemon.state)/quarantine"))
        try await agents.stop()
    }
}

/// Starts and kills one daemon.
private final class KillRun {
    struct Comparison {
        var files = 0
        var rows = 0
        var unreadable = 0
        var missing = 0
        var different = 0
        var firstDifference = ""
        var untrue = 0
        var firstUntruth = ""
    }

    /// What a row that was accepted looks like to librrd.
    private struct Accepted {
        let time: Timestamp
        let values: [RoundRobinValue]
    }

    /// Rows that are told when files differ.
    private static let shownRows = 60

    private let daemon: Daemon
    /// Octets a second into the interface of each file that has them.
    private let rates: [String: Double]
    private let twins: TemporaryFolder
    private var random: SeededGenerator
    private var accepted: [String: [Timestamp: [RoundRobinValue]]] = [:]
    private(set) var kills = 0
    private(set) var killsInUpdates = 0
    private(set) var killsAtStart = 0
    private(set) var repairs = 0

    private var journal: String { daemon.state + "/journal" }

    init(daemon: Daemon, rates: [String: Double], seed: UInt64) throws {
        self.daemon = daemon
        self.rates = rates
        random = SeededGenerator(seed: seed)
        twins = try TemporaryFolder()
        try FileManager.default.copyItem(
            atPath: daemon.state + "/rrd", toPath: twins.path + "/rrd")
    }

    func start() async throws -> Program {
        try Program(
            Daemon.product("pollerd"), ["--config", daemon.folder.path + "/pollerd.yaml"])
    }

    func killAgain(for duration: Duration) async throws {
        let clock = ContinuousClock()
        let end = clock.now + duration
        while clock.now < end {
            let program = try await start()
            switch Int.random(in: 0..<10, using: &random) {
            case 0:
                killsAtStart += 1
                try await pause(milliseconds: 0...400)
            case 1...4:
                try await waitForRows(program)
                try await pause(milliseconds: 0...1_500)
            default:
                try await waitForRows(program)
                try await pause(milliseconds: 0...700)
                await killInUpdate(program.processIdentifier)
            }
            program.signal(SIGKILL)
            let result = try await program.finish()
            try #require(result.status == -SIGKILL, "\(result.errors)")
            kills += 1
            repairs += result.errors.split(separator: "event=file.repaired").count - 1
            #expect(!result.errors.contains("event=file.quarantined"), "\(result.errors)")
            // Without the journal, rows are accepted that it cannot tell of.
            #expect(!result.errors.contains("event=journal.failed"), "\(result.errors)")
            if try InFlight(folder: journal).interrupted()?.work == .update { killsInUpdates += 1 }
            collect()
        }
    }

    private func pause(milliseconds: ClosedRange<Int>) async throws {
        // Not waiting for a result: the moment is to be a random one.
        try await Task.sleep(for: .milliseconds(Int.random(in: milliseconds, using: &random)))
    }

    /// Until this start has accepted something.
    func waitForRows(_ program: Program) async throws {
        let before = segments().max { $0.number < $1.number }?.number ?? 0
        try await waitUntil("rows are accepted", seconds: 60) {
            guard program.isRunning else { throw Unexpected(program.errorsSoFar) }
            return segments().contains { $0.number > before && $0.bytes > 1_000 }
        }
    }

    private func segments() -> [(number: UInt64, bytes: Int)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: journal)) ?? []
        return names.compactMap { name in
            guard let number = JournalSegment.number(name) else { return nil }
            var status = stat()
            stat("\(journal)/\(name)", &status)
            return (number, Int(status.st_size))
        }
    }

    /// When librrd changes a file, or after a second. Not always the first one: the order after a
    /// start is the same each time, and a file at which the daemon died three times in a row is
    /// moved away. On a thread of its own: it is over in a fraction of a millisecond, so this does
    /// not sleep.
    private func killInUpdate(_ process: Int32) async {
        let path = "\(journal)/\(InFlight.name)"
        let wanted = Int.random(in: 1...30, using: &random)
        await withCheckedContinuation { continuation in
            Thread {
                let descriptor = open(path, O_RDONLY | O_CLOEXEC)
                defer { close(descriptor) }
                let end = ContinuousClock.now + .seconds(1)
                var (state, seen, wasBusy): (UInt64, Int, Bool) = (0, 0, false)
                while ContinuousClock.now < end {
                    guard pread(descriptor, &state, 8, 0) == 8 else { break }
                    if state == 1, !wasBusy { seen += 1 }
                    wasBusy = state == 1
                    if seen == wanted { break }
                }
                kill(process, SIGKILL)
                continuation.resume()
            }.start()
        }
    }

    /// Everything the journal accepted so far.
    private func collect() {
        _ = JournalReplay.read(journal) { event in
            guard case .rows(let file, let rows) = event else { return }
            for position in rows.indices {
                let row = rows.row(position)
                accepted[file.path, default: [:]][row.time] = row.values
            }
        }
    }

    func settle() async throws {
        let store = try JournaledStore(
            storage: RoundRobinStorage(folder: daemon.state),
            timekeeper: ManualClock(Int64(Date().timeIntervalSince1970)),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await store.settle(accepted.keys.sorted())
        await store.stop()
    }

    func compare() async throws -> Comparison {
        let rrdtool = try #require(Program.find("rrdtool"))
        var result = Comparison()
        let head = FileHead()
        let horizon = Timestamp(seconds: Int64(Int32.max))
        for (path, rows) in accepted.sorted(by: { $0.key < $1.key }) {
            result.files += 1
            let (real, twin) = ("\(daemon.state)/\(path)", "\(twins.path)/\(path)")
            try head.read(twin, horizon: horizon)
            let start = head.lastUpdate
            let times = rows.keys.filter { $0 > start }.sorted()
            result.rows += times.count
            var packed = PackedRows(valueCount: head.layout.sourceCount)
            for time in times { packed.append(RoundRobinRow(time: time, values: rows[time] ?? [])) }
            var text = RowText()
            text.set(packed, from: 0, places: Array(0..<head.layout.sourceCount))
            if !times.isEmpty {
                try text.withRows { (rows, count) throws(RRDLibrary.Failure) in
                    try RRDLibrary.update(twin, rows: rows, count: count)
                }
            }
            if let rate = rates[path] { checkTruth(path, times, rows, rate: rate, &result) }
            let dumps = try await [
                Program.run(rrdtool, ["dump", real]), Program.run(rrdtool, ["dump", twin]),
            ]
            guard dumps[0].status == 0 else {
                result.unreadable += 1
                continue
            }
            try head.read(real, horizon: horizon)
            let newest = head.lastUpdate
            result.missing += times.count { $0 > newest }
            if dumps[0].output != dumps[1].output {
                result.different += 1
                if result.firstDifference.isEmpty {
                    result.firstDifference =
                        difference(path, dumps[0].output, dumps[1].output)
                        + "\nthe newest accepted rows:\n"
                        + text.lines.suffix(Self.shownRows).joined(separator: "\n")
                }
            }
        }
        return result
    }

    /// Counters of accepted rows grow as the agent's do. An answer is stamped when it arrives, so
    /// each may be early or late by what the machine needed meanwhile.
    private func checkTruth(
        _ path: String, _ times: [Timestamp], _ rows: [Timestamp: [RoundRobinValue]],
        rate: Double, _ result: inout Comparison
    ) {
        let latenessSeconds = 2.0
        for (before, now) in zip(times, times.dropFirst()) {
            guard case .counter(let old)? = rows[before]?.first,
                case .counter(let new)? = rows[now]?.first
            else { continue }
            let seconds = Double(now.milliseconds - before.milliseconds) / 1_000
            let grown = Double(new) - Double(old)
            guard abs(grown - rate * seconds) > rate * latenessSeconds else { continue }
            result.untrue += 1
            result.firstUntruth =
                "\(path) at \(now.rfc3339): \(grown) in \(seconds) s, rate \(rate)"
        }
    }

    private func difference(_ path: String, _ real: String, _ twin: String) -> String {
        let lines = zip(real.split(separator: "\n"), twin.split(separator: "\n"))
        let different = lines.filter { $0 != $1 }
        return "\(path), \(different.count) lines, the first: \(different.prefix(40))"
    }
}
