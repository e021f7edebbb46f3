import Testing

@testable import PollerModel

@Suite struct RowProbeTests {
    private let fixture: CatalogueFixture

    init() throws { fixture = try CatalogueFixture() }

    private func probes(_ definition: DeviceDefinition, turn: Int) -> [RowProbe] {
        RowProbe.choose(
            of: PollPlanner.plan(for: definition, catalogue: fixture.catalogue).sources,
            in: definition, catalogue: fixture.catalogue, turn: turn)
    }

    @Test func `the first poll looks at all rows, later ones at some, and soon at each`() {
        let definition = fixture.device(interfaces: (1...48).map { "eth\($0)" })
        #expect(Set(probes(definition, turn: 0).map(\.object)).count == 48)
        var seen: Set<OID> = []
        for turn in 1...8 {
            let objects = probes(definition, turn: turn).map(\.object)
            #expect(objects.count == 6)
            seen.formUnion(objects)
        }
        #expect(seen.count == 48)
    }

    @Test(arguments: [1, 2, 3, 15, 16, 17, 255, 256, 257, 1_000])
    func `each row has its turn, whatever their number`(count: Int) {
        let definition = fixture.device(interfaces: (1...count).map { "eth\($0)" })
        var seen: Set<OID> = []
        for turn in 1...count {
            let objects = probes(definition, turn: turn).map(\.object)
            #expect(objects.count <= RowProbe.most)
            seen.formUnion(objects)
        }
        #expect(seen.count == count)
    }

    @Test func `another name, or none, speaks against a row; a foreign type does not`() throws {
        let definition = fixture.device(interfaces: ["eth0"])
        let probe = try #require(probes(definition, turn: 0).first)
        #expect(probe.object == OID([1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1, 1]))
        #expect(!probe.speaksAgainst(.octets(Array("eth0".utf8))))
        #expect(probe.speaksAgainst(.octets(Array("eth1".utf8))))
        #expect(probe.speaksAgainst(.noSuchInstance))
        #expect(!probe.speaksAgainst(.integer(7)))
    }

    @Test func `rows that nothing tells apart are not asked`() {
        let definition = fixture.device(interfaces: ["port", "port", "eth0"])
        #expect(probes(definition, turn: 0).map(\.source) == [DataSourceID(3)])
    }

    @Test func `rows that are gone are not asked, and stand in nobody's way`() {
        let definition = fixture.device(interfaces: ["eth0", "eth1"], absent: ["eth1"])
        #expect(probes(definition, turn: 0).map(\.source) == [DataSourceID(1)])
    }
}
