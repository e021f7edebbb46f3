import PollerDefinitions
import PollerEngine
import PollerModel
import PollerRRD
import PollerSNMP
import PollerSimulator
import TestSupport
import Testing

/// The desk over real SNMP, real files and a real database; pings go as a test says.
final class Office {
    let folder: TemporaryFolder
    let inventory: Inventory
    let engine: SNMPEngine
    let store: JournaledStore
    let board: StatusBoard
    let poller: Poller
    let desk: DeviceDesk
    let pings = ScriptedPings()

    init() throws {
        folder = try TemporaryFolder()
        let clock = SystemTimekeeper()
        SNMPLibrary.start(folder: folder.path, logger: Fixture.logger, timekeeper: clock)
        inventory = try Inventory(
            path: folder.path + "/pollerd.sqlite", catalogue: try Fixture.catalogue())
        engine = try SNMPEngine(timekeeper: clock, logger: Fixture.logger)
        store = try JournaledStore(
            storage: RoundRobinStorage(folder: folder.path), timekeeper: clock,
            logger: Fixture.logger)
        board = StatusBoard(startedAt: clock.now.wall)
        poller = Poller(
            transport: engine, pings: pings, store: store, inventory: inventory, timekeeper: clock,
            board: board,
            logger: Fixture.logger, greets: false)
        desk = DeviceDesk(
            transport: engine, pings: pings, store: store, inventory: inventory, timekeeper: clock,
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
    let office = try Office()
    let server = try await SimulatorServer.start(agents.map { SimulatorServer.Place(agent: $0) })
    var failure: (any Error)?
    do { try await body(office, server.ports) } catch { failure = error }
    await office.engine.stop()
    await office.store.stop()
    try await server.stop()
    if let failure { throw failure }
}
