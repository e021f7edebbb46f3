import PollerEngine
import PollerModel
import TestSupport
import Testing

@Suite struct UndoneRemapTests {
    private func undo(_ scene: Scene, expecting failure: OperationFailure? = nil) async {
        do throws(OperationFailure) {
            guard let remap = try await scene.desk.remaps(of: DeviceID(1)).first else {
                Issue.record("no remap")
                return
            }
            _ = try await scene.desk.undoRemap(remap.id, of: DeviceID(1))
            #expect(failure == nil)
        } catch { #expect(error == failure) }
    }

    /// The interfaces swap their indexes, and somebody says that the histories shall not.
    private func runSwap(_ scene: Scene) {
        scene.run(
            minutes: 30,
            [
                (10, { $0.network.renumber(["eth1", "eth0"]) }),
                (
                    20,
                    { scene in
                        await scene.simulation.sleep(milliseconds: 15_000)
                        await undo(scene)
                    }
                ),
            ])
    }

    /// Whether all rates after an undo are eth1's for the first file, and those before eth0's.
    private func expectRates(_ scene: Scene) {
        for (source, names) in [(Int64(1), ["eth0", "eth1"]), (2, ["eth1", "eth0"])] {
            let allowed = names.map { Double(TableNetwork.rate($0)) }
            let rates = scene.rates(source)
            #expect(rates.allSatisfy { rate in allowed.contains { abs($0 - rate) < 0.001 } })
            #expect(rates.count { abs($0 - allowed[0]) < 0.001 } >= 15)
            #expect(rates.count { abs($0 - allowed[1]) < 0.001 } >= 5)
        }
    }

    @Test func `an undone remap forms no rate of two places`() throws {
        let scene = try Scene()
        runSwap(scene)
        expectRates(scene)
        let rows = scene.inventory.definitions.devices[DeviceID(1)]?.rows
        #expect(rows?.map(\.index) == [[1], [2]])
        #expect(rows?.first?.fields["ifName"]?.text == "eth1")
    }

    @Test func `nor does it after a restart of the poller`() throws {
        let before = try Scene()
        before.run(
            minutes: 20,
            [
                (10, { $0.network.renumber(["eth1", "eth0"]) }),
                (
                    19,
                    { scene in
                        await scene.simulation.sleep(milliseconds: 55_000)
                        await undo(scene)
                    }
                ),
            ])
        let after = try Scene(names: ["eth1", "eth0"], after: before)
        after.simulation.setWall(by: 20 * 60_000)
        after.run(minutes: 10)
        let eth1 = Double(TableNetwork.rate("eth1"))
        let rates = after.rates(1)
        #expect(
            rates.allSatisfy {
                abs($0 - eth1) < 0.001 || abs($0 - Double(TableNetwork.rate("eth0"))) < 0.001
            }, "\(rates)")
        #expect(rates.count { abs($0 - eth1) < 0.001 } >= 7)
    }

    @Test func `the next re-index leaves rows where an undo put them`() throws {
        let scene = try Scene()
        scene.run(
            minutes: 30,
            [
                (10, { $0.network.renumber(["eth1", "eth0"]) }), (15, { await undo($0) }),
                (20, { $0.network.renumber(["eth1", "eth0"]) }),
                (25, { $0.network.renumber(["eth0", "eth1"]) }),
            ])
        // By then eth1 belongs to the first row, so it is the devices's third order that moves it.
        let rows = scene.inventory.definitions.devices[DeviceID(1)]?.rows
        #expect(rows?.map(\.index) == [[2], [1]])
        #expect(rows?.first?.fields["ifName"]?.text == "eth1")
    }

    @Test func `what does not fit is refused, and costs nothing`() throws {
        let scene = try Scene()
        scene.run(
            minutes: 20,
            [
                (5, { $0.network.renumber(["eth0"]) }),
                (
                    10,
                    {
                        await undo(
                            $0, expecting: .inventory(.unfitRemap(.nothingMoved(RemapID(1)))))
                    }
                ),
            ])
        #expect(scene.rates(1).count >= 18)
    }

    @Test func `a device that is being polled is left alone`() throws {
        let scene = try Scene()
        scene.network.delay(5_000)
        scene.run(
            minutes: 15,
            [
                (5, { $0.network.renumber(["eth1", "eth0"]) }),
                (
                    10,
                    { scene in
                        while scene.board.summary().pollsUnderWay == 0 {
                            await scene.simulation.sleep(milliseconds: 100)
                        }
                        await undo(
                            scene,
                            expecting: .invalid(
                                words: "device 1 is being polled just now",
                                fix: "try again in a moment"))
                    }
                ),
            ])
        scene.expectOwnRates(atLeast: 10)
    }

    @Test func `unknown devices and remaps are said`() async throws {
        let scene = try Scene()
        await #expect(
            throws: OperationFailure.notFound(
                words: "there is no device 9", fix: "see pollerctl device list")
        ) { try await scene.desk.remaps(of: DeviceID(9)) }
        let unknown = OperationFailure.inventory(.unknownRemap(RemapID(7), of: DeviceID(1)))
        await #expect(throws: unknown) {
            try await scene.desk.undoRemap(RemapID(7), of: DeviceID(1))
        }
        #expect(unknown.code == "not_found")
    }
}
