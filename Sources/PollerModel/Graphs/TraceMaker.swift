/// Makes the traces of a picture.
struct TraceMaker {
    let subject: GraphSubject
    let request: GraphRequest
    let situation: GraphSituation
    let units: UnitConversion

    /// Values that one expression adds up; a sum of more is made in several.
    static let addedAtOnce = 40
    private static let dashPatterns: [[Int]?] = [nil, [6, 3], [2, 2], [8, 3, 2, 3]]

    func traces(_ builder: inout PlanBuilder) -> [Trace] {
        let arrangement = subject.arrangement
        let series = subject.template.series.filter {
            // Of several together nobody knows what they are a share of.
            !arrangement.skipped.contains($0.label) && !(units.isShare && $0.style == .numbers)
        }
        if subject.isSingle {
            return Self.nested(series).map { trace(of: $0, part: 0, color: $0.color, &builder) }
        }
        var traces: [Trace] = []
        let isCombined = arrangement.kind == .sum || arrangement.kind == .average
        if isCombined {
            for (place, one) in series.enumerated() {
                traces.append(combined(one, label: one.label, place: place, &builder))
            }
            return traces
        }
        // Numbers of parts that are not drawn would hide those of what is.
        let drawn = series.filter { $0.style != .numbers }
        let isByPart = drawn.count == 1 || arrangement.isMirrored
        let colors = arrangement.palette.colors(
            subject.parts.count * (isByPart ? 1 : drawn.count), theme: request.theme)
        var count = 0
        for (place, one) in drawn.enumerated() {
            for part in subject.parts.indices where count < GraphLimits.mostTraces {
                let order = isByPart ? part : count
                traces.append(
                    trace(
                        of: arranged(one, place: place, order: order), part: part,
                        color: .fixed(colors[order]), &builder))
                count += 1
            }
        }
        if arrangement.hasTotal {
            for (place, one) in drawn.enumerated() {
                var line = one
                (line.style, line.color) = (.line, .palette(.plum))
                traces.append(
                    combined(line, label: "Total \(one.label)", place: place, &builder))
            }
        }
        return traces
    }

    /// What a state's line is wider than the next.
    private static let nestedWidth = 2.0
    /// Lines that are nested in one.
    private static let mostNested = 3

    /// Several states are often the same one: each is seen at both sides of those that cover it.
    private static func nested(_ series: [GraphTemplate.Series]) -> [GraphTemplate.Series] {
        func isState(_ one: GraphTemplate.Series) -> Bool {
            one.format == .state && one.style == .line
        }
        var covering = series.count(where: isState)
        return series.map { one in
            guard isState(one) else { return one }
            covering -= 1
            var wide = one
            wide.stroke = GraphStroke(
                width: one.stroke.width + nestedWidth * Double(min(covering, mostNested)),
                dashes: one.stroke.dashes, dashOffset: one.stroke.dashOffset)
            return wide
        }
    }

    private func arranged(
        _ series: GraphTemplate.Series, place: Int, order: Int
    ) -> GraphTemplate.Series {
        var series = series
        guard series.style != .numbers else { return series }
        series.style = subject.arrangement.kind == .stack ? .stack : .line
        series.isBelow = subject.arrangement.isMirrored && !place.isMultiple(of: 2)
        if series.style == .line, order >= SeriesColor.allCases.count {
            let pattern = order / SeriesColor.allCases.count % Self.dashPatterns.count
            series.stroke = GraphStroke(width: 1.5, dashes: Self.dashPatterns[pattern])
        }
        return series
    }

    private func trace(
        of series: GraphTemplate.Series, part: Int, color: GraphColor,
        _ builder: inout PlanBuilder
    ) -> Trace {
        let file = subject.parts[part]
        let capacity = capacity(of: series.value, file)
        let factor = units.factor(capacity: capacity)
        let value = series.value
        let average = builder.scale(
            builder.compute(value.renaming { builder.read($0, part: part, .average) }),
            by: factor)
        var peak: String?
        if series.value.keepsPeaks {
            if builder.has(.maximum, part: part) {
                peak = builder.scale(
                    builder.compute(value.renaming { builder.read($0, part: part, .maximum) }),
                    by: factor)
            } else if builder.frame.stepSeconds == file.file.step.seconds {
                peak = average
            }
        }
        let label = file.label.isEmpty ? series.label : "\(file.label) \(series.label)"
        return Trace(
            label: label, style: series.style, stroke: series.stroke,
            color: request.theme.color(color), format: units.format(series.format),
            isBelow: series.isBelow, average: average, peak: peak,
            recent: recent(value, factor, builder.rows.parts[part].recent),
            capacity: capacity.map(units.scaled),
            earlier: earlier(value, factor, part: part, &builder))
    }

    /// The same of the time that it is compared with; nil where there is none.
    func earlier(
        _ value: Expression, _ factor: Double, part: Int, _ builder: inout PlanBuilder
    ) -> (name: String, values: [Double])? {
        guard let comparison = request.view.comparison,
            let range = situation.earlier(request.range, by: comparison),
            let rows = builder.rows.parts[part].earlier
        else { return nil }
        var names: [String: String] = [:]
        for variable in value.variables {
            guard let name = builder.readEarlier(variable, part: part, range: range) else {
                return nil
            }
            names[variable] = name
        }
        let frame = ColumnFrame(
            start: rows.start.seconds, stepSeconds: rows.stepSeconds, count: rows.rowCount)
        let values = value.column(
            { rows.column($0) }, frame: frame, now: situation.now.seconds,
            zoneOffset: situation.zoneOffset)
        let name = builder.scale(
            builder.compute(value.renaming { names[$0] ?? $0 }, isRead: false), by: factor)
        return (name, values.map { $0 * factor })
    }

    /// The newest row of single steps that is known; nil within the optional when none is.
    func recent(
        _ value: Expression, _ factor: Double, _ rows: RoundRobinSeries?
    ) -> Double?? {
        guard let rows else { return nil }
        for row in (0..<rows.rowCount).reversed() {
            let found = factor * value.value { rows.value(row: row, of: $0) }
            if !found.isNaN { return .some(found) }
        }
        return .some(nil)
    }

    /// What a series can come to: its value where each of its data sources is at its largest.
    func capacity(of value: Expression, _ part: GraphSubject.Part) -> Double? {
        guard units.hasCapacity, value.variables.count == 1, value.keepsPeaks,
            let largest = value.variables.first.flatMap({ part.capacities[$0] })
        else { return nil }
        return value.value { _ in largest }
    }
}
