import PollerEngine
import PollerModel
import PollerSimulator
import Synchronization
import TestSupport
import Testing

/// Tables that are read, and subtrees that are walked, because somebody asks for it.
@Suite struct DeskTablesTests {
    private func agent(_ faults: Faults = Faults()) -> Agent {
        Agent(
            community: "public", tree: InterfaceFormula.tree(device: 1, interfaces: 3),
            faults: faults)
    }

    private func outcome<Value>(
        _ body: () async throws(OperationFailure) -> Value
    ) async -> OperationFailure? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error
        }
    }

    @Test func `all tables of a device are read, or the one that is named`() async throws {
        try await withOffice([agent()]) { office, ports in
            let added = try await office.desk.add(office.request(ports[0])) { _ in }
            let id = try #require(added.definition).device.id
            let tables = try await office.desk.reindex(id, query: nil)
            #expect(tables.map(\.query).sorted() == tables.map(\.query))
            let interfaces = try #require(tables.first { $0.query == "interfaces" })
            #expect(interfaces.outcome == .complete && interfaces.title == "Interfaces")
            #expect(interfaces.rows == 3 && interfaces.presentRows == 3)
            #expect(interfaces.words.contains("0 moved, 0 new, 0 gone"), "\(interfaces.words)")
            // The simulated agent has none, which is no failure.
            let storage = try #require(tables.first { $0.query == "storage" })
            #expect(storage.outcome == .complete && storage.rows == 0, "\(storage)")
            #expect(storage.words == "the device has none")
            let one = try await office.desk.reindex(id, query: "interfaces")
            #expect(one == [interfaces])
            #expect(
                office.board.device(id).reindexSummary?.contains("0 moved, 0 new") == true)
        }
    }

    @Test func `who cannot be read is said why`() async throws {
        var faults = Faults()
        faults.broken = [OID([1, 3, 6, 1, 2, 1, 2, 2, 1, 1])]
        var dead = Faults()
        dead.isDead = true
        try await withOffice([agent(faults), agent(dead)]) { office, ports in
            let added = try await office.desk.add(office.request(ports[0])) { _ in }
            let id = try #require(added.definition).device.id
            let tables = try await office.desk.reindex(id, query: "interfaces")
            #expect(tables[0].outcome == .failed, "\(tables)")
            let unknown = await outcome { () throws(OperationFailure) in
                try await office.desk.reindex(id, query: "interface")
            }
            #expect(unknown?.code == "not_found")
            #expect(unknown?.words.contains("did you mean “interfaces”?") == true)
            let nobody = await outcome { () throws(OperationFailure) in
                try await office.desk.reindex(DeviceID(9), query: nil)
            }
            #expect(nobody?.code == "not_found")

            var silent = office.request(ports[1], timeout: 100)
            silent.target.retries = 0
            silent.isTested = false
            let other = try #require(
                try await office.desk.add(silent) { _ in }.definition)
            let silence = await outcome { () throws(OperationFailure) in
                try await office.desk.reindex(other.device.id, query: "interfaces")
            }
            #expect(silence?.code == "no_answer", "\(silence?.words ?? "none")")
        }
    }

    @Test func `a walk shows a subtree, and of an instance its value`() async throws {
        try await withOffice([agent()]) { office, ports in
            let target = office.request(ports[0]).target
            let walk = try await office.desk.walk(
                SNMPWalkRequest(target: target, root: OID([1, 3, 6, 1, 2, 1, 2, 2, 1, 1])))
            #expect(walk.rows.map(\.value) == [.integer(1), .integer(2), .integer(3)])
            let name = OID([1, 3, 6, 1, 2, 1, 1, 5, 0])
            let single = try await office.desk.walk(SNMPWalkRequest(target: target, root: name))
            #expect(single.rows == [VarBind(name, .octets(Array("sim-1".utf8)))])
            let none = try await office.desk.walk(
                SNMPWalkRequest(target: target, root: OID([1, 3, 6, 1, 4, 1, 99_999])))
            #expect(none.rows.isEmpty && none.cut == nil)
            let cut = try await office.desk.walk(
                SNMPWalkRequest(target: target, root: OID([1, 3, 6, 1, 2, 1, 2, 2]), rowLimit: 2))
            #expect(cut.rows.count == 2 && cut.cut == .rows(2))
        }
    }

    @Test func `interfaces that swapped their indexes are followed as soon as somebody asks`()
        throws
    {
        let scene = try Scene()
        let read = Mutex<[TableReading]>([])
        // The agent does not say that its table changed.
        scene.network.showsChanges(false)
        scene.run(
            minutes: 10,
            [
                (
                    5,
                    { scene in
                        scene.network.renumber(["eth1", "eth0"])
                        do {
                            let tables = try await scene.desk.reindex(
                                DeviceID(1), query: "interfaces")
                            read.withLock { $0 = tables }
                        } catch { Issue.record(error) }
                    }
                )
            ])
        let tables = read.withLock { $0 }
        #expect(tables.count == 1 && tables[0].words.contains("2 moved"), "\(tables)")
        #expect(scene.inventory.definitions.devices[DeviceID(1)]?.rows.map(\.index) == [[2], [1]])
        scene.expectOwnRates(atLeast: 7)
    }
}
