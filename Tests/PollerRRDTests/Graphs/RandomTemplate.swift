import TestSupport

@testable import PollerModel

/// Templates that the catalogue's reader would take.
struct RandomTemplate {
    let names: [String]

    func template(_ choice: inout RandomChoice) throws -> GraphTemplate {
        let most = choice.chance(10) ? GraphTemplate.seriesCountRange.upperBound : 4
        let seriesCount = choice.one(in: 1...most)
        let others =
            choice.chance(3)
            ? choice.one(
                in: 0...(choice.chance(10) ? GraphItem.countRange.upperBound - seriesCount : 8))
            : 0
        var items: [GraphItem] = []
        for _ in 0..<seriesCount { items.append(.series(series(&choice))) }
        for _ in 0..<others { items.append(item(&choice)) }
        var numbers: [NumberColumn] = []
        for column in NumberColumn.allCases where choice.chance(2) { numbers.append(column) }
        return GraphTemplate(
            name: "random", title: try TitlePattern("Random", fields: []), source: "here",
            dataTemplate: "random", settings: settings(&choice), items: items, numbers: numbers)
    }

    private func value(_ choice: inout RandomChoice) -> Expression {
        if choice.chance(2) { return Expression(variable: choice.pick(names)) }
        var random = RandomExpression(seed: choice.next(), names: names)
        return random.drawable()
    }

    private func series(_ choice: inout RandomChoice) -> GraphTemplate.Series {
        GraphTemplate.Series(
            label: choice.text(), value: value(&choice),
            style: choice.pick(GraphTemplate.Style.allCases), color: color(&choice),
            format: choice.pick(GraphTemplate.NumberFormat.allCases), stroke: stroke(&choice),
            isBelow: choice.chance(4))
    }

    private func color(_ choice: inout RandomChoice) -> GraphColor {
        choice.chance(3)
            ? .fixed(
                Color(UInt32(choice.one(in: 0...0xffffff)), alpha: choice.pick([0, 128, 255])))
            : .palette(choice.pick(SeriesColor.allCases))
    }

    private func stroke(_ choice: inout RandomChoice) -> GraphStroke {
        let width = choice.pick([
            GraphItem.lineWidths.lowerBound, 1, 1.5, GraphItem.lineWidths.upperBound,
        ])
        guard choice.chance(3) else { return GraphStroke(width: width) }
        let count = choice.one(in: GraphStroke.dashCountRange)
        let dashes = (0..<count).map { _ in choice.one(in: GraphStroke.dashLengths) }
        return GraphStroke(width: width, dashes: dashes, dashOffset: choice.one(in: 0...100))
    }

    private func mark(_ choice: inout RandomChoice) -> GraphItem.Mark {
        let longest = GraphItem.longestShiftSeconds
        return GraphItem.Mark(
            value: value(&choice), function: choice.pick([.average, .maximum, .minimum, .last]),
            color: color(&choice), label: choice.chance(3) ? nil : choice.text(),
            shiftSeconds: choice.pick([0, 0, 86_400, -3_600, longest, -longest]))
    }

    private func item(_ choice: inout RandomChoice) -> GraphItem {
        switch choice.one(in: 0...7) {
        case 0: return .line(mark(&choice), stroke(&choice), isStacked: choice.chance(2))
        case 1: return .area(mark(&choice), isStacked: choice.chance(2))
        case 2: return .tick(mark(&choice), share: choice.pick([0.01, 0.5, 1]))
        case 3:
            return .horizontalRule(choice.magnitude(), stroke(&choice), label: choice.text())
        case 4:
            let time: GraphItem.RuleTime =
                choice.chance(2)
                ? .daily(choice.seconds(in: 0...86_399))
                : .at(Timestamp(seconds: choice.seconds(in: 0...GraphLimits.latestSeconds)))
            return .verticalRule(time, stroke(&choice), label: choice.text())
        case 5: return .print(print(&choice))
        case 6: return .comment(choice.text(), endsLine: choice.chance(2))
        default: return .alignment(choice.pick(GraphItem.TextAlignment.allCases))
        }
    }

    private func print(_ choice: inout RandomChoice) -> GraphItem.Print {
        let statistics: [Statistic] = [
            .maximum, .minimum, .average, .deviation, .last, .first, .total, .percentile(95),
            .percentileOfKnown(5), .slope, .intercept, .correlation,
        ]
        return GraphItem.Print(
            value: value(&choice), function: choice.pick([.average, .maximum, .minimum, .last]),
            statistic: choice.pick(statistics), label: choice.text(),
            format: choice.pick(GraphTemplate.NumberFormat.allCases),
            endsLine: choice.chance(2))
    }

    /// As the reader takes them, each at its limits now and then.
    private func settings(_ choice: inout RandomChoice) -> GraphSettings {
        var settings = GraphSettings(verticalLabel: choice.text())
        if choice.chance(2) {
            settings.verticalLabel = choice.pick(["bits per second", "bytes per second", "percent"])
        }
        settings.base = choice.pick(GraphTemplate.Base.allCases)
        if choice.chance(2) { settings.lowerLimit = choice.pick([0, 0, choice.magnitude()]) }
        if choice.chance(4) {
            let size = abs(choice.magnitude())
            settings.upperLimit = (settings.lowerLimit ?? 0) + size
            if let lower = settings.lowerLimit, settings.upperLimit == lower {
                settings.upperLimit = nil
            }
        }
        settings.isRigid = choice.chance(5)
        settings.isLogarithmic = choice.chance(10)
        if settings.isRigid, let lower = settings.lowerLimit, let upper = settings.upperLimit {
            settings.gridStep = (upper - lower) / Double(choice.pick([1, 3, 10, 100]))
            settings.gridLabelEvery = choice.one(in: 1...20)
        }
        if choice.chance(6) { settings.unitsExponent = 3 * choice.one(in: -6...6) }
        if choice.chance(6) {
            settings.rightAxis = .init(
                scale: choice.magnitude(), shift: choice.magnitude(), label: choice.text())
        }
        settings.isSmooth = choice.chance(2)
        settings.fitsGrid = choice.chance(2)
        if choice.chance(6) { settings.unitsLength = choice.one(in: GraphSettings.unitsLengths) }
        if choice.chance(6) { settings.tabWidth = choice.one(in: GraphSettings.tabWidths) }
        settings.hasDynamicLabels = choice.chance(4)
        settings.forcesRuleLabels = choice.chance(4)
        settings.legendPosition =
            choice.chance(5) ? choice.pick(GraphSettings.LegendPosition.allCases) : .south
        settings.legendIsReversed = choice.chance(5)
        return settings
    }
}
