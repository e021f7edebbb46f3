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
            loop over the same codec asks the same questions at the same pace in the same \
            process. After that, single exchanges are measured, both as fast as they can: GET of \
            1, 10 and 60 objects, and GETBULK. With --v3-agent they are measured once more with \
            SNMPv3 (authPriv, SHA-256 and AES-128).
            """)

    @Option(help: "Simulated devices.")
    var devices = 1_000

    @Option(help: "Interfaces of each device.")
    var interfaces = 24

    @Option(help: "Address and port of the first agent.")
    var agents = "127.0.1.0:26161"

    @Option(help: "Cycles that are measured, after those in which the engine learns.")
    var cycles = 3

    @Option(help: "Seconds of a cycle.")
    var seconds = 10

    @Option(help: "Milliseconds a request may stay without an answer.")
    var timeout: Int64 = 1_500

    @Option(help: "The last so many devices are broken ones, and not counted in the latencies.")
    var broken = 0

    @Flag(help: "Only the fleet, no single exchanges.")
    var fleetOnly = false

    @Option(help: "Address and port of an agent with SNMPv3.")
    var v3Agent: String?

    @Option(help: "Its user.")
    var v3User = "bench"

    @Option(help: "The user's passphrase, of both kinds.")
    var v3Passphrase = "benchbench"

    private static let learningCycles = 12
    /// Devices of the single exchanges.
    private static let exchangeDevices = 2_000
    /// Agents of one host answer one after the other.
    private static let secureWindow = 16

    func run() async throws {
        let (first, port) = try Fleet.place(agents)
        guard devices > 0, (1...100).contains(interfaces), cycles > 0, seconds > 0,
            (0..<devices).contains(broken)
        else { throw ValidationError("numbers are above 0, and --interfaces at most 100") }
        let folder = NSTemporaryDirectory() + "pollerbench-\(getpid())"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        // Left behind, it is an empty folder among temporary ones.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let clock = SystemTimekeeper()
        let logger = Logger(label: "pollerbench") { _ in SwiftLogNoOpLogHandler() }
        SNMPLibrary.start(folder: folder, logger: logger, timekeeper: clock)
        let engine = try SNMPEngine(timekeeper: clock, logger: logger)
        try await measureFleet(
            Fleet(
                engine: engine, first: first, port: port, devices: devices,
                interfaces: interfaces, timeout: timeout))
        if !fleetOnly { try await measureExchanges(engine, first: first, port: port) }
        await engine.stop()
    }

    // MARK: The fleet

    private func measureFleet(_ fleet: Fleet) async throws {
        let isHealthy = { @Sendable [devices, broken] (device: Int) in device < devices - broken }
        for _ in 0..<Self.learningCycles { _ = await fleet.cycle(seconds: 1) }
        var all = FleetOutcome()
        let clock = try ThreadClock(ofThread: "snmp")
        let (start, engineStart) = (ProcessClock.seconds, try clock.seconds)
        let before = fleet.engine.counters.requests
        for _ in 0..<cycles { all.add(await fleet.cycle(seconds: seconds, isCounted: isHealthy)) }
        let spent = ProcessClock.seconds - start
        let own = try clock.seconds - engineStart
        let resident = try ProcessClock.residentMebibytes
        // Those to the broken ones too.
        let messages = fleet.engine.counters.requests - before
        let perMessage = own * 1e6 / Double(max(1, messages))
        var figures = Figures(bench: "snmp", of: "fleet")
        figures.add("devices", devices)
        figures.add("interfaces", interfaces)
        figures.add("cycles", cycles)
        figures.add("seconds_per_cycle", seconds)
        figures.add("values_right", all.right)
        figures.add("values_wrong", all.wrong)
        figures.add("values_lost", all.lost)
        figures.add("polls_answered", all.answered)
        figures.add("polls_silent", all.silent)
        figures.add("messages", messages)
        figures.add("retransmissions", all.retransmissions)
        figures.add("kernel_drops", fleet.engine.counters.kernelDrops)
        figures.add("p50_milliseconds", all.latency(0.5))
        figures.add("p99_milliseconds", all.latency(0.99))
        figures.add("resident_mebibytes", resident)
        figures.add("process_cpu_seconds_per_cycle", spent / Double(cycles))
        figures.add("cpu_seconds_per_cycle", own / Double(cycles))
        figures.add("microseconds_per_message", perMessage)
        if broken == 0 {
            let loop = CLoop(fleet, rounds: rounds(all), seconds: seconds)
            let limit = try loop.run().microsecondsPerMessage
            figures.add("c_microseconds_per_message", limit)
            figures.add("ratio", perMessage / limit)
        }
        figures.print()
    }

    /// Messages of one poll, retransmissions aside.
    private func rounds(_ outcome: FleetOutcome) -> Int {
        let asked = outcome.messages - outcome.retransmissions - outcome.silent
        return max(1, Int((Double(asked) / Double(max(1, outcome.answered))).rounded()))
    }

    // MARK: Single exchanges

    private func measureExchanges(_ engine: SNMPEngine, first: UInt32, port: UInt16) async throws {
        let count = min(devices, Self.exchangeDevices)
        let exchanges = SingleExchanges(
            engine: engine,
            loop: CLoop(
                first: first, addresses: count, port: port, devices: count, questions: []),
            target: { [timeout] device in
                SNMPTarget(
                    host: .address(IPAddress(v4: first + UInt32(device))), port: port,
                    credentials: .community(Secret("public")), timeoutMilliseconds: timeout)
            }, version: .v2c)
        for kind in SingleExchanges.Kind.allCases { try await exchanges.measure(kind) }
        guard let v3Agent else { return }
        let (address, v3Port) = try Fleet.place(v3Agent)
        let passphrase = Secret(v3Passphrase)
        let user = try SNMPUser(
            name: v3User, authentication: .init(.sha256, passphrase),
            privacy: .init(.aes128, passphrase))
        var loop = CLoop(
            first: address, addresses: 1, port: v3Port, devices: count, questions: [])
        loop.window = Self.secureWindow
        loop.user = (v3User, v3Passphrase)
        let secure = SingleExchanges(
            engine: engine, loop: loop,
            target: { [timeout] _ in
                SNMPTarget(
                    host: .address(IPAddress(v4: address)), port: v3Port, version: .v3,
                    credentials: .user(user), timeoutMilliseconds: timeout)
            }, version: .v3)
        // What an agent on a host has for sure.
        for kind in [SingleExchanges.Kind.get1, .get10, .bulk50] { try await secure.measure(kind) }
    }
}
