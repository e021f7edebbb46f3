import PollerEngine
import PollerModel
import TestSupport
import Testing

/// A fleet that is polled in simulated time.
private struct Fleet {
    let simulation: Simulation
    let network: SimulatedNetwork
    let store = MemoryStore()
    let board: StatusBoard
    let poller: Poller
    let devices: ClosedRange<Int64>
    let start = Timestamp(seconds: 1_700_000_000)

    init(
        devices: ClosedRange<Int64>, seed: UInt64, faults: SimulatedNetwork.Faults,
        step seconds: Int64 = 60, greets: Bool = false
    ) throws {
        self.devices = devices
        simulation = Simulation(start: start)
        network = SimulatedNetwork(simulation, seed: seed, faults: faults)
        board = StatusBoard(startedAt: start)
        let step = try #require(Step(seconds: seconds))
        let start = start
        let definitions = Definitions(
            version: 1, catalogue: try Fixture.catalogue(),
            devices: devices.map {
                Fixture.device(
                    $0, width: $0.isMultiple(of: 2) ? .wide : .narrow, step: step,
                    createdAt: start.advanced(seconds: -1_000))
            })
        poller = Poller(
            transport: network, pings: ScriptedPings(), store: store,
            inventory: MemoryInventory(definitions),
            timekeeper: simulation, board: board, logger: Fixture.logger, greets: greets)
    }

    func run(hours: Int64) {
        let poller = poller
        simulation.run(milliseconds: hours * 3_600_000) { await poller.loop() }
    }

    /// Rates a millisecond between neighbouring known rows of traffic_in, as librrd forms them.
    func rates(_ device: Int64) -> [Double] {
        let rows = store.rows("rrd/\(device)/\(device).rrd")
        let modulus: UInt64 = device.isMultiple(of: 2) ? 0 : 1 << 32
        return zip(rows, rows.dropFirst()).compactMap { before, after in
            guard case .counter(let first) = before.values[0],
                case .counter(let second) = after.values[0]
            else { return nil }
            let delta = second >= first ? second - first : second &+ modulus &- first
            return Double(delta) / Double(after.time.milliseconds - before.time.milliseconds)
        }
    }
}

@Suite struct SimulatedDayTests {
    @Test func `a day of losses, reboots, wraps and slow answers stores no false rate`() throws {
        let seed = UInt64.random(in: .min ... .max)
        let fleet = try Fleet(
            devices: 1...40, seed: seed,
            faults: .init(lostPercent: 5, slowPercent: 3, rebootPermille: 5))
        fleet.run(hours: 24)
        for device in fleet.devices {
            let port = UInt16(device)
            let truth = fleet.network.truth(port)
            let status = fleet.board.device(DeviceID(device))
            let rates = fleet.rates(device)
            let expected = Double(SimulatedNetwork.rate(port))
            // Answers are stamped in milliseconds and uptime counts in hundredths.
            #expect(
                rates.allSatisfy { abs($0 - expected) < 0.001 },
                "seed \(seed), device \(device): \(rates.filter { abs($0 - expected) >= 0.001 })")
            #expect(truth.polls + status.missedSlots == 1_440, "seed \(seed)")
            #expect(status.failedPolls == truth.lost, "seed \(seed)")
            // Each loss and each reboot costs at most its neighbours, and nothing else is lost.
            #expect(
                rates.count >= truth.polls - 1 - 2 * truth.lost - 2 * truth.reboots, "seed \(seed)")
        }
        #expect(fleet.board.summary().rowsRefused == 0)
    }

    @Test func `the same seed gives the same day`() throws {
        let faults = SimulatedNetwork.Faults(lostPercent: 10, slowPercent: 5, rebootPermille: 10)
        let traces = try [7, 7, 8].map { seed in
            let fleet = try Fleet(devices: 1...10, seed: UInt64(seed), faults: faults)
            fleet.run(hours: 2)
            return fleet.network.trace
        }
        #expect(traces[0] == traces[1])
        #expect(traces[0] != traces[2])
        #expect(traces[0].count > 1_000)
    }

    @Test func `a device that answers nothing is written unknown at every slot`() throws {
        let fleet = try Fleet(devices: 1...2, seed: 1, faults: .init(lostPercent: 100))
        fleet.run(hours: 1)
        let rows = fleet.store.rows("rrd/1/1.rrd")
        #expect(rows.count == 60)
        #expect(rows.allSatisfy { $0.values == [.unknown, .unknown] })
        let status = fleet.board.device(DeviceID(1))
        #expect(status.state == .down && status.failure?.code == "no_answer")
        #expect(fleet.board.source(DataSourceID(1))?.reason?.code == "no_answer")
    }

    @Test func `a device that is down costs little, and is back within a minute`() throws {
        let fleet = try Fleet(devices: 1...1, seed: 1, faults: .init(lostPercent: 100), step: 10)
        fleet.run(hours: 1)
        // Every slot is written, with the reason, and about each sixth is used to ask.
        #expect(fleet.store.rows("rrd/1/1.rrd").count == 360)
        #expect((60...75).contains(fleet.network.truth(1).polls))
        #expect(fleet.board.device(DeviceID(1)).failedPolls == 360)
    }

    @Test func `a device slower than its step misses slots and never has two polls`() throws {
        let fleet = try Fleet(devices: 1...5, seed: 3, faults: .init(slowPercent: 100), step: 10)
        fleet.run(hours: 1)
        for device in fleet.devices {
            let status = fleet.board.device(DeviceID(device))
            #expect(status.missedSlots > 100)
            #expect(
                fleet.rates(device).allSatisfy {
                    abs($0 - Double(SimulatedNetwork.rate(UInt16(device)))) < 0.001
                })
        }
    }

    @Test(arguments: [3_600_000, -3_600_000] as [Int64])
    func `a clock that is set invents nothing`(jump: Int64) throws {
        let fleet = try Fleet(devices: 1...4, seed: 5, faults: .init())
        let (poller, simulation) = (fleet.poller, fleet.simulation)
        simulation.run(milliseconds: 4 * 3_600_000) {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await poller.loop() }
                group.addTask {
                    await simulation.sleep(milliseconds: 3_600_000)
                    simulation.setWall(by: jump)
                }
            }
        }
        for device in fleet.devices {
            let expected = Double(SimulatedNetwork.rate(UInt16(device)))
            let rates = fleet.rates(device)
            #expect(rates.allSatisfy { abs($0 - expected) < 0.001 }, "\(rates.suffix(5))")
            #expect(rates.count > 150)
            let times = fleet.store.rows("rrd/\(device)/\(device).rrd").map(\.time)
            #expect(times == times.sorted() && Set(times).count == times.count)
        }
    }

    @Test func `after a start every device is known within ten seconds`() throws {
        let fleet = try Fleet(devices: 1...200, seed: 4, faults: .init(), step: 300, greets: true)
        let (poller, simulation) = (fleet.poller, fleet.simulation)
        simulation.run(milliseconds: 10_000) { await poller.loop() }
        #expect(fleet.devices.allSatisfy { fleet.board.device(DeviceID($0)).state == .up })
    }

    @Test func `a restart of the poller costs no interval`() throws {
        let fleet = try Fleet(devices: 1...2, seed: 9, faults: .init())
        fleet.run(hours: 1)
        let before = fleet.rates(2).count
        // Another poller on the same files, as after a restart: its first sample has a rate.
        let board = StatusBoard(startedAt: fleet.start)
        let step = try #require(Step(seconds: 60))
        let definitions = Definitions(
            version: 1, catalogue: try Fixture.catalogue(),
            devices: fleet.devices.map {
                Fixture.device(
                    $0, width: $0.isMultiple(of: 2) ? .wide : .narrow, step: step,
                    createdAt: fleet.start)
            })
        let later = Simulation(start: fleet.start.advanced(seconds: 3_600))
        let network = ShiftedNetwork(simulation: later, by: 3_600_000)
        let poller = Poller(
            transport: network, pings: ScriptedPings(), store: fleet.store,
            inventory: MemoryInventory(definitions),
            timekeeper: later, board: board, logger: Fixture.logger, greets: false)
        later.run(milliseconds: 70_000) { await poller.loop() }
        #expect(try board.source(DataSourceID(2))?.items[0].shown.get() ?? 0 > 0)
        let rates = fleet.rates(2)
        #expect(rates.count > before)
        #expect(rates.allSatisfy { abs($0 - Double(SimulatedNetwork.rate(2))) < 0.001 })
    }
}

/// The same devices an hour later.
private struct ShiftedNetwork: SNMPTransport {
    let simulation: Simulation
    let by: Int64

    var counters: SNMPCounters { SNMPCounters() }
    func takeKnowledge() -> SNMPKnowledge { SNMPKnowledge() }

    func resolve(_ host: DeviceHost) async throws(SNMPFailure) -> IPAddress {
        IPAddress(bytes: [127, 0, 0, 1])
    }

    func walk(_ request: SNMPWalkRequest) async throws(SNMPFailure) -> SNMPWalkResponse {
        SNMPWalkResponse(rows: [], cut: nil, effort: SNMPEffort())
    }

    func get(_ request: SNMPGetRequest) async -> SNMPGetResponse {
        let moment = simulation.now
        let age = moment.monotonic.milliseconds + by + 1_000_000_000
        let count = UInt64(age) * SimulatedNetwork.rate(request.target.port)
        return SNMPGetResponse(
            groups: request.groups.map { objects in
                .success(
                    SNMPGroupAnswer(
                        values: objects.map { object in
                            object.hasPrefix(OID([1, 3, 6, 1, 2, 1, 31, 1, 1]))
                                ? .success(.counter64(count))
                                : .success(.counter32(UInt32(truncatingIfNeeded: count)))
                        },
                        companion: .timeTicks(UInt32(truncatingIfNeeded: age / 10)),
                        receivedAt: moment))
            }, effort: SNMPEffort(messages: 1))
    }
}
