import Logging
import PollerEngine
import PollerModel
import PollerSNMP
import PollerSimulator
import Synchronization
import TestSupport

/// A running engine, stopped when the body is over.
@discardableResult
func withEngine<Value>(
    knowing knowledge: SNMPKnowledge = SNMPKnowledge(),
    clock: some Timekeeper = SystemTimekeeper(), _ body: (SNMPEngine) async throws -> Value
) async throws -> Value {
    let folder = try TemporaryFolder()
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    SNMPLibrary.start(folder: folder.path, logger: logger, timekeeper: SystemTimekeeper())
    let engine = try SNMPEngine(timekeeper: clock, logger: logger, knowledge: knowledge)
    do {
        let value = try await body(engine)
        await engine.stop()
        return value
    } catch {
        await engine.stop()
        throw error
    }
}

/// The machine's clocks, put forward by a test.
final class ForwardClock: Timekeeper {
    private let milliseconds = Atomic<Int64>(0)

    func advance(milliseconds: Int64) {
        self.milliseconds.add(milliseconds, ordering: .relaxed)
    }

    var now: Moment {
        SystemTimekeeper().now.advanced(milliseconds: milliseconds.load(ordering: .relaxed))
    }

    func sleep(until deadline: MonotonicTime) async throws(CancellationError) {
        try await SystemTimekeeper().sleep(until: deadline)
    }
}

/// Simulated agents on loopback ports, stopped when the body is over.
@discardableResult
func withAgents<Value>(
    _ agents: [Agent], _ body: ([UInt16]) async throws -> Value
) async throws -> Value {
    let server = try await SimulatorServer.start(agents.map { SimulatorServer.Place(agent: $0) })
    do {
        let value = try await body(server.ports)
        try await server.stop()
        return value
    } catch {
        try await server.stop()
        throw error
    }
}

func target(
    _ port: UInt16, version: SNMPVersion = .v2c, community: String = "public",
    timeout: Int64 = 3_000, retries: Int = 1
) -> SNMPTarget {
    SNMPTarget(
        host: .address(IPAddress(bytes: [127, 0, 0, 1])), port: port, version: version,
        credentials: .community(Secret(community)), timeoutMilliseconds: timeout, retries: retries)
}

let sysName = OID([1, 3, 6, 1, 2, 1, 1, 5, 0])
let ifTable = OID([1, 3, 6, 1, 2, 1, 2, 2, 1])
let ifXTable = OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1])

extension SNMPEffort {
    /// Messages without those that a busy machine made the engine send again.
    var questions: Int { messages - retransmissions }
}
