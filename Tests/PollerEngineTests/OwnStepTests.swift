import PollerEngine
import PollerModel
import TestSupport
import Testing

/// Data sources whose step is not that of their device, which is polled every minute.
@Suite struct OwnStepTests {
    /// Milliseconds between neighbouring rows.
    private func distances(_ rows: [RoundRobinRow]) -> [Int64] {
        zip(rows, rows.dropFirst()).map { $1.time.milliseconds - $0.time.milliseconds }
    }

    @Test(
        arguments: [
            (["ten_seconds", "long"], [10, 300]), (["one_minute", "long"], [60, 300]),
            (["long", "five_minutes"], [300, 300]),
        ] as [([String], [Int64])])
    func `each data source is asked at its own step, at the same moment of it`(
        profiles: [String], seconds: [Int64]
    ) throws {
        let scene = try Scene(profiles: profiles)
        scene.run(minutes: 180)
        for (position, seconds) in seconds.enumerated() {
            // The first sample of all is taken at the device's next slot.
            let distances = distances(scene.rows(Int64(position + 1))).dropFirst()
            #expect(distances.allSatisfy { $0 == seconds * 1_000 }, "\(distances)")
            #expect(distances.count >= 180 * 60 / Int(seconds) - 3)
        }
        scene.expectOwnRates(atLeast: 180 / 5 - 2)
        // The device is heard of at each of its own slots all the same.
        let polls = scene.board.device(DeviceID(1)).polls
        let step = min(60, seconds.min() ?? 60)
        #expect(abs(polls - 180 * 60 / Int(step)) <= 1)
        #expect(scene.board.device(DeviceID(1)).missedSlots == 0)
    }

    @Test func `an order asks for everything, and leaves the slots where they are`() throws {
        let scene = try Scene(profiles: ["ten_seconds", "long"])
        scene.run(
            minutes: 60,
            [
                (
                    31,
                    { scene in
                        await scene.simulation.sleep(milliseconds: 3_000)
                        do {
                            _ = try await scene.desk.poll(DeviceID(1))
                        } catch { Issue.record(error) }
                    }
                )
            ])
        let distances = distances(scene.rows(2)).dropFirst()
        #expect(distances.count { $0 != 300_000 } == 2, "\(distances)")
        #expect(distances.filter { $0 != 300_000 }.reduce(0, +) == 300_000)
        scene.expectOwnRates(atLeast: 10)
    }

    @Test func `a device that is busy in a slot of a slow data source makes up for it`() throws {
        let scene = try Scene(profiles: ["ten_seconds", "long"])
        scene.network.delay(14_000)
        scene.run(minutes: 600)
        let status = scene.board.device(DeviceID(1))
        // Each other slot of ten seconds is missed, and no one of five minutes.
        #expect(abs(status.missedSlots - 1_800) < 20, "\(status.missedSlots)")
        #expect(scene.rows(2).count >= 119)
        #expect(distances(scene.rows(2)).allSatisfy { abs($0 - 300_000) <= 10_000 || $0 < 300_000 })
        scene.expectOwnRates(atLeast: 118)
    }

    @Test func `an outage is over for slow data sources with the device's first answer`() throws {
        let scene = try Scene(profiles: ["ten_seconds", "long"])
        scene.run(
            minutes: 120,
            [
                (30, { $0.network.fallSilent(true) }), (71, { $0.network.fallSilent(false) }),
            ])
        let start = Timestamp(seconds: 1_700_000_000)
        let silent = scene.rows(2).filter { row in
            (start.advanced(seconds: 1_800)..<start.advanced(seconds: 4_260)).contains(row.time)
        }
        // Unknown once in each slot of its own, and not at each poll.
        #expect((7...9).contains(silent.count) && silent.allSatisfy { $0.values[0] == .unknown })
        let back = scene.rows(2).first {
            $0.time >= start.advanced(seconds: 4_260) && $0.values[0] != .unknown
        }
        let first = scene.rows(1).first {
            $0.time >= start.advanced(seconds: 4_260) && $0.values[0] != .unknown
        }
        #expect(back != nil && back?.time == first?.time)
        scene.expectOwnRates(atLeast: 14)
    }

    @Test func `a device of which nothing is due is heard of, whatever its watched objects do`()
        throws
    {
        let scene = try Scene(profiles: ["long", "long"])
        scene.network.failAtChanges()
        scene.run(minutes: 60)
        let status = scene.board.device(DeviceID(1))
        #expect(status.state == .up && status.failedPolls == 0)
        #expect((59...60).contains(status.polls))
        #expect(status.uptimeSeconds != nil)
        scene.expectOwnRates(atLeast: 10)
    }

    @Test func `another profile holds from the next slot on`() throws {
        let scene = try Scene(profiles: ["one_minute", "one_minute"])
        scene.run(
            minutes: 120,
            [
                (
                    60,
                    { scene in
                        do {
                            _ = try await scene.inventory.setProfile(
                                of: [DataSourceID(2)], to: "long")
                        } catch { Issue.record(error) }
                    }
                )
            ])
        #expect((119...120).contains(scene.rows(1).count))
        #expect((71...73).contains(scene.rows(2).count))
        #expect(distances(scene.rows(2)).suffix(10).allSatisfy { $0 == 300_000 })
        scene.expectOwnRates(atLeast: 70)
    }

    @Test(arguments: [3_600_000, -3_600_000, -200_000] as [Int64])
    func `a clock that is set invents nothing, and loses no data source`(jump: Int64) throws {
        let scene = try Scene(profiles: ["ten_seconds", "long"])
        scene.run(minutes: 300, [(60, { $0.simulation.setWall(by: jump) })])
        scene.expectOwnRates(atLeast: (300 - 65) / 5 - 16)
        #expect(distances(scene.rows(2)).suffix(30).allSatisfy { $0 == 300_000 })
    }
}
