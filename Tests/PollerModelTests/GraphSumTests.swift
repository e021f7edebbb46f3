import TestSupport
import Testing

@testable import PollerModel

/// Graphs of several files.
@Suite struct GraphSumTests {
    private let now = GraphFixture.now.seconds

    private func fixture(
        _ kind: Aggregate.Arrangement, parts count: Int = 2,
        _ change: (inout GraphFixture) -> Void = { _ in }
    ) -> GraphFixture {
        var fixture = GraphFixture()
        fixture.parts = (0..<count).map { number in
            var part = GraphFixture.Part()
            part.label = "m\(number)"
            return part
        }
        fixture.arrangement.kind = kind
        fixture.value = { part, _, _, _ in part == 0 ? 10 : 4 }
        change(&fixture)
        return fixture
    }

    /// What the only series is in the row that ends so many seconds before now.
    private func value(_ fixture: GraphFixture, ago: Int64) throws -> Double? {
        let plan = try fixture.plan()
        let row = try #require(
            (0..<plan.frame.count).first { plan.frame.time(ofRow: $0) == now - ago })
        let value = plan.series[0].values[row]
        return value.isNaN ? nil : value
    }

    @Test(
        arguments: [
            (.sum, .strict, 14, nil, 10), (.sum, .known, 14, 10, 10),
            (.average, .strict, 7, nil, 10), (.average, .known, 7, 10, 10),
        ] as [(Aggregate.Arrangement, Aggregate.Unknowns, Double, Double?, Double)])
    func `a gap of one is a gap of the sum unless known ones are asked for`(
        kind: Aggregate.Arrangement, unknowns: Aggregate.Unknowns, both: Double, gap: Double?,
        before: Double
    ) throws {
        let now = now
        let fixture = fixture(kind) {
            $0.arrangement.unknowns = unknowns
            // The second one began half an hour ago, and was silent for a minute since.
            $0.parts[1].age = 1_800
            $0.value = { part, _, end, _ in
                guard part == 1 else { return 10 }
                return end == now - 600 || end <= now - 1_800 + 120 ? .nan : 4
            }
        }
        #expect(try value(fixture, ago: 660) == both)
        #expect(try value(fixture, ago: 600) == gap)
        #expect(try value(fixture, ago: 1_680) == (unknowns == .known ? 10 : nil))
        #expect(try value(fixture, ago: 1_740) == before)
        #expect(try value(fixture, ago: 3_000) == before)
    }

    @Test func `before the first of them there is nothing, not zero`() throws {
        let now = now
        let fixture = fixture(.sum) {
            for part in $0.parts.indices { $0.parts[part].age = 1_800 }
            $0.value = { _, _, end, _ in end <= now - 1_800 + 120 ? .nan : 4 }
        }
        #expect(try value(fixture, ago: 1_740) == nil)
        #expect(try value(fixture, ago: 1_620) == 8)
    }

    @Test(arguments: [1, 2, 40, 41, 200])
    func `as many as there may be are added up`(count: Int) throws {
        let fixture = fixture(.sum, parts: count) { $0.value = { part, _, _, _ in Double(part) } }
        let plan = try fixture.plan()
        #expect(plan.series.count == 1)
        #expect(plan.series[0].numbers.average == Double(count * (count - 1) / 2))
        for case .compute(_, let value) in plan.script.elements {
            #expect(value.tokens.count <= Expression.largestTokenCount)
        }
    }

    @Test func `a mirrored stack has every second series below the zero line`() throws {
        let fixture = fixture(.stack) {
            $0.items = [
                .series(GraphFixture.series("In", "v", .area)),
                .series(GraphFixture.series("Out", "w")),
            ]
            $0.arrangement.isMirrored = true
            $0.value = { part, name, _, _ in (part == 0 ? 10 : 4) * (name == "v" ? 1 : 2) }
        }
        let plan = try fixture.plan()
        #expect(plan.series.map(\.label) == ["m0 In", "m1 In", "m0 Out", "m1 Out"])
        // Numbers stay what they are.
        #expect(plan.series.map(\.numbers.average) == [10, 4, 20, 8])
        let areas = plan.script.elements.compactMap { element -> (Bool, Bool)? in
            guard case .area(let name, _, .some, let isStacked) = element else { return nil }
            return (isStacked, plan.expression(name)?.tokens.contains(.number(-1)) == true)
        }
        #expect(areas.map(\.0) == [false, true, false, true])
        #expect(areas.map(\.1) == [false, false, true, true])
        #expect(plan.script.axis.upper >= 14 && plan.script.axis.lower <= -28)
        #expect(plan.script.axis.upper < 20 && plan.script.axis.lower > -40)
    }

    @Test func `lines of several overlay each other, and a total is one more`() throws {
        var fixture = fixture(.overlay)
        #expect(try fixture.plan().series.map(\.label) == ["m0 In", "m1 In"])
        fixture.arrangement.hasTotal = true
        let plan = try fixture.plan()
        #expect(plan.series.map(\.label) == ["m0 In", "m1 In", "Total In"])
        #expect(plan.series.map(\.numbers.average) == [10, 4, 14])
        fixture.arrangement.skipped = ["In"]
        fixture.items.append(.series(GraphFixture.series("Out", "w")))
        #expect(try fixture.plan().series.map(\.label) == ["m0 Out", "m1 Out", "Total Out"])
    }

    @Test func `what a sum can carry is known when all of it is`() throws {
        let fixture = fixture(.sum) {
            for part in $0.parts.indices { $0.parts[part].capacity = 100 }
            $0.view.showsCapacity = true
        }
        #expect(try fixture.plan().horizontalRules == [200])
        var unknown = fixture
        unknown.parts[1].capacity = nil
        #expect(try unknown.plan().horizontalRules.isEmpty)
        var mean = fixture
        mean.arrangement.kind = .average
        #expect(try mean.plan().horizontalRules == [100])
        var share = fixture
        share.view.axis = .percent
        #expect(try share.plan().series[0].numbers.average == 7)
    }

    @Test func `the newest of a sum is of single steps where its rows are longer`() throws {
        let now = now
        var fixture = fixture(.sum) {
            $0.seconds = 100 * 3_600
            $0.value = { part, _, end, _ in end > now - 300 ? (part == 0 ? 1 : 2) : 50 }
        }
        #expect(try fixture.plan().series[0].numbers.current == 3)
        fixture.value = { part, _, end, _ in
            end > now - 300 ? (part == 0 ? 1 : .nan) : 50
        }
        #expect(try fixture.plan().series[0].numbers.current == nil)
        fixture.arrangement.unknowns = .known
        #expect(try fixture.plan().series[0].numbers.current == 1)
    }
}
