import TestSupport
import Testing

@testable import PollerModel

@Suite struct GraphPlanTests {
    // MARK: What is not known

    @Test func `gaps are the stretches in which nothing is known though it could be`() {
        let frame = ColumnFrame(start: 600, stepSeconds: 60, count: 6)
        func stretches(_ columns: [[Double]], _ expected: Range<Int> = 0..<6) -> [[Int64]] {
            UnknownRows(columns: columns, frame: frame, expected: expected).stretches.map {
                [$0.start.seconds, $0.end.seconds]
            }
        }
        let (x, o) = (Double.nan, 1.0)
        #expect(stretches([[o, x, x, o, o, x]]) == [[660, 780], [900, 960]])
        #expect(stretches([[x, x, x, o, o, x]], 1..<5) == [[660, 780]])
        #expect(
            stretches([[x, x, o, o, x, x], [o, x, x, o, x, o]]) == [[660, 720], [840, 900]])
        #expect(stretches([[o, o, o, o, o, o]]).isEmpty)
        #expect(stretches([[x, x, x, x, x, x]], 3..<3).isEmpty)
    }

    @Test func `a gap is a band, and its rows are missing in the numbers`() throws {
        var fixture = GraphFixture()
        let gap = GraphFixture.now.seconds - 1_200..<GraphFixture.now.seconds - 600
        fixture.value = { _, _, end, _ in gap.contains(end - 60) ? .nan : 10 }
        let plan = try fixture.plan()
        #expect(
            plan.unknown == [
                .init(
                    start: Timestamp(seconds: gap.lowerBound),
                    end: Timestamp(seconds: gap.upperBound))
            ])
        #expect(plan.script.elements.contains { isBand($0) })
        #expect(plan.series[0].numbers.average == 10)
        let known = try #require(plan.knownShare)
        #expect(abs(known - 50.0 / 58) < 0.02)
        #expect(plan.resolution.contains("% known"))
        fixture.value = { _, _, _, _ in 10 }
        let whole = try fixture.plan()
        #expect(whole.unknown.isEmpty && whole.knownShare == 1)
        #expect(!whole.script.elements.contains { isBand($0) })
        #expect(!whole.resolution.contains("known"))
    }

    @Test func `a plot that begins late, and one that lies on the axis, say so`() throws {
        var fixture = GraphFixture()
        fixture.value = { _, _, _, _ in 10 }
        #expect(try fixture.plan().notes.isEmpty)
        fixture.parts[0].age = fixture.seconds / 2
        let late = try fixture.plan().notes
        #expect(late.count == 1 && late[0].hasPrefix("measured since "))
        fixture.parts[0].age = fixture.seconds * 96 / 100
        #expect(try fixture.plan().notes.isEmpty)
        fixture.value = { _, _, _, _ in 0 }
        #expect(try fixture.plan().notes == ["every value is 0"])
        fixture.value = { _, _, end, _ in end.isMultiple(of: 600) ? 1 : 0 }
        #expect(try fixture.plan().notes.isEmpty)
    }

    @Test func `peaks that have numbers and no line are said not to be drawn`() throws {
        var fixture = GraphFixture()
        fixture.seconds = 100 * 3_600
        fixture.parts[0].age = 10 * fixture.seconds
        fixture.value = { _, _, _, function in function == .maximum ? 20 : 10 }
        #expect(try fixture.plan().resolution.hasSuffix("peaks of 1 min"))
        let names = ["u", "v", "w"]
        fixture.parts[0].names = names
        fixture.items = names.map { .series(GraphFixture.series($0, $0)) }
        #expect(try fixture.plan().resolution.hasSuffix("peaks of 1 min, not drawn"))
        fixture.numbers = [.average]
        #expect(try !fixture.plan().resolution.contains("peaks"))
    }

    private func isBand(_ element: GraphScript.Element) -> Bool {
        if case .area(_, GraphTheme.light.gap, _, _) = element { true } else { false }
    }

    @Test func `nothing is missing before the second sample, nor in steps that are not over`()
        throws
    {
        var fixture = GraphFixture()
        fixture.parts[0].age = 1_800
        let began = GraphFixture.now.seconds - 1_800 + 120
        fixture.value = { _, _, end, _ in end <= began ? .nan : 10 }
        #expect(try fixture.plan().unknown.isEmpty)
        let now = GraphFixture.now.seconds
        fixture.value = { _, _, end, _ in end <= began || end > now - 120 ? .nan : 10 }
        #expect(try fixture.plan().unknown.isEmpty)
        fixture.value = { _, _, end, _ in end <= began + 60 || end > now - 180 ? .nan : 10 }
        #expect(try fixture.plan().unknown.count == 2)
    }

    @Test func `a file that cannot be read is said, and what it holds is unknown`() throws {
        var fixture = GraphFixture()
        fixture.parts[0].failure = .failed(
            path: "rrd/1/0.rrd", operation: "read", detail: "it is not there")
        let plan = try fixture.plan()
        #expect(plan.isEmpty)
        #expect(plan.notes == ["No data: rrd/1/0.rrd could not be read: it is not there"])
        #expect(plan.comments.contains(plan.notes[0]))
        #expect(plan.script.rows.count == 1 && plan.script.rows[0].names.contains("v"))
        fixture.parts[0].failure = nil
        #expect(try !fixture.plan().isEmpty)
        #expect(try fixture.plan().notes.isEmpty)
        fixture.value = { _, _, _, _ in .nan }
        #expect(try fixture.plan().notes == ["No data in this range"])
    }

    // MARK: Units

    @Test(arguments: [
        ("bits per second", GraphView.Units.asDefined, 10.0, "bits per second"),
        ("bits per second", .bits, 10, "bits per second"),
        ("bits per second", .bytes, 1.25, "bytes per second"),
        ("bytes per second", .bits, 80, "bits per second"),
        ("bytes per second", .bytes, 10, "bytes per second"),
        ("packets per second", .bytes, 10, "packets per second"),
        ("percent", .bits, 10, "percent"),
    ])
    func `bits are shown as bytes and bytes as bits, and nothing else`(
        label: String, units: GraphView.Units, shown: Double, unit: String
    ) throws {
        var fixture = GraphFixture()
        fixture.verticalLabel = label
        fixture.view.units = units
        let plan = try fixture.plan()
        #expect(plan.series[0].numbers.average == shown)
        #expect(plan.unit == unit && plan.script.verticalLabel == unit)
    }

    @Test func `totals count bytes where a rate is of bits`() throws {
        var fixture = GraphFixture()
        fixture.value = { _, _, _, _ in 800 }
        func total(_ label: String) throws -> (total: Double?, unit: String?, rows: Double) {
            fixture.verticalLabel = label
            let plan = try fixture.plan()
            return (
                plan.series[0].total, plan.totalUnit, Double(plan.series[0].numbers.knownRows)
            )
        }
        let bits = try total("bits per second")
        #expect(bits.total == 100 * 60 * bits.rows && bits.unit == "B")
        let bytes = try total("bytes per second")
        #expect(bytes.total == 800 * 60 * bytes.rows && bytes.unit == "B")
        let packets = try total("packets per second")
        #expect(packets.total == 800 * 60 * packets.rows && packets.unit == "")
        let degrees = try total("degrees")
        #expect(degrees.total == nil && degrees.unit == nil)
    }

    @Test func `a share of the speed needs a speed`() throws {
        var fixture = GraphFixture()
        fixture.view.axis = .percent
        fixture.parts[0].capacity = 40
        let plan = try fixture.plan()
        #expect(plan.series[0].numbers.average == 25)
        #expect(plan.script.axis.lower == 0 && plan.script.axis.upper == 100)
        #expect(plan.unit == "percent of the interface's speed" && plan.totalUnit == nil)
        fixture.value = { _, _, _, _ in 50 }
        #expect(try fixture.plan().script.axis.upper >= 125)
        fixture.parts[0].capacity = nil
        #expect(try fixture.plan().isEmpty)
    }

    @Test func `thousands are of 1024 where that is asked for`() throws {
        var fixture = GraphFixture()
        fixture.value = { _, _, _, _ in 2_048 }
        #expect(try fixture.plan().comments.joined().contains("Ki") == false)
        fixture.view.base = .iec
        let plan = try fixture.plan()
        #expect(plan.script.base == .iec)
        #expect(plan.script.elements.compactMap(\.legend).joined().contains("2.00 Ki"))
    }

    @Test func `a logarithmic axis begins with the smallest value`() throws {
        var fixture = GraphFixture()
        fixture.view.axis = .logarithmic
        fixture.value = { _, _, end, _ in end.isMultiple(of: 120) ? 5 : 5_000 }
        let axis = try fixture.plan().script.axis
        #expect(axis.isLogarithmic && axis.lower == 5 && axis.upper >= 5_000)
        fixture.view.axis = .linear
        #expect(try !fixture.plan().script.axis.isLogarithmic)
    }

    // MARK: Rules

    @Test func `what an interface can carry is drawn once the data come near`() throws {
        var fixture = GraphFixture()
        func rules(_ capacity: Double?, _ shows: Bool? = nil) throws -> [Double] {
            fixture.parts[0].capacity = capacity
            fixture.view.showsCapacity = shows
            return try fixture.plan().horizontalRules
        }
        #expect(try rules(20) == [20])
        #expect(try rules(20.001).isEmpty)
        #expect(try rules(1_000, true) == [1_000])
        #expect(try rules(20, false).isEmpty)
        #expect(try rules(nil, true).isEmpty)
        #expect(try fixture.plan().script.axis.upper < 20)
        fixture.parts[0].capacity = 20
        fixture.view.showsCapacity = nil
        #expect(try fixture.plan().script.axis.upper >= 20)
        fixture.view.units = .bytes
        #expect(try fixture.plan().horizontalRules == [2.5])
        // Of packets nobody knows how many it can carry.
        fixture.verticalLabel = "packets per second"
        #expect(try fixture.plan().horizontalRules.isEmpty)
    }

    @Test func `a percentile is a line where it is asked for`() throws {
        var fixture = GraphFixture()
        fixture.value = { _, _, end, _ in Double(end / 60 % 10) }
        #expect(try fixture.plan().horizontalRules.isEmpty)
        fixture.view.percentile = 50
        let plan = try fixture.plan()
        let median = try #require(plan.series[0].numbers.percentile)
        #expect((4...5).contains(median) && plan.horizontalRules == [median])
    }

    @Test func `an area is filled where zero can be seen, and is a line elsewhere`() throws {
        func areas(_ value: Double, _ change: (inout GraphFixture) -> Void = { _ in }) throws
            -> Int
        {
            var fixture = GraphFixture()
            fixture.items = [.series(GraphFixture.series("In", "v", .area))]
            fixture.value = { _, _, end, _ in value + Double(end % 3_600) / 3_600 }
            change(&fixture)
            let plan = try fixture.plan()
            #expect(plan.series.count == 1)
            return plan.script.elements.count { if case .area = $0 { true } else { false } }
        }
        #expect(try areas(0) == 1 && areas(-0.5) == 1)
        #expect(try areas(30) == 0 && areas(-30) == 0)
        // What stands on each other is read by its heights, so its axis begins at zero.
        #expect(
            try areas(30) { $0.items = [.series(GraphFixture.series("In", "v", .stack))] } == 1)
        var stack = GraphFixture()
        stack.items = [.series(GraphFixture.series("In", "v", .stack))]
        stack.value = { _, _, _, _ in 30 }
        #expect(try stack.plan().script.axis.lower == 0)
        #expect(try areas(30) { $0.view.axis = .logarithmic } == 1)
    }

    @Test func `beside a stack no peaks are drawn, and that is said`() throws {
        var fixture = GraphFixture()
        fixture.seconds = 100 * 3_600
        fixture.value = { _, _, _, function in function == .maximum ? 30 : 10 }
        fixture.items = [
            .series(GraphFixture.series("Used", "v", .stack)),
            .series(GraphFixture.series("Total", "w")),
        ]
        #expect(try fixture.plan().resolution.contains("not drawn"))
    }

    @Test func `long labels of the axis have room beside its name`() throws {
        var fixture = GraphFixture()
        #expect(try fixture.plan().script.settings.unitsLength == nil)
        // 2.986 M to 2.989 M
        fixture.value = { _, _, end, _ in 2_986_000 + Double(end % 3_000) }
        #expect(try fixture.plan().script.settings.unitsLength == 7)
    }

    @Test func `states that are the same one are all seen`() throws {
        var fixture = GraphFixture()
        func widths() throws -> [Double] {
            try fixture.plan().script.elements.compactMap { element in
                if case .line(_, let stroke, _, _, _) = element { stroke.width } else { nil }
            }
        }
        fixture.items = ["a", "b"].map {
            .series(GraphFixture.series($0, "v", format: .state))
        }
        #expect(try widths() == [3.5, 1.5])
        fixture.items = ["a", "b"].map { .series(GraphFixture.series($0, "v", format: .whole)) }
        #expect(try widths() == [1.5, 1.5])
    }

    @Test func `a number that is not drawn is no zero`() throws {
        var fixture = GraphFixture()
        fixture.items = [
            .series(GraphFixture.series("Drawn", "v")),
            .series(GraphFixture.series("Told", "w", .numbers)),
        ]
        fixture.value = { _, name, _, _ in name == "v" ? 0 : 1 }
        #expect(try fixture.plan().notes == ["every line is at 0"])
        fixture.value = { _, _, _, _ in 0 }
        #expect(try fixture.plan().notes == ["every value is 0"])
    }

    @Test func `what lies between two states is said to be a mean`() throws {
        var fixture = GraphFixture()
        fixture.items = [.series(GraphFixture.series("State", "v", format: .state))]
        fixture.value = { _, _, end, _ in end % 600 < 300 ? 1 : 2.000_000_1 }
        #expect(try fixture.plan().notes.isEmpty)
        fixture.value = { _, _, end, _ in end % 600 < 300 ? 1 : 1.25 }
        #expect(
            try fixture.plan().notes
                == ["between two states: the mean of 1 min in which it changed"])
        // Between two counts there are others.
        fixture.items = [.series(GraphFixture.series("Sessions", "v", format: .whole))]
        #expect(try fixture.plan().notes.isEmpty)
    }

    @Test(arguments: [GraphTemplate.NumberFormat.whole, .state])
    func `an axis of whole numbers has whole numbers`(
        format: GraphTemplate.NumberFormat
    ) throws {
        var fixture = GraphFixture()
        fixture.items = [.series(GraphFixture.series("State", "v", format: format))]
        fixture.value = { _, _, end, _ in end % 600 < 300 ? 1 : 2 }
        #expect(try fixture.plan().script.axis.grid?.step == 1)
        fixture.items.append(.series(GraphFixture.series("Load", "w", format: .decimal)))
        #expect(try fixture.plan().script.axis.grid?.step ?? 1 < 1)
    }

    @Test func `peaks are drawn where a point covers several steps`() throws {
        var fixture = GraphFixture()
        fixture.value = { _, _, _, function in function == .maximum ? 30 : 10 }
        func lines(_ seconds: Int64, _ shows: Bool? = nil) throws -> Int {
            fixture.seconds = seconds
            fixture.view.showsPeaks = shows
            return try fixture.plan().script.elements.count {
                if case .line = $0 { true } else { false }
            }
        }
        #expect(try lines(100 * 3_600) == 2)
        #expect(try lines(100 * 3_600, false) == 1)
        #expect(try lines(3_600) == 1)
        fixture.view.showsPeaks = nil
        fixture.seconds = 100 * 3_600
        let numbers = try fixture.plan().series[0].numbers
        #expect(numbers.peak == 30 && numbers.maximum == 10)
    }

    // MARK: Compared with the time before

    private static let autumn: @Sendable (Int64) -> Int64 = { $0 < 1_698_541_200 ? 7_200 : 3_600 }
    private static let spring: @Sendable (Int64) -> Int64 = { $0 < 1_711_846_800 ? 3_600 : 7_200 }

    /// Zones change at 2023-10-29T01:00Z and 2024-03-31T01:00Z.
    @Test(
        arguments: [
            (1_698_580_800, true, .day, 90_000), (1_698_667_200, true, .day, 86_400),
            (1_698_580_800, true, .week, 608_400), (1_711_886_400, false, .day, 82_800),
            (1_711_972_800, false, .day, 86_400), (1_711_886_400, false, .week, 601_200),
        ] as [(Int64, Bool, GraphView.Comparison, Int64)])
    func `a day before is a day by the clock on the wall`(
        start: Int64, isAutumn: Bool, comparison: GraphView.Comparison, shift: Int64
    ) throws {
        let situation = GraphSituation(
            now: Timestamp(seconds: start + 7_200),
            zoneOffset: isAutumn ? Self.autumn : Self.spring)
        let range = try TimeRange(
            start: Timestamp(seconds: start), end: Timestamp(seconds: start + 3_600))
        #expect(situation.shiftSeconds(range, by: comparison) == shift)
        let earlier = try #require(situation.earlier(range, by: comparison))
        #expect(earlier.start.seconds == start - shift && earlier.seconds == 3_600)
    }

    @Test func `before 1980 there is nothing to compare with`() throws {
        let situation = GraphSituation(now: Timestamp(seconds: 315_630_000), zoneOffset: { _ in 0 })
        func earlier(_ start: Int64) throws -> TimeRange? {
            situation.earlier(
                try TimeRange(
                    start: Timestamp(seconds: start), end: Timestamp(seconds: start + 600)),
                by: .day)
        }
        #expect(try earlier(315_619_200) != nil)
        #expect(try earlier(315_619_199) == nil)
    }

    @Test func `the time before is drawn dashed, later than it was`() throws {
        var fixture = GraphFixture()
        fixture.view.comparison = .day
        let now = GraphFixture.now.seconds
        fixture.value = { _, _, end, _ in end < now - 50_000 ? 70 : 10 }
        let plan = try fixture.plan()
        let shifts = plan.script.elements.compactMap { element -> Int64? in
            if case .shift(_, let seconds) = element { seconds } else { nil }
        }
        #expect(shifts == [86_400])
        let dashed = plan.script.elements.count { element in
            if case .line(_, let stroke, _, nil, _) = element {
                stroke.dashes != nil
            } else {
                false
            }
        }
        #expect(dashed == 1)
        // It is within the axis, and in no number.
        #expect(plan.script.axis.upper >= 70 && plan.series[0].numbers.maximum == 10)
        let origins = plan.script.elements.compactMap { element -> TimeRange? in
            if case .read(_, let origin) = element { origin.range } else { nil }
        }
        #expect(origins.map(\.end.seconds) == [now - 86_400])
        fixture.view.comparison = nil
        #expect(
            try !fixture.plan().script.elements.contains {
                if case .shift = $0 { true } else { false }
            })
    }
}
