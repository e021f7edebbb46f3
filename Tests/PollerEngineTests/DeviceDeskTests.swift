import PollerDefinitions
import PollerEngine
import PollerModel
import PollerRRD
import PollerSimulator
import Synchronization
import TestSupport
import Testing

@Suite struct DeviceDeskTests {
    private func agent(
        interfaces: Int = 3, is64Bit: Bool = true, indexOffset: Int = 0, faults: Faults = Faults()
    ) -> Agent {
        Agent(
            community: "public",
            tree: InterfaceFormula.tree(
                device: 1, interfaces: interfaces, is64Bit: is64Bit, indexOffset: indexOffset),
            faults: faults)
    }

    private func faults(_ change: (inout Faults) -> Void) -> Faults {
        var faults = Faults()
        change(&faults)
        return faults
    }

    @Test func `adding finds interfaces, makes graphs and files, and reports each step`()
        async throws
    {
        try await withOffice([agent()]) { office, ports in
            let steps = Mutex<[TestStep]>([])
            let added = try await office.desk.add(office.request(ports[0])) { step in
                steps.withLock { $0.append(step) }
            }
            let definition = try #require(added.definition)
            #expect(steps.withLock { $0.map(\.step) } == [.resolve, .reply, .system, .tables])
            #expect(definition.device.name == "sim-1")
            #expect(definition.device.template == "net_snmp_linux")
            #expect(definition.rows.count == 3)
            let titles = definition.graphs.map(\.title)
            #expect(titles.contains("sim-1 - Traffic - port 2 of 1"))
            #expect(Set(titles).count == titles.count)
            #expect(added.findings.contains("Interfaces: 3, 3 with graphs"))
            #expect(
                added.findings.contains {
                    $0.hasPrefix("Not there: ") && $0.contains("Load average")
                })
            for result in await office.store.lastRows(
                definition.files(office.inventory.definitions.catalogue))
            {
                _ = try result.get()
            }
        }
    }

    @Test(arguments: [(true, CounterWidth.wide), (false, .narrow)])
    func `64-bit counters are taken where the agent has them`(is64Bit: Bool, width: CounterWidth)
        async throws
    {
        try await withOffice([agent(is64Bit: is64Bit)]) { office, ports in
            let added = try await office.desk.add(office.request(ports[0])) { _ in }
            let traffic = try #require(added.definition).dataSources.filter {
                $0.template == "interface_traffic"
            }
            #expect(traffic.count == 3 && traffic.allSatisfy { $0.width == width })
        }
    }

    @Test func `a dry run shows everything and adds nothing`() async throws {
        try await withOffice([agent()]) { office, ports in
            var request = office.request(ports[0])
            request.isDryRun = true
            let added = try await office.desk.add(request) { _ in }
            #expect(added.definition == nil && added.proposals.count > 3)
            #expect(office.inventory.definitions.devices.isEmpty)
        }
    }

    @Test func `a silent device is refused with its reason, and added when that is wished`()
        async throws
    {
        try await withOffice([agent(faults: faults { $0.isDead = true })]) { office, ports in
            let request = office.request(ports[0], timeout: 150)
            let silence = SNMPFailure.noAnswer(attempts: 2, milliseconds: 300)
            await #expect(throws: OperationFailure.unreachable(silence)) {
                try await office.desk.add(request) { _ in }
            }
            #expect(office.inventory.definitions.devices.isEmpty)
            var untested = request
            untested.isTested = false
            let added = try await office.desk.add(untested) { _ in }
            #expect(added.name == "127.0.0.1" && !added.hasAnswered && added.findings.isEmpty)
            #expect(added.definition?.graphs.map(\.template).sorted() == ["poll_time", "uptime"])
        }
    }

    @Test func `a device added unseen is discovered with its first answer`() async throws {
        let dead = faults { $0.isDead = true }
        let late = agent(faults: dead)
        try await withOffice([late]) { office, ports in
            var request = office.request(ports[0], timeout: 200)
            request.isTested = false
            let id = try #require(try await office.desk.add(request) { _ in }.definition?.device.id)
            #expect(try await office.desk.poll(id).state == .down)
            late.change(Faults())
            #expect(try await office.desk.poll(id).state == .recovering)
            let definition = office.inventory.definitions.devices[id]
            #expect(definition?.device.system.name?.text == "sim-1")
            #expect(definition?.graphs.count ?? 0 > 5)
        }
    }

    @Test(arguments: [(true, "generic_snmp"), (false, "net_snmp_linux")])
    func `a template that was chosen is not replaced by the one that recognises the device`(
        isChosen: Bool, template: String
    ) async throws {
        let late = agent(faults: faults { $0.isDead = true })
        try await withOffice([late]) { office, ports in
            var request = office.request(ports[0], timeout: 200)
            request.isTested = false
            if isChosen { request.template = "generic_snmp" }
            let id = try #require(try await office.desk.add(request) { _ in }.definition?.device.id)
            late.change(Faults())
            _ = try await office.desk.poll(id)
            #expect(office.inventory.definitions.devices[id]?.device.template == template)
        }
    }

    @Test func `what was chosen for a device added unseen holds with its first answer`()
        async throws
    {
        // Without its sysObjectID nothing would recognise the device.
        let unrecognisable = faults { $0.hidden = [WellKnownObject.sysObjectID] }
        let late = agent(faults: faults { $0.isDead = true })
        try await withOffice([late]) { office, ports in
            var request = office.request(ports[0], timeout: 200)
            request.isTested = false
            request.graphs = .none
            request.template = "net_snmp_linux"
            let id = try #require(try await office.desk.add(request) { _ in }.definition?.device.id)
            late.change(unrecognisable)
            for _ in 0..<2 { _ = try await office.desk.poll(id) }
            let definition = try #require(office.inventory.definitions.devices[id])
            #expect(definition.device.isDiscovered && definition.rows.count == 3)
            #expect(definition.device.template == "net_snmp_linux")
            #expect(definition.graphs.isEmpty)
            // Also interfaces that appear later get no graph.
            late.replace(InterfaceFormula.tree(device: 1, interfaces: 4))
            _ = try await office.desk.poll(id)
            let later = office.inventory.definitions.devices[id]
            #expect(later?.rows.count == 4 && later?.graphs.isEmpty == true)
        }
    }

    @Test func `a row whose index leaves no room for the column is left out and said`()
        async throws
    {
        let table = OID([1, 3, 6, 1, 2, 1, 2, 2, 1])
        let index = (0..<118).map { UInt32($0 % 2 + 1) }
        let columns: [(UInt32, ObjectValue)] = [
            (1, .constant(.integer(7))), (2, .constant(.octets(Array("eth7".utf8)))),
            (8, .constant(.integer(1))), (10, .counter32(base: 0, perSecond: 1)),
        ]
        let system = [
            (WellKnownObject.sysName, ObjectValue.constant(.octets(Array("odd".utf8)))),
            (WellKnownObject.sysUpTime, .upTime),
            (OID([1, 3, 6, 1, 2, 1, 2, 1, 0]), .constant(.integer(1))),
        ]
        let rows = columns.map { (table.appending([$0.0] + index), $0.1) }
        let odd = Agent(community: "public", tree: ObjectTree(system + rows), faults: Faults())
        try await withOffice([odd]) { office, ports in
            let added = try await office.desk.add(office.request(ports[0])) { _ in }
            #expect(
                added.findings.contains("Interfaces: 0 (1 left out: their index is too long)"))
            let id = try #require(added.definition?.device.id)
            #expect(try await office.desk.poll(id).state == .up)
        }
    }

    @Test func `an empty view is told apart from silence`() async throws {
        let hidden = faults { $0.hidden = [OID([1, 3])] }
        try await withOffice([agent(faults: hidden)]) { office, ports in
            let steps = await office.desk.test(
                office.request(ports[0]).target, availability: AvailabilityPolicy()
            ) { _ in }
            #expect(steps.map(\.step) == [.resolve, .reply, .system])
            #expect(steps.map(\.ok) == [true, true, false])
            #expect(steps.last?.reason == "view_empty")
        }
    }

    @Test func `an address is polled once`() async throws {
        try await withOffice([agent()]) { office, ports in
            _ = try await office.desk.add(office.request(ports[0])) { _ in }
            await #expect {
                try await office.desk.add(office.request(ports[0])) { _ in }
            } throws: { ($0 as? OperationFailure)?.code == "already_exists" }
        }
    }

    @Test func `a step without a profile and an unknown template are refused with the choices`()
        async throws
    {
        try await withOffice([agent()]) { office, ports in
            var request = office.request(ports[0])
            request.step = Step(seconds: 45)
            await #expect {
                try await office.desk.add(request) { _ in }
            } throws: { ($0 as? OperationFailure)?.fix.contains("10, 60, 300") == true }
            request.step = nil
            request.template = "net_snmp_linx"
            await #expect {
                try await office.desk.add(request) { _ in }
            } throws: {
                ($0 as? OperationFailure)?.words.contains("did you mean “net_snmp_linux”") == true
            }
        }
    }

    @Test func `a state folder in which no file can be made leaves no device`() async throws {
        try await withOffice([agent()]) { office, ports in
            try office.folder.write("in the way", to: "rrd")
            await #expect {
                try await office.desk.add(office.request(ports[0])) { _ in }
            } throws: { error in
                guard case .store(let failure)? = error as? OperationFailure else { return false }
                return failure.words.contains("Not a directory")
            }
            #expect(office.inventory.definitions.devices.isEmpty)
        }
    }

    @Test func `deleting takes the files, unless they are kept`() async throws {
        try await withOffice([agent(), agent()]) { office, ports in
            let catalogue = office.inventory.definitions.catalogue
            var readable: [Bool] = []
            for (port, keeps) in zip(ports, [false, true]) {
                var request = office.request(port)
                request.name = "d\(port)"
                let definition = try #require(
                    try await office.desk.add(request) { _ in }.definition)
                try await office.desk.delete(definition.device.id, keepsData: keeps)
                let rows = await office.store.lastRows(definition.files(catalogue))
                readable.append(rows.allSatisfy { (try? $0.get()) != nil })
            }
            #expect(readable == [false, true])
            await #expect {
                try await office.desk.delete(DeviceID(1), keepsData: false)
            } throws: { ($0 as? OperationFailure)?.code == "not_found" }
        }
    }

    @Test func `renumbered interfaces keep their files, and lost ones stop being asked`()
        async throws
    {
        let renumbered = agent(interfaces: 3)
        try await withOffice([renumbered]) { office, ports in
            let id = try #require(
                try await office.desk.add(office.request(ports[0])) { _ in }.definition?.device.id)
            _ = try await office.desk.poll(id)
            let before = try #require(office.inventory.definitions.devices[id])
            // One interface less, all indexes moved: ifNumber changes and starts a re-index.
            renumbered.replace(
                InterfaceFormula.tree(device: 1, interfaces: 2, indexOffset: 10))
            _ = try await office.desk.poll(id)
            let after = try #require(office.inventory.definitions.devices[id])
            #expect(after.rows.map(\.index) == [[11], [12], [3]])
            #expect(after.rows.map(\.isPresent) == [true, true, false])
            #expect(after.dataSources == before.dataSources)
            #expect(
                office.board.device(id).reindexSummary
                    == "2 rows recognised by ifName: 2 moved, 0 new, 1 gone")
            // The old indexes gave nothing, so this is a first sample again, and the next a rate.
            for _ in 0..<2 { _ = try await office.desk.poll(id) }
            let traffic = try #require(
                after.dataSources.first { $0.template == "interface_traffic" })
            let sample = try #require(office.board.source(traffic.id))
            #expect(try sample.items[0].shown.get() > 0)
        }
    }
}
