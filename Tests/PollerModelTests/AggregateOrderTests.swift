import TestSupport
import Testing

@testable import PollerModel

@Suite struct AggregateOrderTests {
    private typealias Fixture = AggregateFixture

    private let definitions = Fixture.definitions(
        [
            Fixture.device(
                1, "core", titles: (0...200).map { "core - Traffic - eth\($0)" }, tags: ["core"]),
            Fixture.device(
                2, "ups", titles: ["ups - Uptime"], graphTemplate: "uptime",
                dataTemplate: "uptime"),
        ])

    private func order(_ fill: (inout AggregateOrder) -> Void = { _ in }) -> AggregateOrder {
        var order = AggregateOrder()
        order.title = "Core"
        order.template = "interface_traffic"
        order.arrangement = "stack"
        order.rule = Fixture.rule { $0.tag = "core" }
        fill(&order)
        return order
    }

    private func made(
        _ fill: (inout AggregateOrder) -> Void
    ) throws(AggregateMistake) -> Aggregate {
        try order(fill).aggregate(GraphID(9), in: definitions, at: Timestamp(seconds: 5))
    }

    private func words(_ fill: (inout AggregateOrder) -> Void) -> String {
        do {
            _ = try made(fill)
            return ""
        } catch {
            #expect(!error.fix.isEmpty)
            return error.words
        }
    }

    @Test func `an order becomes an aggregate, strict unless it says otherwise`() throws {
        let plain = try made { _ in }
        #expect(plain.arrangement == .stack && plain.unknowns == .strict && !plain.total)
        #expect(plain.members == .rule(Fixture.rule { $0.tag = "core" }))
        #expect(plain.palette == .named(.mixed) && plain.createdAt == Timestamp(seconds: 5))
        let full = try made {
            ($0.rule, $0.sources) = (nil, [DataSourceID(1_003), DataSourceID(1_000)])
            ($0.mirrored, $0.total, $0.unknowns) = (true, true, "known")
            ($0.palette, $0.arrangement) = (.own([Color(0x0067a5)]), "overlay")
        }
        #expect(full.members == .list([DataSourceID(1_003), DataSourceID(1_000)]))
        #expect(full.isMirrored && full.total && full.unknowns == .known)
        let skipping = try made { $0.skip = ["Outbound"] }
        #expect(skipping.skipped == ["Outbound"])
    }

    @Test func `what cannot be is refused with a sentence`() {
        let cases: [(String, (inout AggregateOrder) -> Void)] = [
            ("“title” is missing", { $0.title = nil }),
            ("“template” is missing", { $0.template = nil }),
            ("“arrangement” is missing", { $0.arrangement = nil }),
            ("nothing says what", { $0.rule = nil }),
            ("but not both", { $0.sources = [DataSourceID(1_000)] }),
            ("would take every graph", { $0.rule = MemberRule() }),
            ("did you mean “interface_traffic”", { $0.template = "interface_trafic" }),
            ("no arrangement “stak”; did you mean “stack”?", { $0.arrangement = "stak" }),
            ("no treatment of unknowns “lax”", { $0.unknowns = "lax" }),
            ("no device 77", { $0.rule = Fixture.rule { $0.devices = [DeviceID(77)] } }),
            ("1 to 1000 devices", { $0.rule = Fixture.rule { $0.devices = [] } }),
            (
                "did you mean “generic_snmp”",
                { $0.rule = Fixture.rule { $0.deviceTemplate = "generic_smp" } }
            ),
            ("a tag is 1 to 300", { $0.rule = Fixture.rule { $0.tag = "" } }),
            ("a title pattern is", { $0.rule = Fixture.rule { $0.titleLike = Glob("a\u{202e}") } }),
            ("has no series “Inbund”; did you mean “Inbound”", { $0.skip = ["Inbund"] }),
            ("nothing is left to draw", { $0.skip = ["Inbound", "Outbound"] }),
            ("an odd number: Outbound", { ($0.mirrored, $0.skip) = (true, ["Inbound"]) }),
            ("and this is a sum", { ($0.total, $0.arrangement) = (true, "sum") }),
            ("and this is an average", { ($0.total, $0.arrangement) = (true, "average") }),
        ]
        for (expected, fill) in cases {
            #expect(words(fill).contains(expected), "\(expected) in “\(words(fill))”")
        }
    }

    @Test func `a list names what there is, what the template draws, and each once`() {
        let list = { (ids: [Int64]) in
            words { ($0.rule, $0.sources) = (nil, ids.map { DataSourceID($0) }) }
        }
        #expect(list([1_000, 1_001]) == "")
        #expect(list([1_000, 1_000]).contains("named twice"))
        #expect(list([1_000, 77]) == "there is no data source 77")
        #expect(list([1_000, 2_000]).contains("(uptime of ups) is not what interface_traffic"))
        #expect(list([]).contains("1 to 200 data sources, not 0"))
        #expect(list((1_000..<1_200).map { $0 }) == "")
        #expect(list((1_000..<1_201).map { $0 }).contains("not 201"))
    }

    @Test(arguments: [(300, true), (301, false), (0, false)])
    func `a title is as long as other titles`(length: Int, fits: Bool) {
        #expect(words { $0.title = String(repeating: "ä", count: length) }.isEmpty == fits)
    }

    @Test func `devices of a rule and aggregates have a limit`() {
        let devices = (1...1_001).map {
            Fixture.device(Int64($0), "d\($0)", titles: [])
        }
        let many = Fixture.definitions(devices)
        for (count, fits) in [(1_000, true), (1_001, false)] {
            let order = order {
                $0.rule = Fixture.rule { $0.devices = devices.prefix(count).map(\.device.id) }
            }
            let made = try? order.aggregate(GraphID(9), in: many, at: Timestamp(seconds: 5))
            #expect((made != nil) == fits)
        }
        for (count, fits) in [(Aggregate.largestCount - 1, true), (Aggregate.largestCount, false)] {
            let full = Fixture.definitions(
                [],
                aggregates: (0..<count).map {
                    Fixture.aggregate(.list([]), id: Int64($0 + 1))
                })
            let made = try? order().aggregate(GraphID(0), in: full, at: Timestamp(seconds: 5))
            #expect((made != nil) == fits)
        }
    }

    @Test func `a change leaves what it does not say, and is looked at as a whole`() throws {
        let before = try made { ($0.total, $0.skip) = (true, ["Inbound"]) }
        var changed = before
        var change = AggregateOrder()
        change.title = "Other"
        try change.apply(to: &changed, in: definitions)
        var expected = before
        expected.title = "Other"
        #expect(changed == expected)

        // A total does not go with a sum: one of the two was there before.
        change = AggregateOrder()
        change.arrangement = "sum"
        #expect(throws: AggregateMistake.self) { try change.apply(to: &changed, in: definitions) }
        #expect(changed == expected)
        change.total = false
        try change.apply(to: &changed, in: definitions)
        #expect(changed.arrangement == .sum && !changed.total && changed.skipped == ["Inbound"])
        change.skip = []
        change.sources = [DataSourceID(1_001)]
        try change.apply(to: &changed, in: definitions)
        #expect(changed.skipped == [] && changed.members == .list([DataSourceID(1_001)]))

        // Nor another template with members it does not draw, or series it does not have.
        change = AggregateOrder()
        change.template = "uptime"
        #expect(throws: AggregateMistake.self) { try change.apply(to: &changed, in: definitions) }
        change.sources = [DataSourceID(2_000)]
        try change.apply(to: &changed, in: definitions)
        #expect(changed.template == "uptime" && changed.id == before.id)
    }

    @Test func `hostile titles are taken as they are, or refused, and never changed`() throws {
        for text in hostileTexts {
            guard let aggregate = try? made({ $0.title = text }) else {
                #expect(DeviceText(text).text != text || text.unicodeScalars.count > 300)
                continue
            }
            #expect(aggregate.title == text)
        }
    }
}
