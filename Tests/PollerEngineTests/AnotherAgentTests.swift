import PollerEngine
import PollerModel
import TestSupport
import Testing

/// What becomes of a device that is another agent from some moment on.
@Suite struct AnotherAgentTests {
    @Test func `another host's tables are read before its values are stored, and are no rates`()
        throws
    {
        let scene = try Scene()
        scene.run(
            minutes: 20,
            [
                (
                    10,
                    { scene in
                        // The same interfaces elsewhere, far ahead, and no sign of a restart.
                        for name in ["eth0", "eth1"] { scene.network.skip(name, by: 1 << 40) }
                        await scene.move(to: "192.0.2.7")
                    }
                )
            ])
        #expect(scene.network.walkCount > 0)
        scene.expectOwnRates(atLeast: 17)
    }

    /// The same interfaces at another host, far ahead, in another order, and with no sign of a
    /// restart.
    ///
    /// - Parameter counted: for how long they have counted there by then.
    private func moved(
        after earlier: Scene, by milliseconds: Int64, counted: UInt64 = 0
    ) throws -> Scene {
        let scene = try Scene(names: ["eth1", "eth0"], after: earlier)
        scene.simulation.setWall(by: milliseconds)
        for name in ["eth0", "eth1"] {
            scene.network.skip(name, by: (1 << 40) + counted * TableNetwork.rate(name))
        }
        return scene
    }

    @Test(arguments: [false, true])
    func `another host is known as such after a restart, until its tables were read`(
        isWatched: Bool
    ) async throws {
        let before = try Scene()
        before.network.showsChanges(isWatched)
        before.run(minutes: 10)
        await before.move(to: "192.0.2.7")
        let after = try moved(after: before, by: 20 * 60_000)
        after.network.showsChanges(isWatched)
        after.run(minutes: 10)
        after.expectOwnRates(atLeast: 17)
        #expect(after.network.walkCount > 0)
        #expect(after.inventory.definitions.devices[DeviceID(1)]?.rows.map(\.index) == [[2], [1]])

        let later = try moved(after: after, by: 31 * 60_000, counted: 11 * 60_000)
        later.network.showsChanges(isWatched)
        later.run(minutes: 10)
        later.expectOwnRates(atLeast: 26)
        #expect(later.network.walkCount == 0)
    }

    @Test func `tables that could not be read stay owed over restarts`() async throws {
        let before = try Scene()
        before.run(minutes: 10)
        await before.move(to: "192.0.2.7")
        let mute = try moved(after: before, by: 20 * 60_000)
        mute.network.refuseWalks(of: [TableNetwork.index])
        mute.run(minutes: 10)
        let after = try moved(after: mute, by: 40 * 60_000)
        after.run(minutes: 10)
        after.expectOwnRates(atLeast: 17)
        #expect(after.network.walkCount > 0)
    }

    @Test func `a host that is edited while the first poll is not yet due is known as such`()
        async throws
    {
        let before = try Scene()
        before.run(minutes: 10)
        let after = try moved(after: before, by: 20 * 60_000)
        await after.move(to: "192.0.2.7")
        after.run(minutes: 10)
        after.expectOwnRates(atLeast: 17)
        #expect(after.network.walkCount > 0)
    }

    @Test func `what the former agent answers after the change is not stored`() throws {
        let scene = try Scene()
        scene.network.delay(5_000)
        scene.run(
            minutes: 10,
            [
                (
                    5,
                    { scene in
                        while scene.board.summary().pollsUnderWay == 0 {
                            await scene.simulation.sleep(milliseconds: 100)
                        }
                        await scene.move(to: "192.0.2.7")
                        let count = scene.rows(1).count
                        await scene.simulation.sleep(milliseconds: 10_000)
                        #expect(scene.board.summary().pollsUnderWay == 0)
                        #expect(scene.rows(1).count == count)
                    }
                )
            ])
        #expect(scene.rows(1).count > 5)
    }

    @Test func `another context is another agent, and another passphrase is not`() async throws {
        let scene = try Scene()
        for (context, isOther) in [("", false), ("vlan-7", true), ("vlan-7", false), ("", true)] {
            var change = DeviceChange()
            change.target.account = .init(
                version: .v3,
                credentials: .user(try SNMPUser(name: "poller", context: context)))
            let before = scene.inventory.definitions.devices[DeviceID(1)]?.device.agentSince
            scene.simulation.setWall(by: 1_000)
            let after = try await scene.desk.change(DeviceID(1), to: change).device.agentSince
            #expect(isOther == (after != before), "\(context)")
        }
    }
}
