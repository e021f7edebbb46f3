/// Draws the items of a template that are no series: single lines, areas, rules, ticks, and what is
/// written behind each other.
struct ItemDrawing {
    let subject: GraphSubject
    let request: GraphRequest
    let situation: GraphSituation
    let base: GraphTemplate.Base
    let legend: GraphLegend

    /// Days in which a daily rule is drawn at most.
    private static let mostRules = 400

    mutating func append(
        _ item: GraphItem, _ builder: inout PlanBuilder, _ extent: inout Extent
    ) {
        switch item {
        case .series: break
        case .line(let mark, let stroke, let isStacked):
            let name = name(of: mark, &builder, &extent)
            builder.append(
                .line(
                    name: name, stroke, color: request.theme.color(mark.color),
                    legend: text(mark.label), isStacked: isStacked))
        case .area(let mark, let isStacked):
            let name = name(of: mark, &builder, &extent)
            builder.append(
                .area(
                    name: name, color: request.theme.color(mark.color),
                    legend: text(mark.label), isStacked: isStacked))
        case .tick(let mark, let share):
            let name = value(mark.value, mark.function, &builder)
            builder.append(
                .tick(
                    name: name, share: share, color: request.theme.color(mark.color),
                    legend: text(mark.label)))
        case .horizontalRule(let value, let stroke, let label):
            extent.take([value], isBelow: false)
            builder.append(
                .horizontalRule(value, stroke, color: request.theme.axis, legend: text(label)))
        case .verticalRule(let time, let stroke, let label):
            for (place, moment) in times(time).enumerated() {
                builder.append(
                    .verticalRule(
                        moment, stroke, color: request.theme.axis,
                        legend: place == 0 ? text(label) : nil))
            }
        case .print(let print): append(print, &builder)
        case .comment(let text, let endsLine):
            write(text, endsLine: endsLine, &builder)
        case .alignment(let alignment):
            if request.hasLegend { builder.append(.alignment(alignment)) }
        }
    }

    private func text(_ label: String?) -> String? {
        request.hasLegend ? label.flatMap { $0.isEmpty ? nil : legend.cut($0) } : nil
    }

    /// A text of the legend, in several lines where it is longer than one.
    private func write(_ text: String, endsLine: Bool, _ builder: inout PlanBuilder) {
        guard request.hasLegend else { return }
        let lines = text.count <= legend.lineLength ? [text] : legend.broken(text)
        for line in lines.dropLast() { builder.append(.comment(line, .left)) }
        builder.append(.comment(lines[lines.count - 1], endsLine ? .left : .none))
    }

    private func value(
        _ value: Expression, _ function: ConsolidationFunction, _ builder: inout PlanBuilder
    ) -> String {
        builder.compute(value.renaming { builder.read($0, part: 0, function) })
    }

    private func name(
        of mark: GraphItem.Mark, _ builder: inout PlanBuilder, _ extent: inout Extent
    ) -> String {
        let name = value(mark.value, mark.function, &builder)
        extent.take(builder.column(name), isBelow: false)
        guard mark.shiftSeconds != 0 else { return name }
        let shifted = builder.copy(name)
        builder.append(.shift(name: shifted, seconds: mark.shiftSeconds))
        return shifted
    }

    private func append(_ print: GraphItem.Print, _ builder: inout PlanBuilder) {
        guard request.hasLegend else { return }
        let name = value(print.value, print.function, &builder)
        let number = print.statistic.value(of: builder.column(name), frame: builder.frame).value
        let text =
            number.map { number in
                let text = NumberStyle(print.format, of: [number]).text(number, base: base)
                return print.format == .scaled || !text.prefix.isEmpty
                    ? text.number + " " + text.prefix : text.number
            } ?? NumberText.unknown
        write("\(print.label) \(text)", endsLine: print.endsLine, &builder)
    }

    private func times(_ time: GraphItem.RuleTime) -> [Timestamp] {
        switch time {
        case .at(let moment): return [moment]
        case .daily(let second):
            var moments: [Timestamp] = []
            let first =
                request.range.start.seconds + situation.zoneOffset(request.range.start.seconds)
            var local = first.flooredDivision(by: 86_400) * 86_400 + second
            while moments.count < Self.mostRules {
                let guess = local - situation.zoneOffset(local)
                let moment = Timestamp(seconds: local - situation.zoneOffset(guess))
                if moment >= request.range.end { break }
                if moment >= request.range.start { moments.append(moment) }
                local += 86_400
            }
            return moments
        }
    }
}
