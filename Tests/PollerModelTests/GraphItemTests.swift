import TestSupport
import Testing

@testable import PollerModel

/// Items of a template that are no series.
@Suite struct GraphItemTests {
    private let red = Color(0xff0000)
    private let stroke = GraphStroke(width: 2, dashes: [4, 2], dashOffset: 1)

    private func mark(
        _ label: String? = "mark", function: ConsolidationFunction = .average, shift: Int64 = 0
    ) -> GraphItem.Mark {
        .init(
            value: Expression(variable: "v"), function: function, color: .fixed(red), label: label,
            shiftSeconds: shift)
    }

    /// What is drawn for these items.
    private func plan(
        _ items: [GraphItem], hasLegend: Bool = true,
        _ change: (inout GraphFixture) -> Void = { _ in }
    ) throws -> GraphPlan {
        var fixture = GraphFixture()
        fixture.items = items
        fixture.hasLegend = hasLegend
        change(&fixture)
        return try fixture.plan()
    }

    private func drawn(_ plan: GraphPlan) -> [GraphScript.Element] {
        plan.script.elements.filter {
            switch $0 {
            case .read, .compute, .comment: false
            default: true
            }
        }
    }

    @Test func `lines, areas and ticks are drawn as they say`() throws {
        let items: [GraphItem] = [
            .area(mark("area"), isStacked: false), .line(mark("line"), stroke, isStacked: true),
            .tick(mark("tick"), share: 0.5),
        ]
        let plan = try plan(items)
        #expect(
            drawn(plan) == [
                .area(name: "v0", color: red, legend: "area", isStacked: false),
                .line(name: "v0", stroke, color: red, legend: "line", isStacked: true),
                .tick(name: "v0", share: 0.5, color: red, legend: "tick"),
            ])
        #expect(plan.script.axis.upper >= 10)
        #expect(try drawn(self.plan(items, hasLegend: false)).allSatisfy { $0.legend == nil })
        #expect(try drawn(self.plan([.area(mark(""), isStacked: false)]))[0].legend == nil)
    }

    @Test func `a mark that is shifted is drawn later`() throws {
        let plan = try plan([.line(mark(shift: 3_600), stroke, isStacked: false)])
        // Under a name of its own, lest others that read the same are shifted too.
        #expect(drawn(plan).first == .shift(name: "v1", seconds: 3_600))
        #expect(try drawn(self.plan([.line(mark(), stroke, isStacked: false)])).count == 1)
    }

    @Test func `a mark reads the archives it names, where there are some`() throws {
        func functions(_ seconds: Int64) throws -> [ConsolidationFunction] {
            try plan([.line(mark(function: .maximum), stroke, isStacked: false)]) {
                $0.seconds = seconds
            }.script.elements.compactMap { element in
                if case .read(_, let origin) = element { origin.function } else { nil }
            }
        }
        #expect(try functions(100 * 3_600) == [.maximum])
        #expect(try functions(3_600) == [.average])
    }

    @Test func `rules are drawn at their value and time`() throws {
        let time = GraphFixture.now.advanced(seconds: -600)
        let plan = try plan([
            .horizontalRule(90, stroke, label: "limit"),
            .verticalRule(.at(time), stroke, label: "change"),
        ])
        let axis = GraphTheme.light.axis
        #expect(
            drawn(plan) == [
                .horizontalRule(90, stroke, color: axis, legend: "limit"),
                .verticalRule(time, stroke, color: axis, legend: "change"),
            ])
        #expect(plan.script.axis.upper >= 90)
    }

    private func moments(
        _ second: Int64, from start: Int64, days: Int64,
        zoneOffset: @escaping @Sendable (Int64) -> Int64 = { _ in 0 }
    ) throws -> [Int64] {
        let plan = try plan([.verticalRule(.daily(second), stroke, label: "shift")]) {
            $0.end = Timestamp(seconds: start + days * 86_400)
            $0.seconds = days * 86_400
            $0.zoneOffset = zoneOffset
        }
        let legends = drawn(plan).compactMap(\.legend)
        #expect(legends == (drawn(plan).isEmpty ? [] : ["shift"]))
        return drawn(plan).compactMap { element in
            if case .verticalRule(let time, _, _, _) = element { time.seconds } else { nil }
        }
    }

    @Test func `a daily rule comes at the same time by the clock, also when that is changed`()
        throws
    {
        // 2023-10-28T00:00Z; the clock goes back on the 29th at 01:00Z.
        let start: Int64 = 1_698_451_200
        let autumn: @Sendable (Int64) -> Int64 = { $0 < 1_698_541_200 ? 7_200 : 3_600 }
        let six = try moments(6 * 3_600, from: start, days: 3, zoneOffset: autumn)
        #expect(six == [4, 24 + 5, 48 + 5].map { start + $0 * 3_600 })
        // The end does not belong to the range, its start does.
        #expect(try moments(0, from: start, days: 2) == [start, start + 86_400])
        #expect(try moments(86_399, from: start, days: 1) == [start + 86_399])
    }

    @Test func `daily rules are not without end`() throws {
        let start: Int64 = 1_600_000_000
        #expect(try moments(0, from: start, days: 399).count == 399)
        #expect(try moments(0, from: start, days: 500).count == 400)
    }

    @Test(
        arguments: [
            (.maximum, .scaled, "12.00 k"), (.minimum, .whole, "6000"),
            (.average, .decimal, "9000.0"),
            (.percentile(95), .scaled, "12.00 k"),
        ] as [(Statistic, GraphTemplate.NumberFormat, String)])
    func `a number is written behind its label`(
        statistic: Statistic, format: GraphTemplate.NumberFormat, text: String
    ) throws {
        let item = GraphItem.print(
            .init(
                value: Expression(variable: "v"), statistic: statistic, label: "It:",
                format: format, endsLine: true))
        func comments(hasLegend: Bool = true, _ value: Double = 6_000) throws -> [String] {
            try plan([item], hasLegend: hasLegend) {
                $0.value = { _, _, end, _ in end.isMultiple(of: 120) ? value : 2 * value }
            }.comments
        }
        #expect(try comments().contains { $0.trimmed == "It: \(text)" })
        #expect(try comments(.nan).contains { $0.trimmed == "It: –" })
        #expect(try comments(hasLegend: false).isEmpty)
    }

    @Test func `comments and alignments are of the legend`() throws {
        let items: [GraphItem] = [
            .alignment(.center), .comment("one", endsLine: false), .comment("two", endsLine: true),
        ]
        let elements = try plan(items).script.elements
        let wanted: [GraphScript.Element] = [
            .alignment(.center), .comment("one", .none), .comment("two", .left),
        ]
        #expect(elements.filter { wanted.contains($0) } == wanted)
        let bare = try plan(items, hasLegend: false).script.elements
        #expect(!bare.contains { wanted.contains($0) })
    }
}
