import TestSupport
import Testing

@testable import PollerModel

/// What aggregates are made of, and what their members are called.
@Suite struct AggregateMemberTests {
    private typealias Fixture = AggregateFixture

    private let core = Fixture.device(
        1, "core", titles: ["core - Traffic - lo", "core - Traffic - Uplink 1"],
        tags: ["core", "lab"], site: "ATTIC", template: "cisco_ios",
        otherTemplates: ["generic_snmp"])
    private let edge = Fixture.device(
        2, "Edge", titles: ["Edge - Traffic - uplink"], tags: ["edge"], site: "CELLAR")
    private let other = Fixture.device(
        3, "aaa", titles: ["aaa - Packets - uplink"], tags: ["core"],
        graphTemplate: "interface_packets", dataTemplate: "interface_packets")

    private func members(_ fill: (inout MemberRule) -> Void) -> AggregateMembers {
        Fixture.aggregate(.rule(Fixture.rule(fill))).members(
            in: Fixture.definitions([edge, other, core]))
    }

    private func sources(_ fill: (inout MemberRule) -> Void) -> [Int64] {
        members(fill).members.map(\.source.id.rawValue)
    }

    @Test func `every condition of a rule counts, and all that are given have to hold`() {
        #expect(sources { $0.tag = "core" } == [1_001, 1_000])
        #expect(sources { $0.tag = "cor" } == [])
        #expect(sources { $0.site = "CELLAR" } == [2_000])
        #expect(sources { $0.site = "cellar" } == [])
        #expect(sources { $0.devices = [DeviceID(2), DeviceID(9), DeviceID(2)] } == [2_000])
        #expect(sources { $0.devices = [] } == [])
        #expect(sources { $0.nameLike = Glob("e*") } == [2_000])
        #expect(sources { $0.deviceTemplate = "cisco_ios" } == [1_001, 1_000])
        #expect(sources { $0.deviceTemplate = "generic_snmp" } == [1_001, 1_000, 2_000])
        #expect(sources { $0.titleLike = Glob("*UPLINK*") } == [1_001, 2_000])
        #expect(sources { ($0.tag, $0.titleLike) = ("core", Glob("*uplink*")) } == [1_001])
        #expect(sources { ($0.tag, $0.site) = ("core", "CELLAR") } == [])
        #expect(sources { ($0.tag, $0.devices) = ("core", [DeviceID(2)]) } == [])
    }

    @Test func `a rule says of one graph whether it is a member`() {
        let rule = Fixture.rule { ($0.tag, $0.titleLike) = ("core", Glob("*uplink*")) }
        #expect(rule.matches(title: "core - Traffic - Uplink 1", of: core.device))
        #expect(!rule.matches(title: "core - Traffic - lo", of: core.device))
        #expect(!rule.matches(title: "Edge - Traffic - uplink", of: edge.device))
        #expect(MemberRule().matches(title: "", of: edge.device))
    }

    @Test func `members stand in the order of devices' names, then of titles`() {
        #expect(sources { $0.titleLike = Glob("*") } == [1_001, 1_000, 2_000])
    }

    @Test func `a rule follows what becomes of devices`() {
        let aggregate = Fixture.aggregate(.rule(Fixture.rule { $0.tag = "new" }))
        var definitions = Fixture.definitions([core], aggregates: [aggregate])
        let count = { (definitions: Definitions) in
            aggregate.members(in: definitions).members.count
        }
        #expect(count(definitions) == 0)
        let tagged = Fixture.device(1, "core", titles: ["core - Traffic - lo"], tags: ["new"])
        definitions = definitions.replacing(DeviceID(1), with: tagged)
        #expect(count(definitions) == 1)
        definitions = definitions.replacing(DeviceID(1), with: core)
        #expect(count(definitions) == 0)
        definitions = definitions.replacing(DeviceID(1), with: tagged)
            .replacing(DeviceID(1), with: nil)
        #expect(count(definitions) == 0)
    }

    @Test(arguments: [(200, 200, 0), (201, 200, 1)])
    func `a rule draws two hundred, and says how many are left out`(
        count: Int, drawn: Int, leftOut: Int
    ) {
        let devices = (1...count).map {
            Fixture.device(Int64($0), "d\(1_000 + $0)", titles: ["t\($0)"], tags: ["a"])
        }
        let members = Fixture.aggregate(.rule(Fixture.rule { $0.tag = "a" })).members(
            in: Fixture.definitions(devices.shuffled()))
        #expect(members.members.count == drawn && members.leftOut == leftOut)
        #expect(members.members.map(\.definition.device.id) == devices.prefix(200).map(\.device.id))
        #expect((members.lack != nil) == (leftOut > 0))
    }

    @Test func `a list keeps its order, and says what is not there`() {
        let ids = [2_000, 77, 1_000, 3_000].map { DataSourceID($0) }
        let found = Fixture.aggregate(.list(ids)).members(
            in: Fixture.definitions([core, edge, other]))
        #expect(found.members.map(\.source.id.rawValue) == [2_000, 1_000])
        #expect(found.missing == [DataSourceID(77), DataSourceID(3_000)])
        #expect(found.members.map(\.graph) == [GraphID(2_000), GraphID(1_000)])
        #expect(found.lack?.contains("77, 3000") == true)
    }

    @Test func `a data source without a graph of the template is called as it would be`() {
        let devices = [(4, "core"), (5, "Edge")].map { number, name in
            Fixture.device(Int64(number), name, titles: ["Other"], graphTemplate: "other")
        }
        let aggregate = Fixture.aggregate(.list([DataSourceID(4_000), DataSourceID(5_000)]))
        let found = aggregate.members(in: Fixture.definitions(devices))
        #expect(found.members.map(\.title) == ["core - Traffic - ?", "Edge - Traffic - ?"])
        #expect(found.members.map(\.graph) == [nil, nil])
        #expect(found.members.map(\.label) == ["core", "Edge"])
    }

    // MARK: Labels

    @Test(arguments: [
        (["core - Traffic - lo", "core - Traffic - eth1"], ["core", "core"], ["lo", "eth1"]),
        (["a - Traffic - lo", "b - Traffic - lo"], ["a", "b"], ["a", "b"]),
        (
            ["a - Traffic - lo", "b - Traffic - Uplink - ISP"], ["a", "b"],
            ["a - lo", "b - Uplink - ISP"]
        ),
        // A device's name is one part, whatever it holds.
        (
            ["x - 1 - Traffic - lo", "x - 2 - Traffic - lo"], ["x - 1", "x - 2"],
            ["x - 1", "x - 2"]
        ),
        (["x - 1 - Traffic - lo", "x - Traffic - lo"], ["x - 1", "x"], ["x - 1", "x"]),
        // Nothing differs, or there is nothing to differ from.
        (["a - Traffic - lo"], ["a"], ["a - Traffic - lo"]),
        (["own title", "a - Traffic - lo"], ["b", "a"], ["own title", "a - Traffic - lo"]),
    ])
    func `a label is what differs of the titles`(
        titles: [String], devices: [String], labels: [String]
    ) {
        #expect(MemberLabels.labels(of: Array(zip(titles, devices))) == labels)
    }

    @Test func `no two labels are the same, and none is empty or long, whatever titles are`() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<50 {
            let devices = (1...20).map { number in
                Fixture.device(
                    Int64(number), hostileTexts.randomElement(using: &generator) ?? "",
                    titles: (0..<3).map { _ in
                        // Others' suffixes among them.
                        (hostileTexts + ["", " - ", "x #1000", "x", "x"])
                            .randomElement(using: &generator) ?? ""
                    })
            }
            let found = Fixture.aggregate(.rule(Fixture.rule { $0.titleLike = Glob("*") }))
                .members(in: Fixture.definitions(devices))
            let labels = found.members.map(\.label)
            #expect(labels.count == 60 && Set(labels).count == 60)
            #expect(labels.allSatisfy { !$0.isEmpty })
            #expect(labels.allSatisfy { $0.unicodeScalars.count <= MemberLabels.longest })
        }
    }

    // MARK: Definitions

    @Test func `an id names a graph, an aggregate or nothing`() {
        let aggregate = Fixture.aggregate(.list([DataSourceID(1_000)]))
        let definitions = Fixture.definitions([core], aggregates: [aggregate])
        #expect(definitions.graphCount == 3)
        guard case .graph(let graph, let definition)? = definitions.drawing(GraphID(1_001)),
            case .aggregate(let found, let members)? = definitions.drawing(aggregate.id)
        else {
            Issue.record("one of the two is not found")
            return
        }
        #expect(graph.id == GraphID(1_001) && definition.device == core.device)
        #expect(found == aggregate && members.members.count == 1)
        #expect(definitions.drawing(GraphID(5))?.id == nil)
    }

    @Test func `aggregates come, change and go with new versions`() {
        var definitions = Fixture.definitions([core])
        var aggregate = Fixture.aggregate(.list([DataSourceID(1_000)]))
        definitions.replace(aggregate)
        #expect(definitions.version == 2 && definitions.aggregates.count == 1)
        aggregate.title = "Renamed"
        definitions.replace(aggregate)
        #expect(definitions.version == 3)
        #expect(definitions.drawing(aggregate.id)?.title == "Renamed")
        definitions.removeAggregate(aggregate.id)
        #expect(definitions.version == 4 && definitions.aggregates.isEmpty)
    }

    @Test func `what is gone is in no list any more`() {
        let aggregate = Fixture.aggregate(.list([1_000, 2_000, 1_001].map { DataSourceID($0) }))
        let definitions = Fixture.definitions([core, edge], aggregates: [aggregate])
        let listed = { (definitions: Definitions) in
            definitions.aggregates[aggregate.id]?.members
        }
        let changed = definitions.replacing(DeviceID(2), with: edge)
        #expect(listed(changed) == aggregate.members)
        let without = definitions.replacing(DeviceID(1), with: nil)
        #expect(listed(without) == .list([DataSourceID(2_000)]))
        let less = Fixture.device(1, "core", titles: ["core - Traffic - lo"])
        #expect(
            listed(definitions.replacing(DeviceID(1), with: less))
                == .list([DataSourceID(1_000), DataSourceID(2_000)]))
    }
}
