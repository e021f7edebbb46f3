import PollerEngine
import PollerModel
import Synchronization
import TestSupport
import Testing

/// What a restart would find.
final class MemoryInterruptions: InterruptionStore, Sendable {
    private struct State {
        var history = InterruptionHistory()
        var batches: [InterruptionBatch] = []
        var writesToFail = 0
    }
    private let state = Mutex(State())

    var history: InterruptionHistory { state.withLock { $0.history } }
    /// Those that held more than a heartbeat.
    var batches: [InterruptionBatch] {
        state.withLock { $0.batches.filter { !$0.written.isEmpty || !$0.removed.isEmpty } }
    }
    var heartbeats: Int { state.withLock { $0.batches.count { $0.aliveAt != nil } } }

    func failWriting(times: Int) { state.withLock { $0.writesToFail = times } }

    func write(_ batch: InterruptionBatch) async throws(InventoryFailure) {
        let isWritten = state.withLock { state in
            guard state.writesToFail == 0 else {
                state.writesToFail -= 1
                return false
            }
            state.batches.append(batch)
            let gone = Set(batch.removed).union(batch.written.map(\.id))
            state.history.kept.removeAll { gone.contains($0.id) }
            state.history.kept = (state.history.kept + batch.written).sorted { $0.id < $1.id }
            state.history.nextID = max(
                state.history.nextID, (batch.written.last?.id.rawValue ?? 0) + 1)
            state.history.aliveAt = batch.aliveAt ?? state.history.aliveAt
            return true
        }
        guard isWritten else { throw .failed(operation: "write", detail: "as the test wants") }
    }
}

@Suite struct InterruptionTests {
    private static let device = Interruption.Scope.device(DeviceID(1))

    /// `no_answer 10–16`, in minutes since the scene began; “…” goes on.
    private func texts(_ scene: Scene, _ scopes: [Interruption.Scope]? = nil) throws -> [String] {
        let range = try TimeRange(
            start: Timestamp(seconds: 1_600_000_000), end: Timestamp(seconds: 1_800_000_000))
        return scene.interruptions.interruptions(of: scopes, in: range).map {
            let minutes = { (time: Timestamp) in
                let seconds = time.seconds - scene.start.seconds
                return "\(Int((Double(seconds) / 60).rounded()))"
            }
            return "\($0.code) \(minutes($0.start))–\($0.end.map(minutes) ?? "…")"
        }
    }

    @Test func `an hour without trouble leaves nothing`() throws {
        let scene = try Scene()
        scene.run(minutes: 60)
        #expect(try texts(scene) == [])
        #expect(scene.interruptions.version == 0)
        #expect(scene.kept.batches.isEmpty)
        // One in ten seconds at most.
        #expect((300...361).contains(scene.kept.heartbeats), "\(scene.kept.heartbeats)")
    }

    @Test func `a silent device is interrupted, and none of its data sources`() throws {
        let scene = try Scene()
        scene.run(
            minutes: 30,
            [(10, { $0.network.fallSilent(true) }), (16, { $0.network.fallSilent(false) })])
        let texts = try texts(scene)
        let answers = scene.board.device(DeviceID(1)).lastAnswer
        #expect(texts.count == 1 && texts[0].hasPrefix("no_answer "), "\(texts)")
        let range = try TimeRange(
            start: scene.start, end: scene.start.advanced(seconds: 3_600))
        let silence = try #require(
            scene.interruptions.interruptions(of: [Self.device], in: range).first)
        // From the sample before to the one after.
        let rows = scene.rows(1)
        let known = rows.filter { if case .counter = $0.values[0] { true } else { false } }
        #expect(known.contains { abs($0.time.seconds - silence.start.seconds) <= 1 })
        let end = try #require(silence.end)
        #expect(known.contains { abs($0.time.seconds - end.seconds) <= 1 })
        #expect(!known.contains { $0.time > silence.start.advanced(seconds: 1) && $0.time < end })
        #expect(silence.lost == 6, "\(silence)")
        #expect(answers ?? scene.start > end)
        // Begun, and ended, each in a batch of its own.
        #expect(scene.kept.batches.count == 2)
        #expect(scene.kept.history.kept == [silence])
    }

    @Test func `polls of a silent device leave what pictures are cached by alone`() throws {
        let scene = try Scene()
        let versions = Mutex<[Int]>([])
        let look: @Sendable (Scene) async -> Void = { scene in
            versions.withLock { $0.append(scene.interruptions.version(of: DeviceID(1))) }
        }
        scene.run(
            minutes: 30,
            [
                (9, look), (10, { $0.network.fallSilent(true) }), (13, look), (25, look),
                (26, { $0.network.fallSilent(false) }), (29, look),
            ])
        let seen = versions.withLock { $0 }
        try #require(seen.count == 4)
        #expect(seen[0] < seen[1] && seen[1] == seen[2] && seen[2] < seen[3])
    }

    @Test func `a device that is switched off says so`() throws {
        let scene = try Scene()
        let set = { @Sendable (isEnabled: Bool) -> @Sendable (Scene) async -> Void in
            { scene in
                var change = DeviceChange()
                change.isEnabled = isEnabled
                do {
                    _ = try await scene.inventory.change(
                        DeviceID(1), to: change, at: scene.simulation.now.wall)
                } catch { Issue.record(error) }
            }
        }
        scene.run(minutes: 30, [(10, set(false)), (20, set(true))])
        let texts = try texts(scene)
        #expect(texts.count == 1 && texts[0].hasPrefix("device.disabled "), "\(texts)")
        #expect(!texts[0].hasSuffix("…"))
    }

    @Test func `a table that cannot be read interrupts its data sources, not the device`() throws {
        let scene = try Scene()
        scene.run(
            minutes: 40,
            [
                (
                    10,
                    {
                        $0.network.refuseWalks(of: [TableNetwork.index])
                        $0.network.renumber(["eth1", "eth0"])
                    }
                ), (20, { $0.network.refuseWalks(of: []) }),
            ])
        #expect(try texts(scene, [Self.device]).isEmpty)
        for source in Int64(1)...2 {
            let own = try texts(scene, [.source(DataSourceID(source))])
            #expect(own.count == 1 && own[0].hasPrefix("table_unread "), "\(own)")
            #expect(!own[0].hasSuffix("…"))
        }
    }

    @Test func `a row that is gone interrupts its data source until it returns`() throws {
        let scene = try Scene()
        scene.run(
            minutes: 40,
            [
                (10, { $0.network.renumber(["eth0"]) }),
                (25, { $0.network.renumber(["eth0", "eth1"]) }),
            ])
        #expect(try texts(scene, [Self.device, .source(DataSourceID(1))]).isEmpty)
        let gone = try texts(scene, [.source(DataSourceID(2))])
        #expect(gone.count == 1 && !gone[0].hasSuffix("…"), "\(gone)")
        #expect(gone[0].hasPrefix("row_gone "), "\(gone)")
    }

    @Test func `the first samples of counters are no interruption`() throws {
        let scene = try Scene()
        scene.run(minutes: 2)
        #expect(try texts(scene).isEmpty)
    }

    @Test func `what cannot be written is written later`() throws {
        let scene = try Scene()
        scene.kept.failWriting(times: 120)
        scene.run(minutes: 60, [(10, { $0.network.fallSilent(true) })])
        #expect(scene.kept.history.kept.map(\.code) == ["no_answer"])
    }

    // MARK: Restarts

    @Test func `a poller that was away says from when to when`() throws {
        let first = try Scene()
        first.run(minutes: 10)
        let later = try Scene(after: first, at: first.start.advanced(seconds: 1_800))
        later.run(minutes: 10)
        let away = try texts(later, [.poller])
        // The heartbeat of the last ten seconds is the last sign of life.
        #expect(away == ["poller.stopped -20–0"], "\(away)")
        #expect(try texts(later, [Self.device]).isEmpty)
    }

    @Test(arguments: [(14, 0), (15, 1)] as [(Int64, Int)])
    func `a short absence leaves no gap`(seconds: Int64, count: Int) throws {
        let first = try Scene()
        let alive = first.start.advanced(seconds: 100)
        first.simulation.run(milliseconds: 1_000) {
            do {
                try await first.kept.write(InterruptionBatch(aliveAt: alive))
            } catch { Issue.record(error) }
        }
        let later = try Scene(after: first, at: alive.advanced(seconds: seconds))
        #expect(try texts(later, [.poller]).count == count)
    }

    @Test(arguments: [true, false])
    func `an outage of before a restart goes on if the first poll fails too`(
        isSilent: Bool
    ) throws {
        let first = try Scene()
        first.run(minutes: 20, [(10, { $0.network.fallSilent(true) })])
        #expect(try texts(first, [Self.device]).count == 1)
        let later = try Scene(after: first, at: first.start.advanced(seconds: 1_800))
        later.network.fallSilent(isSilent)
        later.run(minutes: 5)
        let outages = try texts(later, [Self.device])
        #expect(outages.count == 1, "\(outages)")
        #expect(outages.first?.hasSuffix("…") == isSilent, "\(outages)")
    }

    @Test func `a device that was removed is forgotten`() throws {
        let scene = try Scene()
        scene.run(
            minutes: 30,
            [
                (5, { $0.network.fallSilent(true) }),
                (
                    15,
                    { scene in
                        do {
                            _ = try await scene.inventory.remove(DeviceID(1))
                        } catch { Issue.record(error) }
                    }
                ),
            ])
        #expect(try texts(scene).isEmpty)
        #expect(scene.kept.history.kept.isEmpty)
    }
}
