import PollerDefinitions
import PollerModel
import PollerSNMP
import TestSupport
import Testing

@testable import PollerEngine

/// Discovery and polling over real SNMP with a real database; rows stay in memory, because all
/// that recorded devices could give would fill a disk.
final class RecordedOffice {
    let folder: TemporaryFolder
    let inventory: Inventory
    let engine: SNMPEngine
    let board: StatusBoard
    let poller: Poller
    let discovery: DeviceDiscovery
    private let clock = SystemTimekeeper()

    init() throws {
        folder = try TemporaryFolder()
        SNMPLibrary.start(folder: folder.path, logger: Fixture.logger, timekeeper: clock)
        inventory = try Inventory(
            path: folder.path + "/pollerd.sqlite", catalogue: try Fixture.catalogue())
        engine = try SNMPEngine(timekeeper: clock, logger: Fixture.logger)
        board = StatusBoard(startedAt: clock.now.wall)
        poller = Poller(
            transport: engine, pings: ScriptedPings(), store: MemoryStore(), inventory: inventory,
            timekeeper: clock, board: board, logger: Fixture.logger, greets: false)
        discovery = DeviceDiscovery(
            transport: engine, catalogue: inventory.definitions.catalogue, timekeeper: clock)
    }

    /// What a recorded device turned out to be.
    struct Visit {
        let device: DiscoveredDevice
        /// The graphs it gets by itself.
        let proposals: [GraphProposal]
        /// All it could have, polled once.
        let definition: DeviceDefinition
        let messages: Int
        let milliseconds: Int64
    }

    /// Goes the way of adding a device, but makes every graph that it has values for.
    func visit(_ name: String, at target: SNMPTarget) async throws -> Visit {
        let catalogue = inventory.definitions.catalogue
        let start = clock.now.monotonic
        let system = try await discovery.systemGroup(of: target).system
        let columns = discovery.columns(of: target)
        let kind = try #require(
            try await discovery.kind(of: target, system: system, columns: columns))
        _ = try await discovery.discover(target, system: system, kind: kind, columns: columns)
        let milliseconds = clock.now.monotonic.milliseconds - start.milliseconds
        let messages = columns.messages
        let device = try await discovery.discover(
            target, system: system, kind: kind, columns: columns, judgesOffers: true)
        let subject = TitleSubject(name: name, host: target.host, system: system)
        let proposals = GraphSelection.proposals(for: device, of: subject, catalogue: catalogue)
        // Of a device with thousands of interfaces, those that are graphed anyway are enough.
        let isLarge = device.tables.values.contains { $0.rows.count > 500 }
        let all = GraphSelection.proposals(
            kind.graphs + kind.offers, for: device, of: subject, catalogue: catalogue
        ) { query, row in !isLarge || query.isGraphedByDefault(row.fields) }
        let new = NewDevice(
            name: name, target: target, profile: try #require(catalogue.profiles["one_minute"]),
            site: nil, tags: [], discovered: device, proposals: all)
        let definition = try await inventory.add(new, at: clock.now.wall)
        let isPolled = await poller.pollNow(definition.device.id)
        #expect(isPolled)
        return Visit(
            device: device, proposals: proposals, definition: definition,
            messages: messages, milliseconds: milliseconds)
    }
}
