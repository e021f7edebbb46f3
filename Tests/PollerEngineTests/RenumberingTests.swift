import PollerEngine
import PollerModel
import Synchronization
import TestSupport
import Testing

@Suite struct RenumberingTests {
    @Test func `interfaces that swap their indexes store no rate of each other`() throws {
        let scene = try Scene()
        scene.run(minutes: 30, [(10, { $0.network.renumber(["eth1", "eth0"]) })])
        scene.expectOwnRates(atLeast: 26)
        #expect(scene.inventory.definitions.devices[DeviceID(1)]?.rows.map(\.index) == [[2], [1]])
    }

    @Test func `a table that changed without moving a row costs nothing`() throws {
        let scene = try Scene()
        scene.run(minutes: 30, [(10, { $0.network.renumber(["eth0", "eth1"]) })])
        scene.expectOwnRates(atLeast: 29)
        #expect(scene.network.walkCount > 0)
    }

    @Test(arguments: [AvailabilityMethod.snmp, .pingAndSNMP])
    func `reading tables again is in the budget of the poll behind which it was done`(
        method: AvailabilityMethod
    ) throws {
        // The ping is waited for longer than all else takes.
        let scene = try Scene(pingMilliseconds: 20_000)
        let seen = Mutex<[PollBudget?]>([])
        scene.run(
            minutes: 14,
            [
                (
                    1,
                    { scene in
                        var change = DeviceChange()
                        change.availability.method = method
                        do {
                            _ = try await scene.desk.change(DeviceID(1), to: change)
                        } catch { Issue.record(error) }
                    }
                ),
                (
                    10,
                    { scene in
                        scene.network.delayReadings(100)
                        scene.network.renumber(["eth1", "eth0"])
                        // Three minutes.
                        for _ in 0..<36 {
                            await scene.simulation.sleep(milliseconds: 5_000)
                            seen.withLock { $0.append(scene.board.device(DeviceID(1)).budget) }
                        }
                    }
                ),
            ])
        let showing = seen.withLock { seen in
            seen.count { $0?.parts.contains { $0.purpose == .rereading } == true }
        }
        // A minute, until the next poll is reported.
        #expect(showing >= 10)
    }

    @Test func `new rows that cannot be judged yet cost the known ones nothing, and little work`()
        throws
    {
        let scene = try Scene()
        let first = Mutex(0)
        scene.run(
            minutes: 40,
            [
                (
                    10,
                    {
                        $0.network.refuseWalks(of: [TableNetwork.status])
                        $0.network.renumber(["eth1", "eth0", "eth2"])
                    }
                ), (12, { scene in first.withLock { $0 = scene.network.walkCount } }),
            ])
        scene.expectOwnRates(atLeast: 36)
        let walks = first.withLock { $0 }
        // Once when the table changed, then every ten minutes.
        #expect(walks > 0 && scene.network.walkCount > walks)
        #expect(scene.network.walkCount <= 4 * walks)
    }

    @Test(arguments: [false, true])
    func `a table that cannot be read again is read later, and nothing is guessed meanwhile`(
        isRestart: Bool
    ) throws {
        let scene = try Scene()
        scene.run(
            minutes: 40,
            [
                (
                    10,
                    {
                        $0.network.refuseWalks(of: [TableNetwork.index])
                        if isRestart {
                            $0.network.restart(["eth1", "eth0"], age: 10_000)
                        } else {
                            $0.network.renumber(["eth1", "eth0"])
                        }
                    }
                ),
                (
                    20,
                    { scene in
                        let reason = scene.board.source(DataSourceID(1))?.reason
                        #expect(reason == .tableUnread(table: "interfaces"))
                        #expect(
                            scene.board.device(DeviceID(1)).reindexSummary?.contains("genErr")
                                == true)
                        scene.network.refuseWalks(of: [])
                    }
                ),
            ])
        scene.expectOwnRates(atLeast: 26)
    }

    @Test func `without its identity a row is not taken for another`() throws {
        let scene = try Scene()
        scene.run(
            minutes: 40,
            [
                (
                    10,
                    {
                        $0.network.refuseWalks(of: [TableNetwork.name])
                        $0.network.renumber(["eth1", "eth0"])
                    }
                ), (20, { $0.network.refuseWalks(of: []) }),
            ])
        scene.expectOwnRates(atLeast: 26)
    }

    @Test func `an agent that restarted while the poller was down is noticed`() throws {
        let before = try Scene()
        before.run(minutes: 10)
        let after = try Scene(after: before)
        after.simulation.setWall(by: 20 * 60_000)
        after.network.restart(["eth1", "eth0"], age: 300_000)
        after.run(minutes: 10)
        after.expectOwnRates(atLeast: 15)
        #expect(after.inventory.definitions.devices[DeviceID(1)]?.rows.map(\.index) == [[2], [1]])
    }

    @Test(arguments: [false, true])
    func `a table that was owed when the poller went down is read after its start`(
        isWatched: Bool
    ) throws {
        let before = try Scene()
        before.network.showsChanges(isWatched)
        before.run(
            minutes: 20,
            [
                (
                    10,
                    {
                        $0.network.refuseWalks(of: [TableNetwork.index])
                        $0.network.restart(["eth1", "eth0"], age: 10_000)
                    }
                )
            ])
        let after = try Scene(after: before)
        after.network.showsChanges(isWatched)
        after.simulation.setWall(by: 20 * 60_000)
        after.network.restart(["eth1", "eth0"], age: 610_000)
        after.run(minutes: 10)
        after.expectOwnRates(atLeast: 15)
        #expect(after.network.walkCount > 0)
    }

    @Test func `what was watched and cannot be recalled counts as changed`() throws {
        let before = try Scene()
        before.run(minutes: 10)
        let after = try Scene(after: before)
        after.simulation.setWall(by: 10 * 60_000)
        after.inventory.failReading(times: 1)
        after.network.renumber(["eth1", "eth0"])
        after.run(minutes: 10)
        after.expectOwnRates(atLeast: 15)
        #expect(after.inventory.definitions.devices[DeviceID(1)]?.rows.map(\.index) == [[2], [1]])
    }

    @Test func `a row that vanished is unknown, and begins anew when it is back`() throws {
        let scene = try Scene()
        scene.run(
            minutes: 30,
            [
                (10, { $0.network.renumber(["eth0"]) }),
                // Another life of the interface, whose counter is already higher.
                (
                    12,
                    {
                        $0.network.renumber(["eth0", "eth1"])
                        $0.network.skip("eth1", by: 1_000_000_000)
                    }
                ),
            ])
        scene.expectOwnRates(atLeast: 20)
        #expect(scene.rows(2).contains { $0.values == [.unknown, .unknown] })
    }
}

@Suite struct EndOfPollTests {
    @Test func `a device that is deleted while it is polled leaves no file`() throws {
        let scene = try Scene()
        scene.network.delay(5_000)
        scene.run(
            minutes: 10,
            [
                (
                    5,
                    { scene in
                        // Within a poll: the device is asked for five seconds in every minute.
                        while scene.board.summary().pollsUnderWay == 0 {
                            await scene.simulation.sleep(milliseconds: 100)
                        }
                        do {
                            try await scene.desk.delete(DeviceID(1), keepsData: false)
                        } catch { Issue.record(error) }
                        #expect(scene.store.paths.isEmpty)
                    }
                )
            ])
        #expect(scene.store.paths.isEmpty)
        #expect(scene.board.source(DataSourceID(1)) == nil)
    }

    @Test func `a poll that is stopped half way writes nothing for the rest`() throws {
        let scene = try Scene()
        scene.run(minutes: 10, [(5, { $0.network.stop() })])
        #expect(scene.rows(1).count == 5 && scene.rows(2).count == 5)
        #expect(scene.rows(1).allSatisfy { !$0.values.contains(.unknown) })
    }

    @Test func `an agent that restarts within a poll has its tables read before they are stored`()
        throws
    {
        let scene = try Scene()
        scene.run(
            minutes: 20,
            [
                (10, { $0.network.restartWithinPoll(["eth1", "eth0"]) }),
                // One poll later, not two.
                (11, { scene in #expect(scene.network.walkCount > 0) }),
            ])
        scene.expectOwnRates(atLeast: 16)
        #expect(scene.inventory.definitions.devices[DeviceID(1)]?.rows.map(\.index) == [[2], [1]])
    }
}
