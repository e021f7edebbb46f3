import PollerEngine
import PollerModel
import TestSupport
import Testing

/// One device with two interfaces whose rates differ, polled in simulated time.
final class Scene: Sendable {
    static let begin = Timestamp(seconds: 1_700_000_000)

    let start: Timestamp
    let simulation: Simulation
    let network: TableNetwork
    let store: MemoryStore
    let inventory: MemoryInventory
    let board: StatusBoard
    /// What a restart finds of the interruptions.
    let kept: MemoryInterruptions
    let interruptions: InterruptionRecorder
    let diary = MemoryEvents()
    let events: EventRecorder
    let poller: Poller
    let desk: DeviceDesk
    let pings: ScriptedPings

    /// - Parameter earlier: files and definitions that are taken over, as after a restart of the
    ///   poller.
    init(
        names: [String] = ["eth0", "eth1"], profiles: [String]? = nil, after earlier: Scene? = nil,
        at start: Timestamp = begin, pingMilliseconds: Int64 = 0
    ) throws {
        self.start = start
        let simulation = Simulation(start: start)
        self.simulation = simulation
        pings = ScriptedPings {
            if pingMilliseconds > 0 { await simulation.sleep(milliseconds: pingMilliseconds) }
        }
        let step = try #require(Step(seconds: 60))
        store = earlier?.store ?? MemoryStore()
        let definition = Fixture.device(
            1, width: .wide, step: step,
            createdAt: Timestamp(seconds: 1_700_000_000 - 1_000), interfaces: ["eth0", "eth1"],
            profiles: profiles)
        inventory =
            try earlier?.inventory
            ?? MemoryInventory(
                Definitions(version: 1, catalogue: Fixture.catalogue(), devices: [definition]))
        network = TableNetwork(simulation, names: names)
        board = StatusBoard(startedAt: simulation.now.wall)
        kept = earlier?.kept ?? MemoryInterruptions()
        events = EventRecorder(
            nextID: 1, store: diary, inventory: inventory, timekeeper: simulation,
            logger: Fixture.logger)
        interruptions = InterruptionRecorder(
            startedAt: simulation.now.wall, history: kept.history,
            definitions: inventory.definitions, store: kept, logger: Fixture.logger,
            events: events)
        poller = Poller(
            transport: network, pings: pings, store: store, inventory: inventory,
            timekeeper: simulation,
            board: board, interruptions: interruptions, logger: Fixture.logger, events: events,
            greets: false)
        desk = DeviceDesk(
            transport: network, pings: pings, store: store, inventory: inventory,
            timekeeper: simulation,
            poller: poller, board: board, defaultStep: step, logger: Fixture.logger,
            events: events)
    }

    /// Polls for so many minutes; `acts` happen at the minute they name.
    func run(minutes: Int64, _ acts: [(minute: Int64, act: @Sendable (Scene) async -> Void)] = []) {
        simulation.run(milliseconds: minutes * 60_000) {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.poller.loop() }
                for (minute, act) in acts {
                    group.addTask {
                        await self.simulation.sleep(milliseconds: minute * 60_000)
                        await act(self)
                    }
                }
            }
        }
    }

    /// The device stands at another host from now on.
    func move(to host: String) async {
        var change = DeviceChange()
        change.target.host = DeviceHost(host)
        change.target.account.credentials = .community(Secret("public"))
        do {
            _ = try await desk.change(DeviceID(1), to: change)
        } catch { Issue.record(error) }
    }

    func rows(_ source: Int64) -> [RoundRobinRow] { store.rows("rrd/1/\(source).rrd") }

    /// Rates a millisecond as librrd forms them of neighbouring known rows.
    func rates(_ source: Int64) -> [Double] {
        let rows = rows(source)
        return zip(rows, rows.dropFirst()).compactMap { before, after in
            guard case .counter(let first) = before.values[0],
                case .counter(let second) = after.values[0]
            else { return nil }
            return (Double(second) - Double(first))
                / Double(after.time.milliseconds - before.time.milliseconds)
        }
    }

    /// Whether every stored rate is the interface's own; source 1 is eth0, source 2 eth1.
    func expectOwnRates(atLeast count: Int, _ location: SourceLocation = #_sourceLocation) {
        for (source, name) in [(Int64(1), "eth0"), (2, "eth1")] {
            let rates = rates(source)
            let own = Double(TableNetwork.rate(name))
            #expect(
                rates.allSatisfy { abs($0 - own) < 0.001 }, "\(name): \(rates)",
                sourceLocation: location)
            #expect(rates.count >= count, "\(name)", sourceLocation: location)
        }
    }
}
