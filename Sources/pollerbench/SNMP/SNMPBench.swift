import ArgumentParser
import CBench
import Foundation
import Logging
import PollerEngine
import PollerModel
import PollerSNMP

/// `pollerbench snmp`: the SNMP engine against an agent farm whose values are known exactly.
struct SNMPBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snmp",
        abstract: "Polls a fleet of simulated agents, checks every value, and counts CPU time.",
        discussion: """
            The agents answer at consecutive addresses from the given one on, as agentfarm does \
            on 127.0.0.0/8. Each cycle polls every device once, spread over its seconds; then a C \
            loop over the same codec asks the same questions in the same process.
            """)

    @Option(help: "Simulated devices.")
    var devices = 1_000

    @Option(help: "Interfaces of each device.")
    var interfaces = 24

    @Option(help: "Address and port of the first agent.")
    var agents = "127.0.1.0:26161"

    @Option(help: "Cycles that are measured, after three in which the engine learns.")
    var cycles = 3

    @Option(help: "Seconds of a cycle.")
    var seconds = 10

    @Option(help: "Milliseconds a request may stay without an answer.")
    var timeout: Int64 = 1_500

    private static let learningCycles = 12

    func run() async throws {
        let (first, port) = try place()
        let folder = NSTemporaryDirectory() + "pollerbench-\(getpid())"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let clock = SystemTimekeeper()
        let logger = Logger(label: "pollerbench") { _ in SwiftLogNoOpLogHandler() }
        SNMPLibrary.start(folder: folder, logger: logger, timekeeper: clock)
        let engine = try SNMPEngine(timekeeper: clock, logger: logger)
        let fleet = Fleet(
            engine: engine, first: first, port: port, devices: devices, interfaces: interfaces,
            timeout: timeout)
        for _ in 0..<Self.learningCycles { _ = await fleet.cycle(seconds: 1) }
        var outcome = Outcome()
        let (start, engineStart) = (ProcessClock.seconds, ProcessClock.engineSeconds)
        for _ in 0..<cycles { outcome.add(await fleet.cycle(seconds: seconds)) }
        let spent = ProcessClock.seconds - start
        let own = ProcessClock.engineSeconds - engineStart
        let counters = engine.counters
        await engine.stop()
        let (memory, peak) = ProcessClock.memoryKilobytes
        print(
            """
            engine: \(devices) devices × \(interfaces) interfaces, \(cycles) cycles of \(seconds) s
              values      \(outcome.values) right, \(outcome.wrong) wrong, \(outcome.lost) lost
              devices     \(outcome.answered) polls answered, \(outcome.silent) not
              messages    \(outcome.messages), \(outcome.retransmissions) of them again, \
            \(counters.kernelDrops) answers dropped by the kernel
              latency     p50 \(outcome.latency(0.5)) ms, p99 \(outcome.latency(0.99)) ms of answered polls
              CPU         \(text(own / Double(cycles))) s a cycle in the engine's thread, \
            \(text(own * 1e6 / Double(max(1, outcome.messages)))) µs a message; with those who ask \
            \(text(spent / Double(cycles))) s
              memory      \(memory / 1_024) MiB, \(peak / 1_024) MiB at most
            """)
        try compare(first: first, port: port, outcome, own)
    }

    /// The C loop, asking what the engine asked.
    private func compare(
        first: UInt32, port: UInt16, _ outcome: Outcome, _ spent: Double
    ) throws {
        let objects = UInt32(2 * interfaces)
        let rounds = max(1, outcome.messages / max(1, outcome.answered + outcome.silent))
        var counts: [UInt32] = []
        var rest = objects
        for number in 0..<rounds where rest > 0 {
            let count = number == rounds - 1 ? rest : min(rest, number == 0 ? 10 : 60)
            counts.append(count)
            rest -= count
        }
        var result = cbench_snmp_result()
        let error = "public".withCString { community in
            counts.withUnsafeBufferPointer { counts in
                var plan = cbench_snmp_plan()
                plan.first_address = first
                plan.port = port
                plan.device_count = UInt32(devices)
                plan.window = 90
                plan.spread_microseconds = UInt64(seconds) * 1_000_000
                plan.object_counts = counts.baseAddress
                plan.message_count = UInt32(counts.count)
                plan.community = community
                return cbench_snmp(&plan, &result)
            }
        }
        guard error == 0 else { throw ValidationError(String(cString: strerror(error))) }
        let limit = Double(result.cpu_nanoseconds) / 1_000 / Double(max(1, result.messages))
        let own = spent * 1e6 / Double(max(1, outcome.messages))
        print(
            """
            C loop: messages of \(counts.map(String.init).joined(separator: ", ")) objects, \
            \(result.messages), of which \(result.answers) answered
              CPU         \(text(limit)) µs a message
            ratio       \(text(own / limit))
            """)
    }

    private func text(_ number: Double) -> String { "\((number * 100).rounded() / 100)" }

    private func place() throws -> (first: UInt32, port: UInt16) {
        let parts = agents.split(separator: ":")
        guard parts.count == 2, let address = IPAddress(parts[0]), address.isV4,
            let port = UInt16(parts[1]), port > 0, devices > 0, interfaces > 0, interfaces <= 100,
            cycles > 0, seconds > 0
        else { throw ValidationError("--agents takes an IPv4 address and a port") }
        return (address.bytes.reduce(0) { $0 << 8 | UInt32($1) }, port)
    }
}

/// What became of some polls.
private struct Outcome {
    var values = 0
    var wrong = 0
    var lost = 0
    var answered = 0
    var silent = 0
    var messages = 0
    var retransmissions = 0
    private var milliseconds: [Int64] = []

    /// - Parameter rates: of each object, in counts a hundredth of a second.
    mutating func count(_ response: SNMPGetResponse, rates: [[UInt64]]) {
        messages += response.effort.messages
        retransmissions += response.effort.retransmissions
        guard case .success = response.groups[0] else {
            silent += 1
            return
        }
        answered += 1
        milliseconds.append(response.effort.milliseconds)
        for (group, rates) in zip(response.groups, rates) {
            guard case .success(let answer) = group, case .timeTicks(let ticks)? = answer.companion
            else {
                lost += rates.count
                continue
            }
            for (value, rate) in zip(answer.values, rates) {
                switch value {
                case .success(.counter64(let count)) where count == rate * UInt64(ticks):
                    values += 1
                case .success: wrong += 1
                case .failure: lost += 1
                }
            }
        }
    }

    mutating func add(_ other: Outcome) {
        values += other.values
        wrong += other.wrong
        lost += other.lost
        answered += other.answered
        silent += other.silent
        messages += other.messages
        retransmissions += other.retransmissions
        milliseconds += other.milliseconds
    }

    func latency(_ share: Double) -> Int64 {
        let sorted = milliseconds.sorted()
        guard !sorted.isEmpty else { return 0 }
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }
}

/// The devices of a farm.
private struct Fleet: Sendable {
    let engine: SNMPEngine
    let first: UInt32
    let port: UInt16
    let devices: Int
    let interfaces: Int
    let timeout: Int64

    private static let column = OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1])

    /// Polls every device once, evenly spread.
    func cycle(seconds: Int) async -> Outcome {
        let groups = (1...interfaces).map {
            [
                Self.column.appending([6, UInt32($0)]), Self.column.appending([10, UInt32($0)]),
            ]
        }
        let pace = Duration.seconds(seconds) / devices
        let clock = ContinuousClock()
        let start = clock.now
        return await withTaskGroup(of: Outcome.self) { group in
            for device in 0..<devices {
                group.addTask {
                    // A cancelled sleep only means an earlier poll.
                    try? await clock.sleep(until: start + pace * device)
                    return await poll(device, groups)
                }
            }
            var outcome = Outcome()
            for await one in group { outcome.add(one) }
            return outcome
        }
    }

    private func poll(_ device: Int, _ groups: [[OID]]) async -> Outcome {
        let address = first + UInt32(device)
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: address >> UInt32(24 - 8 * $0)) }
        let target = SNMPTarget(
            host: .address(IPAddress(bytes: bytes)), port: port,
            credentials: .community(Secret("public")), timeoutMilliseconds: timeout, retries: 2)
        let response = await engine.get(
            SNMPGetRequest(target: target, groups: groups, companion: WellKnownObject.sysUpTime))
        // The farm's rates in octets a hundredth of a second, by the low 24 bits of the address.
        let index = Int(address & 0xff_ffff)
        let rates = (1...interfaces).map { interface in
            [
                UInt64(1_000 + (index * 7_919 + interface * 104_729) % 90_000),
                UInt64(1_000 + (index * 6_101 + interface * 15_485_863) % 90_000),
            ]
        }
        var outcome = Outcome()
        outcome.count(response, rates: rates)
        return outcome
    }
}

/// What this process has used.
private enum ProcessClock {
    /// User and system time of all threads.
    static var seconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// User and system time of the engine's thread so far.
    static var engineSeconds: Double {
        let folder = "/proc/self/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for thread in threads {
            // A thread that ended meanwhile has no files any more.
            guard
                let name = try? String(contentsOfFile: "\(folder)/\(thread)/comm", encoding: .utf8),
                name == "snmp\n",
                let text = try? String(
                    contentsOfFile: "\(folder)/\(thread)/schedstat", encoding: .utf8),
                let nanoseconds = text.split(separator: " ").first.flatMap({ Double($0) })
            else { continue }
            return nanoseconds / 1e9
        }
        return 0
    }

    /// Resident memory, now and at most.
    static var memoryKilobytes: (now: Int, peak: Int) {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let number = { (name: String) -> Int in
            status.split(separator: "\n").first { $0.hasPrefix(name) }?
                .split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
        }
        return (number("VmRSS:"), number("VmHWM:"))
    }
}
