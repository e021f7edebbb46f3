import Logging
import PollerDefinitions
import PollerEngine
import PollerModel
import PollerRRD
import PollerSNMP
import PollerSimulator
import TestSupport
import Testing

/// The desk over real SNMP, real files and a real database; pings go as a test says.
///
/// With a clock of the test's, time passes only there: what an agent answers is stamped with it,
/// and only the engine's time-outs are real.
final class Office {
    let folder: TemporaryFolder
    let inventory: Inventory
    let engine: SNMPEngine
    let store: JournaledStore
    let board: StatusBoard
    let poller: Poller
    let desk: DeviceDesk
    let pings = ScriptedPings()

    init(clock manual: ManualClock? = nil, logger: Logger = Fixture.logger) throws {
        folder = try TemporaryFolder()
        let clock: any Timekeeper = manual ?? SystemTimekeeper()
        SNMPLibrary.start(
            folder: folder.path, logger: Fixture.logger, timekeeper: SystemTimekeeper())
        inventory = try Inventory(
            path: folder.path + "/pollerd.sqlite", catalogue: try Fixture.catalogue())
        let engine = try SNMPEngine(timekeeper: SystemTimekeeper(), logger: Fixture.logger)
        self.engine = engine
        let transport: any SNMPTransport =
            manual.map { StampedTransport(engine: engine, clock: $0) } ?? engine
        store = try JournaledStore(
            storage: RoundRobinStorage(folder: folder.path), timekeeper: clock,
            logger: Fixture.logger)
        board = StatusBoard(startedAt: clock.now.wall)
        poller = Poller(
            transport: transport, pings: pings, store: store, inventory: inventory,
            timekeeper: clock,
            board: board,
            logger: logger, greets: false)
        desk = DeviceDesk(
            transport: transport, pings: pings, store: store, inventory: inventory,
            timekeeper: clock,
            poller: poller, board: board, defaultStep: try #require(Step(seconds: 60)),
            logger: Fixture.logger)
    }

    func request(_ port: UInt16, timeout: Int64 = 3_000) -> AddDeviceRequest {
        AddDeviceRequest(
            target: SNMPTarget(
                host: .address(IPAddress(bytes: [127, 0, 0, 1])), port: port,
                credentials: .community(Secret("public")), timeoutMilliseconds: timeout, retries: 1)
        )
    }
}

/// Opens an office beside simulated agents, and closes both, whatever happens.
func withOffice(
    _ agents: [Agent], _ body: (Office, [UInt16]) async throws -> Void
) async throws {
    let server = try await SimulatorServer.start(agents.map { SimulatorServer.Place(agent: $0) })
    try await withOffice(try Office()) { office in
        try await body(office, server.ports)
    } finally: {
        try await server.stop()
    }
}

/// Closes an office, whatever happens, and then what it worked with.
func withOffice(
    _ office: Office, _ body: (Office) async throws -> Void,
    finally: () async throws -> Void = {}
) async throws {
    var failure: (any Error)?
    do { try await body(office) } catch { failure = error }
    await office.engine.stop()
    await office.store.stop()
    try await finally()
    if let failure { throw failure }
}

/// Real exchanges, whose answers carry the time of a test's clock.
struct StampedTransport: SNMPTransport {
    let engine: SNMPEngine
    let clock: ManualClock

    var counters: SNMPCounters { engine.counters }
    func takeKnowledge() -> SNMPKnowledge { engine.takeKnowledge() }

    func resolve(_ host: DeviceHost) async throws(SNMPFailure) -> IPAddress {
        try await engine.resolve(host)
    }

    func walk(_ request: SNMPWalkRequest) async throws(SNMPFailure) -> SNMPWalkResponse {
        try await engine.walk(request)
    }

    func get(_ request: SNMPGetRequest) async -> SNMPGetResponse {
        let response = await engine.get(request)
        let now = clock.now
        return SNMPGetResponse(
            groups: response.groups.map { group in
                group.map {
                    SNMPGroupAnswer(
                        values: $0.values, companion: $0.companion, receivedAt: now)
                }
            }, effort: response.effort)
    }
}
