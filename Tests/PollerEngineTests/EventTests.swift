import PollerEngine
import PollerModel
import Synchronization
import TestSupport
import Testing

/// What a restart would find of what happened.
final class MemoryEvents: EventStore, Sendable {
    private struct State {
        var events: [Event] = []
        var batches = 0
        var writesToFail = 0
    }
    private let state = Mutex(State())

    var batches: Int { state.withLock { $0.batches } }
    func failWriting(times: Int) { state.withLock { $0.writesToFail = times } }

    func write(_ batch: EventBatch) async throws(InventoryFailure) {
        let isWritten = state.withLock { state in
            guard state.writesToFail == 0 else {
                state.writesToFail -= 1
                return false
            }
            state.batches += 1
            state.events += batch.written
            for again in batch.repeats {
                for place in state.events.indices where state.events[place].id == again.id {
                    state.events[place].count = again.count
                    state.events[place].lastTime = again.lastTime
                }
            }
            return true
        }
        guard isWritten else { throw .failed(operation: "write", detail: "as the test wants") }
    }

    func events(_ query: EventQuery) async throws(InventoryFailure) -> [Event] {
        state.withLock { $0.events.filter { query.kinds.contains($0.kind) }.reversed() }
    }
}

@Suite struct EventTests {
    private static let device = Event.Subject.device(DeviceID(1))

    /// Oldest first.
    private func events(_ scene: Scene) async throws -> [Event] {
        try await scene.events.events(EventQuery()).reversed()
    }

    private func codes(_ scene: Scene) async throws -> [String] {
        try await events(scene).map(\.kind.code)
    }

    @Test func `an hour without trouble leaves nothing`() async throws {
        let scene = try Scene()
        scene.run(minutes: 60)
        #expect(try await codes(scene) == [])
    }

    @Test func `a device that goes down and comes back is told once each`() async throws {
        let scene = try Scene()
        scene.run(
            minutes: 40,
            [(10, { $0.network.fallSilent(true) }), (20, { $0.network.fallSilent(false) })])
        let events = try await events(scene)
        #expect(
            events.map(\.kind) == [.deviceDown, .deviceRecovering, .deviceUp], "\(events)")
        #expect(events.allSatisfy { $0.subject == Self.device && $0.name == "d1" })
        #expect(events[0].words.hasPrefix("the device is down: nothing answered"))
        #expect(events[0].details["reason"] == "no_answer")
        #expect(events.map(\.time) == events.map(\.time).sorted())
    }

    @Test func `a restart with renumbered interfaces is told with what moved`() async throws {
        let scene = try Scene()
        scene.run(minutes: 30, [(10, { $0.network.restart(["eth1", "eth0"], age: 5_000) })])
        let events = try await events(scene)
        #expect(events.map(\.kind) == [.deviceRestarted, .rowsRemapped], "\(events)")
        #expect(events[1].details["query"] == "interfaces")
    }

    @Test func `a table that is read again and is as it was is no event`() async throws {
        let scene = try Scene()
        scene.run(minutes: 30, [(10, { $0.network.restart(["eth0", "eth1"], age: 5_000) })])
        #expect(try await codes(scene) == ["device.restarted"])
    }

    @Test func `a table that cannot be read, and its data sources, are told once`() async throws {
        let scene = try Scene()
        scene.run(
            minutes: 60,
            [
                (
                    10,
                    {
                        $0.network.refuseWalks(of: [TableNetwork.index])
                        $0.network.renumber(["eth1", "eth0"])
                    }
                ), (40, { $0.network.refuseWalks(of: []) }),
            ])
        let events = try await events(scene)
        let silent = events.filter { $0.kind == .sourceSilent }
        #expect(
            Set(silent.map(\.subject)) == [
                .source(DataSourceID(1), of: DeviceID(1)),
                .source(DataSourceID(2), of: DeviceID(1)),
            ], "\(events)")
        #expect(silent.count == 2 && silent.allSatisfy { $0.details["reason"] == "table_unread" })
        #expect(events.count { $0.kind == .reindexFailed } == 1)
        #expect(events.count { $0.kind == .sourceRecovered } == 2, "\(events)")
    }

    @Test func `what recovers with its device is told, and once`() async throws {
        let scene = try Scene()
        scene.run(
            minutes: 60,
            [
                (
                    10,
                    {
                        $0.network.refuseWalks(of: [TableNetwork.index])
                        $0.network.renumber(["eth1", "eth0"])
                    }
                ), (20, { $0.network.fallSilent(true) }),
                (
                    30,
                    {
                        $0.network.refuseWalks(of: [])
                        $0.network.fallSilent(false)
                    }
                ),
            ])
        let kinds = try await events(scene).map(\.kind)
        #expect(kinds.count { $0 == .sourceSilent } == 2, "\(kinds)")
        #expect(kinds.count { $0 == .sourceRecovered } == 2, "\(kinds)")
        let down = try #require(kinds.firstIndex(of: .deviceDown))
        let recovered = try #require(kinds.firstIndex(of: .sourceRecovered))
        #expect(down < recovered, "\(kinds)")
    }

    @Test func `a slow device is told once, and how often it missed its slot`() async throws {
        let scene = try Scene()
        scene.run(minutes: 20, [(5, { $0.network.delay(90_000) })])
        let events = try await events(scene).filter { $0.kind == .slotMissed }
        #expect(events.count == 1, "\(events)")
        #expect(events.first.map { $0.count > 3 && $0.lastTime > $0.time } == true, "\(events)")
    }

    @Test func `a device is told of when it is changed and when it is gone`() async throws {
        let scene = try Scene()
        var change = DeviceChange()
        change.name = "core"
        _ = try await scene.desk.change(DeviceID(1), to: change)
        _ = try await scene.desk.change([DeviceID(1)], to: change)
        try await scene.desk.delete(DeviceID(1), keepsData: true)
        let events = try await events(scene)
        #expect(events.map(\.kind) == [.deviceChanged, .deviceChanged, .deviceRemoved])
        // Its name is kept, though nobody else knows it any more.
        #expect(events.map(\.name) == ["core", "core", "core"])
        #expect(events[2].words == "the device was removed; its files stay in rrd/1")
    }

    @Test func `what cannot be written is written with the next, and said once`() async throws {
        let clock = ManualClock()
        let log = EventLog()
        let store = MemoryEvents()
        let recorder = EventRecorder(
            nextID: 5, store: store, inventory: try Scene().inventory, timekeeper: clock,
            logger: log.logger)
        recorder.report(NewEvent(.mark, "one"))
        store.failWriting(times: 2)
        await recorder.write()
        recorder.report(NewEvent(.mark, "two"))
        await recorder.write()
        #expect(store.batches == 0 && log.words("events.write_failed").count == 1)
        await recorder.write()
        await recorder.write()
        #expect(store.batches == 1)
        let events = try await recorder.events(EventQuery())
        #expect(events.map(\.words) == ["two", "one"])
        #expect(events.map(\.id.rawValue) == [6, 5] && recorder.lostCount == 0)
    }

    @Test func `reports cost little, and none waits for the database`() async throws {
        let recorder = EventRecorder(
            nextID: 1, store: MemoryEvents(), inventory: try Scene().inventory,
            timekeeper: ManualClock(), logger: Fixture.logger)
        let count = EventLimits.largestQueue
        let (_, took) = ThreadTime.measure {
            for _ in 0..<count {
                recorder.report(NewEvent(.deviceUp, of: Self.device, "the device is up again"))
            }
        }
        print("a report takes \(took / count)")
        #expect(recorder.lostCount == 0 && took < .seconds(2), "\(took)")
        recorder.report(NewEvent(.deviceUp, of: Self.device, "one too many"))
        #expect(recorder.lostCount == 1)
    }
}
