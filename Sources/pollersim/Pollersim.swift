import ArgumentParser
import Foundation
import PollerModel
import PollerSimulator
import UnixSignals

/// Simulated SNMP agents, for people who write templates and for tests.
@main
struct Pollersim: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pollersim",
        abstract: "Serves simulated SNMPv1 and SNMPv2c agents on loopback addresses.",
        discussion: """
            With recordings, the i-th one answers at the i-th address from --address on. Without,
            --devices agents answer, each with --interfaces interfaces whose rates are known.

            A recording is a text of lines OID|TAG|VALUE, as `snmprec` of snmpsim writes them.

            Faults (--fault, repeatable):
            """
                + Faults.keys.map {
                    "\n  \($0.key)".padding(toLength: 28, withPad: " ", startingAt: 0) + $0.meaning
                }
                .joined())

    @Argument(help: "Recordings to serve (.snmprec).", completion: .file(extensions: ["snmprec"]))
    var recordings: [String] = []

    @Option(help: "Number of devices without a recording (1 to 5000).")
    var devices = 1

    @Option(help: "Interfaces of a device without a recording (0 to 10000).")
    var interfaces = 4

    @Option(help: "Address of the first device.")
    var address = "127.0.0.1"

    @Option(help: "UDP port.")
    var port: UInt16 = 16_161

    @Option(help: "Community the agents answer to.")
    var community = "public"

    /// So that a counter still fits into 64 bits after months.
    private static let largestRate: UInt64 = 1_000_000_000_000

    @Option(help: "Counters of recordings grow by up to this many a second (0: not at all).")
    var rate: UInt64 = 100_000

    @Option(help: "Added to the octet counters, to place them next to a wrap.")
    var base: UInt64 = 0

    @Flag(help: "Without the 64-bit counters of ifXTable.")
    var narrow = false

    @Option(help: "A fault of every agent; see above.")
    var fault: [String] = []

    func validate() throws {
        guard (1...5_000).contains(devices) else {
            throw ValidationError("--devices is 1 to 5000, not \(devices)")
        }
        guard (0...10_000).contains(interfaces) else {
            throw ValidationError("--interfaces is 0 to 10000, not \(interfaces)")
        }
        guard rate <= Self.largestRate else {
            throw ValidationError("--rate is 0 to \(Self.largestRate), not \(rate)")
        }
        guard let first = IPAddress(address), first.isV4, first.isLoopback else {
            throw ValidationError("--address is one of 127.0.0.0/8, not \(address)")
        }
    }

    func run() async throws {
        var faults = Faults()
        for text in fault {
            do { try faults.set(text) } catch { throw ValidationError(error.words) }
        }
        let trees = try recordings.isEmpty ? formulas() : recordings.map(load)
        let places = try trees.enumerated().map { position, tree in
            SimulatorServer.Place(
                agent: Agent(community: community, tree: tree, faults: faults),
                address: try address(position), port: port)
        }
        let server = try await SimulatorServer.start(places)
        let objects = trees.reduce(0) { $0 + $1.count }
        // Not through print, which keeps lines back while standard output is no terminal.
        let line =
            "pollersim: \(places.count) agents with \(objects) objects from \(address) on, "
            + "UDP port \(port), community \(community)\n"
        try FileHandle.standardOutput.write(contentsOf: Data(line.utf8))
        await interruption()
        try await server.stop()
    }

    private func formulas() -> [ObjectTree] {
        (1...devices).map {
            InterfaceFormula.tree(
                device: $0, interfaces: interfaces, base: base, is64Bit: !narrow)
        }
    }

    private func load(_ path: String) throws -> ObjectTree {
        let text = try String(contentsOfFile: path, encoding: .isoLatin1)
        do {
            return try Recording.tree(text, counterRate: rate)
        } catch {
            throw ValidationError("\(path):\(error.line): \(error.words)")
        }
    }

    private func address(_ position: Int) throws -> String {
        guard let first = IPAddress(address) else { throw ValidationError("--address \(address)") }
        let number = first.bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } + UInt32(position)
        return IPAddress(bytes: withUnsafeBytes(of: number.bigEndian, Array.init)).description
    }

    /// Returns at SIGINT or SIGTERM.
    private func interruption() async {
        for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return }
    }
}
