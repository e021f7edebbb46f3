import ArgumentParser
import Foundation
import Logging
import PollerEngine
import PollerModel
import PollerRRD
import PollerSNMP

/// `pollerbench cycle`: everything between an agent and the round-robin files.
struct CycleBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cycle",
        abstract: "Polls a fleet into round-robin files, and counts CPU time and memory.",
        discussion: """
            The poller itself, with the SNMP engine, the decoder and the store with its journal, \
            polls the simulated agents of an agentfarm, which must have been up for some minutes \
            by their own account (agentfarm -T). Only the inventory is one in memory. The poller's \
            clock runs some times as fast as the machine's, so that hours are over in minutes; \
            rates are so many times smaller, and are checked against those of the agents. After \
            as many slots as a batch has rows, so that writing has come to its usual pace, the \
            cycles are measured. Then the two C loops ask the same agents and write the same \
            files, and their sum is the limit.

            With --stages it is measured besides what share of a cycle is spent on what \
            explanations are made of: how each sample fared, interruptions and events, with \
            writing them to an inventory in the folder, and what memory that takes. That needs no \
            agents: all devices are well, then all answer without a value, are well again, and \
            are silent. The target is a share below 0.05 for 240,000 data sources (--stages 10000).
            """)

    @Option(help: "Simulated devices.")
    var devices = 1_000

    @Option(help: "Interfaces of each device.")
    var interfaces = 24

    @Option(help: "Address and port of the first agent.")
    var agents = "127.0.1.0:26161"

    @Option(help: "Cycles that are measured.")
    var cycles = 12

    @Option(help: "Cycles before them.")
    var warmUp = 13

    @Option(help: "How many times as fast as the machine's the poller's clock runs.")
    var speed: Int64 = 6

    @Option(help: "Name of a shipped profile.")
    var profile = "one_minute"

    @Option(help: "Rows of an archive at most, for smaller files.")
    var rows: Int?

    @Option(
        help: """
            Devices of which the records of explanations are measured, with as many interfaces \
            each; 0: none.
            """)
    var stages = 0

    @Option(help: "Folder for the files, which are removed afterwards.")
    var folder = NSTemporaryDirectory()

    func run() async throws {
        let (first, port) = try Fleet.place(agents)
        guard devices > 0, (1...100).contains(interfaces), cycles > 0, warmUp > 0,
            (1...60).contains(speed), (0...1_000_000).contains(stages)
        else {
            throw ValidationError(
                """
                --devices, --cycles and --warm-up are above 0, --interfaces is 1 to 100, --speed \
                1 to 60, --stages 0 to 1000000
                """)
        }
        let profile = try Profile.shipped(profile, rows: rows)
        let home = "\(folder)/pollerbench-cycle-\(getpid())"
        try FileManager.default.createDirectory(
            atPath: home, withIntermediateDirectories: true)
        // Left behind, it is a folder whose name says whose it was.
        defer { try? FileManager.default.removeItem(atPath: home) }
        let logger = Logger(label: "pollerbench") { _ in SwiftLogNoOpLogHandler() }
        let system = SystemTimekeeper()
        RRDLibrary.start()
        SNMPLibrary.start(folder: home, logger: logger, timekeeper: system)
        let engine = try SNMPEngine(timekeeper: system, logger: logger)
        let fleet = Fleet(
            engine: engine, first: first, port: port, devices: devices, interfaces: interfaces,
            timeout: SNMPTarget.defaultTimeoutMilliseconds)
        let run = try CycleRun(
            fleet: fleet, profile: profile, home: home, speed: speed, logger: logger)
        try await run.learn()
        let cycle = try await run.measure(warmUp: warmUp, cycles: cycles)
        cycle.figures.print()
        await engine.stop()
        guard stages > 0 else { return }
        try await StageRecords.measure(
            devices: stages, interfaces: interfaces, home: home,
            cycleMicroseconds: cycle.microsecondsPerSource, logger: logger)
    }
}
