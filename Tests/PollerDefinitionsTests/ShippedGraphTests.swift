import PollerModel
import TestSupport
import Testing

/// What holds for each graph template that comes along.
@Suite struct ShippedGraphTests {
    private static let states: Set<String> = ["state", "role"]
    /// Units of what is measured, in contrast to what is counted.
    private static let measured: Set<String> = [
        "airflow", "amperes", "bits", "bits per second", "celsius", "cubic metres per minute", "dB",
        "dBm", "hertz", "kibibytes", "metres", "metres a minute", "microseconds", "milliseconds",
        "minutes", "octets", "percent", "rpm", "seconds", "thousandths", "ticks", "volt-amperes",
        "volts", "volts or amperes", "watt-hours", "watts", "words",
    ]
    /// Measured units that share an axis, because their numbers may be compared.
    private static let pairs: Set<Set<String>> = [["dBm", "dB"], ["watts", "volt-amperes"]]
    private let catalogue = ShippedCatalogue.catalogue

    /// What the items count from which a series is made.
    private func units(
        _ series: GraphTemplate.Series, _ graph: GraphTemplate
    ) -> Set<String> {
        let items = catalogue.dataTemplates[graph.dataTemplate]?.items ?? []
        return Set(items.filter { series.value.variables.contains($0.name) }.map(\.unit))
    }

    /// What a series brings to its axis. The means of pollerd's own cycle are made of microseconds,
    /// and divided into the milliseconds of that axis.
    private func quantity(
        _ series: GraphTemplate.Series, _ graph: GraphTemplate
    ) -> Set<String> {
        let units = units(series, graph)
        let isMean =
            graph.name == "pollerd_cycle" && units == ["microseconds", "polls"]
            && series.value.tokens.suffix(2) == [.number(1_000), .operation(.divide)]
        return isMean ? ["milliseconds"] : units
    }

    private func drawn(_ graph: GraphTemplate) -> [GraphTemplate.Series] {
        graph.series.filter { $0.style != .numbers }
    }

    @Test func `a state is a line of whole numbers without a mean`() {
        var count = 0
        for graph in catalogue.graphTemplates.values {
            let series = drawn(graph)
            guard series.allSatisfy({ units($0, graph).isSubset(of: Self.states) }) else {
                continue
            }
            count += 1
            #expect(series.allSatisfy { $0.style == .line && $0.format == .state }, "\(graph.name)")
            #expect(!graph.numbers.contains(.average), "\(graph.name)")
        }
        #expect(count > 40)
    }

    @Test func `an axis of states has nothing else`() {
        for graph in catalogue.graphTemplates.values {
            let kinds = Set(
                drawn(graph).map { units($0, graph).isSubset(of: Self.states) })
            #expect(kinds.count == 1, "\(graph.name)")
        }
    }

    @Test func `an axis of what is measured has nothing else, but two that its label names`() {
        var count = 0
        for graph in catalogue.graphTemplates.values {
            let quantities = Set(drawn(graph).map { quantity($0, graph) })
            let all = Set(quantities.joined())
            guard !all.isDisjoint(with: Self.measured) else { continue }
            count += 1
            guard quantities.count > 1 else { continue }
            let words = graph.settings.verticalLabel.split { " ,".contains($0) }.map(String.init)
            #expect(
                Self.pairs.contains(all) && all.isSubset(of: words),
                "\(graph.name): \(all.sorted())")
        }
        #expect(count > 600)
    }

    @Test func `decibels are lines, because their zero is no beginning`() {
        for graph in catalogue.graphTemplates.values
        where graph.settings.verticalLabel.hasPrefix("dB") {
            let areas = drawn(graph).filter { $0.style != .line && units($0, graph) == ["dBm"] }
            #expect(areas.isEmpty, "\(graph.name)")
        }
    }

    @Test func `a part of a hundred is seen against the hundred`() {
        let percent = catalogue.graphTemplates.values.filter {
            $0.settings.verticalLabel.contains("percent")
        }
        #expect(percent.count > 100)
        for graph in percent {
            #expect(graph.settings.lowerLimit == 0, "\(graph.name)")
            #expect(graph.settings.upperLimit == 100, "\(graph.name)")
        }
    }

    @Test func `no two lines of a graph have one colour, and speeds of fans are whole`() {
        for graph in catalogue.graphTemplates.values {
            let colors = drawn(graph).map(\.color)
            #expect(Set(colors).count == colors.count, "\(graph.name)")
            if graph.settings.verticalLabel == "revolutions per minute" {
                #expect(drawn(graph).allSatisfy { $0.format == .whole }, "\(graph.name)")
            }
        }
    }

    @Test func `what is stacked counts in one unit`() {
        for graph in catalogue.graphTemplates.values {
            let stacked = graph.series.filter { $0.style == .stack }
            let counted = Set(stacked.flatMap { units($0, graph) })
            #expect(counted.count <= 1, "\(graph.name): \(counted.sorted())")
        }
    }
}
