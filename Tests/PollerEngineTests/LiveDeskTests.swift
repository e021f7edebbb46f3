import PollerEngine
import PollerModel
import Synchronization
import TestSupport
import Testing

/// A device that somebody looks on at, in simulated time.
@Suite struct LiveDeskTests {
    /// What came of watching a scene.
    private final class Outcome: Sendable {
        let readings = Mutex<[LiveReading]>([])
        let end = Mutex<LiveEnd?>(nil)

        /// Of one data source, and its first value.
        func values(_ source: Int) -> [Double?] {
            readings.withLock { $0.map { $0.sources[source].values[0].value } }
        }

        func codes(_ source: Int) -> [String?] {
            readings.withLock { $0.map { $0.sources[source].values[0].code } }
        }
    }

    /// Watches both interfaces of the scene's device until `isEnough` says so.
    private func watch(
        _ scene: Scene, interval: Int = 2, milliseconds: Int64 = 2_000_000,
        until isEnough: @escaping @Sendable (Int) -> Bool = { _ in false },
        act: @escaping @Sendable (Scene) async -> Void = { _ in }
    ) throws -> Outcome {
        let definition = try #require(scene.inventory.definitions.devices[DeviceID(1)])
        let order = try LiveOrder(
            [DataSourceID(2), DataSourceID(1)], of: definition, intervalSeconds: interval)
        let desk = LiveDesk(
            transport: scene.network, inventory: scene.inventory, timekeeper: scene.simulation)
        let outcome = Outcome()
        scene.simulation.run(milliseconds: milliseconds) {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await act(scene) }
                group.addTask {
                    let end = await desk.watch(order) { reading in
                        let count = outcome.readings.withLock {
                            $0.append(reading)
                            return $0.count
                        }
                        return !isEnough(count)
                    }
                    outcome.end.withLock { $0 = end }
                }
            }
        }
        return outcome
    }

    /// The poller has read the device's table again, and found these.
    private static func reindex(_ scene: Scene, _ names: [String]) async {
        let definitions = scene.inventory.definitions
        guard let definition = definitions.devices[DeviceID(1)] else { return }
        let rows = names.enumerated().map { position, name in
            DiscoveredTable.Row(
                index: [UInt32(position + 1)], fields: ["ifName": .text(DeviceText(name))],
                widths: [:])
        }
        let verdict = ReindexPlanner.verdict(
            definition, table: DiscoveredTable(query: "interfaces", rows: rows, note: nil),
            catalogue: definitions.catalogue)
        guard case .change(let change) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        do {
            _ = try await scene.inventory.apply(change, at: scene.simulation.now.wall)
        } catch { Issue.record(error) }
    }

    @Test func `rates are those of each interface, in the order that was asked for`() throws {
        let scene = try Scene()
        let outcome = try watch(scene, until: { $0 == 10 })
        #expect(outcome.end.withLock { $0 } == .left)
        for (place, name) in [(0, "eth1"), (1, "eth0")] {
            #expect(outcome.codes(place).first == "first_sample")
            let rates = outcome.values(place).dropFirst().compactMap { $0 }
            #expect(rates.count == 9)
            let own = Double(TableNetwork.rate(name)) * 1_000
            #expect(rates.allSatisfy { abs($0 - own) < 0.001 }, "\(rates)")
        }
        let times = outcome.readings.withLock { $0.map(\.atMilliseconds) }
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 == 2_000 }, "\(times)")
        #expect(scene.rows(1).isEmpty, "nothing is stored")
    }

    @Test func `it ends when the time is over`() throws {
        let outcome = try watch(try Scene(), interval: 5)
        #expect(outcome.end.withLock { $0 } == .timeIsOver)
        #expect(outcome.readings.withLock { $0.count } == 180)
    }

    @Test func `a daemon that stops ends it`() throws {
        let outcome = try watch(try Scene(), milliseconds: 10_000)
        #expect(outcome.end.withLock { $0 } == .left)
    }

    @Test func `a reading that takes long costs readings, and is not made up for`() throws {
        let scene = try Scene()
        scene.network.delay(2_500)
        let outcome = try watch(scene, interval: 1, milliseconds: 30_000)
        let times = outcome.readings.withLock { $0.map(\.atMilliseconds) }
        #expect(times.count == 10)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 == 3_000 }, "\(times)")
    }

    @Test func `an agent that restarts gives one interval less, with the reason`() throws {
        let scene = try Scene()
        let outcome = try watch(
            scene, until: { $0 == 10 },
            act: { scene in
                await scene.simulation.sleep(milliseconds: 7_000)
                scene.network.restart(["eth0", "eth1"], age: 500)
            })
        #expect(outcome.codes(1).compactMap { $0 } == ["first_sample", "agent_restarted"])
    }

    @Test func `rows that are others' now have no values`() throws {
        let scene = try Scene()
        let outcome = try watch(
            scene, until: { $0 == 10 },
            act: { scene in
                await scene.simulation.sleep(milliseconds: 7_000)
                scene.network.renumber(["eth1", "eth0"])
            })
        let codes = outcome.codes(0)
        #expect(codes[..<4] == ["first_sample", nil, nil, nil])
        #expect(codes[4...].allSatisfy { $0 == "table_unread" }, "\(codes)")
    }

    @Test func `a row that was moved is followed, without a rate across the move`() throws {
        let scene = try Scene()
        let outcome = try watch(
            scene, until: { $0 == 10 },
            act: { scene in
                await scene.simulation.sleep(milliseconds: 7_000)
                scene.network.renumber(["eth1", "eth0"])
                await Self.reindex(scene, ["eth1", "eth0"])
            })
        let codes = outcome.codes(0)
        #expect(codes == ["first_sample", nil, nil, nil, "first_sample", nil, nil, nil, nil, nil])
        let own = Double(TableNetwork.rate("eth1")) * 1_000
        let values = outcome.values(0).compactMap { $0 }
        #expect(values.allSatisfy { abs($0 - own) < 0.001 }, "\(values)")
    }

    @Test func `a device that falls silent is left alone after five readings`() throws {
        let scene = try Scene()
        let outcome = try watch(
            scene,
            act: { scene in
                await scene.simulation.sleep(milliseconds: 3_000)
                scene.network.fallSilent(true)
            })
        guard case .silent(.noAnswer)? = outcome.end.withLock({ $0 }) else {
            Issue.record("\(String(describing: outcome.end.withLock { $0 }))")
            return
        }
        #expect(outcome.codes(0).count == 2 + LiveDesk.silentReadingsToEnd)
        #expect(outcome.codes(0).last == "no_answer")
    }

    @Test func `a device that is removed or disabled is not asked any more`() throws {
        let scene = try Scene()
        let outcome = try watch(
            scene,
            act: { scene in
                await scene.simulation.sleep(milliseconds: 3_000)
                do {
                    _ = try await scene.inventory.remove(DeviceID(1))
                } catch { Issue.record(error) }
            })
        #expect(outcome.end.withLock { $0 } == .deviceGone)
        #expect(outcome.readings.withLock { $0.count } == 2)
    }

    @Test func `an order has its limits`() throws {
        let names = (0...LiveOrder.largestSourceCount).map { "eth\($0)" }
        let step = try #require(Step(seconds: 60))
        let definition = Fixture.device(
            1, width: .wide, step: step, createdAt: Scene.begin, interfaces: names)
        let ids = definition.dataSources.map(\.id)
        _ = try LiveOrder(Array(ids.dropLast()), of: definition, intervalSeconds: 1)
        _ = try LiveOrder([ids[0]], of: definition, intervalSeconds: 5)
        for (sources, interval) in [
            (ids, 2), ([], 2), ([ids[0], ids[0]], 2), ([DataSourceID(999)], 2), ([ids[0]], 0),
            ([ids[0]], 6),
        ] {
            #expect(throws: OperationFailure.self, "\(sources.count), \(interval)") {
                try LiveOrder(sources, of: definition, intervalSeconds: interval)
            }
        }
        var disabled = definition.device
        disabled.isEnabled = false
        let off = DeviceDefinition(
            device: disabled, rows: definition.rows, dataSources: definition.dataSources,
            graphs: [])
        #expect(throws: OperationFailure.self) { try LiveOrder([ids[0]], of: off) }
    }
}
