import TestSupport
import Testing

@testable import PollerModel

@Suite struct GraphOverrideTests {
    private let template: GraphTemplate

    init() throws {
        var settings = GraphSettings(verticalLabel: "bits per second")
        settings.lowerLimit = 0
        template = GraphTemplate(
            name: "traffic", title: try TitlePattern("t", fields: []), source: "test",
            dataTemplate: "d", settings: settings,
            items: [
                .series(GraphFixture.series("In", "v", .area)), .comment("words", endsLine: true),
                .series(GraphFixture.series("Out", "w")),
            ])
    }

    private func override(_ change: (inout GraphOverride) -> Void) -> GraphOverride {
        var override = GraphOverride()
        change(&override)
        return override
    }

    @Test func `nothing that is said changes nothing`() {
        #expect(template.applying(nil) == template)
        #expect(template.applying(GraphOverride()) == template)
        #expect(GraphOverride().isEmpty)
    }

    @Test func `what is said of a series holds for it alone`() throws {
        let changed = template.applying(
            override {
                $0["In"].label = "Down"
                $0["In"].color = .palette(.plum)
                $0["In"].style = .stack
                $0["In"].width = 3
                $0["In"].dash = .dotted
            })
        let first = try #require(changed.series.first)
        #expect(first.label == "Down" && first.color == .palette(.plum))
        #expect(first.style == .stack && first.stroke == GraphStroke(width: 3, dashes: [2, 2]))
        #expect(changed.series[1] == template.series[1])
        let hidden = template.applying(override { $0["In"].isHidden = true })
        #expect(hidden.series.map(\.label) == ["Out"] && hidden.items.count == 2)
        let solid = changed.applying(override { $0["Down"].dash = .solid })
        #expect(solid.series[0].stroke == GraphStroke(width: 3))
    }

    @Test func `limits are given, or taken away`() {
        #expect(template.applying(override { $0.lowerLimit = .at(-5) }).settings.lowerLimit == -5)
        #expect(
            template.applying(override { $0.lowerLimit = .automatic }).settings.lowerLimit == nil)
        let changed = template.applying(
            override {
                $0.upperLimit = .at(9)
                $0.isRigid = true
                $0.isLogarithmic = true
                $0.base = .iec
            }
        ).settings
        #expect(changed.lowerLimit == 0 && changed.upperLimit == 9)
        #expect(changed.isRigid && changed.isLogarithmic && changed.base == .iec)
    }

    @Test func `a picture is looked at as its graph says, unless somebody asks otherwise`() throws {
        var fixture = GraphFixture()
        fixture.parts[0].capacity = 1_000
        let usual = try fixture.plan()
        #expect(usual.unit == "bits per second" && usual.horizontalRules.isEmpty)
        let plan = try fixture.plan {
            $0.percentile = 95
            $0.showsCapacity = true
            $0.units = .bytes
            $0.verticalLabel = "Traffic"
        }
        #expect(plan.unit == "bytes per second" && plan.script.verticalLabel == "Traffic")
        #expect(plan.horizontalRules == [1.25, 125])
        #expect(plan.series[0].numbers.average == 1.25 && plan.totalUnit == "B")
        fixture.view.percentile = 50
        fixture.view.showsCapacity = false
        fixture.view.units = .bits
        let asked = try fixture.plan { $0.showsCapacity = true }
        #expect(asked.percentile == 50 && asked.horizontalRules == [10])
    }

    @Test func `each mistake is told at its field`() {
        let long = String(repeating: "x", count: GraphOverride.longestLabel + 1)
        let cases: [(String, (inout GraphOverride) -> Void)] = [
            ("title", { $0.title = "" }), ("title", { $0.title = " x" }),
            (
                "title",
                { $0.title = String(repeating: "x", count: GraphOverride.longestTitle + 1) }
            ),
            ("vertical_label", { $0.verticalLabel = long }),
            ("lower_limit", { $0.lowerLimit = .at(.infinity) }),
            ("upper_limit", { $0.upperLimit = .at(0) }),
            (
                "rigid",
                {
                    $0.lowerLimit = .automatic; $0.isRigid = true
                }
            ),
            ("percentile", { $0.percentile = 0 }), ("percentile", { $0.percentile = 100.1 }),
            ("series", { $0["Inn"].width = 1 }), ("series.In.label", { $0["In"].label = long }),
            ("series.Out.width", { $0["Out"].width = 5.1 }),
            ("series.Out.width", { $0["Out"].width = 0.4 }),
            ("series.Out.label", { $0["Out"].label = "In" }),
            (
                "series",
                {
                    $0["In"].isHidden = true; $0["Out"].style = .numbers
                }
            ),
        ]
        for (field, change) in cases {
            #expect(override(change).mistakes(for: template).map(\.field) == [field])
        }
        var packets = template
        packets.settings.verticalLabel = "packets per second"
        #expect(override { $0.units = .bytes }.mistakes(for: packets).map(\.field) == ["units"])
    }

    @Test func `what is just within the limits is drawn`() {
        let right = override {
            $0.title = String(repeating: "ä", count: GraphOverride.longestTitle)
            $0.verticalLabel = String(repeating: "x", count: GraphOverride.longestLabel)
            $0.units = .bytes
            $0.upperLimit = .at(1e300)
            $0.isRigid = true
            $0.percentile = 100
            $0["In"].width = 5
            $0["In"].label = "Out "
            $0["Out"].isHidden = true
            $0["In"].label = "Out"
        }
        #expect(right.mistakes(for: template).isEmpty)
    }

    @Test func `an order changes what it says, and takes back what it unsets`() throws {
        let present = override {
            $0.title = "Uplink"
            $0.percentile = 95
            $0["In"].color = .palette(.plum)
        }
        var order = GraphEditOrder()
        order.lowerLimit = .automatic
        var series = GraphEditOrder.Series(name: "In")
        series.hidden = true
        order.series = [series]
        order.unset = ["title"]
        let changed = try order.applied(to: present)
        #expect(changed.title == nil && changed.percentile == 95)
        #expect(changed.lowerLimit == .automatic)
        #expect(changed["In"].isHidden == true && changed["In"].color == .palette(.plum))
        series.hidden = false
        order.series = [series]
        #expect(try order.applied(to: changed)["In"].isHidden == nil)
        order = GraphEditOrder()
        order.unset = [GraphEditOrder.everything]
        #expect(try order.applied(to: present).isEmpty)
        order.unset = ["titel"]
        #expect(throws: GraphOverride.Mistake.self) { try order.applied(to: present) }
        #expect(GraphEditOrder(present).title == "Uplink")
        #expect(try GraphEditOrder(present).applied(to: GraphOverride()) == present)
    }

    @Test func `an order names so many series, and no more`() throws {
        var order = GraphEditOrder()
        let largest = GraphEditOrder.largestSeriesCount
        order.series = (0..<largest).map { GraphEditOrder.Series(name: "\($0)") }
        #expect(try order.applied(to: GraphOverride()).isEmpty)
        order.series?.append(GraphEditOrder.Series(name: "In"))
        #expect {
            try order.applied(to: GraphOverride())
        } throws: { error in
            let mistake = error as? GraphOverride.Mistake
            return mistake?.field == "series" && mistake?.words.contains("101 series") == true
        }
    }

    @Test func `a limit is a number with a prefix, or auto`() {
        #expect(AxisLimit(text: "auto") == .automatic)
        #expect(AxisLimit(text: "2.5M") == .at(2_500_000) && AxisLimit(text: "1 k") == .at(1_000))
        #expect(AxisLimit(text: "-3") == .at(-3) && AxisLimit(text: "1e9") == .at(1e9))
        for text in ["", "x", "M", "inf", "nan", "1MM", "automatic"] {
            #expect(AxisLimit(text: text) == nil, "\(text)")
        }
    }
}

extension GraphFixture {
    /// The plan of the graph as somebody wants it.
    fileprivate func plan(_ change: (inout GraphOverride) -> Void) throws -> GraphPlan {
        var override = GraphOverride()
        change(&override)
        let (plain, request) = (try subject(), try request())
        let subject = GraphSubject(
            title: plain.title, template: plain.template.applying(override), parts: plain.parts)
        let reads = GraphPlanner.reads(for: subject, request, situation)
        let answers = reads.all.map { read -> Result<RoundRobinSeries, StoreFailure> in
            .success(
                RoundRobinSeries(answering: read, names: parts[0].names) { name, end in
                    value(0, name, end, read.function)
                })
        }
        return GraphPlanner.plan(
            subject, request, situation, rows: GraphRows(reads, answers, range: request.range))
    }
}
